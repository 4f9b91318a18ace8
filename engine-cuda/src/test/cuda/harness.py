"""Checks the built operators against plain PyTorch in float64 and prints a table. Exit status 1 when a row fails.

    python harness.py LIBRARY            # the CPU operators, and the CUDA ones where PyTorch sees a GPU
    python harness.py LIBRARY --seed 7   # other random inputs
"""

import argparse
import sys

import torch

import reference

TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
ROW_TOLERANCE = 5e-6  # the row results are always fp32
OUTPUT_ROUNDING = {"fp32": 2**-24, "bf16": 2**-8 * 1.01, "fp16": 2**-11 * 1.01}  # of a gradient, half a unit
ARITHMETIC_ROUNDING = 3e-7  # of fp32, a few units; multiplies reference.gradient_error_scale
GRADIENT_FLOOR = {"fp32": 1e-30, "bf16": 1e-30, "fp16": 2**-24}  # fp16 rounds to its smallest denormal
EDGE = 1e-5  # a uniform this close to the edge of a token's interval may fall on either side of it


class Report:
    def __init__(self):
        self.failed = 0
        self.rows = 0

    def add(self, name, errors, ok):
        self.rows += 1
        self.failed += not ok
        figures = "  ".join(f"{key} {value:.1e}" for key, value in errors.items())
        print(f"{'ok    ' if ok else 'FAILED'} {name:58s} {figures}")


def relative(actual, expected):
    """Largest |error| / max(1, |expected|); equal infinities and paired NaN are no error."""
    actual, expected = actual.double().cpu(), expected.double().cpu()
    same = (actual == expected) | (actual.isnan() & expected.isnan())
    error = (actual - expected).abs() / expected.abs().clamp(min=1)
    return error.masked_fill(same, 0).nan_to_num(nan=torch.inf).max().item() if error.numel() else 0.0


def gradient_error(actual, expected, scale, type_name):
    """Largest |error| in units of what rounding allows (1 = just allowed), and the relative norm."""
    actual, expected = actual.double().cpu(), expected.double().cpu()
    if actual.numel() == 0:
        return 0.0, 0.0
    allowed = OUTPUT_ROUNDING[type_name] * expected.abs() + ARITHMETIC_ROUNDING * scale + GRADIENT_FLOOR[type_name]
    error = (actual - expected).abs()
    norm = (error.norm() / expected.norm().clamp(min=1e-30)).item()
    return (error / allowed).nan_to_num(nan=torch.inf).max().item(), norm


def with_stride(logits, padding):
    """The same values as rows of a wider buffer, and the buffer; its other columns hold a mark."""
    wide = torch.full((logits.size(0), logits.size(1) + padding), 77.0, dtype=logits.dtype, device=logits.device)
    wide[:, : logits.size(1)] = logits
    return wide[:, : logits.size(1)], wide


def check_softmax(report, generator, device, type_name, rows, vocab, scale=3.0, inv_temperature=1.0, softcap=0.0,
                  padding=0, offset=0, edit=None, label=""):
    logits = torch.randn(rows, vocab + offset, generator=generator) * scale
    logits = logits.to(TYPES[type_name])
    if edit is not None:
        edit(logits)
    ids = torch.randint(0, vocab, (rows,), generator=generator)
    grad_logp, grad_entropy = torch.randn(2, rows, generator=generator)
    exact = logits[:, offset:].double()
    expected = reference.selective_log_softmax(exact, ids, inv_temperature, softcap)
    of_gradient = (exact, ids, grad_logp.double(), grad_entropy.double(), inv_temperature, softcap)
    expected_gradient = reference.gradient(*of_gradient)
    rounding = reference.gradient_error_scale(*of_gradient)

    wide_source, wide = with_stride(logits.to(device), padding)
    on_device = wide_source[:, offset:]
    before = wide.clone()
    actual = torch.ops.rft4j.selective_log_softmax(on_device, ids.to(device), inv_temperature, softcap)
    untouched = torch.equal(wide.nan_to_num(), before.nan_to_num())
    errors = {name: relative(a, e) for name, a, e in zip(("logp", "entropy", "lse"), actual, expected)}
    ok = untouched and all(a.dtype == torch.float32 for a in actual)
    ok = ok and all(error <= ROW_TOLERANCE * max(1.0, scale / 3) for error in errors.values())

    result = torch.ops.rft4j.selective_log_softmax_backward_(
        on_device, ids.to(device), actual[2], actual[1], grad_logp.to(device), grad_entropy.to(device),
        inv_temperature, softcap)
    worst, norm = gradient_error(on_device, expected_gradient, rounding, type_name)
    outside = torch.equal(wide[:, vocab + offset:], before[:, vocab + offset:]) and torch.equal(
        wide[:, :offset].nan_to_num(), before[:, :offset].nan_to_num())
    errors |= {"grad/allowed": worst, "grad norm": norm}
    ok = ok and worst <= 1 and outside and result.data_ptr() == on_device.data_ptr()
    report.add(f"{device} {type_name} [{rows},{vocab}] {label}", errors, ok)


