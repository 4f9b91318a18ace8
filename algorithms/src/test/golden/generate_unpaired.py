"""Golden values of the losses in org.rft4j.algorithms.unpaired, in float64, written from the formulas of their papers.

    python generate_unpaired.py        # writes ../resources/golden/unpaired.json

Versions: requirements.txt. Everything is a plain loop over rows, units and pairs; nothing is shared with the Java code.
"""
import json
from pathlib import Path

import torch
import torch.nn.functional as F

OUT = Path(__file__).parent.parent / "resources" / "golden" / "unpaired.json"
T = 6
MASKS = [[0, 1, 1, 1, 1, 1], [0, 0, 1, 1], [0, 1, 1, 0, 1], [0, 1], [0, 0, 0, 1, 1, 1], [0, 1, 1, 1]]


def labelled():
    """Six answers, each with its mismatched row."""
    labels = [1, 0, 1, 1, 0, 1]
    weights = [1.0, 0.5, 2.0, 1.0, 3.0, 0.25]
    rows = [dict(unit=n, label=labels[n], compared=c, weight=weights[n]) for n in range(6) for c in (0, 1)]
    rows[3]["unchanged"] = True  # a log-ratio of exactly 0, which only HALOs does not count
    return rows


def alone():
    """The same answers without the mismatched ones."""
    return [{k: v for k, v in row.items() if k != "compared"} for row in labelled() if not row["compared"]]


def pairs():
    return [dict(unit=n) for n in range(5) for _ in range(2)]


def groups():
    rewards = [[1.0, 0.0, 0.25], [0.5, 0.5], [-1.0, 2.0, 0.75, 2.0], [1.5]]
    return [dict(unit=n, reward=r) for n, of in enumerate(rewards) for r in of]


def mixed():
    """Pairs and drawn answers, in turns."""
    sizes = [(0, 2), (1, 3), (0, 2), (1, 1), (0, 2), (1, 2)]
    return [dict(unit=n, online=o) for n, (o, size) in enumerate(sizes) for _ in range(size)]


def draw(rows, seed):
    generator = torch.Generator().manual_seed(seed)
    normal = lambda scale: torch.randn(len(rows), T, generator=generator, dtype=torch.float64) * scale
    log_probs = -torch.rand(len(rows), T, generator=generator, dtype=torch.float64) * 2.5 - 0.05
    data = dict(logProbs=log_probs, referenceLogProbs=log_probs + normal(0.6) - 0.2, oldLogProbs=log_probs + normal(0.3))
    # Java gets floats: everybody starts from the same numbers
    return {name: array.to(torch.float32).to(torch.float64) for name, array in data.items()}


class Batch:
    def __init__(self, rows, seed):
        self.rows = [row | dict(mask=MASKS[n % len(MASKS)]) for n, row in enumerate(rows)]
        self.data = draw(rows, seed)
        for n, row in enumerate(rows):
            if row.get("unchanged"):
                self.data["referenceLogProbs"][n] = self.data["logProbs"][n]
        self.units = sorted({row["unit"] for row in rows})

    def members(self, unit):
        return [n for n, row in enumerate(self.rows) if row["unit"] == unit]

    def total(self, array, n):
        return sum(array[n, t] for t, one in enumerate(self.rows[n]["mask"]) if one)

    def ratio(self, lp, n, against="referenceLogProbs"):
        return self.total(lp, n) - self.total(self.data[against], n)


def mean(numbers):
    numbers = list(numbers)
    return sum(numbers) / len(numbers)


def labels_told(batch, lp, beta, trained):
    sides = {"chosen": [n for n in trained if batch.rows[n]["label"]], "rejected": [n for n in trained if not batch.rows[n]["label"]]}
    told = {}
    for side, of in sides.items():
        told["rewards/" + side] = mean(beta * batch.ratio(lp, n) for n in of).item()
        told["logps/" + side] = mean(batch.total(lp, n) for n in of).item()
        told["count/" + side] = len(of)
    told["rewards/margins"] = told["rewards/chosen"] - told["rewards/rejected"]
    return told


