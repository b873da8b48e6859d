"""What went wrong, as a page for people and as JSON for programs; no error shows where in the code it arose."""

from typing import Any

import msgspec
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteError

from dragoman.errors import DragomanError, InputError, StoreError
from dragoman.records import Fault, Record

# What an address ends in whose readers are programs.
DATA = (".json", ".csv", ".parquet", ".atom")
TITLES = {
    400: "That was not understood",
    401: "Please log in",
    403: "That is not allowed",
    404: "Nothing here",
    405: "That cannot be done here",
    413: "Too large",
    422: "That was not understood",
    429: "Too often",
    500: "Something went wrong here",
    503: "The store cannot be read",
}


class MissingError(InputError):
    """There is no such event, report, party or page."""


class Failed(Record, frozen=True, kw_only=True):
    """What a program gets that asks for something that cannot be had."""

    error: Fault


def add_errors(app: FastAPI) -> None:
    """Answer every error with a page or with JSON, by what was asked for."""
    app.add_exception_handler(InputError, _input)
    app.add_exception_handler(DragomanError, _ours)
    app.add_exception_handler(RequestValidationError, _asked)
    app.add_exception_handler(StarletteError, _http)
    app.add_exception_handler(Exception, _unforeseen)


def is_data(request: Request) -> bool:
    """Whether a program asks: by the end of the address, or as it accepts JSON and no page."""
    accept = request.headers.get("accept", "")
    return request.url.path.endswith(DATA) or ("json" in accept and "html" not in accept)


def answer(request: Request, status: int, fault: Fault, headers: dict[str, str] | None = None) -> Response:
    """An error as JSON, or as a page that says what to do."""
    if is_data(request):
        body = msgspec.json.encode(Failed(error=fault))
        return Response(body, status, headers, media_type="application/json")
    title = TITLES.get(status, TITLES[400])
    shown: Response = request.app.state.served.render(
        request, "error.html.jinja", status=status, title=title, fault=fault
    )
    shown.headers.update(headers or {})
    return shown


def _input(request: Request, error: Exception) -> Response:
    assert isinstance(error, InputError)
    status = 404 if isinstance(error, MissingError) else 422
    return answer(request, status, Fault(kind=error.kind, message=error.message, where=error.where))


def _ours(request: Request, error: Exception) -> Response:
    """A store that is locked or gone can be back in a moment."""
    assert isinstance(error, DragomanError)
    status = 503 if isinstance(error, StoreError) else 500
    fault = Fault(kind=error.kind, message=error.message)
    return answer(request, status, fault, {"Retry-After": "5"} if status == 503 else None)


def _asked(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    told = "; ".join(f"{_name(one['loc'])}: {_complaint(one)}" for one in error.errors()[:5])
    return answer(request, 422, Fault(kind="question", message=told))


def _complaint(one: dict[str, Any]) -> str:
    """What is wrong with a value; patterns are not for people."""
    if one["type"] != "string_pattern_mismatch":
        return str(one["msg"])
    return f"{str(one['input'])[:60]!r} is not written as expected; a day is like 2013-05-31, a code like PRK"


def _name(place: tuple[Any, ...]) -> str:
    return str(place[-1]) if len(place) > 1 else "the question"


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException | StarletteError)
    message = "there is no such page" if error.status_code == 404 else str(error.detail)
    headers = dict(error.headers) if error.headers else None
    return answer(request, error.status_code, Fault(kind="page", message=message), headers)


def _unforeseen(request: Request, error: Exception) -> Response:
    message = "a fault of the program; what is stored is safe, and the terminal that it runs in says more"
    return answer(request, 500, Fault(kind="fault", message=message))
