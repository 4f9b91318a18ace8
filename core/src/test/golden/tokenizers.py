"""Golden encodings: what transformers' AutoTokenizer makes of a list of awkward texts.

    python tokenizers.py            # ../resources/golden/tokenizers/*.json from the folders in ../resources
    python tokenizers.py SHARED     # also those of the real tokenizers in the folder SHARED

Then sequences of ids that no text gives, and what they decode to: malformed bytes, special tokens anywhere.

One line per text: ids with and without special tokens, spans in code points ([0,0] for tokens without text), decoded text
with special tokens and without. Texts and decoded texts are escaped, so that the files are plain ASCII.
"""

import json
import pathlib
import shutil
import sys
import tempfile

sys.path.pop(0)  # this file's name is that of the library that transformers imports

import numpy  # noqa: E402
from transformers import AutoTokenizer, __version__  # noqa: E402

RESOURCES = pathlib.Path(__file__).resolve().parent.parent / "resources"
GOLDEN = RESOURCES / "golden" / "tokenizers"

OWN = {
    "stories260K": "models/stories260K",
    "bytes": "golden/tokenizers/bytes",
    "characters": "golden/tokenizers/characters",
    "characters_unk": "golden/tokenizers/characters_unk",
    "added_tokens": "golden/tokenizers/added_tokens",
}
SHARED = {
    "stories15M": "models/stories15M",
    "minimind2-small": "models/minimind2-small",
    "gpt2": "tokenizers/gpt2",
    "llama3_2": "tokenizers/llama3_2",
    "qwen2_5": "tokenizers/qwen2_5",
    "qwen3": "tokenizers/qwen3",
}

SEQUENCES = 8
FIRST_IDS = 300

TEXTS = [
    "",
    " ",
    "  ",
    "\n",
    "\n\n\n",
    "\t",
    "a",
    " a",
    "a ",
    "  two  spaces   three    four ",
    "Once upon a time, there was a little girl named Lily.",
    " Once upon a time",
    "Hello, world! It's fine: they've, I'm, don't, we'll.",
    "x . y , z ! it 's do n't ' q ' ?",
    "UPPER lower MiXeD",
    "0 1 12 123 1234 12345 3.14159 1,000,000 -7",
    "def f(x):\n    return x ** 2  # comment\n\n\nprint(f(3))\n",
    "{\"key\": [1, 2, {\"a\": null}]}",
    "line one\nline two\r\nline three\rline four",
    "tab\tseparated\t\tvalues",
    "trailing newline\n",
    "\n leading newline",
    "a\n\n\n  b",
    "caf\u00e9",
    "cafe\u0301",
    "\u00c5ngstr\u00f6m na\u00efve \u00fcber stra\u00dfe \u0152uvre",
    "\u212bngstr\u00f6m \ufb01ligature \u2460",
    "e\u0301\u0302\u0303\u0304 stacked marks",
    "\u4f60\u597d\uff0c\u4e16\u754c",
    "\u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8\u3067\u3059\u3002",
    "\ud55c\uad6d\uc5b4 \ubb38\uc7a5",
    "\u1112\u1161\u11ab decomposed Hangul",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645",
    "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd, mixed with Latin",
    "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e",
    "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e0a\u0e32\u0e27\u0e42\u0e25\u0e01",
    "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440",
    "\u0393\u03b5\u03b9\u03ac \u03c3\u03bf\u03c5 \u03ba\u03cc\u03c3\u03bc\u03b5",
    "\U0001f600",
    "a\U0001f600b",
    "\U0001f600\U0001f601\U0001f602 faces",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 family",
    "\U0001f44d\U0001f3fd skin tone, \U0001f1eb\U0001f1f7 flag, 1\ufe0f\u20e3 keycap",
    "\U00020000 \U0001d54f \U0001d4d0 beyond the basic plane",
    "\u200bzero\u200bwidth\ufeff and \u00ad soft hyphen",
    "no\u00a0break \u2003em\u3000ideographic",
    "\u202eright-to-left override\u202c",
    "nul \x00 bell \x07 escape \x1b delete \x7f",
    "\x80\x9f C1 controls",
    "\ufffd replacement and \ufffe noncharacter",
    "\u2581sentence\u2581piece \u2581 sign",
    "\u0120byte\u010alevel signs",
    "<0x41><0xE2><0x96>",
    "<s>inside</s> <unk> text",
    "</s>",
    " </s> spaces around <s> ",
    "<|endoftext|>x<|im_start|>user\nhi<|im_end|>\n",
    "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|>",
    "<think>\nhm\n</think>\n\n<tool_call>{}</tool_call>",
    "<|bos|>a<|eos|><|pad|><|unk|>",
    "<|bos| >< |eos|>",
    "[PAD] new token <extra>",
    "\\frac{1}{2} \\boxed{42} $x^2$ \u2211\u222b\u221e \u2260",
    "https://example.org/a?b=c&d=%20#e user@example.org",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "================================",
]


