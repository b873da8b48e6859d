"""The project's labelled sentences: reading them, and the questions and answers that training makes of them.

A line of `sentences/*.tsv` has five columns: the CAMEO code of what [the actor] does to {the recipient} (with a
PLOVER mode after a slash where it is worth telling), the status, what the recipient does to the actor ("=" the same,
"-" nothing, or a code, with its status after a colon unless it occurred), the register, and the sentence with the two
parties marked.

    python training/sentences.py        checks all lines and prints how many there are of what
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from dragoman.relate.encoder import STATUSES, Deed
from dragoman.relate.marking import Place, is_marked, unmarked
from dragoman.rules import Rules
from dragoman.rules.ontology import Ontology

FOLDER = Path(__file__).parent / "sentences"
REGISTERS = frozenset({"wire", "statement", "broadcast", "summary", "headline", "local", "feature"})
NOTHING = "NONE"
# Lines that stand together and may be of one pair; a fold takes or leaves them whole.
BLOCK = 10
FOLDS = 8
# Answers that a deed needs to be learned with its mode; rarer ones lose it.
ENOUGH = 12
# Acts of these statuses are still to come, and then of the type that the rules give them: talks to come are AGREE.
TO_COME = frozenset({"planned", "conditional", "cancelled"})

# PLV's root of a CAMEO code: by its first two digits, but for these (facts of the published conversion table).
ROOTS = {
    "02": "REQUEST", "03": "AGREE", "04": "CONSULT", "05": "SUPPORT", "06": "COOPERATE", "07": "AID", "08": "YIELD",
    "09": "ACCUSE", "10": "REQUEST", "11": "ACCUSE", "12": "REJECT", "13": "THREATEN", "14": "PROTEST",
    "15": "MOBILIZE", "16": "SANCTION", "17": "COERCE", "18": "ASSAULT", "19": "ASSAULT", "20": "ASSAULT",
}  # fmt: skip
EXCEPTIONS = {"163": "COERCE", "191": "COERCE", "192": "COERCE", "1712": "ASSAULT", "175": "ASSAULT"}


class Act(NamedTuple):
    """What one party does to the other; `status` is None where it does nothing."""

    deed: Deed
    status: str | None


class Line(NamedTuple):
    """One line of a file: where it stands, its sentence, the two places in it, and the acts in both directions."""

    where: str
    block: int
    fold: int
    code: str
    register: str
    sentence: str
    actor: Place
    recipient: Place
    forth: Act
    back: Act


def read_lines(rules: Rules, folder: Path = FOLDER) -> list[Line]:
    """All lines of all files; deeds too rare to learn lose their mode.

    Raises `ValueError` with file and line where one is malformed.
    """
    lines = list(_lines(rules, folder))
    counts = Counter(act.deed for line in lines for act in (line.forth, line.back))
    return [line._replace(forth=_learnable(line.forth, counts), back=_learnable(line.back, counts)) for line in lines]


def _lines(rules: Rules, folder: Path) -> Iterator[Line]:
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
                yield _line(path.name, number, row, rules)


def _line(file: str, number: int, row: Sequence[str], rules: Rules) -> Line:
    where = f"{file}:{number}"
    if len(row) != 5 or not is_marked(row[4]):
        raise ValueError(f"{where}: five columns are wanted, the last with one [actor] and one {{recipient}}: {row}")
    code, status, back, register, marked = row
    if register not in REGISTERS:
        raise ValueError(f"{where}: unknown register {register!r}")
    sentence, actor, recipient = unmarked(marked)
    block = (number - 1) // BLOCK
    return Line(
        where=where,
        block=block,
        fold=hashlib.sha256(f"{file} {block}".encode()).digest()[0] % FOLDS,
        code=code,
        register=register,
        sentence=sentence,
        actor=actor,
        recipient=recipient,
        forth=_act(code, status, rules, where),
        back=_back(back, code, status, rules, where),
    )


def _back(back: str, code: str, status: str, rules: Rules, where: str) -> Act:
    if back == "=":
        return _act(code, status, rules, where)
    if back == "-":
        return _act(NOTHING, "occurred", rules, where)
    number, _, own = back.partition(":")
    return _act(number, own or "occurred", rules, where)


def _act(code: str, status: str, rules: Rules, where: str) -> Act:
    if status not in STATUSES:
        raise ValueError(f"{where}: unknown status {status!r}")
    deed = deed_of(code, rules.ontology, where)
    if status in TO_COME and deed.type in rules.modality.to_come:
        deed = _to_come(deed, rules.modality.to_come[deed.type])
    return Act(deed, status if deed.type else None)


def _to_come(deed: Deed, kind: str) -> Deed:
    """A deed that is still to come: "will send aid" is an agreement, "will free them" a concession."""
    if kind == deed.type:
        return deed
    return Deed(type=kind, mode="", plv="THREATEN" if kind == "THREATEN" else "AGREE")


def deed_of(code: str, ontology: Ontology, where: str = "") -> Deed:
    """The deed that a code with or without a mode stands for."""
    if code == NOTHING:
        return Deed(type="", mode="", plv="")
    number, _, mode = code.partition("/")
    if number not in ontology.codes or number[:2] not in ROOTS:
        raise ValueError(f"{where}: {number!r} is no CAMEO code")
    known = ontology.codes[number]
    if mode and mode not in ontology.types[known.type].modes:
        raise ValueError(f"{where}: {mode!r} is no mode of {known.type}")
    return Deed(type=known.type, mode=mode or known.mode, plv=EXCEPTIONS.get(number) or ROOTS[number[:2]])


def _learnable(act: Act, counts: Counter[Deed]) -> Act:
    deed = act.deed
    return act if counts[deed] >= ENOUGH else act._replace(deed=Deed(type=deed.type, mode="", plv=deed.plv))


def main() -> None:
    """Check all lines and print how many there are of what."""
    lines = read_lines(Rules.load())
    acts = [act for line in lines for act in (line.forth, line.back)]
    for title, counted in (
        ("type", Counter(act.deed.type or NOTHING for act in acts)),
        ("status", Counter(act.status for act in acts if act.status)),
        ("register", Counter(line.register for line in lines)),
    ):
        print(title, *(f"{name} {count}" for name, count in counted.most_common()), sep="\t")
    print(len(lines), "lines", len({act.deed for act in acts}), "answers", sep="\t")


if __name__ == "__main__":
    main()
