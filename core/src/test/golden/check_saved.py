"""Checks in transformers, and peft, a folder that rft4j saved.

    python check_saved.py FOLDER                # a model
    python check_saved.py FOLDER --base MODEL   # an adapter; else its base_model_name_or_path, seen from FOLDER
    python check_saved.py FOLDER --tokenizer    # the tokenizer too

FOLDER/expected.safetensors holds what rft4j computed: ids [B,T], logits ([B,T,V], or scores [B] or [B,T] of a
classifier with one label) and, where rows are padded, mask [B,T]; masked tokens are not compared, a score of a row
always is. Prints the largest difference of the logits. Ends with 1 where it is above 1e-4, or where a file lacks a
tensor or has one too many.
"""

import argparse
import json
import pathlib
import sys

sys.path.append(sys.path.pop(0))  # a file beside this one has the name of a library that transformers imports

import torch  # noqa: E402
import transformers  # noqa: E402
from peft import PeftModel, get_peft_model_state_dict  # noqa: E402
from safetensors import safe_open  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

TOLERANCE = 1e-4
FACTORIES = {
    "ForSequenceClassification": transformers.AutoModelForSequenceClassification,
    "ForTokenClassification": transformers.AutoModelForTokenClassification,
}


def load_model(folder):
    architecture = json.loads((folder / "config.json").read_text()).get("architectures", [""])[0]
    known = [factory for ending, factory in FACTORIES.items() if architecture.endswith(ending)]
    factory = known[0] if known else transformers.AutoModelForCausalLM
    model, info = factory.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True, local_files_only=True
    )
    wrong = {key: sorted(map(str, names)) for key, names in info.items() if names}
    if wrong:
        sys.exit(f"{folder}: {wrong}")
    return model.eval()


def load_adapter(folder, base):
    if base is None:
        base = folder / json.loads((folder / "adapter_config.json").read_text())["base_model_name_or_path"]
    model = PeftModel.from_pretrained(load_model(base), folder).eval()
    with safe_open(folder / "adapter_model.safetensors", framework="pt") as opened:
        stored = set(opened.keys())
    wanted = set(get_peft_model_state_dict(model))
    if stored != wanted:
        sys.exit(f"{folder}: missing {sorted(wanted - stored)}, too many {sorted(stored - wanted)}")
    return model


def largest_difference(model, expected):
    ids, mask = expected["ids"], expected.get("mask")
    with torch.no_grad():
        logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits
    stored = expected["logits"].float()
    logits = logits.squeeze(-1) if stored.dim() == logits.dim() - 1 else logits
    if stored.shape != logits.shape:
        sys.exit(f"logits have shape {list(stored.shape)}, transformers makes {list(logits.shape)}")
    difference = (stored - logits).abs()
    if mask is not None and difference.shape[:2] == mask.shape:
        difference = difference[mask.bool()]
    return difference.max().item()


def check_tokenizer(folder):
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    text = "Once upon a time"
    back = tokenizer.decode(tokenizer(text)["input_ids"], skip_special_tokens=True)
    if back.strip() != text:
        sys.exit(f"{folder}: the tokenizer makes {back!r} of {text!r}")
    print(f"tokenizer: {type(tokenizer).__name__}, {len(tokenizer)} tokens")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--base", type=pathlib.Path)
    parser.add_argument("--tokenizer", action="store_true")
    options = parser.parse_args()
    transformers.utils.logging.disable_progress_bar()
    if (options.folder / "adapter_config.json").exists():
        model = load_adapter(options.folder, options.base)
    else:
        model = load_model(options.folder)
    difference = largest_difference(model, load_file(options.folder / "expected.safetensors"))
    print(f"largest difference of logits: {difference:.3g}")
    if options.tokenizer:
        check_tokenizer(options.folder)
    if not difference <= TOLERANCE:  # also where it is not a number
        sys.exit(f"above {TOLERANCE}")


if __name__ == "__main__":
    main()
