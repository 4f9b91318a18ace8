"""Golden values for the advantage estimators, in float64.

Written from the formulas in the javadoc, in the most literal form (dictionaries, subsets, explicit sums), so that an error
in the fast Java form cannot hide here too. Run from any folder:

    pip install -r requirements.txt
    python generate_advantages.py          # writes ../resources/golden/advantages.json

A reward of None is "not applicable".
"""

import itertools
import json
import math
import pathlib

import numpy as np
import torch

SEED = 20261121
OUT = pathlib.Path(__file__).parent.parent / "resources" / "golden" / "advantages.json"


def members(keys):
    groups = {}
    for i, key in enumerate(keys):
        groups.setdefault(key, []).append(i)
    return groups.values()


def applicable(rewards, group):
    return [i for i in group if rewards[i] is not None]


def std(values, ddof):
    return torch.tensor(values, dtype=torch.float64).std(correction=ddof).item()


def group_relative(rewards, keys, ddof, epsilon, scope, singleton):
    """scope: group | batch | none; singleton: zero | reward."""
    out = [0.0] * len(rewards)
    everything = [r for r in rewards if r is not None]
    for group in members(keys):
        live = applicable(rewards, group)
        values = [rewards[i] for i in live]
        if len(values) == 1:
            out[live[0]] = values[0] if singleton == "reward" else 0.0
        elif values and len(set(values)) > 1:
            mean = math.fsum(values) / len(values)
            scale = {"group": lambda: std(values, ddof) + epsilon,
                     "batch": lambda: std(everything, ddof) + epsilon,
                     "none": lambda: 1.0}[scope]()
            for i in live:
                out[i] = (rewards[i] - mean) / scale
    return out


def leave_one_out(rewards, keys, singleton):
    out = [0.0] * len(rewards)
    for group in members(keys):
        live = applicable(rewards, group)
        for i in live:
            others = [rewards[j] for j in live if j != i]
            if others:
                out[i] = rewards[i] - math.fsum(others) / len(others)
            elif singleton == "reward":
                out[i] = rewards[i]
    return out


def length_weighted(rewards, lengths, keys):
    out = [0.0] * len(rewards)
    for group in members(keys):
        live = applicable(rewards, group)
        if len(live) > 1:
            total = sum(lengths[i] for i in live)
            baseline = math.fsum(lengths[i] * rewards[i] for i in live) / total
            for i in live:
                out[i] = rewards[i] - baseline
    return out


def gpg(rewards, keys, signal):
    centred = group_relative(rewards, keys, 1, 0.0, "none", "zero")
    live = [i for i, r in enumerate(rewards) if r is not None]
    if signal == "nonzero":
        count = sum(1 for i in live if rewards[i] != 0)
    else:
        count = sum(len(applicable(rewards, g)) for g in members(keys)
                    if len({rewards[i] for i in applicable(rewards, g)}) > 1)
    return [a * len(live) / max(count, 1) for a in centred]


def pass_at_k(rewards, keys, k, epsilon):
    """Every subset, literally. k None: the whole group. epsilon None: no scale, else over std1 + epsilon."""
    out = [0.0] * len(rewards)
    for group in members(keys):
        live = applicable(rewards, group)
        size = k or len(live)
        if len(live) < max(size, 2):
            continue
        for i in live:
            total = 0.0
            for subset in itertools.combinations(live, size):
                if i in subset:
                    total += max(rewards[j] for j in subset) - max(rewards[j] for j in subset if j != i)
            out[i] = total / math.comb(len(live), size)
            if epsilon is not None:
                out[i] /= std([rewards[j] for j in live], 1) + epsilon
    return out


def gdpo(components, weights, keys, epsilon):
    sums = [0.0] * len(keys)
    known = [False] * len(keys)
    for component, weight in zip(components, weights):
        for i, a in enumerate(group_relative(component, keys, 1, epsilon, "group", "zero")):
            sums[i] += weight * a
            known[i] |= component[i] is not None
    sums = [s if k else None for s, k in zip(sums, known)]
    return sums, group_relative(sums, [0] * len(keys), 1, epsilon, "group", "zero")


def whiten(values, mask):
    tokens = torch.tensor(values, dtype=torch.float64)
    chosen = tokens[torch.tensor(mask, dtype=torch.bool)]
    white = (tokens - chosen.mean()) / torch.sqrt(chosen.var(correction=1) + 1e-8)
    return (white * torch.tensor(mask, dtype=torch.float64)).tolist()


