"""Golden values for PPO, NFT and Critique-GRPO: estimates, losses and gradients, in float64.

Written from the formulas, token by token and row by row, so that an error in the array form cannot hide here too. Gradients are
PyTorch's. Run from any folder:

    pip install -r requirements.txt
    python generate_methods.py          # writes ../resources/golden/methods.json

A row that is not usable counts in nothing. Numbers where the mask is 0 are drawn too: they must not matter.
"""

import json
import math
import pathlib

import torch

SEED = 20261124
OUT = pathlib.Path(__file__).parent.parent / "resources" / "golden" / "methods.json"
T = 7

# mask 1 = trained; starts and tokens of the turns; a reward on tokens is one for each token of the last turn
ROWS = [
    dict(mask=[0, 1, 1, 1, 1, 1, 1], starts=[1], tokens=[6], group=0, reward=1.0,
         perToken=[0, -0.1, 0, 0.2, 0, 0]),
    dict(mask=[0, 1, 1, 0, 0, 1, 1], starts=[1, 5], tokens=[2, 2], group=0, reward=0.0, perTurn=[0.3, 0.7]),
    dict(mask=[0, 1, 1, 1], starts=[1], tokens=[3], group=0, reward=0.0, ended=False, refined=True),
    dict(mask=[0, 1, 1, 1, 1, 1, 0], starts=[1], tokens=[6], group=0, reward=1.0, perToken=[0, 0, 0, 0, 0.1, -0.3]),
    dict(mask=[0, 1, 1, 0, 1, 1], starts=[1, 4], tokens=[2, 2], group=1, reward=0.0, perToken=[0.25, 0.0]),
    dict(mask=[0, 1, 1, 1, 1, 1, 1], starts=[1], tokens=[6], group=1, reward=5.0, usable=False),
    dict(mask=[0, 1, 1, 1, 1], starts=[1], tokens=[4], group=1, reward=0.4),
    dict(mask=[0, 1, 1, 1, 1, 1], starts=[1], tokens=[5], group=1, reward=1.0, refined=True),
    dict(mask=[0, 1, 1, 1, 1, 1, 1], starts=[1], tokens=[6], group=2, reward=1.0, ended=False),
    dict(mask=[0, 1, 1], starts=[1], tokens=[2], group=2, reward=1.0),
]


def draw():
    generator = torch.Generator().manual_seed(SEED)
    normal = lambda scale: torch.randn(len(ROWS), T, generator=generator, dtype=torch.float64) * scale
    log_probs = -torch.rand(len(ROWS), T, generator=generator, dtype=torch.float64) * 2.5 - 0.05
    values = normal(0.6)
    data = dict(logProbs=log_probs, oldLogProbs=log_probs + normal(0.35), referenceLogProbs=log_probs + normal(0.4),
                values=values, oldValues=values + normal(0.3), entropies=normal(1).abs())
    # Java gets floats: everybody starts from the same numbers
    return {name: array.to(torch.float32).to(torch.float64) for name, array in data.items()}


def live(row):
    if not row.get("usable", True):
        return []
    return [t for t, one in enumerate(row["mask"]) if one]


def groups():
    keys = sorted({row["group"] for row in ROWS})
    return [[i for i, row in enumerate(ROWS) if row["group"] == key and row.get("usable", True)] for key in keys]


def token_rewards(row, missing_eos):
    """Rewards by place. A place that is not trained hands its reward to the trained one before it."""
    trained = live(row)
    at = dict.fromkeys(trained, 0.0)

    def put(place, reward):
        at[max(t for t in trained if t <= place)] += reward

    ends = [start + count - 1 for start, count in zip(row["starts"], row["tokens"])]
    rewards = row.get("perTurn", [0.0] * (len(ends) - 1) + [row["reward"]])
    if not row.get("ended", True) and missing_eos is not None:
        rewards = rewards[:-1] + [missing_eos]
    for end, reward in zip(ends, rewards):
        put(end, reward)
    for k, reward in enumerate(row.get("perToken", [])):
        put(row["starts"][-1] + k, reward)
    return at


def kl_of(kind, d):
    return d if kind == "k1" else math.exp(-d) - 1 + d


