"""distribution.json: losses on the whole next-token distribution, p = student, q = teacher (a constant).

alpha 0 is KL(q||p) (forward), alpha 1 is KL(p||q) (reverse), anything between the generalised Jensen-Shannon
divergence (1-alpha) KL(p||M) + alpha KL(q||M) with M = (1-alpha) p + alpha q.
"""

import torch

import golden
import head


def kl(log_a, log_b):
    return (log_a.exp() * (log_a - log_b)).sum(-1)


def divergence(log_p, log_q, alpha):
    if alpha == 0:
        return kl(log_q, log_p)
    if alpha == 1:
        return kl(log_p, log_q)
    log_m = torch.log((1 - alpha) * log_p.exp() + alpha * log_q.exp())
    return (1 - alpha) * kl(log_p, log_m) + alpha * kl(log_q, log_m)


def with_tail(log_probs):
    """K log-probabilities and, as the last bucket, the log of what they leave over."""
    tail = torch.log(1 - log_probs.exp().sum(-1, keepdim=True))
    return torch.cat([log_probs, tail], dim=-1)


def one_token_rollout(log_p, gold, beta, kappa):
    """-sum_a w_a log pi(a), w_a = pi^(1/kappa)(a) normalised, times 1 for the gold token and beta for others."""
    behaviour = torch.softmax(log_p.detach() / kappa, dim=-1)
    rewards = torch.full_like(log_p, beta).scatter(-1, gold.unsqueeze(-1), 1.0)
    return -(behaviour * rewards * log_p).sum(-1)


class Student:
    """The student's head, its inputs and its gradients."""

    def __init__(self, draw, shape, vocabulary, width, scale, with_bias, softcap, temperature):
        self.hidden = golden.leaf(draw.grid(*shape, width, scale=scale))
        self.weight = golden.leaf(draw.grid(vocabulary, width))
        self.bias = golden.leaf(draw.grid(vocabulary)) if with_bias else None
        self.options = {"softcap": golden.f32(softcap), "temperature": golden.f32(temperature)}

    def log_p(self):
        return torch.log_softmax(head.logits(self.hidden, self.weight, self.bias, **self.options), dim=-1)

    def inputs(self):
        return {"hidden": self.hidden, "weight": self.weight, "bias": self.bias}

    def finish(self, name, options, inputs, value, mask, grad_value):
        value = head.masked(value, mask)
        (value * grad_value).sum().backward()
        print(f"  {name}: {[round(one, 5) for one in value.flatten().tolist()]}")
        outputs = {"value": value, "grad_hidden": self.hidden.grad, "grad_weight": self.weight.grad}
        outputs["grad_bias"] = None if self.bias is None else self.bias.grad
        inputs = {**self.inputs(), **inputs, "mask": mask, "grad_value": grad_value}
        return golden.case(name, {**options, **self.options}, inputs, outputs)


def build(name, seed, kind, shape=(2, 3), vocabulary=11, width=5, width_t=7, scale=1.0, with_bias=False, softcap=0.0,
          temperature=1.0, softcap_t=0.0, temperature_t=1.0, with_mask=False, same=False, k=4, ids_of="student",
          **scalars):  # fmt: skip
    draw = golden.Draw(seed)
    student = Student(draw, shape, vocabulary, width, scale, with_bias, softcap, temperature)
    scalars = {key: golden.f32(value) for key, value in scalars.items()}
    options, inputs, log_p = {"kind": kind, **scalars}, {}, student.log_p()
    if kind in ("divergence", "top_k_divergence"):
        teacher = {"softcap_t": golden.f32(softcap_t), "temperature_t": golden.f32(temperature_t)}
        hidden_t = student.hidden.detach() if same else draw.grid(*shape, width_t, scale=scale)
        weight_t = student.weight.detach() if same else draw.grid(vocabulary, width_t)
        log_q = torch.log_softmax(head.logits(hidden_t, weight_t, None, *teacher.values()), dim=-1)
    if kind == "divergence":
        options |= teacher
        inputs = {"hidden_t": hidden_t, "weight_t": weight_t}
        value = divergence(log_p, log_q, scalars["alpha"])
    elif kind == "top_k_divergence":
        ids = (log_p if ids_of == "student" else log_q).topk(k, dim=-1).indices
        log_probs_t = golden.f32(log_q.gather(-1, ids))
        inputs = {"ids": ids, "log_probs_t": log_probs_t}
        value = divergence(with_tail(log_p.gather(-1, ids)), with_tail(log_probs_t), scalars["alpha"])
    elif kind == "sum_squares":
        value = log_p.exp().square().sum(-1)
    elif kind == "one_token_rollout":
        inputs = {"gold": draw.ids(*shape, below=vocabulary)}
        value = one_token_rollout(log_p, inputs["gold"], scalars["beta"], scalars["kappa"])
    mask = None
    if with_mask:
        mask = torch.ones(shape, dtype=torch.int64)
        mask[0, 0] = mask[1, 2] = 0
    return student.finish(name, options, inputs, value, mask, draw.grid(*shape))


