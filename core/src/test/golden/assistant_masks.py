"""Golden masks of what the assistant wrote, by transformers' own code.

Conversations of chat_templates.py and some that end in awkward characters, rendered by templates with generation blocks and
encoded by tokenizers that need no download: a mask of 1 means a token of the assistant. Run from any folder:

    pip install -r requirements.txt
    python assistant_masks.py              # writes ../resources/golden/chat/assistant_masks.json
"""

import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.remove(str(FOLDER))  # a file here has the name of the library that transformers imports

from transformers import AutoTokenizer  # noqa: E402

sys.path.append(str(FOLDER))
from chat_templates import CONVERSATIONS  # noqa: E402

RESOURCES = FOLDER.parent / "resources"
TOKENIZERS = {"stories260K": "models/stories260K", "bytes": "golden/tokenizers/bytes"}
SYNTHETIC = (
    "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{% if m.role == 'assistant' %}{% generation %}{{ m.content }}"
    "{% endgeneration %}{{ eos_token }}{% else %}{{ m.content }}{% endif %}\n{% endfor %}"
)
TEMPLATES = {
    "synthetic": SYNTHETIC,
    **{
        name: (RESOURCES / "golden" / "chat" / "templates" / f"{name}.jinja").read_text(encoding="utf-8")
        for name in ("qwen3_training", "llama3_training", "gemma_training")
    },
}
AWKWARD = {
    "messages": [
        {"role": "user", "content": "Caf\u00e9 \U0001f600?"},
        {"role": "assistant", "content": " caf\u00e9 \U0001f600"},
        {"role": "user", "content": "And?"},
        {"role": "assistant", "content": "  two  spaces \u4f60\u597d"},
    ]
}


def mask(tokenizer, template, messages):
    encoded = tokenizer.apply_chat_template(
        messages, chat_template=template, tokenize=True, return_dict=True, return_assistant_tokens_mask=True
    )
    return {"ids": encoded["input_ids"], "mask": "".join(str(bit) for bit in encoded["assistant_masks"])}


def main():
    conversations = {name: CONVERSATIONS[name] for name in ("train", "reasoning", "parts")} | {"awkward": AWKWARD}
    cases = []
    for folder in TOKENIZERS.values():
        tokenizer = AutoTokenizer.from_pretrained(RESOURCES / folder)
        for template, source in TEMPLATES.items():
            for conversation, content in conversations.items():
                try:
                    result = mask(tokenizer, source, content["messages"])
                except Exception as e:  # some templates take no parts
                    print(folder, template, conversation, e)
                    continue
                case = {"tokenizer": folder, "template": template, "messages": content["messages"], **result}
                cases.append(json.dumps(case, separators=(",", ":")))
    text = '{"synthetic":' + json.dumps(SYNTHETIC) + ',\n"cases":[\n' + ",\n".join(cases) + "\n]}\n"
    (RESOURCES / "golden" / "chat" / "assistant_masks.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
