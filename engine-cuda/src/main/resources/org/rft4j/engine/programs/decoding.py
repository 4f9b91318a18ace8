"""Rows of text that come and go, with their keys and values. `m` and `layers` as in decoder.py, `m` with "few_rows".

A slab is a cache [2L,R,M,C,D]: keys and values of each layer, R rows with C places each. Its rows share a prefix
[2L,M,P,D], which may be empty, and place j of a row holds the token at position P + j. The last token of every text is
pending: it is in no cache yet, and a step begins with it.
"""
from typing import Dict, List, Optional, Tuple

import torch
from torch import Tensor
from layers import embed, normalise, rotations, projections, heads, attend, after_attention
from products import product
from drawing import draw, remember_


def _hidden_from_new(positions: Tensor, total: int, m: Dict[str, Tensor], like: Tensor) -> List[Tensor]:
    """Per kind of window what is added to the scores [1,1,T,total] of new tokens; empty where causal attention of new
    tokens alone needs none."""
    masks: List[Tensor] = []
    distance = positions.view(-1, 1) - torch.arange(total, device=like.device)
    kind = 0
    while "window_" + str(kind) in m:
        window = int(m["window_" + str(kind)])
        plain = total == positions.size(0) and (window == 0 or window >= total)
        if plain and "attention_softcap" not in m:
            masks.append(torch.zeros(0))
        else:
            hidden = distance < 0
            if window > 0:
                hidden = hidden | (distance >= window)
            masks.append(torch.zeros_like(hidden, dtype=like.dtype).masked_fill_(hidden, -float("inf"))
                         .view(1, 1, positions.size(0), total))
        kind += 1
    return masks


def _read(m: Dict[str, Tensor], layers: List[Dict[str, Tensor]], ids: Tensor, past: Tensor) -> Tensor:
    """Keys and values [2L,M,T,D] of tokens [T] that follow what is in the cache [2L,M,S,D]."""
    before = past.size(2)
    positions = torch.arange(before, before + ids.size(0), device=ids.device).unsqueeze(0)
    x = embed(ids.unsqueeze(0), positions, m)
    tables = rotations(positions, m, x)
    masks = _hidden_from_new(positions[0], before + ids.size(0), m, x)
    made: List[Tensor] = []
    number = 0
    for w in layers:
        h = x
        if "input_norm" in w:
            h = normalise(x, w, "input_norm", m)
        q, k, v = heads(projections(h, w, m), w, m, tables)
        made.append(k)
        made.append(v)
        number += 1
        if number < len(layers):  # what the last layer makes of its values is nobody's input
            if before > 0:
                k = torch.cat([past[2 * number - 2].unsqueeze(0), k], 2)
                v = torch.cat([past[2 * number - 1].unsqueeze(0), v], 2)
            mask = masks[int(w["window"])]
            seen: Optional[Tensor] = None
            if mask.numel() > 0:
                seen = mask
            x = after_attention(x, attend(q, k, v, m, seen), w, m)
    return torch.cat(made)


def prefill(m: Dict[str, Tensor], layers: List[Dict[str, Tensor]], ids: Tensor, lengths: List[int]) -> List[Tensor]:
    """The caches [2L,M,T,D] of prompts that stand one after the other in ids: each is read by itself, so that its
    numbers depend on no other."""
    nothing = m["embedding"].new_zeros([2 * len(layers), int(m["key_value_heads"]), 0, int(m["head_width"])])
    caches: List[Tensor] = []
    start = 0
    for length in lengths:
        if length == 0:
            caches.append(nothing.clone())
        else:
            caches.append(_read(m, layers, ids[start:start + length], nothing))
        start += length
    return caches


def extend(m: Dict[str, Tensor], layers: List[Dict[str, Tensor]], ids: Tensor, prefix: Optional[Tensor], slab: Tensor,
           slot: int, used: int) -> Tensor:
    """Reads tokens that follow what a row has in its first `used` places, and puts them there too."""
    past = slab[:, slot, :, :used]
    if prefix is not None:
        past = torch.cat([prefix, past], 2)
    slab[:, slot, :, used:used + ids.size(0)].copy_(_read(m, layers, ids, past))
    return torch.zeros(0)


