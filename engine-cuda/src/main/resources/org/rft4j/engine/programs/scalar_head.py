"""A linear map from a hidden state to one number: values per token, or a reward at one position of each row.

Shapes: hidden [B,T,H], weight [H], bias [1].
"""
from typing import List, Optional

import torch
from torch import Tensor
from chunks import gradient_sink, flush_sink


def values(hidden: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """[B,T] fp32."""
    return torch.matmul(hidden, weight).float() + bias.float()


def values_at(hidden: Tensor, weight: Tensor, bias: Tensor, positions: Tensor) -> Tensor:
    """[B] fp32: the value at one position of each row."""
    picked = hidden.gather(1, positions.view(-1, 1, 1).expand(hidden.size(0), 1, hidden.size(2)))
    return torch.matmul(picked, weight).float().squeeze(1) + bias.float()


def backward(hidden: Tensor, weight: Tensor, bias: Tensor, grad: Tensor) -> Tensor:
    """Gradient of the hidden states from grad [B,T]; those of weight and bias add up where required."""
    if weight.requires_grad:
        sink = gradient_sink(weight)
        sink.add_(torch.mv(hidden.reshape(-1, hidden.size(-1)).float().t(), grad.reshape(-1)))
        flush_sink(weight, sink)
    if bias.requires_grad:
        bias_sink = gradient_sink(bias)
        bias_sink.add_(grad.sum())
        flush_sink(bias, bias_sink)
    return (grad.unsqueeze(2) * weight.float()).type_as(hidden)


def backward_at(hidden: Tensor, weight: Tensor, bias: Tensor, positions: Tensor, grad: Tensor) -> Tensor:
    """As backward, from grad [B] at one position of each row."""
    spread = torch.zeros([hidden.size(0), hidden.size(1)], dtype=torch.float32, device=hidden.device)
    spread.scatter_(1, positions.unsqueeze(1), grad.float().unsqueeze(1))
    return backward(hidden, weight, bias, spread)
