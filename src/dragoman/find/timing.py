"""Which of a sentence's dates an event has: the one that hangs nearest to its trigger, or on the clause around it."""

from collections.abc import Iterator, Sequence

from dragoman.find.syntax import ancestors, is_verb, kids, subtree
from dragoman.records import Date, Document, EventDate, Sentence

# A span of more days than a century is no date of an event.
LONGEST = 36_600
NEAR, WEEK = 8, 7
DAYS = frozenset({"day", "week", "month", "year"})
# What a deed does that is only dated: "the attack took place on Monday".
HAPPEN = frozenset({"occur", "happen", "take", "come"})
HOURS = frozenset({"hour", "minute"})
OTHER_CLAUSES = frozenset({"ccomp", "conj", "advcl", "relcl", "parataxis"})


def event_date(sentence: Sentence, trigger: int, dates: Sequence[Date]) -> EventDate | None:
    """The days of an event, or None where its sentence attaches none to it."""
    here = _days_in(sentence, dates)
    if not here:
        return None
    theirs = _of_the_object(sentence, trigger)
    for top, tokens in _circles(sentence, trigger):
        inside = [i for i in here if i in tokens and i not in theirs]
        if inside:
            return _dated(here[min(inside, key=lambda i: (_steps(sentence, i, top), abs(i - trigger)))])
    return None


def _of_the_object(sentence: Sentence, verb: int) -> set[int]:
    """ "Condemned the launch of April 13", "the April 13 launch": a date that belongs to what a verb is about."""
    found: set[int] = set()
    if is_verb(sentence.tokens[verb]):
        for o in kids(sentence, verb, "dobj"):
            ofs = [k for k in kids(sentence, o, "prep") if sentence.tokens[k].lemma == "of"]
            for k in (*ofs, *kids(sentence, o, "compound", "poss", "nmod", "nummod")):
                found.update(subtree(sentence, k))
    return found


def running_day(document: Document, sentence: Sentence, trigger: int, dates: Sequence[Date]) -> EventDate | None:
    """The day of which a report is telling when it comes to a sentence without a date: that of the sentences before.

    Only a day of the last week counts, told in the main clause of one of the few sentences before, past tense to past;
    a look back between them ("last month ...") does not move it.
    """
    published = document.article.published
    if published is None or not _tells_the_past(sentence) or _looks_back(sentence, trigger):
        return None
    if any(date.last and date.last < published for date in _days_in(sentence, dates).values()):
        return None
    for previous in reversed(document.sentences[max(0, sentence.index - NEAR) : sentence.index]):
        main = set(subtree(previous, _root(previous), OTHER_CLAUSES | {"acl"}))
        told = [d for i, d in _days_in(previous, dates).items() if i in main and d.first == d.last and d.first]
        recent = len(told) == 1 and told[0].first and 0 <= (published - told[0].first).days < WEEK
        if recent and _tells_the_past(previous):
            return _dated(told[0])
    return None


def told_days(document: Document, dates: Sequence[Date]) -> Iterator[tuple[Sentence, int, EventDate]]:
    """ "The intrusion occurred on 10 November": sentences that only date a deed, with its noun and the day."""
    for sentence in document.sentences:
        root = _root(sentence)
        places = {sentence.tokens[k].lemma for k in kids(sentence, root, "dobj")}
        if sentence.tokens[root].lemma not in HAPPEN or places - {"place"}:
            continue
        for noun in kids(sentence, root, "nsubj"):
            day = event_date(sentence, root, dates)
            if day and day.first == day.last:
                yield sentence, noun, day


def _looks_back(sentence: Sentence, trigger: int) -> bool:
    """ "... days after it called off the talks", "which it had signed": an act from before what the sentence tells."""
    for k in (trigger, *ancestors(sentence, trigger)):
        token = sentence.tokens[k]
        if is_verb(token) and any(sentence.tokens[h].text.lower() == "had" for h in kids(sentence, k, "aux")):
            return True
        away = token.relation == "advcl" and any(sentence.tokens[w].lemma in DAYS for w in _led_by(sentence, k))
        if token.relation == "relcl" or away:
            return True
    return False


