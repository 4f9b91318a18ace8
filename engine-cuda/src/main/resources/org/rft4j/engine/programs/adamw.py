"""AdamW over all tensors at once, with clipping by the global norm and fp32 masters for bf16 weights.

Every weight has a gradient (Java defines it, see chunks.py). A master list entry is the weight itself where the weight is
fp32. All gradients are zeroed at the end of a step.
"""
from typing import List

import torch
from torch import Tensor


def gradient_norm(weights: List[Tensor]) -> Tensor:
    """Euclidean norm over all gradients, in fp64: 0-dim. Weights without a gradient count as zero."""
    total = torch.zeros([], dtype=torch.float64)
    for w in weights:
        g = w.grad
        if g is not None:
            total += torch.norm(g.float()).double().square().cpu()
    return total.sqrt()


def zero_gradients(weights: List[Tensor]) -> Tensor:
    for w in weights:
        g = w.grad
        if g is not None:
            g.zero_()
    return torch.zeros(0)


def scale_gradients(weights: List[Tensor], factor: float) -> Tensor:
    for w in weights:
        g = w.grad
        if g is not None:
            g.mul_(factor)
    return torch.zeros(0)


def step(weights: List[Tensor], masters: List[Tensor], first_moments: List[Tensor], second_moments: List[Tensor],
         steps: List[Tensor], lr: float, beta1: float, beta2: float, weight_decay: float, eps: float,
         gradient_scale: float) -> Tensor:
    """Updates masters and moments in place, then the weights. Gradients are multiplied by gradient_scale.

    The fused operator must get the caller's own lists: what it writes to the tensors of a list made here counts as
    unused, and the whole call is optimised away.
    """
    gradients: List[Tensor] = []
    for i in range(len(weights)):
        g = weights[i].grad
        assert g is not None
        grad = g.float()
        if gradient_scale != 1.0:
            grad = grad * gradient_scale
        gradients.append(grad)
        steps[i].add_(1.0)
    torch._fused_adamw_(masters, gradients, first_moments, second_moments, [], steps, lr=lr, beta1=beta1, beta2=beta2,
                        weight_decay=weight_decay, eps=eps, amsgrad=False, maximize=False)
    for i in range(len(weights)):
        if weights[i].dtype != torch.float32:
            weights[i].copy_(masters[i])
    return torch.zeros(0)
