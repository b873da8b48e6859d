"""One event: every report's telling, why they are one, what coded it; and the form to say that it is wrong."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, get_args
from urllib.parse import quote

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from dragoman.errors import InputError
from dragoman.export.pages import sentence_of
from dragoman.export.rows import DAY, NUMBER, TEXT, WHOLE
from dragoman.records import ArticleHead, Correction, Event, Status
from dragoman.rules.ontology import Ontology
from dragoman.store import recoding
from dragoman.store.people import Person
from dragoman.views.events import Happening, Telling, happening_of, telling_at
from dragoman.views.headlines import headline_of
from dragoman.views.naming import check_code
from dragoman.web.answers import add_page
from dragoman.web.deciding import By, PlaceAsked, Reason, Word, decider, place_of, reason_given, today
from dragoman.web.errors import MissingError
from dragoman.web.feeds import Item
from dragoman.web.forms import Checked, form_token
from dragoman.web.people import Writer, is_local
from dragoman.web.serving import Served, ServedDep

router = APIRouter()
STATUSES: tuple[Status, ...] = get_args(Status)
EventId = Annotated[str, Path(max_length=300, description="The id of a distinct event.")]
ReportAsked = Annotated[int, Query(alias="report", ge=1, le=2**63 - 1, description="The number of a report.")]
ReportGiven = Annotated[int, Form(alias="report", ge=1, le=2**63 - 1)]
# What stands between type and modes in the choice of both, and between codes that are typed.
KIND, CODES = "/", re.compile(r"[\s;,]+")
COLUMNS = {
    "article": TEXT,
    "published": DAY,
    "publisher": TEXT,
    "title": TEXT,
    "type": TEXT,
    "mode": TEXT,
    "status": TEXT,
    "actor": TEXT,
    "recipient": TEXT,
    "trigger": TEXT,
    "sentence": TEXT,
    "start": WHOLE,
    "end": WHOLE,
    "made_by": TEXT,
    "rule": TEXT,
    "confidence": NUMBER,
}


# To say that it is wrong; before the event's own page, whose address takes everything


@router.get("/events/{id:path}/wrong", include_in_schema=False)
def ask_correction(
    request: Request, served: ServedDep, person: Writer, id: EventId, key: ReportAsked, at: PlaceAsked
) -> Response:
    """The form by which a person says what is wrong in one report's telling."""
    article, event = _telling_at(served, key, at)
    return _form(request, served, person, id, key, article, event)


@router.post("/events/{id:path}/wrong", include_in_schema=False)
def enter_correction(
    request: Request,
    served: ServedDep,
    person: Writer,
    _: Checked,
    id: EventId,
    key: ReportGiven,
    at: Word = "",
    wrong: Word = "",
    kind: Word = "",
    status: Word = "",
    actor: Word = "",
    recipient: Word = "",
    reason: Reason = "",
    by: By = "",
) -> Response:
    """Enter what a person says of one report's telling, at once and for every later coding."""
    article, event = _telling_at(served, key, at)
    given = {"wrong": wrong, "kind": kind, "status": status, "actor": actor, "recipient": recipient}
    try:
        said = Correction(
            article=article.id,
            start=event.trigger.start,
            end=event.trigger.end,
            **({"wrong": True} if wrong else _changes(event, given, served)),
            reason=reason_given(reason),
            by=decider(request, person, by),
            day=today(request),
        )
        recoding.correct(served.store, said, served.rules.ontology)
    except InputError as error:
        given |= {"reason": reason, "by": by}
        return _form(request, served, person, id, key, article, event, wrong=error.message, given=given)
    return RedirectResponse(f"/articles/{key}/corrected?event={quote(event.id, safe='')}", 303)


def _telling_at(served: Served, key: int, at: str) -> tuple[ArticleHead, Event]:
    place = place_of(at)
    found = telling_at(served.store, key, *place) if place else None
    if found is None:
        message = "no event of that report is read there by now: it was corrected, or the report was"
        raise MissingError(message, kind="event")
    return found


def _changes(event: Event, given: dict[str, str], served: Served) -> dict[str, Any]:
    """What a person says is otherwise than the event has it; raises `InputError` where nothing is."""
    type_, _, modes = given["kind"].partition(KIND)
    found: dict[str, Any] = {}
    if given["kind"] and given["kind"] != kind_of(event):
        found |= {"type": type_, "mode": tuple(filter(None, modes.split(";")))}
    if given["status"] and given["status"] != event.status:
        found["status"] = _status(given["status"])
    for side, entities in (("actor", event.actor), ("recipient", event.recipient)):
        codes = _codes(given[side], served)
        if codes != tuple(entity.code for entity in entities):
            found[side] = codes
    if not found:
        raise InputError("nothing is other than it was read: change what is wrong", kind="correction")
    return found


