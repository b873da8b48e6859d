"""The coder card for readers: which coders coded what is here, how right they are, and where they err."""

import datetime
import importlib.metadata
import re
from collections.abc import Iterator, Mapping

from dragoman.evaluate.cards import Measured, Weakness, load_card
from dragoman.evaluate.measures import Figure
from dragoman.records import CoderInfo, Record
from dragoman.rules import DATA, Rules
from dragoman.rules.tables import read_toml
from dragoman.store import Store
from dragoman.store.coders import coders

WORDS = DATA / "web" / "measures.toml"
# "event_dyad:ACCUSE", "plover: ACCUSE", "relation_ACCUSE": a task and a type of event.
OF_TYPE = re.compile(r"(?P<task>\w+?)(?:: ?|_)(?P<type>[A-Z]+)")
# "plover: right where 0.8 to 0.9 sure".
WHERE_SURE = re.compile(r"(?P<task>\w+): right where (?P<low>0\.\d) to (?P<high>\d\.\d) sure")


class Row(Record, frozen=True, kw_only=True):
    """One figure: what was measured, in words, of which type if of one ("" else), on how many cases.

    A search has precision, recall and F1, a choice one `value`, its share of right answers.
    """

    measure: str
    words: str
    type: str
    precision: float | None
    recall: float | None
    f1: float | None
    value: float | None
    cases: int


class Sureness(Record, frozen=True, kw_only=True):
    """How often answers are right of which the coder is so sure, 0 to 1."""

    words: str
    low: float
    high: float
    right: float
    cases: int


class Trial(Record, frozen=True, kw_only=True):
    """The figures on one set of gold, the coder that reached them, and whether it had the rules that are at hand."""

    name: str
    about: str
    on: datetime.date
    coder: CoderInfo
    rules_at_hand: bool
    tasks: tuple[Row, ...]
    types: tuple[Row, ...]
    sureness: tuple[Sureness, ...]


class CoderHere(Record, frozen=True, kw_only=True):
    """A coder of this store's reports, and the sets on which that very coder was measured."""

    coder: CoderInfo
    reports: int
    measured: tuple[str, ...]


class CardPage(Record, frozen=True, kw_only=True):
    """The coder card, with the version and the rules that serve it."""

    version: str
    rules: str
    about: str
    trained_on: str
    intended: str
    here: tuple[CoderHere, ...]
    trials: tuple[Trial, ...]
    weaknesses: tuple[Weakness, ...]


def card_page(store: Store, rules: Rules) -> CardPage:
    """The card that comes with the package beside what a store holds."""
    card = load_card()
    with store.reading() as connection:
        found = coders(connection)
    return CardPage(
        version=importlib.metadata.version("dragoman"),
        rules=rules.digest,
        about=card.about.strip(),
        trained_on=card.trained_on.strip(),
        intended=card.intended.strip(),
        here=tuple(_here(coder, reports, card.measured) for coder, reports in found),
        trials=tuple(_trial(name, card.sets.get(name, ""), one, rules) for name, one in card.measured.items()),
        weaknesses=card.weaknesses,
    )


def _here(coder: CoderInfo, reports: int, measured: Mapping[str, Measured]) -> CoderHere:
    sets = tuple(name for name, one in measured.items() if one.coder == coder)
    return CoderHere(coder=coder, reports=reports, measured=sets)


def _trial(name: str, about: str, measured: Measured, rules: Rules) -> Trial:
    words: Mapping[str, str] = read_toml(WORDS)["task"]
    searched = {measure: one for measure, one in measured.measures.items() if not WHERE_SURE.fullmatch(measure)}
    rows = [_row(measure, figure, words, rules) for measure, figure in searched.items()]
    return Trial(
        name=name,
        about=about.strip(),
        on=measured.on,
        coder=measured.coder,
        rules_at_hand=measured.coder.rules == rules.digest,
        tasks=tuple(row for row in rows if not row.type),
        types=tuple(row for row in rows if row.type),
        sureness=tuple(_sureness(measured.measures, words)),
    )


def _row(measure: str, figure: Figure, words: Mapping[str, str], rules: Rules) -> Row:
    found = OF_TYPE.fullmatch(measure)
    is_type = found is not None and found["type"] in rules.ontology.types
    task, type_ = (found["task"], found["type"]) if found and is_type else (measure, "")
    return Row(
        measure=measure,
        words=words.get(task, task),
        type=type_,
        precision=figure.precision,
        recall=figure.recall,
        f1=figure.f1,
        value=figure.value,
        cases=figure.n,
    )


def _sureness(measures: Mapping[str, Figure], words: Mapping[str, str]) -> Iterator[Sureness]:
    for measure, figure in measures.items():
        if found := WHERE_SURE.fullmatch(measure):
            task = f"{found['task']}: right"
            yield Sureness(
                words=words.get(task, task),
                low=float(found["low"]),
                high=float(found["high"]),
                right=figure.headline,
                cases=figure.n,
            )
