"""Golden values and gradients for policy losses of single tokens under every ratio level, in float64.

Written token by token from the formulas of the papers and of verl and TRL, with one 0-d tensor each and Python's own if, so that an
error in the Java form, which works on whole arrays, cannot hide here too. Gradients are torch's. Run from any folder:

    pip install -r requirements.txt
    python generate_surrogates.py          # writes ../resources/golden/surrogates.json

All inputs are multiples of 1/1024, which float32 holds exactly.
"""

import json
import math
import pathlib

import numpy as np
import torch

SEED = 20261124
OUT = pathlib.Path(__file__).parent.parent / "resources" / "golden" / "surrogates.json"

MASK = [
    [1, 1, 1, 1, 0, 0],
    [1, 1, 0, 1, 1, 1],  # something else stands between two turns
    [0, 1, 1, 1, 1, 0],
    [0, 0, 0, 0, 0, 0],  # nothing is trained
    [1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 0, 0],  # one token far above and one far below the old policy
    [1, 1, 1, 0, 0, 0],  # a whole sequence far above
]


def exact(values):
    return (np.round(np.asarray(values) * 1024) / 1024).tolist()


def inputs():
    draw = np.random.default_rng(SEED)
    shape = (len(MASK), len(MASK[0]))
    lp = -draw.uniform(0.05, 3.5, shape)
    old = np.minimum(lp + draw.normal(0, 0.55, shape), -0.01)
    sampler = np.minimum(old + draw.normal(0, 0.2, shape), -0.01)
    sampler[0, 1] = lp[0, 1] - 2  # weight above 5
    sampler[4, 2] = lp[4, 2] - 1.75
    advantages = draw.normal(0, 1.2, shape)
    advantages[2] = -0.75
    advantages[4] = 1.25
    advantages[1, 1] = 0
    old[1, 0] = lp[1, 0]  # ratio 1
    old[4, 4] = lp[4, 4] - 0.215  # ratio 1.24, between the upper bounds 1.2 and 1.28
    old[5, 1] = lp[5, 1] - 25
    lp[5, 2] = old[5, 2] - 25
    old[6, :3] = lp[6, :3] - [23, 24, 25]
    mask = np.asarray(MASK)
    chosen = (draw.uniform(size=shape) < 0.3) * mask
    return {"mask": MASK,
            "logProbs": exact(lp * mask),
            "oldLogProbs": exact(old * mask),
            "samplerLogProbs": exact(sampler * mask),
            "advantages": exact(advantages * mask),
            "weights": exact(draw.uniform(0.02, 0.3, shape) * mask),
            "chosen": chosen.tolist()}


# ---- ratio levels: the log-ratios of the trained tokens of one row


def level_token(lp, old):
    return [torch.clamp(a - b, -20.0, 20.0) for a, b in zip(lp, old)]


def level_sequence_mean(lp, old):
    mean = sum(a - b for a, b in zip(lp, old)) / len(lp)
    return [torch.clamp(mean, -20.0, 20.0) for _ in lp]


def level_sequence_token(lp, old):
    mean = (sum(a - b for a, b in zip(lp, old)) / len(lp)).detach()
    return [torch.clamp(a - a.detach() + mean, max=10.0) for a in lp]


def level_sequence_sum(lp, old):
    total = sum(a - b for a, b in zip(lp, old))
    return [torch.clamp(total, -20.0, 20.0) for _ in lp]


LEVELS = {"TOKEN": level_token, "SEQUENCE_MEAN": level_sequence_mean,
          "SEQUENCE_TOKEN": level_sequence_token, "SEQUENCE_SUM": level_sequence_sum}


# ---- surrogates: the losses of the trained tokens of one row, and what is counted per token


class Row:
    def __init__(self, lp, old, sampler, advantages, chosen, log_ratio):
        self.lp, self.old, self.sampler = lp, old, sampler
        self.advantages, self.chosen, self.log_ratio = advantages, chosen, log_ratio

    def tokens(self):
        return zip(self.lp, self.old, self.sampler, self.advantages, self.chosen, self.log_ratio)


def clip_counts(r, a, low, high):
    below = float(r < 1 - low and a < 0)
    above = float(r > 1 + high and a > 0)
    return {"clip_ratio/low_mean": below, "clip_ratio/high_mean": above, "clip_ratio/region_mean": below + above}


def ppo(low, high, delta=None, dual=None):
    def loss(row):
        losses, counts = [], []
        for _, _, _, a, _, log_ratio in row.tokens():
            r = torch.exp(log_ratio)
            clipped = torch.clamp(r, 1 - low, 1 + high)
            plain = r if delta is None else torch.clamp(r, max=delta)
            one = -torch.minimum(plain * a, clipped * a)
            count = clip_counts(float(r), a, low, high)
            if dual is not None:
                count["actor/pg_clipfrac_lower"] = float(a < 0 and float(one) > -a * dual)
                if a < 0:
                    one = torch.minimum(one, torch.tensor(-a * dual, dtype=torch.float64))
            losses.append(one)
            counts.append(count)
        return losses, counts
    return loss


