"""Golden values for the parts of group policy gradients and for the presets, in float64.

Written token by token from the formulas of the papers and of TRL and verl, with torch's autograd for gradients; no code is shared with
the Java side. Run from any folder:

    pip install -r requirements.txt
    python generate_group.py          # writes ../resources/golden/group.json
"""

import json
import math
import pathlib

import torch

torch.set_default_dtype(torch.float64)
OUT = pathlib.Path(__file__).parent.parent / "resources" / "golden" / "group.json"

# Two prompts: the reference group of the policy-gradient checks, and one of four answers of which one has no applicable reward.
REWARDS = [1, 0, 0, 1, 0, 0, 0, 0, 0.5, -1, 0.25, None]
KEYS = [0] * 8 + [1] * 4
GREEDY = [0.5] * 8 + [-0.25] * 4
MASK = [
    [0, 0, 1, 1, 1, 0, 0],
    [0, 0, 1, 1, 0, 0, 0],
    [0, 0, 1, 0, 0, 1, 1],  # a tool spoke in between
    [0, 0, 1, 1, 1, 1, 1],
    [0, 0, 1, 0, 0, 0, 0],
    [0, 0, 1, 1, 1, 1, 0],
    [0, 0, 1, 1, 0, 0, 0],
    [0, 0, 1, 1, 1, 0, 0],
    [0, 0, 1, 1, 1, 1, 1],
    [0, 0, 1, 1, 1, 0, 0],
    [0, 0, 1, 1, 0, 0, 0],
    [0, 0, 1, 1, 1, 1, 0],
]
B, T = len(MASK), len(MASK[0])
USED = [i for i in range(B) if REWARDS[i] is not None]


def noise(seed, spread):
    generator = torch.Generator().manual_seed(seed)
    values = torch.randn(B, T, generator=generator) * spread
    return values * torch.tensor(MASK)


def rounded(values):
    return values.float().double()  # what the Java side can hold exactly


OLD = rounded((-1.2 + noise(1, 0.4)) * torch.tensor(MASK))
NEW = rounded(OLD + noise(2, 0.3))
REFERENCE = rounded(OLD + noise(3, 0.5))
SAMPLER = rounded(OLD + noise(4, 0.6))
ENTROPY = rounded(noise(5, 0.7).abs())


def tokens(i):
    return [t for t in range(T) if MASK[i][t]]


def members(i):
    return [j for j in USED if KEYS[j] == KEYS[i]]


def mean(values):
    return sum(values) / len(values)


def std1(values):
    m = mean(values)
    return math.sqrt(sum((v - m) ** 2 for v in values) / (len(values) - 1))


# --- advantages: dictionaries (row, token) -> number ---------------------------------------------------------------------------------


def broadcast(of_row):
    return {(i, t): of_row(i) for i in USED for t in tokens(i)}


def standardised(epsilon, rewards=REWARDS):
    def of_row(i):
        group = [rewards[j] for j in members(i)]
        return (rewards[i] - mean(group)) / (std1(group) + epsilon)

    return broadcast(of_row)


def centred(rewards=REWARDS):
    return broadcast(lambda i: rewards[i] - mean([rewards[j] for j in members(i)]))


def leave_one_out(rewards=REWARDS):
    return broadcast(lambda i: rewards[i] - mean([rewards[j] for j in members(i) if j != i]))


def length_weighted():
    def of_row(i):
        lengths = {j: len(tokens(j)) for j in members(i)}
        return REWARDS[i] - sum(lengths[j] * REWARDS[j] for j in lengths) / sum(lengths.values())

    return broadcast(of_row)


def whitened(raw):
    values = list(raw.values())
    m, variance = mean(values), std1(values) ** 2
    return {place: (v - m) / math.sqrt(variance + 1e-8) for place, v in raw.items()}


def returns(beta):
    """Undiscounted, of rewards on tokens: minus beta k1 everywhere, the outcome on the last."""
    result = {}
    for i in USED:
        running = REWARDS[i]
        for t in reversed(tokens(i)):
            running -= beta * (OLD[i, t] - REFERENCE[i, t]).item()
            result[i, t] = running
    return result


def penalised(beta):
    return [
        None if i not in USED else REWARDS[i] - beta * sum((OLD[i, t] - REFERENCE[i, t]).item() for t in tokens(i))
        for i in range(B)
    ]


