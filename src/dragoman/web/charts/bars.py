"""Level bars: how much there is of each of several things, and how one whole falls into parts."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from markupsafe import Markup

from dragoman.export.panels import QUADS
from dragoman.records import CommitmentKind, Standing
from dragoman.web.charts.inks import STANDINGS, quad_ink, standing_ink, stripes
from dragoman.web.charts.markup import LETTER, NARROW, NOTHING, WIDE, cut, element, joined, link, percent, picture

# Pixels: a row, the bar in it, the thinner bar upon that; a strip and the words over it.
ROW, BAR, INNER, STRIP, OVER = 24, 14, 8, 14, 18
# Shares of the width: where the bars begin, and where the longest ends.
LEFT, RIGHT = 0.34, 0.8


class Row(NamedTuple):
    """One of several things: distinct events and reports of it, and where they stand; events by quad class if known."""

    label: str
    events: int
    reports: int
    address: str = ""
    quads: Mapping[str, int] | None = None


def bars(rows: Iterable[Row], *, title: str, key: str = "bars") -> Markup:
    """For each row two bars in one: hollow for the reports, filled for the distinct events that they tell.

    `key` begins the ids of what the picture needs for itself: no two of a page have the same.
    """
    told = list(rows)
    most = max((row.reports for row in told), default=0) or 1
    drawn = [joined(_draw_row(row, number, most, key)) for number, row in enumerate(told)]
    over = [_row_link(row, number) for number, row in enumerate(told)]
    telling = "; ".join(f"{row.label}: {_counts(row)}" for row in told)
    return picture("bars", ("100%", ROW * len(told)), title, telling, stripes(key), *drawn, over=over)


def _draw_row(row: Row, number: int, most: int, key: str) -> Iterable[Markup]:
    top, scale = ROW * number, (RIGHT - LEFT) / most
    for screens, pixels in (("wide", WIDE), ("narrow", NARROW)):
        words = cut(row.label, pixels * LEFT - LETTER)
        yield element("text", {"x": 0, "y": top + 16, "class": f"row {screens}"}, words)
    hollow = {"x": percent(LEFT), "width": percent(scale * row.reports), "y": top + 5, "height": BAR}
    yield element("rect", hollow | {"class": "hollow"})
    at = LEFT
    for events, filled in _filled(row, key):
        width = scale * events
        place = {"x": percent(at), "width": percent(width), "y": top + 5 + (BAR - INNER) / 2, "height": INNER}
        yield element("rect", place | filled)
        at += width
    for screens, words in (("wide", _counts(row)), ("narrow", f"{row.events:,} / {row.reports:,}")):
        end = {"x": "100%", "y": top + 16, "text-anchor": "end", "class": f"number {screens}"}
        yield element("text", end, words)


def _filled(row: Row, key: str) -> Iterable[tuple[int, dict[str, str]]]:
    if row.quads is None:
        return [(row.events, {"class": "filled"})]
    return [(row.quads[quad], quad_ink(quad, key)) for quad in QUADS.values() if row.quads.get(quad)]


def _row_link(row: Row, number: int) -> Markup:
    place = {"x": 0, "width": "100%", "y": ROW * number, "height": ROW, "class": "hit"}
    return link(row.address, f"{row.label}: {_counts(row)}", element("rect", place))


def _counts(row: Row) -> str:
    events, reports = ("" if number == 1 else "s" for number in (row.events, row.reports))
    return f"{row.events:,} event{events} in {row.reports:,} report{reports}"


def stacked(
    counts: Mapping[Standing, int],
    *,
    title: str,
    link_to: Callable[[Standing], str] | None = None,
    kind: CommitmentKind | None = None,
    key: str = "standings",
) -> Markup:
    """How commitments stand, as parts of one strip, each with its number and name where these have room.

    `kind` is that of all of them, where they are of one. `key` begins the ids of what the picture needs for itself.
    """
    known = [(standing, counts[standing]) for standing in STANDINGS if counts.get(standing)]
    whole, at = sum(number for _, number in known) or 1, 0.0
    drawn, over = [], []
    for standing, number in known:
        share = number / whole
        place = {"x": percent(at), "width": percent(share), "y": OVER, "height": STRIP}
        drawn.append(element("rect", place | standing_ink(kind, standing, key)))
        drawn.append(joined(_part_label(f"{number:,} {standing}", f"{number:,}", at, share)))
        hit = element("rect", place | {"y": 0, "height": OVER + STRIP, "class": "hit"})
        over.append(link(link_to(standing) if link_to else "", f"{standing}: {number:,}", hit))
        at += share
    telling = ", ".join(f"{standing} {number:,}" for standing, number in known) or "nothing"
    return picture("stacked", ("100%", OVER + STRIP), title, telling, stripes(key), *drawn, over=over)


def _part_label(words: str, number: str, at: float, share: float) -> Iterable[Markup]:
    """Number and name, or the number alone, or nothing: what has room over a part, on a desk and on a phone."""
    for screens, pixels in (("wide", WIDE), ("narrow", NARROW)):
        room = pixels * share - 4
        fitting = next((one for one in (words, number) if LETTER * len(one) <= room), "")
        place = {"x": percent(at), "y": OVER - 6, "class": f"part {screens}"}
        yield element("text", place, fitting) if fitting else NOTHING
