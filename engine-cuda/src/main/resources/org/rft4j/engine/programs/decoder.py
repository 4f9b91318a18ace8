"""A Llama-style decoder: body with optional recomputation of layers, and a decode loop with a key-value cache.

Weights come as one list: embedding [V,H]; per layer input norm [H], q [N*D,H], k [M*D,H], v [M*D,H], o [H,N*D], post norm
[H], gate [F,H], up [F,H], down [H,F]; last the final norm [H]. shape = [layers, N query heads, M key-value heads, D head
width]. ids, positions [B,T]; sequences are padded on the right, where causal attention cannot see the padding.
"""
from typing import List, Optional, Tuple

import torch
from torch import Tensor
from support import sample


def _rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    wide = x.float()
    return (wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + eps)).type_as(x) * weight


def _rotation(positions: Tensor, width: int, theta: float, like: Tensor) -> Tuple[Tensor, Tensor]:
    """cos and sin [B,1,T,D], each half of the last dimension the same."""
    exponent = torch.arange(0, width, 2, device=positions.device).float() / width
    frequency = torch.pow(torch.full_like(exponent, theta), -exponent)
    angle = positions.float().unsqueeze(-1) * frequency
    angle = torch.cat([angle, angle], -1).unsqueeze(1)
    return (angle.cos().type_as(like), angle.sin().type_as(like))


def _rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = x.size(-1) // 2
    turned = torch.cat([-x[:, :, :, half:], x[:, :, :, :half]], -1)
    return x * cos + turned * sin


def _heads(x: Tensor, weight: Tensor, count: int, width: int) -> Tensor:
    """[B,T,H] to [B,count,T,width]."""
    return torch.matmul(x, weight.t()).view(x.size(0), x.size(1), count, width).transpose(1, 2)


def _mlp(x: Tensor, gate: Tensor, up: Tensor, down: Tensor) -> Tensor:
    return torch.matmul(torch.silu(torch.matmul(x, gate.t())) * torch.matmul(x, up.t()), down.t())