# --- losses of tokens ---------------------------------------------------------------------------------------------------------------


def clip_loss(ratio, a, low, high, dual=None):
    loss = torch.maximum(-a * ratio, -a * torch.clamp(ratio, 1 - low, 1 + high))
    return torch.minimum(loss, torch.tensor(-a * dual)) if dual and a < 0 else loss


def token_ratio(lp, i, t):
    return torch.exp(lp[i, t] - OLD[i, t])


def sequence_mean_ratio(lp, i, t):
    return torch.exp(sum(lp[i, u] - OLD[i, u] for u in tokens(i)) / len(tokens(i)))


def sequence_sum_ratio(lp, i, t):
    return torch.exp(sum(lp[i, u] - OLD[i, u] for u in tokens(i)))


def clipped(ratio_of, low, high, dual=None):
    return lambda lp, a, i, t: clip_loss(ratio_of(lp, i, t), a, low, high, dual)


def plain(lp, a, i, t):
    return -a * lp[i, t]


def cispo(lp, a, i, t):
    return -min(token_ratio(lp, i, t).item(), 5.0) * a * lp[i, t]


def sapo(lp, a, i, t):
    tau = 1.0 if a > 0 else 1.05
    return -a * torch.sigmoid(tau * (token_ratio(lp, i, t) - 1)) * 4 / tau


def minirl(lp, a, i, t):
    r = token_ratio(lp, i, t).item()
    if (a > 0 and r > 1.27) or (a < 0 and r < 0.8):
        return lp[i, t] * 0
    weight = min(math.exp(lp[i, t].item() - SAMPLER[i, t].item()), 5.0)
    return -weight * a * lp[i, t]


def k3(lp, i, t):
    d = REFERENCE[i, t] - lp[i, t]
    return torch.exp(d) - d - 1


def k3_clamped(lp, i, t):
    d = torch.clamp(REFERENCE[i, t] - lp[i, t], -20, 20)
    return torch.clamp(torch.exp(d) - d - 1, -10, 10)


def k2(lp, i, t):
    return 0.5 * (lp[i, t] - REFERENCE[i, t]) ** 2


# --- aggregation of {(row, token): loss} ---------------------------------------------------------------------------------------------


def by_row(losses):
    rows = {}
    for (i, _), loss in losses.items():
        rows.setdefault(i, []).append(loss)
    return rows.values()


def token_mean(losses):
    return sum(losses.values()) / len(losses)


def sequence_mean(losses):
    return mean([mean(row) for row in by_row(losses)])


def sequence_sum(constant):
    return lambda losses: mean([sum(row) / constant for row in by_row(losses)])


def token_sum(constant):
    return lambda losses: sum(losses.values()) / constant


PRESETS = {
    "grpo": (standardised(1e-6), clipped(token_ratio, 0.2, 0.2), sequence_mean, (k3, 0.04)),
    "grpoTrl": (standardised(1e-4), clipped(token_ratio, 0.2, 0.2), token_mean, None),
    "drGrpo": (centred(), clipped(token_ratio, 0.2, 0.2), sequence_sum(16), None),
    "dapo": (standardised(1e-6), clipped(token_ratio, 0.2, 0.28, 10), token_mean, None),
    "bnpo": (standardised(1e-4), clipped(token_ratio, 0.2, 0.2), token_mean, None),
    "gspo": (standardised(1e-6), clipped(sequence_mean_ratio, 3e-4, 4e-4), sequence_mean, None),
    "cispo": (standardised(1e-6), cispo, token_mean, None),
    "sapo": (standardised(1e-6), sapo, sequence_mean, None),
    "rloo": (leave_one_out(penalised(0.05)), clipped(sequence_sum_ratio, 0.2, 0.2), sequence_mean, None),
    "loop": (leave_one_out(), clipped(token_ratio, 1 - 1 / 1.1, 0.1), sequence_mean, None),
    "reinforcePlusPlus": (whitened(returns(0.01)), clipped(token_ratio, 0.2, 0.2), token_mean, None),
    "reinforcePlusPlusBaseline": (whitened(centred()), clipped(token_ratio, 0.2, 0.2), token_mean, (k2, 0.01)),
    "reMax": ({p: v - GREEDY[p[0]] for p, v in returns(0.001).items()}, plain, sequence_sum(1), None),
    "opo": (length_weighted(), plain, token_mean, None),
    "miniRl": (centred(), minirl, sequence_sum(1), None),
    "raftPlusPlus": (
        broadcast(lambda i: max(REWARDS[i], 0)),
        clipped(token_ratio, 0.2, 0.2, 3),
        token_mean,
        (k3_clamped, 0.001),
    ),
}


