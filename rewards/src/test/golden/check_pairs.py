"""Checks the verdicts of ../resources/maths/pairs.tsv with sympy, and shows what math-verify says of the same pairs.

    python -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python check_pairs.py            # exits 1 if sympy contradicts a verdict that is not in CONVENTIONS
    .venv/bin/python check_pairs.py --verify   # lists where math-verify differs; for information

sympy is asked where its reader of LaTeX makes scalars of both answers and reads them as we do: it decides by 1,000 digits, at
points where there are variables. A pair on which it has no opinion is counted as such.
"""

import pathlib
import random
import re
import signal
import sys

import sympy
from latex2sympy2_extended import latex2sympy

TABLE = pathlib.Path(__file__).parent / "../resources/maths/pairs.tsv"
DIGITS = 1_000
ALMOST_NOTHING = sympy.Float(10) ** -800

# What the reader of LaTeX takes for variables or misreads: units, words, degrees, percent, other bases, double factorials,
# proportions, separators, money.
UNREADABLE = re.compile(
    r"\\text|\\mathrm|\\mathbf|\\phantom|[a-zA-Z]{4,}(?![a-zA-Z{])(?<!frac)|\\circ|%|_\d|!!|:|\d[ ,]+\d|\\,|\$|\\overline|\de"
)
WORDS_OF_LATEX = re.compile(r"\\(?!text|mathrm|mathbf|phantom|overline|circ)[a-zA-Z]+")

# (first answer, second answer): why our verdict is another than that of sympy or of its reader of LaTeX
CONVENTIONS = {
    (r"\sqrt[3]{-8}", "-2"): "sympy takes the complex root",
    (r"(-8)^{\frac13}", "-2"): "sympy takes the complex root",
    (r"6.02 \times 10^{23}", "602000000000000000000000"): "the reader makes a binary number of 6.02",
    ("x", "X"): "the reader ignores case",
    ("2 1/2", "5/2"): "the reader multiplies",
}


class Slow(Exception):
    pass


def timed(seconds, call):
    def stop(*_):
        raise Slow

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        return call()
    finally:
        signal.alarm(0)


def rows():
    for line in TABLE.read_text(encoding="utf8").splitlines():
        if line.strip() and not line.startswith("# "):
            verdict, gold, answer, note = line.split("\t")
            yield verdict, gold, answer, note


def scalar(text):
    if UNREADABLE.search(WORDS_OF_LATEX.sub("#", text)):
        raise ValueError("not read as we do")
    value = latex2sympy(text)
    if not isinstance(value, sympy.Expr) or value.has(sympy.zoo, sympy.nan, sympy.oo):
        raise ValueError("no scalar")
    return value.doit().subs({sympy.Symbol("e"): sympy.E, sympy.Symbol("i"): sympy.I, sympy.Symbol("pi"): sympy.pi})


def same(a, b):
    """Whether two scalars agree wherever both are real; None for no opinion."""
    names = sorted(a.free_symbols | b.free_symbols, key=str)
    draw = random.Random(1)
    agreed = 0
    for _ in range(12 if names else 1):
        point = {name: sympy.Rational(draw.randint(-400, 400), 101) for name in names}
        x = sympy.N(a.subs(point), DIGITS)
        y = sympy.N(b.subs(point), DIGITS)
        if not (x.is_number and y.is_number) or x.has(sympy.nan, sympy.zoo):
            return None
        if names and not (x.is_real and y.is_real):
            continue
        gap = abs(sympy.N((a - b).subs(point), DIGITS))
        if gap > ALMOST_NOTHING * max(1, abs(x), abs(y)):
            return False
        agreed += 1
    return True if agreed else None


def ask_sympy(gold, answer):
    try:
        return timed(5, lambda: same(scalar(gold), scalar(answer)))
    except Exception:
        return None


def ask_math_verify(gold, answer):
    from math_verify import parse, verify

    def boxed(text):
        return parse("$\\boxed{" + text + "}$", parsing_timeout=None)

    try:
        return timed(5, lambda: verify(boxed(gold), boxed(answer), timeout_seconds=None))
    except Exception:
        return None


def main():
    if "--verify" in sys.argv:
        agree = differ = silent = 0
        for verdict, gold, answer, note in rows():
            said = ask_math_verify(gold, answer)
            if said is None:
                silent += 1
            elif said == (verdict == "EQUAL"):
                agree += 1
            else:
                differ += 1
                print(f"{verdict}: math-verify says {said}: {gold}  |  {answer}  |  {note}")
        print(f"math-verify agrees on {agree}, differs on {differ}, fails on {silent}")
        return 0
    counts = {"confirmed": 0, "convention": 0, "no opinion": 0}
    wrong = 0
    for verdict, gold, answer, note in rows():
        said = ask_sympy(gold, answer) if verdict != "UNDECIDED" else None
        if said is None:
            counts["no opinion"] += 1
        elif said == (verdict == "EQUAL"):
            counts["confirmed"] += 1
        elif (gold, answer) in CONVENTIONS:
            counts["convention"] += 1
        else:
            wrong += 1
            print(f"{verdict}, but sympy says {said}: {gold}  |  {answer}  |  {note}")
    print(", ".join(f"{count} {what}" for what, count in counts.items()), f"and {wrong} contradicted")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
