"""head.json: log-probability, entropy and log-normaliser of the LM head, with gradients from autograd."""

import torch

import golden


def logits(hidden, weight, bias, softcap, temperature):
    """hidden @ weight^T (+ bias), then softcap (0 = off), then temperature."""
    z = hidden @ weight.T
    if bias is not None:
        z = z + bias
    if softcap > 0:
        z = softcap * torch.tanh(z / softcap)
    return z / temperature


def score(z, ids):
    """log_prob, entropy and log_norm of full logits [B,T,V]."""
    log_p = torch.log_softmax(z, dim=-1)
    log_prob = log_p.gather(-1, ids.unsqueeze(-1)).squeeze(-1)
    entropy = -(log_p.exp() * log_p).sum(-1)
    return log_prob, entropy, torch.logsumexp(z, dim=-1)


def masked(value, mask):
    return value if mask is None else value * mask


def build(
    name,
    seed,
    shape=(2, 4),
    vocabulary=13,
    width=6,
    softcap=0.0,
    temperature=1.0,
    with_bias=False,
    with_mask=False,
    scale=1.0,
    entropy_gradient=True,
    log_prob_gradient=True,
    weight_step=1 / 256,
    projected=False,
):
    draw = golden.Draw(seed)
    batch, length = shape
    hidden = golden.leaf(draw.grid(batch, length, width, scale=scale))
    weight = golden.leaf(draw.grid(vocabulary, width, step=weight_step))
    bias = golden.leaf(draw.grid(vocabulary)) if with_bias else None
    ids = draw.ids(batch, length, below=vocabulary)
    mask = None
    if with_mask:
        mask = torch.ones(batch, length, dtype=torch.int64)
        mask[0, 0] = 0
        mask[1, length - 2 :] = 0
    grad_log_prob = draw.grid(batch, length) * float(log_prob_gradient)
    grad_entropy = draw.grid(batch, length) * float(entropy_gradient)
    softcap, temperature = golden.f32(softcap), golden.f32(temperature)

    z = logits(hidden, weight, bias, softcap, temperature)
    log_prob, entropy, log_norm = (masked(value, mask) for value in score(z, ids))
    (log_prob * grad_log_prob + entropy * grad_entropy).sum().backward()
    print(f"  {name}: logits {z.min().item():.2f} to {z.max().item():.2f}")

    inputs = {"hidden": hidden, "ids": ids, "mask": mask, "weight": weight, "bias": bias}
    inputs |= {"grad_log_prob": grad_log_prob, "grad_entropy": grad_entropy}
    outputs = {"log_prob": log_prob, "entropy": entropy, "log_norm": log_norm, "grad_hidden": hidden.grad}
    if projected:
        rows = torch.unique(torch.cat([ids.reshape(-1), draw.ids(16, below=vocabulary)]))
        inputs |= {"rows": rows, "projection": draw.grid(vocabulary, step=1 / 16)}
        outputs["grad_weight_rows"] = weight.grad[rows]
        outputs["grad_weight_projection"] = inputs["projection"] @ weight.grad
    else:
        outputs["grad_weight"] = weight.grad
    outputs["grad_bias"] = None if bias is None else bias.grad
    return golden.case(name, {"softcap": softcap, "temperature": temperature}, inputs, outputs)


def main():
    everything = {"softcap": 3.0, "temperature": 0.7, "with_bias": True}
    cases = [
        build("plain", 1),
        build("bias", 2, with_bias=True),
        build("softcap", 3, softcap=2.5),
        build("temperature", 4, temperature=0.7),
        build("combined", 5, **everything),
        build("mask", 6, with_mask=True, **everything),
        build("log_prob_gradient_only", 7, entropy_gradient=False),
        build("entropy_gradient_only", 8, log_prob_gradient=False),
        build("large_logits", 9, scale=10.5, with_bias=True),
        build("one_token", 10, shape=(1, 1), vocabulary=5, width=3),
        build(
            "vocabulary_1000", 11, shape=(2, 3), vocabulary=1000, width=16, weight_step=1 / 16, projected=True
        ),
    ]
    golden.write("head", "head.py", cases)


if __name__ == "__main__":
    main()
