"""The map: how many events each country has a part in; bodies, which have no place, below it."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query

from dragoman.export.rows import TEXT, WHOLE
from dragoman.store.ties import Part
from dragoman.views.maps import Map, map_of
from dragoman.web.answers import add_page
from dragoman.web.asking import DaysAsked
from dragoman.web.charts.worlds import world
from dragoman.web.pages.network import QuadAsked
from dragoman.web.serving import Served, ServedDep
from dragoman.web.templates import link

router = APIRouter()
COLUMNS = {"code": TEXT, "name": TEXT, "events": WHOLE, "reports": WHOLE, "conflict": WHOLE}
PARTS = {"actor": "actor", "recipient": "recipient", "either": "actor or recipient"}
PartAsked = Annotated[Part, Query(description="As what a country counts.")]


def load(served: ServedDep, days: DaysAsked, part: PartAsked = "actor", quad: QuadAsked = "") -> Map:
    """How many events each country and body has a part in, within 52 weeks up to the last report by default."""
    return map_of(served.store, days, part, quad, served.rules.ontology, served.names)


def rows(page: Map) -> Iterator[dict[str, Any]]:
    """A row for each country, then for each body."""
    for place in (*page.countries, *page.bodies):
        yield {name: getattr(place, name) for name in COLUMNS}


def shown(page: Map, served: Served) -> dict[str, Any]:
    """The picture, and addresses of the events behind a number."""

    def address(code: str) -> str:
        days = {"from": page.first, "until": page.last}
        side = "" if page.part == "either" else page.part
        return link("/search", party=code, side=side, status="happened", quad=page.quad, **days)

    title = f"Distinct events by country as {PARTS[page.part]}"
    return {"address": address, "parts": PARTS, "world": world(page.countries, title=title, link_to=address)}


add_page(
    router,
    "/map",
    load,
    title="Map",
    template="map.html.jinja",
    rows=rows,
    columns=COLUMNS,
    shown=shown,
)
