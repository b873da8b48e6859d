"""`dragoman serve`: the record in a browser."""

import contextlib
import gc
import ipaddress
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from rich.console import Console

from dragoman.errors import DragomanError, InputError
from dragoman.records import Record
from dragoman.rules import Rules
from dragoman.store import ledgers
from dragoman.store.opening import open_store, place_of

if TYPE_CHECKING:
    from dragoman.brief.settings import Settings
    from dragoman.web.serving import Served

# Seconds that an idle connection is kept, and connections at most: one that says nothing must not keep others out.
IDLE, MOST = 5, 500


class Address(Record, frozen=True, kw_only=True):
    """Where to listen, and by which names besides this machine's own."""

    host: str
    port: int
    names: tuple[str, ...] = ()
    https: bool = False


def run(where: str | None, address: Address, rules: Rules, settings_file: Path | None = None) -> int:
    """Serve a store until interrupted; a store that is not there yet is made."""
    uvicorn = _server()
    from dragoman.brief.settings import read_settings
    from dragoman.web.adding import Jobs
    from dragoman.web.app import make_app
    from dragoman.web.posting import Post
    from dragoman.web.serving import Served

    briefings = read_settings(settings_file, store=place_of(where))
    with open_store(place_of(where)) as store, _listening(address) as listener:
        port = listener.getsockname()[1]
        briefings = _reached(briefings, address, port)
        served = Served(
            store, rules, loopback=is_loopback(address.host), https=address.https, settings=briefings,
            post=Post(store, briefings, say=_say),
        )  # fmt: skip
        served.jobs = Jobs(store, rules)
        threading.Thread(target=_prepare, args=(served,), daemon=True).start()
        _say(f"{store.where}: open {_url(address, port)} in a browser; Ctrl-C ends it")
        if not served.loopback:
            _say(
                "Everybody who reaches this address may read; adding and overruling need a login (`dragoman user add`)."
            )
        settings = uvicorn.Config(
            make_app(served, names=address.names), log_level="warning", access_log=False, server_header=False,
            timeout_keep_alive=IDLE, limit_concurrency=MOST, proxy_headers=False, timeout_graceful_shutdown=IDLE,
        )  # fmt: skip
        uvicorn.Server(settings).run(sockets=[listener])
    return 0


def _prepare(served: "Served") -> None:
    """What makes pages quick and the ledger current, while the first of them are asked for."""
    from dragoman.store import columns
    from dragoman.views.overview import overview_of

    served.templates.prepare()
    with _told(served.store.where):
        columns.keep(served.store)
    with _told(served.store.where):
        overview_of(served.store, served.rules)
    # Looking through rules and counts for what is garbage would stop a page for a fifth of a second now and then.
    gc.collect()
    gc.freeze()
    with _told(served.store.where):
        ledgers.made_current(served.store, served.rules)


@contextlib.contextmanager
def _told(where: str) -> Iterator[None]:
    """What went wrong, in a line: pages that need it tell of it, or find another way."""
    try:
        yield
    except DragomanError as error:
        _say(f"{where}: {error.message}")


def _reached(briefings: "Settings", address: Address, port: int) -> "Settings":
    """The settings with the address of this very server where they name none, so that links in mails lead here."""
    if briefings.base != type(briefings)().base:
        return briefings
    return msgspec.structs.replace(briefings, base=_url(address, port).rstrip("/"))


def _server() -> Any:
    try:
        import fastapi  # noqa: F401 - both are needed, and come together
        import uvicorn  # the server that FastAPI's users know; pure Python is quick enough here
    except ImportError as error:
        raise DragomanError("the web app needs more: pip install 'dragoman[web]'", kind="missing") from error
    return uvicorn


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listening(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address.host, address.port))
        listener.listen()  # who comes before all is loaded waits, and is not refused
    except OSError as error:
        listener.close()
        told = f"cannot listen on {address.host} port {address.port}: {(error.strerror or str(error)).lower()}"
        raise InputError(f"{told}; choose another with --port", kind="address") from error
    return listener


def _url(address: Address, port: int) -> str:
    host = "localhost" if address.host in {"127.0.0.1", "::1", "localhost"} else address.host
    return f"http{'s' if address.https else ''}://{f'[{host}]' if ':' in host else host}:{port}/"


def _say(text: str) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)
