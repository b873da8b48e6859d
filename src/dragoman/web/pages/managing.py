"""The desk of whoever runs the briefings: lists are made, changed and archived, issues looked at before and sent."""

import contextlib
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from dragoman.brief import issuing, reporting
from dragoman.brief.issuing import Desk, last_day
from dragoman.edge import day_of
from dragoman.errors import DragomanError, InputError
from dragoman.store import mailings
from dragoman.store.mailings import PARTS, MailingList, Question
from dragoman.views.naming import party_named
from dragoman.web.asking import Day
from dragoman.web.errors import MissingError
from dragoman.web.forms import Checked, form_token
from dragoman.web.people import Writer
from dragoman.web.serving import Served, ServedDep
from dragoman.web.visits import now_of

# For those who may write alone, and no part of what programs ask for.
router = APIRouter(include_in_schema=False)
Slug = Annotated[str, Path(max_length=64)]
Text = Annotated[str, Form(max_length=2_000)]
Texts = Annotated[list[str], Form(default_factory=list)]
Given = dict[str, Any]


@router.get("/briefings/manage")
def desk(request: Request, served: ServedDep, _: Writer) -> Response:
    """All lists, and what waits in the outbox."""
    found = reporting.report(served.store, served.settings, now_of(request))
    trouble = served.post.trouble if served.post else ""
    return served.render(request, "briefings_manage.html.jinja", report=found, trouble=trouble)


# Making and changing lists


@router.get("/briefings/add")
def new_list(request: Request, served: ServedDep, _: Writer) -> Response:
    """The form for a new list."""
    return _form(request, served, None, _given(MailingList(slug="", title="", schedule="weekly", made=0)))


def list_form(
    types: Texts,
    what: Texts,
    name: Text = "",
    title: Text = "",
    description: Text = "",
    parties: Text = "",
    among: Text = "",
    words: Text = "",
    schedule: Text = "",
    visibility: Text = "",
) -> Given:
    """What was typed into the form of a list."""
    return {
        "slug": name.strip(),
        "title": " ".join(title.split()),
        "description": " ".join(description.split()),
        "parties": parties,
        "among": bool(among),
        "types": types,
        "words": words,
        "what": what,
        "schedule": schedule,
        "visibility": visibility,
    }


Typed = Annotated[Given, Depends(list_form)]


@router.post("/briefings/add")
def add_list(request: Request, served: ServedDep, _: Writer, __: Checked, given: Typed) -> Response:
    """Make a list."""
    try:
        mailing = _mailing(served, given, given["slug"], now_of(request))
        with served.store.writing() as connection:
            mailings.add_list(connection, mailing)
    except InputError as error:
        return _form(request, served, None, given, wrong=error.message)
    return RedirectResponse(f"/briefings/manage/{mailing.slug}", 303)


@router.get("/briefings/manage/{slug}")
def one_list(request: Request, served: ServedDep, _: Writer, slug: Slug) -> Response:
    """A list: how it stands, and the form to change it."""
    mailing = _known(served, slug)
    return _form(request, served, mailing, _given(mailing, served))


@router.post("/briefings/manage/{slug}")
def change_list(request: Request, served: ServedDep, _: Writer, __: Checked, slug: Slug, given: Typed) -> Response:
    """Change a list, or archive it."""
    known = _known(served, slug)
    try:
        mailing = _mailing(served, given, known.slug, known.made)
        with served.store.writing() as connection:
            mailings.change_list(connection, mailing)
    except InputError as error:
        return _form(request, served, known, given | {"slug": slug}, wrong=error.message)
    return RedirectResponse(f"/briefings/manage/{slug}?changed=1", 303)


