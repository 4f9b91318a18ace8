"""The other side of SamplerComparison: transformers' generate, driven line by line over standard input.

    generation_worker.py FOLDER THREADS

Commands: `generate ROWS PROMPT NEW GROUP TEMPERATURE TOP_K TOP_P` (as many tokens for each row as are asked for; GROUP rows share a
prompt) answers with seconds, `peak` and `rss` with bytes, `reset` begins a new peak.
"""

import sys
import time

import torch
from transformers import AutoModelForCausalLM, GenerationConfig

from model_worker import batch, status


class Worker:
    def __init__(self, folder):
        self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        self.end = self.model.generation_config.eos_token_id or self.model.config.eos_token_id

    def generate(self, rows, prompt, new, group, temperature, top_k, top_p):
        rows, prompt, new, group = int(rows), int(prompt), int(new), int(group)
        ids = batch(self.model.config.vocab_size, rows // group, prompt).repeat_interleave(group, 0)
        options = GenerationConfig(
            do_sample=True,
            temperature=float(temperature),
            top_k=int(top_k),
            top_p=float(top_p),
            min_new_tokens=new,
            max_new_tokens=new,
            eos_token_id=self.end,
            pad_token_id=0,
            use_cache=True,
        )
        torch.manual_seed(1)
        start = time.perf_counter()
        with torch.no_grad():
            out = self.model.generate(ids, attention_mask=torch.ones_like(ids), generation_config=options)
        seconds = time.perf_counter() - start
        assert out.shape == (rows, prompt + new), out.shape
        return f"{seconds}"

    def rss(self):
        return f"{status('VmRSS:')}"

    def peak(self):
        return f"{status('VmHWM:')}"

    def reset(self):
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
        return "0"


def main():
    folder, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    worker = Worker(folder)
    for line in sys.stdin:
        name, *arguments = line.split()
        print(getattr(worker, name)(*arguments), flush=True)


if __name__ == "__main__":
    main()
