"""Golden files of the tensor readers and the writer, made by Python's own libraries (versions in requirements.txt).

    python tensor_files.py ../resources/golden/files

Safetensors by safetensors; GGUF by gguf, whose dequantisation is the oracle of the block types; whole GGUF models as
llama.cpp's converter lays them out, with transformers' own GGUF loader as the oracle of names, rows, norms and config.
"""
import json
import math
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Q
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

OUT = Path(sys.argv[1])
PT = {"format": "pt"}
CONFIG = ("model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
          "num_key_value_heads", "head_dim", "max_position_embeddings", "rms_norm_eps", "tie_word_embeddings", "bos_token_id",
          "eos_token_id", "attn_logit_softcapping", "final_logit_softcapping")
HEADS, KV_HEADS, WIDTH, INNER, VOCAB = 4, 2, 16, 24, 8


def numbers(shape, seed):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def safetensors_files():
    x = numbers((3, 5), 1)
    x[0, :4] = torch.tensor([0.0, -0.0, math.inf, 2.0 ** -20])
    loadable = {
        "z.f64": x.double() / 3, "a.f64": torch.tensor([math.pi], dtype=torch.float64),
        "m.f32": x, "scalar.f32": torch.tensor(1.5), "empty.f32": torch.zeros(0, 3),
        "m.f16": x.half(), "m.bf16": x.bfloat16(), "odd.bf16": x.bfloat16()[0, :3].clone(),
        "after.f16": x.half()[0, :3].clone(),
        "ids": torch.tensor([[-2 ** 63, 2 ** 53 + 1], [0, -1]]), "naïve \"name\"": torch.ones(2),
    }
    save_file(loadable, OUT / "loadable.safetensors", PT)
    expected = {name: t.double().flatten().tolist() for name, t in loadable.items() if t.is_floating_point()}
    (OUT / "loadable.json").write_text(json.dumps(expected, indent=1).replace("Infinity", "\"Infinity\"") + "\n")
    others = {str(t).split(".")[1]: torch.zeros(2, 3).to(t) for t in (
        torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.float8_e4m3fn, torch.float8_e5m2,
        torch.complex64, torch.uint16, torch.uint32, torch.uint64)}
    save_file(others, OUT / "others.safetensors")
    wide = {"w": numbers((64, 7), 2), "tie": torch.tensor([0x3F808000, 0x3F818000]).int().view(torch.float32),
            "step": torch.tensor([7])}
    save_file(wide, OUT / "wide.safetensors", PT)
    for name, kind in (("bf16", torch.bfloat16), ("f16", torch.half)):
        narrow = {n: t.to(kind) if t.is_floating_point() else t for n, t in wide.items()}
        save_file(narrow, OUT / f"wide_as_{name}.safetensors", PT)


def random_blocks(kind, rows, blocks, rng):
    """Random bytes with sane scales where a half-precision scale stands."""
    size = gguf.GGML_QUANT_SIZES[kind][1]
    data = rng.integers(0, 256, (rows, blocks, size), dtype=np.uint8)
    scale_at = {Q.Q4_0: [0], Q.Q8_0: [0], Q.Q4_K: [0, 2], Q.Q6_K: [208]}[kind]
    for at in scale_at:
        scales = rng.normal(0, 0.01, (rows, blocks, 1)).astype(np.float16)
        scales[0, 0] = 6e-8  # subnormal
        data[:, :, at:at + 2] = scales.view(np.uint8)
    return data.reshape(rows, blocks * size)


