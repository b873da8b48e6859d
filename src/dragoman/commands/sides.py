"""One party towards another on a terminal: cells of a table, lines on its commitments, a word where these are old."""

from rich.console import Console
from rich.table import Table

from dragoman.export.panels import QUADS
from dragoman.store import ledgers
from dragoman.store.opening import Store
from dragoman.views.sides import OWN_WORDS, THREATS, Side, outcome


def warn_if_old(store: Store) -> None:
    """Say so on standard error where the ledger is older than what the store holds and cannot be made anew."""
    if not ledgers.is_current(store):
        message = f"{store.where}: commitments are not up to date, as that store cannot be written"
        Console(stderr=True, highlight=False, soft_wrap=True).print(message, markup=False)


def quad_table(title: str, *more: str) -> Table:
    """A table with a column for each quad class."""
    names = (name.replace("_", " ") for name in QUADS.values())
    return Table("", *names, *more, title=title, title_justify="left", show_edge=False)


def cells_of(side: Side) -> list[str]:
    """The counts of a side, by quad class: distinct events, and in brackets the reports that tell them."""
    return [f"{side.events[name]:,} ({side.reports[name]:,})" for name in QUADS.values()]


def show_words(console: Console, side: Side) -> None:
    """What became of a side's commitments, in a line or three."""
    console.print(f"{name_of(side)}: {OWN_WORDS}: {outcome(side.commitments)}", markup=False)
    if side.threats.made:
        console.print(f"    {THREATS}: {outcome(side.threats)}", markup=False)


def name_of(side: Side) -> str:
    """Who towards whom, in words."""
    return f"{side.actor} to {side.recipient or 'all'}"
