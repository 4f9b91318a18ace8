"""Golden token sequences: what TRL's trainers make of examples before they are trained.

Run from any folder:

    pip install -r requirements.txt
    python encoded_examples.py          # writes ../resources/golden/data/encoded_examples.json

It calls the preparation of TRL's SFTTrainer and DPOTrainer and the collator of the latter, with the tokenizer of stories260K and small chat
templates of its own. Each row has the ids and, as a text of digits, which of them are trained; `prefix` says whether the prompt's tokens
begin those of the whole, without which rft4j differs from TRL unless it is told not to.
"""

import json
import pathlib
import sys
import types

sys.path.append(sys.path.pop(0))  # a file beside this one has the name of a library that transformers imports

from datasets import Dataset
from transformers import AutoTokenizer
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer
from trl.trainer.dpo_trainer import DataCollatorForPreference

RESOURCES = pathlib.Path(__file__).parent.parent / "resources"
OUT = RESOURCES / "golden" / "data" / "encoded_examples.json"
TURNS = (
    "{% for tool in tools or [] %}[{{ tool.function.name }}]{% endfor %}"
    "{% for m in messages %}{{ m.role }}: {% if m.role == 'assistant' %}"
    "{% generation %}{{ m.content }}</s>{% endgeneration %}{% else %}{{ m.content }}{% endif %}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)
THINKS = TURNS.replace("assistant: {% endif %}", "assistant: {% if think is not defined %}<think>{% endif %}{% endif %}")
TOOL = {"type": "function", "function": {"name": "now", "description": "The time.", "parameters": {}}}


def user(text):
    return {"role": "user", "content": text}


def assistant(text):
    return {"role": "assistant", "content": text}


CHAT = [user("Who was it?"), assistant("Tom."), user("Really?")]
CASES = [
    # name, template, max_length, assistant_only, record
    ("text with answer", None, None, False, {"prompt": "Once upon a time", "completion": " there was a cat."}),
    ("end token spelled out", None, None, False, {"prompt": "Once", "completion": " upon</s>"}),
    ("tokens merge", None, None, False, {"prompt": "Once upon a ti", "completion": "me there was"}),
    ("empty prompt", None, None, False, {"prompt": "", "completion": "Once upon"}),
    ("whole text", None, None, False, {"text": "Lily saw a big dog.\nShe ran."}),
    ("conversation", TURNS, None, False, {"prompt": CHAT, "completion": [assistant("Yes, it was Tom.")]}),
    ("assistant in the answer", TURNS, None, True, {"prompt": CHAT, "completion": [assistant("Yes."), user("So?"), assistant("So.")]}),
    ("whole conversation", TURNS, None, False, {"messages": CHAT + [assistant("Yes.")]}),
    ("assistant of a whole conversation", TURNS, None, True, {"messages": CHAT + [assistant("Yes.")]}),
    ("tools", TURNS, None, False, {"prompt": CHAT[:1], "completion": [assistant("Noon.")], "tools": [TOOL]}),
    ("template that thinks", THINKS, None, False, {"prompt": CHAT[:1], "completion": [assistant("Tom.")]}),
    ("own variables", THINKS, None, False,
     {"prompt": CHAT[:1], "completion": [assistant("Tom.")], "chat_template_kwargs": {"think": False}}),
    ("pair", None, None, False, {"prompt": "The dog", "chosen": " was happy.", "rejected": " was sad and ran away."}),
    ("pair, cut", None, 8, False, {"prompt": "The dog", "chosen": " was happy.", "rejected": " was sad and ran away."}),
    ("pair whose prompt is too long", None, 4, False, {"prompt": "The dog and the cat", "chosen": " ran.", "rejected": " sat."}),
    ("pair one side of which merges", None, None, False, {"prompt": "Once upon a ti", "chosen": "me", "rejected": " no"}),
    ("pair of conversations", TURNS, 40, False,
     {"prompt": CHAT[:1], "chosen": [assistant("It was the little dog named Tim.")], "rejected": [assistant("Me.")]}),
]


def prepared(tokenizer, template, assistant_only, record):
    tokenizer.chat_template = template
    data = Dataset.from_list([record])
    if "chosen" in record:
        me = types.SimpleNamespace(_tokenizer=tokenizer)
        return me, data
    me = types.SimpleNamespace(_tokenizer=tokenizer, chat_template=template, completion_only_loss="prompt" in record)
    args = SFTConfig(output_dir="unused", assistant_only_loss=assistant_only, max_length=None, bf16=False, use_cpu=True)
    return me, SFTTrainer._prepare_dataset(me, data, tokenizer, args, False, None, "train")


def rows(tokenizer, template, max_length, assistant_only, record):
    me, data = prepared(tokenizer, template, assistant_only, record)
    if "chosen" not in record:
        row = data[0]
        # the first token is predicted by nothing: its label never reaches the loss
        trained = "0" + "".join("0" if label == -100 else "1" for label in row["labels"][1:])
        return [{"ids": row["input_ids"], "trained": trained}]
    args = DPOConfig(output_dir="unused", max_length=max_length, bf16=False, use_cpu=True)
    data = DPOTrainer._prepare_dataset(me, data, tokenizer, args, "train")
    if len(data) == 0:
        return []
    batch = DataCollatorForPreference(pad_token_id=0, max_length=max_length)(list(data))
    made = []
    for ids, here, answer in zip(batch["input_ids"], batch["attention_mask"], batch["completion_mask"]):
        length = int(here.sum())
        made.append({"ids": ids[:length].tolist(), "trained": "".join(str(int(one)) for one in answer[:length])})
    return made


def prefix(tokenizer, template, record):
    if "prompt" not in record:
        return True
    answers = [record[name] for name in ("completion", "chosen", "rejected") if name in record]
    more = {"tools": record.get("tools"), **record.get("chat_template_kwargs", {})}
    for answer in answers:
        if template:
            asked = tokenizer.apply_chat_template(
                record["prompt"], chat_template=template, add_generation_prompt=True, return_dict=False, **more
            )
            whole = tokenizer.apply_chat_template(
                record["prompt"] + answer, chat_template=template, return_dict=False, **more
            )
        else:
            asked = tokenizer(record["prompt"])["input_ids"]
            whole = tokenizer(record["prompt"] + answer)["input_ids"]
        if whole[: len(asked)] != asked:
            return False
    return True


def main():
    tokenizer = AutoTokenizer.from_pretrained(RESOURCES / "models" / "stories260K")
    cases = []
    for name, template, max_length, assistant_only, record in CASES:
        cases.append(
            {
                "name": name,
                "template": template,
                "maxLength": max_length,
                "assistantOnly": assistant_only,
                "record": record,
                "prefix": prefix(tokenizer, template, record),
                "rows": rows(tokenizer, template, max_length, assistant_only, dict(record)),
            }
        )
    OUT.write_text(json.dumps(cases, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
