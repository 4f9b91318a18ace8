"""The language-model head in chunks of rows: log-probability and entropy of given tokens, and their gradients.

Shapes: hidden [B,T,H], ids [B,T], mask [B,T] (1 = compute this position; absent = all), weight [V,H], bias [V].
`chunk_rows` rows of logits are made, used and dropped, and made again on the way back, which costs one matrix product
and saves the memory of a full [B*T,V] tensor. Only where that tensor is small enough for the caller can it be kept instead.
All chunks share one piece of memory for logits and one for a temporary: fresh memory has to be cleared by the system first,
and with a new piece for each chunk up to four were alive at once.
"""
from typing import Optional, Tuple

import torch
from torch import Tensor
from chunks import selected_rows, raw_logits_into, softcap_slope, optional_sink, flush_optional_sink, push_logit_gradient
from chunks import count_non_finite, usable_bias


def _room(chunk_rows: int, rows: Tensor, like: Tensor) -> Tensor:
    """[chunk_rows,V], or as many rows as there are if that is less."""
    return like.new_empty([min(chunk_rows, rows.size(0)), like.size(1)])


def score(hidden: Tensor, ids: Tensor, mask: Optional[Tensor], weight: Tensor, bias: Optional[Tensor],
          softcap: float, usable: int, temperature: float, entropy: bool, keep_bytes: int,
          chunk_rows: int) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Returns log-probs [B,T], entropies [B,T], log-normalisers [B,T] and the number of non-finite results.

    If the log-probs of the whole vocabulary of all rows take at most `keep_bytes`, they are the fifth result, which spares
    backward a product; otherwise it is empty.
    """
    flat = hidden.reshape(-1, hidden.size(-1))
    rows = selected_rows(mask, flat.size(0), hidden)
    w = weight[:usable]
    b = usable_bias(bias, usable)
    target = ids.reshape(-1)
    log_prob = torch.zeros(flat.size(0), dtype=torch.float32, device=hidden.device)
    entropies = torch.zeros_like(log_prob)
    log_norm = torch.zeros_like(log_prob)
    whole = rows.size(0) * usable * 4 <= keep_bytes and softcap == 0.0
    kept = torch.empty([rows.size(0) if whole else 0, usable], dtype=torch.float32, device=hidden.device)
    logits = kept
    if not whole:
        logits = _room(chunk_rows, rows, kept)
    powers = logits  # whoever needs the logits afterwards has theirs elsewhere
    if whole or entropy:
        powers = _room(chunk_rows, rows, kept)
    for start in range(0, rows.size(0), chunk_rows):
        r = rows[start:start + chunk_rows]
        first = start if whole else 0
        z = logits[first:first + r.size(0)]
        raw_logits_into(z, flat.index_select(0, r), w, b, softcap)
        if temperature != 1.0:
            z.div_(temperature)
        top = z.amax(1, keepdim=True)
        z.sub_(top)
        of_target = z.gather(1, target.index_select(0, r).unsqueeze(1))
        p = torch.exp(z, out=powers[:r.size(0)])
        total = p.sum(1, keepdim=True)
        log_total = total.log()
        log_norm.index_copy_(0, r, (top + log_total).squeeze(1))
        log_prob.index_copy_(0, r, (of_target - log_total).squeeze(1))
        if entropy or whole:
            z.sub_(log_total)
        if entropy:
            if bias is not None:
                z.clamp_(min=-1e4)  # a bias of -inf switches a token off: 0 * -inf must count 0
            entropies.index_copy_(0, r, p.mul_(z).sum(1).div_(total.squeeze(1)).neg_())
    problems = count_non_finite(log_norm)
    return (log_prob.view(ids.size()), entropies.view(ids.size()), log_norm.view(ids.size()), problems, kept)


def backward(hidden: Tensor, ids: Tensor, mask: Optional[Tensor], weight: Tensor, bias: Optional[Tensor],
             softcap: float, usable: int, temperature: float, log_norm: Tensor, entropies: Tensor,
             grad_log_prob: Tensor, grad_entropy: Optional[Tensor], kept: Optional[Tensor], chunk_rows: int) -> Tensor:
    """Gradient of the hidden states; gradients of weight and bias are added to theirs where they require one.

    d log p(id) / d z = onehot(id) - p,   d H / d z = -p * (log p + H)

    What score has kept is overwritten: it serves once.
    """
    flat = hidden.reshape(-1, hidden.size(-1))
    rows = selected_rows(mask, flat.size(0), hidden)
    w = weight[:usable]
    b = usable_bias(bias, usable)
    target = ids.reshape(-1)
    grad_hidden = torch.zeros_like(flat)
    weight_sink = optional_sink(weight)
    bias_sink = optional_sink(bias)
    like = torch.empty([0, usable], dtype=torch.float32, device=hidden.device)
    logits = kept if kept is not None else _room(chunk_rows, rows, like)
    factors = like
    if grad_entropy is not None:
        factors = _room(chunk_rows, rows, like)
    for start in range(0, rows.size(0), chunk_rows):
        r = rows[start:start + chunk_rows]
        h = flat.index_select(0, r)
        slope = torch.zeros(0)
        first = start if kept is not None else 0
        z = logits[first:first + r.size(0)]
        if kept is None:
            raw_logits_into(z, h, w, b, softcap)
            if softcap > 0.0:
                slope = softcap_slope(z, softcap)
            if temperature != 1.0:
                z.div_(temperature)
            z.sub_(log_norm.reshape(-1).index_select(0, r).unsqueeze(1))
        g = grad_log_prob.reshape(-1).index_select(0, r).float().div(temperature).unsqueeze(1)
        if grad_entropy is not None:
            e = grad_entropy.reshape(-1).index_select(0, r).float().div(temperature).unsqueeze(1)
            if bias is not None:
                z.clamp_(min=-1e4)  # exp gives 0 all the same, and no gradient makes an infinity of it
            factor = torch.add(z, entropies.reshape(-1).index_select(0, r).unsqueeze(1), out=factors[:r.size(0)])
            z.exp_().mul_(factor.mul_(e).add_(g).neg_())
        else:
            z.exp_().mul_(-g)
        z.scatter_add_(1, target.index_select(0, r).unsqueeze(1), g)
        if softcap > 0.0:
            z.mul_(slope)
        push_logit_gradient(z, h, r, w, grad_hidden, weight_sink[:usable], bias_sink[:usable])
    flush_optional_sink(weight, weight_sink)
    flush_optional_sink(bias, bias_sink)
    return grad_hidden.view(hidden.size())