def cispo(smallest, largest):
    def loss(row):
        losses, counts = [], []
        for lp, _, _, a, _, log_ratio in row.tokens():
            r = math.exp(float(log_ratio))
            w = min(max(r, smallest), largest)
            losses.append(-w * a * lp)
            counts.append({"cispo_clip_ratio": float(r > largest and a > 0), "actor/pg_clipfrac": float(w != r)})
        return losses, counts
    return loss


def sapo(positive, negative):
    def loss(row):
        losses = []
        for _, _, _, a, _, log_ratio in row.tokens():
            tau = positive if a > 0 else negative
            losses.append(-torch.sigmoid(tau * (torch.exp(log_ratio) - 1)) * 4 / tau * a)
        return losses, [{}] * len(losses)
    return loss


def gmpo(low, high):
    def loss(row):
        kept, counts = [], []
        for _, _, _, a, _, d in row.tokens():
            inside = torch.clamp(d, -low, high)
            kept.append(torch.minimum(d, inside) if a > 0 else torch.maximum(d, inside) if a < 0 else d * 0)
            out = float(d) != float(inside)
            counts.append({"actor/pg_clipfrac": float(out and a > 0), "actor/pg_clipfrac_lower": float(out and a < 0)})
        geometric = torch.exp(sum(kept) / len(kept))
        mean = sum(row.advantages) / len(row.advantages)
        return [-mean * geometric for _ in kept], counts
    return loss


def dppo(divergence, low, high, cap):
    def loss(row):
        losses, counts = [], []
        for lp, old, _, a, _, log_ratio in row.tokens():
            p, q = math.exp(float(lp)), math.exp(old)
            if divergence == "tv":
                valid = p - q <= high if a > 0 else p - q >= -low
            else:
                kl = q * (old - float(lp)) + (1 - q) * math.log((1 - q + 1e-8) / (1 - p + 1e-8))
                valid = (kl <= high or p <= q) if a > 0 else (kl <= low or p >= q)
            r = math.exp(float(log_ratio))
            losses.append(-min(r, cap) * float(valid) * a * lp)
            counts.append({"actor/pg_clipfrac": float(not valid), "actor/pg_clipfrac_lower": float(valid and r > cap)})
        return losses, counts
    return loss


def clip_cov(low, high):
    def loss(row):
        losses, counts = ppo(low, high)(row)
        for count, chosen in zip(counts, row.chosen):
            count["actor/pg_clipfrac"] = float(chosen)
        return [one * (0 if c else 1) for one, c in zip(losses, row.chosen)], counts
    return loss


def kl_cov(coefficient):
    def loss(row):
        losses, counts = [], []
        for lp, old, _, a, chosen, log_ratio in row.tokens():
            one = -a * torch.exp(log_ratio)
            if chosen:
                one = one + coefficient * torch.abs(lp - old)
            losses.append(one)
            counts.append({"kl_cov/distance": abs(float(lp) - old), "kl_cov/chosen": float(chosen)})
        return losses, counts
    return loss


def mini_rl(low, high, cap):
    def loss(row):
        losses, counts = [], []
        for lp, _, sampler, a, _, log_ratio in row.tokens():
            r = math.exp(float(log_ratio))
            keep = 0.0 if (a > 0 and r > 1 + high) or (a < 0 and r < 1 - low) else 1.0
            w = math.exp(float(lp) - sampler)
            losses.append(-keep * min(w, cap) * a * lp)
            counts.append({**clip_counts(r, a, low, high), "minirl/capped": float(w > cap)})
        return losses, counts
    return loss


def reinforce(scale):
    def loss(row):
        return [-a * lp * scale for lp, a in zip(row.lp, row.advantages)], [None] * len(row.lp)
    return loss


def topr(row):
    losses, counts = [], []
    for lp, _, _, a, _, log_ratio in row.tokens():
        w = min(math.exp(float(log_ratio)), 1.0) if a <= 0 else 1.0
        losses.append(-w * a * lp)
        counts.append({"topr/weight": w})
    return losses, counts


def vespo(k_positive, lambda_positive, k_negative, lambda_negative):
    def loss(row):
        losses, counts = [], []
        for lp, _, _, a, _, log_ratio in row.tokens():
            k, decay = (k_positive, lambda_positive) if a >= 0 else (k_negative, lambda_negative)
            w = min(max(math.exp(float(log_ratio)), 1e-8), math.exp(20))
            phi = math.exp(decay) * w ** k * math.exp(-decay * w)
            losses.append(-phi * a * lp)
            counts.append({"vespo/phi_seq_mean": phi})
        return losses, counts
    return loss


def dro(beta):
    def loss(row):
        return [-(lp * a - beta / 2 * (lp - old) ** 2) for lp, old, _, a, _, _ in row.tokens()], [{}] * len(row.lp)
    return loss