def preset(name):
    advantages, surrogate, aggregate, kl = PRESETS[name]
    lp = NEW.clone().requires_grad_(True)
    policy = aggregate({(i, t): surrogate(lp, a, i, t) for (i, t), a in advantages.items()})
    loss = policy
    if kl:
        loss = policy + kl[1] * aggregate({(i, t): kl[0](lp, i, t) for (i, t) in advantages})
    loss.backward()
    return {
        "name": name,
        "advantages": [[advantages.get((i, t), 0.0) for t in range(T)] for i in range(B)],
        "policyLoss": policy.item(),
        "loss": loss.item(),
        "gradient": lp.grad.tolist(),
    }


# --- parts --------------------------------------------------------------------------------------------------------------------------

KL_NEW = [-0.4, -1.2, -2.0, -0.1, -30.0, -3.0, -12.0, -1.0]
KL_REFERENCE = [-0.7, -0.8, -2.0, -25.1, -5.0, -18.0, -0.5, -1.4]
KL_OLD = [-0.5, -1.0, -2.0, -0.3, -28.0, -3.5, -12.1, -60.0]
KL_WEIGHTS = [1.0, 0.5, 2.0, 0.25, 0.125, 1.5, 0.75, 1.25]
CLAMPS = {"WIDE": (80, math.inf), "VERL": (20, 10), "OPEN_RLHF": (10, math.inf)}
FORMS = {
    "K1": lambda d: d,
    "ABSOLUTE": torch.abs,
    "K2": lambda d: 0.5 * d * d,
    "K3": lambda d: torch.exp(-d) - 1 + d,
}


def kl_cases():
    for form, estimate in FORMS.items():
        for clamp, (inside, outside) in CLAMPS.items():
            for gradient in ["OWN", "OF_K2"]:
                for weighting in ["PLAIN", "BY_RATIO"]:
                    yield kl_case(form, estimate, clamp, inside, outside, gradient, weighting)


def kl_case(form, estimate, clamp, inside, outside, gradient, weighting):
    lp = torch.tensor(KL_NEW, requires_grad=True)
    d = lp - torch.tensor(KL_REFERENCE)
    value = torch.clamp(estimate(torch.clamp(d, -inside, inside)), -outside, outside)
    host = value.detach().tolist()
    if gradient == "OF_K2":
        value = 0.5 * d * d - (0.5 * d * d).detach() + value.detach()
    if weighting == "BY_RATIO":
        value = value * torch.exp(torch.clamp(lp - torch.tensor(KL_OLD), -20, 20))
    (value * torch.tensor(KL_WEIGHTS)).sum().backward()
    return {
        "form": form,
        "clamp": clamp,
        "gradient": gradient,
        "weighting": weighting,
        "host": host,
        "values": value.tolist(),
        "gradients": lp.grad.tolist(),
    }


def aggregation_cases():
    rows = [[1.0, 1.0, 1.0, 1.0], [3.0], [-0.5, 2.0], []]
    losses = {(i, t): row[t] for i, row in enumerate(rows) for t in range(len(row))}
    return {
        "rows": rows,
        "tokenMean": token_mean(losses),
        "sequenceMeanTokenMean": sequence_mean(losses),
        "sequenceMeanTokenSum": sequence_sum(1)(losses),
        "sequenceMeanTokenSumOver4": sequence_sum(4)(losses),
        "tokenSumOver4": token_sum(4)(losses),
    }


def kl_controller():
    heard = [[0.05, 64], [0.1, 64], [0.5, 128], [0.11, 256], [0.0, 1000], [0.3, 20000]]
    coefficient, after = 0.001, []
    for kl, n in heard:
        coefficient *= 1 + max(-0.2, min(0.2, kl / 0.1 - 1)) * min(1, n / 10000)
        after.append(coefficient)
    return {"heard": heard, "after": after}


