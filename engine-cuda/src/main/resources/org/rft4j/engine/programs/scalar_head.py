"""A linear map from a hidden state to one number: values per token, or a reward at one position of each row.

Shapes: hidden [B,T,H], weight [H] or [1,H], bias [1].
"""
from typing import Optional

import torch
from torch import Tensor
from chunks import gradient_sink, flush_sink, optional_sink, flush_optional_sink


def _map(hidden: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
    result = torch.matmul(hidden, weight.reshape(-1)).float()
    if bias is not None:
        result = result + bias.float()
    return result


def values(hidden: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
    """[B,T] fp32."""
    return _map(hidden, weight, bias)


def values_at(hidden: Tensor, weight: Tensor, bias: Optional[Tensor], positions: Tensor) -> Tensor:
    """[B] fp32: the value at one position of each row."""
    picked = hidden.gather(1, positions.view(-1, 1, 1).expand(hidden.size(0), 1, hidden.size(2)))
    return _map(picked, weight, bias).squeeze(1)


def backward(hidden: Tensor, weight: Tensor, bias: Optional[Tensor], grad: Tensor) -> Tensor:
    """Gradient of the hidden states from grad [B,T]; those of weight and bias add up where required."""
    if weight.requires_grad:
        sink = gradient_sink(weight)
        sink.view(-1).add_(torch.mv(hidden.reshape(-1, hidden.size(-1)).float().t(), grad.reshape(-1)))
        flush_sink(weight, sink)
    bias_sink = optional_sink(bias)
    if bias_sink.numel() > 0:
        bias_sink.add_(grad.sum())
    flush_optional_sink(bias, bias_sink)
    return (grad.unsqueeze(2) * weight.float().reshape(-1)).type_as(hidden)


def backward_at(hidden: Tensor, weight: Tensor, bias: Optional[Tensor], positions: Tensor, grad: Tensor) -> Tensor:
    """As backward, from grad [B] at one position of each row."""
    spread = torch.zeros([hidden.size(0), hidden.size(1)], dtype=torch.float32, device=hidden.device)
    spread.scatter_(1, positions.unsqueeze(1), grad.float().unsqueeze(1))
    return backward(hidden, weight, bias, spread)
