"""Golden values for losses on pairs: losses, gradients and metrics, in float64.

Written from the formulas, pair by pair and token by token, so that an error in the array form cannot hide here too. Gradients are
PyTorch's. Run from any folder:

    pip install -r requirements.txt
    python generate_preference.py          # writes ../resources/golden/preference.json

Rows come in units of chosen, rejected and gold; cases without a gold answer use the first two. Numbers where nothing is trained are drawn
too: they must not matter.
"""

import json
import math
import pathlib

import torch

SEED = 20261134
OUT = pathlib.Path(__file__).parent.parent / "resources" / "golden" / "preference.json"
T = 9
UNITS = 4

# P = prompt, r = response, . = between, not trained (such as a tool's output), blank = padding
ROWS = ["PPrrrr", "PPrr", "PPrrr",
        "PPPrrr", "PPPrrrrrr", "PPPrr",
        "PPrr..rrr", "PPrrrrr", "PPr",
        "PPrr", "PPr.rr", "PPrrrrrrr"]
MARGINS = [0.3, 0.0, 1.25, -0.5]


def draw():
    generator = torch.Generator().manual_seed(SEED)
    grid = lambda: torch.randn(len(ROWS), T, generator=generator, dtype=torch.float64)
    log_probs = -torch.rand(len(ROWS), T, generator=generator, dtype=torch.float64) * 2.5 - 0.05
    data = dict(logProbs=log_probs, references=log_probs + 0.4 * grid(), old=log_probs + 0.3 * grid(),
                squareSums=-torch.rand(len(ROWS), T, generator=generator, dtype=torch.float64) * 2)
    others = torch.randn(len(ROWS), generator=generator, dtype=torch.float64)
    rounded = {name: array.to(torch.float32).to(torch.float64) for name, array in data.items()}
    return rounded, others.to(torch.float32).to(torch.float64)


def places(row, kinds):
    return [t for t, kind in enumerate(ROWS[row]) if kind in kinds and t > 0]


def log_sigmoid(z):
    return torch.nn.functional.logsigmoid(z)


def smoothed(z, epsilon):
    return -(1 - epsilon) * log_sigmoid(z) - epsilon * log_sigmoid(-z)


def score(u, divergence):
    kind, *parameter = divergence
    if kind == "reverse":
        return u
    if kind == "forward":
        return 1 - torch.exp(-u)
    if kind == "js":
        return math.log(2) + log_sigmoid(u)
    (a,) = parameter
    return (torch.exp((a - 1) * u) - 1) / (a - 1)


class Side:
    """What a loss sees of an answer: sums S and reference F, length n, log-ratio u, score s, mean m."""

    def __init__(self, S, F, n, divergence, other):
        self.S, self.F, self.n, self.other = S, F, n, other
        self.u = S - F
        self.s = score(self.u, divergence)
        self.m = S / n


def per(value, side, length):
    return value / side.n if length == "mean" else value


def loss_of(loss, w, l, margin):
    """The loss of a pair, and both rewards."""
    kind, beta = loss["kind"], loss["beta"]
    h = w.s - l.s
    z = beta * h
    rewards = [beta * w.u, beta * l.u]
    if kind == "sigmoid":
        length = loss.get("length", "sum")
        z = beta * (per(w.s, w, length) - per(l.s, l, length)) - loss.get("margin", 0) - loss.get("ofPair", 0) * margin
        return smoothed(z, loss.get("epsilon", 0)), [beta * per(w.u, w, length), beta * per(l.u, l, length)]
    if kind == "robust":
        e = loss["epsilon"]
        return (-(1 - e) * log_sigmoid(z) + e * log_sigmoid(-z)) / (1 - 2 * e), rewards
    if kind == "hinge":
        return torch.clamp(1 - z, min=0), rewards
    if kind == "ipo":
        d = per(w.s, w, loss["length"]) - per(l.s, l, loss["length"])
        return (d - 1 / (2 * beta)) ** 2, [beta * per(w.u, w, loss["length"]), beta * per(l.u, l, loss["length"])]
    if kind == "exo":
        e = loss["epsilon"]
        q, p = torch.softmax(torch.stack([beta * w.s, beta * l.s]), 0), torch.tensor([1 - e, e], dtype=torch.float64)
        return (q * (q.log() - p.log())).sum(), rewards
    if kind == "nca":
        return -log_sigmoid(beta * w.u) - 0.5 * log_sigmoid(-beta * w.u) - 0.5 * log_sigmoid(-beta * l.u), rewards
    if kind == "bco":
        return -log_sigmoid(beta * w.u) - log_sigmoid(-beta * l.u), rewards
    if kind == "sppo":
        return (w.u - 0.5 / beta) ** 2 + (l.u + 0.5 / beta) ** 2, rewards
    if kind == "apo-zero":
        return 1 - torch.sigmoid(beta * w.u) + torch.sigmoid(beta * l.u), rewards
    if kind == "apo-down":
        return torch.sigmoid(beta * w.u) + 1 - torch.sigmoid(beta * (w.u - l.u)), rewards
    if kind == "discopop":
        k = torch.sigmoid(z / loss["tau"])
        return (1 - k) * -log_sigmoid(z) + k * torch.exp(-z), rewards
    if kind == "alphapo":
        a = loss["alpha"]
        reward = lambda side: side.m if a == 0 else (1 - torch.exp(side.m) ** -a) / a
        rewards = [beta * reward(w), beta * reward(l)]
        return smoothed(rewards[0] - rewards[1] - loss["gamma"], loss.get("epsilon", 0)), rewards
    if kind == "orpo":
        odds = [side.m - torch.log(1 - torch.exp(side.m)) for side in (w, l)]
        return -beta * log_sigmoid(odds[0] - odds[1]), [beta * w.m, beta * l.m]
    if kind == "modpo":
        c = [(beta * side.u - side.other) / loss["weight"] for side in (w, l)]
        return -log_sigmoid(c[0] - c[1]), c
    raise ValueError(kind)


