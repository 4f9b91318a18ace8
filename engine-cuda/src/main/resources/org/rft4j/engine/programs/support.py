"""Scores under a sampler's rules: as head.py, on the support, the set of tokens that the sampler might have drawn.

Rules, filters, shifts and past as in rules.py; here `filters` [B,7] and `shifts` [B,K] hold for sequences. `text` is empty,
or tokens [B,S] (negative = padding), positions [B,T] and begins [B,T]: a scored token stands at its position in its
sequence's tokens, has seen what stands before, and of that the sampler has generated what stands from `begins` on.
`sizes` [B,T] says among how many tokens the sampler drew each one, 0 = not known.
"""
from typing import List, Optional, Tuple

import torch
from torch import Tensor
from chunks import selected_rows, raw_logits, softcap_slope, optional_sink, flush_optional_sink
from chunks import push_logit_gradient, count_non_finite, usable_bias
from rules import adjust_, best_values, block_sums, restrict_, restricts, temperature, threshold


def _first_columns(tokens: Tensor) -> Tensor:
    """[B,S]: the column in which the token of each column stands first."""
    ordered, origin = tokens.sort(stable=True, dim=1)
    column = torch.arange(tokens.size(1), device=tokens.device).expand_as(tokens)
    begins = torch.cat([torch.ones_like(ordered[:, :1], dtype=torch.bool), ordered[:, 1:] != ordered[:, :-1]], 1)
    group = torch.where(begins, column, torch.zeros_like(column)).cummax(1)[0]
    return torch.empty_like(tokens).scatter_(1, origin, origin.gather(1, group))


def _place(at: Tensor, rows: Tensor) -> Tensor:
    return at.reshape(-1).index_select(0, rows).unsqueeze(1)


def _written(text: List[Tensor], rows: Tensor) -> Tensor:
    """[R]: how many tokens the sampler had generated before each row's."""
    if len(text) == 0:
        return torch.zeros_like(rows)
    return (_place(text[1], rows) - _place(text[2], rows)).squeeze(1)


def _past(text: List[Tensor], first: Tensor, rows: Tensor, sequence: Tensor, usable: int) -> List[Tensor]:
    """The past of each row, from [B,S]."""
    if len(text) == 0 or first.numel() == 0:
        return []
    tokens = text[0].index_select(0, sequence)
    column = torch.arange(tokens.size(1), device=tokens.device).unsqueeze(0)
    home = first.index_select(0, sequence)
    before = column < _place(text[1], rows)
    known = before & (home == column) & (tokens < usable)
    generated = (before & (column >= _place(text[2], rows))).float()
    times = torch.zeros_like(generated).scatter_add_(1, home, generated)
    return [torch.where(known, tokens, torch.full_like(tokens, -1)), times]


def _rows_of(shifts: List[Tensor], sequence: Tensor) -> List[Tensor]:
    return [table.index_select(0, sequence) for table in shifts]


def _sizes(sizes: Optional[Tensor], rows: Tensor, filters: Tensor) -> Tensor:
    """[R,1]: among how many tokens each row's was drawn; 0 = not known, or no filter leaves any out."""
    if sizes is None:
        return torch.zeros_like(rows).unsqueeze(1)
    return _place(sizes, rows) * restricts(filters)


def _without_filters(filters: Tensor, known: Tensor) -> Tensor:
    """The same with top-k, top-p and min-p off in some rows."""
    off = filters.clone()
    off[:, 1].fill_(0.0)
    off[:, 2].fill_(1.0)
    off[:, 3].fill_(0.0)
    return torch.where(known, off, filters)


def _share_(weight: Tensor, z: Tensor, floor: Tensor, surplus: Tensor) -> None:
    """Lets the tokens at the floor share the places that are left, where `surplus` [R,1] tokens have none."""
    rows = (surplus > 0).squeeze(1).nonzero().squeeze(1)
    if rows.size(0) > 0:
        tied = z.index_select(0, rows) == floor.index_select(0, rows)
        share = 1.0 - surplus.index_select(0, rows) / tied.sum(1, keepdim=True)
        some = weight.index_select(0, rows)
        weight.index_copy_(0, rows, torch.where(tied, some * share, some))


def _weights(z: Tensor, filters: Tensor, sizes: Tensor, target: Tensor,
             keep_target: bool) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    """exp(z - top), 0 outside the support, the largest logits [R,1], the sums [R,1] in fp64, and whether the target is
    inside [R,1].

    A size [R,1] above 0 stands in for top-k, top-p and min-p: the support is so many of the best. With `keep_target` the
    support has the target in it, unless that is forbidden: a sampled token was in the sampler's support, whatever rounding
    says now. It takes the place of the last of a support of known size, and widens another down to itself.
    """
    top = z.amax(1, keepdim=True)
    weight = (z - top).exp_()
    mass = block_sums(weight).sum(1, keepdim=True)
    own = z.gather(1, target)
    allowed = torch.isfinite(own)
    known = sizes > 0
    some_known = bool(known.any())
    if some_known:
        floor = threshold(z, top, weight, mass, _without_filters(filters, known))
        last = best_values(z, int(sizes.max())).gather(1, (sizes - 1).clamp(min=0))
        floor = torch.where(known, last, floor)
    else:
        floor = threshold(z, top, weight, mass, filters)
    inside = allowed & (own >= floor)
    joins = known & allowed & (own < floor) & keep_target
    if keep_target:
        floor = torch.where(allowed & known.logical_not(), torch.minimum(floor, own), floor)
        inside = allowed
    kept = restrict_(weight, z, floor)
    if some_known:
        _share_(weight, z, floor, torch.where(known, kept + joins.long() - sizes, torch.zeros_like(sizes)))
        weight.scatter_add_(1, target, (own - top).exp() * joins)
    return weight, top, block_sums(weight).sum(1, keepdim=True), inside


