"""Frozen parses (CoNLL-U), so that tests of what stands on a parse load no model.

`python tests/parses.py` parses the sentences of all tables that are listed in TABLES again and writes them down.
"""

import tomllib
from pathlib import Path

from dragoman.records import Article, Sentence, Token

HERE = Path(__file__).parent
TABLES = {"find/syntax": HERE / "find/syntax.toml", "find/status": HERE / "find/status.toml"}


def frozen(table: str) -> dict[str, Sentence]:
    """Sentence text -> its parse, for one table of cases."""
    sentences = {}
    for block in (HERE / f"{table}.conllu").read_text(encoding="utf-8").strip().split("\n\n"):
        lines = block.split("\n")
        text = lines[0].removeprefix("# text = ")
        tokens = tuple(_token(line, text) for line in lines[1:])
        children = [[] for _ in tokens]
        for token in tokens:
            if token.head != token.i:
                children[token.head].append(token.i)
        sentences[text] = Sentence(
            index=0, start=0, end=len(text), tokens=tokens, children=tuple(tuple(kids) for kids in children)
        )
    return sentences


def _token(line: str, text: str) -> Token:
    number, form, lemma, pos, tag, _, head, relation, _, misc = line.split("\t")
    i, start = int(number) - 1, int(misc.removeprefix("start="))
    return Token(
        i=i,
        start=start,
        end=start + len(form),
        text=form,
        lemma=lemma,
        pos=pos,
        tag=tag,
        head=int(head) - 1 if head != "0" else i,
        relation=relation,
    )


def _lines(sentence: Sentence) -> list[str]:
    return [
        "\t".join(
            [
                str(t.i + 1), t.text, t.lemma, t.pos, t.tag, "_",
                "0" if t.head == t.i else str(t.head + 1), t.relation, "_", f"start={t.start}",
            ]
        )
        for t in sentence.tokens
    ]  # fmt: skip


def freeze() -> None:
    """Parse every sentence of every table and write the parses."""
    from dragoman.parse import parse

    for name, path in TABLES.items():
        blocks = []
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            (sentence,) = parse(Article(id="frozen", text=case["sentence"])).sentences
            blocks.append("\n".join([f"# text = {case['sentence']}", *_lines(sentence)]))
        (HERE / f"{name}.conllu").write_text("\n\n".join(dict.fromkeys(blocks)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    freeze()
