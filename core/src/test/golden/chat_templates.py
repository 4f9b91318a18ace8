"""Golden renderings of real chat templates, by transformers' own code.

Every template of ../resources/golden/chat/templates renders every conversation below, as `apply_chat_template(...,
tokenize=False)` would; templates with generation blocks also give their spans, in code points. Where Python raises, the kind
of the error and its message are stored. Run from any folder:

    pip install -r requirements.txt
    python chat_templates.py [SHARED]      # writes ../resources/golden/chat/renderings.json and conversations.json

With the folder of shared checkpoints as argument, the templates found there are rendered too, into shared_renderings.json;
the templates themselves stay where they are.
"""

import datetime
import json
import pathlib
import re
import sys

import transformers.utils.chat_template_utils as chat

FOLDER = pathlib.Path(__file__).parent.parent / "resources" / "golden" / "chat"
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
GENERATION = re.compile(r"\{\%-?\s*generation\s*-?\%\}")

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather in a city, in 'plain' \"words\".",
            "parameters": {
                "type": "object",
                "properties": {
                    "city": {"type": "string", "description": "City & country, e.g. <Zürich>"},
                    "days": {"type": "integer", "minimum": 1, "default": 1},
                    "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
                    "detail": {"type": ["string", "null"]},
                    "range": {
                        "type": "object",
                        "properties": {"from": {"type": "number"}, "to": {"type": "number"}},
                        "required": ["from"],
                    },
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["city"],
            },
            "return": {"type": "string", "description": "A sentence"},
        },
    },
    {
        "type": "function",
        "function": {"name": "now", "description": "The time.", "parameters": {"type": "object", "properties": {}}},
    },
]
CALL = {
    "type": "function",
    "id": "call00001",
    "function": {
        "name": "get_weather",
        "arguments": {"city": "Zürich", "days": 2, "exact": True, "limit": None, "factor": 1.5, "tags": ["a", "b"]},
    },
}
USER = {"role": "user", "content": "  What is 2 + 2?\n"}
SYSTEM = {"role": "system", "content": "You are brief.\n\nBe kind."}
ANSWER = {"role": "assistant", "content": "It is 4.\n"}

CONVERSATIONS = {
    "plain": {"messages": [USER], "add_generation_prompt": True},
    "system": {"messages": [SYSTEM, USER], "add_generation_prompt": True},
    "train": {"messages": [SYSTEM, USER, ANSWER, {"role": "user", "content": "And 3 + 3?"}, {"role": "assistant", "content": "6"}]},
    "tools": {"messages": [SYSTEM, USER], "tools": TOOLS, "add_generation_prompt": True},
    "tool_call": {
        "messages": [
            {"role": "user", "content": "Weather in Zürich?"},
            {"role": "assistant", "content": "", "tool_calls": [CALL]},
            {"role": "tool", "name": "get_weather", "tool_call_id": "call00001", "content": "{\"sky\": \"blue\"}"},
            {"role": "assistant", "content": "Blue sky."},
        ],
        "tools": TOOLS,
    },
    "two_calls": {
        "messages": [
            SYSTEM,
            {"role": "user", "content": "Weather and time?"},
            {
                "role": "assistant",
                "content": "Let me see.",
                "tool_calls": [CALL, {"type": "function", "id": "call00002", "function": {"name": "now", "arguments": {}}}],
            },
            {"role": "tool", "name": "get_weather", "tool_call_id": "call00001", "content": "rain"},
            {"role": "tool", "name": "now", "tool_call_id": "call00002", "content": "noon"},
        ],
        "tools": TOOLS,
        "add_generation_prompt": True,
    },
    "thinking_off": {"messages": [SYSTEM, USER], "add_generation_prompt": True, "enable_thinking": False},
    "reasoning": {
        "messages": [
            USER,
            {"role": "assistant", "content": "4", "reasoning_content": "Two and two.\n"},
            {"role": "user", "content": "Sure?"},
            {"role": "assistant", "content": "<think>\nI added.\n</think>\n\nYes."},
            {"role": "user", "content": "Really?"},
            {"role": "assistant", "content": "Yes 😀.", "reasoning_content": "Added 𝟚 again."},
        ],
        "enable_thinking": True,
    },
    "parts": {
        "messages": [
            {"role": "system", "content": [{"type": "text", "text": "You see 😀."}]},
            {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "What is "}, {"type": "text", "text": "this?"}]},
            {"role": "assistant", "content": [{"type": "text", "text": "A cat 🐈, 'maybe'."}]},
        ]
    },
    "odd_roles": {"messages": [ANSWER, ANSWER, {"role": "critic", "content": "No."}]},
    "continue": {
        "messages": [USER, {"role": "assistant", "content": "It is  "}],
        "continue_final_message": True,
    },
    "documents": {
        "messages": [USER],
        "documents": [{"title": "Sums", "text": "2 + 2 = 4"}, {"title": "More", "text": "3 + 3 = 6"}],
        "add_generation_prompt": True,
    },
}


class FixedDatetime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 11, 1, 9, 5, 7)


def render(template, conversation, tokens):
    options = {key: value for key, value in conversation.items() if key != "messages"}
    messages = [{k: v for k, v in message.items() if v is not None} for message in conversation["messages"]]
    mask = bool(GENERATION.search(template)) and not options.get("continue_final_message")
    try:
        texts, spans = chat.render_jinja_template(
            [messages], chat_template=template, return_assistant_tokens_mask=mask, **{**tokens, **options}
        )
    except Exception as e:
        return {"error": type(e).__name__, "message": str(e)}
    return {"text": texts[0], "spans": [list(span) for span in spans[0]]} if mask else {"text": texts[0]}


def shared(folder):
    rendered = {}
    for config in sorted(folder.glob("*/*/tokenizer_config.json")):
        settings = json.loads(config.read_text(encoding="utf-8"))
        if isinstance(settings.get("chat_template"), str):
            tokens = {key: settings[key] for key in TOKENS if settings.get(key) is not None}
            name = config.parent.relative_to(folder).as_posix()
            rendered[name] = {k: render(settings["chat_template"], c, tokens) for k, c in CONVERSATIONS.items()}
    write("shared_renderings.json", rendered)


def write(name, value):
    text = json.dumps(value, ensure_ascii=False, indent=1)
    (FOLDER / name).write_text(text + "\n", encoding="utf-8")


def main():
    chat.datetime = FixedDatetime
    rendered = {}
    for file in sorted((FOLDER / "templates").glob("*.jinja")):
        template = file.read_text(encoding="utf-8")
        rendered[file.stem] = {name: render(template, c, TOKENS) for name, c in CONVERSATIONS.items()}
    write("conversations.json", CONVERSATIONS)
    write("renderings.json", rendered)
    if len(sys.argv) > 1:
        shared(pathlib.Path(sys.argv[1]))


if __name__ == "__main__":
    main()
