"""Places of one layout copied into another by number, and back: what moves tokens between layouts.

A place holds a number or a vector. index [M] names places of the source, each at most once; a negative number is no
place.
"""
from typing import List

import torch
from torch import Tensor


def gather(source: Tensor, index: Tensor, places: int, size: List[int]) -> Tensor:
    """Place k of the result is the source's place index[k], or zeros; `places` is the number of the source's."""
    picked = source.reshape(places, -1).index_select(0, index.clamp(min=0))
    return picked.masked_fill(index.lt(0).unsqueeze(1), 0).view(size)


def scatter(picked: Tensor, index: Tensor, places: int, size: List[int]) -> Tensor:
    """gather's way back: place index[k] of the result is picked's place k, the others are zeros."""
    rows = picked.reshape(index.size(0), -1)
    wanted = index.ge(0).nonzero().reshape(-1)
    result = torch.zeros([places, rows.size(1)], dtype=rows.dtype, device=rows.device)
    result.index_copy_(0, index.index_select(0, wanted), rows.index_select(0, wanted))
    return result.view(size)
