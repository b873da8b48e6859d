"""Which of a sentence's dates an event has: the one that hangs nearest to its trigger, or on the clause around it."""

from collections.abc import Iterator, Sequence

from dragoman.find.syntax import ancestors, is_verb, kids, subtree
from dragoman.records import Date, EventDate, Sentence

# A span of more days than a century is no date of an event.
LONGEST = 36_600
OTHER_CLAUSES = frozenset({"ccomp", "conj", "advcl", "relcl", "parataxis"})


def event_date(sentence: Sentence, trigger: int, dates: Sequence[Date]) -> EventDate | None:
    """The days of an event, or None where its sentence attaches none to it."""
    here = {
        _first_token(sentence, date): date
        for date in dates
        if sentence.start <= date.start < sentence.end and date.first and date.last and date.type != "SET"
    }
    if not here:
        return None
    for top, tokens in _circles(sentence, trigger):
        inside = [i for i in here if i in tokens]
        if inside:
            return _dated(here[min(inside, key=lambda i: (_steps(sentence, i, top), abs(i - trigger)))])
    return None


def _circles(sentence: Sentence, trigger: int) -> Iterator[tuple[int, set[int]]]:
    """What lies ever less close to a trigger: its own phrase, its clause, then the clauses whose date it shares."""
    yield trigger, set(subtree(sentence, trigger, OTHER_CLAUSES))
    for k in ancestors(sentence, trigger):
        token = sentence.tokens[k]
        yield k, set(subtree(sentence, k, OTHER_CLAUSES | {"acl"}))
        if is_verb(token) and token.relation in OTHER_CLAUSES | {"ROOT"}:
            yield from _shared(sentence, k)
            return


def _shared(sentence: Sentence, verb: int) -> Iterator[tuple[int, set[int]]]:
    """ "On Monday X met Y and signed ..." and "said on Monday that it had signed ...": the date of the verb above."""
    while sentence.tokens[verb].relation in {"conj", "ccomp"}:
        joined = sentence.tokens[verb].relation == "conj"
        first, verb = verb, sentence.tokens[verb].head
        above = {
            i
            for k in kids(sentence, verb, "prep", "npadvmod", "advmod")
            for i in subtree(sentence, k, OTHER_CLAUSES | {"acl"})
        }
        yield verb, {i for i in above if i < first} if joined else above


def _steps(sentence: Sentence, i: int, top: int) -> int:
    """How many words lie between a token and one above it."""
    return next((n for n, k in enumerate(ancestors(sentence, i)) if k == top), len(sentence.tokens))


def _first_token(sentence: Sentence, date: Date) -> int:
    return next((t.i for t in sentence.tokens if t.end > date.start), -1)


def _dated(date: Date) -> EventDate | None:
    if date.first is None or date.last is None or (date.last - date.first).days > LONGEST:
        return None
    return EventDate(text=date.text, start=date.start, end=date.end, first=date.first, last=date.last)
