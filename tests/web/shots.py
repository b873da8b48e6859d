"""Screenshots of every page, light and dark, wide and narrow, and as it prints: python -m tests.web.shots STORE FOLDER [NAME...]"""

import sys
from pathlib import Path

from rich.progress import track
from starlette.testclient import TestClient

from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.web.app import make_app
from dragoman.web.serving import Served
from tests.web.addresses import pages
from tests.web.browsing import listening, started

SIZES = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 390, "height": 844}}


def main(file: str, folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with open_store(file) as store:
        served = Served(store, Rules.load())
        with TestClient(make_app(served), base_url="http://localhost") as client:
            known = pages(client)
        wanted = {name: known[name].address for name in names or known}
        with listening(served) as site, started() as browser:
            for name, address in track(wanted.items(), description="pages"):
                shoot(browser, site + address, folder / name)


def shoot(browser, address: str, stem: Path) -> None:
    for size, viewport in SIZES.items():
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport=viewport, color_scheme=scheme)
            page = context.new_page()
            page.goto(address, wait_until="networkidle")
            page.screenshot(path=f"{stem}-{size}-{scheme}.png", full_page=True)
            if (size, scheme) == ("wide", "light"):
                page.pdf(path=f"{stem}.pdf", prefer_css_page_size=True)
            context.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
