"""Golden values for the losses of likelihood: values, metrics and gradients by log-probs and divergences, in float64.

Written from the formulas, token by token and row by row, so that an error in the array form cannot hide here too. Gradients are
PyTorch's. Run from any folder:

    pip install -r requirements.txt
    python generate_likelihood.py          # writes ../resources/golden/likelihood.json

Numbers where the mask is 0 are drawn too: they must not matter.
"""

import json
import math
import pathlib

import torch

SEED = 20261125
OUT = pathlib.Path(__file__).parent.parent / "resources" / "golden" / "likelihood.json"
T = 8

# mask 1 = trained; rows of a unit are the candidates of a prompt; a tie among the best of the last unit
ROWS = [
    dict(mask=[0, 1, 1, 1, 1, 1, 1, 1], unit=0, reward=0.2, advantage=0.36),
    dict(mask=[0, 0, 1, 1, 0, 1], unit=0, reward=0.9, advantage=-0.25),
    dict(mask=[0, 1, 1], unit=0, reward=-0.4, advantage=0.05),
    dict(mask=[0, 0, 0, 1], unit=1, reward=1.5, advantage=0.8),
    dict(mask=[0, 1, 1, 1, 1, 0, 0], unit=2, reward=0.5, advantage=0.0),
    dict(mask=[0, 1, 0, 1, 1, 1, 1], unit=2, reward=0.75, advantage=0.6),
    dict(mask=[0, 0, 1, 1, 1], unit=2, reward=0.75, advantage=0.11),
    dict(mask=[0, 1, 1, 1, 1, 1, 1, 0], unit=2, reward=-1.25, advantage=-0.7),
]


def draw():
    generator = torch.Generator().manual_seed(SEED)
    rand = lambda: torch.rand(len(ROWS), T, generator=generator, dtype=torch.float64)
    normal = lambda: torch.randn(len(ROWS), T, generator=generator, dtype=torch.float64)
    log_probs = -rand() * 2.5 - 0.05
    data = dict(logProbs=log_probs, referenceLogProbs=log_probs + 0.3 * normal(), divergences=rand() * 0.5 - 0.2,
                weights=rand() * 2)
    # Java gets floats: everybody starts from the same numbers
    data = {name: array.to(torch.float32).to(torch.float64) for name, array in data.items()}
    for row in ROWS:
        for name in ("reward", "advantage"):
            row[name] = torch.tensor(row[name], dtype=torch.float32).item()
    return data


def places(i):
    return [t for t, one in enumerate(ROWS[i]["mask"]) if one]


ALL = range(len(ROWS))
COUNT = sum(len(places(i)) for i in ALL)
UNITS = sorted({row["unit"] for row in ROWS})


def aggregated(kind, loss):
    """loss(i, t) of each token; kind as the Java options have it."""
    if kind == "token-mean":
        return sum(loss(i, t) for i in ALL for t in places(i)) / COUNT
    if kind == "token-sum":
        return sum(loss(i, t) for i in ALL for t in places(i))
    if kind == "sequence-mean-of-means":
        return sum(sum(loss(i, t) for t in places(i)) / len(places(i)) for i in ALL) / len(ROWS)
    if kind == "sequence-mean-of-sums":
        return sum(sum(loss(i, t) for t in places(i)) for i in ALL) / len(ROWS)
    raise ValueError(kind)


def told(lp):
    return {"nll_loss": aggregated("token-mean", lambda i, t: -lp[i, t].item()),
            "token_probability": aggregated("token-mean", lambda i, t: math.exp(lp[i, t].item()))}


def sft(data, lp, div, case):
    return aggregated(case["weights"], lambda i, t: -lp[i, t]), told(lp)


def dft(data, lp, div, case):
    return aggregated(case["weights"], lambda i, t: -lp[i, t].exp().detach() * lp[i, t]), told(lp)


def weighted(data, lp, div, case):
    w = lambda i, t: data["weights"][i, t].item()
    scale = 1.0
    if case.get("normalised"):
        scale = aggregated(case["weights"], lambda i, t: 1.0) / aggregated(case["weights"], w)
    loss = aggregated(case["weights"], lambda i, t: -scale * w(i, t) * lp[i, t])
    return loss, told(lp) | {"weight": scale * aggregated("token-mean", w)}


def reward_weighted(data, lp, div, case):
    low, high = case.get("clamp", (0.0, math.inf))
    w = [min(high, max(low, math.exp(row["reward"] / case["temperature"]))) for row in ROWS]
    if case["scale"] == "step":
        w = [one * len(w) / sum(w) for one in w]
    if case["scale"] == "unit":
        mates = lambda i: [w[j] for j in ALL if ROWS[j]["unit"] == ROWS[i]["unit"]]
        w = [w[i] * len(mates(i)) / sum(mates(i)) for i in ALL]
    loss = aggregated(case["weights"], lambda i, t: -w[i] * lp[i, t])
    return loss, told(lp) | {"weight": aggregated("token-mean", lambda i, t: w[i])}


