"""What every decoder layer is made of. Which parts a model has is told by what its maps hold.

`w` holds the tensors of one layer by role ("query", "query_bias", ...); a LoRA pair stands beside its matrix as
"query_lora_a" [r,in], "query_lora_b" [out,r] and "query_lora_scale". `m` holds what all layers share: numbers as 0-d
tensors on the processor ("heads", "norm_eps", ...), and the rotary frequencies "rope_0", "rope_1", ... Its flags are
true by being there: "layer_norm", "norm_offset" (weights are stored minus 1), "transposed" (matrices are stored
[in,out]), "parallel" (attention and feed-forward read the same input), "by_head" (a fused projection is stored head by
head), "whole_query_key_norm" (the norms of queries and keys pass over all heads of a token together), "few_rows" (decoding: matrix products go through products.py, with that many rows at a time).
"""
from typing import Dict, List, Optional, Tuple

import torch
from torch import Tensor
from products import product


def linear(x: Tensor, w: Dict[str, Tensor], name: str, m: Dict[str, Tensor]) -> Tensor:
    """x W^T + bias, and what a LoRA pair adds, in the same roundings as linear_into."""
    weight = w[name]
    if "transposed" in m:
        weight = weight.t()
    bias: Optional[Tensor] = None
    if name + "_bias" in w:
        bias = w[name + "_bias"]
    if "few_rows" in m:
        fixed = int(m["few_rows"])
        few = product(x, weight, bias, fixed)
        if name + "_lora_a" in w:
            narrow = product(x, w[name + "_lora_a"], None, fixed)
            few = few + product(narrow, w[name + "_lora_b"], None, fixed) * w[name + "_lora_scale"].type_as(few)
        return few
    y = torch.linear(x, weight, bias)
    if name + "_lora_a" in w:
        narrow = torch.linear(x, w[name + "_lora_a"])
        scale = float(w[name + "_lora_scale"])
        wide = torch.addmm(y.flatten(0, 1), narrow.flatten(0, 1), w[name + "_lora_b"].t(), alpha=scale)
        y = wide.view(y.size())
    return y


def embed(ids: Tensor, positions: Tensor, m: Dict[str, Tensor]) -> Tensor:
    x = torch.embedding(m["embedding"], ids)
    if "embedding_scale" in m:
        x = x * m["embedding_scale"].type_as(x)
    if "position_embedding" in m:
        x = x + torch.embedding(m["position_embedding"], positions)
    return x


def normalise(x: Tensor, w: Dict[str, Tensor], name: str, m: Dict[str, Tensor]) -> Tensor:
    weight = w[name]
    eps = float(m["norm_eps"])
    if "layer_norm" in m:
        bias: Optional[Tensor] = None
        if name + "_bias" in w:
            bias = w[name + "_bias"]
        return torch.layer_norm(x, [x.size(-1)], weight, bias, eps)
    wide = x.float()
    wide = wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + eps)
    if "norm_offset" in m:
        return (wide * (1.0 + weight.float())).type_as(x)
    return wide.type_as(x) * weight


def rotations(positions: Tensor, m: Dict[str, Tensor], like: Tensor) -> List[Tensor]:
    """cos and sin [B,1,T,R] of each kind of rotary positions, one after the other; each half of R the same."""
    tables: List[Tensor] = []
    kind = 0
    while "rope_" + str(kind) in m:
        angle = positions.float().unsqueeze(-1) * m["rope_" + str(kind)]
        angle = torch.cat([angle, angle], -1).unsqueeze(1)
        factor = float(m["rope_factor_" + str(kind)])
        tables.append((angle.cos() * factor).type_as(like))
        tables.append((angle.sin() * factor).type_as(like))
        kind += 1
    return tables


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    width = cos.size(-1)
    turning = x
    if width < x.size(-1):
        turning = x[:, :, :, :width]
    half = width // 2
    quarter_turn = torch.cat([-turning[:, :, :, half:], turning[:, :, :, :half]], -1)
    turned = turning * cos + quarter_turn * sin
    if width < x.size(-1):
        return torch.cat([turned, x[:, :, :, width:]], -1)
    return turned


def projections(h: Tensor, w: Dict[str, Tensor], m: Dict[str, Tensor]) -> List[Tensor]:
    """Query, key and value [B,T,*] as the matrices give them, or the one fused result."""
    if "query_key_value" in w:
        return [linear(h, w, "query_key_value", m)]
    return [linear(h, w, "query", m), linear(h, w, "key", m), linear(h, w, "value", m)]


