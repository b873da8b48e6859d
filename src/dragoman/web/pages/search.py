"""Search: events by words, parties, type, status, days and publisher; reports by the words that stand in them."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Depends, Query, Request

from dragoman.edge import day_of
from dragoman.export.rows import DAY, TEXT, WHOLE
from dragoman.views.finding import Asked, FoundReports, Search, reports_of, search_of
from dragoman.web.answers import add_page
from dragoman.web.feeds import Item
from dragoman.web.serving import ServedDep

router = APIRouter()
# Events or reports on a page, and in a file: more than anybody reads, no more than memory bears. For a report the words
# around what was looked for are cut out of its text, which takes the better part of a millisecond.
PAGE, ROWS, REPORTS = 50, 5_000, 300
FILES = (".csv", ".parquet")
COLUMNS = {
    "id": TEXT,
    "first": DAY,
    "last": DAY,
    "date_from": TEXT,
    "type": TEXT,
    "mode": TEXT,
    "quad": TEXT,
    "status": TEXT,
    "actor": TEXT,
    "recipient": TEXT,
    "reports": WHOLE,
    "publishers": WHOLE,
    "sentence": TEXT,
}
REPORT_COLUMNS = {"id": TEXT, "published": DAY, "publisher": TEXT, "title": TEXT, "excerpt": TEXT}


def many(request: Request) -> int:
    """How many are wanted: files hold more than a page."""
    return ROWS if request.url.path.endswith(FILES) else PAGE


# No pattern and no list of values bars anything here: what is not understood is told on the page, beside the form.
Text = Annotated[str, Query()]
Words = Annotated[str, Query(description='Words that all stand in a sentence; "several words" in quotes are a phrase.')]
Party = Annotated[str, Query(description="A party: a code, or a name like North Korea.")]
Place = Annotated[str, Query(description="Where the page begins, as `next` of the page before has it.")]
Many = Annotated[int, Depends(many)]


def many_reports(request: Request) -> int:
    """The same of reports."""
    return min(REPORTS, many(request))


def asked(
    words: Words = "",
    party: Party = "",
    side: Annotated[str, Query(description="Where the party stands: either, actor or recipient.")] = "either",
    other: Annotated[str, Query(description="A party on the other side.")] = "",
    actor: Annotated[str, Query(description="The same as party with side=actor.")] = "",
    recipient: Annotated[str, Query(description="With actor the other party, else party with side=recipient.")] = "",
    type: Annotated[str, Query(description="A type of event: CONSULT, ASSAULT ...")] = "",
    quad: Annotated[str, Query(description="A quad class: verbal_cooperation ... material_conflict.")] = "",
    status: Annotated[str, Query(description="A status, or happened: occurred or ongoing.")] = "",
    publisher: Text = "",
    since: Annotated[str, Query(alias="from", description="First day, YYYY-MM-DD.")] = "",
    until: Annotated[str, Query(description="Last day, included.")] = "",
    before: Place = "",
) -> Asked:
    """What is asked for, with actor and recipient as the form has them."""
    if actor:
        party, side, other = actor, "actor", recipient or other
    elif recipient:
        party, side = recipient, "recipient"
    return Asked(
        words=words,
        party=party,
        side=side or "either",
        other=other,
        type=type,
        quad=quad,
        status=status,
        publisher=publisher,
        first=since,
        last=until,
        before=before,
    )


def load(served: ServedDep, asked: Annotated[Asked, Depends(asked)], most: Many) -> Search:
    """Distinct events by words, parties, type, status, days and publisher, the newest first, and what they are."""
    return search_of(served.store, asked, served.rules, most=most, counting=most == PAGE)


def rows(page: Search) -> Iterator[dict[str, Any]]:
    """The events that were found."""
    for hit in page.events:
        told = msgspec.structs.asdict(hit)
        days = {name: day_of(told[name]) for name in ("first", "last")}
        yield {name: told[name] for name in COLUMNS} | days


def feed(page: Search) -> Iterable[Item]:
    """The events that were found."""
    for hit in page.events:
        yield Item(
            id=f"event/{hit.id}",
            title=f"{hit.actor} {hit.type} {hit.recipient}",
            updated=day_of(hit.first),
            link=f"/events/{hit.id}",
            summary=hit.sentence,
        )


def load_reports(served: ServedDep, most: Annotated[int, Depends(many_reports)], words: Words = "") -> FoundReports:
    """Reports in which all words stand, the newest first."""
    return reports_of(served.store, words, most=most)


def report_rows(page: FoundReports) -> Iterator[dict[str, Any]]:
    """The reports that were found."""
    for report in page.reports:
        told = msgspec.structs.asdict(report)
        yield {name: told[name] for name in REPORT_COLUMNS} | {"published": day_of(report.published)}


def report_feed(page: FoundReports) -> Iterable[Item]:
    """The reports that were found."""
    for report in page.reports:
        yield Item(
            id=f"report/{report.id}",
            title=report.title or "",
            updated=day_of(report.published),
            link=f"/articles?{urlencode({'id': report.id})}",
            summary=report.excerpt,
        )


add_page(
    router,
    "/search",
    load,
    turned_by="before",
    title="Events",
    template="search.html.jinja",
    rows=rows,
    columns=COLUMNS,
    feed=feed,
)
add_page(
    router,
    "/search/reports",
    load_reports,
    title="Reports",
    template="search_reports.html.jinja",
    rows=report_rows,
    columns=REPORT_COLUMNS,
    feed=report_feed,
)
