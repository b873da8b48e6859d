"""`dragoman store`: what is in a store, its care, what goes in and out."""

import datetime
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dragoman.commands.listing import codes_in, show_events, show_names
from dragoman.commands.streams import opened_input, opened_output
from dragoman.commands.writing import write_events
from dragoman.errors import InputError, StoreError
from dragoman.export.lines import decode, encode
from dragoman.records import Coding, Correction, Failure, Fault, ImportedEvent, Record, Ruling
from dragoman.resolve.tellings import BODIES
from dragoman.rules import Rules
from dragoman.store import care, grouping, importing, ledgers, reading, recoding
from dragoman.store.choosing import reports_telling
from dragoman.store.corrections import Withdrawal
from dragoman.store.opening import Store, open_store, place_of
from dragoman.store.saving import save
from dragoman.store.search import Report, is_searchable, search_events, search_reports
from dragoman.views.naming import check_code, party_named

if TYPE_CHECKING:
    from dragoman.coder import Coder

say = Console(stderr=True, highlight=False, soft_wrap=True).print
# Lines that `store recode` shows of what became different.
SHOWN = 40
# Characters of a report that stand for its title.
TITLE = 80


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
    yield "commitments", f"{found.accounts:,}" + _to_be_made(found)
    yield "corrections", f"{found.corrections:,}" + _misplaced(found)
    yield "records of other data sets", f"{found.imported:,}"
    yield "without their text", f"{found.without_text:,}"
    yield "to stay forgotten", f"{found.forgotten:,}"
    for coder, reports in found.coders.items():
        yield "coded by", f"{coder}: {reports:,}"


def _to_be_made(found: care.Info) -> str:
    many = found.not_yet_made
    return f", not yet up to date for {many:,} part{'ies' if many > 1 else 'y'}: `dragoman ledger`" if many else ""


def _misplaced(found: care.Info) -> str:
    return f", {found.misplaced:,} of them without their event: `dragoman store check`" if found.misplaced else ""


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
    """Take reports out for good; exit status 1 where some are not there, 2 where none is."""
    gone = missing = unsure = 0
    with open_store(place_of(where), make=False) as store:
        for article in articles:
            try:
                versions = care.forget(store, article, rules.ontology)
            except StoreError as error:
                if error.kind not in {"missing", "log"}:
                    raise
                say(f"{article}: {error.message}", markup=False)
                missing, unsure = missing + (error.kind == "missing"), unsure + (error.kind == "log")
                continue
            gone += 1
            say(f"{article}: {versions} version{'s' if versions > 1 else ''} forgotten", markup=False)
    if missing and not gone + unsure:
        return 2
    return 1 if missing or unsure else 0


def search(where: str | None, words: str, most: int, rules: "Callable[[], Rules]", *, json: bool) -> int:
    """Show the distinct events and the reports in which words stand; raises `InputError` where no word is named."""
    if not is_searchable(words):
        raise InputError(f"there is no word in {words!r} to look for", kind="words")
    with open_store(place_of(where), writing=False) as store, store.reading() as connection:
        events = search_events(connection, words, most=most)
        reports = search_reports(connection, words, most=most)
    if json:
        found = {"events": [one._asdict() for one in events], "reports": [one._asdict() for one in reports]}
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
        return 0
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    shown = [one._asdict() for one in events]
    show_events(console, shown, "Events")
    codes = codes_in(shown)
    if any(code.startswith(BODIES) for code in codes):  # reading the rules takes half a second
        show_names(console, codes, rules())
    console.print()
    console.print(_reports_found(reports))
    return 0


