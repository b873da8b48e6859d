"""In how many of the project's own texts each word stands, for src/dragoman/data/lexicon/frequencies.tsv.

    python training/frequencies.py

The texts are the sentences of training/sentences/*.tsv, each once, and the reports of the chronicle; the project wrote
all of them. A row is a stem or a number, how many texts have it, and how many of those write it with a capital where
capitals mark names. What stands in fewer than `LEAST` texts is left out: a word that is not in the table is rare. The
first row has the number of all texts under "*".
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dragoman.resolve.words import words_of
from dragoman.rules import DATA

SENTENCES = Path(__file__).parent / "sentences"
REPORTS = DATA / "chronicle" / "reports.jsonl"
TABLE = DATA / "lexicon" / "frequencies.tsv"
LEAST = 2
# The marks around the parties of a labelled sentence.
MARKS = str.maketrans("", "", "[]{}")


def main() -> None:
    """Count the words and write the table."""
    texts = sorted(set(own_texts()))
    total: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts:
        words = words_of(text)
        total.update({word.stem for word in words})
        capital.update({word.stem for word in words if word.capital})
    kept = sorted(stem for stem, count in total.items() if count >= LEAST)
    rows = [f"{stem}\t{total[stem]}\t{capital[stem]}" for stem in kept]
    TABLE.write_text("\n".join(["stem\ttexts\tcapital", f"*\t{len(texts)}\t0", *rows]) + "\n", encoding="utf-8")
    print(f"{len(rows)} stems of {len(texts)} texts")


def own_texts() -> Iterator[str]:
    """The sentences without their marks, and the reports with their titles."""
    for path in sorted(SENTENCES.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield line.split("\t")[-1].translate(MARKS)
    for line in REPORTS.read_text(encoding="utf-8").splitlines():
        report = json.loads(line)
        yield f"{report['title']}\n\n{report['text']}"


if __name__ == "__main__":
    main()
