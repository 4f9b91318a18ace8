"""The sampler's filters for one row of logits, written to be obviously right, not fast.

Order: repetition penalty, temperature, top-k, top-p, min-p. A row of filters is
(temperature, top_k, top_p, min_p, repetition_penalty); top_k 0, top_p 1, min_p 0 and penalty 1 switch a filter off.
Temperature 0 means greedy: the first maximum after the penalty, scored at temperature 1 without truncation.
"""

import math

import torch

import golden

OFF = (1.0, 0, 1.0, 0.0, 1.0)
MARGIN = 1e-3


def row(temperature=1.0, top_k=0, top_p=1.0, min_p=0.0, penalty=1.0):
    return tuple(golden.f32(value) for value in (temperature, top_k, top_p, min_p, penalty))


def is_greedy(filters):
    return filters[0] == 0


def seen_mask(seen, vocabulary):
    """[V] booleans of the tokens in ``seen``; -1 is padding."""
    mask = torch.zeros(vocabulary, dtype=torch.bool)
    for token in seen.tolist():
        if token >= 0:
            mask[token] = True
    return mask


def adjusted(raw, seen, filters):
    """Raw logits [V] after penalty and temperature (temperature 1 where greedy)."""
    temperature, _, _, _, penalty = filters
    punished = torch.where(raw > 0, raw / penalty, raw * penalty)
    z = torch.where(seen_mask(seen, len(raw)), punished, raw)
    return z if is_greedy(filters) else z / temperature


def stages(z, filters):
    """The kept tokens [V] after top-k, after top-p and after min-p."""
    _, top_k, top_p, min_p, _ = filters
    z = z.detach()
    kept = torch.ones(len(z), dtype=torch.bool)
    if not is_greedy(filters) and 0 < top_k < len(z):
        kept = z >= torch.sort(z, descending=True).values[int(top_k) - 1]
    result = [kept]
    if not is_greedy(filters) and top_p < 1:
        kept = kept & ((mass_above(z, kept) < top_p) | (z == z.max()))
    result.append(kept)
    if not is_greedy(filters) and min_p > 0:
        kept = kept & ((z - z.max()).exp() >= min_p)
    return [*result, kept]


def mass_above(z, kept):
    """For every token the probability, over the kept ones, of all tokens with a strictly larger logit."""
    p = torch.softmax(z.masked_fill(~kept, -math.inf), dim=-1)
    return (p.unsqueeze(0) * (z.unsqueeze(0) > z.unsqueeze(1))).sum(-1)


def support(z, filters):
    return stages(z, filters)[-1]


def is_robust(raw, seen, filters):
    """Whether every decision has a margin, so that float32 arithmetic takes the same ones."""
    _, _, top_p, min_p, penalty = filters
    if penalty != 1 and (raw[seen_mask(seen, len(raw))].abs() < MARGIN).any():
        return False
    z = adjusted(raw, seen, filters).detach()
    steps = stages(z, filters)
    for before, after in zip([torch.ones(len(z), dtype=torch.bool), *steps], steps):
        dropped = before & ~after
        if dropped.any() and z[after].min() - z[dropped].max() < MARGIN:
            return False
    if top_p < 1 and (mass_above(z, steps[0])[steps[0]] - top_p).abs().min() < MARGIN:
        return False
    return min_p == 0 or bool(((z - z.max() - math.log(min_p)).abs() > MARGIN).all())