def kto(beta, desirable, undesirable, zero):
    def loss(batch, lp):
        trained = [n for n, row in enumerate(batch.rows) if not row.get("compared")]
        other = [batch.ratio(lp, n).detach() for n, row in enumerate(batch.rows) if row.get("compared")]
        z0 = {"mean": lambda: torch.clamp(mean(other), min=0),
              "nonzero": lambda: torch.clamp(sum(other) / max(1, sum(float(u != 0) for u in other)), min=0),
              "none": lambda: torch.zeros((), dtype=torch.float64)}[zero]()
        terms = []
        for n in trained:
            u = batch.ratio(lp, n)
            terms.append(desirable * (1 - torch.sigmoid(beta * (u - z0))) if batch.rows[n]["label"]
                         else undesirable * (1 - torch.sigmoid(beta * (z0 - u))))
        good = sum(batch.rows[n]["label"] for n in trained)
        told = labels_told(batch, lp, beta, trained) | {
            "kl": z0.item(), "kto/compared_rows": 0 if zero == "none" else len(other), "kto/desirable_share": good / len(trained),
            "kto/weight_ratio": desirable * good / (undesirable * (len(trained) - good))}
        return mean(terms), told
    return loss


def bco(beta, before, weighted):
    def loss(batch, lp):
        rewards = [beta * batch.ratio(lp, n) for n in range(len(batch.rows))]
        delta = mean(rewards).detach() if before else torch.zeros((), dtype=torch.float64)
        terms = [-(row["weight"] if weighted else 1) * F.logsigmoid((r - delta) * (1 if row["label"] else -1))
                 for r, row in zip(rewards, batch.rows)]
        told = labels_told(batch, lp, beta, range(len(batch.rows))) | {"delta": delta.item(), "bco/reward_mean": mean(rewards).item()}
        return mean(terms), told
    return loss


def smoothed(z, epsilon):
    return -(1 - epsilon) * F.logsigmoid(z) - epsilon * F.logsigmoid(-z)


def pairs_told(batch, lp, beta, units):
    chosen = [beta * batch.ratio(lp, batch.members(u)[0]) for u in units]
    rejected = [beta * batch.ratio(lp, batch.members(u)[1]) for u in units]
    return {"rewards/chosen": mean(chosen).item(), "rewards/rejected": mean(rejected).item(),
            "rewards/margins": (mean(chosen) - mean(rejected)).item(),
            "rewards/accuracies": mean(float(c > r) for c, r in zip(chosen, rejected))}


def aot(beta, epsilon, margins):
    def loss(batch, lp):
        first = [batch.members(u)[0] for u in batch.units]
        second = [batch.members(u)[1] for u in batch.units]
        ref = batch.data["referenceLogProbs"]
        if margins:
            a = torch.stack([batch.total(lp, w) - batch.total(lp, l) for w, l in zip(first, second)])
            b = torch.stack([batch.total(ref, w) - batch.total(ref, l) for w, l in zip(first, second)])
        else:
            a = torch.stack([batch.ratio(lp, w) for w in first])
            b = torch.stack([batch.ratio(lp, l) for l in second])
        d = torch.sort(a)[0] - torch.sort(b)[0]
        told = pairs_told(batch, lp, beta, batch.units) | {
            "logps/chosen": mean(batch.total(lp, n) for n in first).item(), "logps/rejected": mean(batch.total(lp, n) for n in second).item()}
        return smoothed(beta * d, epsilon).mean(), told
    return loss


def two_of(members):
    return [(i, j) for n, i in enumerate(members) for j in members[n + 1:]]


def copg(beta):
    def loss(batch, lp):
        terms, errors, ordered = [], [], []
        for unit in batch.units:
            two = two_of(batch.members(unit))
            gains, squares, right = [], [], []
            for i, j in two:
                ui, uj = batch.ratio(lp, i), batch.ratio(lp, j)
                ri, rj = batch.rows[i]["reward"], batch.rows[j]["reward"]
                bi, bj = ri - beta / 2 * ui, rj - beta / 2 * uj
                gains.append((bi - bj) * ui + (bj - bi) * uj)
                squares.append(((ui - uj) - (ri - rj) / beta) ** 2)
                right.append(float((ui - uj) * (ri - rj) > 0))
            terms.append(-mean(gains) if two else torch.zeros((), dtype=torch.float64))
            errors.append(mean(squares).item() if two else 0.0)
            ordered.append(mean(right) if two else 0.0)
        return mean(terms), {"copg/squared_error": mean(errors), "rewards/accuracies": mean(ordered)}
    return loss


