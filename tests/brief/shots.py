"""Pictures of the mails of some lists, light and dark, wide and narrow: python -m tests.brief.shots STORE FOLDER"""

import datetime
import sys
from pathlib import Path

from rich.progress import track

from dragoman.brief.composing import compose
from dragoman.brief.rendering import Footer, Rendered, render, render_confirm, render_known
from dragoman.rules import Rules
from dragoman.store import Store, ledgers, open_store
from dragoman.views.names import Names
from tests.brief.dealt import mailing
from tests.web.browsing import opened, started

BASE = "https://record.example"
SIZES = {"wide": {"width": 1000, "height": 900}, "narrow": {"width": 390, "height": 844}}
KOREAS = {"parties": ("PRK", "KOR")}
LISTS = {
    "koreas": mailing(title="The two Koreas, week by week", **KOREAS),
    "between": mailing(title="Between the Koreas", among=True, **KOREAS),
    "daily": mailing(title="North Korea today", schedule="daily", parties=("PRK",)),
    "sanctions": mailing(title="Sanctions", types=("SANCTION", "THREATEN")),
}
# The last days of the briefings.
DAYS = {
    "koreas": ("2012-12-13", "2013-03-13", "2013-06-17"),
    "between": ("2013-04-14", "2013-06-10"),
    "daily": ("2013-02-12", "2013-04-09"),
    "sanctions": ("2013-03-10",),
}


def main(file: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rules = Rules.load()
    with open_store(file) as store:
        ledgers.refresh(store, rules)
        mails = dict(briefings(store, rules)) | others()
    with started() as browser:
        for name, mail in track(mails.items(), description="mails"):
            folder.joinpath(f"{name}.txt").write_text(mail.text, encoding="utf-8")
            shoot(browser, mail, folder / name)


def briefings(store: Store, rules: Rules):
    names = Names(rules)
    for name, days in DAYS.items():
        for day in days:
            found = compose(store, rules, names, LISTS[name], datetime.date.fromisoformat(day))
            if found is not None:
                yield f"{name}-{day}", render(found, base=BASE, footer=footer(name))


def footer(slug: str) -> Footer:
    return Footer(
        name="The Record", postal="Desk of Records, 1 Harbour Street, Exampleton",
        leave=f"{BASE}/briefings/leave/token", yours=f"{BASE}/briefings/yours/token",
        archive=f"{BASE}/briefings/lists/{slug}/3",
    )  # fmt: skip


def others() -> dict[str, Rendered]:
    titles = tuple(one.title for one in LISTS.values())
    who = {"sender": "The Record", "postal": footer("").postal, "base": BASE}
    return {
        "confirm": render_confirm(titles[:2], address=f"{BASE}/briefings/confirm/token", hours=48, **who),
        "known": render_known(titles[:1], address=f"{BASE}/briefings/yours/token", **who),
    }


def shoot(browser, mail: Rendered, stem: Path) -> None:
    for size, viewport in SIZES.items():
        for scheme in ("light", "dark"):
            with opened(browser, viewport=viewport, color_scheme=scheme) as page:
                page.set_content(mail.html)
                assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
                page.screenshot(path=f"{stem}-{size}-{scheme}.png", full_page=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
