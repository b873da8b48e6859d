"""`dragoman store`: what is in a store, its care, what goes in and out."""

import datetime
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from rich.console import Console
from rich.table import Table

from dragoman.commands.streams import opened_input, opened_output
from dragoman.commands.writing import write_events
from dragoman.errors import InputError, StoreError
from dragoman.export.lines import decode, encode
from dragoman.records import Coding, Correction, Failure, Fault, ImportedEvent, Record, Ruling
from dragoman.rules import Rules
from dragoman.store import care, grouping, importing, ledgers, reading, recoding
from dragoman.store.opening import Store, open_store, place_of
from dragoman.store.saving import save
from dragoman.store.search import search_events, search_reports

if TYPE_CHECKING:
    from dragoman.coder import Coder

say = Console(stderr=True, highlight=False, soft_wrap=True).print
# Lines that `store recode` shows of what became different.
SHOWN = 40


def info(where: str | None, *, json: bool, migrate: bool) -> int:
    """Show how much is in a store."""
    with open_store(place_of(where), writing=migrate, make=False) as store:
        found = care.info(store)
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
        return 0
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in _lines_of(found):
        table.add_row(name, value)
    Console(highlight=False).print(table)
    return 0


def _lines_of(found: care.Info) -> Iterator[tuple[str, str]]:
    yield "store", found.where
    yield "reports", f"{found.reports:,}" + (f", {found.first} to {found.last}" if found.first else "")
    yield "corrected versions", f"{found.corrected:,}"
    yield "events as reported", f"{found.tellings:,}"
    yield "distinct events", f"{found.events:,}"
    yield "commitments", f"{found.accounts:,}"
    yield "records of other data sets", f"{found.imported:,}"
    yield "without their text", f"{found.without_text:,}"
    yield "to stay forgotten", f"{found.forgotten:,}"
    for coder, reports in found.coders.items():
        yield "coded by", f"{coder}: {reports:,}"


def check(where: str | None, *, mend: bool) -> int:
    """Say what is not as it has to be; exit status 1 where something is."""
    with open_store(place_of(where), writing=mend, make=False) as store:
        if mend:
            care.mend(store)
        flaws = list(care.check(store))
    for flaw in flaws:
        say(f"{flaw.kind}: {flaw.message}", markup=False)
    if not flaws:
        say("sound")
    return 1 if flaws else 0


def backup(where: str | None, target: Path) -> int:
    """Copy a store while it is in use."""
    with open_store(place_of(where), writing=False) as store:
        care.backup(store, target)
    say(f"{target}: {target.stat().st_size / 1e6:,.1f} MB")
    return 0


def forget(where: str | None, articles: Iterable[str], rules: Rules) -> int:
    """Take reports out for good."""
    with open_store(place_of(where), make=False) as store:
        for article in articles:
            gone = care.forget(store, article, rules.ontology)
            say(f"{article}: {gone} version{'s' if gone > 1 else ''} forgotten", markup=False)
    return 0


def search(where: str | None, words: str, most: int, *, json: bool) -> int:
    """Show the distinct events and the reports in which words stand."""
    with open_store(place_of(where), writing=False) as store, store.reading() as connection:
        events = search_events(connection, words, most=most)
        reports = search_reports(connection, words, most=most)
    if json:
        found = {"events": [one._asdict() for one in events], "reports": [one._asdict() for one in reports]}
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
        return 0
    console = Console(highlight=False)
    table = Table("date", "actor", "event", "recipient", "reports", "sentence", title="Events", title_justify="left")
    for hit in events:
        table.add_row(hit.first, hit.actor, hit.type, hit.recipient, str(hit.reports), " ".join(hit.sentence.split()))
    console.print(table)
    table = Table("published", "publisher", "report", "words", title="Reports", title_justify="left")
    for report in reports:
        excerpt = " ".join(report.excerpt.split())
        table.add_row(report.published or "", report.publisher or "", report.title or report.article, excerpt)
    console.print(table)
    return 0


class Export(Record, frozen=True, kw_only=True):
    """What is to be written."""

    format: str
    output: str
    actor: str | None
    recipient: str | None
    first: datetime.date | None
    last: datetime.date | None
    types: frozenset[str]


def export(where: str | None, wanted: Export, rules: Rules) -> int:
    """Write what is in a store: codings as JSON Lines, or distinct events in another format."""
    for kind in sorted(wanted.types - rules.ontology.types.keys()):
        raise InputError(f"{kind!r} is no type of PLOVER", kind="type")
    with open_store(place_of(where), writing=False) as store, store.reading() as connection:
        if wanted.format == "jsonl":
            with opened_output(wanted.output) as out:
                for coding in reading.codings(connection):
                    out.write(encode(coding, rules.ontology) + b"\n")
            return 0
        choice = reading.Choice(wanted.actor, wanted.recipient, wanted.first, wanted.last, wanted.types)
        write_events(reading.events(connection, choice), wanted.format, wanted.output, rules.ontology)
    return 0


