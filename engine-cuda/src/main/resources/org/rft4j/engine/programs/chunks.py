"""What every kernel over chunks of logits shares: which rows to compute, logits of a chunk, where gradients go.

Kernels never hold a [B*T,V] tensor: a chunk of rows of logits is made, used and dropped.
"""
from typing import List, Optional

import torch
from torch import Tensor


def selected_rows(mask: Optional[Tensor], count: int, device_of: Tensor) -> Tensor:
    """Flat indices of the positions to compute: the others cost nothing."""
    if mask is not None:
        return mask.reshape(-1).nonzero().reshape(-1)
    return torch.arange(count, device=device_of.device)


def raw_logits(h: Tensor, weight: Tensor, bias: Optional[Tensor], softcap: float) -> Tensor:
    """Logits in fp32, after the soft cap and before temperature or any filter."""
    z = torch.mm(h, weight.t()).float()
    if bias is not None:
        z.add_(bias.float())
    if softcap > 0.0:
        z.div_(softcap).tanh_().mul_(softcap)
    return z


def raw_logits_into(z: Tensor, h: Tensor, weight: Tensor, bias: Optional[Tensor], softcap: float) -> None:
    """As raw_logits, into memory that is there."""
    if weight.dtype == torch.float32:
        torch.mm(h, weight.t(), out=z)
    else:
        z.copy_(torch.mm(h, weight.t()))
    if bias is not None:
        z.add_(bias.float())
    if softcap > 0.0:
        z.div_(softcap).tanh_().mul_(softcap)


def softcap_slope(capped: Tensor, softcap: float) -> Tensor:
    """d cap*tanh(x/cap) / dx, from the capped value."""
    return 1.0 - (capped / softcap).square()


def gradient_sink(parameter: Tensor) -> Tensor:
    """Where chunks add their share: the parameter's own gradient if that is fp32, otherwise a fresh fp32 buffer.

    Java defines the gradient first (Autograd.defineGradient): a program cannot ask whether there is one, because
    TorchScript takes an undefined gradient for a tensor.
    """
    existing = parameter.grad
    assert existing is not None
    if existing.dtype == torch.float32:
        return existing
    return torch.zeros(parameter.size(), dtype=torch.float32, device=parameter.device)


def optional_sink(parameter: Optional[Tensor]) -> Tensor:
    """As gradient_sink; empty where there is no parameter or it wants no gradient."""
    if parameter is not None and parameter.requires_grad:
        return gradient_sink(parameter)
    return torch.zeros(0)


def flush_optional_sink(parameter: Optional[Tensor], sink: Tensor) -> None:
    if parameter is not None and parameter.requires_grad:
        flush_sink(parameter, sink)


def flush_sink(parameter: Tensor, sink: Tensor) -> None:
    """Hands a fresh buffer over to autograd's accumulation; an fp32 parameter's gradient already has everything."""
    if parameter.dtype == torch.float32:
        return
    seeds: List[Optional[Tensor]] = [sink.type_as(parameter)]
    torch.autograd.backward([parameter], seeds)


def usable_bias(bias: Optional[Tensor], usable: int) -> Optional[Tensor]:
    if bias is not None:
        return bias[:usable]
    return None


def push_logit_gradient(dz: Tensor, h: Tensor, rows: Tensor, weight: Tensor, grad_hidden: Tensor,
                        weight_sink: Tensor, bias_sink: Tensor) -> None:
    """From the gradient of a chunk's logits to those of hidden states, weight and bias."""
    d = dz.type_as(weight)
    grad_hidden.index_copy_(0, rows, torch.mm(d, weight))
    if weight_sink.numel() > 0:
        if weight.dtype == torch.float32:
            weight_sink.addmm_(d.t(), h)
        else:
            weight_sink.add_(torch.mm(d.t(), h))
    if bias_sink.numel() > 0:
        bias_sink.add_(dz.sum(0))


def count_non_finite(x: Tensor) -> Tensor:
    return torch.isfinite(x).logical_not().sum()


def _computed(x: Tensor, mask: Optional[Tensor]) -> Tensor:
    """The rows of x [B,T] or [B,T,K] at computed positions."""
    if mask is not None:
        return x.reshape(mask.numel(), -1).index_select(0, mask.reshape(-1).nonzero().reshape(-1))
    return x


def id_range(ids: Tensor, mask: Optional[Tensor]) -> Tensor:
    """Smallest and largest id at computed positions, so that Java can refuse ids outside the vocabulary."""
    computed = _computed(ids, mask)
    if computed.numel() == 0:
        return torch.zeros(2, dtype=torch.int64)
    return torch.stack([computed.min(), computed.max()])


def count_duplicates(x: Tensor, mask: Optional[Tensor]) -> Tensor:
    """How often a number of x [B,T,K] stands beside an equal one at a computed position, once sorted."""
    ordered = _computed(x, mask).sort(-1)[0].reshape(-1, x.size(-1))
    return (ordered[:, 1:] == ordered[:, :-1]).sum()
