"""Golden checkpoints: tiny models with random weights, and what transformers computes with them.

    python models.py              # ../resources/golden/models/*, all of them
    python models.py llama qwen2  # these only

Each folder holds config.json and model.safetensors as transformers saves them, golden.safetensors (README.md says
what is in it) and, for some, config.v4.json: the same configuration in the style of transformers 4.

Every golden value comes from the stock model in float32. The same model with each step in float64 must agree, each
choice of the greedy continuation must win clearly, each tensor must have a gradient, and each option listed under
`bites` must change the logits; a seed that fails is passed over.
"""

import copy
import json
import pathlib
import sys

sys.path.append(sys.path.pop(0))  # a file beside this one has the name of a library that transformers imports

import torch  # noqa: E402
import transformers  # noqa: E402
from safetensors import safe_open  # noqa: E402
from safetensors.torch import save_file  # noqa: E402
from torch.overrides import TorchFunctionMode  # noqa: E402
from transformers import (  # noqa: E402
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
)

from model_cases import CASES, HEADS  # noqa: E402

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden" / "models"
AGREEMENT = 1e-5
MARGIN = 1e-2
BITE = 1e-2
SMALLEST_GRADIENT = 1e-4
LENGTH = 12
PROMPT = 4
FIRST_ID = 3
TRIES = 200
VERSIONS = {"torch": torch.__version__.split("+")[0], "transformers": transformers.__version__}
V4_GONE = ("rope_parameters", "layer_types", "dtype", "transformers_version", "_sliding_window_pattern")
RENAMED = {("gpt_neox", "lm_head.weight"): "embed_out.weight"}  # in memory, in files
V4_NULLS = ("rope_scaling", "pad_token_id", "sliding_window")


class Rejected(Exception):
    """A seed whose model shows too little."""


