"""heads.json: the value head on every token and the reward head on the last token of each row."""

import torch

import golden
import head


def value_case(name, seed, shape=(2, 5), width=6, with_mask=False):
    draw = golden.Draw(seed)
    hidden, w, b = golden.leaf(draw.grid(*shape, width)), golden.leaf(draw.grid(width)), golden.leaf(draw.grid(1))
    mask = (torch.arange(shape[1]) < torch.tensor([[4], [2]])).long() if with_mask else None
    grad_value = draw.grid(*shape)
    value = head.masked(hidden @ w + b, mask)
    (value * grad_value).sum().backward()
    inputs = {"hidden": hidden, "w": w, "b": b, "mask": mask, "grad_value": grad_value}
    outputs = {"value": value, "grad_hidden": hidden.grad, "grad_w": w.grad, "grad_b": b.grad}
    return golden.case(name, {"head": "value"}, inputs, outputs)


def reward_case(name, seed, lengths, length, width=6):
    draw = golden.Draw(seed)
    batch = len(lengths)
    hidden = golden.leaf(draw.grid(batch, length, width))
    w, b = golden.leaf(draw.grid(width)), golden.leaf(draw.grid(1))
    lengths = torch.tensor(lengths)
    grad_value = draw.grid(batch)
    value = hidden[torch.arange(batch), lengths - 1] @ w + b
    (value * grad_value).sum().backward()
    inputs = {"hidden": hidden, "w": w, "b": b, "lengths": lengths, "grad_value": grad_value}
    outputs = {"value": value, "grad_hidden": hidden.grad, "grad_w": w.grad, "grad_b": b.grad}
    return golden.case(name, {"head": "reward"}, inputs, outputs)


def main():
    cases = [
        value_case("value", 71),
        value_case("value_mask", 72, with_mask=True),
        reward_case("reward", 73, [5, 3, 1], 5),
        reward_case("reward_full_rows", 74, [4, 4], 4),
    ]
    golden.write("heads", "heads.py", cases)


if __name__ == "__main__":
    main()
