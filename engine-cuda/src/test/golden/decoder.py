"""decoder*.json: a tiny Llama in float64 from transformers, hidden states after the last norm and all gradients.

transformers computes norms, rotary angles and the attention softmax in float32 whatever the model's type. Here those
three are replaced by the same formulas in float64; the stock model must agree to float32 accuracy, which is checked.
"""

import contextlib

import torch
import transformers
from transformers.models.llama import modeling_llama

import golden

VOCABULARY = 37
CONFIG = {
    "vocab_size": VOCABULARY,
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "rms_norm_eps": 1e-5,
    "tie_word_embeddings": False,
    "max_position_embeddings": 64,
}
ROPE_THETA = 10000.0
STOCK_TOLERANCE = 2e-5
MARGIN = 1e-2


def norm_forward(self, hidden):
    variance = hidden.pow(2).mean(-1, keepdim=True)
    return self.weight * (hidden * torch.rsqrt(variance + self.variance_epsilon))


def rotary_forward(self, x, position_ids):
    width = self.config.head_dim or self.config.hidden_size // self.config.num_attention_heads
    exponents = torch.arange(0, width, 2, dtype=torch.float64) / width
    angles = position_ids[..., None].double() * (1.0 / ROPE_THETA**exponents)
    angles = torch.cat((angles, angles), dim=-1)
    return angles.cos(), angles.sin()


def attention_forward(module, query, key, value, attention_mask, scaling, dropout=0.0, **unused):
    key = modeling_llama.repeat_kv(key, module.num_key_value_groups)
    value = modeling_llama.repeat_kv(value, module.num_key_value_groups)
    scores = torch.matmul(query, key.transpose(2, 3)) * scaling
    if attention_mask is not None:
        scores = scores + attention_mask
    weights = torch.softmax(scores, dim=-1)
    return torch.matmul(weights, value).transpose(1, 2).contiguous(), weights


@contextlib.contextmanager
def float64_inside():
    replaced = [
        (modeling_llama.LlamaRMSNorm, "forward", norm_forward),
        (modeling_llama.LlamaRotaryEmbedding, "forward", rotary_forward),
        (modeling_llama, "eager_attention_forward", attention_forward),
    ]
    saved = [(owner, name, getattr(owner, name)) for owner, name, _ in replaced]
    try:
        for owner, name, function in replaced:
            setattr(owner, name, function)
        yield
    finally:
        for owner, name, function in saved:
            setattr(owner, name, function)


def make_model(draw, head_dim):
    rope = {"rope_type": "default", "rope_theta": ROPE_THETA}
    config = transformers.LlamaConfig(**CONFIG, head_dim=head_dim, rope_parameters=rope, attn_implementation="eager")
    model = transformers.LlamaForCausalLM(config).double().eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "norm" in name:
                parameter.copy_(draw.grid(*parameter.shape, scale=0.25, step=1 / 64, mean=1.0))
            else:
                scale = 1.0 if "embed" in name or "lm_head" in name else 0.4
                parameter.copy_(draw.grid(*parameter.shape, scale=scale, step=1 / 64))
    return model


def hidden_and_gradients(model, ids, positions, mask, grad_hidden):
    """Hidden states after the last norm, zero at padding, and the gradient of every body weight."""
    model.zero_grad()
    hidden = model.model(input_ids=ids, position_ids=positions, attention_mask=mask, use_cache=False).last_hidden_state
    if mask is not None:
        hidden = hidden * mask.unsqueeze(-1)
    (hidden * grad_hidden).sum().backward()
    gradients = {f"grad_{name}": p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}
    return {"hidden": hidden.detach(), **gradients}


def greedy(model, prompt, count):
    """Greedy tokens and their log-probabilities, by full forward passes; the best token must win by a margin."""
    ids, log_probs = prompt, []
    with torch.no_grad():
        for _ in range(count):
            log_p = torch.log_softmax(model(input_ids=ids, use_cache=False).logits[0, -1], dim=-1)
            best = log_p.topk(2)
            if best.values[0] - best.values[1] < MARGIN:
                raise ValueError("greedy choice without a margin: take another seed")
            log_probs.append(best.values[0])
            ids = torch.cat([ids, best.indices[:1].unsqueeze(0)], dim=1)
    return ids[:, prompt.shape[1] :], torch.stack(log_probs).unsqueeze(0)


def check_stock(name, exact, stock):
    for key, value in exact.items():
        error = (value - stock[key]).abs().max().item() / max(1.0, value.abs().max().item())
        if error > STOCK_TOLERANCE:
            raise ValueError(f"{name}: {key} differs from the stock model by {error}")


def build(name, seed, head_dim=None, lengths=None, with_generation=False):
    draw = golden.Draw(seed)
    model = make_model(draw, head_dim)
    ids = draw.ids(2, 7, below=VOCABULARY)
    positions = torch.arange(7).expand(2, 7).contiguous()
    grad_hidden = draw.grid(2, 7, CONFIG["hidden_size"], step=1 / 64)
    mask = None
    if lengths is not None:
        mask = (torch.arange(7) < torch.tensor(lengths).unsqueeze(-1)).long()
        grad_hidden = grad_hidden * mask.unsqueeze(-1)
        ids = ids * mask
    stock = hidden_and_gradients(model, ids, positions, mask, grad_hidden)
    with float64_inside():
        outputs = hidden_and_gradients(model, ids, positions, mask, grad_hidden)
        inputs = {"ids": ids, "positions": positions, "mask": mask, "grad_hidden": grad_hidden}
        if with_generation:
            inputs["prompt"] = draw.ids(1, 3, below=VOCABULARY)
            outputs["generated"], outputs["generated_log_probs"] = greedy(model, inputs["prompt"], 8)
            print(f"  {name}: {inputs['prompt'].tolist()} continues {outputs['generated'].tolist()}")
    check_stock(name, {key: outputs[key] for key in stock}, stock)
    inputs |= dict(model.named_parameters())
    if not with_generation:
        del inputs["lm_head.weight"]
    options = {**CONFIG, "rope_theta": ROPE_THETA, "head_dim": head_dim or 4}
    return golden.case(name, options, inputs, outputs)


def main():
    versions = {"transformers": transformers.__version__}
    golden.write("decoder", "decoder.py", [build("plain", 131, with_generation=True)], **versions)
    golden.write("decoder_padded", "decoder.py", [build("right_padded", 132, lengths=[7, 4])], **versions)
    golden.write("decoder_head_dim", "decoder.py", [build("head_dim_8", 133, head_dim=8)], **versions)


if __name__ == "__main__":
    main()
