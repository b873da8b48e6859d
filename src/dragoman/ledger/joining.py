"""Which tellings are of one commitment: by parties, kind, words and days; and in what order they were made."""

import bisect
import datetime
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

from dragoman.find.commitments import POSITIVE
from dragoman.ledger.tellings import Days, Telling
from dragoman.resolve.tellings import later

# A commitment repeated after so many days of silence is a new one; talks are offered and agreed anew much sooner.
SILENCE = 365
SILENCE_OF_TALKS = 60
# A content of so few words is the same as a longer one that shares one of them only where both are of the same week.
TWO = 2
WEEK = 7
# Days that two reports of the same words can lie apart: time zones, and what was said in the night.
APART = 1
# A making told no closer than this many days is not placed by its days alone.
NARROW = 3

Group = list[Telling]
# From the tellings of an account so far and a day to the day before it on which the account was closed, if it was.
Closed = Callable[[Sequence[Telling], datetime.date], datetime.date | None]


def grouped(tellings: Iterable[Telling], closed: Closed) -> list[Group]:
    """The tellings as groups, one for each commitment; the same for every order in which they are given."""
    ordered = sorted(tellings, key=_place)
    return [group for alike in _components(ordered) for group in _walked(alike, closed)]


def _place(telling: Telling) -> tuple[datetime.date, str, int, str]:
    return telling.told, telling.article.id, telling.first.start, telling.id


# Alike


def is_alike(one: Telling, other: Telling) -> bool:
    """Whether two tellings can be of one commitment, their days left aside."""
    same_kind = one.kind == other.kind or {one.kind, other.kind} <= POSITIVE
    if not same_kind or _are_opposite(one, other):
        return False
    return _have_same_parties(one, other) and _have_same_words(one, other)


def _are_opposite(one: Telling, other: Telling) -> bool:
    """ "not to fire missiles" is no telling of "to fire missiles", but it is one of "to stop firing missiles"."""
    positive, negative = (other, one) if one.negated else (one, other)
    return one.negated != other.negated and (not positive.ends or negative.ends)


def _have_same_parties(one: Telling, other: Telling) -> bool:
    """The same makers and no other addressee; an agreement is one of all its parties, whoever is named first."""
    if one.by == other.by:
        return not one.to or not other.to or bool(one.to & other.to)
    few, many = sorted((one.parties, other.parties), key=len)
    if not {one.kind, other.kind} <= POSITIVE or not few <= many:
        return False
    told = is_narrow(one.made) and is_narrow(other.made)
    return len(few) > 1 or (len(many) > 1 and told and _are_near(one, other))


def _are_near(one: Telling, other: Telling, days: int = APART) -> bool:
    """Whether both can have been said on the same days, or so many days apart."""
    if one.made is None or other.made is None:
        return False
    return later(one.made[0], -days) <= other.made[1] and other.made[0] <= later(one.made[1], days)


def _have_same_words(one: Telling, other: Telling) -> bool:
    """All meetings are alike; else half the telling words of the shorter content stand in the other."""
    if one.is_meeting and other.is_meeting:
        return True
    shared = len(one.stems & other.stems)
    fewest = min(len(one.stems), len(other.stems))
    if shared == 1:
        same = one.commitment.content == other.commitment.content
        return same or _is_named_again(one, other) or (fewest <= TWO and _are_near(one, other, WEEK))
    return shared > 0 and 2 * shared >= fewest


def _is_named_again(one: Telling, other: Telling) -> bool:
    """ "its promise to withdraw" is told of a promise that an earlier report has in full."""
    first, second = sorted((one, other), key=lambda telling: telling.told)
    return second.again and first.told < second.told and second.stems <= first.stems


