"""Writes ../resources/golden/bots.json: beta quantiles by scipy, and rounds of BOTS' update by numpy from its formulas.

Usage: python bots.py (versions: core/src/test/golden/requirements.txt)
"""

import json
import pathlib

import numpy as np
from scipy import stats

M = 16
TASKS = 12


def rounds(lam, rho, halves, seed):
    rng = np.random.default_rng(seed)
    weak = rng.uniform(0, 0.5, TASKS).round(3)
    strong = (weak + rng.uniform(0, 0.5, TASKS)).round(3)
    alpha, beta, c, history = np.ones(TASKS), np.ones(TASKS), None, []
    for _ in range(8):
        seen = rng.choice(TASKS, 4, replace=False)
        passed = rng.binomial(M, rng.uniform(0, 1, 4))
        rate = passed / M
        now = (rate.mean() - weak[seen].mean()) / (strong[seen].mean() - weak[seen].mean() + 1e-6)
        c = now if c is None else 0.9 * c + 0.1 * now
        p = np.clip(weak + c * (strong - weak), 0, 1)
        if halves and np.abs(p[seen] - rate).mean() >= 0.25:
            rho /= 2
        p[seen] = rate
        s, f = np.zeros(TASKS), np.zeros(TASKS)
        s[seen], f[seen] = passed, M - passed
        alpha = (1 - lam) * alpha + lam + (1 - rho) * s + rho * p * M
        beta = (1 - lam) * beta + lam + (1 - rho) * f + rho * (1 - p) * M
        history.append(
            {
                "seen": seen.tolist(),
                "passed": passed.tolist(),
                "alphas": alpha.tolist(),
                "betas": beta.tolist(),
                "capability": c,
                "rho": rho,
            }
        )
    return {"lambda": lam, "halves": halves, "weak": weak.tolist(), "strong": strong.tolist(), "rounds": history}


shapes = [(1, 1), (1, 4.5), (1.5, 1.2), (5, 13), (1.64, 1.96), (90, 30)]
levels = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99]
golden = {
    "levels": levels,
    "quantiles": [{"alpha": a, "beta": b, "at": stats.beta.ppf(levels, a, b).tolist()} for a, b in shapes],
    "updates": [rounds(0.1, 0.1, False, 1), rounds(0.2, 0.2, False, 2), rounds(0.1, 0.1, True, 3), rounds(0, 0, False, 4)],
}
target = pathlib.Path(__file__).parent.parent / "resources" / "golden" / "bots.json"
target.write_text(json.dumps(golden) + "\n")