def load(where: str | None, paths: Iterable[str], format: str | None, rules: Rules) -> int:
    """Read codings, or records of other data sets, into a store; what cannot be read is told, the rest goes in."""
    failed = False
    with open_store(place_of(where)) as store:
        for path in paths:
            faults: list[Fault] = []
            counted = _load(store, path, format, rules, faults)
            for fault in faults[:SHOWN]:
                say(f"{fault.where}: {fault.message}", markup=False)
            if len(faults) > SHOWN:
                say(f"{path}: {len(faults) - SHOWN:,} more rows like these")
            say(f"{path}: {counted}, {len(faults):,} not read", markup=False)
            failed |= bool(faults)
        grouping.group(store)
    return 1 if failed else 0


def stories(where: str | None, *, anew: bool, json: bool) -> int:
    """Group reports into stories and show those with several reports."""
    with open_store(place_of(where), make=False) as store:
        grouping.group(store, anew=anew)
        found = grouping.told(store)
    if json:
        sys.stdout.buffer.writelines(msgspec.json.encode(one) + b"\n" for one in found)
        return 0
    table = Table("first", "last", "reports", "publishers", "title", padding=(0, 1), show_edge=False)
    for one in found:
        if one.reports > 1:
            table.add_row(one.first or "", one.last or "", str(one.reports), str(one.publishers), one.title or one.name)
    console = Console(highlight=False)
    console.print(table)
    console.print(f"{len(found):,} stories, {sum(one.reports for one in found):,} reports")
    return 0


def _load(store: Store, path: str, format: str | None, rules: Rules, faults: list[Fault]) -> str:
    if format == "jsonl" or (format is None and path.endswith((".jsonl", ".ndjson"))):
        return _load_codings(store, path, rules, faults)
    from dragoman.read.events import read_events

    found = _good(read_events(path, format, rules=rules, stdin=sys.stdin.buffer), faults)
    return f"{importing.load(store, found):,} new records"


def _good(found: Iterable[ImportedEvent | Fault], faults: list[Fault]) -> Iterator[ImportedEvent]:
    for one in found:
        if isinstance(one, Fault):
            faults.append(one)
        else:
            yield one


def _load_codings(store: Store, path: str, rules: Rules, faults: list[Fault]) -> str:
    added = 0
    with opened_input(path) as file:
        for number, line in enumerate(file, 1):
            where = f"{path}:{number}"
            coding = _coding(line, where, rules, faults)
            if coding:
                added += _saved(store, coding, rules, where, faults)
    return f"{added:,} new codings"


def _saved(store: Store, coding: Coding, rules: Rules, where: str, faults: list[Fault]) -> bool:
    """Whether a coding is new; one with ids that others have is a fault."""
    try:
        return save(store, coding, rules.ontology) in {"new", "corrected"}
    except StoreError as error:
        if error.kind != "twice":
            raise
        faults.append(Fault(kind=error.kind, message=error.message, where=where))
        return False


def _coding(line: bytes, where: str, rules: Rules, faults: list[Fault]) -> Coding | None:
    if not line.strip():
        return None
    try:
        found = decode(line, rules.ontology, where=where)
    except InputError as error:
        faults.append(Fault(kind=error.kind, message=error.message, where=where))
        return None
    if isinstance(found, Failure):
        faults.append(Fault(kind=found.error.kind, message=found.error.message, where=where))
        return None
    return found


def recode(where: str | None, load: "Callable[[], Coder]", *, all_reports: bool, quiet: bool) -> int:
    """Code the stored reports anew and show what became different."""
    with open_store(place_of(where), make=False) as store:
        coder = load()
        keys = None if all_reports else recoding.waiting(store, coder.info)
        if keys is None:
            with store.reading() as connection:
                keys = reading.keys_with_text(connection)
        lost = gained = reports = changed = 0
        for one in recoding.recode(store, keys, coder.pipe, coder.rules.ontology):
            reports += 1
            changed += bool(one.lost or one.gained)
            lost, gained = lost + len(one.lost), gained + len(one.gained)
            if not quiet and (one.lost or one.gained) and changed <= SHOWN:
                _show(one)
    if changed > SHOWN and not quiet:
        say(f"and {changed - SHOWN:,} more reports")
    say(f"{reports:,} reports coded anew: {changed:,} changed, {lost:,} events lost, {gained:,} gained")
    return 0


def _show(one: recoding.Difference) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{one.article} {one.published or ''}", markup=False)
    for line in one.lost:
        console.print(f"  - {line}", markup=False, style="dark_orange3")
    for line in one.gained:
        console.print(f"  + {line}", markup=False, style="blue")


def correct(where: str | None, correction: Correction, rules: Rules) -> int:
    """Enter what a person corrected in a report's events."""
    with open_store(place_of(where), make=False) as store:
        met = recoding.correct(store, correction, rules.ontology)
    say(f"{correction.article}: {met} event{'s' if met > 1 else ''} corrected", markup=False)
    return 0


def rule(where: str | None, ruling: Ruling, rules: Rules) -> int:
    """Enter what a person decided on a commitment."""
    with open_store(place_of(where), make=False) as store:
        ledgers.rule(store, rules, ruling)
    say(f"{ruling.account}: {ruling.standing}, as {ruling.by} decided", markup=False)
    return 0