def gae(rewards, values, mask, gamma, lam):
    """On the live tokens alone, as a double sum over later errors."""
    advantages, returns = np.zeros(np.shape(mask)), np.zeros(np.shape(mask))
    for b, row in enumerate(mask):
        live = [t for t, m in enumerate(row) if m]
        v = [values[b][t] for t in live] + [0.0]
        delta = [rewards[b][t] + gamma * v[n + 1] - v[n] for n, t in enumerate(live)]
        for n, t in enumerate(live):
            advantages[b, t] = math.fsum((gamma * lam) ** (s - n) * delta[s] for s in range(n, len(live)))
            returns[b, t] = advantages[b, t] + v[n]
    return advantages.tolist(), returns.tolist()


def returns_to_go(rewards, mask, gamma):
    zeros = np.zeros(np.shape(mask)).tolist()
    return gae(rewards, zeros, mask, gamma, 1.0)[0]


def broadcast(samples, mask):
    return [[a * m for m in row] for a, row in zip(samples, mask)]


def optimal_token(rewards, mask, keys, log_probs, sum_squares, lone_tail):
    returns = returns_to_go(rewards, mask, 1.0)
    out = np.zeros(np.shape(mask))
    for group in members(keys):
        live = {b: [t for t, m in enumerate(mask[b]) if m] for b in group}
        for n in range(max(len(t) for t in live.values())):
            alive = [b for b in group if len(live[b]) > n]
            noise = {b: math.fsum(1 - 2 * math.exp(log_probs[b][t]) + sum_squares[b][t] for t in live[b][: n + 1])
                     for b in alive}
            g = {b: returns[b][live[b][n]] for b in alive}
            baseline = math.fsum(noise[b] * g[b] for b in alive) / math.fsum(noise.values())
            for b in alive:
                alone = len(alive) == 1
                out[b, live[b][n]] = (g[b] if lone_tail == "return" else 0.0) if alone else g[b] - baseline
    return out.tolist()


def turn_returns(turns, mask, rewards, keys, gamma):
    g = [[math.fsum(gamma ** (s - k) * row[s] for s in range(k, len(row))) for k in range(len(row))] for row in rewards]
    centred = [list(row) for row in g]
    for group in members(keys):
        for k in range(max(len(g[b]) for b in group)):
            have = [g[b][k] for b in group if len(g[b]) > k]
            for b in group:
                if len(g[b]) > k:
                    centred[b][k] = g[b][k] - math.fsum(have) / len(have)
    spread = lambda per_turn: [[per_turn[b][turns[b][t]] if m else 0.0 for t, m in enumerate(row)]
                               for b, row in enumerate(mask)]
    return spread(g), spread(centred)


def sample_cases(rng):
    keys = [0, 1, 0, 2, 1, 0, 2, 1, 1, 3, 0, 2, 1, 4, 4, 5, 5, 5]
    rewards = rng.normal(size=len(keys)).round(3).tolist()
    rewards[4] = rewards[11] = rewards[13] = rewards[15] = rewards[16] = rewards[17] = None
    lengths = rng.integers(1, 30, size=len(keys)).tolist()
    cases = []
    for name, r, k in (("reference group", [1.0, 0, 0, 1, 0, 0, 0, 0], [0] * 8), ("scattered, not applicable", rewards, keys),
                       ("binary", [1.0, 1, 1, 0, 0, 1, 0, 0, 1, 1, 1, 1], [0] * 5 + [1] * 4 + [2] * 3)):
        size = lengths[: len(k)]
        cases.append({
            "name": name, "rewards": r, "keys": k, "lengths": size,
            "groupMean": group_relative(r, k, 1, 0.0, "none", "zero"),
            "trl": group_relative(r, k, 1, 1e-4, "group", "zero"),
            "verl": group_relative(r, k, 1, 1e-6, "group", "reward"),
            "population": group_relative(r, k, 0, 0.0, "group", "zero"),
            "batch": group_relative(r, k, 1, 1e-4, "batch", "zero"),
            "leaveOneOut": leave_one_out(r, k, "zero"),
            "leaveOneOutReward": leave_one_out(r, k, "reward"),
            "lengthWeighted": length_weighted(r, size, k),
            "gpgPaper": gpg(r, k, "unequal"), "gpgNonzero": gpg(r, k, "nonzero"),
        })
    return cases