def _reports_found(reports: Iterable[Report]) -> Table:
    table = Table("published", "publisher", "report", "words", title="Reports", title_justify="left", show_edge=False)
    for one in reports:
        excerpt = " ".join(one.excerpt.split())
        table.add_row(*map(Text, (one.published or "", one.publisher or "", one.title or one.article, excerpt)))
    return table


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
    """Write what is in a store: codings as JSON Lines, or distinct events in another format.

    What is wanted chooses events; of codings it chooses those of the reports that tell such an event, whole.
    """
    for kind in sorted(wanted.types - rules.ontology.types.keys()):
        raise InputError(f"{kind!r} is no type of PLOVER", kind="type")
    actor, recipient = (party_named(name, rules) if name else None for name in (wanted.actor, wanted.recipient))
    choice = reading.Choice(actor, recipient, wanted.first, wanted.last, wanted.types)
    with open_store(place_of(where), writing=False) as store, store.reading() as connection:
        if wanted.format == "jsonl":
            keys = None if choice == reading.ALL else reports_telling(connection, choice)
            _write_codings(reading.codings(connection, keys=keys), wanted.output, rules)
        else:
            write_events(reading.events(connection, choice), wanted.format, wanted.output, rules.ontology)
    return 0


def _write_codings(codings: Iterable[Coding], output: str, rules: Rules) -> None:
    with opened_output(output) as out:
        out.writelines(encode(one, rules.ontology) + b"\n" for one in codings)


def load(where: str | None, paths: Sequence[str], format: str | None, rules: Rules) -> int:
    """Read codings, or records of other data sets, into a store; what cannot be read is told, the rest goes in.

    Gives the exit status: 4 where no file could be opened, 1 where something could not be read.
    """
    statuses = []
    with open_store(place_of(where)) as store:
        for path in paths:
            faults: list[Fault] = []
            counted = _loaded(store, path, format, rules, faults)
            _tell(path, counted, faults)
            unopened = not counted and faults[-1].kind == "unreadable"
            statuses.append(4 if unopened else 1 if faults else 0)
        grouping.group(store)
    return 4 if set(statuses) == {4} else 1 if any(statuses) else 0


def _tell(path: str, counted: str, faults: Sequence[Fault]) -> None:
    for fault in faults[:SHOWN]:
        say(f"{fault.where}: {fault.message}", markup=False)
    if len(faults) > SHOWN:
        say(f"{path}: {len(faults) - SHOWN:,} more rows like these", markup=False)
    if counted:
        say(f"{path}: {counted}, {len(faults):,} not read", markup=False)


def _loaded(store: Store, path: str, format: str | None, rules: Rules, faults: list[Fault]) -> str:
    """What went in, in words; "" where the whole file was refused, which is a fault among others."""
    try:
        return _load(store, path, format, rules, faults)
    except InputError as error:
        faults.append(Fault(kind=error.kind, message=error.message, where=error.where or path))
        return ""


def stories(where: str | None, *, anew: bool, json: bool) -> int:
    """Group reports into stories and show those with several reports."""
    with open_store(place_of(where), make=False) as store:
        grouping.group(store, anew=anew)
        found = grouping.told(store)
    if json:
        sys.stdout.buffer.writelines(msgspec.json.encode(one._asdict()) + b"\n" for one in found)
        return 0
    table = Table("first", "last", "reports", "publishers", "title", padding=(0, 1), show_edge=False)
    for one in found:
        if one.reports > 1:
            table.add_row(one.first or "", one.last or "", str(one.reports), str(one.publishers), _title(one))
    console = Console(highlight=False)
    console.print(table)
    console.print(f"{len(found):,} stories, {sum(one.reports for one in found):,} reports")
    return 0


def _title(one: grouping.Story) -> Text:
    """The title of a story's first report, else its first words, else its id."""
    return Text(one.title or textwrap.shorten(one.words or "", TITLE, placeholder=" …") or one.name)


def _load(store: Store, path: str, format: str | None, rules: Rules, faults: list[Fault]) -> str:
    if format is None and Path(path).is_dir():
        from dragoman.commands.loading import rows_in

        added = sum(_kept(store, line, place, rules, faults) for place, line in rows_in(path, faults))
        return f"{added:,} new codings"
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
            if number == 1 and _is_report(line):
                message = f"reports that are not coded yet: `dragoman code {path} --store STORE` codes and keeps them"
                raise InputError(message, kind="uncoded", where=path)
            added += _kept(store, line, where, rules, faults)
    return f"{added:,} new codings"


