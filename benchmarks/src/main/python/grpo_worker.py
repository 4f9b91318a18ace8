"""The other side of GrpoComparison: TRL's GRPOTrainer on the CPU, driven line by line over standard input.

    grpo_worker.py FOLDER PROMPTS THREADS SETTINGS

FOLDER holds a checkpoint, PROMPTS is a file of lines {"prompt": ...}, SETTINGS is a JSON object, see `Settings`. Commands: `load` (model and
trainer; answers with seconds), `step` (one optimiser step on fresh completions; answers with the seconds of the step, of generation,
rewards, scoring and update, then prompt tokens, new tokens, completions, mean reward), `rss`, `peak` (since the last `reset`), `reset`.

A step is timed from before its prompts are tokenised until after its optimiser has stepped and gradients are cleared. Scoring is what
is computed without gradients before the update: log-probs under the reference, if there is one. TRL scores no old log-probs where a batch is
one optimiser step, since they are those of the update's own pass.
"""

import dataclasses
import json
import sys
import tempfile
import time

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

from model_worker import status

PARTS = ("generation", "reward", "scoring", "update")


@dataclasses.dataclass
class Settings:
    prompts: int  # per step
    group: int  # completions of each
    newTokens: int  # at most
    microBatch: int  # completions in one forward and backward pass
    loss: str
    recompute: bool  # gradient checkpointing
    loraRank: int  # 0: all weights are trained
    klCoefficient: float


def share_of_e(completions, **_):
    """The reward: how many of a text's characters are an e."""
    return [text.count("e") / max(1, len(text)) for text in completions]


class Stopwatch:
    """Adds up seconds by the part of a step in which they were spent."""

    def __init__(self):
        self.seconds = dict.fromkeys(PARTS, 0.0)
        self.counts = [0, 0, 0]
        self.reward = 0.0
        self.start = 0.0

    def timed(self, part, function, watch=None):
        def run(*arguments, **options):
            start = time.perf_counter()
            result = function(*arguments, **options)
            self.seconds[part] += time.perf_counter() - start
            if watch:
                watch(result)
            return result

        return run

    def begin(self):
        self.seconds = dict.fromkeys(PARTS, 0.0)
        self.start = time.perf_counter()

    def end(self):
        return time.perf_counter() - self.start


class TimedTrainer(GRPOTrainer):
    """The trainer with clocks around what it calls; what it does is unchanged."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.watch = Stopwatch()
        self._generate = self.watch.timed("generation", self._generate, self._count)
        self._calculate_rewards = self.watch.timed("reward", self._calculate_rewards, self._mean)
        self.scored = self.watch.timed("scoring", super()._get_per_token_logps_and_entropies)

    def _count(self, generated):
        prompts, completions = generated[:2]
        self.watch.counts = [sum(map(len, prompts)), sum(map(len, completions)), len(completions)]

    def _mean(self, rewards):
        self.watch.reward = rewards.mean().item()

    def _get_per_token_logps_and_entropies(self, *arguments, **options):
        if torch.is_grad_enabled():
            return super()._get_per_token_logps_and_entropies(*arguments, **options)
        return self.scored(*arguments, **options)

    def _prepare_inputs(self, batch):
        result = super()._prepare_inputs(batch)
        self.prepared = time.perf_counter()
        return result

    def training_step(self, *arguments, **options):
        result = super().training_step(*arguments, **options)
        self.finished_pass = time.perf_counter()
        self.watch.seconds["update"] += self.finished_pass - self.prepared
        return result


class Turns(TrainerCallback):
    """Waits for commands between steps, so that the trainer's own loop runs, one step per command."""

    def __init__(self, worker):
        self.worker = worker

    def on_step_begin(self, args, state, control, **_):
        self.worker.watch().begin()

    def on_step_end(self, args, state, control, **_):
        trainer = self.worker.trainer
        trainer.watch.seconds["update"] += time.perf_counter() - trainer.finished_pass
        seconds = trainer.watch.end()
        parts = [trainer.watch.seconds[part] for part in PARTS]
        answer(" ".join(map(str, [seconds, *parts, *trainer.watch.counts, trainer.watch.reward])))
        if not self.worker.wait_for_step():
            control.should_training_stop = True
        else:
            self.worker.watch().begin()
        return control


def answer(line):
    print(line, file=ANSWERS, flush=True)


class Worker:
    def __init__(self, folder, prompts, settings):
        self.folder, self.prompts, self.settings = folder, prompts, settings
        self.trainer = None

    def watch(self):
        return self.trainer.watch

    def load(self):
        start = time.perf_counter()
        model = AutoModelForCausalLM.from_pretrained(self.folder, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(self.folder)
        with open(self.prompts, encoding="utf-8") as lines:
            data = Dataset.from_list([json.loads(line) for line in lines])
        self.trainer = TimedTrainer(
            model=model,
            reward_funcs=share_of_e,
            args=self.config(),
            train_dataset=data,
            processing_class=tokenizer,
            peft_config=self.adapter(),
            callbacks=[Turns(self)],
        )
        return f"{time.perf_counter() - start}"

    def config(self):
        chosen = self.settings
        rows = chosen.prompts * chosen.group
        return GRPOConfig(
            output_dir=tempfile.mkdtemp(),
            use_cpu=True,
            bf16=False,
            max_steps=1_000_000,
            learning_rate=1e-6,
            lr_scheduler_type="constant",
            per_device_train_batch_size=chosen.microBatch,
            gradient_accumulation_steps=rows // chosen.microBatch,
            num_generations=chosen.group,
            max_completion_length=chosen.newTokens,
            temperature=1.0,
            beta=chosen.klCoefficient,
            loss_type=chosen.loss,
            gradient_checkpointing=chosen.recompute,
            shuffle_dataset=False,
            logging_strategy="no",
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            seed=1,
        )

    def adapter(self):
        rank = self.settings.loraRank
        return LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear") if rank else None

    def wait_for_step(self):
        """Answers other commands until a step is asked for, or until there are no more."""
        for line in sys.stdin:
            command = line.strip()
            if command == "step":
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
    folder, prompts, threads, settings = sys.argv[1:]
    torch.set_num_threads(int(threads))
    worker = Worker(folder, prompts, Settings(**json.loads(settings)))
    if worker.wait_for_step():
        worker.trainer.train()


if __name__ == "__main__":
    ANSWERS, sys.stdout = sys.stdout, sys.stderr  # what libraries print is no answer
    main()