def prdp(beta, epsilon):
    def loss(batch, lp):
        terms, errors, clipped = [], [], []
        for unit in batch.units:
            losses, squares, larger = [], [], []
            for i, j in two_of(batch.members(unit)):
                target = (batch.rows[i]["reward"] - batch.rows[j]["reward"]) / beta
                u, bound = [], []
                for n in (i, j):
                    old = batch.ratio(batch.data["oldLogProbs"], n)
                    u.append(batch.ratio(lp, n))
                    bound.append(old + torch.clamp(u[-1] - old, -epsilon, epsilon))
                plain, near = (u[0] - u[1] - target) ** 2, (bound[0] - bound[1] - target) ** 2
                losses.append(near if near > plain else plain)
                squares.append(plain.item())
                larger.append(float(near > plain + 1e-12))
            terms.append(mean(losses) if losses else torch.zeros((), dtype=torch.float64))
            errors.append(mean(squares) if losses else 0.0)
            clipped.append(mean(larger) if losses else 0.0)
        return mean(terms), {"prdp/squared_error": mean(errors), "prdp/clip_fraction": mean(clipped)}
    return loss


def kimi(tau, exact):
    def loss(batch, lp):
        terms, moved = [], []
        for unit in batch.units:
            members = batch.members(unit)
            r = torch.tensor([batch.rows[n]["reward"] for n in members], dtype=torch.float64)
            b = tau * torch.log(torch.exp(r / tau).mean()) if exact else r.mean()
            v = torch.stack([batch.ratio(lp, n, "oldLogProbs") for n in members])
            terms.append(((r - b - tau * v) ** 2).mean())
            moved.append(v.mean().item())
        return mean(terms) / (2 * tau), {"mirror/squared_error": mean(terms).item(), "mirror/log_ratio": mean(moved)}
    return loss


def hypo(beta, weight):
    def loss(batch, lp):
        given = [u for u in batch.units if not batch.rows[batch.members(u)[0]]["online"]]
        drawn = [u for u in batch.units if u not in given]
        of_pairs = mean(-F.logsigmoid(beta * (batch.ratio(lp, batch.members(u)[0]) - batch.ratio(lp, batch.members(u)[1]))) for u in given)
        kl, score = [], []
        for unit in drawn:
            members = batch.members(unit)
            u = [batch.ratio(lp, n) for n in members]
            kl.append(mean(u).detach())
            rest = lambda j: mean(x for i, x in enumerate(u) if i != j).detach() if len(u) > 1 else 0.0
            score.append(mean((x.detach() - rest(j)) * batch.total(lp, members[j]) for j, x in enumerate(u)))
        kl, score = mean(kl), mean(score)
        told = pairs_told(batch, lp, beta, given) | {"kl": kl.item(), "hypo/pair_loss": of_pairs.item()}
        return of_pairs + weight * (score - score.detach() + kl), told
    return loss


BATCHES = {
    "labelled": (labelled(), 8, {
        "kto": kto(0.1, 1, 1, "mean"),
        "kto, weights": kto(0.5, 1.5, 0.75, "mean"),
        "kto, halos": kto(0.3, 1, 1, "nonzero"),
    }),
    "alone": (alone(), 2, {
        "apo_zero_unpaired": kto(0.1, 1, 2, "none"),
        "bco": bco(0.1, True, True),
        "bco, after use": bco(0.7, False, True),
    }),
    "pairs": (pairs(), 3, {
        "aot": aot(0.1, 0, True),
        "aot, smoothed": aot(0.4, 0.1, True),
        "aot_unpaired": aot(0.1, 0, False),
        "aot_unpaired, smoothed": aot(0.4, 0.2, False),
    }),
    "groups": (groups(), 4, {
        "copg": copg(0.5),
        "prdp": prdp(0.5, 0.2),
        "prdp, unbounded": prdp(2.0, float("inf")),
        "kimi": kimi(0.3, False),
        "kimi, exact": kimi(0.7, True),
    }),
    "mixed": (mixed(), 5, {
        "hypo": hypo(0.1, 0.1),
        "hypo, strong": hypo(0.5, 2.0),
    }),
}


def main():
    golden = {}
    for name, (rows, seed, cases) in BATCHES.items():
        batch = Batch(rows, seed)
        told = {}
        for case, loss in cases.items():
            lp = batch.data["logProbs"].clone().requires_grad_(True)
            value, metrics = loss(batch, lp)
            value.backward()
            told[case] = {"loss": value.item(), "gradient": lp.grad.tolist(), "metrics": metrics}
        golden[name] = {"rows": batch.rows, "inputs": {k: v.tolist() for k, v in batch.data.items()}, "cases": told}
    OUT.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
