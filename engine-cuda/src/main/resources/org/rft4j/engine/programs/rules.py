"""What a sampler does to a row of logits, in this order: shifts (logit bias, forbidden tokens), repetition penalty,
presence and frequency penalty, temperature, top-k, top-p of what top-k left, min-p.

Every filter (top-k, top-p, min-p) keeps the tokens at or above some value, so together they are one threshold per row,
and ties at the threshold are kept, whatever order a sort leaves them in.

`filters` [N,7] holds, per row: temperature (0 = greedy), top_k (0 = off), top_p (1 = off), min_p (0 = off), repetition
penalty (1 = off), presence penalty (0 = off), frequency penalty (0 = off).
`shifts` is empty, or ids [N,K], values [N,K] and until [N,K]: value k is added to the logit of id k while the row has
written fewer than `until` tokens. A place without a shift has value 0.
`past` is empty, or ids [N,S] and times [N,S]: the different tokens that a row has seen, -1 = no token, and how often it
has generated each of them.
"""
from typing import List

import torch
from torch import Tensor

def block_width() -> int:
    """Rows are summed and searched in blocks of so many tokens."""
    return 32


def shift_(z: Tensor, shifts: List[Tensor], written: Tensor) -> None:
    """Adds to the logits z [N,V] of rows that have written [N] tokens."""
    if len(shifts) > 0:
        in_force = written.unsqueeze(1) < shifts[2]
        z.scatter_add_(1, shifts[0], torch.where(in_force, shifts[1], torch.zeros_like(shifts[1])))


def penalise_(z: Tensor, past: List[Tensor], filters: Tensor) -> Tensor:
    """Changes the logits of tokens that have been seen. Returns the slope of that [N,S], 1 where there is no token."""
    if len(past) == 0:
        return torch.ones([z.size(0), 0], device=z.device)
    at = past[0].clamp(min=0)
    times = past[1]
    penalty = filters[:, 4:5]
    g = z.gather(1, at)
    slope = torch.where(g > 0, 1.0 / penalty, penalty)
    punished = g * slope - filters[:, 5:6] * (times > 0) - filters[:, 6:7] * times
    known = past[0] >= 0
    z.scatter_add_(1, at, torch.where(known & torch.isfinite(g), punished - g, torch.zeros_like(g)))
    return torch.where(known, slope, torch.ones_like(slope))


def temperature(filters: Tensor) -> Tensor:
    """[N,1]; a greedy row counts as one at temperature 1."""
    t = filters[:, 0:1]
    return torch.where(t > 0, t, torch.ones_like(t))


def adjust_(z: Tensor, shifts: List[Tensor], written: Tensor, past: List[Tensor], filters: Tensor) -> Tensor:
    """Everything that comes before top-k: shifts, penalties, temperature. Returns the slope of the penalties [N,S]."""
    shift_(z, shifts, written)
    slope = penalise_(z, past, filters)
    z.div_(temperature(filters))
    return slope


def best_values(z: Tensor, count: int) -> Tensor:
    """[N,count]: the largest values of each row, falling. They lie in the `count` blocks with the largest maxima."""
    width = block_width()
    if z.size(1) % width == 0 and count * width * 2 <= z.size(1):
        blocks = z.view(z.size(0), -1, width)
        chosen = blocks.amax(2).topk(count, 1, True, False)[1].unsqueeze(2).expand(z.size(0), count, width)
        return blocks.gather(1, chosen).view(z.size(0), -1).topk(count, 1)[0]
    return z.topk(count, 1)[0]


def block_sums(weight: Tensor) -> Tensor:
    """[N,blocks] fp64: sums of weights whose order no other row changes."""
    spare = -weight.size(1) % block_width()
    if spare > 0:
        weight = torch.cat([weight, torch.zeros([weight.size(0), spare], device=weight.device)], 1)
    return weight.view(weight.size(0), -1, block_width()).sum(2, dtype=torch.float64)


def restrict_(weight: Tensor, z: Tensor, floor: Tensor) -> Tensor:
    """Sets the weights of logits below the floor to 0. Returns how many are not below it [N,1]."""
    kept = torch.ge(z, floor, out=torch.empty_like(z))
    weight.mul_(kept)
    return kept.sum(1, keepdim=True).long()


def restricts(filters: Tensor) -> Tensor:
    """[N,1]: whether top-k, top-p or min-p is on. A greedy row counts as unfiltered."""
    on = (filters[:, 1:2] > 0) | (filters[:, 2:3] < 1.0) | (filters[:, 3:4] > 0)
    return on & (filters[:, 0:1] != 0)


