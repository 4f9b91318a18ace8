"""The operators' definitions in plain PyTorch, float64: slow, obviously right, differentiable."""

import torch


def shaped(logits, inv_temperature, softcap):
    z = logits
    if softcap > 0:
        z = softcap * torch.tanh(z / softcap)
    return z * inv_temperature


def selective_log_softmax(logits, ids, inv_temperature, softcap):
    """logp, entropy and lse of each row; tokens of probability 0 count 0 in the entropy."""
    z = shaped(logits, inv_temperature, softcap)
    log_p = torch.log_softmax(z, dim=-1)
    finite = log_p.masked_fill(log_p == -torch.inf, 0)
    entropy = -(log_p.exp() * finite).sum(-1)
    return log_p.gather(-1, ids[:, None])[:, 0], entropy, torch.logsumexp(z, dim=-1)


def gradient(logits, ids, grad_logp, grad_entropy, inv_temperature, softcap):
    """d(sum(grad_logp * logp + grad_entropy * entropy)) / d logits, by PyTorch's own autograd."""
    leaf = logits.clone().requires_grad_()
    logp, entropy, _ = selective_log_softmax(leaf, ids, inv_temperature, softcap)
    loss = (grad_logp * logp + grad_entropy * entropy).sum()
    return torch.autograd.grad(loss, leaf)[0]


def sample(logits, threshold, uniforms):
    """Token, its log-probability among the kept tokens, and how far u is from the nearest edge of the token's interval."""
    kept = logits.masked_fill(logits < threshold[:, None], -torch.inf)
    log_p = torch.log_softmax(kept, dim=-1)
    cumulative = log_p.exp().cumsum(-1)
    ids = (cumulative > uniforms[:, None]).int().argmax(-1)
    upper = cumulative.gather(-1, ids[:, None])[:, 0]
    lower = upper - log_p.gather(-1, ids[:, None])[:, 0].exp()
    return ids, log_p.gather(-1, ids[:, None])[:, 0], torch.minimum(upper - uniforms, uniforms - lower)