def _layer(x: Tensor, w: List[Tensor], first: int, shape: List[int], eps: float, cos: Tensor, sin: Tensor) -> Tensor:
    h = _rms_norm(x, w[first], eps)
    q = _rotate(_heads(h, w[first + 1], shape[1], shape[3]), cos, sin)
    k = _rotate(_heads(h, w[first + 2], shape[2], shape[3]), cos, sin)
    v = _heads(h, w[first + 3], shape[2], shape[3])
    if shape[1] != shape[2]:
        k = k.repeat_interleave(shape[1] // shape[2], 1)
        v = v.repeat_interleave(shape[1] // shape[2], 1)
    mixed = torch.scaled_dot_product_attention(q, k, v, None, 0.0, True)
    x = x + torch.matmul(mixed.transpose(1, 2).flatten(2), w[first + 4].t())
    return x + _mlp(_rms_norm(x, w[first + 5], eps), w[first + 6], w[first + 7], w[first + 8])


def forward(weights: List[Tensor], ids: Tensor, positions: Tensor, shape: List[int], eps: float,
            theta: float) -> Tensor:
    """Hidden states [B,T,H] after the last norm; autograd keeps what it needs of every layer."""
    x = torch.embedding(weights[0], ids.clone())  # the graph keeps the ids, Java may free its own
    cos, sin = _rotation(positions, shape[3], theta, x)
    for layer in range(shape[0]):
        x = _layer(x, weights, 1 + 9 * layer, shape, eps, cos, sin)
    return _rms_norm(x, weights[-1], eps)


def forward_lean(weights: List[Tensor], ids: Tensor, positions: Tensor, shape: List[int], eps: float,
                 theta: float) -> List[Tensor]:
    """The same without recording: the hidden states, then each layer's input for backward_lean to start from."""
    x = torch.embedding(weights[0], ids)
    cos, sin = _rotation(positions, shape[3], theta, x)
    inputs = [x]
    for layer in range(shape[0]):
        x = _layer(x, weights, 1 + 9 * layer, shape, eps, cos, sin)
        inputs.append(x)
    return [_rms_norm(x, weights[-1], eps)] + inputs


def backward_lean(weights: List[Tensor], ids: Tensor, positions: Tensor, inputs: List[Tensor], gradient: Tensor,
                  shape: List[int], eps: float, theta: float) -> Tensor:
    """Computes each layer again from its kept input, the last first, and runs the gradient through it."""
    cos, sin = _rotation(positions, shape[3], theta, inputs[0])
    x = inputs[shape[0]].detach().requires_grad_(True)
    gradient = _push(_rms_norm(x, weights[-1], eps), gradient, x)
    for step in range(shape[0]):
        layer = shape[0] - 1 - step
        x = inputs[layer].detach().requires_grad_(True)
        gradient = _push(_layer(x, weights, 1 + 9 * layer, shape, eps, cos, sin), gradient, x)
    if weights[0].requires_grad:
        _push(torch.embedding(weights[0], ids), gradient, weights[0])
    return gradient


def _push(y: Tensor, gradient: Tensor, x: Tensor) -> Tensor:
    """Runs the gradient of y back to all weights in its graph and returns the one of x."""
    seeds: List[Optional[Tensor]] = [gradient]
    torch.autograd.backward([y], seeds)
    result = x.grad
    assert result is not None
    return result


def _cached_layer(x: Tensor, w: List[Tensor], first: int, shape: List[int], eps: float, cos: Tensor, sin: Tensor,
                  keys: Tensor, values: Tensor, slots: Tensor, visible: Tensor) -> Tensor:
    h = _rms_norm(x, w[first], eps)
    q = _rotate(_heads(h, w[first + 1], shape[1], shape[3]), cos, sin)
    keys.scatter_(2, slots, _rotate(_heads(h, w[first + 2], shape[2], shape[3]), cos, sin))
    values.scatter_(2, slots, _heads(h, w[first + 3], shape[2], shape[3]))
    used = visible.size(3)
    k = keys[:, :, :used]
    v = values[:, :, :used]
    if shape[1] != shape[2]:
        k = k.repeat_interleave(shape[1] // shape[2], 1)
        v = v.repeat_interleave(shape[1] // shape[2], 1)
    mixed = torch.scaled_dot_product_attention(q, k, v, visible, 0.0, False)
    x = x + torch.matmul(mixed.transpose(1, 2).flatten(2), w[first + 4].t())
    return x + _mlp(_rms_norm(x, w[first + 5], eps), w[first + 6], w[first + 7], w[first + 8])


def _cached_forward(w: List[Tensor], ids: Tensor, positions: Tensor, shape: List[int], eps: float, theta: float,
                    keys: List[Tensor], values: List[Tensor], used: int) -> Tensor:
    """Hidden states [B,T,H] of new tokens, whose keys and values are written at their positions in the cache."""
    x = torch.embedding(w[0], ids)
    cos, sin = _rotation(positions, shape[3], theta, x)
    slots = positions.view(ids.size(0), 1, ids.size(1), 1).expand(ids.size(0), shape[2], ids.size(1), shape[3])
    visible = torch.arange(used, device=ids.device).view(1, 1, 1, used) <= positions.unsqueeze(1).unsqueeze(3)
    for layer in range(shape[0]):
        x = _cached_layer(x, w, 1 + 9 * layer, shape, eps, cos, sin, keys[layer], values[layer], slots, visible)
    return _rms_norm(x, w[-1], eps)


def generate(weights: List[Tensor], head: Tensor, prompts: Tensor, lengths: Tensor, shape: List[int], eps: float,
             theta: float, filters: Tensor, uniforms: Tensor, stop_ids: List[int]) -> Tuple[Tensor, Tensor, Tensor]:
    """Continues prompts [B,P] (padded on the right, true lengths [B]) by one token per column of uniforms [B,N].

    Returns tokens [B,N] (-1 after a stop token), log-probs [B,N] and the number of rows with unusable logits.
    """
    batch, width, count = prompts.size(0), prompts.size(1), uniforms.size(1)
    size = [batch, shape[2], width + count, shape[3]]
    keys: List[Tensor] = []
    values: List[Tensor] = []
    for layer in range(shape[0]):
        keys.append(weights[0].new_zeros(size))
        values.append(weights[0].new_zeros(size))
    positions = torch.arange(width, device=prompts.device).unsqueeze(0).expand(batch, width)
    hidden = _cached_forward(weights, prompts, positions, shape, eps, theta, keys, values, width)
    last = (lengths - 1).view(batch, 1, 1).expand(batch, 1, hidden.size(2))
    hidden = hidden.gather(1, last)
    text = torch.full([batch, width + count], -1, dtype=torch.int64, device=prompts.device)
    text[:, :width] = torch.where(positions < lengths.unsqueeze(1), prompts, torch.full_like(prompts, -1))
    tokens = torch.full([batch, count], -1, dtype=torch.int64, device=prompts.device)
    log_probs = torch.zeros([batch, count], device=prompts.device)
    problems = torch.zeros([], dtype=torch.int64, device=prompts.device)
    penalised = bool((filters[:, 4] != 1.0).any())
    running = torch.ones([batch], dtype=torch.bool, device=prompts.device)
    at = lengths.clone()
    step = 0
    while step < count and bool(running.any()):
        logits = torch.matmul(hidden.squeeze(1), head.t())
        seen: Optional[Tensor] = None
        if penalised:
            seen = text
        drawn, log_prob, bad = sample(logits, seen, filters, uniforms[:, step])
        problems += bad
        tokens[:, step] = torch.where(running, drawn, torch.full_like(drawn, -1))
        log_probs[:, step] = torch.where(running, log_prob, torch.zeros_like(log_prob))
        text.scatter_(1, at.unsqueeze(1), tokens[:, step:step + 1])
        for stop in stop_ids:
            running = running & (drawn != stop)
        step += 1
        if step < count:
            hidden = _cached_forward(weights, drawn.unsqueeze(1), at.unsqueeze(1), shape, eps, theta, keys, values,
                                     width + step)
        at = at + 1
    return (tokens, log_probs, problems)
