"""Numbers that need the whole distribution p of a position, in chunks of rows, with analytic gradients.

`kind` chooses: 0 divergence from a teacher distribution q, 1 the same over given tokens plus a tail bucket, 2 the sum
of squared probabilities, 3 the exact expectation of one-token rollout. Divergences have one parameter, alpha:
0 gives KL(q||p), 1 gives KL(p||q), between them (1-alpha) KL(p||M) + alpha KL(q||M) with M = (1-alpha) p + alpha q.

Shapes: hidden [B,T,H], mask [B,T], ids [B,T,K], teacher_log_probs [B,T,K], numbers = [alpha] or [beta, kappa].
Ids from `usable` on have no probability, neither for the student nor for the teacher.
"""
from typing import List, Optional, Tuple

import torch
from torch import Tensor
from chunks import selected_rows, raw_logits, softcap_slope, optional_sink, flush_optional_sink
from chunks import push_logit_gradient, count_non_finite, usable_bias


def _log_probs(h: Tensor, weight: Tensor, bias: Optional[Tensor], softcap: float, temperature: float) -> Tensor:
    z = raw_logits(h, weight, bias, softcap)
    if temperature != 1.0:
        z.div_(temperature)
    return torch.log_softmax(z, 1)


def _divergence(lp: Tensor, lq: Tensor, alpha: float) -> Tuple[Tensor, Tensor]:
    """Values [n] and, per outcome, p times the derivative by p, up to a multiple of p (which no logit feels)."""
    if alpha == 0.0:
        q = lq.exp()
        return (_weighted(q, lq - lp).sum(1), -q)
    if alpha == 1.0:
        p, ratio = lp.exp(), lp - lq
        value = _weighted(p, ratio).sum(1)
        return (value, _weighted(p, ratio - value.unsqueeze(1)))  # centred: a sure student's gradient is a small rest
    log_m = torch.logaddexp(lp + math.log(1.0 - alpha), lq + math.log(alpha))
    share = _weighted(lp.exp(), lp - log_m).mul_(1.0 - alpha)
    return (share.sum(1) + _weighted(lq.exp(), lq - log_m).mul_(alpha).sum(1), share)


def _weighted(w: Tensor, x: Tensor) -> Tensor:
    """w * x where 0 * infinity counts 0: an impossible outcome costs nothing. NaN stays, for Java to report."""
    return torch.where(w == 0, w, w * x)


def _buckets(lp: Tensor) -> Tensor:
    """[n,K] log-probs to [n,K+1] with the log-prob of everything else last."""
    inside = torch.logsumexp(lp, 1, keepdim=True).clamp(max=-1e-7)
    return torch.cat([lp, torch.log(-torch.expm1(inside))], 1)


def _otr_weights(lp: Tensor, gold: Tensor, beta: float, kappa: float) -> Tensor:
    w = torch.softmax(lp / kappa, 1)
    gold_weight = w.gather(1, gold)
    return w.mul_(beta).scatter_(1, gold, gold_weight)


def _values_and_shares(kind: int, lp: Tensor, lq: Tensor, ids: Tensor, teacher: Tensor,
                       numbers: List[float]) -> Tuple[Tensor, Tensor]:
    """Values [n], and shares e [n,V] such that the gradient by logit v is e_v - p_v * sum(e)."""
    if kind == 0:
        return _divergence(lp, lq, numbers[0])
    if kind == 1:
        bucket_lp = _buckets(lp.gather(1, ids))
        value, share = _divergence(bucket_lp, _buckets(teacher), numbers[0])
        tail = (lp - bucket_lp[:, -1:]).exp_().mul_(share[:, -1:])  # the tail's share, split by probability
        return (value, tail.scatter_(1, ids, share[:, :-1]))
    if kind == 2:
        squares = lp.exp().square_()
        return (squares.sum(1), squares * 2.0)
    w = _otr_weights(lp, ids, numbers[0], numbers[1])
    return (-torch.where(w == 0, w, w * lp).sum(1), -w)


def values(kind: int, numbers: List[float], hidden: Tensor, mask: Optional[Tensor], weight: Tensor,
           bias: Optional[Tensor], softcap: float, usable: int, temperature: float, teacher_hidden: Optional[Tensor],
           teacher_weight: Optional[Tensor], teacher_bias: Optional[Tensor], teacher_softcap: float,
           teacher_temperature: float, ids: Optional[Tensor], teacher_log_probs: Optional[Tensor],
           chunk_rows: int) -> Tuple[Tensor, Tensor]:
    """Values [B,T], 0 where the mask is 0, and the number of results that are not finite."""
    flat = hidden.reshape(-1, hidden.size(-1))
    rows = selected_rows(mask, flat.size(0), hidden)
    w = weight[:usable]
    b = usable_bias(bias, usable)
    result = torch.zeros(flat.size(0), dtype=torch.float32, device=hidden.device)
    for start in range(0, rows.size(0), chunk_rows):
        r = rows[start:start + chunk_rows]
        lp = _log_probs(flat.index_select(0, r), w, b, softcap, temperature)
        lq = _teacher(r, lp, teacher_hidden, teacher_weight, teacher_bias, teacher_softcap, usable, teacher_temperature)
        value, shares = _values_and_shares(kind, lp, lq, _optional_rows(ids, r, lp),
                                           _optional_rows(teacher_log_probs, r, lp), numbers)
        result.index_copy_(0, r, value)
    return (result.view([hidden.size(0), hidden.size(1)]), count_non_finite(result))


