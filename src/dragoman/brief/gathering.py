"""What is new for a mailing list within some days: events, turns of the ledger and statements, out of the store."""

import datetime
import hashlib
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from dragoman.ledger import deciding_entry, known_on, standing_on
from dragoman.records import Account, Entry, Standing
from dragoman.resolve.tellings import later, party_of
from dragoman.store import Store, finding, news, saying
from dragoman.store.counts import Recent
from dragoman.store.finding import Sought
from dragoman.store.histories import BY, TO, sides_of
from dragoman.store.mailings import Question
from dragoman.store.news import Telling
from dragoman.store.saying import Saying
from dragoman.store.standings import Turn
from dragoman.views.finding import stems_of

# Days back to which something is news that is told only now: what lies further back is background.
LATE = 28
# Days ahead within which something planned, or a commitment that falls due, is told.
AHEAD = 14
# Events, turns and statements that are looked through at most.
EVENTS, TURNS, STATEMENTS = 2_000, 1_000, 500
OPEN: frozenset[Standing] = frozenset({"pending", "accepted"})

Told = Callable[[Collection[str]], Collection[str]]


class Asked(NamedTuple):
    """For what a briefing is gathered: a question, the days from `since` to `day`, and what was told before.

    `seen` is the number of the report that had come in last when the list told something last; None where it never did.
    """

    question: Question
    since: datetime.date
    day: datetime.date
    told: Told
    seen: int | None = None

    @property
    def earliest(self) -> datetime.date:
        """The first day of which something can be news."""
        return later(min(self.since, self.day), -LATE)

    def is_new(self, reported: datetime.date | None, came: int) -> bool:
        """Whether something is news that was reported on a day and came in with a report of a number."""
        return (reported is None or reported >= self.since) or (self.seen is not None and came > self.seen)


class Found(NamedTuple):
    """An event, and who told of it by the last day of the briefing, the earliest first; `is_new` where it is news."""

    line: Recent
    tellings: tuple[Telling, ...]
    is_new: bool

    @property
    def reports(self) -> frozenset[str]:
        """The ids of the reports that tell it."""
        return frozenset(one.report for one in self.tellings)


class Happened(NamedTuple):
    """The events of some days, the newest first; `is_cut` where there are more of them, which are earlier."""

    found: list[Found]
    is_cut: bool
    tells: list[str]


class Turned(NamedTuple):
    """A commitment as it was known on a day on which it came to stand otherwise, and the entry that decided that."""

    account: Account
    day: datetime.date
    before: Standing | None
    standing: Standing
    decided: Entry | None


class Turns(NamedTuple):
    """What became of commitments, which are new, and which fall due soon; the latest first."""

    outcomes: list[Turned]
    made: list[Turned]
    due: list[Turned]
    tells: list[str]


class Heard(NamedTuple):
    """The statements that are news, the newest first."""

    sayings: list[Saying]
    tells: list[str]


def events_of(store: Store, asked: Asked, since: datetime.date) -> Happened:
    """The events that a question is about, from a day on, as they were known on the last day."""
    first = min(since, asked.earliest)
    lines, is_cut = _lines(store, asked.question, first, later(asked.day, AHEAD))
    with store.reading() as connection:
        tellings = news.tellings_of(connection, [line.id for line in lines])
    known = {id: _known(told, asked.day) for id, told in tellings.items()}
    ids = [one.id for told in known.values() for one in told]
    told = frozenset(asked.told(ids))
    found = [Found(line, known[line.id], _is_news(known[line.id], asked, told)) for line in lines if known[line.id]]
    return Happened(found, is_cut, [one.id for event in found if event.is_new for one in event.tellings])


def _lines(store: Store, question: Question, first: datetime.date, last: datetime.date) -> tuple[list[Recent], bool]:
    """The newest events of some days, those of several parties once."""
    sought = Sought(first=first, last=last, words=question.words, types=frozenset(question.types))
    found: dict[str, Recent] = {}
    is_cut = False
    with store.reading() as connection:
        for party, other in _ways(question):
            page = finding.find_events(connection, most=EVENTS, **(sought | Sought(party=party, other=other)))
            is_cut |= bool(page.next)
            found |= {one.id: one for one in page.shown}
    newest = sorted(found.values(), key=lambda one: (one.first or "", one.id), reverse=True)
    return newest[:EVENTS], is_cut or len(newest) > EVENTS


def _ways(question: Question) -> list[tuple[str, str]]:
    """The parties whose dealings are asked for, each with whom: "" for anybody."""
    parties = list(dict.fromkeys(map(party_of, question.parties)))
    if question.among:
        return list(itertools.combinations(parties, 2))
    return [(party, "") for party in parties or [""]]


def _known(told: Iterable[Telling], day: datetime.date) -> tuple[Telling, ...]:
    """What had been published by a day, the earliest first."""
    known = [one for one in told if one.published is None or one.published <= day]
    return tuple(sorted(known, key=lambda one: (one.published or day, one.came)))


def _is_news(told: Sequence[Telling], asked: Asked, before: frozenset[str]) -> bool:
    if not told or any(one.id in before for one in told):
        return False
    return asked.is_new(told[0].published, min(one.came for one in told))


# Commitments


