"""adamw.json: six AdamW steps on three small parameters, two with weight decay and one without."""

import torch

import golden

BETAS = (0.9, 0.95)
EPS = 1e-8
DECAY = 0.1
STEPS = 6
SHAPES = {"matrix": (3, 4), "vector": (5,), "bias": (4,)}
DECAYED = ("matrix", "vector")
LEARNING_RATES = [0.001, 0.002, 0.01, 0.005, 0.05, 0.0001]
GRADIENT_SCALES = [0.03, 1.0, 0.2, 4.0, 0.1, 0.0625]


def draw_inputs(seed, dtype):
    """Start weights and gradients per step, some with a norm below 1 and some above, exact in ``dtype``."""
    draw = golden.Draw(seed)
    weights = {name: draw.grid(*shape).to(dtype) for name, shape in SHAPES.items()}
    gradients = {
        name: torch.stack([draw.grid(*shape, scale=scale, step=2**-12).to(dtype) for scale in GRADIENT_SCALES])
        for name, shape in SHAPES.items()
    }
    return weights, gradients


def run(weights, gradients, max_norm, observe):
    """Trajectories of parameters and moments, and the norm before clipping at each step."""
    parameters = {name: torch.nn.Parameter(value.clone()) for name, value in weights.items()}
    groups = [
        {"params": [parameters[name] for name in DECAYED], "weight_decay": DECAY},
        {"params": [parameters[name] for name in SHAPES if name not in DECAYED], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=0.0, betas=BETAS, eps=EPS, foreach=False, fused=False)
    history = {f"{part}_{name}": [] for name in SHAPES for part in ("weight", "exp_avg", "exp_avg_sq")}
    norms = []
    for step in range(STEPS):
        for name, parameter in parameters.items():
            parameter.grad = gradients[name][step].to(parameter.dtype).clone()
        limit = max_norm if max_norm > 0 else float("inf")
        norms.append(torch.nn.utils.clip_grad_norm_(parameters.values(), limit, foreach=False).double())
        for group in optimizer.param_groups:
            group["lr"] = golden.f32(LEARNING_RATES[step])
        optimizer.step()
        for name, parameter in parameters.items():
            history[f"weight_{name}"].append(parameter.detach().double().clone())
            for part in ("exp_avg", "exp_avg_sq"):
                history[f"{part}_{name}"].append(optimizer.state[parameter][part].double().clone())
        observe(parameters)
    return {key: torch.stack(values) for key, values in history.items()}, torch.stack(norms)


def build(name, seed, dtype, max_norm=0.0, bf16_weights=False):
    weights, gradients = draw_inputs(seed, torch.bfloat16 if bf16_weights else torch.float64)
    weights = {key: value.to(dtype) for key, value in weights.items()}
    rounded = {f"bf16_{key}": [] for key in SHAPES}

    def observe(parameters):
        for key, parameter in parameters.items():
            rounded[f"bf16_{key}"].append(parameter.detach().to(torch.bfloat16).double())

    outputs, norms = run(weights, gradients, max_norm, observe)
    outputs["norm"] = norms
    if bf16_weights:
        outputs |= {key: torch.stack(values) for key, values in rounded.items()}
    print(f"  {name}: norms {[round(norm, 4) for norm in norms.tolist()]}")
    options = {"dtype": "float64" if dtype == torch.float64 else "float32", "beta1": BETAS[0], "beta2": BETAS[1]}
    options |= {"eps": EPS, "max_norm": max_norm, "bf16_weights": bf16_weights}
    inputs = {"lr": torch.tensor([golden.f32(rate) for rate in LEARNING_RATES], dtype=torch.float64)}
    for key in SHAPES:
        inputs[f"initial_{key}"] = weights[key].double()
        inputs[f"gradient_{key}"] = gradients[key].double()
        options[f"weight_decay_{key}"] = DECAY if key in DECAYED else 0.0
    return golden.case(name, options, inputs, outputs)


def main():
    cases = [
        build("float64", 111, torch.float64),
        build("float64_clipped", 112, torch.float64, max_norm=1.0),
        build("float32", 111, torch.float32),
        build("float32_clipped", 112, torch.float32, max_norm=1.0),
        build("bf16_weights", 113, torch.float32, bf16_weights=True),
    ]
    golden.write("adamw", "adamw.py", cases)


if __name__ == "__main__":
    main()