def threshold(z: Tensor, top: Tensor, weight: Tensor, mass: Tensor, filters: Tensor) -> Tensor:
    """[N,1]: tokens with logits z at or above it form the support. The best token always does.

    top [N,1] is the largest logit, weight [N,V] is exp(z - top), mass [N,1] its fp64 sum over the row. A greedy sampler
    has no distribution of its own; its rows count as unfiltered, at temperature 1.
    """
    none = torch.full_like(top, -float("inf"))
    min_p = filters[:, 3:4]
    floor = torch.where(min_p > 0, top + min_p.clamp(min=1e-30).log(), none)
    k = filters[:, 1:2].long()
    use_k = (k > 0) & (k < z.size(1))
    use_p = filters[:, 2:3] < 1.0
    nucleus = bool(use_p.any())
    count = min(128, z.size(1)) if nucleus else 0
    if bool(use_k.any()):
        k = torch.where(use_k, k, torch.ones_like(k))
        best = best_values(z, max(count, int(k.max())))
        kth = torch.where(use_k, best.gather(1, k - 1), none)
        floor = torch.maximum(floor, kth)
        if nucleus:
            kept = torch.ge(z, kth, out=torch.empty_like(z)).mul_(weight)
            mass = torch.where(use_k, block_sums(kept).sum(1, keepdim=True), mass)
    elif nucleus:
        best = best_values(z, count)
    else:
        best = z
    if nucleus:
        smallest = _nucleus(z, top, weight, mass, best[:, :count], filters)
        floor = torch.where(use_p, torch.maximum(floor, smallest), floor)
    return torch.where(filters[:, 0:1] == 0, none, floor)


def _nucleus(z: Tensor, top: Tensor, weight: Tensor, mass: Tensor, best: Tensor, filters: Tensor) -> Tensor:
    """The smallest logit of top-p: a token stays while the tokens above it hold less than top_p of the mass.

    Sorting a whole vocabulary is slow and mostly needless: the best few decide, or else the interval in which the
    smallest logit lies is halved until it holds only a few.
    """
    limit = filters[:, 2:3].double() * mass
    held = (best - top).exp().double()
    inside = (held.cumsum(1) - held < limit).sum(1, keepdim=True)
    floor = best.gather(1, (inside - 1).clamp(min=0))
    wanting = (inside == best.size(1)) & (filters[:, 2:3] < 1.0)
    rows = wanting.squeeze(1).nonzero().squeeze(1)
    if rows.size(0) > 0 and best.size(1) < z.size(1):
        found = _halve(z.index_select(0, rows), top.index_select(0, rows), weight.index_select(0, rows),
                       mass.index_select(0, rows), limit.index_select(0, rows), best[:, -1:].index_select(0, rows))
        floor = floor.index_copy(0, rows, found)
    return floor


def _halve(z: Tensor, top: Tensor, weight: Tensor, mass: Tensor, limit: Tensor, high: Tensor) -> Tensor:
    """As _nucleus, where tokens above `high` hold less than the limit. All tokens whose weight is below
    (mass - limit) / V together hold less than is left out, so the smallest logit is not among them."""
    few = min(128, z.size(1))
    low = (top.double() + ((mass - limit) / z.size(1)).log()).float() - 1e-3
    above = torch.gt(z, high, out=torch.empty_like(z))
    count = above.sum(1, keepdim=True)
    below_low = torch.gt(z, low, out=torch.empty_like(z)).sum(1, keepdim=True)
    held = block_sums(above.mul_(weight)).sum(1, keepdim=True)
    searching = True
    while searching:
        middle = (low + high) * 0.5
        searched = (below_low - count > few) & (middle > low) & (middle < high)
        torch.gt(z, middle, out=above)
        more = above.sum(1, keepdim=True)
        mass_above = block_sums(above.mul_(weight)).sum(1, keepdim=True)
        down = searched & (mass_above < limit)
        up = searched & (mass_above >= limit)
        high = torch.where(down, middle, high)
        count = torch.where(down, more, count)
        held = torch.where(down, mass_above, held)
        low = torch.where(up, middle, low)
        below_low = torch.where(up, more, below_low)
        searching = bool(searched.any())
    best = z.masked_fill(z > high, -float("inf")).topk(few, 1)[0]
    mine = (best - top).exp().double()
    inside = ((held + mine.cumsum(1) - mine < limit) & (best > low)).sum(1, keepdim=True)
    return best.gather(1, (inside - 1).clamp(min=0))
