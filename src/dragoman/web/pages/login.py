"""Logging in and out, and a person's own page: another password, the end of all sessions."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from dragoman.errors import InputError
from dragoman.store import people
from dragoman.store.people import Person
from dragoman.web.forms import Checked, form_token, keep_private
from dragoman.web.passwords import LEAST, check_password
from dragoman.web.people import (
    Reader,
    Writer,
    give_session,
    guard_of,
    is_local,
    log_in,
    matching,
    safe_next,
    session_token,
)
from dragoman.web.serving import served_by

# Pages for one person alone are no part of what programs ask for.
router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]

WRONG = "The name or the password is not right."
CHANGED_MEANWHILE = "The password was changed elsewhere a moment ago. Log in anew."


@router.get("/login")
def login_page(request: Request, person: Reader, next: Annotated[str, Query()] = "/") -> Response:
    """Where people log in; whoever is logged in already goes on."""
    if person is not None and not is_local(request):
        keep_private(request)
        return RedirectResponse(safe_next(next), 303)
    return _login(request, next)


@router.post("/login")
def login(request: Request, _: Checked, name: Text = "", password: Text = "", next: Text = "/") -> Response:
    """Log somebody in, with a new session."""
    token = log_in(request, name, password)
    if token is None:
        return _login(request, next, name=name, wrong=WRONG, status=403)
    return _went(request, safe_next(next), token)


@router.post("/logout")
def logout(request: Request, _: Checked) -> Response:
    """End the session of this browser."""
    if token := session_token(request):
        with served_by(request).store.writing() as connection:
            people.end_session(connection, token)
    return _went(request, "/", "")


@router.get("/account")
def account_page(request: Request, person: Writer) -> Response:
    """A person's own page."""
    return _account(request, person)


@router.post("/account/password")
def change_password(
    request: Request, person: Writer, _: Checked, current: Text = "", new: Text = "", again: Text = ""
) -> Response:
    """Change the password. All sessions end; this browser gets a new one."""
    _need_account(request)
    found = matching(request, person.name, current)
    if found is None:
        return _account(request, person, wrong="That is not your password.", status=403)
    try:
        _check_new(new, again, person.name)
        digest = guard_of(request).passwords.digest(new)
    except InputError as error:
        return _account(request, person, wrong=f"{error.message[0].upper()}{error.message[1:]}.", status=422)
    token = _changed(request, person.name, found[1], digest)
    return (
        _went(request, "/account?changed=1", token) if token else _login(request, wrong=CHANGED_MEANWHILE, status=403)
    )


@router.post("/account/sessions")
def end_sessions(request: Request, person: Writer, _: Checked) -> Response:
    """End all sessions of a person, this browser's too."""
    _need_account(request)
    with served_by(request).store.writing() as connection:
        people.end_sessions(connection, person.name)
    return _went(request, "/login", "")


def _check_new(new: str, again: str, name: str) -> None:
    if new != again:
        raise InputError("the two new passwords are not the same", kind="password")
    check_password(new, name)


def _changed(request: Request, name: str, old: str, new: str) -> str | None:
    """The token of the only session that is left; None where the password was no longer the old one."""
    with served_by(request).store.writing() as connection:
        if not people.change_password(connection, name, old, new):
            return None
        people.end_sessions(connection, name)
        return people.begin_session(connection, name, new, guard_of(request).now())


def _need_account(request: Request) -> None:
    """Whoever sits at the machine has no password here that could be changed."""
    if is_local(request):
        raise HTTPException(403, "On this computer nobody needs a login; `dragoman user` looks after those who do.")


def _went(request: Request, address: str, token: str) -> Response:
    """On to another page, with a session or with "" without."""
    response = RedirectResponse(address, 303)
    give_session(request, response, token)
    return response


def _login(request: Request, next: str = "/", *, name: str = "", wrong: str = "", status: int = 200) -> HTMLResponse:
    values = {"next": safe_next(next), "name": name, "wrong": wrong, "local": is_local(request)}
    return served_by(request).render(request, "login.html.jinja", status, token=form_token(request), **values)


def _account(request: Request, person: Person, *, wrong: str = "", status: int = 200) -> HTMLResponse:
    changed = "changed" in request.query_params
    local = is_local(request)
    values = {"person": person, "wrong": wrong, "changed": changed, "local": local, "least": LEAST}
    token = "" if local else form_token(request)
    return served_by(request).render(request, "account.html.jinja", status, token=token, **values)