def turns_of(store: Store, asked: Asked) -> Turns:
    """What became of the commitments that a question is about, as it was known on the last day."""
    parties = [*map(party_of, asked.question.parties)]
    with store.reading() as connection:
        turns = news.turns_of(connection, parties, asked.earliest, later(asked.day, AHEAD + 1), most=TURNS)
    chosen = [turn for turn in turns if _is_about(turn.account, asked.question)]
    past = [_turned(turn) for turn in chosen if turn.day <= asked.day]
    due = [one for turn in chosen if turn.day > asked.day and (one := _due(turn, asked.day))]
    fresh = _fresh(store, past, asked)
    waiting = frozenset(asked.told([f"{one.account.id}/due" for one in due]))
    ahead = [one for one in due if f"{one.account.id}/due" not in waiting]
    tells = [f"{one.account.id}/{one.standing}" for one in fresh]
    latest = list({one.account.id: one for one in reversed(fresh)}.values())[::-1]
    return Turns(
        outcomes=[one for one in latest if not is_made(one)],
        made=[one for one in latest if is_made(one)],
        due=[one for one in ahead[::-1] if one.account.id not in {new.account.id for new in latest}],
        tells=tells + [f"{one.account.id}/due" for one in ahead],
    )


def is_made(one: Turned) -> bool:
    """Whether a commitment is new, and nothing has become of it."""
    return one.before is None and one.standing == "pending"


def _is_about(account: Account, question: Question) -> bool:
    """Whether a commitment is one among the parties, where that is asked, and holds the words."""
    words = stems_of(question.words or "")
    if words and not words <= stems_of(f"{account.content} {account.condition or ''}"):
        return False
    if not question.among:
        return True
    parties, sides = set(map(party_of, question.parties)), sides_of(account)
    bound, others = ({party for party, side in sides if side == which} & parties for which in (BY, TO))
    return any(one != other for one in bound for other in others)


def _turned(turn: Turn) -> Turned:
    held = known_on(turn.account, turn.day) or turn.account
    return Turned(held, turn.day, turn.before, turn.standing, deciding_entry(held, turn.day))


def _due(turn: Turn, day: datetime.date) -> Turned | None:
    """A commitment whose last day is the one before a turn, where it is open still; None where it is something else."""
    held = known_on(turn.account, day)
    if held is None or held.due is None or later(held.due[1], 1) != turn.day:
        return None
    standing = standing_on(held, day)
    return Turned(held, held.due[1], standing, standing, None) if standing in OPEN else None


def _fresh(store: Store, turns: Sequence[Turned], asked: Asked) -> list[Turned]:
    """The turns that are news: of these days, or told by a report that came in since, and not told before."""
    told = frozenset(asked.told([f"{one.account.id}/{one.standing}" for one in turns]))
    reports = [entry.article for one in turns if (entry := telling_entry(one)) and entry.article]
    with store.reading() as connection:
        came = news.came_in(connection, reports) if asked.seen is not None else {}
    found = []
    for one in turns:
        entry = telling_entry(one)
        number = came.get(entry.article or "", 0) if entry else 0
        if f"{one.account.id}/{one.standing}" not in told and asked.is_new(one.day, number):
            found.append(one)
    return found


def telling_entry(one: Turned) -> Entry | None:
    """The entry by which a commitment is told: that which decided it, of a new one its first; None where a day did."""
    if one.standing == "no evidence" and (one.decided is None or one.decided.change != "no evidence"):
        return None
    return one.decided if one.decided and not is_made(one) else one.account.entries[0]


# Statements


def statements_of(store: Store, asked: Asked) -> Heard:
    """The statements that a question is about and that are news."""
    found: dict[int, Saying] = {}
    with store.reading() as connection:
        for wanted in _wanted(asked):
            page = saying.sayings(connection, most=STATEMENTS, **wanted)
            found |= {one.key: one for one in page.shown}
        came = news.came_in(connection, {one.id for one in found.values()}) if asked.seen is not None else {}
    newest = sorted(found.values(), key=lambda one: (one.published or "", one.key), reverse=True)
    told = frozenset(asked.told([id_of(one) for one in newest]))
    fresh = [one for one in newest if id_of(one) not in told and _is_said_now(one, asked, came)]
    return Heard(fresh, [id_of(one) for one in fresh])


def id_of(one: Saying) -> str:
    """What a statement is told apart by: its report and its place there."""
    return "said/" + hashlib.sha256(f"{one.id}\n{one.begins}\n{one.ends}".encode("utf-8", "replace")).hexdigest()[:24]


def _wanted(asked: Asked) -> Iterator[saying.Wanted]:
    question = asked.question
    first = asked.since if asked.seen is None else asked.earliest
    days = saying.Wanted(first=first, last=asked.day, words=question.words)
    if question.among:
        for one, other in itertools.permutations(dict.fromkeys(map(party_of, question.parties)), 2):
            yield days | saying.Wanted(by=one, about=other)
        return
    for party, _ in _ways(question):
        yield days | (saying.Wanted(by=party) if party else saying.Wanted())
        if party:
            yield days | saying.Wanted(about=party)


def _is_said_now(one: Saying, asked: Asked, came: dict[str, int]) -> bool:
    day = datetime.date.fromisoformat(one.published) if one.published else None
    return asked.is_new(day, came.get(one.id, 0))
