"""The way back through the parts of layers.py, by hand and without autograd: nothing is recorded, and gradients of
weights are added where they stand. Java defines the gradients of all weights that want one before a program runs.
"""
from typing import Dict, List, Optional, Tuple

import torch
from torch import Tensor
from layers import activation, attend, gate_and_up, heads, split_heads


def _gradient_of(parameter: Tensor) -> Tensor:
    gradient = parameter.grad
    assert gradient is not None
    return gradient


def _add_product(parameter: Tensor, left: Tensor, right: Tensor) -> None:
    """Adds left^T right to the gradient, where one is wanted."""
    if parameter.requires_grad:
        _gradient_of(parameter).addmm_(left.t(), right)


def _add_sum(parameter: Tensor, d: Tensor) -> None:
    """Adds the sum over all dimensions but the last to the gradient, where one is wanted."""
    if parameter.requires_grad:
        _gradient_of(parameter).add_(d.reshape(-1, d.size(-1)).sum(0))


def add_rows(table: Tensor, ids: Tensor, d: Tensor) -> None:
    """Straight into the gradient: autograd would make a second matrix of the table's size. On CUDA index_add_ sums in
    no fixed order, so that the last bits of a table's gradient differ from run to run."""
    if table.requires_grad:
        _gradient_of(table).index_add_(0, ids.reshape(-1), d.reshape(-1, d.size(-1)))


def linear_backward(x: Tensor, dy: Tensor, w: Dict[str, Tensor], name: str, m: Dict[str, Tensor]) -> Tensor:
    """Adds the gradients of matrix, bias and LoRA pair, and returns that of x."""
    weight = w[name]
    rows = x.reshape(-1, x.size(-1))
    d = dy.reshape(-1, dy.size(-1))
    if "transposed" in m:
        dx = torch.mm(d, weight.t())
        _add_product(w[name], rows, d)
    else:
        dx = torch.mm(d, weight)
        _add_product(w[name], d, rows)
    if name + "_bias" in w:
        _add_sum(w[name + "_bias"], d)
    if name + "_lora_a" in w:
        a = w[name + "_lora_a"]
        b = w[name + "_lora_b"]
        scaled = d * float(w[name + "_lora_scale"])
        narrow = torch.mm(scaled, b)
        _add_product(b, scaled, torch.mm(rows, a.t()))
        _add_product(a, narrow, rows)
        dx.addmm_(narrow, a)
    return dx.view(x.size())


def linear_into(out: Tensor, x: Tensor, w: Dict[str, Tensor], name: str, m: Dict[str, Tensor]) -> None:
    """As linear, without autograd, into memory that is there."""
    target = out.view(-1, out.size(-1))
    rows = x.reshape(-1, x.size(-1))
    right = w[name]
    if "transposed" not in m:
        right = right.t()
    if name + "_bias" in w:
        torch.addmm(w[name + "_bias"], rows, right, out=target)
    else:
        torch.mm(rows, right, out=target)
    if name + "_lora_a" in w:
        narrow = torch.mm(rows, w[name + "_lora_a"].t())
        target.addmm_(narrow, w[name + "_lora_b"].t(), alpha=float(w[name + "_lora_scale"]))


def normalise_backward(x: Tensor, dy: Tensor, w: Dict[str, Tensor], name: str, m: Dict[str, Tensor]) -> Tensor:
    """dx = r (g - mean(g) - unit mean(g unit)) with g = dy weight and unit = (x - mean) r; the means of x and g only
    for a layer norm."""
    weight = w[name].float()
    unit = x.float()
    if "layer_norm" in m:
        unit = unit - unit.mean(-1, keepdim=True)
    r = torch.rsqrt(unit.square().mean(-1, keepdim=True) + float(m["norm_eps"]))
    unit = unit * r
    d = dy.float()
    _add_sum(w[name], d * unit)
    if name + "_bias" in w:
        _add_sum(w[name + "_bias"], d)
    if "norm_offset" in m:
        weight = weight + 1.0
    g = d * weight
    share = (g * unit).mean(-1, keepdim=True)
    if "layer_norm" in m:
        g.sub_(g.mean(-1, keepdim=True))
    return g.sub_(unit.mul_(share)).mul_(r).type_as(x)


