"""rules.json: the head under everything that a sampler may be asked, over two turns of which the second counts anew.

Order: logit bias, forbidden end tokens, repetition penalty (all tokens before), presence and frequency penalty (tokens
generated in the same turn), temperature, top-k, top-p, min-p; logits of ids from ``usable`` on do not exist.
"""

import dataclasses
import math

import torch

import filters
import golden
import head

TURNS = (2, 3)


@dataclasses.dataclass
class Rule:
    """What one sequence is drawn under; ``row`` as in filters.py."""

    row: tuple = filters.OFF
    presence: float = 0.0
    frequency: float = 0.0
    bias: dict = dataclasses.field(default_factory=dict)
    min_new: int = 0


def adjusted(raw, before, begin, rule, end_ids, usable):
    """Logits [usable] before any filter; ``before`` is the text [S], of which ``begin`` and later was generated."""
    z = raw[:usable] + torch.tensor([rule.bias.get(v, 0.0) for v in range(usable)], dtype=torch.float64)
    if len(before) - begin < rule.min_new:
        z = z.masked_fill(torch.tensor([v in end_ids for v in range(usable)]), -math.inf)
    temperature, penalty = rule.row[0], rule.row[4]
    generated = before[begin:].tolist()
    lines = []
    for v in range(usable):
        one = z[v]
        if v in before.tolist():
            one = one / penalty if one > 0 else one * penalty
        count = generated.count(v)
        lines.append(one - (rule.presence if count else 0.0) - rule.frequency * count)
    z = torch.stack(lines)
    return z if filters.is_greedy(rule.row) else z / temperature


def support(z, rule):
    return filters.support(z, rule.row) & torch.isfinite(z)


def is_robust(raw, z, rule):
    if raw.abs().min() < filters.MARGIN:
        return False
    finite = z[torch.isfinite(z)].detach()
    return filters.is_robust(finite, torch.zeros(0), (1.0, *rule.row[1:4], 1.0))


def draw_sequences(draw, rules, prompts, between, width, scale, end_ids, usable, raw_of):
    hidden, texts, positions, begins = [], [], [], []
    for b, rule in enumerate(rules):
        text = list(prompts[b])
        for turn, length in enumerate(TURNS):
            text += between[b] if turn else []
            begin = len(text)
            for _ in range(length):
                before = torch.tensor(text)
                for attempt in range(1000):
                    state = draw.grid(width, scale=scale)
                    z = adjusted(raw_of(state), before, begin, rule, end_ids, usable)
                    if is_robust(raw_of(state), z, rule):
                        break
                else:
                    raise ValueError("no hidden state with a margin found")
                choices = torch.nonzero(support(z, rule)).flatten()
                weights = torch.cumsum(torch.softmax(z[choices], dim=-1), dim=-1)
                place = min(int((weights <= draw.uniform()).sum()), len(choices) - 1)
                hidden.append(state)
                positions.append(len(text))
                begins.append(begin)
                text.append(int(torch.argmax(z)) if filters.is_greedy(rule.row) else int(choices[place]))
        texts.append(text)
    size = (len(rules), sum(TURNS))
    longest = max(len(text) for text in texts)
    seen = torch.tensor([text + [-1] * (longest - len(text)) for text in texts])
    states = torch.stack(hidden).reshape(*size, width)
    return states, seen, torch.tensor(positions).reshape(size), torch.tensor(begins).reshape(size)


def score_row(raw, token, before, begin, rule, end_ids, usable):
    z = adjusted(raw, before, begin, rule, end_ids, usable)
    kept = support(z, rule)
    if not kept[token]:
        raise ValueError(f"token {token} is outside the support")
    log_p = torch.log_softmax(z[kept], dim=-1)
    return log_p[kept[:token].sum()], -(log_p.exp() * log_p).sum(), torch.logsumexp(z[kept], dim=-1)