SURROGATES = {
    "ppo": ppo(0.2, 0.2), "ppoAsymmetric": ppo(0.2, 0.28), "ppoDelta": ppo(0.2, 0.28, delta=1.5),
    "ppoDual": ppo(0.2, 0.28, dual=3), "ppoDeltaDual": ppo(0.2, 0.28, delta=2.5, dual=1.75),
    "loop": ppo(1 - 1 / 1.1, 0.1), "unclipped": ppo(1, math.inf),
    "cispoUpTo": cispo(0, 1.5), "cispoWithin": cispo(0.8, 1.25),
    "sapo": sapo(1, 1.05), "sapoSharp": sapo(5, 8), "gmpo": gmpo(0.4, 0.4), "gmpoAsymmetric": gmpo(0.2, 0.3),
    "dppoTv": dppo("tv", 0.1, 0.15, 1.75), "dppoKl": dppo("kl", 0.02, 0.05, 1.75),
    "clipCov": clip_cov(0.2, 0.2), "klCov": kl_cov(0.1), "miniRl": mini_rl(0.2, 0.27, 5),
    "policyGradient": reinforce(1), "opmd": reinforce(1 / 1.5), "topr": topr,
    "vespo": vespo(2, 3, 3, 2), "dro": dro(0.3),
}


def trained(row, mask):
    return [value for value, m in zip(row, mask) if m]


def spread(values, mask):
    left = iter(values)
    return [next(left) if m else 0.0 for m in mask]


def case(name, level, data):
    per_token, gradients, counts, distances, lows, highs = [], [], [], [], [], []
    for b, mask in enumerate(MASK):
        if sum(mask) == 0:
            per_token.append([0.0] * len(mask))
            gradients.append([0.0] * len(mask))
            continue
        lp = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in trained(data["logProbs"][b], mask)]
        parts = [trained(data[k][b], mask) for k in ("oldLogProbs", "samplerLogProbs", "advantages", "chosen")]
        log_ratio = LEVELS[level](lp, parts[0])
        losses, count = SURROGATES[name](Row(lp, *parts, log_ratio))
        sum(w * one for w, one in zip(trained(data["weights"][b], mask), losses)).backward()
        per_token.append(spread([float(one.detach()) for one in losses], mask))
        gradients.append(spread([0.0 if v.grad is None else float(v.grad) for v in lp], mask))
        counts += count
        distances += [-float(d.detach()) for d in log_ratio]
        if count[0] and "clip_ratio/low_mean" in count[0]:
            lows.append(sum(c["clip_ratio/low_mean"] for c in count) / len(count))
            highs.append(sum(c["clip_ratio/high_mean"] for c in count) / len(count))
    metrics = {}
    if counts[0] is not None:
        metrics = {key: sum(c[key] for c in counts) / len(counts) for key in counts[0]}
        metrics["actor/ppo_kl"] = sum(distances) / len(distances)
    if lows:
        metrics |= {"clip_ratio/low_min": min(lows), "clip_ratio/high_max": max(highs)}
    return {"surrogate": name, "level": level, "perToken": per_token, "gradient": gradients, "metrics": metrics}


def choices(data):
    """What Clip-Cov may choose from, and what KL-Cov chooses, among all trained tokens at once."""
    tokens = [(b, t) for b, mask in enumerate(MASK) for t, m in enumerate(mask) if m]
    lp, old, a = ([data[k][b][t] for b, t in tokens] for k in ("logProbs", "oldLogProbs", "advantages"))
    mean_lp, mean_a = math.fsum(lp) / len(lp), math.fsum(a) / len(a)
    cov = [(x - mean_a) * (y - mean_lp) for x, y in zip(a, lp)]
    lower, upper = 0.2, 2.5
    candidates = [p for p, c, x, y, o in zip(tokens, cov, a, lp, old) if lower < c < upper
                  and not (x > 0 and math.exp(y - o) > 1.2) and not (x < 0 and math.exp(y - o) < 0.8)]
    order = sorted(range(len(tokens)), key=lambda i: -cov[i])
    return {"smallest": lower, "largest": upper, "candidates": candidates,
            "klShare": 0.13, "klChosen": [tokens[i] for i in order[:max(1, int(0.13 * len(tokens)))]],
            "covariances": cov}


def compact(value):
    """One line for each row of numbers, so that a difference can be read."""
    text = json.dumps(value, indent=1)
    out, depth = [], 0
    for line in text.split("\n"):
        stripped = line.strip()
        plain = stripped.rstrip(",").replace("-", "").replace(".", "").replace("e", "").replace("+", "").isdigit()
        if plain or (stripped.startswith("]") and depth):
            out[-1] += ("" if out[-1].endswith("[") or stripped.startswith("]") else " ") + stripped
        else:
            out.append(line)
        depth = 1 if plain else 0
    return "\n".join(out) + "\n"


def main():
    data = inputs()
    cases = [case(name, level, data) for level in LEVELS for name in SURROGATES]
    OUT.write_text(compact({"inputs": data, "choices": choices(data), "cases": cases}))


if __name__ == "__main__":
    main()
