"""How quick a store of many events is: taking codings in with merging on, and what pages ask of it.

usage: python benchmarks/store.py CODINGS.jsonl [EVENTS] [STORE]
       python benchmarks/store.py --ask STORE

CODINGS are codings of real reports (out/chronicle.jsonl after `./run demo`), repeated over days and dyads until there
are so many EVENTS (2,000,000 unless said). STORE is a file that is made, or the URL of an empty PostgreSQL database.
The peer is a bare SQLite table of the same events, filled a report at a time by the standard library, with an index on
dyad and day, without merging, search, ledger or provenance: what people build for themselves from an export.
"""

import datetime
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec
from rich.progress import track

from dragoman.export.lines import decode
from dragoman.records import Coding, Commitment, Entity, Event, Quote
from dragoman.resolve.tellings import BODY, STATE, party_of
from dragoman.rules import Rules
from dragoman.store import Store, open_store
from dragoman.store.care import check
from dragoman.store.counts import Count, counts, latest, matrix
from dragoman.store.saving import save
from dragoman.store.search import count_events, search_events

MANY = 2_000_000
# Ten years of days, over which the copies are spread.
DAYS = 3_650
RUNS = 15
replace = msgspec.structs.replace


def copies(codings: list[Coding], parties: list[str], many: int, *, staying: float = 0) -> Iterator[Coding]:
    """Codings until there are so many events: each copy at other days, its states and bodies exchanged for others.

    `staying` is the share of copies that keep theirs: much of what is told is told of few.
    """
    chance, made, copy = random.Random(1), 0, 0
    entities = [entity for coding in codings for event in coding.events for entity in (*event.actor, *event.recipient)]
    known = sorted({party_of(entity.code) for entity in entities} & set(parties))
    while made < many:
        others: dict[str, str] = {}
        for length in (STATE, BODY) if not staying or chance.random() >= staying else ():
            mine, all_of_it = ([party for party in those if len(party) == length] for those in (known, parties))
            others |= zip(mine, chance.sample(all_of_it, len(mine)), strict=True)
        shift = datetime.timedelta(days=chance.randrange(DAYS))
        for coding in codings:
            yield moved(coding, str(copy), shift, others)
            made += len(coding.events)
        copy += 1


def moved(coding: Coding, copy: str, shift: datetime.timedelta, others: dict[str, str]) -> Coding:
    """A coding at other days and of other states."""
    head = coding.article
    published = head.published + shift if head.published else None
    article = replace(head, id=f"{head.id}-{copy}", url=None, published=published)
    events = tuple(_event(event, copy, shift, others) for event in coding.events)
    quotes = tuple(_quote(quote, others) for quote in coding.quotes)
    commitments = tuple(_commitment(one, shift, others) for one in coding.commitments)
    return replace(coding, article=article, events=events, quotes=quotes, commitments=commitments)


def _event(event: Event, copy: str, shift: datetime.timedelta, others: dict[str, str]) -> Event:
    date = event.date and replace(event.date, first=event.date.first + shift, last=event.date.last + shift)
    actor, recipient = (tuple(_entity(e, others) for e in side) for side in (event.actor, event.recipient))
    return replace(event, id=f"{event.id}-{copy}", date=date, actor=actor, recipient=recipient)


def _entity(entity: Entity, others: dict[str, str]) -> Entity:
    code = _code(entity.code, others)
    return replace(entity, country=code[:STATE], code=code)


def _quote(quote: Quote, others: dict[str, str]) -> Quote:
    speaker, via = (one and replace(one, code=_code(one.code, others)) for one in (quote.speaker, quote.via))
    return replace(quote, speaker=speaker, via=via)


def _commitment(one: Commitment, shift: datetime.timedelta, others: dict[str, str]) -> Commitment:
    by, to = ";".join(_code(code, others) for code in one.by.split(";")), tuple(_code(code, others) for code in one.to)
    due = one.due and "/".join(str(datetime.date.fromisoformat(day) + shift) for day in one.due.split("/"))
    return replace(one, by=by, to=to, due=due)


def _code(code: str, others: dict[str, str]) -> str:
    party = party_of(code)
    return others.get(party, party) + code[len(party) :]


def parties_of(rules: Rules) -> list[str]:
    """The states and the bodies of states that the rules know."""
    names = (name for forms in rules.lexicon.names.values() for name in forms)
    return sorted({party_of(name.code) for name in names if name.kind == "country" or name.code.startswith("IGO")})