def rrhf(data, lp, div, case):
    rank = best_loss = 0.0
    violated = 0
    for unit in UNITS:
        members = [i for i in ALL if ROWS[i]["unit"] == unit]
        width = max(len(ROWS[i]["mask"]) for i in members)
        length = {i: width if case["padded"] else len(places(i)) for i in members}
        total = {i: sum(lp[i, t] for t in places(i)) for i in members}
        score = {i: total[i] / length[i] ** case["exponent"] for i in members}
        for i in members:
            for j in members:
                if ROWS[i]["reward"] < ROWS[j]["reward"] and score[i] > score[j]:
                    rank = rank + score[i] - score[j]
                    violated += 1
        best = max(members, key=lambda i: ROWS[i]["reward"])  # the first of several
        best_loss = best_loss - total[best] / length[best]
    rank, best_loss = rank / len(UNITS), best_loss / len(UNITS)
    return case["weight"] * rank + best_loss, {
        "nll_loss": best_loss.item(), "rrhf/rank_loss": rank.item(), "rrhf/violated_pairs": violated / len(UNITS)}


def lol(data, lp, div, case):
    ref = data["referenceLogProbs"]
    summed = [sum((lp[i, t] - ref[i, t]).item() for t in places(i)) for i in ALL]
    clip = lambda x: min(1.9, max(0.1, x))
    ratio = {
        "sequence": lambda i, t: clip(math.exp(summed[i])),
        "token": lambda i, t: clip(math.exp((lp[i, t] - ref[i, t]).item())),
        "none": lambda i, t: 1.0,
        "probability": lambda i, t: max(0.1, math.exp(lp[i, t].item())),
    }[case["ratio"]]
    factor = lambda i, t: max(0.0, ROWS[i]["advantage"]) if case["factor"] == "advantage" else ROWS[i]["reward"]
    beta = case.get("kl", 0.0)
    loss = aggregated("sequence-mean-of-sums", lambda i, t: -factor(i, t) * ratio(i, t) * lp[i, t]
                      + beta * (lp[i, t] - ref[i, t]))
    metrics = told(lp) | {"lol/factor": aggregated("token-mean", factor), "lol/ratio": aggregated("token-mean", ratio),
                          "lol/ratio_max": max(ratio(i, t) for i in ALL for t in places(i))}
    if beta or case["ratio"] in ("sequence", "token"):
        metrics["kl"] = sum(summed) / len(summed)
    return loss, metrics


def superhf(data, lp, div, case):
    kls = [sum(div[i, t] for t in places(i)) / len(places(i)) for i in ALL]
    penalty = sum(torch.clamp(kl, min=0) for kl in kls)
    loss = aggregated("token-mean", lambda i, t: -lp[i, t]) + case["kl"] * penalty
    return loss, told(lp) | {"kl": sum(kl.item() for kl in kls) / len(kls)}


CASES = {
    "sft": (sft, dict(weights="token-mean")),
    "sft, sequences alike": (sft, dict(weights="sequence-mean-of-means")),
    "dft": (dft, dict(weights="token-mean")),
    "dft, sums": (dft, dict(weights="token-sum")),
    "weighted": (weighted, dict(weights="token-mean")),
    "weighted, normalised": (weighted, dict(weights="token-mean", normalised=True)),
    "weighted, normalised, sequences alike": (weighted, dict(weights="sequence-mean-of-means", normalised=True)),
    "c-rlft": (weighted, dict(weights="sequence-mean-of-sums")),
    "c-rlft-per-sequence": (weighted, dict(weights="sequence-mean-of-means")),
    "epo": (weighted, dict(weights="token-sum")),
    "reward-weighted": (reward_weighted, dict(weights="token-mean", temperature=1.0, scale="none")),
    "reward-weighted, clamped": (reward_weighted, dict(weights="token-mean", temperature=0.5, scale="none",
                                                       clamp=(0.5, 3.0))),
    "reward-weighted, by step": (reward_weighted, dict(weights="token-mean", temperature=0.7, scale="step",
                                                       clamp=(0.3, 4.0))),
    "reward-weighted, by unit": (reward_weighted, dict(weights="sequence-mean-of-means", temperature=0.3,
                                                       scale="unit")),
    "rrhf": (rrhf, dict(weight=1.0, exponent=1.0, padded=False)),
    "rrhf, heavy, square root": (rrhf, dict(weight=100.0, exponent=0.5, padded=False)),
    "rrhf-released": (rrhf, dict(weight=1.0, exponent=1.0, padded=True)),
    "a-lol": (lol, dict(factor="advantage", ratio="sequence")),
    "a-lol-seq": (lol, dict(factor="advantage", ratio="token")),
    "a-lol-ref-free": (lol, dict(factor="advantage", ratio="none")),
    "a-lol-kl": (lol, dict(factor="advantage", ratio="none", kl=0.2)),
    "a-lol, ratio and kl": (lol, dict(factor="advantage", ratio="sequence", kl=0.1)),
    "r-lol": (lol, dict(factor="reward", ratio="sequence")),
    "wbc": (lol, dict(factor="reward", ratio="none")),
    "r-gold": (lol, dict(factor="reward", ratio="probability")),
    "superhf": (superhf, dict(kl=0.23)),
}


def main():
    data = draw()
    golden = {"rows": ROWS, "inputs": {name: array.tolist() for name, array in data.items()}, "cases": {}}
    for name, (method, case) in CASES.items():
        lp = data["logProbs"].clone().requires_grad_(True)
        div = data["divergences"].clone().requires_grad_(True)
        loss, metrics = method(data, lp, div, case)
        loss.backward()
        zeros = torch.zeros(len(ROWS), T, dtype=torch.float64)
        golden["cases"][name] = {
            "loss": loss.item(), "metrics": metrics,
            "gradients": {"logProbs": (zeros if lp.grad is None else lp.grad).tolist(),
                          "divergences": (zeros if div.grad is None else div.grad).tolist()}}
    OUT.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
