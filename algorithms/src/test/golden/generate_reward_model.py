"""Golden values for models of rewards: losses, gradients with respect to the rewards, metrics, in float64.

Written pair by pair from the formulas. Gradients are PyTorch's. Run from any folder:

    pip install -r requirements.txt
    python generate_reward_model.py     # writes ../resources/golden/reward_model.json
"""

import json
import pathlib

import torch

SEED = 20261125
OUT = pathlib.Path(__file__).parent.parent / "resources" / "golden" / "reward_model.json"
PAIRS = 5

CASES = {
    "plain": dict(margin=False, centring=0.0, given=1.0, swapped=0.0),
    "margin": dict(margin=True, centring=0.0, given=1.0, swapped=0.0),
    "centred": dict(margin=False, centring=0.01, given=1.0, swapped=0.0),
    "margin, centred": dict(margin=True, centring=0.3, given=1.0, swapped=0.0),
    "smoothed": dict(margin=False, centring=0.0, given=0.9, swapped=0.1),
    "flipped": dict(margin=False, centring=0.0, given=0.8 / 0.6, swapped=-0.2 / 0.6),
    "flipped, margin, centred": dict(margin=True, centring=0.02, given=0.9 / 0.8, swapped=-0.1 / 0.8),
    "smoothed, margin, centred": dict(margin=True, centring=0.02, given=0.75, swapped=0.25),
}


def draw():
    generator = torch.Generator().manual_seed(SEED)
    normal = lambda *shape: torch.randn(*shape, generator=generator, dtype=torch.float64)
    data = dict(rewards=normal(PAIRS, 2) * 2, margins=normal(PAIRS).abs(), targets=normal(2 * PAIRS))
    data["rewards"][3, 1] = data["rewards"][3, 0]  # a tie
    # Java gets floats: everybody starts from the same numbers
    return {name: array.to(torch.float32).to(torch.float64) for name, array in data.items()}


def pair_loss(chosen, rejected, margin, case):
    """The loss of the pair as it stands and of the exchanged one, each with the margin of whichever is taken for the better."""
    loss_of = lambda better, worse: -torch.log(1 / (1 + torch.exp(-(better - worse - margin))))
    loss = case["given"] * loss_of(chosen, rejected) + case["swapped"] * loss_of(rejected, chosen)
    return loss + case["centring"] * (chosen + rejected) ** 2


def bradley_terry(data, case):
    rewards = data["rewards"].clone().requires_grad_(True)
    total = 0.0
    for i in range(PAIRS):
        margin = data["margins"][i] if case["margin"] else torch.zeros((), dtype=torch.float64)
        total = total + pair_loss(rewards[i, 0], rewards[i, 1], margin, case)
    loss = total / PAIRS
    loss.backward()
    distances = [(rewards[i, 0] - rewards[i, 1]).item() for i in range(PAIRS)]
    everything = [reward for pair in rewards.tolist() for reward in pair]
    return dict(
        loss=loss.item(), gradient=[g for pair in rewards.grad.tolist() for g in pair],
        metrics=dict(accuracy=sum(d > 0 for d in distances) / PAIRS, margin=sum(distances) / PAIRS,
                     min_reward=min(everything), max_reward=max(everything),
                     mean_reward=sum(everything) / len(everything)))


def regression(data):
    rewards = data["rewards"].reshape(-1).clone().requires_grad_(True)
    loss = sum((r - y) ** 2 for r, y in zip(rewards, data["targets"])) / len(rewards)
    loss.backward()
    off = [abs(r - y) for r, y in zip(rewards.tolist(), data["targets"].tolist())]
    return dict(loss=loss.item(), gradient=rewards.grad.tolist(),
                metrics=dict(mean_absolute_error=sum(off) / len(off), min_reward=rewards.min().item(),
                             max_reward=rewards.max().item(), mean_reward=rewards.mean().item()))


def main():
    data = draw()
    golden = {name: array.reshape(-1).tolist() for name, array in data.items()}
    golden["bradleyTerry"] = {name: bradley_terry(data, case) for name, case in CASES.items()}
    golden["regression"] = regression(data)
    OUT.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