def code_points(text, allowed):
    """The text without the characters that a closed alphabet refuses."""
    return text if allowed is None else "".join(c for c in text if c in allowed)


def case(tokenizer, text):
    encoded = tokenizer(text, return_offsets_mapping=True)
    return {
        "text": text,
        "ids": encoded["input_ids"],
        "plain_ids": tokenizer(text, add_special_tokens=False)["input_ids"],
        "spans": [list(span) for span in encoded["offset_mapping"]],
        "decoded": tokenizer.decode(encoded["input_ids"]),
        "decoded_without_special": tokenizer.decode(encoded["input_ids"], skip_special_tokens=True),
    }


def sequences(tokenizer):
    random = numpy.random.RandomState(7)
    for _ in range(SEQUENCES):
        yield [int(i) for i in random.randint(0, len(tokenizer), 24)]
    for _ in range(SEQUENCES):  # what comes first in a vocabulary is mostly bytes and special tokens
        yield [int(i) for i in random.randint(0, min(len(tokenizer), FIRST_IDS), 24)]


def sequence(tokenizer, ids):
    return {
        "ids": ids,
        "decoded": tokenizer.decode(ids),
        "decoded_without_special": tokenizer.decode(ids, skip_special_tokens=True),
    }


def as_lines(cases):
    return ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)


def write(name, folder, allowed=None):
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    special = {role: getattr(tokenizer, role + "_token_id") for role in ("bos", "eos", "pad", "unk")}
    texts = dict.fromkeys([code_points(text, allowed) for text in TEXTS] + ["<|bos|>a b<|eos|>"])
    cases = as_lines(case(tokenizer, text) for text in texts)
    decoded = as_lines(sequence(tokenizer, ids) for ids in sequences(tokenizer))
    head = {"generator": "tokenizers.py", "transformers": __version__, "length": len(tokenizer), "special": special}
    text = json.dumps(head)[:-1] + ', "cases": [\n' + cases + '\n], "sequences": [\n' + decoded + "\n]}\n"
    (GOLDEN / (name + ".json")).write_text(text)


def main():
    alphabet = set("abcdefghijklmnopqrstuvwxyz .\n\u00e9\u65e5\U0001f600")
    for name, folder in OWN.items():
        write(name, RESOURCES / folder, alphabet if name == "characters" else None)
    with tempfile.TemporaryDirectory() as folder:  # the newer of the two ways in which Llama puts a space before a text
        shutil.copytree(RESOURCES / OWN["stories260K"], folder, dirs_exist_ok=True)
        config = pathlib.Path(folder) / "tokenizer_config.json"
        config.write_text(config.read_text().replace('"legacy": true', '"legacy": false'))
        write("stories260K-not-legacy", folder)
    if len(sys.argv) > 1:
        for name, folder in SHARED.items():
            write(name, pathlib.Path(sys.argv[1]) / folder)


if __name__ == "__main__":
    main()
