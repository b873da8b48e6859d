"""One direction of a dyad over time: its bars, the terms of those who led it, and what made its peaks."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from markupsafe import Markup

from dragoman.export.pages import day_in_words, days_in_words
from dragoman.export.panels import QUADS
from dragoman.web.charts.inks import QUAD_WORDS, quad_ink
from dragoman.web.charts.markup import LETTER, NARROW, NOTHING, WIDE, cut, element, joined, link, percent, short
from dragoman.web.charts.scales import Times, steps_to
from dragoman.web.charts.steps import DEEDS, WORDS, Bar, Length, Way

# Pixels: who does it to whom; a row of terms; a row of what made peaks; words and deeds together; the least of each.
HEAD, TERM, PEAK, BODY, LEAST = 24, 17, 17, 132, 22
# Pixels between numbers at the edge, at the least, and between the line and the first of them.
BETWEEN, BESIDE = 30, 17
# What made a peak is told in so many letters.
LETTERS = 52
# Share of the width by which terms may overlap and still stand in one row: one leads on the day on which another ends.
OVERLAP = 0.008


class Band(Protocol):
    """The term of one who led a party; `last` is None while it lasts."""

    @property
    def party(self) -> str:
        """The code of the party."""

    @property
    def name(self) -> str:
        """Who led it."""

    @property
    def first(self) -> datetime.date:
        """From which day on."""

    @property
    def last(self) -> datetime.date | None:
        """Until which day, that day included."""


class Peak(NamedTuple):
    """A step that stands out, by its first day, and what made it: a few words and where more of it stands."""

    actor: str
    recipient: str
    first: datetime.date
    label: str
    address: str


class Panel(NamedTuple):
    """One direction: what is drawn in it."""

    way: Way
    bars: Sequence[Bar]
    bands: Sequence[Band]
    peaks: Sequence[Peak]


class Shared(NamedTuple):
    """What all panels of a picture have in common; `tallest` are the most words and the most deeds of a step."""

    times: Times
    length: Length
    tallest: tuple[float, float]
    key: str
    link: Callable[[str, str, datetime.date, datetime.date], str] | None
    name: Callable[[str], str]
    is_rate: bool

    def scale(self) -> float:
        """Pixels for one event."""
        return BODY / (sum(self.tallest) or 1)

    def halves(self) -> tuple[float, float]:
        """Pixels above the line and below it."""
        up, down = (max(LEAST, self.scale() * most) for most in self.tallest)
        return up, down


class Placed(NamedTuple):
    """A piece of a row: where it begins and ends, as shares of the width, and in which row it has room."""

    left: float
    right: float
    row: int


def placed(pieces: Sequence[tuple[float, float]], overlap: float = 0) -> list[Placed]:
    """Pieces in as few rows as they need so that none covers another; each in the first row that has room for it.

    >>> [piece.row for piece in placed([(0, 0.5), (0.4, 0.8), (0.6, 1)])]
    [0, 1, 0]
    """
    found: list[Placed] = []
    for left, right in pieces:
        taken = {one.row for one in found if one.left < right - overlap and left < one.right - overlap}
        row = next(row for row in range(len(found) + 1) if row not in taken)
        found.append(Placed(left, right, row))
    return found


def height_of(panel: Panel, shared: Shared) -> float:
    """How many pixels high a panel is."""
    return _top_of_bars(panel, shared) + sum(shared.halves())


def _top_of_bars(panel: Panel, shared: Shared) -> float:
    terms = [place for _, place in _terms(panel, shared)]
    labels = [place for _, place in _labels(panel, shared)]
    return HEAD + TERM * _rows(terms) + PEAK * _rows(labels)


def _rows(pieces: Sequence[Placed]) -> int:
    return max((place.row + 1 for place in pieces), default=0)


def draw_panel(panel: Panel, shared: Shared) -> tuple[Markup, Markup]:
    """A panel from its own upper edge on, and what lies upon it to be pointed at."""
    up, down = shared.halves()
    line = _top_of_bars(panel, shared) + up
    actor, recipient = panel.way
    head = f"{shared.name(actor)} to {shared.name(recipient) or 'all others'}"
    terms, peaks = list(_draw_terms(panel, shared, line + down)), list(_draw_peaks(panel, shared, line))
    drawn = (
        element("text", {"x": 0, "y": 14, "class": "heading"}, head),
        *(drawn for drawn, _ in terms),
        *_draw_scale(shared, line),
        _stretched(shared, line, *(_draw_quad(quad, panel.bars, shared) for quad in (*WORDS, *DEEDS))),
        _horizontal(line, "axis"),
        *(_side(line + 12 * place - 4, words) for place, words in ((0, "words"), (1.4, "deeds"))),
        *(drawn for drawn, _ in peaks),
    )
    over = (
        *(over for _, over in terms),
        _stretched(shared, line, *_links(panel, shared)),
        *(over for _, over in peaks),
    )
    return joined(drawn), joined(over)


def _side(y: float, words: str) -> Markup:
    return element("text", {"x": "100%", "y": y, "text-anchor": "end", "class": "side"}, words)


def _horizontal(y: float, kind: str, right: float = 1) -> Markup:
    return element("line", {"x1": 0, "x2": percent(right), "y1": y, "y2": y, "class": kind})


def _draw_scale(shared: Shared, line: float) -> Iterator[Markup]:
    """Thin lines at round numbers, above and below, and at the days that are written below."""
    up, down = shared.halves()
    for tick in shared.times.ticks():
        x = percent(shared.times.at(tick.day))
        guide = {"x1": x, "x2": x, "y1": line - up, "y2": line + down, "class": f"guide {tick.screens}".strip()}
        yield element("line", guide)
    most = max(shared.tallest)
    for value in steps_to(most, max(up, down) / BETWEEN, 0 if shared.is_rate else 1):
        for sign, half in ((-1, up), (1, down)):
            height = value * shared.scale()
            if BESIDE <= height <= half + 0.1:
                yield _horizontal(line + sign * height, "grid", shared.times.right)
                edge = {"x": "100%", "y": line + sign * height + 4, "text-anchor": "end", "class": "number"}
                yield element("text", edge, f"{int(value):,}" if value == int(value) else short(value, 2))


def _stretched(shared: Shared, line: float, *inside: Markup) -> Markup:
    """A space whose unit across is a day, which the browser stretches to the picture's width."""
    up, down = shared.halves()
    size = {"y": line - up, "width": percent(shared.times.right), "height": up + down}
    view = {"viewBox": f"0 0 {shared.times.length} {short(up + down)}", "preserveAspectRatio": "none"}
    return element("svg", size | view, *inside)