def blocks_file():
    rng = np.random.default_rng(3)
    writer = gguf.GGUFWriter(OUT / "blocks.gguf", "test")
    for key, add, value in (
            ("u8", writer.add_uint8, 200), ("i8", writer.add_int8, -100), ("u16", writer.add_uint16, 60000),
            ("i16", writer.add_int16, -30000), ("u32", writer.add_uint32, 4_000_000_000),
            ("i32", writer.add_int32, -2_000_000_000), ("f32", writer.add_float32, 1e-6),
            ("u64", writer.add_uint64, 2 ** 64 - 1), ("i64", writer.add_int64, -2 ** 63),
            ("f64", writer.add_float64, 0.1), ("bool", writer.add_bool, True), ("text", writer.add_string, "naïve"),
            ("words", writer.add_array, ["a", "", "ß"]), ("ints", writer.add_array, [1, -2, 3])):
        add(f"test.{key}", value)
    expected = {}
    for kind, blocks in ((Q.Q4_0, 9), (Q.Q8_0, 9), (Q.Q4_K, 3), (Q.Q6_K, 3)):
        data = random_blocks(kind, 2, blocks, rng)
        writer.add_tensor(kind.name, data, raw_dtype=kind)
        expected[kind.name] = torch.from_numpy(gguf.quants.dequantize(data, kind))
    x = numbers((2, 3, 5), 4)
    for kind in (Q.F32, Q.F16, Q.BF16):
        data = gguf.quants.quantize(x.numpy(), kind)
        writer.add_tensor(kind.name, data, raw_dtype=kind)
        expected[kind.name] = torch.from_numpy(gguf.quants.dequantize(data, kind))
    writer.add_tensor("I32", np.arange(6, dtype=np.int32))
    finish(writer)
    save_file(expected, OUT / "blocks.safetensors")


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def interleave(w, heads):
    """What the converter does to Llama's query and key projections."""
    return w.reshape(heads, 2, w.shape[0] // heads // 2, *w.shape[1:]).swapaxes(1, 2).reshape(w.shape)


def model_file(arch, head, layers):
    """A model of one architecture, of F32, F16 and (down projection) Q8_0 tensors, as the converter would write it."""
    writer = gguf.GGUFWriter(OUT / f"{arch}.gguf", arch)
    writer.add_context_length(128)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(32)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(50_000.0)
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_rope_dimension_count(head)
    if arch.startswith("gemma"):
        writer.add_sliding_window(64)
    if arch == "gemma2":
        writer.add_attn_logit_softcapping(50.0)
        writer.add_final_logit_softcapping(30.0)
    if arch == "gemma3":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(8.0)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(list("abcdefgh"))
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    seed = [0]

    def add(name, *shape, kind=np.float32):
        seed[0] += 1
        w = numbers(shape, seed[0]).numpy()
        if arch == "llama" and (".attn_q." in name or ".attn_k." in name):
            w = interleave(w, HEADS if ".attn_q." in name else KV_HEADS)
        if kind is Q.Q8_0:
            writer.add_tensor(name, gguf.quants.quantize(w, kind), raw_dtype=kind)
        else:
            writer.add_tensor(name, np.ascontiguousarray(w.astype(kind)))

    add("token_embd.weight", VOCAB, WIDTH)
    for i in range(layers):
        b = f"blk.{i}."
        for norm in ["attn_norm", "ffn_norm"] + (
                ["post_attention_norm", "post_ffw_norm"] if arch.startswith("gemma") else []):
            add(f"{b}{norm}.weight", WIDTH)
        if arch in ("qwen3", "gemma3"):
            add(f"{b}attn_q_norm.weight", head)
            add(f"{b}attn_k_norm.weight", head)
        for part, rows in (("attn_q", HEADS * head), ("attn_k", KV_HEADS * head), ("attn_v", KV_HEADS * head)):
            add(f"{b}{part}.weight", rows, WIDTH, kind=np.float16 if part == "attn_k" else np.float32)
            if arch == "qwen2":
                add(f"{b}{part}.bias", rows)
        add(f"{b}attn_output.weight", WIDTH, HEADS * head, kind=np.float16)
        add(f"{b}ffn_gate.weight", 32, WIDTH, kind=np.float16)
        add(f"{b}ffn_up.weight", 32, WIDTH, kind=np.float16)
        add(f"{b}ffn_down.weight", WIDTH, 32, kind=Q.Q8_0)
    add("output_norm.weight", WIDTH)
    if arch in ("llama", "qwen2"):
        add("output.weight", VOCAB, WIDTH)
    finish(writer)
    known = {"head_dim": head} if arch == "qwen3" else {}  # transformers overlooks it in the file
    model = AutoModelForCausalLM.from_pretrained(OUT, gguf_file=f"{arch}.gguf", dtype=torch.float32, **known)
    state = model.state_dict()
    if arch not in ("llama", "qwen2"):
        state.pop("lm_head.weight")
    save_file({name: t.half() if fits_half(t) else t for name, t in state.items()}, OUT / f"{arch}.safetensors", PT)
    config = {key: getattr(model.config, key) for key in CONFIG if getattr(model.config, key, None) is not None}
    rope = model.config.rope_parameters
    config["rope_theta"] = rope.get("full_attention", rope)["rope_theta"]
    (OUT / f"{arch}.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")


def fits_half(t):
    return torch.equal(t.half().float(), t)


def llama3_rope():
    """The divisors of Llama 3.1 and later, by transformers' own rule."""
    from transformers import LlamaConfig
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
    rope = {"rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 8192, "rope_theta": 500_000.0}
    config = LlamaConfig(hidden_size=256, num_attention_heads=4, head_dim=64, rope_parameters=rope,
                         max_position_embeddings=131072)
    scaled, _ = ROPE_INIT_FUNCTIONS["llama3"](config, "cpu")
    plain = 1.0 / (500_000.0 ** (torch.arange(0, 64, 2, dtype=torch.float32) / 64))
    writer = gguf.GGUFWriter(OUT / "llama3_rope.gguf", "llama")
    for add, value in ((writer.add_context_length, 131072), (writer.add_embedding_length, 256),
                       (writer.add_block_count, 0), (writer.add_feed_forward_length, 8), (writer.add_head_count, 4),
                       (writer.add_layer_norm_rms_eps, 1e-5), (writer.add_rope_freq_base, 500_000.0),
                       (writer.add_rope_dimension_count, 64)):
        add(value)
    writer.add_tensor("rope_freqs.weight", (plain / scaled).numpy())
    writer.add_tensor("token_embd.weight", np.zeros((2, 256), np.float16))
    finish(writer)


safetensors_files()
blocks_file()
model_file("llama", 4, 2)
model_file("qwen2", 4, 1)
model_file("qwen3", 8, 1)
model_file("gemma2", 8, 1)
model_file("gemma3", 8, 1)
llama3_rope()
for file in OUT.iterdir():
    file.chmod(0o644)
