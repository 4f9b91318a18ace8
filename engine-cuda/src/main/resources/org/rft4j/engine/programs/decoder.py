"""A decoder body: forward pass, and the way back with everything kept, with matrix products kept, or with layers
recomputed.

`m` and the maps of `layers` are described in layers.py; `m` also holds "embedding" [V,H], "position_embedding" [P,H]
where positions are learned, and "final_norm" [H]. ids and positions [B,T]. Without `segments`, row b is one sequence,
padded on the right, where causal attention cannot see the padding. Otherwise segments [B,T] tells which tokens belong
together (0 = padding): they see each other and nobody else.
"""
from typing import Dict, List, Optional

import torch
from torch import Tensor
from layers import embed, linear, normalise, rotations, projections, heads, attend, after_attention
from layers_backward import linear_backward, linear_into, normalise_backward, projections_backward, attend_keeping
from layers_backward import attention_backward, feed_in_backward, activate_in_place, activate_and_down_backward
from layers_backward import add_rows


def _embed_backward(ids: Tensor, positions: Tensor, m: Dict[str, Tensor], dx: Tensor) -> None:
    if "position_embedding" in m:
        add_rows(m["position_embedding"], positions, dx)
    if "embedding_scale" in m:
        dx = dx * m["embedding_scale"].type_as(dx)
    add_rows(m["embedding"], ids, dx)


def _masks(segments: Optional[Tensor], length: int, m: Dict[str, Tensor], like: Tensor) -> List[Tensor]:
    """What is added to attention scores, per kind of window: [B,1,T,T], or [1,1,T,T] without segments, and empty where
    causal attention needs no mask."""
    masks: List[Tensor] = []
    index = torch.arange(length, device=like.device)
    distance = index.unsqueeze(1) - index.unsqueeze(0)
    kind = 0
    while "window_" + str(kind) in m:
        window = int(m["window_" + str(kind)])
        plain = segments is None and (window == 0 or window >= length)
        if plain and "attention_softcap" not in m:
            masks.append(torch.zeros(0))
        else:
            visible = (distance >= 0).view(1, 1, length, length)
            if window > 0:
                visible = visible & (distance < window)
            if segments is not None:
                visible = visible & (segments.unsqueeze(1).unsqueeze(3) == segments.unsqueeze(1).unsqueeze(2))
            masks.append(torch.zeros_like(visible, dtype=like.dtype).masked_fill_(visible.logical_not(), -float("inf")))
        kind += 1
    return masks


def _mask_of(w: Dict[str, Tensor], masks: List[Tensor]) -> Optional[Tensor]:
    mask = masks[int(w["window"])]
    if mask.numel() == 0:
        return None
    return mask


def _layer(x: Tensor, w: Dict[str, Tensor], m: Dict[str, Tensor], tables: List[Tensor],
           mask: Optional[Tensor]) -> Tensor:
    h = x
    if "input_norm" in w:
        h = normalise(x, w, "input_norm", m)
    q, k, v = heads(projections(h, w, m), w, m, tables)
    return after_attention(x, attend(q, k, v, m, mask), w, m)


def _kept_widths(w: Dict[str, Tensor], m: Dict[str, Tensor]) -> List[int]:
    """What _layer_backward needs of a layer, by width: the layer's input, the projections, the mixed values, the input
    of the feed-forward part (not where the two are parallel), the inputs of the activation, the results that a norm
    follows."""
    hidden, inner = m["final_norm"].size(0), int(m["inner"])
    queries, keys = int(m["heads"]) * int(m["head_width"]), int(m["key_value_heads"]) * int(m["head_width"])
    widths = [hidden]
    if "query_key_value" in w:
        widths = widths + [queries + 2 * keys, queries]
    else:
        widths = widths + [queries, keys, keys, queries]
    if "parallel" not in m:
        widths = widths + [hidden]
    if "gate_up" in w:
        widths = widths + [2 * inner]
    elif "gate" in w:
        widths = widths + [inner, inner]
    else:
        widths = widths + [inner]
    if "post_attention_norm" in w:
        widths = widths + [hidden, hidden]
    return widths


def _slab(m: Dict[str, Tensor], layers: List[Dict[str, Tensor]], count: int, like: Tensor,
          spare: Optional[Tensor]) -> Tensor:
    """Memory for what `count` layers keep, in one piece that comes and goes whole: many kept arrays among short-lived
    ones left malloc with nearly twice the memory in use. A spare one that is large enough is taken before fresh memory,
    which the system would have to clear."""
    size = 0
    for width in _kept_widths(layers[0], m):
        size += count * width * like.size(0) * like.size(1)
    if spare is not None:
        if spare.numel() >= size:
            return spare
        spare.set_(spare.new_empty([0]))  # frees its memory before there is more
    return like.new_empty([size])


