"""The coder card: which coder it is, what it learned from, how right it is on named sets, and where it errs.

Figures are written down when they are measured, with the digests of the coder that was measured; who reads the card
with other rules or another model is told so.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from dragoman.errors import InputError, RuleError
from dragoman.evaluate.measures import Figure
from dragoman.records import CoderInfo, Entity, Event, Record
from dragoman.rules import DATA
from dragoman.rules.tables import read_toml

FOLDER = DATA / "card"


class Measured(Record, frozen=True, kw_only=True):
    """The figures of one set of gold, the coder that reached them, and when."""

    coder: CoderInfo
    on: datetime.date
    measures: dict[str, Figure]


class Weakness(Record, frozen=True, kw_only=True):
    """A kind of error with a sentence that shows it: what a careful reader records, and what the coder does."""

    what: str
    sentence: str
    right: str
    coded: str


class CoderCard(Record, frozen=True, kw_only=True):
    """All that a user should know before trusting a coding; `sets` says what each set of gold is and who made it."""

    about: str
    trained_on: str
    intended: str
    sets: dict[str, str]
    measured: dict[str, Measured]
    weaknesses: tuple[Weakness, ...]


def load_card(folder: Path = FOLDER) -> CoderCard:
    """The card that comes with the package; raises `InputError` where a part is malformed."""
    try:
        measured = load_measured(folder)
        return msgspec.convert({**read_toml(folder / "card.toml"), "measured": measured}, CoderCard)
    except (OSError, RuleError, msgspec.MsgspecError) as error:
        raise InputError(f"the coder card cannot be read: {error}", kind="card", where=str(folder)) from error


def load_measured(folder: Path = FOLDER) -> dict[str, Measured]:
    """The figures of the card, by the name of the set."""
    return msgspec.json.decode((folder / "measured.json").read_bytes(), type=dict[str, Measured])


def save_measured(measured: Mapping[str, Measured], folder: Path = FOLDER) -> None:
    """Write down what was measured."""
    text = msgspec.json.format(msgspec.json.encode(measured), indent=1)
    (folder / "measured.json").write_bytes(text + b"\n")


def card_lines(card: CoderCard, here: CoderInfo) -> Iterator[str]:
    """The card as Markdown, for the terminal and for the documents; `here` is the coder at hand."""
    yield "# Coder card"
    yield ""
    yield card.about.strip()
    yield ""
    yield f"Version {here.version}, rules `{here.rules}`, model `{here.model}`."
    yield ""
    yield from _section("What it learned from", card.trained_on)
    yield from _section("What it is for, and what not", card.intended)
    yield "## How right it is"
    yield ""
    for name, measured in card.measured.items():
        yield f"### {name}"
        yield ""
        yield card.sets.get(name, "").strip()
        yield ""
        yield f"Measured on {measured.on.isoformat()}{_other(measured.coder, here)}."
        yield ""
        yield from _table(measured.measures)
    yield "## Where it errs"
    yield ""
    yield from _weakness_lines(card.weaknesses)


def _other(measured: CoderInfo, here: CoderInfo) -> str:
    if measured == here:
        return ""
    return (
        f" with version {measured.version}, rules `{measured.rules}`, model `{measured.model}`: not the coder at hand"
    )


def _section(title: str, text: str) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield text.strip()
    yield ""


def _table(measures: Mapping[str, Figure]) -> Iterator[str]:
    yield "| measure | precision | recall | F1 or value | of |"
    yield "|---|---|---|---|---|"
    for measure, figure in measures.items():
        rates = ["" if rate is None else f"{rate:.2f}" for rate in (figure.precision, figure.recall)]
        yield f"| {measure} | {rates[0]} | {rates[1]} | {figure.headline:.3f} | {figure.n} |"
    yield ""


def _weakness_lines(weaknesses: Sequence[Weakness]) -> Iterator[str]:
    for weakness in weaknesses:
        yield f'- **{weakness.what}** "{weakness.sentence}" Right: {weakness.right}. Coded: {weakness.coded}.'


def events_text(events: Iterable[Event]) -> str:
    """Events in few words, as the card writes them: "ACCUSE FRA RUS occurred"; "nothing" where there are none."""
    found = [" ".join((event.type, _codes(event.actor), _codes(event.recipient), event.status)) for event in events]
    return "; ".join(found) or "nothing"


def _codes(entities: Iterable[Entity]) -> str:
    return "+".join(entity.code for entity in entities) or "-"
