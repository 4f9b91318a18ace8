"""A decode loop with a key-value cache. `m` and `layers` as in decoder.py."""
from typing import Dict, List, Optional, Tuple

import torch
from torch import Tensor
from chunks import raw_logits, usable_bias
from layers import embed, normalise, rotations, projections, heads, attend, after_attention
from drawing import draw, remember_


def _visible(positions: Tensor, used: int, m: Dict[str, Tensor], like: Tensor) -> List[Tensor]:
    """Per kind of window what is added to the scores of new tokens over the first `used` places of the cache."""
    masks: List[Tensor] = []
    distance = positions.unsqueeze(1).unsqueeze(3) - torch.arange(used, device=like.device)
    kind = 0
    while "window_" + str(kind) in m:
        window = int(m["window_" + str(kind)])
        hidden = distance < 0
        if window > 0:
            hidden = hidden | (distance >= window)
        masks.append(torch.zeros_like(hidden, dtype=like.dtype).masked_fill_(hidden, -float("inf")))
        kind += 1
    return masks


def _cached_layer(x: Tensor, w: Dict[str, Tensor], m: Dict[str, Tensor], tables: List[Tensor], masks: List[Tensor],
                  keys: Tensor, values: Tensor, slots: Tensor) -> Tensor:
    h = x
    if "input_norm" in w:
        h = normalise(x, w, "input_norm", m)
    q, k, v = heads(projections(h, w, m), w, m, tables)
    keys.scatter_(2, slots, k)
    values.scatter_(2, slots, v)
    mask = masks[int(w["window"])]
    used = mask.size(3)
    return after_attention(x, attend(q, keys[:, :, :used], values[:, :, :used], m, mask), w, m)


def _cached_forward(m: Dict[str, Tensor], layers: List[Dict[str, Tensor]], ids: Tensor, positions: Tensor,
                    keys: List[Tensor], values: List[Tensor], used: int) -> Tensor:
    """Hidden states [B,T,H] of new tokens, whose keys and values are written at their positions in the cache."""
    x = embed(ids, positions, m)
    tables = rotations(positions, m, x)
    masks = _visible(positions, used, m, x)
    size = [ids.size(0), keys[0].size(1), ids.size(1), keys[0].size(3)]
    slots = positions.view(ids.size(0), 1, ids.size(1), 1).expand(size)
    number = 0
    for w in layers:
        x = _cached_layer(x, w, m, tables, masks, keys[number], values[number], slots)
        number += 1
    return normalise(x, m, "final_norm", m)


def generate(m: Dict[str, Tensor], layers: List[Dict[str, Tensor]], head: Tensor, head_bias: Optional[Tensor],
             softcap: float, prompts: Tensor, lengths: Tensor, filters: Tensor, shifts: List[Tensor],
             past: List[Tensor], uniforms: Tensor, stop_ids: List[int], usable: int) -> Tuple[Tensor, Tensor, Tensor]:
    """Continues prompts [B,P] (padded on the right, true lengths [B]) by one token per column of uniforms [B,N].

    Only the first `usable` ids are ever drawn. `shifts` and `past` as in rules.py; the past has room for N tokens. Returns
    tokens [B,N] (-1 after a stop token), log-probs [B,N] and the number of rows that met unusable logits before they ended.
    """
    batch, width, count = prompts.size(0), prompts.size(1), uniforms.size(1)
    size = [batch, int(m["key_value_heads"]), width + count, int(m["head_width"])]
    keys: List[Tensor] = []
    values: List[Tensor] = []
    for w in layers:
        keys.append(m["embedding"].new_zeros(size))
        values.append(m["embedding"].new_zeros(size))
    positions = torch.arange(width, device=prompts.device).unsqueeze(0).expand(batch, width)
    hidden = _cached_forward(m, layers, prompts, positions, keys, values, width)
    last = (lengths - 1).view(batch, 1, 1).expand(batch, 1, hidden.size(2))
    hidden = hidden.gather(1, last)
    tokens = torch.full([batch, count], -1, dtype=torch.int64, device=prompts.device)
    log_probs = torch.zeros([batch, count], device=prompts.device)
    running = torch.ones([batch], dtype=torch.bool, device=prompts.device)
    broken = torch.zeros_like(running)
    at = lengths.clone()
    step = 0
    while step < count and bool(running.any()):
        logits = raw_logits(hidden.squeeze(1), head[:usable], usable_bias(head_bias, usable), softcap)
        drawn, log_prob, unusable = draw(logits, uniforms[:, step], filters, at - lengths, shifts, past)
        if len(past) > 0:
            remember_(past[0], past[1], drawn)
        broken = broken | (running & unusable)
        tokens[:, step] = torch.where(running, drawn, torch.full_like(drawn, -1))
        log_probs[:, step] = torch.where(running, log_prob, torch.zeros_like(log_prob))
        for stop in stop_ids:
            running = running & (drawn != stop)
        step += 1
        if step < count:
            hidden = _cached_forward(m, layers, drawn.unsqueeze(1), at.unsqueeze(1), keys, values, width + step)
        at = at + 1
    return (tokens, log_probs, broken.sum())
