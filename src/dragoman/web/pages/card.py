"""The coder card: which coders coded what is here, how right they are on which sets, and where they err."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter

from dragoman.export.rows import DAY, NUMBER, TEXT, WHOLE
from dragoman.views.cards import CardPage, card_page
from dragoman.web.answers import add_page
from dragoman.web.serving import ServedDep

router = APIRouter()
COLUMNS = {
    "set": TEXT,
    "measure": TEXT,
    "words": TEXT,
    "type": TEXT,
    "precision": NUMBER,
    "recall": NUMBER,
    "f1": NUMBER,
    "value": NUMBER,
    "cases": WHOLE,
    "measured": DAY,
    "version": TEXT,
    "rules": TEXT,
    "model": TEXT,
}
FIGURES = ("measure", "words", "type", "precision", "recall", "f1", "value", "cases")


def load(served: ServedDep) -> CardPage:
    """Which coders coded what is in this store, how right they are on sets coded by hand, and where they err."""
    return card_page(served.store, served.rules)


def rows(page: CardPage) -> Iterator[dict[str, Any]]:
    """A row for each figure; how often it is right at which confidence is only on the page and in the JSON."""
    for trial in page.trials:
        coder = {"version": trial.coder.version, "rules": trial.coder.rules, "model": trial.coder.model}
        for row in (*trial.tasks, *trial.types):
            figures = {name: getattr(row, name) for name in FIGURES}
            yield {"set": trial.name, "measured": trial.on} | figures | coder


add_page(
    router,
    "/card",
    load,
    title="Coder card",
    template="card.html.jinja",
    rows=rows,
    columns=COLUMNS,
)