def resized(slab: Tensor, rows: int, places: int) -> Tensor:
    """The slab's first rows and places in a new one, what is new zero."""
    size = slab.size()
    size[1] = rows
    size[3] = places
    fresh = torch.zeros(size, dtype=slab.dtype, device=slab.device)
    few, short = min(rows, slab.size(1)), min(places, slab.size(3))
    fresh[:, :few, :, :short].copy_(slab[:, :few, :, :short])
    return fresh


def empty(beside: Tensor, size: List[int]) -> Tensor:
    return beside.new_zeros(size)


def place(slab: Tensor, slot: int, cache: Tensor) -> Tensor:
    """Writes a cache [2L,M,T,D] into a row's first places, and zeros into the others: whoever lay there may have left
    NaN behind, and no mask hides a NaN."""
    slab[:, slot, :, :cache.size(2)].copy_(cache)
    slab[:, slot, :, cache.size(2):].zero_()
    return torch.zeros(0)


def move(source: Tensor, slot: int, used: int, target: Tensor, new_slot: int) -> Tensor:
    return place(target, new_slot, source[:, slot, :, :used])


def clear(slab: Tensor, slot: int) -> Tensor:
    slab[:, slot].zero_()
    return torch.zeros(0)


def swap(slab: Tensor, one: int, other: int) -> Tensor:
    kept = slab[:, one].clone()
    slab[:, one].copy_(slab[:, other])
    slab[:, other].copy_(kept)
    return torch.zeros(0)


def _views(caches: List[Tensor], counts: List[int]) -> List[Tensor]:
    """Keys and values [n*M,C,D] of every layer, slab after slab, of the rows that are computed."""
    views: List[Tensor] = []
    number = 0
    for cache in caches:
        kept = cache[:, :counts[number]].unbind(0)
        for layer in kept:
            views.append(layer.flatten(0, 1))
        number += 1
    return views


def _slots(used: Tensor, heads_each: int, places: int) -> Tensor:
    """Where the new keys [n*M] go among all places of all heads of a slab's rows."""
    first = torch.arange(used.size(0) * heads_each, device=used.device) * places
    return first + used.repeat_interleave(heads_each)


def _suffix_mask(used: Tensor, places: int, window: int, heads_each: int, like: Tensor) -> Tensor:
    """[n*M,1,C]: hides the places after a row's new token, and those that its window does not reach."""
    index = torch.arange(places, device=used.device)
    at = used.unsqueeze(1)
    hidden = index > at
    if window > 0:
        hidden = hidden | (index <= at - window)
    mask = torch.zeros_like(hidden, dtype=like.dtype).masked_fill_(hidden, -float("inf"))
    return mask.unsqueeze(1).expand(-1, heads_each, -1).reshape(-1, 1, places)


def _prefix_mask(used: Tensor, length: int, window: int, heads_each: int, like: Tensor) -> Tensor:
    """[n*M,1,P], empty where all of the prefix is in sight."""
    if window == 0 or length == 0:
        return torch.zeros(0)
    index = torch.arange(length, device=used.device)
    hidden = index <= (used + (length - window)).unsqueeze(1)
    mask = torch.zeros_like(hidden, dtype=like.dtype).masked_fill_(hidden, -float("inf"))
    return mask.unsqueeze(1).expand(-1, heads_each, -1).reshape(-1, 1, length)


def _masks(used: List[Tensor], caches: List[Tensor], prefixes: List[Tensor], m: Dict[str, Tensor],
           like: Tensor) -> List[Tensor]:
    """Suffix and prefix masks, slab after slab, for every kind of window."""
    masks: List[Tensor] = []
    few = int(m["key_value_heads"])
    kind = 0
    while "window_" + str(kind) in m:
        window = int(m["window_" + str(kind)])
        number = 0
        for cache in caches:
            masks.append(_suffix_mask(used[number], cache.size(3), window, few, like))
            masks.append(_prefix_mask(used[number], prefixes[number].size(2), window, few, like))
            number += 1
        kind += 1
    return masks


