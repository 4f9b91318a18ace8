"""The other side of ModelComparison: PyTorch eager through transformers, driven line by line over standard input.

    model_worker.py FOLDER SEQUENCES LENGTH THREADS

Commands: `load` (from the folder, fp32), `forward` (log-probs of all next tokens), `train` (forward, mean loss, backward, clipping,
fused AdamW), `rss`, `peak` (since the last `reset`), `reset`. Each answers with one line of numbers.
"""

import sys
import time

import torch
from transformers import AutoModelForCausalLM


def status(key):
    with open("/proc/self/status") as lines:
        for line in lines:
            if line.startswith(key):
                return int(line.split()[1]) * 1024
    raise ValueError(key)


def batch(vocabulary, sequences, length):
    rows = torch.arange(sequences).unsqueeze(1)
    columns = torch.arange(length).unsqueeze(0)
    return (rows * 7919 + columns * 104729 + 13 * rows * columns) % vocabulary


class Worker:
    def __init__(self, folder, sequences, length):
        self.folder, self.sequences, self.length = folder, sequences, length

    def load(self):
        start = time.perf_counter()
        self.model = AutoModelForCausalLM.from_pretrained(self.folder, dtype=torch.float32)
        self.model.train()
        seconds = time.perf_counter() - start
        self.ids = batch(self.model.config.vocab_size, self.sequences, self.length)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-5, weight_decay=0.0, fused=True)
        return f"{seconds}"

    def forward(self):
        start = time.perf_counter()
        with torch.no_grad():
            logits = self.model(input_ids=self.ids, use_cache=False).logits[:, :-1]
            chosen = torch.log_softmax(logits, -1).gather(2, self.ids[:, 1:].unsqueeze(2))
            mean = -chosen.mean().item()
        return f"{time.perf_counter() - start} {mean}"

    def train(self):
        start = time.perf_counter()
        loss = self.model(input_ids=self.ids, labels=self.ids, use_cache=False).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        value = loss.item()
        return f"{time.perf_counter() - start} {value}"

    def rss(self):
        return f"{status('VmRSS:')}"

    def peak(self):
        return f"{status('VmHWM:')}"

    def reset(self):
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
        return "0"


def main():
    folder, sequences, length, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    worker = Worker(folder, int(sequences), int(length))
    for line in sys.stdin:
        print(getattr(worker, line.strip())(), flush=True)


if __name__ == "__main__":
    main()