def split_heads(projected: List[Tensor], m: Dict[str, Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
    """[B,T,N,D], [B,T,M,D], [B,T,M,D]."""
    count, few, width = int(m["heads"]), int(m["key_value_heads"]), int(m["head_width"])
    batch, length = projected[0].size(0), projected[0].size(1)
    if len(projected) == 3:
        q, k, v = projected[0], projected[1], projected[2]
    elif "by_head" in m:
        fused = projected[0].view(batch, length, count, 3 * width)
        q, k, v = fused[:, :, :, :width], fused[:, :, :, width:2 * width], fused[:, :, :, 2 * width:]
    else:
        queries, keys = count * width, few * width
        q, k = projected[0][:, :, :queries], projected[0][:, :, queries:queries + keys]
        v = projected[0][:, :, queries + keys:]
    shape = [batch, length, few, width]
    return (q.reshape(batch, length, count, width), k.reshape(shape), v.reshape(shape))


def normalise_heads(x: Tensor, w: Dict[str, Tensor], name: str, m: Dict[str, Tensor]) -> Tensor:
    """Each head [D] by itself, or all of a token [N*D] together."""
    if "whole_query_key_norm" in m:
        return normalise(x.flatten(2), w, name, m).view(x.size())
    return normalise(x, w, name, m)


def heads(projected: List[Tensor], w: Dict[str, Tensor], m: Dict[str, Tensor], tables: List[Tensor]) -> List[Tensor]:
    """Query [B,N,T,D], key and value [B,M,T,D]: split, normed where the model does, turned by their positions."""
    q, k, v = split_heads(projected, m)
    if "query_norm" in w:
        q = normalise_heads(q, w, "query_norm", m)
        k = normalise_heads(k, w, "key_norm", m)
    q, k, v = q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)
    if "rope" in w:
        kind = 2 * int(w["rope"])
        q = rotate(q, tables[kind], tables[kind + 1])
        k = rotate(k, tables[kind], tables[kind + 1])
    return [q, k, v]


def attend(q: Tensor, k: Tensor, v: Tensor, m: Dict[str, Tensor], mask: Optional[Tensor]) -> Tensor:
    """Mixed values [B,T,N*D]. The mask [B,1,T,S], or [1,1,T,S] for all rows, is added to the scores; without one
    attention is causal."""
    scale = float(m["attention_scale"])
    group = q.size(1) // k.size(1)
    if q.size(2) == 1 and mask is not None and "attention_softcap" not in m:
        # One new token: the heads of a group take the place of positions, and the cache is read where it lies.
        grouped = q.reshape(q.size(0), k.size(1), group, q.size(3))
        mixed = torch.scaled_dot_product_attention(grouped, k, v, mask, 0.0, False, scale=scale)
        return mixed.reshape(q.size(0), 1, q.size(1) * q.size(3))
    if group > 1:
        k = k.repeat_interleave(group, 1)
        v = v.repeat_interleave(group, 1)
    if "attention_softcap" in m:
        cap = float(m["attention_softcap"])
        scores = torch.matmul(q, k.transpose(2, 3)) * scale
        scores = torch.tanh(scores / cap) * cap
        if mask is not None:
            scores = scores + mask
        mixed = torch.matmul(torch.softmax(scores.float(), -1).type_as(v), v)
    else:
        mixed = torch.scaled_dot_product_attention(q, k, v, mask, 0.0, mask is None, scale=scale)
    return mixed.transpose(1, 2).flatten(2)


def feed_in(h: Tensor, w: Dict[str, Tensor], m: Dict[str, Tensor]) -> List[Tensor]:
    """What goes into the activation: gate and up, both in one, or up alone."""
    if "gate_up" in w:
        return [linear(h, w, "gate_up", m)]
    if "gate" in w:
        return [linear(h, w, "gate", m), linear(h, w, "up", m)]
    return [linear(h, w, "up", m)]


def activation(x: Tensor, kind: int) -> Tensor:
    if kind == 0:
        return torch.silu(x)
    if kind == 1:
        return torch.gelu(x, approximate="tanh")
    if kind == 2:
        return torch.gelu(x)
    return torch.relu(x)


def _activation_anywhere(x: Tensor, kind: int) -> Tensor:
    """The same with each number rounded alike wherever in the array it stands: libtorch's own silu and gelu compute the
    numbers that are left over at the end of a thread's share in another way than those before."""
    if kind == 0:
        return x / (1.0 + torch.exp(-x))
    if kind == 1:
        return 0.5 * x * (1.0 + torch.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))
    if kind == 2:
        return 0.5 * x * (1.0 + torch.erf(0.7071067811865476 * x))
    return torch.relu(x)


def gate_and_up(inputs: List[Tensor], w: Dict[str, Tensor]) -> Tuple[Tensor, Optional[Tensor]]:
    """What is activated, and what that is multiplied by where there is a gate."""
    up: Optional[Tensor] = None
    if "gate_up" in w:
        half = inputs[0].size(-1) // 2
        return (inputs[0][:, :, :half], inputs[0][:, :, half:])
    if len(inputs) == 2:
        up = inputs[1]
    return (inputs[0], up)


def activate(inputs: List[Tensor], w: Dict[str, Tensor], m: Dict[str, Tensor]) -> Tensor:
    gate, up = gate_and_up(inputs, w)
    kind = int(m["activation"])
    if "few_rows" in m and int(m["few_rows"]) > 0:
        active = _activation_anywhere(gate, kind)
    else:
        active = activation(gate, kind)
    if up is not None:
        active = active * up
    return active


def after_attention(x: Tensor, mixed: Tensor, w: Dict[str, Tensor], m: Dict[str, Tensor]) -> Tensor:
    """The rest of a layer with the input x once attention has mixed the values: its output map and feed-forward."""
    attended = linear(mixed, w, "attention_output", m)
    if "post_attention_norm" in w:
        attended = normalise(attended, w, "post_attention_norm", m)
    after = x + attended
    h = x if "parallel" in m else after
    if "feed_forward_norm" in w:
        h = normalise(h, w, "feed_forward_norm", m)
    fed = linear(activate(feed_in(h, w, m), w, m), w, "down", m)
    if "post_feed_forward_norm" in w:
        fed = normalise(fed, w, "post_feed_forward_norm", m)
    return after + fed
