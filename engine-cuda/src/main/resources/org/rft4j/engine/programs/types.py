"""Conversions to bfloat16, which DJL's natives do not know."""
import torch
from torch import Tensor


def to_bf16(x: Tensor) -> Tensor:
    return x.to(torch.bfloat16)


def bf16_from_bytes(x: Tensor) -> Tensor:
    """[N,2] uint8, little-endian, to [N]. A copy: the bytes are a Java buffer, which may be gone before the result is."""
    return x.view(torch.bfloat16).reshape(-1).clone()
