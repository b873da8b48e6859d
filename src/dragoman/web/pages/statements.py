"""Statements: who said what about whom, the newest first."""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request

from dragoman.export.rows import DAY, TEXT, WHOLE
from dragoman.views.names import Names
from dragoman.views.statements import Asked, Statement, Statements, statements_of
from dragoman.web.answers import add_page
from dragoman.web.asking import DaysAsked, PageAsked, PartyAsked, WordsAsked
from dragoman.web.feeds import Item
from dragoman.web.serving import Served, ServedDep

router = APIRouter()
# Statements on a page; rows of a file, which hold more than anybody reads and no more than memory bears.
PAGE, ROWS = 50, 2_000
# Characters of a statement in the title of a feed's entry.
TITLE = 200
FILES = (".csv", ".parquet")
COLUMNS = {
    "published": DAY,
    "speaker": TEXT,
    "code": TEXT,
    "party": TEXT,
    "office": TEXT,
    "kind": TEXT,
    "cue": TEXT,
    "words": TEXT,
    "about": TEXT,
    "via": TEXT,
    "via_code": TEXT,
    "report": TEXT,
    "title": TEXT,
    "publisher": TEXT,
    "url": TEXT,
    "start": WHOLE,
    "end": WHOLE,
}
# What the kinds of statements are called; the record's own names stand in addresses and files.
KINDS = {
    "direct": "word for word",
    "mixed": "partly word for word",
    "indirect": "in the report’s words",
    "belief": "what somebody believes",
    "intention": "what somebody intends",
}
Name = Annotated[str, Query(max_length=200, description="A speaker's fullest name in the report, exactly.")]
Kind = Annotated[str, Query(max_length=80, description="direct, mixed, indirect, belief or intention.")]


def asked(
    days: DaysAsked,
    by: PartyAsked = "",
    speaker: Name = "",
    about: PartyAsked = "",
    words: WordsAsked = "",
    kind: Kind = "",
    before: PageAsked = "",
) -> Asked:
    """What is asked for."""
    return Asked(
        by=by, speaker=speaker, about=about, words=words, kind=kind, first=days[0], last=days[1], before=before
    )


def many(request: Request) -> int:
    """How many are wanted: files hold more than a page."""
    return ROWS if request.url.path.endswith(FILES) else PAGE


def load(served: ServedDep, asked: Annotated[Asked, Depends(asked)], most: Annotated[int, Depends(many)]) -> Statements:
    """Who said what about whom, the newest first, by party, speaker, whom it is about, words, kind and days."""
    return statements_of(served.store, asked, served.rules, most=most)


def rows(page: Statements) -> Iterator[dict[str, Any]]:
    """A row for each statement."""
    for one in page.shown:
        yield {name: getattr(one, name) for name in COLUMNS} | {"about": ";".join(one.about)}


def feed(page: Statements) -> Iterable[Item]:
    """The statements of the page."""
    for one in page.shown:
        who = ", ".join(filter(None, (one.speaker or one.party or "Somebody", one.office)))
        yield Item(
            id=f"statement/{one.report}/{one.start}",
            title=f"{who}: {textwrap.shorten(one.words, TITLE, placeholder=' …')}",
            updated=one.published,
            link=f"/articles/{one.article}#q-{one.place}",
            summary=" – ".join(filter(None, (one.publisher, one.title))),
        )


def shown(page: Statements, served: Served) -> dict[str, Any]:
    """The question as an address has it, what kinds are called, and who spoke."""
    q = msgspec.structs.asdict(page.asked)
    address = {name: q[name] for name in ("by", "speaker", "about", "words", "kind")}
    days = {"from": page.asked.first, "until": page.asked.last}
    return {"address": address | days, "kinds": KINDS, "standing": lambda one: of_whom(one, served.names)}


def of_whom(one: Statement, names: Names) -> str:
    """What a speaker speaks for, where that says more than his name: "North Korea, government"."""
    found = names.of(one.code) if one.code else ""
    return "" if found == one.speaker else found


add_page(
    router,
    "/statements",
    load,
    turned_by="before",
    title="Statements",
    template="statements.html.jinja",
    rows=rows,
    columns=COLUMNS,
    feed=feed,
    shown=shown,
)
