"""Weights written from others, in place and without autograd."""
from typing import List

import torch
from torch import Tensor


def copy(targets: List[Tensor], sources: List[Tensor]) -> Tensor:
    for i in range(len(targets)):
        targets[i].copy_(sources[i])
    return torch.zeros(0)


def lerp(targets: List[Tensor], sources: List[Tensor], share: float) -> Tensor:
    """target + share * (source - target), in the target's type."""
    for i in range(len(targets)):
        targets[i].lerp_(sources[i].type_as(targets[i]), share)
    return torch.zeros(0)


def add_product(weight: Tensor, a: Tensor, b: Tensor, scale: float, transposed: bool) -> Tensor:
    """weight += scale * B A, or its transpose, computed in fp32 and rounded once."""
    product = torch.mm(b.float(), a.float())
    if transposed:
        product = product.t()
    weight.copy_(weight.float().add(product, alpha=scale))
    return torch.zeros(0)