def _kept(store: Store, line: bytes, where: str, rules: Rules, faults: list[Fault]) -> bool:
    """Whether a line holds a coding that is new."""
    coding = _coding(line, where, rules, faults)
    return coding is not None and _saved(store, coding, rules, where, faults)


def _is_report(line: bytes) -> bool:
    """Whether a line holds a report as `dragoman code` reads them, and no coding."""
    try:
        found = msgspec.json.decode(line)
    except (ValueError, msgspec.MsgspecError):
        return False
    return isinstance(found, dict) and "text" in found and not found.keys() & {"article", "events", "error"}


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
    """Code the stored reports anew and show what became different; exit status 1 where some could not be coded."""
    counts: Counter[str] = Counter()
    with open_store(place_of(where), make=False) as store:
        coder = load()
        for one in recoding.recode(store, _to_recode(store, coder, all_reports), coder.pipe, coder.rules.ontology):
            if isinstance(one, Failure):
                counts["failed"] += 1
                say(f"{one.article.id}: {one.error.message}; it keeps its coding", markup=False)
                continue
            changed = bool(one.lost or one.gained)
            counts += Counter(reports=1, changed=changed, lost=len(one.lost), gained=len(one.gained))
            if not quiet and changed and counts["changed"] <= SHOWN:
                _show(one)
    if counts["changed"] > SHOWN and not quiet:
        say(f"and {counts['changed'] - SHOWN:,} more reports")
    told = (f"{counts[name]:,} {words}" for name, words in RECODED)
    say(", ".join(told))
    return 1 if counts["failed"] else 0


# What `store recode` counts, in words.
RECODED = (
    ("reports", "reports coded anew"),
    ("changed", "changed"),
    ("lost", "events lost"),
    ("gained", "gained"),
    ("failed", "failed"),
)


def _to_recode(store: Store, coder: "Coder", all_reports: bool) -> list[int]:
    if not all_reports:
        return recoding.waiting(store, coder.info)
    with store.reading() as connection:
        return reading.keys_with_text(connection)


def _show(one: recoding.Difference) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{one.article} {one.published or ''}", markup=False)
    for line in one.lost:
        console.print(f"  - {line}", markup=False, style="dark_orange3")
    for line in one.gained:
        console.print(f"  + {line}", markup=False, style="blue")


def correct(where: str | None, correction: Correction, rules: Rules) -> int:
    """Enter what a person corrected in a report's events; raises `InputError` where a code is nobody's."""
    for code in (*(correction.actor or ()), *(correction.recipient or ())):
        check_code(code, rules)
    with open_store(place_of(where), make=False) as store:
        met = recoding.correct(store, correction, rules.ontology)
    say(f"{correction.article}: {met} event{'s' if met > 1 else ''} corrected", markup=False)
    return 0


def take_back(where: str | None, correction: Correction, rules: Rules) -> int:
    """Take back the latest correction at the place that another one names, for its reason."""
    withdrawal = Withdrawal(by=correction.by, reason=correction.reason, day=correction.day)
    place = correction.start, correction.end
    with open_store(place_of(where), make=False) as store:
        recoding.take_back_correction(store, correction.article, *place, withdrawal, rules.ontology)
    say(f"{correction.article}: the latest correction at {place[0]} to {place[1]} taken back", markup=False)
    return 0


def rule(where: str | None, ruling: Ruling, rules: Rules) -> int:
    """Enter what a person decided on a commitment."""
    with open_store(place_of(where), make=False) as store:
        ledgers.rule(store, rules, ruling)
    say(f"{ruling.account}: {ruling.standing}, as {ruling.by} decided", markup=False)
    return 0