def _draw_quad(quad: str, bars: Sequence[Bar], shared: Shared) -> Markup:
    """One quad class of all bars as one shape."""
    up, scale = shared.halves()[0], shared.scale()
    nearer, _ = WORDS if quad in WORDS else DEEDS
    shape = []
    for bar in bars:
        if height := scale * bar.height((quad,)):
            base = 0 if quad == nearer else scale * bar.height((nearer,))
            top = up - base - height if quad in WORDS else up + base
            shape.append(_box(bar, shared.times, top, height))
    return element("path", quad_ink(quad, shared.key) | {"d": "".join(shape)})


def _box(bar: Bar, times: Times, top: float, height: float) -> str:
    """A rectangle as a path: as wide as its days within the time shown."""
    left = max(bar.first, times.first).toordinal() - times.first.toordinal()
    width = min(bar.last, times.last).toordinal() - times.first.toordinal() + 1 - left
    return f"M{left} {short(top)}h{width}v{short(height)}h-{width}z"


def _links(panel: Panel, shared: Shared) -> Iterator[Markup]:
    """Over each step a link to what was done in it; the whole height of the panel can be pointed at."""
    actor, recipient = panel.way
    height = sum(shared.halves())
    for bar in panel.bars:
        address = shared.link(actor, recipient, bar.first, bar.last) if shared.link else ""
        shape = element("path", {"class": "hit", "d": _box(bar, shared.times, 0, height)})
        yield link(address, f"{_days(bar)}: {_counts(bar)}", shape)


def _days(bar: Bar) -> str:
    return days_in_words(bar.first, bar.last)


def _counts(bar: Bar) -> str:
    """What was counted, in words: both distinct events and reports."""
    events, reports = sum(bar.events.values()), sum(bar.reports.values())
    parts = ", ".join(f"{QUAD_WORDS[quad]} {bar.events[quad]:,}" for quad in QUADS.values() if bar.events.get(quad))
    read = "" if bar.read is None else f"; {bar.read:,} reports were read in that time"
    return f"{_many(events, 'event')} in {_many(reports, 'report')}" + (f" ({parts})" if parts else "") + read


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def in_words(panel: Panel, shared: Shared) -> str:
    """A panel for those who cannot see it: what was counted in all, and when the most."""
    whole = Bar(shared.times.first, shared.times.last, _added(panel, "events"), _added(panel, "reports"))
    head = f"{shared.name(panel.way[0])} to {shared.name(panel.way[1]) or 'all others'}: {_counts(whole)}"
    most = max(panel.bars, key=lambda bar: sum(bar.events.values()), default=None)
    return head + (f"; the most in the {shared.length} of {_days(most)}." if most and len(panel.bars) > 1 else ".")


