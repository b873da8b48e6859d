"""Rulings: what people decided on commitments, put to the accounts that they are about."""

from collections.abc import Iterable, Sequence

import msgspec

from dragoman.find.commitments import POSITIVE
from dragoman.ledger.joining import Group
from dragoman.ledger.standing import in_order
from dragoman.ledger.tellings import Telling
from dragoman.records import Account, Entry, Ruling
from dragoman.resolve.tellings import party_of

Place = tuple[str, int, int]


def with_rulings(accounts: Sequence[Account], groups: Sequence[Group], rulings: Iterable[Ruling]) -> list[Account]:
    """The accounts with what people decided about them; `groups` are their tellings, in the same order."""
    more: dict[int, list[Entry]] = {}
    for ruling in sorted(set(rulings), key=msgspec.json.encode):
        for place in _meant(ruling, groups):
            more.setdefault(place, []).append(_ruled(ruling))
    return [_with(account, more.get(i, ())) for i, account in enumerate(accounts)]


def places_of(account: Account) -> tuple[Place, ...]:
    """Where the reports tell an account, in order of its lines: what a ruling is found again by."""
    told = (e for e in account.entries if e.basis == "report" and e.sentence and e.article)
    return tuple(dict.fromkeys((e.article or "", e.sentence.start, e.sentence.end) for e in told if e.sentence))


def homeless(accounts: Iterable[Account], rulings: Iterable[Ruling]) -> list[Ruling]:
    """Rulings that no account has: what they were about is not told any more, or could be two accounts now."""
    entered = {entry.entered for account in accounts for entry in account.entries if entry.basis == "person"}
    return [ruling for ruling in rulings if ruling.number not in entered]


def _with(account: Account, more: Sequence[Entry]) -> Account:
    return msgspec.structs.replace(account, entries=in_order((*account.entries, *more))) if more else account


def _meant(ruling: Ruling, groups: Sequence[Group]) -> list[int]:
    """The accounts that have or had the ruling's id; else the one that is told where the ruled one was told."""
    named = [i for i, group in enumerate(groups) if any(telling.id == ruling.account for telling in group)]
    if named:
        return named
    for place in ruling.told:
        there = [i for i, group in enumerate(groups) if any(_is_told_at(telling, place, ruling) for telling in group)]
        if len(there) == 1:
            return there
    return []


def _is_told_at(telling: Telling, place: Place, ruling: Ruling) -> bool:
    """Whether a telling stands in that sentence, of the same kind and by one of those who were bound."""
    article, start, end = place
    here = telling.article.id == article and telling.first.start < end and start < telling.first.end
    same_kind = telling.kind == ruling.kind or (telling.kind in POSITIVE and ruling.kind in POSITIVE)
    bound = {party_of(code) for code in telling.commitment.by.split(";")}
    return here and same_kind and bool(bound & {party_of(code) for code in ruling.bound})


def _ruled(ruling: Ruling) -> Entry:
    return Entry(
        change=ruling.standing,
        day=ruling.day,
        basis="person",
        source=ruling.by,
        rule="person",
        note=ruling.reason,
        entered=ruling.number,
    )