def entropy_controller():
    """TRL's: the coefficient walks after each step; it applies only if the last entropy was at or below the target."""
    heard = [0.5, 0.3, 0.2, 0.1, 0.1, 0.1, 0.05, 0.4, 0.4, 0.1]
    coefficient, last, applied = 0.01, 0.0, []
    for entropy in heard:
        applied.append(coefficient if last <= 0.2 else 0.0)
        coefficient = min(coefficient + 0.005, 0.02) if entropy <= 0.2 else max(coefficient - 0.005, 0.0)
        last = entropy
    applied.append(coefficient if last <= 0.2 else 0.0)
    return {"heard": heard, "applied": applied}


def corrections():
    for over in ["TOKEN", "SEQUENCE_MEAN", "SEQUENCE_PRODUCT"]:
        for outside in ["TRUNCATED", "MASKED"]:
            for low, high in [(0.0, 2.0), (0.7, 1.6)]:
                yield correction(over, outside, low, high)


def correction(over, outside, low, high):
    factors = [[1.0] * T for _ in range(B)]
    ratios, differences = [], []
    for i in range(B):
        logs = [(OLD[i, t] - SAMPLER[i, t]).item() for t in tokens(i)]
        for t, log in zip(tokens(i), logs):
            acting = {"TOKEN": log, "SEQUENCE_MEAN": mean(logs), "SEQUENCE_PRODUCT": sum(logs)}[over]
            ratio = math.exp(acting)
            ratios.append(ratio)
            differences.append(abs(log))
            if outside == "TRUNCATED":
                factors[i][t] = min(max(ratio, low), high)
            else:
                factors[i][t] = ratio if low <= ratio <= high else 0.0
    return {
        "over": over,
        "outside": outside,
        "low": low,
        "high": high,
        "factors": factors,
        "metrics": {
            "sampling/importance_sampling_ratio/min": min(ratios),
            "sampling/importance_sampling_ratio/mean": mean(ratios),
            "sampling/importance_sampling_ratio/max": max(ratios),
            "sampling/sampling_logp_difference/mean": mean(differences),
            "sampling/sampling_logp_difference/max": max(differences),
        },
    }


def everything():
    """GRPO with all that can be added: entropy, KL by ratio, a correction and the off-policy mask."""
    advantages = standardised(1e-6)
    lp = NEW.clone().requires_grad_(True)
    entropy = ENTROPY.clone().requires_grad_(True)
    factors = correction("SEQUENCE_MEAN", "TRUNCATED", 0.0, 1.1)["factors"]
    policy, kl, bonus = {}, {}, {}
    for (i, t), a in advantages.items():
        far = mean([(SAMPLER[i, u] - NEW[i, u]).item() for u in tokens(i)])
        keep = 1.0 if a >= 0 or far <= 0.1 else 0.0
        policy[i, t] = clip_loss(token_ratio(lp, i, t), a, 0.2, 0.2) * factors[i][t] * keep
        kl[i, t] = k3(lp, i, t) * token_ratio(lp, i, t)
        bonus[i, t] = entropy[i, t]
    policy_loss = token_mean(policy)
    loss = policy_loss + 0.05 * token_mean(kl) - 0.01 * token_mean(bonus)
    loss.backward()
    return {
        "policyLoss": policy_loss.item(),
        "kl": token_mean(kl).item(),
        "entropyMean": token_mean(bonus).item(),
        "loss": loss.item(),
        "gradient": lp.grad.tolist(),
        "entropyGradient": entropy.grad.tolist(),
    }


GOLDEN = {
    "rows": {
        "rewards": REWARDS,
        "keys": KEYS,
        "greedy": GREEDY,
        "mask": MASK,
        "logProbs": NEW.tolist(),
        "old": OLD.tolist(),
        "reference": REFERENCE.tolist(),
        "sampler": SAMPLER.tolist(),
        "entropy": ENTROPY.tolist(),
    },
    "presets": [preset(name) for name in PRESETS],
    "kl": {
        "logProbs": KL_NEW,
        "reference": KL_REFERENCE,
        "old": KL_OLD,
        "weights": KL_WEIGHTS,
        "cases": list(kl_cases()),
    },
    "aggregation": aggregation_cases(),
    "klController": kl_controller(),
    "entropyController": entropy_controller(),
    "corrections": list(corrections()),
    "everything": everything(),
}
OUT.write_text(json.dumps(GOLDEN, indent=1) + "\n")