class InFloat64(TorchFunctionMode):
    """Lets models that go to float32 for norms, angles and the softmax go to float64 instead."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        def widen(value):
            return torch.float64 if value is torch.float32 else value

        if function is torch.Tensor.float:
            function = torch.Tensor.double
        args = tuple(widen(argument) for argument in args)
        return function(*args, **{key: widen(value) for key, value in (kwargs or {}).items()})


def require(holds, what):
    if not holds:
        raise Rejected(what)


def make(factory, kind, options, **more):
    config = AutoConfig.for_model(kind, **copy.deepcopy(options), **more)
    return factory.from_config(config, attn_implementation="eager").eval()


def in_float64(factory, kind, options, weights, **more):
    with InFloat64():
        torch.set_default_dtype(torch.float64)
        try:
            model = make(factory, kind, options, **more).double()
        finally:
            torch.set_default_dtype(torch.float32)
        model.load_state_dict(weights)
    return model


def fill(model, seed):
    """Weights that matter: no norm is the identity, no bias is zero."""
    generator = torch.Generator().manual_seed(seed)
    gemma = model.config.model_type.startswith("gemma")
    for name, weight in model.named_parameters():
        draw = torch.randn(weight.shape, generator=generator)
        norm = "norm" in name or ".ln_" in name
        if norm and name.endswith("weight"):
            draw = 0.25 * draw + (0.0 if gemma else 1.0)
        elif name.endswith("bias"):
            draw = 0.25 * draw
        else:
            embedding = 0.15 if gemma else 0.5  # Gemma multiplies them
            draw = (embedding if "emb" in name or "wte" in name or "wpe" in name else 0.35) * draw
        weight.data.copy_(draw)


def logits_of(model, ids):
    """Of a copy: scalings that depend on the length are kept in the model."""
    with torch.no_grad():
        return copy.deepcopy(model)(input_ids=ids, use_cache=False).logits


def greedy(model, prompt, count):
    """Each token from the whole sequence anew."""
    ids = prompt
    for _ in range(count):
        last = logits_of(model, ids)[0, -1]
        best = torch.topk(last, 2).values
        require(best[0] - best[1] > MARGIN, "a choice is too close")
        ids = torch.cat([ids, last.argmax().view(1, 1)], 1)
    return ids[:, prompt.shape[1] :]


def negative_log_likelihood(model, ids):
    logits = model(input_ids=ids, use_cache=False).logits[:, :-1]
    return torch.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), ids[:, 1:].reshape(-1))


def gradients(model, value):
    model.zero_grad()
    value.backward()
    kind = model.config.model_type
    named = {RENAMED.get((kind, name), name): p for name, p in model.named_parameters()}
    return {name: p.grad.clone() for name, p in named.items() if p.requires_grad}


def check_gradients(found, exact):
    for name, gradient in found.items():
        require(gradient.abs().max() > SMALLEST_GRADIENT, name + " has next to no gradient")
        require((gradient - exact[name]).abs().max() < AGREEMENT, "the gradient of " + name + " is not exact")


def check_agreement(found, exact, what):
    require((found - exact).abs().max() < AGREEMENT, what + " in float32 and float64 disagree")


def draw_ids(vocabulary, rows, length, seed):
    generator = torch.Generator().manual_seed(seed + 1)
    return torch.randint(FIRST_ID, vocabulary, (rows, length), generator=generator)


def causal(name, case, seed):
    kind = case.get("type", name.split("_rope")[0].split("_tied")[0])
    model = make(AutoModelForCausalLM, kind, case["config"])
    fill(model, seed)
    vocabulary = case["config"]["vocab_size"]
    ids = draw_ids(vocabulary, 2, case.get("length", LENGTH), seed)
    golden = {"ids": ids, "logits": logits_of(model, ids)}
    golden["prompt"] = ids[:1, :PROMPT].clone()
    golden["greedy"] = greedy(model, golden["prompt"], 12)
    require(len(set(golden["greedy"][0].tolist())) >= 4, "the continuation repeats itself")
    if "short" in case:
        golden["ids.short"] = ids[:, : case["short"]].clone()
        golden["logits.short"] = logits_of(model, golden["ids.short"])
    exact = in_float64(AutoModelForCausalLM, kind, case["config"], model.state_dict())
    with InFloat64():
        for suffix in ("", ".short") if "short" in case else ("",):
            check_agreement(golden["logits" + suffix], logits_of(exact, golden["ids" + suffix]), "logits" + suffix)
        exact_gradients = gradients(exact, negative_log_likelihood(exact, ids))
    loss = negative_log_likelihood(model, ids)
    golden["loss"] = loss.detach().clone()
    found = gradients(model, loss)
    check_gradients(found, exact_gradients)
    for change in case.get("bites", []):
        other = make(AutoModelForCausalLM, kind, {**case["config"], **change})
        other.load_state_dict(model.state_dict())
        require((logits_of(other, ids) - golden["logits"]).abs().max() > BITE, str(change) + " is not seen")
    golden.update({"grad." + key: gradient for key, gradient in found.items()})
    return model, golden


def head(name, case, seed):
    sequence = case["task"] == "sequence"
    factory = AutoModelForSequenceClassification if sequence else AutoModelForTokenClassification
    model = make(factory, case["type"], case["config"], num_labels=1)
    fill(model, seed)
    ids = draw_ids(case["config"]["vocab_size"], 2, LENGTH, seed)
    mask = torch.ones_like(ids)
    mask[1, LENGTH - 4 :] = 0
    ids = ids * mask + case["config"]["pad_token_id"] * (1 - mask)

    def scores(of):
        found = of(input_ids=ids, attention_mask=mask, use_cache=False).logits.squeeze(-1)
        return found if sequence else found * mask

    exact = in_float64(factory, case["type"], case["config"], model.state_dict(), num_labels=1)
    with InFloat64():
        exact_scores = scores(exact)
        exact_gradients = gradients(exact, exact_scores.sum())
    found = scores(model)
    check_agreement(found, exact_scores, "scores")
    golden = {"ids": ids, "mask": mask, "scores": found.detach().clone()}
    found = gradients(model, found.sum())
    check_gradients(found, exact_gradients)
    golden.update({"grad." + key: gradient for key, gradient in found.items()})
    return model, golden


def write_golden(folder, golden, **more):
    """One entry of metadata: the order of several is not fixed."""
    metadata = {"golden": json.dumps({"versions": VERSIONS, **more})}
    save_file({key: value.contiguous() for key, value in golden.items()}, folder / "golden.safetensors", metadata)


def names_in(file):
    with safe_open(file, framework="pt") as opened:
        return set(opened.keys())


def write_v4(folder, case, golden):
    """The same configuration as transformers 4 wrote it; it must be read as the same model."""
    config = json.loads((folder / "config.json").read_text())
    config = {key: value for key, value in config.items() if key not in V4_GONE}
    config.update({"torch_dtype": "float32", "transformers_version": "4.46.0", "rope_scaling": None})
    if case["config"].get("head_dim") is None:
        config.pop("head_dim", None)
    config.update(case["v4"])
    config = {key: value for key, value in config.items() if key in V4_NULLS or value is not None}
    (folder / "config.v4.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    model = AutoModelForCausalLM.from_pretrained(
        folder, config=AutoConfig.from_pretrained(folder / "config.v4.json"), attn_implementation="eager"
    ).eval()
    for suffix in ("", ".short") if "short" in case else ("",):
        difference = (logits_of(model, golden["ids" + suffix]) - golden["logits" + suffix]).abs().max()
        assert difference == 0, (folder.name, "config.v4.json is another model", difference)


def first_accepted(name, build, case):
    for seed in range(1, TRIES):
        try:
            return seed, *build(name, case, seed)
        except Rejected as why:
            reason = why
    raise SystemExit(f"{name}: no seed below {TRIES}; the last one: {reason}")


def write(name, build, case):
    seed, model, golden = first_accepted(name, build, case)
    folder = GOLDEN / name
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    stored = names_in(folder / "model.safetensors")
    assert stored == {key[5:] for key in golden if key.startswith("grad.")}, (name, stored)
    write_golden(folder, golden, seed=seed)
    if "v4" in case:
        write_v4(folder, case, golden)
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{name}: seed {seed}, {size} bytes")


def main():
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    for table, build in ((CASES, causal), (HEADS, head)):
        for name, case in table.items():
            if len(sys.argv) == 1 or name in sys.argv[1:]:
                write(name, build, case)


if __name__ == "__main__":
    main()
