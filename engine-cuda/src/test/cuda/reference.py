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


def gradient_error_scale(logits, ids, grad_logp, grad_entropy, inv_temperature, softcap):
    """What one relative rounding error of fp32 arithmetic is multiplied by, element by element.

    The absolute values of the terms of the gradient (they may cancel), times the size of the numbers whose difference is
    exponentiated: p = exp(z - lse) is off by the rounding of z and lse, relatively.
    """
    z = shaped(logits, inv_temperature, softcap)
    lse = torch.logsumexp(z, dim=-1, keepdim=True)
    log_p = (z - lse).clamp(min=-1e4)
    p = log_p.exp()
    entropy = -(p * log_p).sum(-1, keepdim=True)
    terms = p * (grad_logp[:, None].abs() + grad_entropy[:, None].abs() * (1 + log_p.abs() + entropy))
    terms.scatter_add_(1, ids[:, None], grad_logp[:, None].abs())
    return inv_temperature * terms * (1 + lse.abs() + log_p.abs())


def sample(logits, threshold, uniforms):
    """Token, its log-probability among the kept tokens, and how far u is from the nearest edge of the token's interval."""
    kept = logits.masked_fill(logits < threshold[:, None], -torch.inf)
    log_p = torch.log_softmax(kept, dim=-1)
    cumulative = log_p.exp().cumsum(-1)
    ids = (cumulative > uniforms[:, None]).int().argmax(-1)
    upper = cumulative.gather(-1, ids[:, None])[:, 0]
    lower = upper - log_p.gather(-1, ids[:, None])[:, 0].exp()
    return ids, log_p.gather(-1, ids[:, None])[:, 0], torch.minimum(upper - uniforms, uniforms - lower)
