"""One record, many ways out: each page has an address for people, and for programs .json, .csv, .parquet and .atom."""

import functools
import hashlib
import inspect
import pkgutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Depends, Request, Response

from dragoman.export.parquet import write_rows
from dragoman.export.rows import csv_rows
from dragoman.records import Record
from dragoman.store.opening import pulse
from dragoman.web.errors import Failed
from dragoman.web.feeds import MEDIA, Item, atom
from dragoman.web.forms import is_secure
from dragoman.web.serving import Served, ServedDep, served_by
from dragoman.web.templates import with_format

Rows = Callable[[Any], Iterable[dict[str, Any]]]
Feed = Callable[[Any], Iterable[Item]]
Shown = Callable[[Any, Served], dict[str, Any]]
# Records of questions that are kept until something in the store changes; some are megabytes.
KEPT = 64
ERRORS = (404, 422, 503)
# What pages answer besides: parties that are named lead to their own page, and who has the answer already keeps it.
OTHER: dict[int | str, dict[str, Any]] = {
    303: {"description": "It stands at another address."},
    304: {"description": "It is as it was (`If-None-Match`)."},
}


class Page(NamedTuple):
    """A page: its address, the function that answers its question, and how the answer is shown and written."""

    address: str
    title: str
    load: Callable[..., Any]
    template: str
    rows: Rows
    columns: Mapping[str, str]
    feed: Feed | None
    shown: Shown | None
    turned_by: str

    @property
    def type(self) -> type[Record]:
        """What the function answers with."""
        found: type[Record] = inspect.get_annotations(self.load, eval_str=True)["return"]
        return found


def add_page(
    router: APIRouter,
    address: str,
    load: Callable[..., Any],
    *,
    title: str,
    template: str,
    rows: Rows,
    columns: Mapping[str, str],
    feed: Feed | None = None,
    shown: Shown | None = None,
    turned_by: str = "after",
) -> None:
    """Put a page at an address.

    `load` is a dependency of FastAPI: its arguments are the page's question (and `served: ServedDep`), its result is
    the page's record, which the template gets as `page`. `title` names the page in feeds, unless the record has a
    `feed_title`. `rows` are what CSV and Parquet hold, with `columns` (name to text, number, whole or day); `feed`
    gives the items of an Atom feed. `shown` makes of the record what the template gets by other names besides:
    pictures, text with marks. `turned_by` is the value of the question that asks for what comes after a record's
    `next`.
    """
    page = Page(address, title, load, template, rows, columns, feed, shown, turned_by)
    answer = remembered(load)
    stem = "/overview" if address == "/" else address
    _add(router, f"{stem}.json", page, _json(answer, page), _json_media(page.type))
    _add(router, f"{stem}.csv", page, _csv(answer, page), _media("text/csv"))
    _add(router, f"{stem}.parquet", page, _parquet(answer, page), _media("application/vnd.apache.parquet"))
    if feed:
        _add(router, f"{stem}.atom", page, _atom(answer, page), _media(MEDIA))
    _add(router, address, page, _html(answer, page), _media("text/html"))


def _add(router: APIRouter, address: str, page: Page, answer: Callable[..., Response], found: dict[str, Any]) -> None:
    """A route with what it answers; the errors are the same everywhere."""
    failed = {"content": _json_media(Failed) if "text/html" not in found else found}
    responses: dict[int | str, dict[str, Any]] = {200: {"content": found}, **OTHER, **dict.fromkeys(ERRORS, failed)}
    name = f"{page.template.partition('.')[0]} {next(iter(found))} {address}"
    about = (page.load.__doc__ or "").strip().partition("\n")[0]
    router.add_api_route(
        address,
        answer,
        methods=["GET"],
        summary=about,
        response_class=Response,
        responses=responses,
        operation_id=name.replace(" ", "-"),
        response_model=None,
    )


def _media(media: str) -> dict[str, Any]:
    return {media: {"schema": {"type": "string"}}}


def _json_media(record: type[Record]) -> dict[str, Any]:
    """The record stands there by its name: the framework copies only what JSON can hold."""
    return {"application/json": {"record": f"{record.__module__}:{record.__qualname__}"}}


# Ways out


def _html(answer: Callable[..., Any], page: Page) -> Callable[..., Response]:
    def html(request: Request, served: ServedDep, found: Annotated[Any, Depends(answer)]) -> Response:
        asked = request.url.query
        formats = ["json", "csv", "parquet", *(["atom"] if page.feed else [])]
        links = {format: with_format(request.url.path, format, asked) for format in formats}
        more = page.shown(found, served) if page.shown else {}
        return served.render(request, page.template, page=found, formats=links, **more)

    return html


