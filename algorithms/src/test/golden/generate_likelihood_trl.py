"""What TRL's SFTTrainer computes for a random tiny model: its two losses, and the log-probs of the same model from full logits.

Two micro-batches of one optimiser step, so that the division by all tokens of the step is seen. Run from any folder:

    pip install trl==1.16.0 torch==2.7.1
    python generate_likelihood_trl.py      # writes ../resources/golden/likelihood_trl.json
"""

import json
import pathlib
import tempfile

import torch
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import SFTConfig, SFTTrainer

OUT = pathlib.Path(__file__).parent.parent / "resources" / "golden" / "likelihood_trl.json"
WORDS = 30
ROWS = [
    dict(prompt="w1 w2 w3", completion=" w4 w5 w6 w7"),
    dict(prompt="w3", completion=" w9"),
    dict(prompt="w8 w2", completion=" w1 w2 w3 w4 w5 w6 w7 w8"),
    dict(prompt="w5 w5 w5 w5 w5", completion=" w0 w11"),
]


def tokenizer():
    ids = {f"w{i}": i for i in range(WORDS)} | {"<pad>": WORDS, "<eos>": WORDS + 1}
    words = Tokenizer(models.WordLevel(ids, unk_token="w0"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=words, pad_token="<pad>", eos_token="<eos>")


def model():
    torch.manual_seed(1)
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=WORDS + 2, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=64, pad_token_id=WORDS, eos_token_id=WORDS + 1,
        initializer_range=0.5))


def trainer(loss_type):
    config = SFTConfig(output_dir=tempfile.mkdtemp(), loss_type=loss_type, report_to=[], use_cpu=True, bf16=False,
                       per_device_train_batch_size=2, gradient_accumulation_steps=2, max_length=32)
    return SFTTrainer(model=model(), args=config, train_dataset=Dataset.from_list(ROWS), processing_class=tokenizer())


def batches(of):
    features = [of.train_dataset[i] for i in range(len(ROWS))]
    return [of.data_collator(features[:2]), of.data_collator(features[2:])]


def loss_of_trl(loss_type):
    of = trainer(loss_type)
    parts = batches(of)
    tokens = sum((part["labels"][:, 1:] != -100).sum() for part in parts)
    return sum(of.compute_loss(of.model, dict(part), num_items_in_batch=tokens).item() for part in parts)


def main():
    log_probs = []
    for part in batches(trainer("nll")):
        logits = model()(input_ids=part["input_ids"], attention_mask=part["attention_mask"]).logits[:, :-1]
        labels = part["labels"][:, 1:]
        of_labels = torch.log_softmax(logits.double(), -1).gather(-1, labels.clamp(min=0)[..., None])[..., 0]
        log_probs += [row[mask].tolist() for row, mask in zip(of_labels, labels != -100)]
    golden = {"logProbs": log_probs, "nll": loss_of_trl("nll"), "dft": loss_of_trl("dft")}
    OUT.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
