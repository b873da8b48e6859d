"""The front page: what changed this week, newest events, commitments that turned, and how much was read."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup

from dragoman.edge import day_of
from dragoman.export.rows import DAY, NUMBER, TEXT, WHOLE
from dragoman.views.names import Names
from dragoman.views.overview import MONTH, WEEK, YEAR, Change, Overview, Turned, Usual, Week, overview_of
from dragoman.web.answers import add_page
from dragoman.web.charts.bars import stacked
from dragoman.web.charts.markup import element, percent, picture
from dragoman.web.charts.markup import link as linked
from dragoman.web.charts.sparks import change
from dragoman.web.feeds import Item
from dragoman.web.forms import form_token
from dragoman.web.serving import Served, ServedDep
from dragoman.web.templates import link

router = APIRouter()
# What a row tells is its `part`: a change, an event, a commitment, a publisher or a week.
COLUMNS = {
    "part": TEXT,
    "id": TEXT,
    "first": DAY,
    "last": DAY,
    "actor": TEXT,
    "recipient": TEXT,
    "kind": TEXT,
    "words": TEXT,
    "events": WHOLE,
    "reports": WHOLE,
    "usual_4_weeks": NUMBER,
    "change_4_weeks": TEXT,
    "usual_52_weeks": NUMBER,
    "change_52_weeks": TEXT,
}
# Pixels: the columns of the weeks, and the room below them for the names of months.
TALL, BELOW = 96, 18
# Share of its place that a column fills.
FILLED = 0.78
# Weeks that a name of a month needs: on a desk, and on a phone.
APART = {"wide": 4, "narrow": 13}


def load(served: ServedDep) -> Overview:
    """What changed this week against what is usual, newest events, commitments that turned, and how much was read."""
    return overview_of(served.store, served.rules)


def rows(page: Overview) -> Iterator[dict[str, Any]]:
    """All that the page lists, one below the other."""
    empty = dict.fromkeys(COLUMNS)
    yield from (empty | row for row in _changes(page))
    for one in page.newest:
        same = {name: one[name] for name in ("id", "actor", "recipient", "reports")}
        days = {name: day_of(one[name]) for name in ("first", "last")}
        yield empty | same | days | {"part": "event", "kind": one["type"], "words": one["sentence"], "events": 1}
    for turn in page.turned:
        parties = {"actor": ";".join(turn.by), "recipient": ";".join(turn.to)}
        told = {"part": "commitment", "id": turn.id, "kind": turn.kind, "words": _turn_in_words(turn)}
        yield empty | parties | told | {"first": turn.day, "last": turn.day}
    for volume in page.publishers:
        yield empty | {"part": "publisher", "id": volume.publisher, "last": page.last, "reports": volume.year}
    for week in page.weeks:
        yield empty | {"part": "week", "first": week.first, "last": week.last, "reports": week.reports}


def _changes(page: Overview) -> Iterator[dict[str, Any]]:
    for one in page.changes:
        counted = {"actor": one.actor, "recipient": one.recipient, "events": one.events, "reports": one.reports}
        against = {"usual_4_weeks": one.month, "usual_52_weeks": one.year}
        usual = {name: round(each.events, 2) if each else None for name, each in against.items()}
        words = {name.replace("usual", "change"): each.word if each else "" for name, each in against.items()}
        yield {"part": "change", "first": page.week, "last": page.last, "kind": one.quad} | counted | usual | words


def _turn_in_words(turn: Turned) -> str:
    return f"{turn.content}: {turn.before or 'not known'}, now {turn.standing}"


def feed(page: Overview) -> Iterable[Item]:
    """The commitments that turned, and the newest events."""
    for turn in page.turned:
        yield Item(
            id=f"turn/{turn.id}/{turn.day}",
            title=_turn_in_words(turn),
            updated=turn.day,
            link=f"/ledger/{turn.id}",
            summary=turn.sentence,
        )
    for one in page.newest:
        yield Item(
            id=f"event/{one['id']}",
            title=f"{one['actor']} {one['type']} {one['recipient']}",
            updated=day_of(one["first"]),
            link=f"/events/{one['id']}",
            summary=one["sentence"],
        )


# Pictures


def shown(page: Overview, served: Served) -> dict[str, Any]:
    """The pictures of the page, and what the form of an empty store needs."""
    most = max((max([one.events, *(each.events for each in _usual(one))]) for one in page.changes), default=0)
    return {
        "form_token": form_token,
        "bullets": [_bullet(one, most, served.names) for one in page.changes],
        "columns": columns(page.weeks),
        "since": since(page.last),
        "strip": stacked(
            page.totals.standings,
            title="How all commitments stand",
            link_to=lambda standing: link("/ledger", standing=standing),
        ),
    }


def since(last: datetime.date | None) -> dict[str, datetime.date]:
    """The first day of the spans of which reports are counted by publisher, up to the day of the last report."""
    spans = {"week": 1, "month": MONTH, "year": YEAR}
    return {name: last - weeks * WEEK + datetime.timedelta(days=1) for name, weeks in spans.items()} if last else {}


def _usual(one: Change) -> list[Usual]:
    return [each for each in (one.month, one.year) if each]


def _bullet(one: Change, most: float, names: Names) -> Markup:
    """This week as a bar, the four weeks before as a stroke."""
    if one.month is None:
        return Markup("")
    told = f"{names.of(one.actor)} to {names.of(one.recipient)}: {one.events}, usually {one.month.events:.1f}"
    return change(one.events, one.month.events, title=told, most=most)


def columns(weeks: tuple[Week, ...]) -> Markup:
    """How many reports each week had, as columns, each with a link to them."""
    most, whole = max((week.reports for week in weeks), default=0) or 1, len(weeks) or 1
    drawn, over = [], []
    for number, week in enumerate(weeks):
        tall, left = TALL * week.reports / most, number / whole
        place = {"x": percent(left), "width": percent(FILLED / whole)}
        drawn.append(element("rect", place | {"y": TALL - tall, "height": tall, "class": "filled"}))
        hit = element("rect", {"x": percent(left), "width": percent(1 / whole), "y": 0, "height": TALL, "class": "hit"})
        address = link("/articles", **{"from": week.first, "until": week.last})
        over.append(linked(address, f"{week.first} to {week.last}: {week.reports:,} reports", hit))
    axis = element("line", {"x1": 0, "x2": "100%", "y1": TALL, "y2": TALL, "class": "axis"})
    told = "; ".join(f"{week.first}: {week.reports:,}" for week in weeks)
    return picture("weeks", ("100%", TALL + BELOW), "Reports by week", told, *drawn, axis, *_months(weeks), over=over)


def _months(weeks: tuple[Week, ...]) -> Iterator[Markup]:
    """The names of months below the weeks in which they begin, as many as there is room for."""
    for screen, apart in APART.items():
        named = -apart
        for number, week in enumerate(weeks[:-2]):
            day = next((day for day in (week.first, week.last) if day.day <= 7), None)
            if day and number - named >= apart:
                words = f"{day:%b}" if named >= 0 and day.month > 1 else f"{day:%b %Y}"
                named = number
                place = {"x": percent(number / len(weeks)), "y": TALL + 14, "class": f"tick {screen}"}
                yield element("text", place, words)


add_page(
    router,
    "/",
    load,
    title="Overview",
    template="overview.html.jinja",
    rows=rows,
    columns=COLUMNS,
    feed=feed,
    shown=shown,
)
