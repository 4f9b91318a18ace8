"""What DJL cannot do with arrays: bfloat16, which its natives do not know, and writing to a part of one."""
from typing import List

import torch
from torch import Tensor


def to_bf16(x: Tensor) -> Tensor:
    return x.to(torch.bfloat16)


def empty_bf16(beside: Tensor, size: List[int]) -> Tensor:
    """An array of unspecified numbers on the same device."""
    return torch.empty(size, dtype=torch.bfloat16, device=beside.device)


def write(target: Tensor, start: int, piece: Tensor) -> Tensor:
    """Writes a flat piece into an array from a position on: Java buffers are too small for the whole of a large one."""
    target.view(-1)[start:start + piece.size(0)].copy_(piece)
    return torch.zeros(0)