def mask_some(logits):
    logits[:, ::3] = -torch.inf
    logits[0, 1:] = -torch.inf
    logits[0, 0] = 2.0


def check_shapes(report, generator, device):
    for type_name in TYPES:
        for rows, vocab in ((0, 8), (1, 1), (3, 2), (5, 7), (4, 8), (7, 33), (16, 512), (9, 4097), (6, 32000), (3, 50257),
                            (2, 151936)):
            check_softmax(report, generator, device, type_name, rows, vocab)
        common = dict(report=report, generator=generator, device=device, type_name=type_name)
        check_softmax(**common, rows=6, vocab=1000, inv_temperature=1 / 0.6, label="temperature 0.6")
        check_softmax(**common, rows=6, vocab=1000, softcap=8.0, label="softcap 8")
        check_softmax(**common, rows=6, vocab=1003, softcap=5.0, inv_temperature=0.7, label="softcap 5, temperature")
        check_softmax(**common, rows=6, vocab=1000, padding=24, label="row stride 1024")
        check_softmax(**common, rows=6, vocab=1001, padding=2, label="row stride 1003, rows not aligned")
        check_softmax(**common, rows=6, vocab=1001, offset=3, label="starts at column 3")
        check_softmax(**common, rows=6, vocab=999, edit=mask_some, label="-inf entries")
        check_softmax(**common, rows=4, vocab=999, scale=300.0, label="logits of some hundreds")
    check_softmax(report, generator, device, "fp32", 300, 32000, label="many rows")


def check_edges(report, device):
    def forward(values, ids):
        logits = torch.tensor(values, device=device)
        return [t.cpu() for t in torch.ops.rft4j.selective_log_softmax(logits, torch.tensor(ids, device=device), 1.0, 0.0)]

    huge = forward([[3e38, -3e38, 3e38], [1e6, 1e6 - 1.0, -1e6]], [0, 1])
    expected = torch.tensor([-0.6931472, -1.3132617])
    report.add(f"{device} huge logits", {"logp": relative(huge[0], expected)}, relative(huge[0], expected) < 1e-6)
    empty = forward([[-torch.inf] * 9, [0.0] * 9], [0, 0])
    ok = bool(empty[0][0].isnan() and empty[1][0].isnan() and empty[0][1].isfinite())
    report.add(f"{device} a row of -inf is NaN and its neighbour is not", {}, ok)
    for position in (0, 5, 600, 998):
        row = torch.zeros(1, 999)
        row[0, position] = torch.nan
        result = torch.ops.rft4j.selective_log_softmax(row.to(device), torch.tensor([3], device=device), 1.0, 0.0)
        report.add(f"{device} NaN at column {position} is not lost", {}, all(bool(t.isnan().all()) for t in result[:2]))


