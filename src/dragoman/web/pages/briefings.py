"""The briefings that everybody can sign up for: the form, the issues of each list, and one issue."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from dragoman.brief import signing
from dragoman.brief.archive import Archive, Copy, Offer, Past, archive, copy_of, offer
from dragoman.brief.signing import SignUp, notice
from dragoman.errors import InputError
from dragoman.export.rows import DAY, TEXT, WHOLE
from dragoman.web.answers import add_page
from dragoman.web.errors import MissingError
from dragoman.web.feeds import Item
from dragoman.web.forms import FOREIGN, is_from_here
from dragoman.web.people import lasting
from dragoman.web.serving import Served, ServedDep
from dragoman.web.visits import notice_mark, now_of, visit_of

router = APIRouter()
Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form(default_factory=list)]
Slug = Annotated[str, Path(max_length=64, description="The name of a list in addresses: korea-weekly.")]
Number = Annotated[int, Path(ge=1, le=10**9, description="The number of an issue in its list.")]
CHANGED = "What you agree to has changed since you opened this page. Please read it once more, then sign up."
OFTEN = "Very many people sign up at the moment."


# Signing up


@router.post("/briefings/sign-up", include_in_schema=False)
def sign_up(
    request: Request,
    served: ServedDep,
    lists: Texts,
    address: Text = "",
    started: Text = "",
    agreed: Text = "",
    homepage: Text = "",
) -> Response:
    """Take a sign-up in; the answer is the same whoever has that address."""
    given = {"address": address, "lists": lists}
    if not is_from_here(request):
        return _form(request, served, 403, given, InputError(FOREIGN, kind="form"))
    if agreed != notice_mark(served):
        return _form(request, served, 422, given, InputError(CHANGED, kind="form"))
    visit = visit_of(request, "/briefings")
    form = SignUp(
        address=address, lists=tuple(lists), text=notice(served.settings), started=started, trap=homepage, visit=visit
    )
    try:
        answer = signing.sign_up(served.store, served.settings, form, now_of(request))
    except InputError as error:
        return _form(request, served, 422, given, error)
    if answer.wait:
        told = InputError(f"{OFTEN} Please try again in {lasting(answer.wait)}.", kind="often")
        refused = _form(request, served, 429, given, told)
        refused.headers["retry-after"] = str(answer.wait)
        return refused
    if served.post is not None:
        served.post.wake()
    return RedirectResponse("/briefings/asked", 303)


@router.get("/briefings/asked", include_in_schema=False)
def asked(request: Request, served: ServedDep) -> Response:
    """What everybody is told who has signed up."""
    return served.render(request, "briefings_asked.html.jinja", hours=served.settings.confirm_hours)


def _form(request: Request, served: Served, status: int, given: dict[str, Any], wrong: InputError) -> Response:
    """The form once more, with what was typed and what is wrong."""
    page = offer(served.store)
    shown = _shown(page, served) | {"given": given, "wrong": wrong}
    return served.render(request, "briefings.html.jinja", status, page=page, **shown)


def _shown(_: Offer, served: Served) -> dict[str, Any]:
    """What the form needs besides the lists; it begins to run when it is shown."""
    return {
        "given": {"address": "", "lists": []},
        "wrong": None,
        "notice": notice(served.settings),
        "agreed": notice_mark(served),
        "started": lambda request: signing.started(served.store, now_of(request)),
    }


# The lists


def load_offer(served: ServedDep) -> Offer:
    """The briefings that everybody can sign up for."""
    return offer(served.store)


def _offer_rows(page: Offer) -> Iterator[dict[str, Any]]:
    for one in page.lists:
        latest = one.latest
        yield {
            "slug": one.slug,
            "title": one.title,
            "description": one.description,
            "schedule": one.schedule,
            "number": latest.number if latest else None,
            "made": latest.made if latest else None,
            "subject": latest.subject if latest else None,
        }


def _offer_items(page: Offer) -> Iterator[Item]:
    """The latest issue of each list, the newest first."""
    latest = [(one, one.latest) for one in page.lists if one.latest]
    for one, past in sorted(latest, key=lambda pair: pair[1].made, reverse=True):
        yield _item(one.slug, past, one.title)


def _item(slug: str, past: Past, summary: str = "") -> Item:
    return Item(
        f"briefing/{slug}/{past.number}", past.subject, past.made, f"/briefings/lists/{slug}/{past.number}", summary
    )


OFFER_COLUMNS = {
    "slug": TEXT,
    "title": TEXT,
    "description": TEXT,
    "schedule": TEXT,
    "number": WHOLE,
    "made": DAY,
    "subject": TEXT,
}
add_page(
    router,
    "/briefings",
    load_offer,
    title="Briefings",
    template="briefings.html.jinja",
    rows=_offer_rows,
    columns=OFFER_COLUMNS,
    feed=_offer_items,
    shown=_shown,
)


# The issues of a list


def load_issue(served: ServedDep, slug: Slug, number: Number) -> Copy:
    """An issue of a public list, as everybody may read it."""
    found = copy_of(served.store, slug, number)
    if found is None:
        raise MissingError("there is no such issue that everybody may read", kind="issue")
    return found


def _issue_rows(page: Copy) -> Iterator[dict[str, Any]]:
    """A row for each line of a briefing."""
    told = page.briefing
    for group in told.happened:
        for act in group.acts:
            yield _row("event", act.first, act.headline, act.sentence, act.at)
    for act in told.others:
        yield _row("other", act.first, act.headline, act.sentence, act.at)
    for name, turns in (("outcome", told.ledger.outcomes), ("made", told.ledger.made), ("due", told.ledger.due)):
        for turn in turns:
            yield _row(name, turn.day, f"{turn.says}: {turn.content}", turn.sentence, turn.at or turn.link)
    for said in told.said:
        yield _row("statement", said.published, said.speaker, said.words, said.link)


def _row(part: str, day: object, says: str, sentence: str, link: str) -> dict[str, Any]:
    return {"part": part, "day": day, "says": says, "sentence": sentence, "link": link}


ISSUE_COLUMNS = {"part": TEXT, "day": DAY, "says": TEXT, "sentence": TEXT, "link": TEXT}
add_page(
    router,
    "/briefings/lists/{slug}/{number}",
    load_issue,
    title="A briefing",
    template="briefings_issue.html.jinja",
    rows=_issue_rows,
    columns=ISSUE_COLUMNS,
)


def load_archive(
    served: ServedDep,
    slug: Slug,
    before: Annotated[int | None, Query(ge=1, le=10**9, description="Issues below this number.")] = None,
) -> Archive:
    """The issues of a public list, the newest first."""
    found = archive(served.store, slug, before)
    if found is None:
        raise MissingError("there is no such list that everybody may read", kind="list")
    return found


def _archive_rows(page: Archive) -> Iterator[dict[str, Any]]:
    for past in page.issues:
        yield {
            "number": past.number,
            "made": past.made,
            "first": past.first,
            "last": past.last,
            "subject": past.subject,
        }


def _archive_items(page: Archive) -> Iterator[Item]:
    for past in page.issues:
        yield _item(page.list.slug, past)


ARCHIVE_COLUMNS = {"number": WHOLE, "made": DAY, "first": DAY, "last": DAY, "subject": TEXT}
add_page(
    router,
    "/briefings/lists/{slug}",
    load_archive,
    title="Briefings of a list",
    template="briefings_list.html.jinja",
    rows=_archive_rows,
    columns=ARCHIVE_COLUMNS,
    feed=_archive_items,
    turned_by="before",
)
