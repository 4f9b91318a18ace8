"""As head.py, with the hand-written operators of src/main/cuda: one pass over a chunk's logits each way, in their own
type. No logits are kept for the way back.

Loading this program fails where the operators are absent, which is how Java finds out.
"""
from typing import Optional, Tuple

import torch
from torch import Tensor
from chunks import selected_rows, optional_sink, flush_optional_sink, push_logit_gradient, count_non_finite, usable_bias


def _logits(h: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
    z = torch.mm(h, weight.t())
    if bias is not None:
        z.add_(bias)
    return z


def score(hidden: Tensor, ids: Tensor, mask: Optional[Tensor], weight: Tensor, bias: Optional[Tensor],
          softcap: float, usable: int, temperature: float, entropy: bool, chunk_rows: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    """Returns log-probs [B,T], entropies [B,T] (always), log-normalisers [B,T] and the number of non-finite results."""
    flat = hidden.reshape(-1, hidden.size(-1))
    rows = selected_rows(mask, flat.size(0), hidden)
    w = weight[:usable]
    b = usable_bias(bias, usable)
    target = ids.reshape(-1)
    log_prob = torch.zeros(flat.size(0), dtype=torch.float32, device=hidden.device)
    entropies = torch.zeros_like(log_prob)
    log_norm = torch.zeros_like(log_prob)
    for start in range(0, rows.size(0), chunk_rows):
        r = rows[start:start + chunk_rows]
        z = _logits(flat.index_select(0, r), w, b)
        lp, h, lse = torch.ops.rft4j.selective_log_softmax(z, target.index_select(0, r), 1.0 / temperature, softcap)
        log_prob.index_copy_(0, r, lp)
        entropies.index_copy_(0, r, h)
        log_norm.index_copy_(0, r, lse)
    problems = count_non_finite(log_norm)
    return (log_prob.view(ids.size()), entropies.view(ids.size()), log_norm.view(ids.size()), problems)


def backward(hidden: Tensor, ids: Tensor, mask: Optional[Tensor], weight: Tensor, bias: Optional[Tensor],
             softcap: float, usable: int, temperature: float, log_norm: Tensor, entropies: Tensor,
             grad_log_prob: Tensor, grad_entropy: Optional[Tensor], chunk_rows: int) -> Tensor:
    """Gradient of the hidden states; gradients of weight and bias are added to theirs where they require one."""
    flat = hidden.reshape(-1, hidden.size(-1))
    rows = selected_rows(mask, flat.size(0), hidden)
    w = weight[:usable]
    b = usable_bias(bias, usable)
    grad_hidden = torch.zeros_like(flat)
    weight_sink = optional_sink(weight)
    bias_sink = optional_sink(bias)
    for start in range(0, rows.size(0), chunk_rows):
        r = rows[start:start + chunk_rows]
        h = flat.index_select(0, r)
        z = _logits(h, w, b)
        g = grad_log_prob.reshape(-1).index_select(0, r)
        e = torch.zeros_like(g)
        if grad_entropy is not None:
            e = grad_entropy.reshape(-1).index_select(0, r)
        dz = torch.ops.rft4j.selective_log_softmax_backward_(z, ids.reshape(-1).index_select(0, r),
                                                             log_norm.reshape(-1).index_select(0, r),
                                                             entropies.reshape(-1).index_select(0, r), g, e,
                                                             1.0 / temperature, softcap)
        push_logit_gradient(dz, h, r, w, grad_hidden, weight_sink[:usable], bias_sink[:usable])
    flush_optional_sink(weight, weight_sink)
    flush_optional_sink(bias, bias_sink)
    return grad_hidden.view(hidden.size())
