"""Codings as tables for the terminal."""

from collections.abc import Iterator

from rich.table import Table  # tables that fit the terminal's width, with colour only where it is wanted
from rich.text import Text

from dragoman.records import Coding, Entity, Event

COOPERATION, CONFLICT = "blue", "dark_orange3"  # told apart by colour-blind readers too
STATUS_MARK = {"occurred": "", "ongoing": "ongoing", "planned": "planned", "conditional": "if", "negated": "not"}


def table_of(coding: Coding, quads: dict[str, int]) -> Table:
    """The events of one report: when, who, what, to whom, how far, and the words it was read from."""
    head = coding.article
    title = " · ".join(str(part) for part in (head.published, head.publisher, head.title or head.id) if part)
    table = Table(title=title, title_justify="left", title_style="bold", expand=False, padding=(0, 1), show_edge=False)
    for column in ("date", "actor", "event", "recipient", "status", "read from"):
        table.add_column(column, overflow="fold", no_wrap=column in {"date", "event"})
    for event in coding.events:
        table.add_row(*_cells(event, quads[event.type] <= 2))
    return table


def _cells(event: Event, cooperative: bool) -> Iterator[Text]:
    kind = event.type + "".join(f":{mode}" for mode in event.mode)
    yield Text(_days(event))
    yield Text(_codes(event.actor))
    yield Text(kind, style=COOPERATION if cooperative else CONFLICT)
    yield Text(_codes(event.recipient))
    yield Text(STATUS_MARK.get(event.status, event.status))
    yield _words(event)


def _days(event: Event) -> str:
    if event.date is None:
        return "–"
    first, last = event.date.first.isoformat(), event.date.last.isoformat()
    return first if first == last else f"{first} / {last[5:] if first[:4] == last[:4] else last}"


def _codes(entities: tuple[Entity, ...]) -> str:
    return ", ".join(entity.code for entity in entities)


def _words(event: Event, around: int = 34) -> Text:
    """The trigger with some words before and after it."""
    start = event.trigger.start - event.sentence.start
    end = event.trigger.end - event.sentence.start
    sentence = event.sentence.text.replace("\n", " ")
    before, after = sentence[max(0, start - around) : start], sentence[end : end + around]
    dots = ("…" if start > around else "", "…" if end + around < len(sentence) else "")
    return Text.assemble(dots[0] + before, (sentence[start:end], "bold underline"), after + dots[1])
