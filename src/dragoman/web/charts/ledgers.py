"""The ledger over time: a line for each commitment from the day on which it was made to that which decided it."""

import datetime
from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup

from dragoman.export.pages import day_in_words
from dragoman.ledger.standing import deciding_entry
from dragoman.records import Account, Standing
from dragoman.web.charts.inks import standing_ink, stripes
from dragoman.web.charts.markup import NARROW, NOTHING, WIDE, cut, element, joined, link, percent, picture
from dragoman.web.charts.scales import Times

Told = Sequence[tuple[Account, Standing]]
# Commitments that one picture can show; pixels: a row, where its line is, the days at the lower end.
MOST, ROW, LINE, FOOT = 60, 40, 26, 20
# Pixels that the standing and its day take at the right end of a row.
STANDS = {"wide": 170.0, "narrow": 95.0}
# A day is written where it has room before the right end.
ROOM = 0.9


def ledger_lines(
    told: Told,
    *,
    on: datetime.date,
    days: tuple[datetime.date | None, datetime.date | None] = (None, None),
    link_to: Callable[[Account], str] | None = None,
    name: Callable[[str], str] = str,
    key: str = "ledger",
) -> Markup:
    """Commitments as they stand on a day; what is open goes on to that day as a row of dots.

    `days` are the ends of the time axis, `name` gives the name of a code. `key` begins the ids of what the picture
    needs for itself: no two of a page have the same.
    """
    shown = told[:MOST]
    times = Times(*_ends(shown, days, on), left=0.01, right=0.99)
    rows = [joined(_draw_row(number, *one, times, on, name, key)) for number, one in enumerate(shown)]
    over = [_row_link(number, *one, on, link_to, name) for number, one in enumerate(shown)]
    height = ROW * len(shown)
    title = f"Commitments as they stand on {day_in_words(on)}"
    telling = f"{len(shown)} of {len(told)} commitments, each from the day on which it was made to what decided it."
    guides = joined(_guides(times, height))
    return picture("ledger", ("100%", height + FOOT), title, telling, stripes(key), guides, *rows, over=over)


def _ends(
    shown: Told, days: tuple[datetime.date | None, datetime.date | None], on: datetime.date
) -> tuple[datetime.date, datetime.date]:
    """The ends of the time axis: those asked for, else from the first making to the day that is looked at."""
    first = days[0] or min((account.entries[0].day for account, _ in shown), default=on)
    last = days[1] or on
    return min(first, last), max(first, last)


def _guides(times: Times, height: float) -> Iterator[Markup]:
    for tick in times.ticks():
        share = times.at(tick.day)
        x, screens = percent(share), f" {tick.screens}".rstrip()
        yield element("line", {"x1": x, "x2": x, "y1": 0, "y2": height, "class": f"guide{screens}"})
        if share <= ROOM:
            yield element("text", {"x": x, "dx": 3, "y": height + 14, "class": f"tick{screens}"}, tick.words)


def _draw_row(
    number: int,
    account: Account,
    standing: Standing,
    times: Times,
    on: datetime.date,
    name: Callable[[str], str],
    key: str,
) -> Iterator[Markup]:
    top = ROW * number
    decided = deciding_entry(account, on)
    for screens, pixels in (("wide", WIDE), ("narrow", NARROW)):
        words = cut(label_of(account, name), pixels - STANDS[screens])
        yield element("text", {"x": 0, "y": top + 14, "class": f"row {screens}"}, words)
        stands = f"{standing}, {day_in_words(decided.day)}" if decided and screens == "wide" else standing
        place = {"x": "100%", "y": top + 14, "text-anchor": "end", "class": f"stands {screens}"}
        yield element("text", place, stands)
    ink = standing_ink(account.kind, standing, key)
    yield _draw_line(
        top + LINE, times, account.entries[0].day, decided.day if decided else on, ink, decided is not None
    )


def _draw_line(
    y: float, times: Times, made: datetime.date, ended: datetime.date, ink: dict[str, str], is_decided: bool
) -> Markup:
    """A line with a dot where the words were said and a square where they were decided; open, it is a row of dots."""
    left, right = times.at(made), max(times.at(made), times.at(ended))
    ends = {"x1": percent(left), "x2": percent(right), "y1": y, "y2": y}
    line = element("line", ends | {"class": "course" if is_decided else "course open"})
    dot = element("circle", {"cx": percent(left), "cy": y, "r": 4} | ink) if made >= times.first else NOTHING
    box = element("rect", {"x": -4, "y": y - 4, "width": 8, "height": 8, **ink})
    square = element("svg", {"x": percent(right), "overflow": "visible"}, box) if is_decided else NOTHING
    return joined((line, dot, square))


def label_of(account: Account, name: Callable[[str], str]) -> str:
    """Who binds themselves to whom, and to what."""
    by, to = (", ".join(name(code) for code in codes) for codes in (account.by, account.to))
    return f"{by}{f' to {to}' if to else ''}, {account.kind}: {account.content}"


def _row_link(
    number: int,
    account: Account,
    standing: Standing,
    on: datetime.date,
    link_to: Callable[[Account], str] | None,
    name: Callable[[str], str],
) -> Markup:
    """A link over a row; made on which day, decided on which, and how it stands."""
    decided = deciding_entry(account, on)
    until = f", {standing} {day_in_words(decided.day)}" if decided else f", {standing}"
    title = f"{label_of(account, name)} (made {day_in_words(account.entries[0].day)}{until})"
    row = element("rect", {"x": 0, "width": "100%", "y": ROW * number, "height": ROW, "class": "hit"})
    return link(link_to(account) if link_to else "", title, row)
