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
    return 64


def shift_(z: Tensor, shifts: List[Tensor], written: Tensor) -> None:
    """Adds to the logits z [N,V] of rows that have written [N] tokens."""
    if len(shifts) > 0:
        in_force = written.unsqueeze(1) < shifts[2]
        z.scatter_add_(1, shifts[0], torch.where(in_force, shifts[1], torch.zeros_like(shifts[1])))


def repetition_slope(z: Tensor, past: List[Tensor], filters: Tensor) -> Tensor:
    """[N,S]: what the logits of the tokens seen are multiplied by; 1 where there is none."""
    penalty = filters[:, 4:5]
    slope = torch.where(z.gather(1, past[0].clamp(min=0)) > 0, 1.0 / penalty, penalty)
    return torch.where(past[0] >= 0, slope, torch.ones_like(slope))


def penalise_(z: Tensor, past: List[Tensor], filters: Tensor) -> None:
    """Changes the logits of tokens that have been seen."""
    if len(past) > 0:
        at = past[0].clamp(min=0)
        times = past[1]
        g = z.gather(1, at)
        punished = g * repetition_slope(z, past, filters) - filters[:, 5:6] * (times > 0) - filters[:, 6:7] * times
        changed = (past[0] >= 0) & torch.isfinite(g)
        z.scatter_add_(1, at, torch.where(changed, punished - g, torch.zeros_like(g)))


def temperature(filters: Tensor) -> Tensor:
    """[N,1]; a greedy row counts as one at temperature 1."""
    t = filters[:, 0:1]
    return torch.where(t > 0, t, torch.ones_like(t))


def best_values(z: Tensor, count: int) -> Tensor:
    """[N,count]: the largest values of each row, falling. They lie in the `count` blocks with the largest maxima."""
    width = block_width()
    if z.size(1) % width == 0 and count * width * 2 <= z.size(1):
        blocks = z.view(z.size(0), -1, width)
        chosen = blocks.amax(2).topk(count, 1, True, False)[1].unsqueeze(2).expand(z.size(0), count, width)
        return blocks.gather(1, chosen).view(z.size(0), -1).topk(count, 1)[0]
    return z.topk(count, 1)[0]


def threshold(z: Tensor, top: Tensor, mass: Tensor, filters: Tensor) -> Tensor:
    """[N,1]: tokens with logits z at or above it form the support. The best token always does.

    top [N,1] is the largest logit, mass [N,1] the fp64 sum of exp(z - top) over the row. A greedy sampler has no
    distribution of its own; its rows count as unfiltered, at temperature 1.
    """
    none = torch.full_like(top, -float("inf"))
    min_p = filters[:, 3:4]
    floor = torch.where(min_p > 0, top + min_p.clamp(min=1e-30).log(), none)
    k = filters[:, 1:2].long()
    use_k = (k > 0) & (k < z.size(1))
    use_p = filters[:, 2:3] < 1.0
    if bool((use_k | use_p).any()):
        floor = torch.maximum(floor, _best_few(z, top, mass, torch.where(use_k, k, torch.zeros_like(k)), use_p, filters))
    return torch.where(filters[:, 0:1] == 0, none, floor)


def _best_few(z: Tensor, top: Tensor, mass: Tensor, k: Tensor, use_p: Tensor, filters: Tensor) -> Tensor:
    """The threshold of top-k and top-p: a token stays while the tokens above it hold less than top_p.

    Sorting a whole vocabulary is slow and mostly needless: look at the best few, at more only if they do not suffice.
    Sums run from the best token down, so that a row's do not depend on how many others make us look at.
    """
    use_k = k > 0
    most = int(k.max())
    count = most
    if bool(use_p.any()):
        count = min(max(128, most + 16), z.size(1))
    floor = torch.full_like(top, -float("inf"))
    searching = True
    while searching:
        best = best_values(z, count)
        kth = torch.where(use_k, best.gather(1, (k - 1).clamp(min=0)), torch.full_like(top, -float("inf")))
        weight = (best - top).double().exp().masked_fill(best < kth, 0.0)
        above = weight.cumsum(1) - weight
        total = torch.where(use_k, weight.sum(1, keepdim=True), mass)
        inside = ((above < filters[:, 2:3].double() * total) & (best >= kth)).sum(1, keepdim=True)
        nucleus = best.gather(1, (inside - 1).clamp(min=0))
        floor = torch.where(use_p, nucleus, kth)
        more = use_p & ((inside == count) | (use_k & (best[:, -1:] >= kth)))
        searching = count < z.size(1) and bool(more.any())
        count = min(count * 8, z.size(1))
    return floor