def run(case, data, others):
    lp = data["logProbs"].clone().requires_grad_(True)
    reference = case.get("reference", "fixed")
    verbose = case.get("verbose", 1)
    columns = {"fixed": "references", "old": "old"}
    total, told, nll_terms = 0.0, {}, []

    def tell(name, value):
        told[name] = told.get(name, 0.0) + float(value) / UNITS

    for unit in range(UNITS):
        rows = [3 * unit, 3 * unit + 1]
        shorter = min(len(places(row, "r")) for row in rows)
        sides = []
        for row in rows:
            S, F = 0.0, 0.0
            for k, t in enumerate(places(row, "r")):
                weight = 1 if k < shorter else verbose
                S = S + weight * lp[row, t]
                if reference != "none":
                    F = F + weight * data[columns[reference]][row, t]
            sides.append(Side(S, F, len(places(row, "r")), case.get("divergence", ["reverse"]), others[row]))
        pair = 0.0
        for number, (weight, loss) in enumerate(case["losses"]):
            value, rewards = loss_of(loss, *sides, MARGINS[unit])
            pair = pair + weight * value
            if number == 0:
                r = [x.item() for x in rewards]
                for name, number in (("chosen", r[0]), ("rejected", r[1]), ("margins", r[0] - r[1]),
                                     ("accuracies", r[0] > r[1]), ("saturated", r[0] - r[1] > 5)):
                    tell("rewards/" + name, number)
            if loss["kind"] == "orpo":
                odds = [side.m - torch.log(1 - torch.exp(side.m)) for side in sides]
                tell("log_odds_chosen", odds[0] - odds[1])
                tell("log_odds_ratio", log_sigmoid(odds[0] - odds[1]))
        if case.get("wpo"):
            w = 1.0
            for row in rows:
                at = places(row, "r")
                w *= math.exp(sum((lp[row, t] - data["squareSums"][row, t]).item() for t in at) / len(at))
            tell("wpo/weight", w)
            pair = pair * w
        for name, side in zip(("chosen", "rejected"), sides):
            tell("logps/" + name, side.S)
            tell("lengths/" + name, side.n)
            if reference != "none":
                tell(f"logps/{name}_minus_reference", side.u)
        total = total + pair / UNITS
        if "nll" in case:
            kinds = "Pr" if case["nll"]["target"] == "prompt" else "r"
            row = 3 * unit + (2 if case["nll"]["target"] == "gold" else 0)
            nll_terms.append([-lp[row, t] for t in places(row, kinds)])
    told["loss/preference"] = total.item()
    if "nll" in case:
        if case["nll"].get("average") == "answers":
            nll = sum(sum(terms) / len(terms) for terms in nll_terms) / UNITS
        else:
            flat = [term for terms in nll_terms for term in terms]
            nll = sum(flat) / len(flat)
        told["nll_loss"] = nll.item()
        total = total + case["nll"]["weight"] * nll
    total.backward()
    return {"case": case, "loss": total.item(), "gradient": lp.grad.tolist(), "metrics": told}


def single(kind, beta, **loss):
    return [[1, dict(kind=kind, beta=beta, **loss)]]


def nll(weight, target="chosen", average="tokens"):
    return dict(weight=weight, target=target, average=average)


