"""Which of a sentence's dates an event has: the one that hangs on its trigger, or on the clause around it."""

from collections.abc import Iterator, Sequence

from dragoman.find.syntax import ancestors, is_verb, subtree
from dragoman.records import Date, EventDate, Sentence, Status

# A span of more days than a century is no date of an event.
LONGEST = 36_600


def event_date(sentence: Sentence, trigger: int, dates: Sequence[Date], status: Status) -> EventDate | None:
    """The days of an event, or None where its sentence attaches none to it."""
    here = [d for d in dates if sentence.start <= d.start < sentence.end and d.first and d.last and d.type != "SET"]
    if not here:
        return None
    for tokens in _circles(sentence, trigger):
        for date in here:
            if _first_token(sentence, date) in tokens:
                return _dated(date)
    return None


def _circles(sentence: Sentence, trigger: int) -> Iterator[set[int]]:
    """What lies ever less close to a trigger: its own phrase, then the clauses around it, but no other clause."""
    clauses = frozenset({"ccomp", "conj", "advcl", "relcl", "parataxis"})
    yield set(subtree(sentence, trigger, clauses))
    for k in ancestors(sentence, trigger):
        yield set(subtree(sentence, k, clauses))
        if is_verb(sentence.tokens[k]) and sentence.tokens[k].relation in clauses | {"ROOT"}:
            return


def _first_token(sentence: Sentence, date: Date) -> int:
    return next((t.i for t in sentence.tokens if t.end > date.start), -1)


def _dated(date: Date) -> EventDate | None:
    if date.first is None or date.last is None or (date.last - date.first).days > LONGEST:
        return None
    return EventDate(text=date.text, start=date.start, end=date.end, first=date.first, last=date.last)
