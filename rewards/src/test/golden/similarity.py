"""Scores of text metrics for SimilarityTest: python similarity.py, from this folder, with requirements.txt installed."""

import json
import random
from pathlib import Path

from nltk.translate.meteor_score import _count_chunks, exact_match
from rouge_score import rouge_scorer
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

PAIRS = [
    ("The cat sat on the mat.", ["The cat sat on the mat."]),
    ("The cat sat on a mat", ["The cat sat on the mat.", "A cat was sitting on the mat."]),
    ("the the the the", ["the cat", "the dog the"]),
    ("", ["something"]),
    ("something", [""]),
    ("Hello", ["Hello"]),
    ("Hello world", ["Hello there, world"]),
    ("It costs $1,234.56 - or 3,000 euros (about 20%).", ["It costs 1,234.56 dollars, or 3,000 euros: ca. 20 %."]),
    ("state-of-the-art 10-12 results &amp; more &lt;b&gt;", ["State-of-the-art results, 10-12, & more <b>"]),
    ("Größe und Straße, »zitiert« – ja!", ["Größe und Strasse, \"zitiert\" - ja!"]),
    ("我喜欢猫。", ["我喜欢狗。", "他喜欢猫。"]),
    ("emoji 😀 and flags 🇩🇪", ["emoji 😀 and flag 🇩🇪"]),
    ("tabs\tand\u00a0blanks\nand lines", ["tabs and blanks and lines"]),
    ("one two three four five six seven eight", ["eight seven six five four three two one"]),
    ("a b c d e f g h i j", ["a b c x e f g y i j k l m n"]),
    ("(quoted) 'words' end. \"here\"", ["quoted words end here"]),
    ("...", ["!!!"]),
    ("5 10 15", ["5 10 20"]),
]


def random_pairs(count):
    random.seed(7)
    words = "the a cat dog sat on mat , . runs 12 3.5 Berlin's — fast".split()
    for _ in range(count):
        def text():
            return " ".join(random.choice(words) for _ in range(random.randint(1, 12)))
        yield text(), [text() for _ in range(random.randint(1, 3))]


def meteor(hypothesis, reference):
    matches, _, _ = exact_match(hypothesis, reference)
    if not matches:
        return 0.0
    matches = sorted(matches)
    precision, recall = len(matches) / len(hypothesis), len(matches) / len(reference)
    mean = precision * recall / (0.9 * precision + 0.1 * recall)
    return (1 - 0.5 * (_count_chunks(matches) / len(matches)) ** 3) * mean


def main():
    rouge = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"])
    split = Tokenizer13a()
    bleus = {
        "bleu": BLEU(effective_order=True),
        "bleuFixedOrder": BLEU(effective_order=False),
        "bleuInternational": BLEU(tokenize="intl", effective_order=True),
        "bleuCharacters": BLEU(tokenize="char", effective_order=True, lowercase=True),
    }
    chrfs = {"chrf": CHRF(), "chrfPlusPlus": CHRF(word_order=2), "chrfLowerCase": CHRF(lowercase=True)}
    cases = []
    for text, references in PAIRS + list(random_pairs(60)):
        case = {"text": text, "references": references}
        for name, metric in {**bleus, **chrfs}.items():
            case[name] = metric.sentence_score(text, references).score / 100
        found = rouge.score_multi(references, text)
        for name, score in found.items():
            case[name] = [score.fmeasure, score.precision, score.recall]
        tokens = split(text.lower()).split()
        case["meteor"] = max(meteor(tokens, split(r.lower()).split()) for r in references)
        cases.append(case)
    out = Path(__file__).parent.parent / "resources" / "golden" / "similarity.json"
    out.write_text(json.dumps(cases, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