def build(name, seed, rules, end_ids=(), usable=None, vocabulary=8, width=6, scale=1.0, softcap=0.0, with_bias=False):
    draw = golden.Draw(seed)
    usable = usable or vocabulary
    batch, length = len(rules), sum(TURNS)
    prompts = [draw.ids(2 + b, below=vocabulary).tolist() for b in range(batch)]
    between = [draw.ids(1 + b % 2, below=vocabulary).tolist() for b in range(batch)]
    weight = golden.leaf(draw.grid(vocabulary, width))
    bias = golden.leaf(draw.grid(vocabulary)) if with_bias else None

    def raw_of(state):
        return head.logits(state, weight, bias, softcap, 1.0)

    with torch.no_grad():
        states, seen, positions, begins = draw_sequences(
            draw, rules, prompts, between, width, scale, end_ids, usable, raw_of
        )
    ids = seen.gather(1, positions)
    grad_log_prob, grad_entropy = draw.grid(batch, length), draw.grid(batch, length)
    hidden = golden.leaf(states)
    scores = [
        [
            score_row(raw_of(hidden[b, t]), int(ids[b, t]), seen[b, : positions[b, t]], int(begins[b, t]), rules[b],
                      end_ids, usable)  # fmt: skip
            for t in range(length)
        ]
        for b in range(batch)
    ]
    log_prob, entropy, log_norm = (
        torch.stack([torch.stack([one[i] for one in line]) for line in scores]) for i in range(3)
    )
    (log_prob * grad_log_prob + entropy * grad_entropy).sum().backward()
    print(f"  {name}: tokens {ids.tolist()}")

    most = max(len(rule.bias) for rule in rules)
    table = [list(rule.bias.items()) + [(0, 0.0)] * (most - len(rule.bias)) for rule in rules]
    inputs = {"hidden": hidden, "ids": ids, "weight": weight, "bias": bias}
    inputs["filters"] = torch.tensor([[*r.row, r.presence, r.frequency] for r in rules], dtype=torch.float64)
    inputs |= {"seen_tokens": seen, "positions": positions, "begins": begins}
    inputs["min_new"] = torch.tensor([rule.min_new for rule in rules])
    inputs["end_ids"] = torch.tensor(end_ids, dtype=torch.int64) if end_ids else None
    if most:
        inputs["bias_ids"] = torch.tensor([[token for token, _ in line] for line in table])
        inputs["bias_values"] = torch.tensor([[value for _, value in line] for line in table], dtype=torch.float64)
    inputs |= {"grad_log_prob": grad_log_prob, "grad_entropy": grad_entropy}
    outputs = {"log_prob": log_prob, "entropy": entropy, "log_norm": log_norm}
    outputs |= {"grad_hidden": hidden.grad, "grad_weight": weight.grad}
    outputs["grad_bias"] = None if bias is None else bias.grad
    return golden.case(name, {"softcap": softcap, "usable": usable}, inputs, outputs)


def main():
    row = filters.row
    full = row(0.75, 6, 0.9375, 0.03125, 1.25)
    biases = [{1: 1.5, 4: -2.0}, {6: 3.0}]
    everything = [
        Rule(full, 0.5, 0.25, biases[0], 2),
        Rule(row(1.25, 5, 0.875, 0.0, 0.75), -0.25, 0.75, biases[1], 1),
        Rule(row(0.0, 3, 0.5, 0.25, 1.5), 0.5, 0.5, biases[0], 3),
    ]
    cases = [
        build("presence", 71, [Rule(presence=1.5), Rule(presence=-0.5)]),
        build("frequency", 72, [Rule(frequency=1.25), Rule(frequency=-0.75)]),
        build("repetition_and_both", 73, [Rule(row(penalty=1.25), 0.5, 0.75), Rule(row(0.5, penalty=0.75), 0.25, 0.5)]),
        build("logit_bias", 74, [Rule(bias=biases[0]), Rule(bias=biases[1])], with_bias=True),
        build("bias_then_repetition", 75, [Rule(row(penalty=1.5), bias={v: 2.0 for v in range(8)})] * 2),
        build("min_new_tokens", 76, [Rule(min_new=1), Rule(min_new=3)], end_ids=(2, 5)),
        build("end_tokens_without_minimum", 77, [Rule(), Rule(min_new=2)], end_ids=(0, 7)),
        build("usable", 78, [Rule(), Rule()], usable=5, with_bias=True),
        build("usable_and_filters", 79, [Rule(full), Rule(row(top_k=4))], usable=6, with_bias=True),
        build("everything", 80, everything, end_ids=(2, 5), usable=7, with_bias=True),
        build("everything_and_softcap", 81, everything, end_ids=(0, 3), usable=7, with_bias=True, softcap=2.0),
        build("sequences_differ", 82, [Rule(), Rule(presence=1.0), Rule(bias=biases[1]), everything[0]], (1, 2)),
    ]
    golden.write("rules", "rules.py", cases)


if __name__ == "__main__":
    main()