def _components(tellings: Sequence[Telling]) -> list[Group]:
    """Tellings that are alike by way of others are together; only those that share a party and a word are compared."""
    root = list(range(len(tellings)))

    def top(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for block in _blocks(tellings).values():
        for i, j in _within_reach(block, tellings):
            if top(i) != top(j) and is_alike(tellings[i], tellings[j]):
                root[max(top(i), top(j))] = min(top(i), top(j))
    found: dict[int, Group] = {}
    for i, telling in enumerate(tellings):
        found.setdefault(top(i), []).append(telling)
    return list(found.values())


def _blocks(tellings: Sequence[Telling]) -> dict[tuple[str, str, str], list[int]]:
    """The tellings of each kind, party and word."""
    blocks: dict[tuple[str, str, str], list[int]] = {}
    for i, telling in enumerate(tellings):
        kind = "positive" if telling.kind in POSITIVE else telling.kind
        words = telling.stems | ({"meeting"} if telling.is_meeting else set())
        for party in telling.by | (telling.to if telling.kind in POSITIVE else frozenset()):
            for word in words:
                blocks.setdefault((kind, party, word), []).append(i)
    return blocks


def _within_reach(block: Sequence[int], tellings: Sequence[Telling]) -> Iterator[tuple[int, int]]:
    """Pairs of a block that no longer silence divides: from the words of one to the report of the other."""
    open_ones: list[tuple[datetime.date, int]] = []
    for first, j in sorted((since(tellings[i]), i) for i in block):
        open_ones = [(until, i) for until, i in open_ones if until >= first]
        yield from ((i, j) for _, i in open_ones)
        open_ones.append((later(tellings[j].told, SILENCE), j))


def since(telling: Telling) -> datetime.date:
    """The first day on which the words can have been said, as far as the report tells it."""
    return telling.made[0] if telling.made else telling.told


# In order


class _Account:
    """Tellings of one commitment as they are put together, with what is asked of them again and again."""

    def __init__(self, telling: Telling) -> None:
        self.tellings: Group = []
        self.days: list[datetime.date] = []
        self.dues: list[Days] = []
        self.told = datetime.date.min
        self.place = (made_on(telling), _place(telling))
        self.add(telling)

    def add(self, telling: Telling) -> None:
        """One more of them."""
        self.tellings.append(telling)
        bisect.insort(self.days, made_on(telling))
        self.dues += [telling.due] if telling.due else []
        self.told = max(self.told, telling.told)
        self.place = min(self.place, (made_on(telling), _place(telling)))

    def has_day(self, first: datetime.date, last: datetime.date) -> bool:
        """Whether something of it was said between two days."""
        if self.days[-1] < first:
            return False
        return self.days[bisect.bisect_left(self.days, first)] <= last

    def differs_in_due(self, telling: Telling) -> bool:
        due = telling.due
        return due is not None and bool(self.dues) and all(due[1] < d[0] or d[1] < due[0] for d in self.dues)


def _walked(tellings: Sequence[Telling], closed: Closed) -> list[Group]:
    """Alike tellings in order of the days of their words: what is said after an end, or long after, is a new one."""
    placed = sorted((t for t in tellings if is_narrow(t.made)), key=lambda t: (made_on(t), _place(t)))
    accounts: list[_Account] = []
    for telling in placed:
        same = (one for one in reversed(accounts) if any(is_alike(other, telling) for other in one.tellings))
        if (account := next(same, None)) is not None and _goes_on(account, telling, closed):
            account.add(telling)
        else:
            accounts.append(_Account(telling))
    for telling in tellings:
        if not is_narrow(telling.made):
            _place_by_report(accounts, telling, closed)
    return [account.tellings for account in accounts]


def is_narrow(made: Days | None) -> bool:
    """Whether the day of the words is told closely enough to order them by it."""
    return made is not None and (made[1] - made[0]).days <= NARROW


def made_on(telling: Telling) -> datetime.date:
    """The day of the words; where no report tells it, that of publication."""
    return telling.made[1] if telling.made else telling.told


def _goes_on(account: _Account, telling: Telling, closed: Closed) -> bool:
    day, latest = made_on(telling), account.days[-1]
    silence = SILENCE_OF_TALKS if telling.is_meeting else SILENCE
    if (day - latest).days > silence or account.differs_in_due(telling):
        return False
    return (day - latest).days <= APART or closed(account.tellings, day) is None


def _place_by_report(accounts: list[_Account], telling: Telling, closed: Closed) -> None:
    """A telling whose words have no day of their own goes with the account that was open when it came out.

    The accounts are in the order of their first words, and stay in it.
    """
    for account in _candidates(accounts, telling):
        if _may_join(account, telling, closed):
            accounts.remove(account)
            account.add(telling)
            bisect.insort(accounts, account, key=_first_words)
            return
    bisect.insort(accounts, _Account(telling), key=_first_words)


def _first_words(account: _Account) -> tuple[datetime.date, tuple[datetime.date, str, int, str]]:
    return account.place


def _first_day(account: _Account) -> datetime.date:
    return account.days[0]


def _candidates(accounts: Sequence[_Account], telling: Telling) -> Iterator[_Account]:
    """The account in whose days the words can have been said, then the last that began before the report was out."""
    made = telling.made
    wide = made is not None and (made[1] - made[0]).days > WEEK
    if made:
        first, last = _around(made)
        begun = range(bisect.bisect_right(accounts, last, key=_first_day))
        ordered = (accounts[place] for place in (begun if wide else reversed(begun)))
        inside = (one for one in ordered if one.has_day(first, last) and not one.differs_in_due(telling))
        yield from itertools.islice(inside, 1)
    if not wide:
        before = bisect.bisect_right(accounts, telling.ended, key=_first_day)
        open_ones = (accounts[place] for place in range(before - 1, -1, -1))
        yield from itertools.islice((one for one in open_ones if not one.differs_in_due(telling)), 1)


def _may_join(account: _Account, telling: Telling, closed: Closed) -> bool:
    """Of an account that ended before this report another report may tell the end, but not that it is open."""
    latest = max(account.told, account.days[-1])
    silence = SILENCE_OF_TALKS if telling.is_meeting else SILENCE
    if (telling.told - latest).days > silence:
        return telling.made is not None and account.has_day(*_around(telling.made))
    if telling.outcome != "pending" or telling.made is None:
        return True
    ended = closed(account.tellings, telling.told)
    return ended is None or telling.made[0] <= ended


def _around(made: Days) -> Days:
    return later(made[0], -APART), later(made[1], APART)