def _mailing(served: Served, given: Given, slug: str, made: int) -> MailingList:
    """A list as a form describes it; raises `InputError` for parties and types that are none."""
    typed = [name for name in given["parties"].replace(";", ",").split(",") if name.strip()]
    for kind in given["types"]:
        if kind not in served.rules.ontology.types:
            raise InputError(f"there is no type of event {kind[:40]!r}", kind="type")
    question = Question(
        parties=tuple(dict.fromkeys(party_named(name, served.rules) for name in typed)),
        among=given["among"],
        types=tuple(given["types"]),
        what=tuple(one for one in PARTS if one in given["what"]),
        words=" ".join(given["words"].split()) or None,
    )
    fields = {name: given[name] for name in ("title", "description", "schedule", "visibility")}
    return MailingList(slug=slug, question=question, made=made, **fields)


def _given(mailing: MailingList, served: Served | None = None) -> Given:
    """What the form holds of a list; parties by their names."""
    question = mailing.question
    fields = msgspec.structs.asdict(mailing) | msgspec.structs.asdict(question)
    names = ", ".join(_typeable(code, served) for code in question.parties)
    return fields | {"parties": names, "words": question.words or ""}


def _typeable(code: str, served: Served | None) -> str:
    """The name of a party where it leads back to that party, else its code."""
    name = served.names.of(code) if served else code
    with contextlib.suppress(InputError):
        if served and "," not in name and party_named(name, served.rules) == code:
            return name
    return code


def _known(served: Served, slug: str) -> MailingList:
    with served.store.reading() as connection:
        found = mailings.list_of(connection, slug)
    if found is None:
        raise MissingError(f"there is no list {slug!r}", kind="list")
    return found


def _form(request: Request, served: Served, mailing: MailingList | None, given: Given, *, wrong: str = "") -> Response:
    """The form of a list, with how it stands where there is one."""
    values = {
        "mailing": mailing,
        "stand": reporting.list_report(served.store, mailing, now_of(request)) if mailing else None,
        "given": given,
        "wrong": wrong,
        "token": form_token(request),
        "all_types": tuple(served.rules.ontology.types),
        "changed": "changed" in request.query_params,
        "sent": request.query_params.get("sent", "")[:40],
        "trouble": served.post.trouble if served.post else "",
        "posts": served.post is not None,
    }
    return served.render(request, "briefings_one.html.jinja", 422 if wrong else 200, **values)


# Looking at the next issue, and sending it


@router.get("/briefings/manage/{slug}/preview")
def preview(request: Request, served: ServedDep, _: Writer, slug: Slug, day: Day = "") -> Response:
    """What the next issue would hold."""
    return _preview(request, served, _known(served, slug), day)


@router.post("/briefings/manage/{slug}/send")
def send(request: Request, served: ServedDep, _: Writer, __: Checked, slug: Slug, day: Text = "") -> Response:
    """Make the next issue and have it sent to all who get the list."""
    mailing = _known(served, slug)
    until = day_of(day.strip() or None) or last_day(mailing, issuing.day_of(now_of(request)))
    try:
        made = issuing.send_list(_desk(served), mailing, until, lambda: now_of(request))
    except DragomanError as error:
        return _preview(request, served, mailing, day, wrong=str(error))
    if made.number is None:
        return _preview(request, served, mailing, day, wrong=made.why)
    if served.post is not None:
        served.post.wake()
    return RedirectResponse(f"/briefings/manage/{slug}?sent={made.number}", 303)


def _preview(request: Request, served: Served, mailing: MailingList, day: str, *, wrong: str = "") -> Response:
    until = day_of(day.strip() or None) or last_day(mailing, issuing.day_of(now_of(request)))
    values = {
        "mailing": mailing,
        "told": issuing.preview(_desk(served), mailing, until),
        "stand": reporting.list_report(served.store, mailing, now_of(request)),
        "day": until,
        "asked": day.strip(),
        "wrong": wrong,
    }
    return served.render(request, "briefings_preview.html.jinja", 422 if wrong else 200, **values)


def _desk(served: Served) -> Desk:
    return Desk(served.store, served.settings, served.rules, served.names)