def ppo_estimate(data, case):
    advantages, returns = {}, {}
    kl_sums, kl_means, earned = [], [], []
    for i, row in enumerate(ROWS):
        places = live(row)
        if not places:
            continue
        reward = token_rewards(row, case["missingEos"])
        earned.append(sum(reward.values()))
        if case["kl"]:
            kls = {t: kl_of(case["kl"], (data["oldLogProbs"] - data["referenceLogProbs"])[i, t].item()) for t in places}
            kl_sums.append(sum(kls.values()))
            kl_means.append(sum(kls.values()) / len(places))
            reward = {t: reward[t] - case["beta"] * kls[t] for t in places}
        value = {t: data["oldValues"][i, t].item() for t in places}
        for n, t in enumerate(places):  # the sum over all later errors, as the paper has it
            total = 0.0
            for m in range(n, len(places)):
                after = value[places[m + 1]] if m + 1 < len(places) else 0.0
                delta = reward[places[m]] + case["gamma"] * after - value[places[m]]
                total += (case["gamma"] * case["lambda"]) ** (m - n) * delta
            advantages[i, t] = total
            returns[i, t] = total + value[t]
    mean = lambda numbers: sum(numbers) / len(numbers)
    variance = lambda numbers: torch.tensor(numbers, dtype=torch.float64).var().item()
    errors = [returns[k] - data["oldValues"][k].item() for k in returns]
    metrics = {
        "objective/scores": mean(earned),
        "critic/values/mean": mean([data["oldValues"][k].item() for k in returns]),
        "critic/returns/mean": mean(list(returns.values())),
        "critic/vf_explained_var": 1 - variance(errors) / (variance(list(returns.values())) + 1e-5),
        "objective/rlhf_reward": mean(earned),
    }
    if case["kl"]:
        metrics["objective/kl"] = mean(kl_sums)
        metrics["objective/non_score_reward"] = -case["beta"] * mean(kl_sums)
        metrics["objective/rlhf_reward"] += metrics["objective/non_score_reward"]
        metrics["actor/reward_kl_penalty"] = mean(kl_means)
        metrics["actor/reward_kl_penalty_coeff"] = case["beta"]
    if case["whiten"]:
        numbers = torch.tensor(list(advantages.values()), dtype=torch.float64)
        white = (numbers - numbers.mean()) / torch.sqrt(numbers.var() + 1e-8)
        advantages = dict(zip(advantages, white.tolist()))
    return advantages, returns, metrics


def clip_loss(ratio, advantage, low, high, dual):
    loss = torch.maximum(-advantage * ratio, -advantage * torch.clamp(ratio, 1 - low, 1 + high))
    if dual and advantage < 0:
        loss = torch.minimum(loss, torch.as_tensor(-advantage * dual, dtype=torch.float64))
    return loss


def ppo_loss(data, case, advantages, returns, lp, values, entropies):
    policy = value = entropy = kl = clipped = value_clipped = ratios = 0.0
    count = len(advantages)
    for (i, t), advantage in advantages.items():
        ratio = torch.exp(lp[i, t] - data["oldLogProbs"][i, t])
        policy = policy + clip_loss(ratio, advantage, case["clip"], case["clip"], case["dual"])
        clipped += float(-advantage * torch.clamp(ratio, 1 - case["clip"], 1 + case["clip"]) > -advantage * ratio)
        old, target = data["oldValues"][i, t], returns[i, t]
        free = (values[i, t] - target) ** 2
        near = (torch.clamp(values[i, t], old - case["valueClip"], old + case["valueClip"]) - target) ** 2
        value = value + 0.5 * torch.maximum(free, near)
        value_clipped += float(near > free)
        entropy = entropy + entropies[i, t]
        kl += 0.5 * (lp[i, t] - data["oldLogProbs"][i, t]).item() ** 2
        ratios += ratio.item()
    metrics = {"loss/policy_avg": (policy / count).item(), "loss/value_avg": (value / count).item(),
               "val/clipfrac_avg": value_clipped / count, "policy/clipfrac_avg": clipped / count,
               "policy/approxkl_avg": kl / count, "val/ratio": ratios / count}
    total = (policy + case["valueCoefficient"] * value - case["entropy"] * entropy) / count
    return total, metrics


def nft_estimate(case):
    """For each trained token: pass rate, right or wrong, weight."""
    tokens = {}
    for members in groups():
        right = [ROWS[i]["reward"] >= case["passMark"] for i in members]
        if all(right) or not any(right):
            continue
        q = min(0.98, max(0.02, sum(right) / len(right)))
        w = {"equal": 1.0, "failure": 1 - q, "odds": math.sqrt((1 - q) / q)}[case["weight"]]
        for i, ok in zip(members, right):
            for t in live(ROWS[i]):
                tokens[i, t] = (q, ok, w * (1.0 if ok else case["nu"]))
    return tokens


def straight_through(x, least):
    return x + (torch.clamp(x, min=least) - x).detach()


def nft_one(d, q, ok, floor):
    ratio = torch.exp(torch.clamp(d, max=10.0))
    if ok:
        return -torch.log(ratio)
    return -torch.log(straight_through((1 - q * ratio) / (1 - q), floor))


def nft_loss(data, case, tokens, lp):
    total = 0.0
    difference = lp - data["oldLogProbs"]
    if case["ratio"] == "token":
        for (i, t), (q, ok, w) in tokens.items():
            total = total + w * nft_one(difference[i, t], q, ok, case["floor"])
    else:
        for i in sorted({i for i, _ in tokens}):
            places = [t for j, t in tokens if j == i]
            q, ok, w = tokens[i, places[0]]
            total = total + w * nft_one(sum(difference[i, t] for t in places), q, ok, case["floor"])
    return total / 1000