def megabytes() -> float:
    """The most memory that the process has taken."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def milliseconds(work: Callable[[int], object]) -> str:
    """Median and longest of some runs, each with another number."""
    found = []
    for n in range(RUNS):
        start = time.perf_counter()
        work(n)
        found.append(1000 * (time.perf_counter() - start))
    return f"{statistics.median(found):.1f} ms (at most {max(found):.1f})"


def fill_peer(codings: Iterator[Coding], file: Path) -> float:
    """Fill the bare table; gives seconds of processor time."""
    peer = sqlite3.connect(file, isolation_level=None)
    peer.execute("PRAGMA journal_mode = WAL")
    peer.execute("PRAGMA synchronous = NORMAL")
    peer.execute("CREATE TABLE event (actor, recipient, day, type, sentence, event)")
    peer.execute("CREATE INDEX event_by_dyad ON event (actor, recipient, day)")
    spent = 0.0
    for coding in codings:
        start = time.process_time()
        rows = [
            (a.code[:3], r.code[:3], str(v.date and v.date.first), v.type, v.sentence.text, msgspec.json.encode(v))
            for v in coding.events
            for a in v.actor
            for r in v.recipient or v.actor
        ]
        peer.execute("BEGIN")
        peer.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", rows)
        peer.execute("COMMIT")
        spent += time.process_time() - start
    peer.close()
    return spent


def main() -> None:
    """Fill, ask, and print what was measured; with --ask only ask a store that is there."""
    if sys.argv[1] == "--ask":
        with open_store(sys.argv[2], writing=False) as store:
            ask(store)
        return
    source, many = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else MANY
    rules = Rules.load()
    ontology = rules.ontology
    codings = [one for line in source.open("rb") if isinstance(one := decode(line, ontology), Coding)]
    parties = parties_of(rules)
    with tempfile.TemporaryDirectory() as folder:
        where = sys.argv[3] if len(sys.argv) > 3 else str(Path(folder) / "store.db")
        store = open_store(where)
        spent, events, reports, memory = 0.0, 0, 0, []
        wall = time.perf_counter()
        for coding in track(copies(codings, parties, many), total=many * len(codings) / 316, description="filling"):
            start = time.process_time()
            save(store, coding, ontology)
            spent += time.process_time() - start
            events, reports = events + len(coding.events), reports + 1
            if reports % 20_000 == 0:
                memory.append(megabytes())
        wall = time.perf_counter() - wall
        peer = fill_peer(copies(codings, parties, min(many, 100_000)), Path(folder) / "peer.db")
        pace = min(many, 100_000) / peer
        print(f"{events:,} events of {reports:,} reports: {events / spent:,.0f} a second of processor time,")
        print(
            f"{events / wall:,.0f} by the clock; the bare table {pace:,.0f}: {pace * spent / events:.1f} times the time"
        )
        print("memory at most, MB, as it filled:", *(f"{one:.0f}" for one in memory))
        ask(store)
        if not where.startswith("postgresql"):
            print(f"file {Path(where).stat().st_size / 1e6:,.0f} MB")
        flaws = list(check(store))
        print(flaws or "sound")


def months(counted: Iterable[Count]) -> Counter[tuple[str, str]]:
    """Events of each month and type."""
    found: Counter[tuple[str, str]] = Counter()
    for one in counted:
        found[one.day[:7], one.type] += one.events
    return found


def ask(store: Store) -> None:
    """Time what pages ask."""
    with store.reading() as connection:
        dyads = [one for one in matrix(connection) if one.actor and one.recipient and one.actor != one.recipient]
        top = dyads[:RUNS]
        print(f"{len(dyads):,} dyads; the largest, {top[0].actor} to {top[0].recipient}, has {top[0].events:,} events")
        year = (datetime.date(2015, 1, 1), datetime.date(2015, 12, 31))
        for name, work in (
            ("latest 50 of a dyad", lambda n: latest(connection, top[n].actor, top[n].recipient, most=50)),
            (
                "a dyad by month",
                lambda n: months(counts(connection, actor=top[n].actor, recipient=top[n].recipient)),
            ),
            ("whole matrix of a year", lambda n: matrix(connection, first=year[0], last=year[1])),
            ("search, newest 50", lambda n: search_events(connection, SOUGHT[n % len(SOUGHT)], most=50)),
            ("search, how many", lambda n: count_events(connection, SOUGHT[n % len(SOUGHT)])),
        ):
            print(f"{name}: {milliseconds(work)}")


SOUGHT = ("hotline", "nuclear test", "sanctions council", '"long-range rocket"', "Kaesong workers withdraw")

if __name__ == "__main__":
    main()