CASES = {
    # presets
    "dpo": dict(losses=single("sigmoid", 0.1)),
    "conservative-dpo": dict(losses=single("sigmoid", 0.3, epsilon=0.1)),
    "iterative-dpo": dict(losses=single("sigmoid", 0.1), reference="old"),
    "offset-dpo": dict(losses=single("sigmoid", 0.1, ofPair=1)),
    "sigmoid-norm": dict(losses=single("sigmoid", 2.0, length="mean")),
    "robust-dpo": dict(losses=single("robust", 0.1, epsilon=0.1)),
    "hinge": dict(losses=single("hinge", 0.6)),
    "ipo": dict(losses=single("ipo", 0.1, length="sum")),
    "ipo-trl": dict(losses=single("ipo", 0.1, length="mean")),
    "nca-pair": dict(losses=single("nca", 0.01)),
    "bco-pair": dict(losses=single("bco", 0.01)),
    "sppo-hard": dict(losses=single("sppo", 0.001), reference="old"),
    "exo-pair": dict(losses=single("exo", 0.1, epsilon=1e-3)),
    "apo-zero": dict(losses=single("apo-zero", 0.1)),
    "apo-down": dict(losses=single("apo-down", 0.1)),
    "discopop": dict(losses=single("discopop", 0.05, tau=0.05)),
    "f-dpo": dict(losses=single("sigmoid", 0.1), divergence=["js"]),
    "ld-dpo": dict(losses=single("sigmoid", 0.1), verbose=0.4),
    "wpo": dict(losses=single("sigmoid", 0.1), wpo=True),
    "rpo": dict(losses=single("sigmoid", 0.1), reference="old", nll=nll(0.7, average="answers")),
    "mpo": dict(losses=[[0.8, dict(kind="sigmoid", beta=0.1)], [0.2, dict(kind="bco", beta=0.1)]], nll=nll(1)),
    "modpo": dict(losses=single("modpo", 0.1, weight=0.4)),
    "simpo": dict(losses=single("sigmoid", 2.0, length="mean", margin=0.5), reference="none"),
    "simpo-trl": dict(losses=single("sigmoid", 0.1, length="mean", margin=0.5), reference="none", nll=nll(1)),
    "alphapo": dict(losses=single("alphapo", 2.5, gamma=0.1, alpha=0.25), reference="none"),
    "cpo": dict(losses=single("sigmoid", 0.1), reference="none", nll=nll(1)),
    "orpo": dict(losses=single("orpo", 0.1), reference="none", nll=nll(1, "prompt")),
    "orpo-of-responses": dict(losses=single("orpo", 0.1), reference="none", nll=nll(1)),
    "tpo": dict(losses=single("sigmoid", 0.1), reference="none", nll=nll(0.5, "gold")),
    "tpo-trl": dict(losses=single("sigmoid", 0.01), reference="none", nll=nll(1, "gold")),
    "tpo-l": dict(losses=single("sigmoid", 0.1, length="mean", margin=0.5), reference="none", nll=nll(0.5, "gold")),
    "tpo-l-trl": dict(losses=single("sigmoid", 0.01, length="mean", margin=0.5), reference="none", nll=nll(1, "gold")),
    # others
    "larger nca": dict(losses=single("nca", 0.7)),
    "larger bco": dict(losses=single("bco", 0.7)),
    "larger sppo": dict(losses=single("sppo", 0.5)),
    "smoother exo": dict(losses=single("exo", 0.7, epsilon=0.2)),
    "larger apo-zero": dict(losses=single("apo-zero", 0.9)),
    "larger apo-down": dict(losses=single("apo-down", 0.9)),
    "larger discopop": dict(losses=single("discopop", 0.4, tau=0.5)),
    "robust, larger epsilon": dict(losses=single("robust", 0.8, epsilon=0.3)),
    "forward KL": dict(losses=single("sigmoid", 0.2), divergence=["forward"]),
    "alpha divergence": dict(losses=single("sigmoid", 0.2), divergence=["alpha", 0.5]),
    "IPO under an alpha divergence": dict(losses=single("ipo", 0.3, length="mean"), divergence=["alpha", 1.7]),
    "means under Jensen-Shannon": dict(losses=single("sigmoid", 3.0, length="mean"), divergence=["js"]),
    "hinge under forward KL": dict(losses=single("hinge", 0.3), divergence=["forward"]),
    "CPO with a hinge": dict(losses=single("hinge", 0.1), reference="none", nll=nll(0.3)),
    "CPO with IPO": dict(losses=single("ipo", 0.1, length="mean"), reference="none", nll=nll(0.3)),
    "AlphaPO, negative alpha, smoothed": dict(losses=single("alphapo", 1.5, gamma=0.4, alpha=-0.6, epsilon=0.2),
                                              reference="none"),
    "SimPO, smoothed": dict(losses=single("alphapo", 2.0, gamma=1.0, alpha=0, epsilon=0.1), reference="none"),
    "half a margin": dict(losses=single("sigmoid", 0.2, margin=0.1, ofPair=0.5)),
    "mixture, WPO, LD": dict(losses=[[0.5, dict(kind="ipo", beta=0.2, length="mean")],
                                     [1.5, dict(kind="apo-zero", beta=0.3)]], wpo=True, verbose=0.0,
                             nll=nll(0.2, "gold", "answers")),
    "saturated": dict(losses=single("sigmoid", 6.0)),
}


def main():
    data, others = draw()
    golden = {"rows": ROWS, "margins": MARGINS, "others": others.tolist(),
              "inputs": {name: array.tolist() for name, array in data.items()},
              "cases": {name: run(case, data, others) for name, case in CASES.items()}}
    OUT.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