def literal(name, kind, p, expected_value=None, expected_gradient=None, q=None, gold=None, **scalars):
    """A hand-checkable case: one token, identity weights, hidden = log p, so grad_hidden is the logit gradient."""
    student = Student(golden.Draw(0), (1, 1), len(p), len(p), 1.0, False, 0.0, 1.0)
    student.hidden = golden.leaf(golden.f32(torch.log(torch.tensor([[p]], dtype=torch.float64))))
    student.weight = golden.leaf(torch.eye(len(p), dtype=torch.float64))
    scalars = {key: golden.f32(value) for key, value in scalars.items()}
    options = {"kind": kind, **scalars}
    if kind == "divergence":
        options |= {"softcap_t": 0.0, "temperature_t": 1.0}
        hidden_t = golden.f32(torch.log(torch.tensor([[q]], dtype=torch.float64)))
        inputs = {"hidden_t": hidden_t, "weight_t": torch.eye(len(q), dtype=torch.float64)}
        value = divergence(student.log_p(), torch.log_softmax(hidden_t, dim=-1), scalars["alpha"])
    else:
        inputs = {"gold": torch.tensor([[gold]])}
        value = one_token_rollout(student.log_p(), inputs["gold"], scalars["beta"], scalars["kappa"])
    result = student.finish(name, options, inputs, value, None, torch.ones(1, 1, dtype=torch.float64))
    if expected_value is not None and abs(value.item() - expected_value) > 5e-6:
        raise ValueError(f"{name}: {value.item()} is not {expected_value}")
    if expected_gradient is not None:
        ascent = -student.hidden.grad.flatten()
        if (ascent - torch.tensor(expected_gradient, dtype=torch.float64)).abs().max() > 1e-6:
            raise ValueError(f"{name}: {ascent.tolist()} is not {expected_gradient}")
    return result


def main():
    everything = {"with_bias": True, "softcap": 3.0, "temperature": 0.7}
    teacher = {"softcap_t": 4.0, "temperature_t": 0.7}
    half, skewed = [0.5, 0.5], [0.9, 0.1]
    cases = [
        build("forward_kl", 81, "divergence", alpha=0),
        build("reverse_kl", 82, "divergence", alpha=1),
        build("jsd_0.1", 83, "divergence", alpha=0.1),
        build("jsd_0.5", 84, "divergence", alpha=0.5),
        build("jsd_0.9", 85, "divergence", alpha=0.9),
        build("forward_kl_combined", 86, "divergence", alpha=0, **everything, **teacher),
        build("reverse_kl_combined", 87, "divergence", alpha=1, **everything, **teacher),
        build("jsd_student_options", 88, "divergence", alpha=0.5, **everything),
        build("jsd_mask", 89, "divergence", alpha=0.5, with_mask=True, **everything),
        build("jsd_same_distribution", 90, "divergence", alpha=0.5, same=True),
        build("forward_kl_large_logits", 91, "divergence", alpha=0, scale=8.0),
        build("reverse_kl_large_logits", 92, "divergence", alpha=1, scale=8.0),
        build("top_k_forward_kl", 93, "top_k_divergence", alpha=0),
        build("top_k_reverse_kl", 94, "top_k_divergence", alpha=1),
        build("top_k_jsd", 95, "top_k_divergence", alpha=0.5),
        build("top_k_teacher_ids", 96, "top_k_divergence", alpha=0.1, ids_of="teacher", with_mask=True, **everything),
        build("sum_squares", 97, "sum_squares"),
        build("sum_squares_combined", 98, "sum_squares", with_mask=True, **everything),
        build("one_token_rollout", 99, "one_token_rollout", beta=-0.1, kappa=1.0),
        build("one_token_rollout_kappa", 100, "one_token_rollout", beta=-0.1, kappa=1.3),
        build("one_token_rollout_combined", 101, "one_token_rollout", beta=-0.1, kappa=1.3, with_mask=True,
              **everything),  # fmt: skip
        literal("literal_forward_kl", "divergence", half, 0.36806, q=skewed, alpha=0),
        literal("literal_reverse_kl", "divergence", half, 0.51083, q=skewed, alpha=1),
        literal("literal_jsd", "divergence", half, 0.10175, q=skewed, alpha=0.5),
        literal("literal_one_token_rollout", "one_token_rollout", [0.5, 0.3, 0.2], gold=0, beta=-0.1, kappa=1.0,
                expected_gradient=[0.275, -0.165, -0.110]),  # fmt: skip
    ]
    golden.write("distribution", "distribution.py", cases)


if __name__ == "__main__":
    main()