def score(hidden: Tensor, ids: Tensor, mask: Optional[Tensor], weight: Tensor, bias: Optional[Tensor], softcap: float,
          usable: int, filters: Tensor, shifts: List[Tensor], text: List[Tensor], penalised: bool, keep_target: bool,
          sizes: Optional[Tensor], chunk_rows: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    """As head.score, on the support."""
    flat = hidden.reshape(-1, hidden.size(-1))
    rows = selected_rows(mask, flat.size(0), hidden)
    log_prob = torch.zeros(flat.size(0), dtype=torch.float32, device=hidden.device)
    entropies = torch.zeros_like(log_prob)
    log_norm = torch.zeros_like(log_prob)
    first = torch.zeros([0], dtype=torch.int64)
    if penalised:
        first = _first_columns(text[0])
    for start in range(0, rows.size(0), chunk_rows):
        r = rows[start:start + chunk_rows]
        sequence = torch.floor_divide(r, ids.size(1))
        z = raw_logits(flat.index_select(0, r), weight[:usable], usable_bias(bias, usable), softcap)
        target = _place(ids, r)
        f = filters.index_select(0, sequence)
        adjust_(z, _rows_of(shifts, sequence), _written(text, r), _past(text, first, r, sequence, usable), f)
        p, top, total, inside = _weights(z, f, _sizes(sizes, r, f), target, keep_target)
        lse = top + total.log().float()
        log_norm.index_copy_(0, r, lse.squeeze(1))
        own = torch.where(inside, z.gather(1, target) - lse, torch.full_like(lse, -float("inf")))
        log_prob.index_copy_(0, r, own.squeeze(1))
        p.div_(total.float())
        z.sub_(lse).clamp_(min=-1e4)  # what lies outside has probability 0: 0 * -inf must count 0
        entropies.index_copy_(0, r, p.mul_(z).sum(1).neg())
    problems = count_non_finite(log_norm)
    return (log_prob.view(ids.size()), entropies.view(ids.size()), log_norm.view(ids.size()), problems)


def backward(hidden: Tensor, ids: Tensor, mask: Optional[Tensor], weight: Tensor, bias: Optional[Tensor],
             softcap: float, usable: int, filters: Tensor, shifts: List[Tensor], text: List[Tensor], penalised: bool,
             keep_target: bool, sizes: Optional[Tensor], log_norm: Tensor, entropies: Tensor,
             grad_log_prob: Tensor, grad_entropy: Optional[Tensor], chunk_rows: int) -> Tensor:
    """As head.backward, on the support, which counts as constant. A target outside it has no gradient."""
    flat = hidden.reshape(-1, hidden.size(-1))
    rows = selected_rows(mask, flat.size(0), hidden)
    grad_hidden = torch.zeros_like(flat)
    weight_sink = optional_sink(weight)
    bias_sink = optional_sink(bias)
    first = torch.zeros([0], dtype=torch.int64)
    if penalised:
        first = _first_columns(text[0])
    for start in range(0, rows.size(0), chunk_rows):
        r = rows[start:start + chunk_rows]
        sequence = torch.floor_divide(r, ids.size(1))
        h = flat.index_select(0, r)
        z = raw_logits(h, weight[:usable], usable_bias(bias, usable), softcap)
        cap = torch.zeros([0])
        if softcap > 0.0:
            cap = softcap_slope(z, softcap)
        target = _place(ids, r)
        f = filters.index_select(0, sequence)
        past = _past(text, first, r, sequence, usable)
        slope = adjust_(z, _rows_of(shifts, sequence), _written(text, r), past, f)
        p, top, total, inside = _weights(z, f, _sizes(sizes, r, f), target, keep_target)
        g = _place(grad_log_prob, r).float() * inside
        p.div_(total.float())
        if grad_entropy is not None:
            factor = z.sub_(_place(log_norm, r)).clamp_(min=-1e4).add_(_place(entropies, r))
            dz = p.mul_(factor.mul_(_place(grad_entropy, r).float()).add_(g)).neg_()
        else:
            dz = p.mul_(-g)
        dz.scatter_add_(1, target, g)
        dz.div_(temperature(f))
        if len(past) > 0:
            at = past[0].clamp(min=0)
            dz.scatter_add_(1, at, dz.gather(1, at) * (slope - 1.0))
        if softcap > 0.0:
            dz.mul_(cap)
        push_logit_gradient(dz, h, r, weight[:usable], grad_hidden, weight_sink[:usable],
                            bias_sink[:usable])
    flush_optional_sink(weight, weight_sink)
    flush_optional_sink(bias, bias_sink)
    return grad_hidden.view(hidden.size())
