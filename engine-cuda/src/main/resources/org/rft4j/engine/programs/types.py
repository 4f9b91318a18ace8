"""Conversions to bfloat16, which DJL's natives do not know."""
import torch
from torch import Tensor


def to_bf16(x: Tensor) -> Tensor:
    return x.to(torch.bfloat16)
