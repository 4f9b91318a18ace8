"""support.json: the head restricted to the sampler's support; the support is a constant for the gradient."""

import torch

import filters
import golden
import head


def score_row(raw, token, seen, row):
    """log_prob, entropy, log_norm and support size at one position, from raw logits [V] after the softcap."""
    z = filters.adjusted(raw, seen, row)
    kept = filters.support(z, row)
    if not kept[token]:
        raise ValueError(f"token {token} is outside the support")
    inside = z[kept]
    log_p = torch.log_softmax(inside, dim=-1)
    log_prob = log_p[kept[:token].sum()]
    return log_prob, -(log_p.exp() * log_p).sum(), torch.logsumexp(inside, dim=-1), kept.sum()


def draw_sequences(draw, rows, length, width, prompts, capacity, scale, raw_of):
    """Hidden states whose decisions have margins, and targets sampled one after the other from the support."""
    batch = len(rows)
    hidden = torch.zeros(batch, length, width, dtype=torch.float64)
    seen = torch.full((batch, capacity), -1, dtype=torch.int64)
    positions = torch.zeros(batch, length, dtype=torch.int64)
    for b, prompt in enumerate(prompts):
        seen[b, : len(prompt)] = torch.tensor(prompt, dtype=torch.int64)
        for t in range(length):
            position = len(prompt) + t
            before = seen[b, :position]
            for attempt in range(1000):
                hidden[b, t] = draw.grid(width, scale=scale)
                if filters.is_robust(raw_of(hidden[b, t]), before, rows[b]):
                    break
            else:
                raise ValueError("no hidden state with a margin found")
            z = filters.adjusted(raw_of(hidden[b, t]), before, rows[b])
            seen[b, position] = pick(draw, z, rows[b])
            positions[b, t] = position
    return hidden, seen, positions


def pick(draw, z, row):
    if filters.is_greedy(row):
        return int(torch.argmax(z))
    kept = filters.support(z, row)
    choices = torch.nonzero(kept).flatten()
    cumulative = torch.cumsum(torch.softmax(z[kept], dim=-1), dim=-1)
    return int(choices[min(int((cumulative <= draw.uniform()).sum()), len(choices) - 1)])


def build(name, seed, rows, prompts=None, length=4, vocabulary=14, width=6, scale=1.0, softcap=0.0,
          with_bias=False, with_mask=False, repeat_rows=1, capacity=None):  # fmt: skip
    draw = golden.Draw(seed)
    batch = len(rows)
    prompts = prompts or [draw.ids(3 + b, below=vocabulary).tolist() for b in range(batch)]
    capacity = capacity or max(len(prompt) for prompt in prompts) + length
    softcap = golden.f32(softcap)
    weight = golden.leaf(draw.grid(vocabulary // repeat_rows, width).repeat_interleave(repeat_rows, dim=0))
    bias = None
    if with_bias:
        bias = golden.leaf(draw.grid(vocabulary // repeat_rows).repeat_interleave(repeat_rows, dim=0))

    def raw_of(state):
        return head.logits(state, weight, bias, softcap, 1.0)

    with torch.no_grad():
        states, seen, positions = draw_sequences(draw, rows, length, width, prompts, capacity, scale, raw_of)
    ids = seen.gather(1, positions)
    mask = None
    if with_mask:
        mask = torch.ones(batch, length, dtype=torch.int64)
        mask[0, 1] = 0
        mask[batch - 1, length - 1] = 0
    grad_log_prob, grad_entropy = draw.grid(batch, length), draw.grid(batch, length)

    hidden = golden.leaf(states)
    scores = [
        [score_row(raw_of(hidden[b, t]), int(ids[b, t]), seen[b, : positions[b, t]], rows[b]) for t in range(length)]
        for b in range(batch)
    ]
    parts = [torch.stack([torch.stack([one[i] for one in line]) for line in scores]) for i in range(4)]
    log_prob, entropy, log_norm, size = (head.masked(part, mask) for part in parts)
    (log_prob * grad_log_prob + entropy * grad_entropy).sum().backward()
    print(f"  {name}: support sizes {size.tolist()}")

    inputs = {"hidden": hidden, "ids": ids, "mask": mask, "weight": weight, "bias": bias}
    inputs |= {"filters": torch.tensor(rows, dtype=torch.float64), "seen_tokens": seen, "positions": positions}
    inputs |= {"grad_log_prob": grad_log_prob, "grad_entropy": grad_entropy}
    outputs = {"log_prob": log_prob, "entropy": entropy, "log_norm": log_norm, "support_size": size}
    outputs |= {"grad_hidden": hidden.grad, "grad_weight": weight.grad}
    outputs["grad_bias"] = None if bias is None else bias.grad
    return golden.case(name, {"softcap": softcap}, inputs, outputs)


def main():
    row = filters.row
    full = [row(0.7, 9, 0.9, 0.05, 1.3), row(1.2, 6, 0.95, 0.02, 1.1)]
    different = [row(0.7), row(top_k=4), row(top_p=0.8), row(min_p=0.1), row(penalty=1.5), full[0]]
    padded = [[-1, -1, 3, 5, 3], [7, 7, 1, -1, 0]]
    cases = [
        build("off", 21, [row(), row()]),
        build("temperature", 22, [row(0.7), row(1.3)]),
        build("top_k", 23, [row(top_k=5), row(top_k=3)]),
        build("top_k_one", 24, [row(top_k=1), row(top_k=1)]),
        build("top_k_above_vocabulary", 25, [row(top_k=14), row(top_k=100)]),
        build("top_p", 26, [row(top_p=0.9), row(top_p=0.5)]),
        build("min_p", 27, [row(min_p=0.1), row(min_p=0.3)]),
        build("penalty", 28, [row(penalty=1.3), row(penalty=0.8)]),
        build("penalty_padding", 29, [row(penalty=1.5), row(penalty=1.5)], prompts=padded, capacity=12),
        build("combined", 30, full),
        build("rows_differ", 31, different, length=3),
        build("ties_top_k", 32, [row(top_k=2), row(top_k=6)], vocabulary=12, repeat_rows=4),
        build("ties_top_p", 33, [row(top_p=0.3), row(top_p=0.6)], vocabulary=12, repeat_rows=4, scale=0.25),
        build("ties_combined", 34, full, vocabulary=12, repeat_rows=2, scale=0.5, with_bias=True),
        build("softcap", 35, full, softcap=2.0),
        build("bias", 36, full, with_bias=True),
        build("mask", 37, full, with_bias=True, with_mask=True, softcap=4.0),
        build("large_logits", 38, [row(top_p=0.9), row(0.7, 20, 0.95, 0.01, 1.2)], vocabulary=60, scale=2.5),
        build("greedy_row", 39, [row(0.0, 3, 0.5, 0.2, 1.4), row(0.8, 5)]),
    ]
    golden.write("support", "support.py", cases)


if __name__ == "__main__":
    main()
