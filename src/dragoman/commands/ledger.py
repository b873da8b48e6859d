"""`dragoman ledger`: what was offered, promised, threatened, demanded and agreed, and what became of it."""

import datetime
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dragoman.commands.listing import show_names
from dragoman.commands.periods import say_drawn
from dragoman.commands.sides import warn_if_old
from dragoman.errors import InputError
from dragoman.ledger.rates import follow_through
from dragoman.records import Account, CommitmentKind, Entry, Record, Ruling, Standing
from dragoman.rules import Rules
from dragoman.store import ledgers
from dragoman.store.counts import published_span
from dragoman.store.opening import Store, open_kept, open_store, place_of
from dragoman.views.naming import party_named
from dragoman.views.sides import RATES, Told, outcome

# Told apart by colour-blind readers too; what is open has no colour.
COLOURS: dict[Standing, str] = {"kept": "blue", "accepted": "blue", "partly kept": "cyan", "broken": "dark_orange3"}
WORDS = 110


class Question(Record, frozen=True, kw_only=True):
    """Which commitments are asked for."""

    by: str | None
    to: str | None
    kind: CommitmentKind | None
    standing: Standing | None
    on: datetime.date | None
    id: str | None


def run(where: str | None, question: Question, rules: Rules, *, json: bool, picture: Path | None) -> int:
    """Show the commitments that are asked for, each as it stands on a day, else on that of the last report."""
    by, to = (party_named(name, rules) if name else None for name in (question.by, question.to))
    wanted = ledgers.Wanted(by, to, question.kind, question.standing, question.on)
    with open_kept(place_of(where)) as store:
        told: Told = ledgers.accounts(store, rules, wanted)
        last = ledgers.last_day(store)
        with store.reading() as connection:
            first, _ = published_span(connection)
        warn_if_old(store)
        _show_homeless(store)
    if question.id:
        told = _one(told, question.id)
    if picture:
        _draw(told, picture, first, question.on or ledgers.day_of(told, last))
    elif json:
        lines = (
            {**msgspec.to_builtins(one), "standing": standing, "on": question.on or last} for one, standing in told
        )
        sys.stdout.buffer.writelines(msgspec.json.encode(line) + b"\n" for line in lines)
    elif question.id:
        _show_history(*told[0], _as_of(question.on, last))
    else:
        _show(told, question, _as_of(question.on, last), rules)
    return 0


def _draw(told: Told, picture: Path, first: datetime.date | None, on: datetime.date | None) -> None:
    from dragoman.export.timelines import MOST, draw_ledger

    since = _axis_start(told, first, on)
    draw_ledger(told, picture, on=on, days=(since, since and on))
    say_drawn(picture, f"{min(len(told), MOST):,} of {len(told):,} commitments, as they stand on {on}")
    if since:
        say_drawn(picture, f"what was made before {since} begins to the left of the axis")


def _axis_start(told: Told, first: datetime.date | None, on: datetime.date | None) -> datetime.date | None:
    """The day of the first report, as one year that it recalls would set the time axis; None where nothing is older.

    An earlier one where something was decided earlier, so that each outcome is seen.
    """
    from dragoman.ledger import deciding_entry

    older = [account for account, _ in told if first and account.entries[0].day < first]
    decided = [entry.day for account in older if (entry := deciding_entry(account, on))]
    return min([first, *decided]) if older and first else None


def decide(
    where: str | None, account: str, standing: Standing, reason: str, by: str, day: datetime.date, rules: Rules
) -> int:
    """Enter what a person decided on a commitment, named by its id or the beginning of it."""
    with open_store(place_of(where), make=False) as store:
        ((found, _),) = _one(ledgers.accounts(store, rules), account)
        ledgers.rule(store, rules, Ruling(account=found.id, standing=standing, reason=reason, by=by, day=day))
        told = _one(ledgers.accounts(store, rules), found.id)
        last = ledgers.last_day(store)
    _show_history(*told[0], _as_of(None, last))
    return 0


def _show_homeless(store: Store) -> None:
    """Tell on standard error which rulings have lost their commitment."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for one in ledgers.homeless_rulings(store):
        decided = f"{one.standing}, as {one.by} decided on {one.day} ({one.reason})"
        console.print(f"no commitment is what {one.account} was: {decided}; rule on it anew", markup=False)


def _as_of(on: datetime.date | None, last: datetime.date | None) -> str:
    if on:
        return f"as known at the end of {on}"
    return f"as of {last}, the day of the last report" if last else "no report has a day"


def _one(told: Told, id: str) -> Told:
    found = [pair for pair in told if pair[0].id.startswith(id)]
    if len(found) != 1:
        many = f"{len(found)} commitments begin with {id!r}" if found else f"the ledger has no commitment {id!r}"
        raise InputError(many, kind="account")
    return found


def _show(told: Told, question: Question, as_of: str, rules: Rules) -> None:
    table = Table("made", "by", "to", "kind", "what", "if", "due", "standing", "decided by", "id", padding=(0, 1))
    table.show_edge = False
    for account, standing in told:
        table.add_row(*_cells(account, standing, question.on))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 180)
    console.print(table)
    show_names(console, {code for account, _ in told for code in (*account.by, *account.to)}, rules)
    console.print(as_of, markup=False)
    if not question.standing:  # a rate of what was chosen by its outcome says nothing
        _show_rates(console, told, question.on)


def _show_rates(console: Console, told: Told, on: datetime.date | None) -> None:
    for title, kinds in RATES:
        found = follow_through(told, kinds, on=on)
        if found.made:
            console.print(f"{title}: {outcome(found)}", markup=False)


def _cells(account: Account, standing: Standing, on: datetime.date | None) -> Iterable[Text]:
    from dragoman.ledger import deciding_entry

    decided = deciding_entry(account, on)
    why = f"{decided.day} {decided.basis}: {decided.source}" if decided else ""
    cells = (
        account.entries[0].day.isoformat(),
        ", ".join(account.by),
        ", ".join(account.to),
        account.kind,
        _short(account.content),
        _short(account.condition or ""),
        _days(account),
        standing,
        why,
        account.id[:8],
    )
    for n, cell in enumerate(cells):
        yield Text(cell, style=COLOURS.get(standing, "") if n == 7 else "")


def _days(account: Account) -> str:
    if account.due is None:
        return ""
    first, last = (day.isoformat() for day in account.due)
    return first if first == last else f"{first} / {last}"


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= WORDS else words[: WORDS - 1].rstrip() + "…"


def _show_history(account: Account, standing: Standing, as_of: str) -> None:
    """One commitment with everything that was said and done about it."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    to = f" to {', '.join(account.to)}" if account.to else ""
    console.print(f"{account.kind} by {', '.join(account.by)}{to}: {_short(account.content)}", markup=False)
    if account.condition:
        console.print(f"if: {_short(account.condition)}", markup=False)
    due = f", due {_days(account)}" if account.due else ""
    console.print(f"stands: {standing}{due} ({as_of})", markup=False)
    table = Table("day", "what", "why", "source", "words", "rule", padding=(0, 1), show_edge=False)
    for entry in account.entries:
        table.add_row(
            *map(Text, (entry.day.isoformat(), entry.change, entry.basis, entry.source, _words(entry), entry.rule))
        )
    console.print(table)
    console.print(f"id {account.id}", markup=False)


def _words(entry: Entry) -> str:
    return _short(entry.sentence.text) if entry.sentence else entry.note or ""
