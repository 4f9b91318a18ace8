"""Times the CUDA operators against plain PyTorch and prints a table. Run harness.py first: speed of a wrong kernel is nothing.

    python bench.py LIBRARY [--rows 8192] [--vocab 32000 151936] [--types fp32 bf16] [--repeats 20]

Every figure is a median over repeats, taken with CUDA events after a warm-up. GB/s counts the bytes the operator must
move (logits read once; for the backward also written once) over the time, so for PyTorch it is the useful rate, not the
traffic. "copy" is a device-to-device copy of the logits, read and write counted: the ceiling to compare with.
"""

import argparse
import statistics
import sys

import torch

TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def median_ms(operation, repeats, prepare=lambda: None):
    times = []
    for repeat in range(repeats + 3):
        prepare()
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        operation()
        end.record()
        end.synchronize()
        if repeat >= 3:
            times.append(start.elapsed_time(end))
    return statistics.median(times)


def torch_forward(logits, ids):
    log_p = torch.log_softmax(logits, dim=-1, dtype=torch.float32)
    entropy = -(log_p.exp() * log_p).sum(-1)
    return log_p.gather(-1, ids[:, None])[:, 0], entropy


def torch_analytic_backward(logits, ids, lse, entropy, grad_logp, grad_entropy):
    """What a portable TorchScript head does for one chunk of rows."""
    log_p = logits.float() - lse[:, None]
    gradient = -log_p.exp() * (grad_logp[:, None] + grad_entropy[:, None] * (log_p + entropy[:, None]))
    gradient.scatter_add_(1, ids[:, None], grad_logp[:, None])
    return logits.copy_(gradient)


def line(name, milliseconds, gigabytes):
    print(f"  {name:44s} {milliseconds:9.3f} ms {gigabytes / milliseconds * 1e3:9.0f} GB/s", flush=True)


def bench(type_name, count, vocab, repeats):
    source = torch.randn(count, vocab, device="cuda", dtype=TYPES[type_name]) * 3
    logits = source.clone()
    ids = torch.randint(0, vocab, (count,), device="cuda")
    grad_logp, grad_entropy = torch.randn(2, count, device="cuda")
    gigabytes = source.numel() * source.element_size() / 1e9
    forward = torch.ops.rft4j.selective_log_softmax
    backward = torch.ops.rft4j.selective_log_softmax_backward_
    _, entropy, lse = forward(source, ids, 1.0, 0.0)
    print(f"{type_name} [{count},{vocab}], {gigabytes:.2f} GB of logits")

    line("copy", median_ms(lambda: logits.copy_(source), repeats), 2 * gigabytes)
    line("forward, rft4j", median_ms(lambda: forward(source, ids, 1.0, 0.0), repeats), gigabytes)
    line("forward, rft4j, softcap", median_ms(lambda: forward(source, ids, 1.0, 30.0), repeats), gigabytes)
    with torch.no_grad():
        line("forward, torch", median_ms(lambda: torch_forward(source, ids), repeats), gigabytes)

    def restore():  # the backward overwrites its input; it must not be timed on its own output
        logits.copy_(source)

    line("backward in place, rft4j", median_ms(
        lambda: backward(logits, ids, lse, entropy, grad_logp, grad_entropy, 1.0, 0.0), repeats, restore), 2 * gigabytes)
    line("backward in place, rft4j, softcap", median_ms(
        lambda: backward(logits, ids, lse, entropy, grad_logp, grad_entropy, 1.0, 30.0), repeats, restore), 2 * gigabytes)
    with torch.no_grad():
        line("backward in place, torch, analytic", median_ms(
            lambda: torch_analytic_backward(logits, ids, lse, entropy, grad_logp, grad_entropy), repeats, restore),
            2 * gigabytes)

    def autograd():
        leaf = source.detach().requires_grad_()
        logp, row_entropy = torch_forward(leaf, ids)
        torch.autograd.backward((logp, row_entropy), (grad_logp, grad_entropy))

    line("forward and backward, torch autograd", median_ms(autograd, max(3, repeats // 2)), 3 * gigabytes)


def bench_sampling(type_name, count, vocab, repeats):
    logits = torch.randn(count, vocab, device="cuda", dtype=TYPES[type_name]) * 3
    threshold = torch.full((count,), -torch.inf, device="cuda")
    uniforms = torch.rand(count, device="cuda")

    def plain():
        cumulative = torch.softmax(logits.float(), -1).cumsum(-1)
        return torch.searchsorted(cumulative, uniforms[:, None] * cumulative[:, -1:], right=True)

    gigabytes = logits.numel() * logits.element_size() / 1e9
    print(f"{type_name} [{count},{vocab}], sampling")
    line("sample, rft4j", median_ms(
        lambda: torch.ops.rft4j.sample_inverse_cdf(logits, threshold, uniforms), repeats), gigabytes)
    line("sample, torch (softmax, cumsum, searchsorted)", median_ms(plain, repeats), gigabytes)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library")
    parser.add_argument("--rows", type=int, default=8192)
    parser.add_argument("--vocab", type=int, nargs="+", default=[32000, 151936])
    parser.add_argument("--types", nargs="+", default=["fp32", "bf16"], choices=TYPES)
    parser.add_argument("--repeats", type=int, default=20)
    options = parser.parse_args()
    if not torch.cuda.is_available():
        sys.exit("bench.py: PyTorch sees no GPU; harness.py checks the CPU operators")
    torch.ops.load_library(options.library)
    print(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}")
    for type_name in options.types:
        for vocab in options.vocab:
            bench(type_name, options.rows, vocab, options.repeats)
            torch.cuda.empty_cache()
            for count in (16, 256):  # a decode step
                bench_sampling(type_name, count, vocab, options.repeats)


if __name__ == "__main__":
    main()