def _led_by(sentence: Sentence, verb: int) -> list[int]:
    """The words of a clause before its subject: "only days after" in "only days after it called off the talks"."""
    first = min((s for s in kids(sentence, verb, "nsubj", "nsubjpass")), default=verb)
    return [k for k in subtree(sentence, verb) if k < first]


def _days_in(sentence: Sentence, dates: Sequence[Date]) -> dict[int, Date]:
    """First token -> date, for the dates of a sentence that name days."""
    return {
        _first_token(sentence, date): date
        for date in dates
        if sentence.start <= date.start < sentence.end and date.first and date.last and date.type != "SET"
    }


def _root(sentence: Sentence) -> int:
    return next((token.i for token in sentence.tokens if token.head == token.i), 0)


def _tells_the_past(sentence: Sentence) -> bool:
    root = _root(sentence)
    helpers = [sentence.tokens[k].tag for k in kids(sentence, root, "aux", "auxpass")]
    return sentence.tokens[root].tag == "VBD" if not helpers else helpers == ["VBD"]


def _circles(sentence: Sentence, trigger: int) -> Iterator[tuple[int, set[int]]]:
    """What lies ever less close to a trigger: its own phrase, its clause, then the clauses whose date it shares."""
    yield trigger, set(subtree(sentence, trigger, OTHER_CLAUSES))
    for k in ancestors(sentence, trigger):
        token = sentence.tokens[k]
        yield k, set(subtree(sentence, k, OTHER_CLAUSES | {"acl"}))
        if is_verb(token) and token.relation in OTHER_CLAUSES | {"ROOT"}:
            yield from _shared(sentence, k)
            yield from _hours_away(sentence, k)
            return


def _shared(sentence: Sentence, verb: int) -> Iterator[tuple[int, set[int]]]:
    """ "On Monday X met Y and signed ..." and "said on Monday that it had signed ...": the date of the verb above."""
    if sentence.tokens[verb].relation in {"relcl", "advcl"} and _is_when(sentence, verb):
        head = sentence.tokens[verb].head
        yield head, {head, *(i for i in subtree(sentence, head, OTHER_CLAUSES | {"acl"}) if i < verb)}
    while sentence.tokens[verb].relation in {"conj", "ccomp"}:
        joined = sentence.tokens[verb].relation == "conj"
        first, verb = verb, sentence.tokens[verb].head
        above = {
            i
            for k in kids(sentence, verb, "prep", "npadvmod", "advmod")
            for i in subtree(sentence, k, OTHER_CLAUSES | {"acl"})
        }
        yield verb, {i for i in above if i < first} if joined else above


def _hours_away(sentence: Sentence, verb: int) -> Iterator[tuple[int, set[int]]]:
    """ "A few hours before the jet crashed on Wednesday, ...": the day of the clause that is only hours away."""
    for clause in kids(sentence, verb, "advcl", "prep"):
        tokens = set(subtree(sentence, clause))
        if any(sentence.tokens[k].lemma in HOURS for k in sorted(tokens)[:4]):
            yield clause, tokens


def _is_when(sentence: Sentence, verb: int) -> bool:
    """ "in April 2012, when the North fired a rocket": the clause tells of that time."""
    return any(sentence.tokens[k].lemma == "when" for k in kids(sentence, verb, "advmod", "mark"))


def _steps(sentence: Sentence, i: int, top: int) -> int:
    """How many words lie between a token and one above it."""
    return next((n for n, k in enumerate(ancestors(sentence, i)) if k == top), len(sentence.tokens))


def _first_token(sentence: Sentence, date: Date) -> int:
    return next((t.i for t in sentence.tokens if t.end > date.start), -1)


def _dated(date: Date) -> EventDate | None:
    if date.first is None or date.last is None or (date.last - date.first).days > LONGEST:
        return None
    return EventDate(text=date.text, start=date.start, end=date.end, first=date.first, last=date.last)