def backward(kind: int, numbers: List[float], hidden: Tensor, mask: Optional[Tensor], weight: Tensor,
             bias: Optional[Tensor], softcap: float, usable: int, temperature: float, teacher_hidden: Optional[Tensor],
             teacher_weight: Optional[Tensor], teacher_bias: Optional[Tensor], teacher_softcap: float,
             teacher_temperature: float, ids: Optional[Tensor], teacher_log_probs: Optional[Tensor],
             grad_values: Tensor, chunk_rows: int) -> Tensor:
    """Gradient of the student's hidden states; weight and bias gradients add up on those that require them."""
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
        raw = raw_logits(h, w, b, softcap)
        lp = torch.log_softmax(raw / temperature, 1)
        lq = _teacher(r, lp, teacher_hidden, teacher_weight, teacher_bias, teacher_softcap, usable, teacher_temperature)
        value, shares = _values_and_shares(kind, lp, lq, _optional_rows(ids, r, lp),
                                           _optional_rows(teacher_log_probs, r, lp), numbers)
        dz = shares - lp.exp_().mul_(shares.sum(1, keepdim=True))
        dz.mul_(grad_values.reshape(-1).index_select(0, r).float().div(temperature).unsqueeze(1))
        if softcap > 0.0:
            dz.mul_(softcap_slope(raw, softcap))
        push_logit_gradient(dz, h, r, w, grad_hidden, weight_sink[:usable], bias_sink[:usable])
    flush_optional_sink(weight, weight_sink)
    flush_optional_sink(bias, bias_sink)
    return grad_hidden.view(hidden.size())


def gather_log_probs(hidden: Tensor, ids: Tensor, mask: Optional[Tensor], weight: Tensor, bias: Optional[Tensor],
                     softcap: float, usable: int, temperature: float, chunk_rows: int) -> Tensor:
    """Log-probs [B,T,K] of ids [B,T,K]; 0 where the mask is 0."""
    flat = hidden.reshape(-1, hidden.size(-1))
    flat_ids = ids.reshape(-1, ids.size(-1))
    rows = selected_rows(mask, flat.size(0), hidden)
    w = weight[:usable]
    b = usable_bias(bias, usable)
    result = torch.zeros(flat_ids.size(), dtype=torch.float32, device=hidden.device)
    for start in range(0, rows.size(0), chunk_rows):
        r = rows[start:start + chunk_rows]
        lp = _log_probs(flat.index_select(0, r), w, b, softcap, temperature)
        result.index_copy_(0, r, lp.gather(1, flat_ids.index_select(0, r)))
    return result.view(ids.size())


def top_log_probs(hidden: Tensor, k: int, mask: Optional[Tensor], weight: Tensor, bias: Optional[Tensor],
                  softcap: float, usable: int, temperature: float, chunk_rows: int) -> Tuple[Tensor, Tensor]:
    """The k best tokens of each position, best first, and their log-probs: both [B,T,k]; 0 where the mask is 0."""
    flat = hidden.reshape(-1, hidden.size(-1))
    rows = selected_rows(mask, flat.size(0), hidden)
    w = weight[:usable]
    b = usable_bias(bias, usable)
    ids = torch.zeros([flat.size(0), k], dtype=torch.int64, device=hidden.device)
    log_probs = torch.zeros([flat.size(0), k], dtype=torch.float32, device=hidden.device)
    for start in range(0, rows.size(0), chunk_rows):
        r = rows[start:start + chunk_rows]
        best, where = _log_probs(flat.index_select(0, r), w, b, softcap, temperature).topk(k, 1)
        ids.index_copy_(0, r, where)
        log_probs.index_copy_(0, r, best)
    shape = [hidden.size(0), hidden.size(1), k]
    return (ids.view(shape), log_probs.view(shape))


def _teacher(rows: Tensor, lp: Tensor, hidden: Optional[Tensor], weight: Optional[Tensor], bias: Optional[Tensor],
             softcap: float, usable: int, temperature: float) -> Tensor:
    if hidden is not None and weight is not None:
        h = hidden.reshape(-1, hidden.size(-1)).index_select(0, rows)
        return _log_probs(h, weight[:usable], usable_bias(bias, usable), softcap, temperature)
    return lp


def _optional_rows(x: Optional[Tensor], rows: Tensor, other: Tensor) -> Tensor:
    if x is not None:
        return x.reshape(-1, x.size(-1)).index_select(0, rows)
    return other
