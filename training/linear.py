"""A linear model for the same question, to measure the encoder against: words, what stands between, the parse path.

    python training/linear.py [--fold N] [--dev FILE]

Features of a question (sentence, actor, recipient): words and word pairs of the sentence with the parties masked, the
words before, between and behind the parties with their place, and the lemmas and relations on the path from the one to
the other through the parse. Prints accuracy and macro-F1 of the type on the part held out; with `--dev` writes the
answers to a file of relations whose words are not part of this project.
"""

import argparse
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sentences import Line, read_lines
from sklearn.feature_extraction import DictVectorizer  # a well-worn linear classifier on sparse features
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import Pipeline, make_pipeline

from dragoman.find.syntax import ancestors
from dragoman.parse import parse_all
from dragoman.records import Article, Document, Sentence
from dragoman.relate.marking import Place
from dragoman.rules import Rules

NEAR = 3


def features(document: Document, actor: Place, recipient: Place) -> dict[str, float]:
    """The features of a question, each with weight 1."""
    sentence = next((s for s in document.sentences if s.start <= actor[0] < s.end), document.sentences[0])
    kinds = ["A" if _in(t.start, actor) else "R" if _in(t.start, recipient) else "" for t in sentence.tokens]
    words = [kind or token.lemma for kind, token in zip(kinds, sentence.tokens, strict=True)]
    first, last = sorted((_place(kinds, "A"), _place(kinds, "R")))
    order = "AR" if kinds[first] == "A" else "RA"
    found = [f"w {word}" for word in words]
    found += [f"ww {one} {two}" for one, two in itertools.pairwise(words)]
    found += [f"between {order} {word}" for word in words[first + 1 : last]]
    found += [f"before {order} {word}" for word in words[max(0, first - NEAR) : first]]
    found += [f"behind {order} {word}" for word in words[last + 1 : last + 1 + NEAR]]
    found += [f"path {step}" for step in _path(sentence, _place(kinds, "A"), _place(kinds, "R"))]
    return dict.fromkeys(found, 1.0)


def _in(start: int, place: Place) -> bool:
    return place[0] <= start < place[1]


def _place(kinds: Sequence[str], kind: str) -> int:
    return max((n for n, one in enumerate(kinds) if one == kind), default=0)


def _path(sentence: Sentence, one: int, other: int) -> Iterator[str]:
    """Lemmas with relations up from the one party to the word above both, and down to the other; and all at once."""
    ups, downs = [one, *ancestors(sentence, one)], [other, *ancestors(sentence, other)]
    top = next((n for n in ups if n in downs), ups[-1])
    up, down = ups[: ups.index(top)], downs[: downs.index(top)] if top in downs else []
    yield f"top {sentence.tokens[top].lemma}"
    yield from (f"up {sentence.tokens[n].relation} {sentence.tokens[sentence.tokens[n].head].lemma}" for n in up)
    yield from (f"down {sentence.tokens[n].relation} {sentence.tokens[sentence.tokens[n].head].lemma}" for n in down)
    relations = [[sentence.tokens[n].relation for n in side] for side in (up, down)]
    yield f"{relations} {sentence.tokens[top].lemma}"


def questions(lines: Iterable[Line]) -> Iterator[tuple[dict[str, float], str, str]]:
    """Features, PLOVER type and PLV type of every line in both directions."""
    waiting = list(lines)
    documents = parse_all((Article(id=line.where, text=line.sentence), None) for line in waiting)
    for line, document in zip(waiting, documents, strict=True):
        yield features(document, line.actor, line.recipient), line.forth.deed.type, line.forth.deed.plv
        yield features(document, line.recipient, line.actor), line.back.deed.type, line.back.deed.plv


def fitted(rows: Sequence[tuple[dict[str, float], str, str]], column: int) -> Pipeline:
    """The classifier of types in one scheme."""
    model = make_pipeline(DictVectorizer(), LogisticRegression(C=2.0, max_iter=300))
    return model.fit([row[0] for row in rows], [row[column] for row in rows])


def main() -> None:
    """Fit on all folds but one and print how the held-out fold is answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fold", type=int, default=0)
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--output", type=Path, default=Path("out/linear.jsonl"))
    chosen = parser.parse_args()
    lines = read_lines(Rules.load())
    taught = list(questions(line for line in lines if line.fold != chosen.fold))
    held = list(questions(line for line in lines if line.fold == chosen.fold))
    model = fitted(taught, 1)
    answers = model.predict([row[0] for row in held])
    wanted = [row[1] for row in held]
    right = sum(one == other for one, other in zip(answers, wanted, strict=True)) / len(wanted)
    print(f"{len(wanted)} questions: accuracy {right:.3f}, macro-F1 {f1_score(wanted, answers, average='macro'):.3f}")
    if chosen.dev:
        answer_file(fitted(taught, 2), chosen.dev, chosen.output)


def answer_file(model: Pipeline, path: Path, output: Path) -> None:
    """The likeliest PLV type but none, for each question of a file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    documents = parse_all((Article(id=row["id"], text=row["sentence"]), None) for row in rows)
    places = [tuple((row[side]["start"], row[side]["end"]) for side in ("actor", "recipient")) for row in rows]
    found = [features(document, *sides) for document, sides in zip(documents, places, strict=True)]
    names = list(model.classes_)
    with output.open("w", encoding="utf-8") as file:
        for row, chances in zip(rows, model.predict_proba(found), strict=True):
            best = max((k for k, name in enumerate(names) if name), key=lambda k: chances[k])
            file.write(json.dumps({"id": row["id"], "type": names[best], "confidence": round(chances[best], 4)}) + "\n")


if __name__ == "__main__":
    main()