def projections_backward(h: Tensor, gradients: List[Tensor], w: Dict[str, Tensor], m: Dict[str, Tensor]) -> Tensor:
    if "query_key_value" in w:
        return linear_backward(h, gradients[0], w, "query_key_value", m)
    dh = linear_backward(h, gradients[0], w, "query", m)
    dh.add_(linear_backward(h, gradients[1], w, "key", m))
    return dh.add_(linear_backward(h, gradients[2], w, "value", m))


def attend_keeping(q: Tensor, k: Tensor, v: Tensor, m: Dict[str, Tensor], mask: Optional[Tensor]) -> List[Tensor]:
    """Mixed values [B,T,N*D], and the log-normalisers of the scores if attention_backward can use them."""
    if "attention_softcap" in m or q.is_cuda:
        return [attend(q, k, v, m, mask)]
    mixed, log_norm = torch._scaled_dot_product_flash_attention_for_cpu(
        q, _repeat(k, q), _repeat(v, q), 0.0, mask is None, attn_mask=mask, scale=float(m["attention_scale"]))
    return [mixed.transpose(1, 2).flatten(2), log_norm]


def _repeat(x: Tensor, q: Tensor) -> Tensor:
    """As many key or value heads as there are query heads."""
    if x.size(1) == q.size(1):
        return x
    return x.repeat_interleave(q.size(1) // x.size(1), 1)


def _sum_groups(d: Tensor, few: int) -> Tensor:
    if d.size(1) == few:
        return d
    return d.reshape(d.size(0), few, d.size(1) // few, d.size(2), d.size(3)).sum(2)


def attention_backward(projected: List[Tensor], mixed: Tensor, log_norm: Optional[Tensor], d_mixed: Tensor,
                       w: Dict[str, Tensor], m: Dict[str, Tensor], tables: List[Tensor],
                       mask: Optional[Tensor]) -> List[Tensor]:
    """Gradients of the projections. Norms and rotations of the heads are computed again; attention only without
    log_norm."""
    q, k, v = heads(projected, w, m, tables)
    few = k.size(1)
    if log_norm is not None:
        size = [q.size(0), q.size(2), q.size(1), q.size(3)]
        dq, dk, dv = torch._scaled_dot_product_flash_attention_for_cpu_backward(
            d_mixed.view(size).transpose(1, 2), q, _repeat(k, q), _repeat(v, q), mixed.view(size).transpose(1, 2),
            log_norm, 0.0, mask is None, attn_mask=mask, scale=float(m["attention_scale"]))
    else:
        dq, dk, dv = _attend_backward(q, k, v, d_mixed, m, mask)
    return _heads_backward(projected, [dq, _sum_groups(dk, few), _sum_groups(dv, few)], w, m, tables)


def _attend_backward(q: Tensor, k: Tensor, v: Tensor, d_mixed: Tensor, m: Dict[str, Tensor],
                     mask: Optional[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
    """By autograd, which knows a fast way on every device."""
    q, k, v = q.detach().requires_grad_(True), k.detach().requires_grad_(True), v.detach().requires_grad_(True)
    torch.set_grad_enabled(True)
    seeds: List[Optional[Tensor]] = [d_mixed]
    torch.autograd.backward([attend(q, k, v, m, mask)], seeds)
    torch.set_grad_enabled(False)
    return (_gradient_of(q), _gradient_of(k), _gradient_of(v))


def _rotate_backward(d: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    width = cos.size(-1)
    turned = d[:, :, :, :width]
    half = width // 2
    scaled = turned * sin
    back = turned * cos + torch.cat([scaled[:, :, :, half:], -scaled[:, :, :, :half]], -1)
    if width < d.size(-1):
        return torch.cat([back, d[:, :, :, width:]], -1)
    return back


def _heads_backward(projected: List[Tensor], gradients: List[Tensor], w: Dict[str, Tensor], m: Dict[str, Tensor],
                    tables: List[Tensor]) -> List[Tensor]:
    dq, dk, dv = gradients[0], gradients[1], gradients[2]
    if "rope" in w:
        kind = 2 * int(w["rope"])
        dq = _rotate_backward(dq, tables[kind], tables[kind + 1])
        dk = _rotate_backward(dk, tables[kind], tables[kind + 1])
    dq, dk, dv = dq.transpose(1, 2), dk.transpose(1, 2), dv.transpose(1, 2)
    if "query_norm" in w:
        q, k, v = split_heads(projected, m)
        dq = _normalise_heads_backward(q, dq, w, "query_norm", m)
        dk = _normalise_heads_backward(k, dk, w, "key_norm", m)
    if len(projected) == 1:
        if "by_head" in m:
            return [torch.cat([dq, dk, dv], 3).flatten(2)]
        return [torch.cat([dq.flatten(2), dk.flatten(2), dv.flatten(2)], 2)]
    return [dq.flatten(2), dk.flatten(2), dv.flatten(2)]


def _normalise_heads_backward(x: Tensor, dy: Tensor, w: Dict[str, Tensor], name: str, m: Dict[str, Tensor]) -> Tensor:
    if "whole_query_key_norm" in m:
        return normalise_backward(x.flatten(2), dy.flatten(2), w, name, m).view(x.size())
    return normalise_backward(x, dy, w, name, m)


def feed_in_backward(h: Tensor, gradients: List[Tensor], w: Dict[str, Tensor], m: Dict[str, Tensor]) -> Tensor:
    if "gate_up" in w:
        return linear_backward(h, gradients[0], w, "gate_up", m)
    if "gate" in w:
        dh = linear_backward(h, gradients[0], w, "gate", m)
        return dh.add_(linear_backward(h, gradients[1], w, "up", m))
    return linear_backward(h, gradients[0], w, "up", m)


def activate_in_place(inputs: List[Tensor], w: Dict[str, Tensor], m: Dict[str, Tensor]) -> Tensor:
    """As activate, without autograd and with one large array less: fresh memory costs more than the arithmetic."""
    gate, up = gate_and_up(inputs, w)
    active = activation(gate, int(m["activation"]))
    if up is not None:
        active.mul_(up)
    return active


def _activation_backward(d: Tensor, x: Tensor, kind: int) -> Tensor:
    """In the place of d."""
    if kind == 0:
        return torch.ops.aten.silu_backward(d, x, grad_input=d)
    if kind == 1:
        return torch.ops.aten.gelu_backward(d, x, approximate="tanh", grad_input=d)
    if kind == 2:
        return torch.ops.aten.gelu_backward(d, x, grad_input=d)
    return torch.ops.aten.threshold_backward(d, x, 0, grad_input=d)


def activate_and_down_backward(inputs: List[Tensor], d_fed: Tensor, w: Dict[str, Tensor],
                               m: Dict[str, Tensor]) -> List[Tensor]:
    """From the gradient of down's result to those of the inputs of the activation."""
    kind = int(m["activation"])
    gate, up = gate_and_up(inputs, w)
    active = activation(gate, kind)
    if up is None:
        return [_activation_backward(linear_backward(active, d_fed, w, "down", m), gate, kind)]
    d = linear_backward(active * up, d_fed, w, "down", m)
    d_up = active.mul_(d)
    d_gate = _activation_backward(d.mul_(up), gate, kind)
    if "gate_up" in w:
        return [torch.cat([d_gate, d_up], -1)]
    return [d_gate, d_up]
