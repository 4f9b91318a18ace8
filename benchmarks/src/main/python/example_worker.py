"""The other side of ExampleComparison: TRL's SFTTrainer or DPOTrainer on the CPU, driven line by line over standard input.

    example_worker.py FOLDER DATA THREADS SETTINGS

FOLDER holds a checkpoint, DATA is a file of lines {"prompt": [ids], "answers": [[ids], ...]}, SETTINGS is a JSON object, see `Settings`.
Commands: `load` (model and trainer; answers with seconds), `step` (one optimiser step on the next batch; answers with its seconds, its
loss, and the norm of its gradient before clipping), `rss`, `peak` (since the last `reset`), `reset`.

A step is timed from before its batch is collated until after its optimiser has stepped and gradients are cleared. What a trainer tells
besides (entropies, accuracies) is computed as it always is, on both sides.
"""

import dataclasses
import json
import sys
import tempfile
import time

import torch
from datasets import Dataset
from torch.utils.data import SequentialSampler
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

from model_worker import status

IGNORED = -100


@dataclasses.dataclass
class Settings:
    kind: str  # SFT or DPO
    units: int  # answers, or pairs, of a step
    longest: int
    recompute: bool  # gradient checkpointing
    precomputed: bool  # the reference's log-probs


class InOrder:
    """What both trainers get: batches in the order of the file, and a memory of the last loss and gradient norm."""

    last_loss = 0.0
    last_norm = 0.0

    def _get_train_sampler(self, train_dataset=None):
        return SequentialSampler(train_dataset if train_dataset is not None else self.train_dataset)

    def training_step(self, *arguments, **options):
        loss = super().training_step(*arguments, **options)
        self.last_loss = loss.item()
        return loss


class Answers(InOrder, SFTTrainer):
    pass


class Pairs(InOrder, DPOTrainer):
    def _prepare_dataset(self, dataset, *_, **__):
        return dataset  # tokens already


class Turns(TrainerCallback):
    """Waits for commands between steps, so that the trainer's own loop runs, one step per command."""

    def __init__(self, worker):
        self.worker = worker

    def on_step_end(self, args, state, control, **_):
        trainer = self.worker.trainer
        seconds = time.perf_counter() - self.worker.start
        answer(f"{seconds} {trainer.last_loss} {trainer.last_norm}")
        if not self.worker.wait_for_step():
            control.should_training_stop = True
        return control


def answer(line):
    print(line, file=ANSWERS, flush=True)


class Worker:
    def __init__(self, folder, data, settings):
        self.folder, self.data, self.settings = folder, data, settings
        self.trainer = None
        self.start = 0.0

    def load(self):
        start = time.perf_counter()
        model = AutoModelForCausalLM.from_pretrained(self.folder, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(self.folder)
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
        with open(self.data, encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        make = self.answers if self.settings.kind == "SFT" else self.pairs
        self.trainer = make(model, tokenizer, rows)
        self.remember_norms()
        return f"{time.perf_counter() - start}"

    def answers(self, model, tokenizer, rows):
        data = Dataset.from_list(
            [
                {
                    "input_ids": row["prompt"] + row["answers"][0],
                    "labels": [IGNORED] * len(row["prompt"]) + row["answers"][0],
                }
                for row in rows
            ]
        )
        return Answers(
            model=model,
            args=SFTConfig(**self.options()),
            train_dataset=data,
            processing_class=tokenizer,
            callbacks=[Turns(self)],
        )

    def pairs(self, model, tokenizer, rows):
        data = Dataset.from_list(
            [
                {"prompt_ids": row["prompt"], "chosen_ids": row["answers"][0], "rejected_ids": row["answers"][1]}
                for row in rows
            ]
        )
        return Pairs(
            model=model,
            args=DPOConfig(beta=0.1, precompute_ref_log_probs=self.settings.precomputed, **self.options()),
            train_dataset=data,
            processing_class=tokenizer,
            callbacks=[Turns(self)],
        )

    def options(self):
        return dict(
            output_dir=tempfile.mkdtemp(),
            use_cpu=True,
            bf16=False,
            max_steps=1_000_000,
            learning_rate=1e-6,
            lr_scheduler_type="constant",
            per_device_train_batch_size=self.settings.units,
            gradient_checkpointing=self.settings.recompute,
            logging_strategy="no",
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            seed=1,
        )

    def remember_norms(self):
        """Of what clips gradients anyway, so that it costs nothing."""
        accelerator, trainer = self.trainer.accelerator, self.trainer
        clip = accelerator.clip_grad_norm_

        def remembering(*arguments, **options):
            norm = clip(*arguments, **options)
            trainer.last_norm = norm.item()
            return norm

        accelerator.clip_grad_norm_ = remembering

    def wait_for_step(self):
        """Answers other commands until a step is asked for, or until there are no more."""
        for line in sys.stdin:
            command = line.strip()
            if command == "step":
                self.start = time.perf_counter()
                return True
            answer(getattr(self, command)())
        return False

    def rss(self):
        return f"{status('VmRSS:')}"

    def peak(self):
        return f"{status('VmHWM:')}"

    def reset(self):
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
        return "0"


def main():
    folder, data, threads, settings = sys.argv[1:]
    torch.set_num_threads(int(threads))
    worker = Worker(folder, data, Settings(**json.loads(settings)))
    if worker.wait_for_step():
        worker.trainer.train()


if __name__ == "__main__":
    ANSWERS, sys.stdout = sys.stdout, sys.stderr  # what libraries print is no answer
    main()
