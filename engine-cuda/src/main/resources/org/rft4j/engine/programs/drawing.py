"""Drawing tokens by inverse CDF in vocabulary order. Rules, filters, shifts and past as in rules.py.

A draw depends on its own row alone, bit for bit: sums over a row are made of blocks, whose order no other row changes.
"""
from typing import List, Tuple

import torch
from torch import Tensor
from rules import adjust_, block_sums, block_width, restrict_, threshold

def _whole_blocks(logits: Tensor) -> Tensor:
    spare = -logits.size(1) % block_width()
    if spare == 0:
        return logits.contiguous()
    return torch.cat([logits, torch.full([logits.size(0), spare], -float("inf"), device=logits.device)], 1)


def _locate(cumulative: Tensor, point: Tensor) -> Tensor:
    """[N,1]: the first place whose cumulative weight exceeds the point; rounding must not push it past the last one."""
    inside = torch.minimum(point, cumulative[:, -1:] * (1.0 - 1.2e-16))
    return torch.searchsorted(cumulative, inside, right=True).clamp_(max=cumulative.size(1) - 1)


def _block(x: Tensor, number: Tensor) -> Tensor:
    """[N,width]: one block of each row of x [N,V]."""
    index = number.unsqueeze(2).expand(x.size(0), 1, block_width())
    return x.view(x.size(0), -1, block_width()).gather(1, index).squeeze(1)


def draw(logits: Tensor, uniforms: Tensor, filters: Tensor, written: Tensor, shifts: List[Tensor],
         past: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    """One token per row of fp32 logits [N,V], which are overwritten, from uniforms [N] in [0,1).

    written [N] int64: how many tokens a row has generated so far. Returns tokens [N], their log-probs [N] under the
    distribution that they were drawn from, whether a row is unusable [N]: no finite maximum, or a NaN, and among how many
    tokens each was drawn [N], 0 where no filter left any out. A greedy row takes the best token, the first of equals, and
    reports its log-prob at temperature 1.
    """
    adjust_(logits, shifts, written, past, filters)
    z = _whole_blocks(logits)
    rows = z.size(0)
    width = block_width()
    best = z.view(rows, -1, width).amax(2)
    top = best.amax(1, keepdim=True)
    weight = (z - top).exp_()
    cumulative = block_sums(weight).cumsum(1)
    floor = threshold(z, top, weight, cumulative[:, -1:], filters)
    restricted = floor > -float("inf")
    size = torch.zeros_like(restricted, dtype=torch.int64)
    if bool(restricted.any()):
        size = restrict_(weight, z, floor) * restricted
        cumulative = block_sums(weight).cumsum(1)
    total = cumulative[:, -1:]
    point = uniforms.double().unsqueeze(1) * total
    block = _locate(cumulative, point)
    before = torch.where(block > 0, cumulative.gather(1, (block - 1).clamp(min=0)), torch.zeros_like(total))
    place = _locate(_block(weight, block).double().cumsum(1), point - before)
    greedy = filters[:, 0:1] == 0
    block = torch.where(greedy, best.argmax(1, keepdim=True), block)
    place = torch.where(greedy, _block(z, block).argmax(1, keepdim=True), place)
    token = (block * width + place).clamp_(max=logits.size(1) - 1)  # a row of NaNs points anywhere
    log_prob = ((z.gather(1, token) - top).double() - total.log()).float().squeeze(1)
    return token.squeeze(1), log_prob, torch.isfinite(log_prob).logical_not(), size.squeeze(1)


def remember_(ids: Tensor, times: Tensor, tokens: Tensor) -> None:
    """Counts the tokens [N] that rows have generated in their past, which must have a free place (-1) in each row."""
    token = tokens.unsqueeze(1)
    same = ids == token
    known = same.any(1, keepdim=True)
    place = torch.where(known, same.long().argmax(1, keepdim=True), (ids >= 0).sum(1, keepdim=True))
    ids.scatter_(1, place, token)
    times.scatter_add_(1, place, torch.ones_like(place, dtype=torch.float32))


def sample(logits: Tensor, uniforms: Tensor, filters: Tensor, written: Tensor, shifts: List[Tensor],
           past: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    """As draw, for logits of any float type, which are not changed."""
    return draw(logits.to(torch.float32, copy=True), uniforms, filters, written, shifts, past)
