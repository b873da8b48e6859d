"""Tellings: one report's commitment with what joining it to those of other reports needs."""

import datetime
import hashlib
import re
from collections.abc import Iterable

import msgspec

from dragoman.ledger.parties import parties, parties_of
from dragoman.records import ArticleHead, Coding, Commitment, CommitmentKind, Event, Record, Span, Standing
from dragoman.resolve.tellings import later
from dragoman.rules.ledger import LedgerWords

Days = tuple[datetime.date, datetime.date]
WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:-[^\W\d_]+)*")
# "2013-06-12", "2013-06-12/2013-06-13"
DUE = re.compile(r"(\d{4}-\d\d-\d\d)(?:/(\d{4}-\d\d-\d\d))?", re.ASCII)
# Acts by which somebody commits himself; their day is the day of the words.
MAKING = frozenset({"AGREE", "CONCEDE", "THREATEN", "REQUEST", "SUPPORT"})
# Words of no day of their own lie up to a week before their report: its weekdays reach no further back.
WEEK = 7


class Telling(Record, frozen=True, kw_only=True):
    """A commitment as one report tells it; `by` and `to` are countries or bodies, `stems` the words of its content.

    `first` is the sentence of the words; `made` is the interval of days in which they were said, None where the report
    does not say; `told` is the day of publication, `ended` the day of the outcome that the report gives.
    """

    id: str
    article: ArticleHead
    commitment: Commitment
    first: Span
    by: frozenset[str]
    to: frozenset[str]
    kind: CommitmentKind
    stems: frozenset[str]
    condition: frozenset[str]
    is_meeting: bool
    is_vague: bool
    negated: bool
    ends: bool
    again: bool
    made: Days | None
    told: datetime.date
    due: Days | None
    outcome: Standing
    ended: datetime.date
    ending: Span
    judge: str

    @property
    def parties(self) -> frozenset[str]:
        """Everybody who is bound or addressed."""
        return self.by | self.to


def tellings_of(coding: Coding, words: LedgerWords, names: frozenset[str]) -> tuple[Telling, ...]:
    """The commitments of one report; none where nobody knows when it was published, or that cites no sentence.

    `names` are words that name states, in lower case: they tell who, not what.
    """
    told = coding.article.published
    if told is None:
        return ()
    return tuple(_telling(coding, one, told, words, names) for one in coding.commitments if one.evidence)


def stems_of(text: str, words: LedgerWords, names: frozenset[str] = frozenset()) -> frozenset[str]:
    """The telling stems of a text: without grammar, days, and names of states."""
    found = {part for word in WORD.findall(text.lower()) for part in _parts(word)} - names
    return frozenset(stem for stem in map(words.stem_of, found) if len(stem) > 1) - words.skipped


def _parts(word: str) -> tuple[str, ...]:
    """ "long-range" and its parts, as reports write them either way."""
    return (word, *word.split("-")) if "-" in word else (word,)


def _telling(
    coding: Coding, commitment: Commitment, told: datetime.date, words: LedgerWords, names: frozenset[str]
) -> Telling:
    by = parties(commitment.by.split(";"), words)
    events = _events_of(coding, commitment)
    stems = stems_of(commitment.content, words, names)
    first = _said(commitment)
    made = _made(events, by, first, told, words)
    ending = _ending(events, commitment, (made[0] if made else told, told), words)
    return Telling(
        id=_id(coding.article, commitment, first),
        article=coding.article,
        commitment=commitment,
        first=first,
        by=by,
        to=parties(commitment.to, words),
        kind=commitment.kind,
        stems=stems,
        condition=stems_of(commitment.condition or "", words, names),
        is_meeting=bool(stems & words.meeting),
        is_vague=stems <= words.vague,
        negated=words.negation.is_negated(commitment.content),
        ends=bool(stems & words.ending),
        again=_names_again(first, commitment, words),
        made=made,
        told=told,
        due=due_days(commitment.due),
        outcome=commitment.outcome,
        ended=ending[0],
        ending=ending[1],
        judge=ending[2] or coding.article.publisher or coding.article.id,
    )


def _names_again(first: Span, commitment: Commitment, words: LedgerWords) -> bool:
    """Whether the report speaks of it as known: "repeated its promise to [withdraw]"."""
    before = WORD.findall(" ".join(first.text.split()).partition(commitment.content)[0].lower())
    while before and before[-1] in words.again["links"]:
        before.pop()
    named = bool(before) and words.stem_of(before[-1]) in words.vague
    return named and bool(words.again["owners"] & set(before[-3:-1]))


def _said(commitment: Commitment) -> Span:
    """The sentence that holds the words of the commitment: its evidence may begin with a deed."""
    holding = (span for span in commitment.evidence if commitment.content in " ".join(span.text.split()))
    return next(holding, commitment.evidence[0])


def _id(article: ArticleHead, commitment: Commitment, first: Span) -> str:
    """A digest of who commits himself in what way, and where that stands."""
    key = msgspec.json.encode((article.id, first.start, commitment.by, commitment.kind, commitment.content))
    return hashlib.sha256(key).hexdigest()[:16]


def due_days(due: str | None) -> Days | None:
    """The first and last day of a due date, "YYYY-MM-DD" or two of them with a slash; None of what is none.

    >>> due_days("2013-06-12/2013-06-13")
    (datetime.date(2013, 6, 12), datetime.date(2013, 6, 13))
    >>> due_days("soon") is None
    True
    """
    found = DUE.fullmatch(due or "")
    if found is None:
        return None
    try:
        first, last = (datetime.date.fromisoformat(day) for day in (found[1], found[2] or found[1]))
    except ValueError:  # the 31st of June
        return None
    return (first, last) if first <= last else None


def _events_of(coding: Coding, commitment: Commitment) -> tuple[Event, ...]:
    starts = {span.start for span in commitment.evidence}
    return tuple(event for event in coding.events if event.sentence.start in starts)


def _made(
    events: Iterable[Event], by: frozenset[str], first: Span, told: datetime.date, words: LedgerWords
) -> Days | None:
    """When the words were said, by their own sentence or another that tells them again; a single day before a month.

    A day after publication is that of the deed, and says nothing of the words.
    """
    making = [e for e in events if e.type in MAKING and e.status != "cancelled" and by & parties_of(e.actor, words)]
    days = [(e.date.first, min(e.date.last, told), e.sentence == first) for e in making if e.date]
    if days := [one for one in days if one[0] <= told]:
        return min(days, key=lambda one: ((one[1] - one[0]).days > WEEK, not one[2], one[1] - one[0], one))[:2]
    return (later(told, -WEEK), told) if making else None


def _ending(
    events: Iterable[Event], commitment: Commitment, between: Days, words: LedgerWords
) -> tuple[datetime.date, Span, str]:
    """The day, the sentence and the speaker of the outcome: of the last act in its evidence that can be one.

    It lies between the words and the report; where the words have no day, any day before the report will do.
    """
    made, told = between
    types = words.endings.get(commitment.outcome, frozenset())
    acts = [event for event in events if event.type in types and event.status != "negated"]
    if not acts:
        return told, commitment.evidence[-1], ""
    act = max(acts, key=lambda event: event.trigger.start)
    day = min(act.date.last, told) if act.date and (made == told or act.date.last >= made) else told
    return day, act.sentence, act.reported_by.name if act.reported_by else ""
