"""The network of parties: who has to do with whom within some days, and as GEXF for network programs."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response

from dragoman.export.network import gexf_of
from dragoman.export.rows import TEXT, WHOLE
from dragoman.store.ties import MOST
from dragoman.views.networks import Asked, Network, Quad, graph_of, network_of
from dragoman.web.answers import ERRORS, add_page, remembered
from dragoman.web.asking import DaysAsked
from dragoman.web.serving import Served, ServedDep

router = APIRouter()
COLUMNS = {
    "actor": TEXT,
    "actor_name": TEXT,
    "recipient": TEXT,
    "recipient_name": TEXT,
    "events": WHOLE,
    "reports": WHOLE,
    "conflict": WHOLE,
}
MEDIA = "application/gexf+xml"
# What the address of the file answers with: errors are pages, as people follow a link to it.
ANSWERS: dict[int | str, dict[str, Any]] = {
    status: {"content": {media: {"schema": {"type": "string"}}}}
    for status, media in {200: MEDIA, **dict.fromkeys(ERRORS, "text/html")}.items()
}
QuadAsked = Annotated[Quad | Literal[""], Query(description="A quad class.")]
TypeAsked = Annotated[str, Query(max_length=20, description="A type of event: ACCUSE, CONSULT ...")]
Least = Annotated[int, Query(ge=1, le=1_000_000, description="Events that a tie has at least.")]
Most = Annotated[int, Query(ge=1, le=MOST, description="Ties that are shown at most, the strongest first.")]


def load(
    served: ServedDep, days: DaysAsked, quad: QuadAsked = "", type: TypeAsked = "", least: Least = 1, most: Most = 60
) -> Network:
    """Parties and the strongest ties between them within some days, of 52 weeks up to the last report by default."""
    asked = Asked(quad, type.strip().upper(), least, most)
    return network_of(served.store, days, asked, served.rules.ontology, served.names)


def rows(page: Network) -> Iterator[dict[str, Any]]:
    """A row for each tie."""
    names = {node.code: node.name for node in page.nodes}
    for edge in page.edges:
        counted = {"events": edge.events, "reports": edge.reports, "conflict": edge.conflict}
        parties = {"actor": edge.actor, "recipient": edge.recipient}
        yield parties | {f"{side}_name": names[code] for side, code in parties.items()} | counted


def shown(page: Network, served: Served) -> dict[str, Any]:
    """What the page needs besides: the question as an address has it, and the numbers to choose from."""
    days = {"from": page.first, "until": page.last}
    asked = days | {"quad": page.quad, "type": page.type, "least": page.least, "most": page.most}
    return {"asked": asked, "choices": choices}


def choices(chosen: int, offered: Iterable[int]) -> list[str]:
    """Numbers to choose from, with the one that is chosen among them.

    >>> choices(3, [1, 5])
    ['1', '3', '5']
    """
    return [str(number) for number in sorted({chosen, *offered})]


@router.get("/network.gexf", response_class=Response, responses=ANSWERS)
def gexf(page: Annotated[Network, Depends(remembered(load))]) -> Response:
    """The same for Gephi and other network programs."""
    headers = {"content-disposition": 'attachment; filename="network.gexf"'}
    return Response(gexf_of(graph_of(page)), media_type=MEDIA, headers=headers)


add_page(
    router,
    "/network",
    load,
    title="Network",
    template="network.html.jinja",
    rows=rows,
    columns=COLUMNS,
    shown=shown,
)