def _added(panel: Panel, of: str) -> dict[str, int]:
    return {quad: sum(getattr(bar, of).get(quad, 0) for bar in panel.bars) for quad in QUADS.values()}


def _terms(panel: Panel, shared: Shared) -> list[tuple[Band, Placed]]:
    """The terms that lie at least in part within the time shown, those of one time in different rows."""
    first, last = shared.times.first, shared.times.last
    within = [band for band in panel.bands if band.first <= last and (band.last is None or band.last >= first)]
    ordered = sorted(within, key=lambda band: (band.first, band.name))
    pieces = [(shared.times.at(band.first), shared.times.behind(band.last or last)) for band in ordered]
    return list(zip(ordered, placed(pieces, OVERLAP), strict=True))


def _draw_terms(panel: Panel, shared: Shared, bottom: float) -> Iterator[tuple[Markup, Markup]]:
    for band, place in _terms(panel, shared):
        y = HEAD + TERM * place.row
        width = place.right - place.left
        box = {"x": percent(place.left), "width": percent(width), "y": y, "height": TERM - 3}
        begins = {"x1": percent(place.left), "x2": percent(place.left), "y1": y, "y2": bottom, "class": "begins"}
        begun = element("line", begins) if shared.times.first < band.first else NOTHING
        term = element("rect", box | {"class": "term"})
        names = element("svg", box | {"overflow": "hidden"}, *_names(band.name, width))
        over = element("rect", box | {"class": "hit"}, element("title", {}, _term_in_words(band)))
        yield joined((term, begun, names)), over


def _term_in_words(band: Band) -> str:
    until = f"to {day_in_words(band.last)}" if band.last else "on"
    return f"{band.name}, from {day_in_words(band.first)} {until}"


def _names(name: str, width: float) -> Iterator[Markup]:
    """A name as long as it has room, on a desk and on a phone; it never leaves its box."""
    wide, narrow = (cut(name, pixels * width - 8) for pixels in (WIDE, NARROW))
    if wide == narrow:
        yield element("text", {"x": 4, "y": 11, "class": "name"}, wide)
        return
    for screens, words in (("wide", wide), ("narrow", narrow)):
        if words:
            yield element("text", {"x": 4, "y": 11, "class": f"name {screens}"}, words)


def _labels(panel: Panel, shared: Shared) -> list[tuple[Peak, Placed]]:
    """Where what made the peaks is written: to the right of them or, near the right end, to the left.

    Those that reach farther over others are placed first and stand above them, so that no line crosses words.
    """
    rightward: list[tuple[Peak, tuple[float, float]]] = []
    leftward: list[tuple[Peak, tuple[float, float]]] = []
    for peak in sorted(panel.peaks, key=lambda peak: peak.first, reverse=True):
        at = shared.times.at(peak.first)
        width = (len(cut(peak.label, LETTER * LETTERS)) + 2) * LETTER / WIDE
        is_covered = any(left < at for _, (left, _) in leftward) and width <= at
        if at + width > 1 or is_covered:
            leftward.append((peak, (at - width, at)))
        else:
            rightward.insert(0, (peak, (at, at + width)))
    found = [*rightward, *leftward]
    return list(zip((peak for peak, _ in found), placed([piece for _, piece in found]), strict=True))


def _draw_peaks(panel: Panel, shared: Shared, line: float) -> Iterator[tuple[Markup, Markup]]:
    """A thin line from each peak up to what made it; on a phone a mark alone, as the words have no room."""
    terms = TERM * _rows([place for _, place in _terms(panel, shared)])
    for peak, place in _labels(panel, shared):
        bar = next((bar for bar in panel.bars if bar.first <= peak.first <= bar.last), None)
        if bar is not None:
            y = HEAD + terms + PEAK * place.row
            middle = (shared.times.at(bar.first) + shared.times.behind(bar.last)) / 2
            top = line - bar.height(WORDS) * shared.scale()
            x = {"x1": percent(middle), "x2": percent(middle)}
            leader = element("line", x | {"y1": y + 2, "y2": top - 1, "class": "leader"})
            is_left = place.left < shared.times.at(peak.first)
            yield leader, _label(peak, y + 11, middle, is_left)


def _label(peak: Peak, y: float, middle: float, is_left: bool) -> Markup:
    """What made a peak, as a link."""
    side = {"dx": -4, "text-anchor": "end"} if is_left else {"dx": 4}
    words = {"x": percent(middle), "y": y, "class": "peak wide"} | side
    mark = {"x": percent(middle), "y": y, "text-anchor": "middle", "class": "peak narrow"}
    label = element("text", words, cut(peak.label, LETTER * LETTERS))
    return link(peak.address, peak.label, label, element("text", mark, "▾"))