def _status(typed: str) -> Status:
    found = next((one for one in STATUSES if one == typed), None)
    if found is None:
        raise InputError(f"{typed!r} is no status", kind="status")
    return found


def _codes(typed: str, served: Served) -> tuple[str, ...]:
    """Codes that were typed with spaces, commas or semicolons between them."""
    codes = tuple(dict.fromkeys(code.upper() for code in CODES.split(typed) if code))
    for code in codes:
        check_code(code, served.rules)
    return codes


def kind_of(event: Event) -> str:
    """Type and modes as one choice: "ACCUSE", "ACCUSE/disapprove"."""
    return KIND.join((event.type, ";".join(event.mode))) if event.mode else event.type


def kinds_of(event: Event, ontology: Ontology) -> dict[str, list[tuple[str, str]]]:
    """All choices of type and mode by type, each with what it is called; with what the event has."""
    found = {
        type_: [(type_, type_.lower()), *((f"{type_}{KIND}{mode}", f"{type_.lower()}: {mode}") for mode in kind.modes)]
        for type_, kind in ontology.types.items()
    }
    own = kind_of(event)
    if own not in {value for value, _ in found[event.type]}:
        found[event.type].append((own, f"{event.type.lower()}: {', '.join(event.mode)}"))
    return found


def _form(
    request: Request,
    served: Served,
    person: Person,
    id: str,
    key: int,
    article: ArticleHead,
    event: Event,
    *,
    wrong: str = "",
    given: dict[str, str] | None = None,
) -> Response:
    codes = {side: " ".join(one.code for one in getattr(event, side)) for side in ("actor", "recipient")}
    asked = {"wrong": "", "kind": kind_of(event), "status": event.status, "reason": "", "by": person.name, **codes}
    return served.render(
        request,
        "event_wrong.html.jinja",
        422 if wrong else 200,
        id=id,
        key=key,
        article=article,
        event=event,
        at=f"{event.trigger.start}-{event.trigger.end}",
        sentence=sentence_of(event, served.rules.ontology),
        kinds=kinds_of(event, served.rules.ontology),
        statuses=STATUSES,
        given=given or asked,
        wrong=wrong,
        token=form_token(request),
        local=is_local(request),
        person=person,
    )


# The event


def load(served: ServedDep, id: EventId) -> Happening:
    """One distinct event: all that reports tell of it, why that is one event, and which commitments it decided."""
    found = happening_of(served.store, served.rules, id)
    if found is None:
        message = f"there is no event {id[:80]!r}; an earlier report of it gives it another id, a correction can end it"
        raise MissingError(message, kind="event")
    return found


def rows(page: Happening) -> Iterator[dict[str, Any]]:
    """A row for each telling."""
    return map(_row, page.tellings)


def _row(told: Telling) -> dict[str, Any]:
    one, event = told.article, told.event
    return {
        "article": one.id,
        "published": one.published,
        "publisher": one.publisher,
        "title": one.title,
        "type": event.type,
        "mode": ";".join(event.mode),
        "status": event.status,
        "actor": ";".join(entity.code for entity in event.actor),
        "recipient": ";".join(entity.code for entity in event.recipient),
        "trigger": event.trigger.text,
        "sentence": event.sentence.text,
        "start": event.sentence.start,
        "end": event.sentence.end,
        "made_by": told.made_by,
        "rule": event.rule,
        "confidence": event.confidence,
    }


def items(page: Happening) -> Iterator[Item]:
    """An item for each telling."""
    for told in page.tellings:
        title = told.article.title or told.article.id
        place = f"/articles/{told.key}" if told.key else f"/events/{quote(page.id, safe='')}"
        yield Item(f"telling/{told.event.id}", title, told.article.published, place, told.event.sentence.text)


def shown(page: Happening, served: Served) -> dict[str, Any]:
    """The headline, and each telling's sentence with its words marked."""
    ontology = served.rules.ontology
    return {
        "headline": headline_of(page.event, served.names.of),
        "sentences": [sentence_of(told.event, ontology) for told in page.tellings],
        "modes": {mode: one.definition for mode, one in ontology.modes(page.event.type).items()},
        "contexts": {name: one.definition for name, one in ontology.contexts.items()},
    }


add_page(
    router,
    "/events/{id:path}",
    load,
    title="An event",
    template="event.html.jinja",
    rows=rows,
    columns=COLUMNS,
    feed=items,
    shown=shown,
)