def check_arguments(report, device):
    op = torch.ops.rft4j.selective_log_softmax
    logits, ids = torch.zeros(2, 9, device=device), torch.zeros(2, dtype=torch.int64, device=device)
    wrong = {
        "one dimension": lambda: op(logits[0], ids, 1.0, 0.0),
        "float64 logits": lambda: op(logits.double(), ids, 1.0, 0.0),
        "transposed logits": lambda: op(torch.zeros(9, 2, device=device).t(), ids, 1.0, 0.0),
        "overlapping rows": lambda: op(torch.zeros(1, 9, device=device).expand(2, 9), ids, 1.0, 0.0),
        "int32 ids": lambda: op(logits, ids.int(), 1.0, 0.0),
        "too few ids": lambda: op(logits, ids[:1], 1.0, 0.0),
        "temperature infinity": lambda: op(logits, ids, 0.0, 0.0),
        "negative softcap": lambda: op(logits, ids, 1.0, -1.0),
    }
    for name, call in wrong.items():
        try:
            call()
            report.add(f"{device} refuses {name}", {}, False)
        except RuntimeError as error:
            report.add(f"{device} refuses {name}", {}, "must be" in str(error) or "must have" in str(error))
    for bad in (9, -100):
        bad_ids = torch.tensor([3, bad], device=device)
        if device == "cpu":
            try:
                op(logits, bad_ids, 1.0, 0.0)
                report.add(f"cpu refuses id {bad}", {}, False)
            except RuntimeError as error:
                report.add(f"cpu refuses id {bad}", {}, f"ids[1] was {bad}" in str(error))
        else:
            result = op(logits, bad_ids, 1.0, 0.0)
            ok = all(bool(t[1].isnan()) and bool(t[0].isfinite()) for t in result)
            report.add(f"{device} id {bad} gives a row of NaN", {}, ok)


def check_sampling(report, generator, device):
    for type_name in TYPES:
        for rows, vocab, quantile in ((64, 7, 0.0), (64, 2048, 0.5), (64, 2049, 0.99), (32, 32000, 0.0), (8, 151936, 0.9)):
            logits = (torch.randn(rows, vocab, generator=generator) * 2).to(TYPES[type_name])
            threshold = logits.float().quantile(quantile, dim=-1)
            uniforms = torch.rand(rows, generator=generator)
            expected, expected_logp, margin = reference.sample(logits.double(), threshold.double(), uniforms.double())
            ids, logp = torch.ops.rft4j.sample_inverse_cdf(*(t.to(device) for t in (logits, threshold, uniforms)))
            clear = margin > EDGE
            wrong = ((ids.cpu() != expected) & clear).sum().item()
            error = relative(logp.cpu()[clear], expected_logp[clear])
            inside = bool((logits.float().gather(1, ids.cpu()[:, None])[:, 0] >= threshold).all())
            report.add(f"{device} {type_name} sample [{rows},{vocab}] keep {1 - quantile:.2f}",
                       {"wrong": wrong, "unclear": (~clear).sum().item(), "logp": error},
                       wrong == 0 and error < ROW_TOLERANCE and inside)
    logits = torch.tensor([[0.0, 1.0, -torch.inf], [5.0, 5.0, 5.0], [1.0, 2.0, -torch.inf]], device=device)
    threshold = torch.tensor([-torch.inf, 6.0, -torch.inf], device=device)
    ids, logp = torch.ops.rft4j.sample_inverse_cdf(logits, threshold, torch.tensor([1.0, 0.5, 0.0], device=device))
    ok = ids.tolist() == [1, -1, 0] and bool(logp[1].isnan())
    report.add(f"{device} sample edges: u = 1, nothing kept, u = 0", {}, ok)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.ops.load_library(options.library)
    devices = ["cpu"] + (["cuda"] if torch.cuda.is_available() else [])
    print(f"PyTorch {torch.__version__}, seed {options.seed}, devices {devices}")
    report = Report()
    for device in devices:
        if device == "cuda" and not torch._C._dispatch_has_kernel_for_dispatch_key("rft4j::selective_log_softmax", "CUDA"):
            print("skipped: this library has no CUDA kernels")
            continue
        generator = torch.Generator().manual_seed(options.seed)
        check_shapes(report, generator, device)
        check_edges(report, device)
        check_arguments(report, device)
        check_sampling(report, generator, device)
    print(f"{report.rows - report.failed} of {report.rows} passed")
    sys.exit(report.failed > 0)


if __name__ == "__main__":
    main()
