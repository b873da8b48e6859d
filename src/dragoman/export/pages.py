"""A coding as a page for people: the report with its marks, and beside it what was read and why.

>>> import dragoman
>>> text = "France condemned the Russian attack on Odesa."
>>> view = dragoman.show(dragoman.code(text, published="2022-07-23"), text)
>>> view.html.startswith("<!doctype html>")
True
"""

import base64
import datetime
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined  # escapes every value unless told otherwise
from markupsafe import Markup

from dragoman.errors import OutputError
from dragoman.export.lines import derived
from dragoman.export.marks import Mark, marks_in_sentence, marks_of, paragraphs, steps_of
from dragoman.records import Coding, Entity, Event, Record, Span
from dragoman.rules import DATA
from dragoman.rules.ontology import Ontology
from dragoman.rules.tables import read_toml

PAGES = DATA / "pages"
# The web pages link to it as a file, so it lies among theirs.
STYLE = DATA / "web" / "static" / "report.css"
# Characters of a sentence shown in a record before and behind its trigger: about three lines of a card.
BEFORE, BEHIND = 110, 150
# Control characters that HTML may not hold, and what is shown for them.
UNSHOWN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), "�")


class View(Record, frozen=True, kw_only=True):
    """A coding to look at: `html` is a page of its own, and a notebook shows the object as what stands on it."""

    html: str
    fragment: str

    def _repr_html_(self) -> str:
        return self.fragment

    def save(self, path: str | Path) -> Path:
        """Write the page; raises `OutputError` where that cannot be done."""
        target = Path(path)
        try:
            target.write_bytes(self.html.encode("utf-8", "replace"))
        except OSError as error:
            raise OutputError(f"cannot be written: {error.strerror}", kind="output", where=str(path)) from error
        return target


def show(coding: Coding, text: str, *, story_end: int | None = None, ontology: Ontology | None = None) -> View:
    """What was read in a report and why, to look at; `text` is the report's, `story_end` where its story ends.

    Raises `InputError` where the coding is of another text.
    """
    known = ontology or Ontology.load(DATA / "ontology")
    return View(
        html=page_of(coding, text, known, story_end=story_end),
        fragment=fragment_of(coding, text, known, story_end=story_end),
    )


def page_of(coding: Coding, text: str, ontology: Ontology, *, story_end: int | None = None) -> str:
    """A whole page of HTML that needs nothing but itself: no script, and no request to anywhere."""
    style = _style(STYLE) + _style(PAGES / "page.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = _page(coding, text, ontology, story_end) | {"key": "", "style": Markup(style), "digest": digest}  # noqa: S704
    return _templates().get_template("page.html.jinja").render(page)


def fragment_of(coding: Coding, text: str, ontology: Ontology, *, story_end: int | None = None) -> str:
    """The same as a piece to put into another page, with its style; its anchors begin with a digest of the report."""
    key = "d" + hashlib.sha256(f"{coding.article.id}\n{text}".encode("utf-8", "replace")).hexdigest()[:8] + "-"
    style = Markup(_style(STYLE))  # noqa: S704 - our own file, without values
    page = _page(coding, text, ontology, story_end) | {"key": key, "style": style}
    return _templates().get_template("fragment.html.jinja").render(page)


def story_of(coding: Coding, text: str, ontology: Ontology, *, chosen: tuple[int, int] | None = None) -> Markup:
    """The text of a report with its marks, as a piece of HTML that `report.css` styles within class "dragoman".

    `chosen` are the first and the last character of words that are marked besides, with the anchor "at". The way from
    a mark leads to "event-1", "quote-1" or "commitment-1" on the same page. Raises `InputError` as `show` does.
    """
    words = dict(read_toml(PAGES / "words.toml"))
    marks = marks_of(coding, text, _sides(words, ontology))
    if chosen and 0 <= chosen[0] < chosen[1] <= len(text):
        start, end = chosen
        marks += (Mark(start=start, end=end, kind="chosen", titles=(words["marks"]["chosen"]["says"],), id="at"),)
    values = {"key": "", "coding": coding, "kinds": words["marks"], "paragraphs": list(paragraphs(text, marks))}
    return Markup(_templates().get_template("story.html.jinja").render(values))  # noqa: S704 - escaped by the template


def sentence_of(event: Event, ontology: Ontology) -> Markup:
    """The sentence of an event with its trigger and parties marked, as a piece of HTML like that of `story_of`."""
    words = dict(read_toml(PAGES / "words.toml"))
    marks = marks_in_sentence(event, _sides(words, ontology)[event.type])
    steps = list(steps_of(event.sentence.text, 0, len(event.sentence.text), marks))
    values = {"key": "", "kinds": words["marks"], "steps": steps}
    return Markup(_templates().get_template("sentence.html.jinja").render(values))  # noqa: S704 - escaped by the template


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=shown,
    )
    environment.filters |= {"day": day_in_words, "days": days_in_words}
    return environment


