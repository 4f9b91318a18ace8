"""Golden values of real checkpoints, from transformers in float32 (minimind2-small is stored in a 16-bit type).

    python real_models.py            # ../resources/golden/models/stories260K/golden.safetensors
    python real_models.py SHARED     # also ../resources/golden/models/minimind2-small.json from SHARED/models

stories260K: ids [1,T] and logits of a sentence, prompt [1,n] of its beginning, greedy [1,40], loss, and gradients of
the tensors in GRADIENTS. minimind2-small: the greedy answer to a question put through the chat template, and the five
largest logits where it begins.
"""

import json
import pathlib
import sys

import models  # first: it puts the search path right
import torch
from models import GOLDEN
from transformers import AutoModelForCausalLM, AutoTokenizer

STORIES = GOLDEN.parent.parent / "models" / "stories260K"
SENTENCE = "Once upon a time, there was a little girl named Lily. She liked to play"
PROMPT = 6
GREEDY = 40
GRADIENTS = (
    "model.layers.0.self_attn.q_proj.weight",
    "model.layers.1.input_layernorm.weight",
    "model.layers.2.self_attn.k_proj.weight",
    "model.layers.3.mlp.down_proj.weight",
    "model.layers.4.self_attn.o_proj.weight",
    "model.norm.weight",
)
QUESTION = "What is the capital of France?"
ANSWER_LIMIT = 64


def load(folder):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    return model, AutoTokenizer.from_pretrained(folder, local_files_only=True)


def stories():
    model, tokenizer = load(STORIES)
    ids = torch.tensor([tokenizer(SENTENCE)["input_ids"]])
    golden = {"ids": ids, "logits": models.logits_of(model, ids), "prompt": ids[:, :PROMPT].clone()}
    golden["greedy"] = models.greedy(model, golden["prompt"], GREEDY)
    loss = models.negative_log_likelihood(model, ids)
    golden["loss"] = loss.detach().clone()
    found = models.gradients(model, loss)
    golden.update({"grad." + name: found[name] for name in GRADIENTS})
    folder = GOLDEN / "stories260K"
    folder.mkdir(parents=True, exist_ok=True)
    models.write_golden(folder, golden, sentence=SENTENCE)
    print(ids.shape, (folder / "golden.safetensors").stat().st_size, "bytes")
    print(tokenizer.decode(golden["prompt"][0]), "|", tokenizer.decode(golden["greedy"][0]))


def minimind(folder):
    """Greedy with every choice's margin: a wrong one near a tie is no error."""
    model, tokenizer = load(folder)
    message = [{"role": "user", "content": QUESTION}]
    text = tokenizer.apply_chat_template(message, tokenize=False, add_generation_prompt=True)
    prompt = tokenizer(text, add_special_tokens=False)["input_ids"]
    assert prompt == tokenizer.apply_chat_template(message, add_generation_prompt=True)["input_ids"]
    ids, answer, margins, first = list(prompt), [], [], None
    while len(answer) < ANSWER_LIMIT and (not answer or answer[-1] != tokenizer.eos_token_id):
        best = torch.topk(models.logits_of(model, torch.tensor([ids]))[0, -1], 5)
        first = first or {"ids": best.indices.tolist(), "logits": [round(v, 5) for v in best.values.tolist()]}
        margins.append(round((best.values[0] - best.values[1]).item(), 5))
        answer.append(best.indices[0].item())
        ids.append(answer[-1])
    golden = {
        "generator": "real_models.py",
        "versions": models.VERSIONS,
        "question": QUESTION,
        "prompt": text,
        "prompt_ids": prompt,
        "top_5": first,
        "answer_ids": answer,
        "answer_margins": margins,
        "answer": tokenizer.decode(answer),
    }
    lines = (f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in golden.items())
    (GOLDEN / "minimind2-small.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(golden["answer"], "| smallest margin", min(margins))


def main():
    torch.set_num_threads(1)
    models.transformers.utils.logging.disable_progress_bar()
    stories()
    if len(sys.argv) > 1:
        minimind(pathlib.Path(sys.argv[1]) / "models" / "minimind2-small")


if __name__ == "__main__":
    main()
