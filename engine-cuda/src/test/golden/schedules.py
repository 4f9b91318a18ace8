"""schedules.json: multipliers of the learning rate from transformers' get_scheduler; multiplier[n] is for step n."""

import torch
import transformers

import golden

STEPS = 40


def build(name, kind, warmup, **specific):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=1.0)
    scheduler = transformers.get_scheduler(
        kind,
        optimizer,
        num_warmup_steps=warmup,
        num_training_steps=None if "num_stable_steps" in specific else STEPS,
        scheduler_specific_kwargs=specific or None,
    )
    multipliers = []
    for _ in range(STEPS + 1):
        multipliers.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    options = {"kind": kind, "warmup_steps": warmup, "training_steps": STEPS}
    if kind == "warmup_stable_decay":
        options |= {"warmup_type": "linear", "decay_type": "cosine", "min_lr_ratio": 0.0}
    options |= specific
    outputs = {"multiplier": torch.tensor(multipliers, dtype=torch.float64)}
    return golden.case(name, options, {"step": torch.arange(STEPS + 1)}, outputs)


def main():
    cases = [build("constant", "constant", 0)]
    for warmup in (0, 3, 10):
        cases += [
            build(f"constant_with_warmup_{warmup}", "constant_with_warmup", warmup),
            build(f"linear_{warmup}", "linear", warmup),
            build(f"cosine_{warmup}", "cosine", warmup),
            build(f"cosine_with_min_lr_{warmup}", "cosine_with_min_lr", warmup, min_lr_rate=0.1),
            build(f"warmup_stable_decay_{warmup}", "warmup_stable_decay", warmup, num_decay_steps=12),
        ]
    for shape in ("linear", "cosine", "1-sqrt"):
        cases.append(
            build(
                f"warmup_stable_decay_shape_{shape}",
                "warmup_stable_decay",
                10,
                num_decay_steps=12,
                warmup_type=shape,
                decay_type=shape,
                min_lr_ratio=0.1,
            )
        )
    cases.append(
        build("warmup_stable_decay_short", "warmup_stable_decay", 3, num_decay_steps=12, num_stable_steps=10,
              min_lr_ratio=0.1)  # fmt: skip
    )
    golden.write("schedules", "schedules.py", cases, transformers=transformers.__version__)


if __name__ == "__main__":
    main()
