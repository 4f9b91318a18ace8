"""Sampling filters as a support: the set of tokens a sampler may draw, and the distribution on it.

Every filter (top-k, top-p, min-p) keeps the tokens at or above some value, so together they are one threshold per row,
and ties at the threshold are kept, whatever order a sort leaves them in. `filters` [N,5] holds, per row: temperature
(0 = greedy), top_k (0 = off), top_p (1 = off), min_p (0 = off), repetition penalty (1 = off). They apply in the order
penalty, temperature, top-k, top-p of what is left, min-p.
"""
from typing import Optional, Tuple

import torch
from torch import Tensor
from chunks import selected_rows, raw_logits, softcap_slope, optional_sink, flush_optional_sink
from chunks import push_logit_gradient, count_non_finite


def first_seen(tokens: Tensor, vocabulary: int) -> Tensor:
    """[B,V]: where each token first occurs in tokens [B,S] (negative = padding); S where it never does."""
    length = tokens.size(1)
    first = torch.full([tokens.size(0), vocabulary + 1], length, dtype=torch.int32, device=tokens.device)
    where = torch.arange(length, dtype=torch.int32, device=tokens.device).unsqueeze(0).expand_as(tokens)
    column = torch.where(tokens < 0, torch.full_like(tokens, vocabulary), tokens)  # padding goes to a spare column
    first.scatter_reduce_(1, column, where, "amin")
    return first[:, :vocabulary]


def _penalty_slope(z: Tensor, seen: Tensor, filters: Tensor) -> Tensor:
    penalty = filters[:, 4:5]
    return torch.where(seen, torch.where(z > 0, 1.0 / penalty, penalty), torch.ones_like(penalty))


def _temperature(filters: Tensor) -> Tensor:
    t = filters[:, 0:1]
    return torch.where(t > 0, t, torch.ones_like(t))


def adjust(raw: Tensor, seen: Optional[Tensor], filters: Tensor) -> Tensor:
    """Logits after repetition penalty and temperature."""
    z = raw
    if seen is not None:
        z = z * _penalty_slope(z, seen, filters)
    return z / _temperature(filters)


def threshold(z: Tensor, filters: Tensor) -> Tensor:
    """[N,1]: tokens with adjusted logits at or above it form the support. The best token always does.

    A greedy sampler has no distribution of its own; its rows count as unfiltered, at temperature 1.
    """
    none = torch.full([z.size(0), 1], -float("inf"), device=z.device)
    size = z.size(1)
    floor = none
    min_p = filters[:, 3:4]
    if bool((min_p > 0).any()):
        floor = torch.where(min_p > 0, z.amax(1, keepdim=True) + min_p.clamp(min=1e-30).log(), none)
    k = filters[:, 1:2].long()
    use_k = (k > 0) & (k < size)
    if bool(use_k.any()):
        k = torch.where(use_k, k, torch.ones_like(k))
        best = z.topk(int(k.max()), 1)[0]
        floor = torch.maximum(floor, torch.where(use_k, best.gather(1, k - 1), none))
        kept = z.masked_fill(z < torch.where(use_k, best.gather(1, k - 1), none), -float("inf"))
    else:
        kept = z
    use_p = filters[:, 2:3] < 1.0
    if bool(use_p.any()):
        floor = torch.maximum(floor, torch.where(use_p, _nucleus(kept, filters[:, 2:3], use_p), none))
    return torch.where(filters[:, 0:1] == 0, none, floor)


def _nucleus(z: Tensor, top_p: Tensor, use_p: Tensor) -> Tensor:
    """The smallest kept value: a token stays while the tokens above it hold less than top_p.

    Sorting a whole vocabulary is slow and mostly needless: look at the best few, at more only if they do not suffice.
    """
    log_norm = torch.logsumexp(z, 1, keepdim=True)
    candidates = min(128, z.size(1))
    boundary = log_norm
    searching = True
    while searching:
        best = z.topk(candidates, 1)[0]
        mass = (best - log_norm).exp().cumsum(1)
        inside = torch.cat([torch.ones_like(use_p), mass[:, :-1] < top_p], 1)
        count = inside.sum(1, keepdim=True)
        boundary = best.gather(1, count - 1)
        searching = candidates < z.size(1) and bool((use_p & (count == candidates)).any())
        candidates = min(candidates * 8, z.size(1))
    return boundary


def _seen_rows(first: Optional[Tensor], positions: Tensor, rows: Tensor, per_sequence: int) -> Optional[Tensor]:
    if first is None:
        return None
    before = positions.reshape(-1).index_select(0, rows).unsqueeze(1)
    return first.index_select(0, torch.floor_divide(rows, per_sequence)) < before


def _support_logits(raw: Tensor, seen: Optional[Tensor], filters: Tensor, target: Tensor,
                    keep_target: bool) -> Tensor:
    """Adjusted logits, -inf outside the support."""
    z = adjust(raw, seen, filters)
    floor = threshold(z, filters)
    if keep_target:  # a sampled token was in the sampler's support, whatever rounding says now
        floor = torch.minimum(floor, z.gather(1, target))
    return z.masked_fill_(z < floor, -float("inf"))


