"""AdamW over all tensors at once, with clipping by the global norm and fp32 masters for bf16 weights.

A master list entry is the weight itself where the weight is fp32. Java defines every gradient beforehand. Lists that
are written to must be the caller's own: libtorch takes an update through a list made here for dead code and drops it.
"""
from typing import List

import torch
from torch import Tensor


def gradient_norm(weights: List[Tensor]) -> Tensor:
    """Euclidean norm over all gradients, in fp64: 0-dim."""
    total = torch.zeros([], dtype=torch.float64)
    for w in weights:
        g = w.grad
        assert g is not None
        total += torch.norm(g.float()).double().square().cpu()
    return total.sqrt()


def zero_gradients(weights: List[Tensor]) -> Tensor:
    for w in weights:
        g = w.grad
        assert g is not None
        g.zero_()
    return torch.zeros(0)


def step(weights: List[Tensor], masters: List[Tensor], first_moments: List[Tensor], second_moments: List[Tensor],
         steps: List[Tensor], lr: float, beta1: float, beta2: float, weight_decay: float, eps: float,
         gradient_divisor: float) -> Tensor:
    """Updates masters and moments in place, then the weights. Gradients are divided by gradient_divisor first."""
    gradients: List[Tensor] = []
    for w in weights:
        g = w.grad
        assert g is not None
        gradients.append(g.float())
    divisor = torch.full([], gradient_divisor, dtype=torch.float32, device=weights[0].device)
    torch._foreach_add_(steps, 1.0)
    torch._fused_adamw_(masters, gradients, first_moments, second_moments, [], steps, lr=lr, beta1=beta1, beta2=beta2,
                        weight_decay=weight_decay, eps=eps, amsgrad=False, maximize=False, grad_scale=divisor)
    for i in range(len(weights)):
        if weights[i].dtype != torch.float32:
            weights[i].copy_(masters[i])
    return torch.zeros(0)
