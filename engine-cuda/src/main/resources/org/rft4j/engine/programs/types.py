"""What DJL cannot do with arrays: bfloat16, which its natives do not know, writing to a part of one, and reading the
bytes of a file as numbers."""
from typing import List

import torch
from torch import Tensor


def to_bf16(x: Tensor) -> Tensor:
    return x.to(torch.bfloat16)


def empty(beside: Tensor, size: List[int], number_format: int) -> Tensor:
    """An array of unspecified numbers on the same device. A number format is a number of c10::ScalarType: in an archive
    data types are such numbers."""
    return torch.empty(size, dtype=number_format, device=beside.device)


def write(target: Tensor, start: int, piece: Tensor) -> Tensor:
    """Writes a flat piece into an array from a position on: Java buffers are too small for the whole of a large one."""
    target.view(-1)[start:start + piece.size(0)].copy_(piece)
    return torch.zeros(0)


def write_bytes(target: Tensor, start: int, stored: Tensor, numbers: Tensor) -> Tensor:
    """As write, from bytes [N] (uint8) that hold numbers of another array's type; converts them to the target's. That
    other array is empty, and becomes a view of the bytes: TorchScript has no view of another type. Returns 0, and writes
    nothing, where the target's numbers do not lie in row-major order, and else 1."""
    if not target.is_contiguous():
        return torch.zeros(1, dtype=torch.int64)
    numbers.set_(stored[:stored.size(0) // numbers.element_size()])
    target.view(-1)[start:start + numbers.size(0)].copy_(numbers)
    return torch.ones(1, dtype=torch.int64)


def flat(x: Tensor) -> Tensor:
    """The numbers in row-major order: a view where they lie so already."""
    return x.detach().reshape(-1)


def read_bytes(source: Tensor, start: int, stored: Tensor, numbers: Tensor) -> Tensor:
    """Fills bytes [N] (uint8), seen as in write_bytes, with the flat source's numbers from a position on, rounded to
    nearest, ties to even. Returns how many finite numbers the type cannot hold."""
    numbers.set_(stored[:stored.size(0) // numbers.element_size()])
    piece = source[start:start + numbers.size(0)]
    numbers.copy_(piece)
    if piece.dtype == numbers.dtype:
        return torch.zeros(1, dtype=torch.int64)
    return (torch.isinf(numbers).sum() - torch.isinf(piece).sum().to(numbers.device)).reshape(1)