def score(hidden: Tensor, ids: Tensor, mask: Optional[Tensor], weight: Tensor, bias: Optional[Tensor], softcap: float,
          filters: Tensor, seen_tokens: Optional[Tensor], positions: Tensor, keep_target: bool,
          chunk_rows: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    """As head.score, on the support. filters [B,5]; positions [B,T]: index in seen_tokens of each target token."""
    flat = hidden.reshape(-1, hidden.size(-1))
    rows = selected_rows(mask, flat.size(0), hidden)
    log_prob = torch.zeros(flat.size(0), dtype=torch.float32, device=hidden.device)
    entropies = torch.zeros_like(log_prob)
    log_norm = torch.zeros_like(log_prob)
    first: Optional[Tensor] = None
    if seen_tokens is not None:
        first = first_seen(seen_tokens, weight.size(0))
    for start in range(0, rows.size(0), chunk_rows):
        r = rows[start:start + chunk_rows]
        raw = raw_logits(flat.index_select(0, r), weight, bias, softcap)
        target = ids.reshape(-1).index_select(0, r).unsqueeze(1)
        f = filters.index_select(0, torch.floor_divide(r, ids.size(1)))
        z = _support_logits(raw, _seen_rows(first, positions, r, ids.size(1)), f, target, keep_target)
        lse = torch.logsumexp(z, 1)
        log_norm.index_copy_(0, r, lse)
        log_prob.index_copy_(0, r, z.gather(1, target).squeeze(1) - lse)
        z.sub_(lse.unsqueeze(1)).clamp_(min=-1e4)  # what lies outside has probability 0: 0 * -inf must count 0
        entropies.index_copy_(0, r, z.exp().mul_(z).sum(1).neg())
    problems = count_non_finite(log_norm)
    return (log_prob.view(ids.size()), entropies.view(ids.size()), log_norm.view(ids.size()), problems)


def backward(hidden: Tensor, ids: Tensor, mask: Optional[Tensor], weight: Tensor, bias: Optional[Tensor],
             softcap: float, filters: Tensor, seen_tokens: Optional[Tensor], positions: Tensor, keep_target: bool,
             log_norm: Tensor, entropies: Tensor, grad_log_prob: Tensor, grad_entropy: Optional[Tensor],
             chunk_rows: int) -> Tensor:
    """As head.backward, on the support, which counts as constant. A target outside it has no gradient."""
    flat = hidden.reshape(-1, hidden.size(-1))
    rows = selected_rows(mask, flat.size(0), hidden)
    grad_hidden = torch.zeros_like(flat)
    weight_sink = optional_sink(weight)
    bias_sink = optional_sink(bias)
    first: Optional[Tensor] = None
    if seen_tokens is not None:
        first = first_seen(seen_tokens, weight.size(0))
    for start in range(0, rows.size(0), chunk_rows):
        r = rows[start:start + chunk_rows]
        h = flat.index_select(0, r)
        raw = raw_logits(h, weight, bias, softcap)
        target = ids.reshape(-1).index_select(0, r).unsqueeze(1)
        f = filters.index_select(0, torch.floor_divide(r, ids.size(1)))
        seen = _seen_rows(first, positions, r, ids.size(1))
        z = _support_logits(raw, seen, f, target, keep_target)
        z.sub_(log_norm.reshape(-1).index_select(0, r).unsqueeze(1))
        g = grad_log_prob.reshape(-1).index_select(0, r).float().unsqueeze(1)
        g = g.masked_fill(torch.isinf(z.gather(1, target)), 0.0)
        factor = g
        if grad_entropy is not None:
            e = grad_entropy.reshape(-1).index_select(0, r).float().unsqueeze(1)
            h_row = entropies.reshape(-1).index_select(0, r).unsqueeze(1)
            factor = (z.clamp(min=-1e4) + h_row).mul_(e).add_(g)
        dz = z.exp_().mul_(-factor)
        dz.scatter_add_(1, target, g)
        dz.div_(_temperature(f))
        if seen is not None:
            dz.mul_(_penalty_slope(raw, seen, f))
        if softcap > 0.0:
            dz.mul_(softcap_slope(raw, softcap))
        push_logit_gradient(dz, h, r, weight, grad_hidden, weight_sink, bias_sink)
    flush_optional_sink(weight, weight_sink)
    flush_optional_sink(bias, bias_sink)
    return grad_hidden.view(hidden.size())


def sample(logits: Tensor, seen_tokens: Optional[Tensor], filters: Tensor,
           uniforms: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    """One token per row of logits [N,V] by inverse CDF in vocabulary order from uniforms [N] in [0,1).

    Returns tokens [N], the sampler's own log-probs [N] and the number of rows without any finite maximum. A greedy row
    (temperature 0) takes the best token, the first of equals, and reports its log-prob at temperature 1.
    """
    raw = logits.float()
    seen: Optional[Tensor] = None
    if seen_tokens is not None:
        seen = first_seen(seen_tokens, logits.size(1)) < seen_tokens.size(1)
    z = adjust(raw, seen, filters)
    greedy = filters[:, 0] == 0
    kept = z.masked_fill(z < threshold(z, filters), -float("inf"))
    lse = torch.logsumexp(kept, 1, keepdim=True)
    problems = count_non_finite(lse)
    log_probs = kept - lse
    cdf = log_probs.exp().cumsum(1, dtype=torch.float64)
    total = cdf[:, -1:]
    below_total = total * (1.0 - 1.2e-16)  # rounding must not push the draw past the last token
    point = torch.minimum(uniforms.double().unsqueeze(1) * total, below_total)
    drawn = torch.searchsorted(cdf, point, right=True).clamp_(max=logits.size(1) - 1)
    token = torch.where(greedy.unsqueeze(1), z.argmax(1, keepdim=True), drawn)
    return (token.squeeze(1), log_probs.gather(1, token).squeeze(1), problems)
