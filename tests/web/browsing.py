"""A real browser on a served store: it tells every error of the console, and every request to another host."""

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from dragoman.web.app import make_app
from dragoman.web.serving import Served

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextlib.contextmanager
def listening(served: Served, **settings) -> Iterator[str]:
    """The address of a server that runs in a thread."""
    config = uvicorn.Config(make_app(served, **settings), host="127.0.0.1", port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://localhost:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@contextlib.contextmanager
def started() -> Iterator[Browser]:
    """Debian's Chromium without a window; skips where there is none."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("Chromium is missing: apt-get install chromium")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*sandbox, *FLAGS])
        yield browser
        browser.close()


class Watch:
    """What went wrong on a page: errors of the console, dialogs, and requests that left this machine."""

    def __init__(self, page: Page) -> None:
        self.faults: list[str] = []
        page.on("console", lambda message: self._say(message.type in {"error", "warning"}, message.text))
        page.on("pageerror", lambda error: self._say(True, str(error)))
        page.on("dialog", self._dismiss)
        page.on("request", lambda request: self._say(not is_here(request.url), f"asked for {request.url}"))
        page.on("requestfailed", lambda request: self._say(True, f"failed: {request.url}"))

    def _say(self, is_fault: bool, what: str) -> None:
        if is_fault:
            self.faults.append(what)

    def _dismiss(self, dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()


def is_here(url: str) -> bool:
    """Whether a request stays on this machine."""
    parts = urlsplit(url)
    return parts.scheme in {"data", "blob", "about"} or parts.hostname in {"localhost", "127.0.0.1"}


@contextlib.contextmanager
def opened(browser: Browser, **settings) -> Iterator[Page]:
    """A page in a profile of its own, on which nothing may go wrong."""
    context = browser.new_context(**settings)
    page = context.new_page()
    watch = Watch(page)
    yield page
    context.close()
    assert watch.faults == []