def critique_estimate(case):
    advantages = {}
    for members in groups():
        rewards = [ROWS[i]["reward"] for i in members]
        mean = math.fsum(rewards) / len(rewards)
        for i in members:
            for t in live(ROWS[i]):
                advantages[i, t] = ROWS[i]["reward"] - mean
    return advantages


def critique_loss(data, case, advantages, lp, entropies):
    policy = entropy = shaped = 0.0
    for (i, t), advantage in advantages.items():
        if ROWS[i].get("refined"):
            p = torch.exp(lp[i, t])
            f = p / (p + case["gamma"])
            policy = policy - advantage * f
            shaped += f.item()
        else:
            ratio = torch.exp(lp[i, t] - data["oldLogProbs"][i, t])
            policy = policy + (clip_loss(ratio, advantage, case["clip"], case["clip"], None) if case["clip"]
                               else -advantage * ratio)
        entropy = entropy + entropies[i, t]
    rows = len({i for i, _ in advantages})
    total = (policy - case["entropy"] * entropy) / (rows * case["longest"])
    return total, {"loss/policy_avg": (policy / (rows * case["longest"])).item(),
                   "critique/shaped_mean": shaped / len(advantages)}


PPO = {
    "trl": dict(kl="k1", beta=0.05, gamma=1.0, whiten=True, missingEos=None, clip=0.2, dual=None, valueClip=0.2,
                valueCoefficient=0.1, entropy=0.0) | {"lambda": 0.95},
    "k3, dual clip, entropy, missing end": dict(
        kl="k3", beta=0.3, gamma=0.9, whiten=False, missingEos=-1.0, clip=0.1, dual=1.2, valueClip=0.1,
        valueCoefficient=1.0, entropy=0.02) | {"lambda": 0.8},
    "no reference": dict(kl=None, beta=0.0, gamma=1.0, whiten=True, missingEos=None, clip=0.3, dual=None,
                         valueClip=math.inf, valueCoefficient=0.5, entropy=0.001) | {"lambda": 1.0},
}
NFT = {
    "paper": dict(weight="failure", nu=1.0, floor=1.0, ratio="token", passMark=1.0),
    "equal weights": dict(weight="equal", nu=1.0, floor=1.0, ratio="token", passMark=1.0),
    "odds, half floor, half nu": dict(weight="odds", nu=0.5, floor=0.5, ratio="token", passMark=1.0),
    "right answers alone": dict(weight="failure", nu=0.0, floor=1.0, ratio="token", passMark=1.0),
    "pass mark": dict(weight="failure", nu=1.0, floor=1.0, ratio="token", passMark=0.4),
    "whole answers": dict(weight="failure", nu=1.0, floor=0.5, ratio="sequence", passMark=1.0),
}
CRITIQUE = {
    "paper": dict(clip=0.2, gamma=0.1, entropy=0.0, longest=16),
    "released": dict(clip=None, gamma=0.1, entropy=0.001, longest=16),
    "other gamma": dict(clip=0.2, gamma=0.5, entropy=0.0, longest=4),
}


def grid(numbers):
    out = [[0.0] * T for _ in ROWS]
    for (i, t), number in numbers.items():
        out[i][t] = number
    return out


def leaves(data, *names):
    return [data[name].clone().requires_grad_(True) for name in names]


def finished(loss, metrics, **gradients):
    loss.backward()
    zeros = torch.zeros(len(ROWS), T, dtype=torch.float64)
    found = {name: (zeros if leaf.grad is None else leaf.grad).tolist() for name, leaf in gradients.items()}
    return {"loss": loss.item(), "metrics": metrics, "gradients": found}


def main():
    data = draw()
    golden = {"rows": ROWS, "inputs": {name: array.tolist() for name, array in data.items()},
              "ppo": {}, "nft": {}, "critique": {}}
    for name, case in PPO.items():
        advantages, returns, metrics = ppo_estimate(data, case)
        lp, values, entropies = leaves(data, "logProbs", "values", "entropies")
        loss, more = ppo_loss(data, case, advantages, returns, lp, values, entropies)
        golden["ppo"][name] = finished(loss, metrics | more, logProbs=lp, values=values, entropies=entropies) | {
            "columns": {"advantage": grid(advantages), "return": grid(returns)}}
    for name, case in NFT.items():
        tokens = nft_estimate(case)
        (lp,) = leaves(data, "logProbs")
        loss = nft_loss(data, case, tokens, lp)
        metrics = {"loss/policy_avg": loss.item()}
        golden["nft"][name] = finished(loss, metrics, logProbs=lp) | {"columns": {
            "nft_pass_rate": grid({k: q for k, (q, _, _) in tokens.items()}),
            "nft_weight": grid({k: w for k, (_, _, w) in tokens.items()})}}
    for name, case in CRITIQUE.items():
        advantages = critique_estimate(case)
        lp, entropies = leaves(data, "logProbs", "entropies")
        loss, metrics = critique_loss(data, case, advantages, lp, entropies)
        golden["critique"][name] = finished(loss, metrics, logProbs=lp, entropies=entropies) | {
            "columns": {"advantage": grid(advantages)}}
    OUT.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