def _style(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def shown(value: Any) -> Any:
    """Text without the characters that HTML may not hold."""
    return value.translate(UNSHOWN) if type(value) is str else value


def _page(coding: Coding, text: str, ontology: Ontology, story_end: int | None) -> dict[str, Any]:
    """Everything that the templates name."""
    words = dict(read_toml(PAGES / "words.toml"))
    sides = _sides(words, ontology)
    cards = [_card(number, event, coding, ontology, words) for number, event in enumerate(coding.events, 1)]
    return {
        "article": coding.article,
        "coder": coding.coder,
        "coding": coding,
        "words": words,
        "kinds": words["marks"],
        "title": coding.article.title or "Report without a title",
        "cards": cards,
        "dyads": _dyads(cards),
        "sides": Counter(card["side"] for card in cards),
        "paragraphs": list(paragraphs(text, marks_of(coding, text, sides), story_end)),
    }


def _sides(words: dict[str, Any], ontology: Ontology) -> dict[str, str]:
    """What the types of events are: cooperation or conflict."""
    return {name: words["side"][str(kind.quad)] for name, kind in ontology.types.items()}


def _card(number: int, event: Event, coding: Coding, ontology: Ontology, words: dict[str, Any]) -> dict[str, Any]:
    """One event as its record shows it."""
    values = derived(event, ontology)
    kind = ontology.types[event.type]
    quad = str(values["quad"])
    return values | {
        "number": number,
        "event": event,
        "side": words["side"][quad],
        "manner": words["manner"][quad],
        "definition": kind.definition,
        "modes": [(mode, kind.modes[mode].definition) for mode in event.mode],
        "contexts": [(name, ontology.contexts[name].definition) for name in event.context if name in ontology.contexts],
        "sectors": {
            e.code: ontology.sectors[e.sector].definition for e in _parties(event) if e.sector in ontology.sectors
        },
        "status": words["status"][event.status],
        "published": coding.article.published,
        "excerpt": _excerpt(event.sentence, event.trigger),
    }


def _parties(event: Event) -> tuple[Entity, ...]:
    return event.actor + event.recipient


def _excerpt(sentence: Span, trigger: Span) -> tuple[str, str, str]:
    """The words before the trigger, the trigger, and the words behind it, cut at spaces where they are many."""
    start, end = trigger.start - sentence.start, trigger.end - sentence.start
    before, behind = sentence.text[:start], sentence.text[end:]
    if len(before) > BEFORE:
        before = "… " + before[-BEFORE:].partition(" ")[2]
    if len(behind) > BEHIND:
        behind = behind[:BEHIND].rpartition(" ")[0] + " …"
    return before, trigger.text, behind


def _dyads(cards: Iterable[dict[str, Any]]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Who acts on whom, in the order of the report, with the events between them."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for card in cards:
        event = card["event"]
        found.setdefault((_names(event.actor), _names(event.recipient)), []).append(card)
    return [(actor, recipient, between) for (actor, recipient), between in found.items()]


def _names(entities: Iterable[Entity]) -> str:
    return ", ".join(dict.fromkeys(entity.name or entity.code for entity in entities))


def day_in_words(day: datetime.date) -> str:
    """A day as people write it: 1 March 2012."""
    return f"{day.day} {day:%B} {day.year}"


def days_in_words(first: datetime.date, last: datetime.date) -> str:
    """A first and a last day in as few words as they need: "20–26 February 2012"."""
    if first == last:
        return day_in_words(first)
    return " – ".join(_without_repeats(first, last))


def _without_repeats(first: datetime.date, last: datetime.date) -> Iterator[str]:
    same_year, same_month = first.year == last.year, (first.year, first.month) == (last.year, last.month)
    yield str(first.day) if same_month else f"{first.day} {first:%B}" if same_year else day_in_words(first)
    yield day_in_words(last)