def _capped(scores: Tensor, m: Dict[str, Tensor]) -> Tensor:
    if "attention_softcap" in m:
        cap = float(m["attention_softcap"])
        return torch.tanh(scores / cap) * cap
    return scores


def _scores(q: Tensor, keys: Tensor, mask: Tensor, m: Dict[str, Tensor]) -> Tensor:
    """[n*M,G,C] of queries [n*M,G,D]."""
    scale = float(m["attention_scale"])
    if "attention_softcap" in m:
        return _capped(torch.bmm(q, keys.transpose(1, 2)) * scale, m) + mask
    return torch.baddbmm(mask, q, keys.transpose(1, 2), beta=1, alpha=scale)


def _by_head(x: Tensor, few: int, columns: int) -> Tensor:
    """[n*M,G,X] as one matrix per head [M,n*G,X], for a product with X x columns numbers. How many rows there are must
    not choose the kernel: libtorch has its own for less than 400 multiplications, MKL one for less than four rows, and a
    product without a batch treats the rows that are left over from fours in another way."""
    rows = x.size(0) // few
    together = x.view(rows, few, x.size(1), x.size(2)).transpose(0, 1).reshape(few, -1, x.size(2))
    least = max(4, 399 // (x.size(2) * columns) + 1)
    missing = max(0, least - together.size(1))
    if few == 1:
        missing += -(together.size(1) + missing) % 4
    if missing > 0:
        together = torch.cat([together, together.new_zeros([few, missing, x.size(2)])], 1)
    return together


def _by_row(x: Tensor, rows: int, group: int) -> Tensor:
    """The way back from [M,>=n*G,X] to [n*M,G,X]."""
    few = x.size(0)
    return x[:, :rows * group].view(few, rows, group, -1).transpose(0, 1).reshape(rows * few, group, -1)


def _mix(q: Tensor, keys: Tensor, values: Tensor, mask: Tensor, prefix_keys: Tensor, prefix_values: Tensor,
         prefix_mask: Tensor, m: Dict[str, Tensor]) -> Tensor:
    """Mixed values [n*M,G,D]: one softmax over the scores to the prefix, which the rows share, and to their own."""
    scores = _scores(q, keys, mask, m)
    length = prefix_keys.size(1)
    if length == 0:
        return torch.bmm(torch.softmax(scores.float(), -1).type_as(values), values)
    few = prefix_keys.size(0)
    rows, group = q.size(0) // few, q.size(1)
    to_prefix = torch.bmm(_by_head(q, few, length), prefix_keys.transpose(1, 2)) * float(m["attention_scale"])
    shared = _by_row(_capped(to_prefix, m), rows, group)
    if prefix_mask.numel() > 0:
        shared = shared + prefix_mask
    weights = torch.softmax(torch.cat([shared, scores], -1).float(), -1).type_as(values)
    of_prefix = torch.bmm(_by_head(weights[:, :, :length].contiguous(), few, prefix_values.size(2)), prefix_values)
    return torch.baddbmm(_by_row(of_prefix, rows, group), weights[:, :, length:], values)


def _in_fours(q: Tensor) -> Tensor:
    """Queries [n*M,G,D], a lone matrix of more than four filled up with zeros: its product is not one of a batch."""
    missing = -q.size(1) % 4
    if q.size(0) > 1 or q.size(1) < 4 or missing == 0:
        return q
    return torch.cat([q, q.new_zeros([1, missing, q.size(2)])], 1)


def _attend_slabs(q: Tensor, k: Tensor, v: Tensor, layer: int, layer_count: int, views: List[Tensor],
                  prefixes: List[Tensor], slots: List[Tensor], masks: List[Tensor], first_mask: int,
                  m: Dict[str, Tensor]) -> Tensor:
    """Puts new keys and values [N,M,1,D] into the slabs, and mixes [N,1,heads*D]."""
    few = k.size(1)
    wide = q.reshape(-1, q.size(1) // few, q.size(3))
    k, v = k.reshape(-1, k.size(3)), v.reshape(-1, v.size(3))
    mixed: List[Tensor] = []
    start = 0
    number = 0
    for slot in slots:
        count = slot.size(0)
        if count > 0:
            keys = views[2 * (number * layer_count + layer)]
            values = views[2 * (number * layer_count + layer) + 1]
            flat = [count * keys.size(1), keys.size(2)]
            keys.view(flat).index_copy_(0, slot, k[start:start + count])
            values.view(flat).index_copy_(0, slot, v[start:start + count])
            prefix = prefixes[number]
            at = first_mask + 2 * number
            made = _mix(_in_fours(wide[start:start + count]), keys, values, masks[at], prefix[2 * layer],
                        prefix[2 * layer + 1], masks[at + 1], m)
            mixed.append(made[:, :wide.size(1)])
            start += count
        number += 1
    together = mixed[0]
    if len(mixed) > 1:
        together = torch.cat(mixed)
    return together.reshape(q.size(0), 1, -1)


def _logits(hidden: Tensor, head: Tensor, bias: Optional[Tensor], softcap: float, usable: int,
            fixed_rows: int) -> Tensor:
    z = product(hidden, head, None, fixed_rows).float()
    if bias is not None:
        z.add_(bias.float())
    if softcap > 0.0:
        z.div_(softcap).tanh_().mul_(softcap)
    if usable > 0:
        z[:, usable:].fill_(-float("inf"))
    return z


def _padded(x: Tensor, rows: int) -> Tensor:
    """x with zeros for further rows. Functions of single numbers round differently at the end of an array, where fewer
    than a vector's width are left: the end must not be a row's."""
    if rows == 0:
        return x
    size = x.size()
    size[0] = rows
    return torch.cat([x, x.new_zeros(size)])


def _now(timed: bool) -> int:
    if timed:
        return torch.ops.prim.TimePoint()
    return 0


def decode(m: Dict[str, Tensor], layers: List[Dict[str, Tensor]], head: Tensor, head_bias: Optional[Tensor],
           softcap: float, usable: int, caches: List[Tensor], prefixes: List[Tensor], counts: List[int],
           pending: Tensor, positions: Tensor, filters: Tensor, uniforms: Tensor, limits: Tensor, ends: Tensor,
           written: Tensor, shifts: List[Tensor], past: List[Tensor], return_after: int,
           timed: bool) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Continues rows, slab after slab the first counts[s] rows of caches[s], until they stop or return_after have.

    For each row: its pending token and that token's position [R], a filter [R,7], uniforms [R,K], how many tokens it may
    get [R] (at most K), its end ids [R,E] (-1 = none), how many tokens of its turn are written [R], and shifts and past
    as in rules.py, the past with room for K tokens. Returns tokens [R,K] (-1 where there are none), log-probs [R,K],
    whether a row ended (1) or met unusable logits (2) [R], which row lies in which place of its slab [R], since rows that
    stop change places with the last ones, nanoseconds in attention, the rest of the body, head and drawing [4], and among
    how many tokens each was drawn [R,K], as draw says.
    """
    total, most = pending.size(0), uniforms.size(1)
    tokens = torch.full([total, most], -1, dtype=torch.int64, device=pending.device)
    log_probs = torch.zeros([total, most], dtype=torch.float32, device=pending.device)
    sizes = torch.zeros_like(tokens)
    states = torch.zeros_like(pending)
    pending, positions = pending.clone(), positions.clone()
    live = [count for count in counts]
    rows = [row for row in range(total)]
    fixed_rows = int(m["few_rows"])
    times = [0, 0, 0, 0]
    stopped, step, changed, running = 0, 0, True, total
    alive, ids, at, f, u, e = pending, pending, pending, filters, uniforms, ends
    limit = limits
    now = written
    ids_seen, times_seen = pending, pending
    shifts_now: List[Tensor] = []
    views: List[Tensor] = []
    while step < most and running > 0 and stopped < return_after:
        started = _now(timed)
        if changed:
            changed = False
            chosen: List[int] = []
            offset = 0
            for number in range(len(counts)):
                for place_in_slab in range(live[number]):
                    chosen.append(rows[offset + place_in_slab])
                offset += counts[number]
            alive = torch.tensor(chosen, dtype=torch.int64, device=pending.device)
            views = _views(caches, live)
            ids, at = pending.index_select(0, alive), positions.index_select(0, alive)
            f, u, e = filters.index_select(0, alive), uniforms.index_select(0, alive), ends.index_select(0, alive)
            limit = limits.index_select(0, alive)
            now = written.index_select(0, alive) + step
            shifts_now = [table.index_select(0, alive) for table in shifts]
            if len(past) > 0:
                ids_seen, times_seen = past[0].index_select(0, alive), past[1].index_select(0, alive)
        extra = 0
        if fixed_rows > 0:
            extra = (fixed_rows - running % fixed_rows) % fixed_rows
        places_in_text = _padded(at, extra).unsqueeze(1)
        x = embed(_padded(ids, extra).unsqueeze(1), places_in_text, m)
        tables = rotations(places_in_text, m, x)
        used: List[Tensor] = []
        slots: List[Tensor] = []
        start = 0
        for number in range(len(counts)):
            places = at[start:start + live[number]] - prefixes[number].size(2)
            used.append(places)
            slots.append(_slots(places, int(m["key_value_heads"]), caches[number].size(3)))
            start += live[number]
        masks = _masks(used, caches, prefixes, m, x)
        layer = 0
        for w in layers:
            h = x
            if "input_norm" in w:
                h = normalise(x, w, "input_norm", m)
            q, k, v = heads(projections(h, w, m), w, m, tables)
            before = _now(timed)
            first_mask = int(w["window"]) * 2 * len(counts)
            mixed = _attend_slabs(q[:running], k[:running], v[:running], layer, len(layers), views, prefixes, slots,
                                  masks, first_mask, m)
            mixed = _padded(mixed, extra)
            times[0] += _now(timed) - before
            x = after_attention(x, mixed, w, m)
            layer += 1
        hidden = normalise(x, m, "final_norm", m).squeeze(1)
        after_body = _now(timed)
        logits = _logits(hidden, head, head_bias, softcap, usable, fixed_rows)[:running]
        after_head = _now(timed)
        if len(past) > 0:
            drawn, log_prob, broken, size = draw(logits, u[:, step], f, now, shifts_now, [ids_seen, times_seen])
            remember_(ids_seen, times_seen, drawn)
        else:
            drawn, log_prob, broken, size = draw(logits, u[:, step], f, now, shifts_now, [])
        now = now + 1
        fine = broken.logical_not()
        drawn = torch.where(fine, drawn, torch.full_like(drawn, -1))
        tokens.select(1, step).index_copy_(0, alive, drawn)
        log_probs.select(1, step).index_copy_(0, alive, torch.where(fine, log_prob, torch.zeros_like(log_prob)))
        sizes.select(1, step).index_copy_(0, alive, size)
        ended = (drawn.unsqueeze(1) == e).any(1) & fine
        step += 1
        ids, at = drawn, at + 1
        done = ended | fine.logical_not() | (limit <= step)
        stops = int(done.sum())
        if stops > 0:
            states.index_copy_(0, alive, ended.long() + 2 * fine.logical_not().long())
            stopped += stops
            running -= stops
        if stops > 0 and running > 0 and stopped < return_after:
            changed = True
            pending.index_copy_(0, alive, ids)
            positions.index_copy_(0, alive, at)
            if len(past) > 0:
                past[0].index_copy_(0, alive, ids_seen)
                past[1].index_copy_(0, alive, times_seen)
            offset, start = 0, 0
            for number in range(len(counts)):
                before_stops = live[number]
                for back in range(before_stops):
                    slot = before_stops - 1 - back
                    if bool(done[start + slot]):
                        last = live[number] - 1
                        if slot != last:
                            swap(caches[number], slot, last)
                            kept = rows[offset + slot]
                            rows[offset + slot] = rows[offset + last]
                            rows[offset + last] = kept
                        live[number] = last
                start += before_stops
                offset += counts[number]
        times[1] += after_body - started
        times[2] += after_head - after_body
        times[3] += _now(timed) - after_head
    times[1] -= times[0]
    order = torch.tensor(rows, dtype=torch.int64)
    return (tokens, log_probs, states, order, torch.tensor(times, dtype=torch.int64), sizes)