def _pieces(slab: Tensor, number: int, like: Tensor, w: Dict[str, Tensor], m: Dict[str, Tensor]) -> List[Tensor]:
    """The parts [B,T,*] of the share of the layer with this number in the slab."""
    rows = like.size(0) * like.size(1)
    widths = _kept_widths(w, m)
    start = 0
    for width in widths:
        start += number * rows * width
    pieces: List[Tensor] = []
    for width in widths:
        pieces = pieces + [slab[start:start + rows * width].view(like.size(0), like.size(1), width)]
        start += rows * width
    return pieces


def _layer_keeping(pieces: List[Tensor], y: Optional[Tensor], w: Dict[str, Tensor], m: Dict[str, Tensor],
                   tables: List[Tensor], mask: Optional[Tensor]) -> List[Tensor]:
    """As _layer: takes its input from the first piece, fills the others, writes its result to `y` if that is wanted.

    Returns the log-normalisers of attention where the way back can use them.
    """
    x = pieces[0]
    h = x
    if "input_norm" in w:
        h = normalise(x, w, "input_norm", m)
    at = 4
    if "query_key_value" in w:
        at = 2
        linear_into(pieces[1], h, w, "query_key_value", m)
    else:
        linear_into(pieces[1], h, w, "query", m)
        linear_into(pieces[2], h, w, "key", m)
        linear_into(pieces[3], h, w, "value", m)
    q, k, v = heads(pieces[1:at], w, m, tables)
    mixed = attend_keeping(q, k, v, m, mask)
    pieces[at].copy_(mixed[0])
    attended = linear(mixed[0], w, "attention_output", m)
    if "post_attention_norm" in w:
        pieces[-2].copy_(attended)
        attended = normalise(attended, w, "post_attention_norm", m)
    middle = x
    after = x
    if "parallel" in m:
        after = x + attended
    else:
        at += 1
        middle = torch.add(x, attended, out=pieces[at])
        after = middle
    h = middle
    if "feed_forward_norm" in w:
        h = normalise(middle, w, "feed_forward_norm", m)
    inputs = pieces[at + 1:at + 3] if "gate" in w else pieces[at + 1:at + 2]
    if "gate_up" in w:
        linear_into(inputs[0], h, w, "gate_up", m)
    elif "gate" in w:
        linear_into(inputs[0], h, w, "gate", m)
        linear_into(inputs[1], h, w, "up", m)
    else:
        linear_into(inputs[0], h, w, "up", m)
    if y is not None or "post_feed_forward_norm" in w:
        fed = linear(activate_in_place(inputs, w, m), w, "down", m)
        if "post_feed_forward_norm" in w:
            pieces[-1].copy_(fed)
            fed = normalise(fed, w, "post_feed_forward_norm", m)
        if y is not None:
            torch.add(after, fed, out=y)
    return mixed[1:]


def forward(m: Dict[str, Tensor], layers: List[Dict[str, Tensor]], ids: Tensor, positions: Tensor,
            segments: Optional[Tensor]) -> Tensor:
    """Hidden states [B,T,H] after the last norm; autograd, if on, keeps what it needs of every operator."""
    x = embed(ids.clone(), positions.clone(), m)  # the graph keeps them, Java may free its own
    tables = rotations(positions, m, x)
    masks = _masks(segments, ids.size(1), m, x)
    for w in layers:
        x = _layer(x, w, m, tables, _mask_of(w, masks))
    return normalise(x, m, "final_norm", m)


