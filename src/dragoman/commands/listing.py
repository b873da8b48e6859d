"""Distinct events for people: a table, or where that is too narrow two lines each; names of bodies by their codes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dragoman.resolve.tellings import BODIES
from dragoman.rules import Rules
from dragoman.views.naming import names_of_bodies

# Columns of a terminal below which a table leaves a sentence less than 40 characters.
NARROW = 120
# Characters of a sentence that a table shows.
WORDS = 160


def show_events(console: Console, found: Sequence[Mapping[str, Any]], title: str | None = None) -> None:
    """Print events (first, actor, type, mode, recipient, status, reports, sentence) in the order given."""
    if console.width < NARROW:
        _show_lines(console, found, title)
        return
    table = Table("date", "actor", "event", "recipient", "status", "reports", "read from")
    table.show_edge, table.title, table.title_justify = False, title, "left"
    for one in found:
        table.add_row(*map(Text, (*_facts(one), str(one["reports"]), _sentence(one)[:WORDS])))
    console.print(table)


def _show_lines(console: Console, found: Iterable[Mapping[str, Any]], title: str | None) -> None:
    if title:
        console.print(title, style="italic")
    for one in found:
        many = f"({one['reports']:,} report{'' if one['reports'] == 1 else 's'})"
        console.print(Text(" ".join(part for part in (*_facts(one), many) if part), style="bold"))
        console.print(Padding(Text(_sentence(one)), (0, 0, 0, 4)))


def _facts(one: Mapping[str, Any]) -> tuple[str, ...]:
    """When, who, what, to whom and how far."""
    kind = ":".join(part for part in (one["type"], one["mode"]) if part)
    return one["first"] or "", one["actor"], kind, one["recipient"], one["status"]


def _sentence(one: Mapping[str, Any]) -> str:
    return " ".join(one["sentence"].split())


def codes_in(found: Iterable[Mapping[str, Any]]) -> set[str]:
    """The codes of all actors and recipients of events."""
    return {code for one in found for side in ("actor", "recipient") for code in one[side].split(";") if code}


def show_names(console: Console, codes: Iterable[str], rules: Rules) -> None:
    """A line that says which bodies codes like IGOUNOKID are; nothing where there are none that the lexicon names.

    The lexicon's names, not those of reports: what a report calls "its members" is no name.
    """
    wanted = {code for code in codes if code.startswith(BODIES)}
    names = names_of_bodies(wanted, rules)
    if names:
        console.print("; ".join(f"{code}: {names[code]}" for code in sorted(names)), markup=False, style="dim")
