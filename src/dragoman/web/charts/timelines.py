"""Words and deeds on one time axis: a panel for each direction, with terms of leaders and what made the peaks."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence

from markupsafe import Markup

from dragoman.export.pages import days_in_words
from dragoman.export.panels import Every
from dragoman.web.charts.inks import ink, stripes
from dragoman.web.charts.markup import NOTHING, element, joined, percent, picture
from dragoman.web.charts.panels import Band, Panel, Peak, Shared, draw_panel, height_of, in_words
from dragoman.web.charts.scales import Times
from dragoman.web.charts.steps import (
    DAYS,
    Bar,
    Length,
    Step,
    Way,
    bars_of,
    halves,
    last_of,
    length_drawn,
    start_of,
    ways_of,
)

Days = tuple[datetime.date | None, datetime.date | None]
# Pixels: the line that says what the colours are, the days at the lower end, what keeps panels apart.
KEY, FOOT, APART = 30, 22, 22
# Behind this share of the width stand the numbers of the vertical axis.
RIGHT = 0.94
# A day is written where it has room before the right end, on a desk and on a phone.
ROOM = {"": 0.86, "wide": 0.93, "narrow": 0.86}
# Bars narrower than this share have no line around them: the line would be all that is seen.
FINE = 0.006


def timeline(
    steps: Iterable[Step],
    *,
    days: Days,
    every: Every,
    bands: Iterable[Band] = (),
    peaks: Iterable[Peak] = (),
    link: Callable[[str, str, datetime.date, datetime.date], str] | None = None,
    name: Callable[[str], str] = str,
    read: Mapping[datetime.date, int] | None = None,
    key: str = "timeline",
) -> Markup:
    """For each direction words above the line and deeds below, cooperation next to it and conflict beyond.

    `days` are the ends of the time axis, `link` gives the address of the events of one party to another in some days,
    `name` the name of a code. With `read`, how many reports were read on each day or in each step, heights are events
    for each 100 of them. `key` begins the ids of what the picture needs for itself: no two of a page have the same.
    Steps are joined to longer ones where there are too many to draw; what the picture says of itself says so.
    """
    told = list(steps)
    if not told and None in days:
        return picture("timeline", ("100%", KEY), "Words and deeds", "Nothing was counted.")
    length, times = _axis(told, days, every)
    bars = bars_of(told, times, (every, length), read)
    ways = ways_of(told)
    shared = Shared(times, length, _tallest(bars.values()), key, link, name, is_rate=read is not None)
    panels = _panels(ways, bars, list(bands), list(peaks))
    drawn, over, height = _stacked(panels, shared)
    title = f"Words and deeds {_between(ways, name)}by {length}, {days_in_words(times.first, times.last)}"
    telling = " ".join(in_words(panel, shared) for panel in panels) or "Nothing was counted."
    kind = "timeline" if DAYS[length] / times.length > FINE else "timeline fine"
    parts = (stripes(key), _key(shared), *drawn, _foot(times, height))
    return picture(kind, ("100%", height + FOOT), title, telling, *parts, over=over)


def _axis(steps: Sequence[Step], days: Days, every: Every) -> tuple[Length, Times]:
    """How long the steps drawn are, and the time axis: from the days asked for, or the steps', to whole steps."""
    known = [*(step.first for step in steps), *(day for day in days if day)]
    first, last = sorted((days[0] or min(known), days[1] or max(known)))
    length = length_drawn(every, Times(first, last))
    return length, Times(start_of(first, length), last_of(start_of(last, length), length), right=RIGHT)


def _tallest(sides: Iterable[Sequence[Bar]]) -> tuple[float, float]:
    """The most words and the most deeds of any step; all panels are drawn to one scale."""
    each = [half for bars in sides for half in halves(bars)]
    return max((words for words, _ in each), default=0), max((deeds for _, deeds in each), default=0)


def _panels(
    ways: Iterable[Way], bars: Mapping[Way, list[Bar]], bands: Sequence[Band], peaks: Sequence[Peak]
) -> list[Panel]:
    """A panel for each direction, with the terms of those who led who acts."""
    return [
        Panel(
            way,
            bars.get(way, ()),
            [band for band in bands if band.party == way[0]],
            [peak for peak in peaks if (peak.actor, peak.recipient) == way],
        )
        for way in ways
    ]


def _stacked(panels: Sequence[Panel], shared: Shared) -> tuple[list[Markup], list[Markup], float]:
    """The panels, one below the other, what lies upon them, and the height of the picture so far."""
    drawn: list[Markup] = []
    over: list[Markup] = []
    top = float(KEY)
    for panel in panels:
        height = height_of(panel, shared)
        place = {"y": top, "width": "100%", "height": height, "overflow": "visible"}
        for into, part in zip((drawn, over), draw_panel(panel, shared), strict=True):
            into.append(element("svg", place, part))
        top += height + APART
    return drawn, over, top - APART if panels else top


def _between(ways: Sequence[Way], name: Callable[[str], str]) -> str:
    if not ways:
        return ""
    actor, recipient = ways[0]
    return f"between {name(actor)} and {name(recipient)} " if recipient else f"of {name(actor)} "


def _key(shared: Shared) -> Markup:
    """What the colours are and what the heights count; beside the bars it would be in their way."""
    parts = []
    for x, side in ((0, "cooperation"), (118, "conflict")):
        for place, strength in enumerate(("verbal", "material")):
            box = {"x": x + 9 * place, "y": 3, "width": 9, "height": 10}
            parts.append(element("rect", {**box, **ink(f"{strength}-{side}", shared.key)}))
        parts.append(element("text", {"x": x + 23, "y": 12, "class": "label"}, side))
    whats = (
        (("events per 100 reports read", "wide"), ("per 100 reports", "narrow"))
        if shared.is_rate
        else (("events", ""),)
    )
    for what, screens in whats:
        unit = {"x": "100%", "y": 12, "text-anchor": "end", "class": f"unit {screens}".strip()}
        parts.append(element("text", unit, f"{what} by {shared.length}"))
    return joined(parts)


def _foot(times: Times, top: float) -> Markup:
    """The days at the lower end."""
    drawn = []
    for tick in times.ticks():
        if times.at(tick.day) <= ROOM[tick.screens]:
            place = {"x": percent(times.at(tick.day)), "dx": 3, "y": top + 15, "class": f"tick {tick.screens}".strip()}
            drawn.append(element("text", place, tick.words))
    return joined(drawn) if drawn else NOTHING
