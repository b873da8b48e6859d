"""Pages that a mail leads to: confirm a sign-up, leave a list, see and change and erase what is kept about oneself.

Whoever has such a link needs no login and no cookie. To open a page changes nothing: programs that look through mails
open every link, and some run its scripts; each page has a button, which posts.
"""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Form, Path, Request, Response

from dragoman.brief import leaving, signing, yours
from dragoman.brief.links import yours_link
from dragoman.brief.signing import notice
from dragoman.brief.yours import Yours
from dragoman.errors import InputError
from dragoman.records import Fault
from dragoman.store import keys, mailings
from dragoman.web.errors import answer
from dragoman.web.serving import Served, ServedDep
from dragoman.web.visits import notice_mark, now_of, personal, visit_of

# Pages for one person alone are no part of what programs ask for.
router = APIRouter(include_in_schema=False)
Token = Annotated[str, Path(max_length=200)]
Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form(default_factory=list)]
GONE = {
    "confirm": (
        "This link confirms nothing any more. It is good for {hours} hours and does not work when a letter of it is "
        "missing. Sign up once more to get another one."
    ),
    "leave": "This link ends nothing. Perhaps a letter of it is missing: open it from the mail once more.",
    "yours": (
        "This link leads nowhere any more. The one in your latest mail does; or sign up once more, and you get another."
    ),
}
CHANGED = "What you agree to has changed since you opened this page. Please read it once more."
NOT_SURE = "tick the box above the button first: what is erased is gone"


# Confirming


@router.get("/briefings/confirm/{token}")
def confirm_page(request: Request, served: ServedDep, token: Token) -> Response:
    """What a link would confirm, and the button that does."""
    found = signing.to_confirm(served.store, token, now_of(request))
    if found is None:
        return _gone(request, "confirm")
    values: dict[str, Any] = {"titles": _titles(served, found.lists), "done": found.done, "now": False, "yours": ""}
    return personal(served.render(request, "briefings_confirm.html.jinja", **values))


@router.post("/briefings/confirm/{token}")
def confirm(request: Request, served: ServedDep, token: Token) -> Response:
    """Confirm a sign-up."""
    now, visit = now_of(request), visit_of(request, "/briefings/confirm")
    found = signing.confirm(served.store, served.settings, token, now, visit)
    if found is None:
        return _gone(request, "confirm")
    mine = yours_link(served.settings, keys.link_keys(served.store, now=now), found.subscriber, now)
    values: dict[str, Any] = {
        "titles": _titles(served, found.lists),
        "done": True,
        "now": True,
        "yours": mine.removeprefix(served.settings.base),
    }
    return personal(served.render(request, "briefings_confirm.html.jinja", **values))


# Leaving


@router.get("/briefings/leave/{token}")
def leave_page(request: Request, served: ServedDep, token: Token) -> Response:
    """What a link would end, and the button that does."""
    found = leaving.to_leave(served.store, token)
    if found is None:
        return _gone(request, "leave")
    values: dict[str, Any] = {
        "titles": _titles(served, found.lists),
        "all": found.all,
        "done": found.done,
        "now": False,
    }
    return personal(served.render(request, "briefings_leave.html.jinja", **values))


@router.post("/briefings/leave/{token}")
def leave(request: Request, served: ServedDep, token: Token) -> Response:
    """End it at once (RFC 8058): whatever the body says, without a cookie and without leading elsewhere."""
    visit = visit_of(request, "/briefings/leave")
    found = leaving.leave(served.store, served.settings, token, now_of(request), visit)
    if found is None:
        return _gone(request, "leave")
    values: dict[str, Any] = {"titles": _titles(served, found.lists), "all": found.all, "done": True, "now": True}
    return personal(served.render(request, "briefings_leave.html.jinja", **values))


# A person's own page


@router.get("/briefings/yours/{token}")
def yours_page(request: Request, served: ServedDep, token: Token) -> Response:
    """A person's own page."""
    found = yours.yours(served.store, token, now_of(request))
    return _yours(request, served, token, found) if found else _gone(request, "yours")


@router.post("/briefings/yours/{token}")
def change(request: Request, served: ServedDep, token: Token, lists: Texts, agreed: Text = "") -> Response:
    """Put a person on the lists that are ticked, and on no other."""
    now, visit = now_of(request), visit_of(request, "/briefings/yours")
    try:
        if agreed != notice_mark(served):
            raise InputError(CHANGED, kind="form")
        text = notice(served.settings)
        found = yours.change(served.store, served.settings, token, lists, now, text=text, visit=visit)
    except InputError as error:
        before = yours.yours(served.store, token, now)
        told: dict[str, Any] = {"wrong": error.message, "part": "lists", "status": 422}
        return _yours(request, served, token, before, **told) if before else _gone(request, "yours")
    return _yours(request, served, token, found, changed=True) if found else _gone(request, "yours")


@router.post("/briefings/yours/{token}/export")
def export(request: Request, served: ServedDep, token: Token) -> Response:
    """All that is kept about a person, as a file."""
    held = yours.export(
        served.store, served.settings, token, now_of(request), visit_of(request, "/briefings/yours/export")
    )
    if held is None:
        return _gone(request, "yours")
    body = msgspec.json.format(msgspec.json.encode(held), indent=2)
    headers = {"content-disposition": 'attachment; filename="briefings-yours.json"'}
    return personal(Response(body, headers=headers, media_type="application/json"))


@router.post("/briefings/yours/{token}/erase")
def erase(request: Request, served: ServedDep, token: Token, sure: Text = "") -> Response:
    """Erase a person, who has ticked that he means it."""
    now, visit = now_of(request), visit_of(request, "/briefings/yours/erase")
    if not sure:
        found = yours.yours(served.store, token, now)
        told: dict[str, Any] = {"wrong": NOT_SURE, "part": "erase", "status": 422}
        return _yours(request, served, token, found, **told) if found else _gone(request, "yours")
    if yours.erase(served.store, served.settings, token, now, visit) is None:
        return _gone(request, "yours")
    if served.post is not None:
        served.post.wake(sweep=True)
    return personal(served.render(request, "briefings_erased.html.jinja"))


def _yours(request: Request, served: Served, token: str, found: Yours, *, status: int = 200, **told: Any) -> Response:
    with served.store.reading() as connection:
        known = {one.slug: one for one in mailings.lists(connection)}
    shown = [known[slug] for slug in {**found.states, **dict.fromkeys(found.open)} if slug in known]
    on = {slug for slug, state in found.states.items() if state == "confirmed"}
    values = {
        "one": found,
        "lists": [one for one in shown if one.visibility != "archived" and (one.slug in found.open or one.slug in on)],
        "on": on,
        "here": f"/briefings/yours/{token}",
        "notice": notice(served.settings),
        "agreed": notice_mark(served),
        "wrong": "",
        "part": "",
        "changed": False,
    }
    return personal(served.render(request, "briefings_yours.html.jinja", status, **(values | told)))


def _titles(served: Served, slugs: tuple[str, ...]) -> list[str]:
    with served.store.reading() as connection:
        found = [mailings.list_of(connection, slug) for slug in slugs]
    return [one.title for one in found if one is not None]


def _gone(request: Request, page: str) -> Response:
    """A link that is none, or whose time is over."""
    hours = request.app.state.served.settings.confirm_hours
    return personal(answer(request, 404, Fault(kind="link", message=GONE[page].format(hours=hours))))
