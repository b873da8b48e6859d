"""A map of the world: countries shaded by how much was counted, striped where most of it was conflict."""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec
from markupsafe import Markup

from dragoman.records import Record
from dragoman.rules import DATA
from dragoman.web.charts.markup import NOTHING, element, joined, link

OUTLINES = DATA / "web" / "outlines" / "world.json"
# How many shades there are.
SHADES = 5
# From this share of conflict on a country is striped.
MOSTLY = 0.5
# The radius of a country that is too small for its outline, in the map's own units, of which there are two to a pixel.
DOT = 9
# Units from stripe to stripe, and of a stripe.
APART, STRIPE = 18, 6
# Units around the land.
EDGE = 12


class Country(Protocol):
    """What was counted of a country; `conflict` are those of its distinct events that are conflict."""

    @property
    def code(self) -> str:
        """ISO 3166 alpha-3, KOS for Kosovo."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def events(self) -> int:
        """Distinct events."""

    @property
    def reports(self) -> int:
        """Reports of them."""

    @property
    def conflict(self) -> int:
        """Distinct events of conflict."""


class Shape(Record, frozen=True, kw_only=True):
    """The outline of a country; the code is "" where the atlas draws what no code is for."""

    code: str
    atlas: str
    path: str


class Point(Record, frozen=True, kw_only=True):
    """A country that is too small for the outlines: its middle on the map, and in degrees east and north."""

    code: str
    atlas: str
    x: int
    y: int
    at: tuple[float, float]


class World(Record, frozen=True, kw_only=True):
    """All outlines in one flat projection; how they were made stands beside the file."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    points: tuple[Point, ...]


class Shown(NamedTuple):
    """What all countries of a map have in common: the least number of each shade, the ids of stripes, their links."""

    bounds: Sequence[int]
    key: str
    link_to: Callable[[str], str] | None


@functools.cache
def outlines() -> World:
    """The outlines that come with the package."""
    return msgspec.json.decode(OUTLINES.read_bytes(), type=World)


def world(
    countries: Iterable[Country], *, title: str, link_to: Callable[[str], str] | None = None, key: str = "world"
) -> Markup:
    """The map with what its shades mean below it; of a country where nothing was counted there is only the outline.

    `link_to` gives the address of a country's code. `key` begins the ids of what the picture needs for itself: no two
    of a page have the same. Its links are no stops of the Tab key: the table of the page has them all.
    """
    known, told = outlines(), {country.code: country for country in countries if country.events}
    bounds = bounds_of([country.events for country in told.values()])
    shown = Shown(bounds, key, link_to)
    shapes = [_country("path", _shape(shape), told.get(shape.code), shown) for shape in known.shapes]
    dots = [_country("circle", _dot(point), told[point.code], shown) for point in known.points if point.code in told]
    view = f"{-EDGE} {-EDGE} {known.width + 2 * EDGE} {known.height + 2 * EDGE}"
    root = {"class": "world", "role": "group", "aria-label": title, "viewBox": view}
    land = element("g", {"aria-hidden": "true", "class": "land"}, *shapes, *dots)
    desc = element("desc", {}, _told(list(told.values())))
    picture = element("svg", root, element("title", {}, title), desc, _stripes(key), land)
    return element("div", {"class": "chart"}, picture, _legend(bounds, key))


def bounds_of(values: Sequence[int]) -> list[int]:
    """The least number of each shade: round numbers that grow by about the same factor.

    >>> bounds_of([1, 7, 30, 400])
    [1, 2, 10, 50, 200]
    """
    most = max(values, default=0)
    rounds = [times * 10**power for power in range(len(str(most))) for times in (1, 2, 5) if times * 10**power <= most]
    if len(rounds) <= SHADES:
        return rounds
    return [rounds[step * (len(rounds) - 1) // (SHADES - 1)] for step in range(SHADES)]


def shade_of(number: int, bounds: Sequence[int]) -> int:
    """The shade of a number, from 1, the palest, to 5; few shades are far apart."""
    place = sum(1 for least in bounds if least <= number)
    return SHADES if place == len(bounds) else max(1, round(1 + (place - 1) * (SHADES - 1) / max(1, len(bounds) - 1)))


def _country(name: str, place: Mapping[str, object], told: Country | None, shown: Shown) -> Markup:
    """A country as an outline or a dot; where something was counted it is a link to it."""
    if told is None:
        return element(name, {"class": "country", **place})
    shade = shade_of(told.events, shown.bounds)
    ink = {"class": f"country told c-count-{shade}"}
    if told.conflict >= MOSTLY * told.events:
        ink = {"class": "country told conflict", "fill": f"url(#{shown.key}-{shade})"}
    address = shown.link_to(told.code) if shown.link_to else ""
    return link(address, _in_words(told), element(name, {**ink, **place}))


def _shape(shape: Shape) -> dict[str, object]:
    return {"data-atlas": shape.atlas, "d": shape.path}


def _dot(point: Point) -> dict[str, object]:
    return {"cx": point.x, "cy": point.y, "r": DOT, "data-at": " ".join(str(degrees) for degrees in point.at)}


def _in_words(told: Country) -> str:
    events, reports = ("" if number == 1 else "s" for number in (told.events, told.reports))
    counted = f"{told.events:,} event{events} in {told.reports:,} report{reports}"
    return f"{told.name}: {counted}, {told.conflict:,} of them conflict"


def _told(countries: Sequence[Country]) -> str:
    """What can be seen, for those who cannot: the five of which the most was counted."""
    most = sorted(countries, key=lambda country: (-country.events, country.name))[:5]
    return (
        f"{len(countries)} countries. The most: " + "; ".join(map(_in_words, most)) if most else "Nothing was counted."
    )


def _stripes(key: str) -> Markup:
    """The shades with slanted stripes of conflict upon them."""
    slanted = {"patternUnits": "userSpaceOnUse", "width": APART, "height": APART, "patternTransform": "rotate(45)"}
    square = {"width": APART, "height": APART}
    return element(
        "defs",
        {},
        *(
            element(
                "pattern",
                {"id": f"{key}-{shade}"} | slanted,
                element("rect", square | {"class": f"c-count-{shade}"}),
                element("rect", square | {"width": STRIPE, "class": f"c-stripe-{shade}"}),
            )
            for shade in range(1, SHADES + 1)
        ),
    )


def _legend(bounds: Sequence[int], key: str) -> Markup:
    """What the shades and the stripes mean."""
    if not bounds:
        return NOTHING
    lasts = [*(following - 1 for following in bounds[1:]), None]
    parts = [
        _swatch({"class": f"told c-count-{shade_of(least, bounds)}"}, _range(least, last))
        for least, last in zip(bounds, lasts, strict=True)
    ]
    striped = _swatch({"class": "told conflict", "fill": f"url(#{key}-2)"}, "half or more of them conflict")
    heading = element("li", {}, "Distinct events:")
    return element("ul", {"class": "legend"}, heading, *parts, striped)


def _range(least: int, last: int | None) -> str:
    if last is None:
        return f"{least:,} or more"
    return f"{least:,}" if last == least else f"{least:,} to {last:,}"


def _swatch(ink: Mapping[str, object], words: str) -> Markup:
    box = element("rect", {"width": 32, "height": 28, **ink})
    size = {"width": 16, "height": 14, "viewBox": "0 0 32 28", "aria-hidden": "true"}
    return element("li", {}, joined((element("svg", size, box), Markup(" "))), words)
