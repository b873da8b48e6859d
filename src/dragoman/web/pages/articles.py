"""Reports: the newest ones, and one with its text marked, its events, statements and commitments beside it."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from markupsafe import Markup

from dragoman.errors import InputError
from dragoman.export.pages import story_of
from dragoman.export.rows import DAY, NUMBER, TEXT, WHOLE
from dragoman.records import Event
from dragoman.rules.ontology import Ontology
from dragoman.views.articles import MOST, Article, Articles, Known, article_of, articles_of, key_of
from dragoman.web.answers import add_page
from dragoman.web.asking import DaysAsked, PageAsked
from dragoman.web.deciding import PlaceAsked, place_of
from dragoman.web.errors import MissingError
from dragoman.web.feeds import Item
from dragoman.web.serving import Served, ServedDep
from dragoman.web.templates import with_format

router = APIRouter()
FILED = 5_000
Key = Annotated[int, Path(ge=1, le=2**63 - 1, description="The number of a version of a report.")]
LISTED = {
    "key": WHOLE,
    "article": TEXT,
    "published": DAY,
    "publisher": TEXT,
    "title": TEXT,
    "url": TEXT,
    "language": TEXT,
    "events": WHOLE,
}

COLUMNS = {
    "number": WHOLE,
    "event": TEXT,
    "reports": WHOLE,
    "type": TEXT,
    "mode": TEXT,
    "status": TEXT,
    "quad": WHOLE,
    "score": NUMBER,
    "cameo": TEXT,
    "date_first": DAY,
    "date_last": DAY,
    "actor": TEXT,
    "recipient": TEXT,
    "trigger": TEXT,
    "trigger_start": WHOLE,
    "trigger_end": WHOLE,
    "sentence": TEXT,
    "sentence_start": WHOLE,
    "sentence_end": WHOLE,
    "rule": TEXT,
    "confidence": NUMBER,
}


def ending(request: Request) -> str:
    """What the address ends in for programs; "" for people."""
    return request.url.path.rpartition("/")[2].partition(".")[2]


# The list


def load(
    served: ServedDep,
    days: DaysAsked,
    ending: Annotated[str, Depends(ending)],
    id: Annotated[str, Query(max_length=2_000, description="The id of a report: leads to its page.")] = "",
    publisher: Annotated[str, Query(max_length=300, description="Who published them.")] = "",
    most: Annotated[int, Query(ge=1, le=FILED, description="How many reports.")] = MOST,
    after: PageAsked = "",
) -> Articles:
    """The newest reports, of a publisher and of some days; with the id of one it leads to that."""
    if id:
        _lead_to(id, ending, served)
    return articles_of(served.store, publisher=publisher.strip(), days=days, most=most, before=after)


def _lead_to(id: str, ending: str, served: Served) -> None:
    key = key_of(served.store, id)
    if key is None:
        raise MissingError(f"no report has the id {id[:80]!r}", kind="report")
    place = f"/articles/{key}"
    location = with_format(place, ending) if ending else place
    raise HTTPException(303, "it stands at another address", headers={"Location": location})


def rows(page: Articles) -> Iterator[dict[str, Any]]:
    """A row for each report."""
    for one in page.found:
        head = one.article
        known = {name: getattr(head, name) for name in ("published", "publisher", "title", "url", "language")}
        yield {"key": one.key, "article": head.id, **known, "events": one.events}


def items(page: Articles) -> Iterator[Item]:
    """An item for each report."""
    for one in page.found:
        head = one.article
        told = f"{head.publisher or 'publisher unknown'}; {one.events} events read"
        yield Item(f"article/{one.key}", head.title or head.id, head.published, f"/articles/{one.key}", told)


add_page(
    router,
    "/articles",
    load,
    title="Reports",
    template="articles.html.jinja",
    rows=rows,
    columns=LISTED,
    feed=items,
    shown=lambda page, served: {"filed": FILED},
)


# What became of an event that was corrected


@router.get("/articles/{key:int}/corrected", include_in_schema=False)
def corrected(
    request: Request, served: ServedDep, key: Key, event: Annotated[str, Query(max_length=300)] = ""
) -> Response:
    """Where an event of a report is by now, after a person corrected it."""
    page = load_one(served, key)
    told = zip(page.events, page.coding.events, strict=True)
    found = next((known for known, one in told if one.id == event), None)
    return served.render(request, "article_corrected.html.jinja", page=page, found=found)


# One report


def load_one(served: ServedDep, key: Key, at: PlaceAsked = "") -> Article:
    """One report: its text, what was read in it, and its other versions."""
    found = article_of(served.store, served.rules.ontology, key, chosen=place_of(at))
    if found is None:
        raise MissingError(f"there is no report {key}", kind="report")
    return found


def event_rows(page: Article) -> Iterator[dict[str, Any]]:
    """A row for each event."""
    return map(_row, page.events, page.coding.events)


def _row(known: Known, event: Event) -> dict[str, Any]:
    told = {name: getattr(known, name) for name in ("number", "reports", "quad", "score", "cameo")}
    first, last = (event.date.first, event.date.last) if event.date else (None, None)
    spans = {
        f"{name}{end}": value
        for name, span in (("trigger", event.trigger), ("sentence", event.sentence))
        for end, value in (("", span.text), ("_start", span.start), ("_end", span.end))
    }
    return {
        **told,
        **spans,
        "event": known.id,
        "type": event.type,
        "mode": ";".join(event.mode),
        "status": event.status,
        "date_first": first,
        "date_last": last,
        "actor": ";".join(entity.code for entity in event.actor),
        "recipient": ";".join(entity.code for entity in event.recipient),
        "rule": event.rule,
        "confidence": event.confidence,
    }


def event_items(page: Article) -> Iterator[Item]:
    """An item for each event of the report."""
    head = page.coding.article
    for known, event in zip(page.events, page.coding.events, strict=True):
        place = f"/articles/{page.key}#e-{known.number}"
        title = f"{event.type}: {' '.join(entity.code for entity in (*event.actor, *event.recipient))}"
        yield Item(f"telling/{event.id}", title, head.published, place, event.sentence.text)


def shown(page: Article, served: Served) -> dict[str, Any]:
    """The text with its marks, nothing where it is not known."""
    return {"story": _story(page, served.rules.ontology)}


def _story(page: Article, ontology: Ontology) -> Markup | None:
    """A text that is not the one that was coded is shown as it is."""
    if page.text is None:
        return None
    try:
        return story_of(page.coding, page.text, ontology, chosen=page.chosen)
    except InputError:
        return Markup('<div class="story"><p>{}</p></div>').format(page.text)


add_page(
    router,
    "/articles/{key:int}",
    load_one,
    title="A report",
    template="article.html.jinja",
    rows=event_rows,
    columns=COLUMNS,
    feed=event_items,
    shown=shown,
)