def pass_at_k_cases(rng):
    cases = []
    keys = [0] * 5 + [1] * 7 + [2] * 4
    continuous = rng.normal(size=len(keys)).round(3).tolist()
    continuous[2] = None
    continuous[6] = continuous[8]
    binary = [1.0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1]
    for rewards in (continuous, binary):
        for k in (None, 2, 3, 4):
            for epsilon in (None, 1e-6):
                cases.append({"rewards": rewards, "keys": keys, "k": k, "epsilon": epsilon,
                              "expected": pass_at_k(rewards, keys, k, epsilon)})
    return cases


def gdpo_case(rng):
    keys = [0, 0, 0, 1, 1, 1, 1, 2, 2]
    accuracy = [1.0, 0, 1, 0, 0, 1, 0, None, None]
    form = rng.normal(scale=100, size=len(keys)).round(2).tolist()
    form[1] = form[7] = None
    weights = [1.0, 0.25]
    sums, expected = gdpo([accuracy, form], weights, keys, 1e-4)
    return {"components": [accuracy, form], "weights": weights, "keys": keys, "sums": sums, "expected": expected}


def token_case(rng):
    mask = [[1, 1, 0, 0, 1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], [0, 1, 1, 0, 1, 0, 0, 0, 0, 0],
            [1, 0, 1, 0, 1, 0, 1, 0, 1, 0]]
    turns = [[0, 0, 0, 0, 1, 1, 1, 0, 0, 0], [0] * 10, [0, 0, 0, 0, 1, 0, 0, 0, 0, 0], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]]
    turn_rewards = [[0.0, 1.0], [0.5], [1.0, 0.25], [0.0, 0.0, 0.0, 1.0, -1.0]]
    keys = [0, 0, 1, 1]
    shape = np.shape(mask)
    rewards = rng.normal(size=shape).round(3).tolist()
    values = rng.normal(size=shape).round(3).tolist()
    probs = torch.softmax(torch.tensor(rng.normal(scale=2, size=(*shape, 7))), dim=-1)
    chosen = torch.tensor(rng.integers(0, 7, size=shape))
    log_probs = probs.gather(-1, chosen[..., None]).squeeze(-1).log().tolist()
    sum_squares = probs.square().sum(-1).tolist()
    outcome = rng.normal(size=4).round(3).tolist()
    greedy = rng.normal(size=4).round(3).tolist()
    centred = broadcast(group_relative(outcome, keys, 1, 0.0, "none", "zero"), mask)
    returns = returns_to_go(rewards, mask, 0.9)
    full = returns_to_go(rewards, mask, 1.0)
    plain_turns, centred_turns = turn_returns(turns, mask, turn_rewards, keys, 0.5)
    case = {
        "mask": mask, "rewards": rewards, "values": values, "logProbs": log_probs, "sumSquares": sum_squares,
        "outcome": outcome, "greedy": greedy, "keys": keys, "turns": turns, "turnRewards": turn_rewards,
        "returns": returns, "reinforcePlusPlus": whiten(returns, mask),
        "reinforcePlusPlusBaseline": whiten(centred, mask),
        "remax": [[(g - b) * m for g, m in zip(row, keep)] for row, b, keep in zip(full, greedy, mask)],
        "optimalToken": optimal_token(rewards, mask, keys, log_probs, sum_squares, "zero"),
        "optimalTokenReturnTail": optimal_token(rewards, mask, keys, log_probs, sum_squares, "return"),
        "turnReturns": plain_turns, "turnReturnsCentred": centred_turns, "gae": [],
    }
    for gamma, lam in ((1.0, 0.95), (0.9, 0.8), (1.0, 1.0), (0.97, 0.0)):
        advantages, targets = gae(rewards, values, mask, gamma, lam)
        case["gae"].append({"gamma": gamma, "lambda": lam, "advantages": advantages, "returns": targets,
                            "whitened": whiten(advantages, mask)})
    return case


def main():
    rng = np.random.default_rng(SEED)
    golden = {"samples": sample_cases(rng), "passAtK": pass_at_k_cases(rng), "gdpo": gdpo_case(rng), "tokens": token_case(rng)}
    OUT.write_text(json.dumps(golden, indent=1, allow_nan=False) + "\n")


if __name__ == "__main__":
    main()