def _json(answer: Callable[..., Any], page: Page) -> Callable[..., Response]:
    def json(request: Request, found: Annotated[Any, Depends(answer)]) -> Response:
        return _continued(_fresh(request, msgspec.json.encode(found), "application/json"), request, found, page)

    return json


def _csv(answer: Callable[..., Any], page: Page) -> Callable[..., Response]:
    def csv(request: Request, found: Annotated[Any, Depends(answer)]) -> Response:
        lines = csv_rows(page.rows(found), page.columns)
        sent = _fresh(request, "".join(lines).encode("utf-8", "replace"), "text/csv; charset=utf-8")
        return _continued(sent, request, found, page)

    return csv


def _parquet(answer: Callable[..., Any], page: Page) -> Callable[..., Response]:
    def parquet(request: Request, found: Annotated[Any, Depends(answer)]) -> Response:
        with tempfile.TemporaryDirectory(prefix="dragoman-") as folder:
            path = Path(folder, "page.parquet")
            write_rows(page.rows(found), path, page.columns)
            sent = Response(path.read_bytes(), media_type="application/vnd.apache.parquet")
            return _continued(sent, request, found, page)

    return parquet


def _atom(answer: Callable[..., Any], page: Page) -> Callable[..., Response]:
    def feed(request: Request, found: Annotated[Any, Depends(answer)]) -> Response:
        assert page.feed is not None
        address = request.url.path.removesuffix(".atom")
        asked = f"?{request.url.query}" if request.url.query else ""
        address = ("/" if address == "/overview" else address) + asked
        site = request.base_url.replace(scheme="https" if is_secure(request) else "http")
        body = atom(getattr(found, "feed_title", page.title), str(site).rstrip("/"), address, page.feed(found))
        return _fresh(request, body, MEDIA)

    return feed


def _continued(sent: Response, request: Request, found: Any, page: Page) -> Response:
    """The answer, with the address of what comes after it where it does not hold everything (RFC 8288)."""
    if following := getattr(found, "next", ""):
        asked = [(name, value) for name, value in request.query_params.multi_items() if name != page.turned_by]
        sent.headers["link"] = f'<{request.url.path}?{urlencode([*asked, (page.turned_by, following)])}>; rel="next"'
    return sent


def _fresh(request: Request, body: bytes, media: str) -> Response:
    """The answer, or only that it is as it was for whom has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"etag": tag})
    return Response(body, media_type=media, headers={"etag": tag})


# Answers that stay the same until the store changes


class Memory:
    """Answers by their questions, the latest asked kept; all are dropped when the store has changed."""

    def __init__(self, most: int = KEPT) -> None:
        self._most, self._lock, self._state = most, threading.Lock(), -1
        self._answers: OrderedDict[Any, Any] = OrderedDict()

    def get(self, state: int, question: Any) -> Any:
        """The answer to a question at a state of the store; None where it is not known."""
        with self._lock:
            if state != self._state:
                self._answers.clear()
                self._state = state
            if question in self._answers:
                self._answers.move_to_end(question)
            return self._answers.get(question)

    def put(self, state: int, question: Any, answer: Any) -> None:
        """Keep an answer that was found at a state of the store."""
        with self._lock:
            if state == self._state:
                self._answers[question] = answer
                if len(self._answers) > self._most:
                    self._answers.popitem(last=False)


def remembered(load: Callable[..., Any]) -> Callable[..., Any]:
    """The same dependency, which answers what was asked before from memory while the store stays as it is."""

    @functools.wraps(load)
    def loaded(request: Request, **asked: Any) -> Any:
        served, memory = served_by(request), request.app.state.memory
        with served.store.reading() as connection:
            state = pulse(connection)
        given = {name: value for name, value in asked.items() if name != "served"}
        question = (load.__module__, load.__qualname__, repr(sorted(given.items())))
        found = memory.get(state, question)
        if found is None:
            found = load(**asked)
            memory.put(state, question, found)
        return found

    known = inspect.signature(load, eval_str=True)
    request = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request)
    mine = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in known.parameters.values()]
    untyped: Any = loaded
    untyped.__signature__ = known.replace(parameters=[*mine, request], return_annotation=Any)
    return loaded


def fill_schemas(document: dict[str, Any]) -> None:
    """Put the schemas of records into an OpenAPI document whose answers name them under "record"."""
    naming = list(_naming(document))
    records = [pkgutil.resolve_name(part.pop("record")) for part in naming]
    # Of two records of one name each gets that of its module too, so that only now is known what to refer to.
    places, found = msgspec.json.schema_components(records, ref_template="#/components/schemas/{name}")
    for part, place in zip(naming, places, strict=True):
        part["schema"] = place
    document.setdefault("components", {}).setdefault("schemas", {}).update(found)


def _naming(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if "record" in part:
            yield part
        for inner in part.values():
            yield from _naming(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _naming(inner)
