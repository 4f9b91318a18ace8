"""Shared parts of the golden generators: exact random inputs and the JSON writer.

Inputs are multiples of a small power of two, so they are exact in float32 and their matrix products are exact in
float32 as well: which token a filter keeps then does not depend on the summation order of an implementation.
"""

import json
import math
import pathlib

import numpy as np
import torch

RESOURCES = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden"

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)


class Draw:
    """A seeded source of inputs."""

    def __init__(self, seed):
        self.rng = np.random.Generator(np.random.PCG64(seed))

    def grid(self, *shape, scale=1.0, step=1 / 256, mean=0.0):
        """Normal numbers rounded to multiples of ``step``, as float64."""
        values = mean + scale * self.rng.standard_normal(shape)
        return torch.tensor(np.round(values / step) * step + 0.0, dtype=torch.float64)

    def ids(self, *shape, below):
        return torch.tensor(self.rng.integers(0, below, shape), dtype=torch.int64)

    def uniform(self):
        return float(self.rng.random())


def f32(value):
    """The nearest float32 of a scalar or tensor, as a double."""
    if isinstance(value, torch.Tensor):
        return value.to(torch.float32).to(torch.float64)
    return float(np.float32(value))


def leaf(tensor):
    """A copy that collects a gradient; None stays None."""
    return None if tensor is None else tensor.clone().requires_grad_(True)


def case(name, options, inputs, outputs, wide=()):
    """One golden case. Tensors that are None are left out; inputs named in ``wide`` may need more than float32."""
    inputs = {key: value.detach() for key, value in inputs.items() if value is not None}
    outputs = {key: value.detach() for key, value in outputs.items() if value is not None}
    shared = inputs.keys() & outputs.keys()
    if shared:
        raise ValueError(f"case {name}: {sorted(shared)} are both inputs and outputs")
    for key, value in inputs.items():
        if value.is_floating_point() and key not in wide and not torch.equal(f32(value), value.to(torch.float64)):
            raise ValueError(f"case {name}: input {key} is not exact in float32")
    return {"name": name, "options": options, "inputs": inputs, "outputs": outputs}


def _number(value, digits):
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        raise ValueError(f"not finite: {value}")
    if value == 0:
        return "0"
    text = repr(value) if digits is None else format(value, f".{digits}g")
    return text[:-2] if text.endswith(".0") else text


def _tensor(value, digits):
    data = ",".join(_number(number, digits) for number in value.reshape(-1).tolist())
    return '{"shape":%s,"data":[%s]}' % (json.dumps(list(value.shape), separators=(",", ":")), data)


def _block(tensors, digits):
    return "{\n%s}" % ",\n".join(f"{json.dumps(key)}:{_tensor(value, digits)}" for key, value in tensors.items())


def write(name, generator, cases, **versions):
    """Writes ``name``.json: inputs exactly, outputs with 13 significant digits, one tensor per line."""
    names = [one["name"] for one in cases]
    if len(set(names)) != len(names):
        raise ValueError(f"{name}: case names repeat: {names}")
    versions = {"torch": torch.__version__.split("+")[0], "numpy": np.__version__, **versions}
    blocks = []
    for one in cases:
        blocks.append(
            '{"name":%s,\n"options":%s,\n"inputs":%s,\n"outputs":%s}'
            % (
                json.dumps(one["name"]),
                json.dumps(one["options"], separators=(",", ":")),
                _block(one["inputs"], None),
                _block(one["outputs"], 13),
            )
        )
    text = '{"generator":%s,\n"versions":%s,\n"cases":[\n%s\n]}\n' % (
        json.dumps(generator),
        json.dumps(versions, separators=(",", ":")),
        ",\n".join(blocks),
    )
    json.loads(text)
    RESOURCES.mkdir(parents=True, exist_ok=True)
    (RESOURCES / f"{name}.json").write_text(text, encoding="utf-8")
