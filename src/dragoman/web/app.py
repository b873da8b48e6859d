"""The app: pages, what comes with them, and what must hold for every response."""

import contextlib
import importlib.metadata
import pkgutil
import time
from collections.abc import AsyncIterator, Collection, Iterable
from importlib import import_module
from types import ModuleType
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from dragoman.store.keys import link_keys
from dragoman.web import pages
from dragoman.web.answers import Memory, fill_schemas
from dragoman.web.errors import add_errors
from dragoman.web.headers import Surroundings
from dragoman.web.people import add_people, base_name
from dragoman.web.serving import Served
from dragoman.web.templates import STATIC
from dragoman.web.uploads import Capped

# Names of this machine for itself; addresses are always answered to.
LOCAL = frozenset({"localhost", "localhost.localdomain", "testserver.localhost"})
# Requests answered at once: more threads than that only wait for each other on two cores.
THREADS = 8
ABOUT = "Who did or said what to whom: news reports between states as a record that can be checked."


class Kept(StaticFiles):
    """Files whose addresses change with their content: whoever has one need not ask again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file; one that is asked for by its version may be kept for a year."""
        response = await super().get_response(path, scope)
        if scope.get("query_string", b"").startswith(b"v="):
            response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def make_app(served: Served, *, names: Collection[str] = (), among: Iterable[ModuleType] | None = None) -> Surroundings:
    """The whole app; `names` are host names that it answers to besides this machine's own and all addresses.

    `among` are the modules of its pages, else all of them.
    """
    app = FastAPI(
        title="Dragoman", version=importlib.metadata.version("dragoman"), description=ABOUT,
        docs_url=None, redoc_url=None, openapi_url="/openapi.json", lifespan=_running,
    )  # fmt: skip
    app.state.served, app.state.memory = served, Memory()
    if served.store.writable:
        # Pages that are only looked at change nothing, and so make no keys for the links of briefings.
        link_keys(served.store, now=int(time.time()))
    add_errors(app)
    add_people(app)
    for module in among if among is not None else all_pages():
        app.include_router(module.router)
    app.mount("/static", GZipMiddleware(Kept(directory=STATIC), minimum_size=1_000))
    untyped: Any = app
    untyped.openapi = lambda: _document(app)
    return Surroundings(Capped(app), names={*LOCAL, *names, base_name(served)}, https=served.https)


def all_pages() -> list[ModuleType]:
    """The modules of all pages."""
    return [import_module(f"{pages.__name__}.{one.name}") for one in pkgutil.iter_modules(pages.__path__)]


@contextlib.asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    served = app.state.served
    if served.post is not None:
        served.post.start()
    yield
    for one in (served.jobs, served.post):
        if one is not None:
            await to_thread.run_sync(one.close)


def _document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the schemas of the pages' records."""
    if app.openapi_schema is None:
        found = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
        fill_schemas(found)
        app.openapi_schema = found
    return app.openapi_schema
