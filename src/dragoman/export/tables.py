"""Codings as tables for the terminal."""

from collections.abc import Iterator

from rich.table import Table  # tables that fit the terminal's width, with colour only where it is wanted
from rich.text import Text

from dragoman.records import Coding, Entity, Event, Speaker

COOPERATION, CONFLICT = "blue", "dark_orange3"  # told apart by colour-blind readers too
STATUS_MARK = {"occurred": "", "ongoing": "ongoing", "planned": "planned", "conditional": "if", "negated": "not"}


def tables_of(coding: Coding, quads: dict[str, int]) -> Iterator[Table]:
    """What was read in one report: its events, then who said what, then what was promised, where there is any."""
    head = coding.article
    title = " · ".join(str(part) for part in (head.published, head.publisher, head.title or head.id) if part)
    yield _events(coding, quads, title)
    if coding.quotes:
        yield _quotes(coding)
    if coding.commitments:
        yield _commitments(coding)


def _table(columns: tuple[str, ...], title: str = "") -> Table:
    table = Table(
        title=title or None, title_justify="left", title_style="bold", expand=False, padding=(0, 1), show_edge=False
    )
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in {"date", "event", "kind", "said as"})
    return table


def _events(coding: Coding, quads: dict[str, int], title: str) -> Table:
    """When, who, what, to whom, how far, and the words it was read from."""
    table = _table(("date", "actor", "event", "recipient", "status", "read from"), title)
    for event in coding.events:
        table.add_row(*_cells(event, quads[event.type] <= 2))
    return table


def _quotes(coding: Coding) -> Table:
    """Who says it, through whom it came, in which way it is said, and the words."""
    table = _table(("speaker", "via", "said as", "what is said"))
    for quote in coding.quotes:
        words = Text(_shortened(quote.text))
        table.add_row(_named(quote.speaker), _named(quote.via), Text(quote.kind), words)
    return table


def _commitments(coding: Coding) -> Table:
    """Who is bound to whom by what, on which condition, until when, and what became of it."""
    table = _table(("by", "to", "kind", "content", "if", "due", "outcome"))
    for one in coding.commitments:
        content, condition = _shortened(one.content), _shortened(one.condition or "")
        cells = (one.by, ", ".join(one.to), one.kind, content, condition, one.due or "", one.outcome)
        table.add_row(*map(Text, cells))
    return table


def _named(speaker: Speaker | None) -> Text:
    if speaker is None:
        return Text("–", style="dim")
    return Text.assemble(speaker.name, (f" {speaker.code}" if speaker.code else "", "dim"))


def _shortened(words: str, most: int = 160) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


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