def forward_keeping(m: Dict[str, Tensor], layers: List[Dict[str, Tensor]], ids: Tensor, positions: Tensor,
                    segments: Optional[Tensor], keep_products: bool, first_trained: int,
                    spare: Optional[Tensor]) -> List[Tensor]:
    """The same without autograd: the hidden states, the input of the last norm, then what backward needs of each
    trained layer.

    That is a slab for all of them (`spare`, if it is large enough; if not, its memory is freed) and log-normalisers, or
    their inputs alone; layers below the first trained one leave nothing. Norms, rotations and activations are computed
    again on the way back, which costs little.
    """
    x = embed(ids, positions, m)
    tables = rotations(positions, m, x)
    masks = _masks(segments, ids.size(1), m, x)
    first = max(first_trained, 0)
    slab = _slab(m, layers, len(layers) - first if keep_products else 0, x, spare)
    kept: List[Tensor] = []
    if keep_products:
        kept = [slab]
    number = 0
    for w in layers:
        if number >= first and keep_products:
            pieces = _pieces(slab, number - first, x, w, m)
            if number == first:
                pieces[0].copy_(x)
            if number + 1 < len(layers):
                y = _pieces(slab, number + 1 - first, x, w, m)[0]
            else:
                y = torch.empty_like(x)
            kept = kept + _layer_keeping(pieces, y, w, m, tables, _mask_of(w, masks))
            x = y
        else:
            if number >= first:
                kept = kept + [x]
            x = _layer(x, w, m, tables, _mask_of(w, masks))
        number += 1
    return [normalise(x, m, "final_norm", m), x] + kept


def backward(m: Dict[str, Tensor], layers: List[Dict[str, Tensor]], ids: Tensor, positions: Tensor,
             segments: Optional[Tensor], last: Tensor, kept: List[Tensor], kept_products: bool, first_trained: int,
             gradient: Tensor) -> Tensor:
    """Runs the gradient of the hidden states back, the last layer first; the weights' gradients add up."""
    tables = rotations(positions, m, gradient)
    masks = _masks(segments, ids.size(1), m, gradient)
    dx = normalise_backward(last, gradient, m, "final_norm", m)
    trained = len(layers) - max(first_trained, 0)
    slab = kept[0] if kept_products else _slab(m, layers, min(trained, 1), gradient, None)
    for step in range(trained):
        number = trained - 1 - step  # among the trained layers
        w = layers[len(layers) - 1 - step]
        mask = _mask_of(w, masks)
        if kept_products:
            pieces = _pieces(slab, number, dx, w, m)
            log_norms = kept[1 + number:2 + number]  # none where attention is computed again
        else:
            pieces = _pieces(slab, 0, dx, w, m)
            pieces[0].copy_(kept[number])
            log_norms = _layer_keeping(pieces, None, w, m, tables, mask)
        dx = _layer_backward(pieces, log_norms, dx, w, m, tables, mask)
    if first_trained < 0:
        _embed_backward(ids, positions, m, dx)
    return dx


def _layer_backward(pieces: List[Tensor], log_norms: List[Tensor], dy: Tensor, w: Dict[str, Tensor],
                    m: Dict[str, Tensor], tables: List[Tensor], mask: Optional[Tensor]) -> Tensor:
    """From what _layer_keeping filled."""
    x = pieces[0]
    at = 2 if "query_key_value" in w else 4
    projected, mixed = pieces[1:at], pieces[at]
    middle = x
    if "parallel" not in m:
        at += 1
        middle = pieces[at]
    inputs = pieces[at + 1:at + 3] if "gate" in w else pieces[at + 1:at + 2]
    log_norm: Optional[Tensor] = None
    if len(log_norms) > 0:
        log_norm = log_norms[0]

    d_fed = dy
    if "post_feed_forward_norm" in w:
        d_fed = normalise_backward(pieces[-1], dy, w, "post_feed_forward_norm", m)
    d_middle = _feed_forward_backward(middle, inputs, d_fed, w, m)
    dx = dy + d_middle
    d_attended = dy if "parallel" in m else dx
    if "post_attention_norm" in w:
        d_attended = normalise_backward(pieces[-2], d_attended, w, "post_attention_norm", m)
    d_mixed = linear_backward(mixed, d_attended, w, "attention_output", m)
    gradients = attention_backward(projected, mixed, log_norm, d_mixed, w, m, tables, mask)
    if "input_norm" not in w:
        return dx + projections_backward(x, gradients, w, m)
    dh = projections_backward(normalise(x, w, "input_norm", m), gradients, w, m)
    return dx + normalise_backward(x, dh, w, "input_norm", m)


def _feed_forward_backward(middle: Tensor, inputs: List[Tensor], d_fed: Tensor, w: Dict[str, Tensor],
                           m: Dict[str, Tensor]) -> Tensor:
    """The gradient that reaches the input of the feed-forward part, without the one that passes it by."""
    gradients = activate_and_down_backward(inputs, d_fed, w, m)
    if "feed_forward_norm" not in w:
        return feed_in_backward(middle, gradients, w, m)
    dh = feed_in_backward(normalise(middle, w, "feed_forward_norm", m), gradients, w, m)
    return normalise_backward(middle, dh, w, "feed_forward_norm", m)
