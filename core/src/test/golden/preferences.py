"""Golden preference data: what TRL makes of pairs whose prompt is implicit, and of pairs that are taken apart.

Run from any folder:

    pip install -r requirements.txt
    python preferences.py               # writes ../resources/golden/data/preferences.json

TRL's extract_prompt has two oddities: where texts differ at once and the chosen one ends in a space, it cuts that one from behind;
and it fails on empty texts. Neither is among the cases; the tests say what rft4j does there.
"""

import json
import pathlib
import sys

sys.path.append(sys.path.pop(0))  # a file beside this one has the name of a library that transformers imports

from datasets import Dataset
from trl import extract_prompt, unpair_preference_dataset
from trl.data_utils import maybe_extract_prompt

OUT = pathlib.Path(__file__).parent.parent / "resources" / "golden" / "data" / "preferences.json"


def user(text):
    return {"role": "user", "content": text}


def assistant(text):
    return {"role": "assistant", "content": text}


TEXTS = [
    ("The sky is blue.", "The sky is green."),
    ("The sky is", "The sky was"),
    ("blue", "green"),
    ("The sky  blue", "The sky  green"),
    ("The sky is blue", "The sky is blue and wide"),
    ("The sky is blue and wide", "The sky is blue"),
    ("the same", "the same"),
    ("Zürich ist groß", "Zürich ist klein"),
    ("cat 😀", "cat 😁"),
    ("cat 😀x", "cat 😀y"),
    ("cat 😀", "cat 😀!"),
    ("line\n a", "line\n b"),
    ("a", "b"),
    ("a", "a"),
    ("tab\tone", "tab\ttwo"),
]

TALKS = [
    ([user("Sky?"), assistant("Blue.")], [user("Sky?"), assistant("Green.")]),
    ([user("Sky?"), assistant("Blue."), user("Sure?"), assistant("Yes.")], [user("Sky?"), assistant("Green.")]),
    ([user("Sky?"), assistant("Blue.")], [user("Sky?"), assistant("Blue."), user("Sure?"), assistant("Yes.")]),
    ([user("Sky?"), assistant("Blue.")], [user("Sky?"), assistant("Blue.")]),
    (
        [{"role": "system", "content": "Be brief."}, user("Sky?"), assistant("Blue.")],
        [{"role": "system", "content": "Be brief."}, user("Sky?"), assistant("Well, it is blue.")],
    ),
]


def case(chosen, rejected, **more):
    given = {"chosen": chosen, "rejected": rejected, **more}
    made = maybe_extract_prompt(given)
    if not more:
        assert made == extract_prompt(given)
    rows = unpair_preference_dataset(Dataset.from_list([made]))
    return {"given": given, "made": {k: made[k] for k in ("prompt", "chosen", "rejected")}, "unpaired": rows.to_list()}


def main():
    cases = [case(*pair) for pair in TEXTS] + [case(*pair) for pair in TALKS]
    cases.append(case(*TALKS[0], prompt="Sky?"))
    cases.append(case([assistant("Blue.")], [assistant("Green.")], prompt=[user("Sky?")]))
    cases.append(case(" blue", " green", prompt="The sky is"))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(cases, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
