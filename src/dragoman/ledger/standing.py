"""How an account stands on a day: it follows from the entries up to that day, and from its due day."""

import datetime
from collections.abc import Iterable

import msgspec

from dragoman.records import Account, Change, Entry, Standing

# What an entry makes of the standing; a claim or a counter-offer is no answer and leaves it as it is.
STANDINGS: dict[Change, Standing] = {
    "made": "pending",
    "renewed": "pending",
    "accepted": "accepted",
    "rejected": "rejected",
    "kept": "kept",
    "partly kept": "partly kept",
    "broken": "broken",
    "cancelled": "cancelled",
    "lapsed": "lapsed",
    "superseded": "superseded",
    "pending": "pending",
    "no evidence": "no evidence",
}
# After these only a new making opens the account again: a promise broken stays broken when it is called off later.
CLOSED: frozenset[Standing] = frozenset({"rejected", "kept", "broken", "cancelled", "lapsed", "superseded"})
# Entries that decide by themselves; a judgement decides only where none of these does, a claim never.
DECIDING = frozenset({"report", "deed"})
SILENT = frozenset({"made", "claimed", "countered"})
# Entries by which one knows that there is such a commitment at all.
TELLING = frozenset({"report", "judgement"})


def standing_on(account: Account, day: datetime.date | None = None) -> Standing:
    """How an account stands at the end of a day; with None, on the day of its last entry.

    A person's ruling wins; else what reports and deeds say; else a judgement; else it is pending, or "no evidence"
    once its last due day has passed.
    """
    day = day or max(entry.day for entry in account.entries)
    entry = deciding_entry(account, day)
    if entry is not None:
        return STANDINGS[entry.change]
    return "no evidence" if account.due and account.due[1] < day else "pending"


def deciding_entry(account: Account, day: datetime.date | None = None) -> Entry | None:
    """The entry by which an account stands as it does; None where nothing has decided it by that day."""
    entries = entries_until(account, day)
    if ruled := [entry for entry in entries if entry.basis == "person"]:
        return ruled[-1]
    return _last_of(entries, DECIDING) or _last_of(entries, frozenset({"judgement"}))


def entries_until(account: Account, day: datetime.date | None = None) -> tuple[Entry, ...]:
    """The entries of an account up to a day, that day included, in order of days; all of them with None."""
    return tuple(entry for entry in account.entries if day is None or entry.day <= day)


def known_on(account: Account, day: datetime.date) -> Account | None:
    """An account with what could be known of it at the end of a day: the lines of reports published by then.

    None where no report had told of it yet.
    """
    entries = tuple(entry for entry in account.entries if max(entry.day, entry.known or entry.day) <= day)
    is_told = any(entry.basis in TELLING for entry in entries)
    return msgspec.structs.replace(account, entries=entries) if is_told else None


def _last_of(entries: Iterable[Entry], bases: frozenset[str]) -> Entry | None:
    """The entry on which these bases leave the account: the first that closes it, unless it is made anew after that."""
    found: Entry | None = None
    for entry in entries:
        closed = found is not None and STANDINGS[found.change] in CLOSED
        if entry.change == "renewed":
            found = None if closed else found
        elif entry.basis in bases and entry.change not in SILENT and not closed:
            found = entry
    return found


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries by their days, words before what became of them, rulings as they were entered; each once."""

    def place(one: Entry) -> tuple[datetime.date, bool, bool, int, bytes]:
        return one.day, one.change != "made", one.change != "renewed", one.entered, msgspec.json.encode(one)

    return tuple(sorted(set(entries), key=place))
