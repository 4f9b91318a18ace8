"""sampling.json: one token per row by inverse CDF in vocabulary order, from logits, filters and uniforms."""

import torch

import filters
import golden

NEARLY_ONE = 0.9999999999999999
DISTANCE = 1e-5
VISIBLE = 1e-3


def sample(logits, row, seen, u):
    """The token, its log-probability, and the CDF over the support (None where greedy)."""
    z = filters.adjusted(logits, seen, row)
    if filters.is_greedy(row):
        token = first_maximum(z)
        return token, torch.log_softmax(z, dim=-1)[token], None
    kept = filters.support(z, row)
    choices = torch.nonzero(kept).flatten().tolist()
    log_p = torch.log_softmax(z[kept], dim=-1)
    cumulative = torch.cumsum(log_p.exp(), dim=-1).tolist()
    index = next((i for i, total in enumerate(cumulative) if total > u), len(choices) - 1)
    return choices[index], log_p[index], cumulative


def first_maximum(z):
    return next(i for i, value in enumerate(z.tolist()) if value == z.max().item())


def far_from_boundaries(cumulative, u):
    """The exact uniforms only need their end token to be visible; others must keep away from every boundary."""
    if cumulative is None:
        return True
    if u == 0:
        return cumulative[0] > VISIBLE
    if u == NEARLY_ONE:
        return len(cumulative) == 1 or 1 - cumulative[-2] > VISIBLE
    return min(abs(total - u) for total in [0.0, *cumulative]) > DISTANCE


def build(name, seed, rows, uniforms=None, vocabulary=16, scale=2.0, seen=None, logits=None, exact=False):
    draw = golden.Draw(seed)
    count = len(rows)
    if logits is None:
        logits = torch.zeros(count, vocabulary, dtype=torch.float64)
        levels = None
    else:
        levels = torch.tensor(logits, dtype=torch.float64)
        logits = levels.clone()
    seen = None if seen is None else torch.tensor(seen, dtype=torch.int64)
    chosen, tokens, log_probs = [], [], []
    for n, row in enumerate(rows):
        history = torch.zeros(0, dtype=torch.int64) if seen is None else seen[n]
        for attempt in range(1000):
            if levels is None:
                logits[n] = draw.grid(vocabulary, scale=scale)
            u = draw.uniform() if uniforms is None or uniforms[n] is None else uniforms[n]
            token, log_prob, cumulative = sample(logits[n], row, history, u)
            if exact or (filters.is_robust(logits[n], history, row) and far_from_boundaries(cumulative, u)):
                break
        else:
            raise ValueError(f"{name}: no logits with a margin found for row {n}")
        chosen.append(u)
        tokens.append(token)
        log_probs.append(log_prob)
    print(f"  {name}: tokens {tokens}")
    inputs = {"logits": logits, "filters": torch.tensor(rows, dtype=torch.float64), "seen_tokens": seen}
    inputs["uniforms"] = torch.tensor(chosen, dtype=torch.float64)
    outputs = {"tokens": torch.tensor(tokens), "log_probs": torch.stack(log_probs)}
    return golden.case(name, {}, inputs, outputs, wide=("uniforms",))


def main():
    row = filters.row
    full = [row(0.7, 9, 0.9, 0.05, 1.3), row(1.2, 6, 0.95, 0.02, 1.1), row(0.9, 12, 0.8, 0.0, 1.0), row(1.0)]
    different = [row(0.7), row(top_k=4), row(top_p=0.8), row(min_p=0.1), row(penalty=1.5), row(0.0), *full]
    histories = [[(3 * n + 5 * s) % 16 if s < 3 + n % 4 else -1 for s in range(6)] for n in range(len(different))]
    tied = [[0, 2, 1, 2, 0, 1, 2, 1], [1, 1, 0, 0, 1, 1, 0, 0], [3, 1, 3, 1, 3, 1, 3, 1], [0, 0, 0, 0, 2, 2, 2, 2]]
    greedy_tied = [[0, 2, 1, 2], [1, 1, 1, 1], [4, 3, 4, 2], [-1, -2, -1, -2]]
    cases = [
        build("off", 51, [row()] * 8),
        build("temperature", 52, [row(0.5), row(0.7), row(1.3), row(2.0)]),
        build("top_k", 53, [row(top_k=1), row(top_k=3), row(top_k=5), row(top_k=40)]),
        build("top_p", 54, [row(top_p=0.3), row(top_p=0.6), row(top_p=0.9), row(top_p=0.95)]),
        build("min_p", 55, [row(min_p=0.05), row(min_p=0.1), row(min_p=0.3), row(min_p=0.9)]),
        build("penalty", 56, [row(penalty=1.3)] * 2 + [row(penalty=0.8)] * 2, seen=histories[:4]),
        build("rows_differ", 57, different, seen=histories),
        build("zero_uniform", 58, [row(), *full], uniforms=[0.0] * 5),
        build("uniform_nearly_one", 59, [row(), *full], uniforms=[NEARLY_ONE] * 5),
        build("ties", 60, [row(top_k=2), row(top_k=3), row(top_p=0.5), row(1.5, 1)], logits=tied),
        build("exact_boundaries", 61, [row()] * 4, [0.0, 0.25, 0.5, 0.75], logits=[[0.0] * 4] * 4, exact=True),
        build("greedy", 62, [row(0.0), row(0.0, 3, 0.5, 0.2, 1.0), row(0.0, 1), row(0.0, penalty=1.4)]),
        build("greedy_ties", 63, [row(0.0)] * 4, logits=greedy_tied),
        build("greedy_penalty", 64, [row(0.0, penalty=1.5)] * 2, logits=[[4, 3, 1, -1], [-2, -2, -2.5, -4]],
              seen=[[0, -1, -1], [0, 1, 0]]),  # fmt: skip
        build("vocabulary_500", 65, [row(0.8, 50, 0.95, 0.0, 1.0), row(top_p=0.9), row()], vocabulary=500),
    ]
    golden.write("sampling", "sampling.py", cases)


if __name__ == "__main__":
    main()
