"""Words about commitments: judgements that one was kept or broken, and what a party claims of its own."""

import datetime
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from dragoman.ledger.joining import Group, made_on
from dragoman.ledger.parties import parties, parties_of
from dragoman.ledger.standing import in_order
from dragoman.ledger.tellings import WORD, Telling, stems_of
from dragoman.records import Account, Basis, Change, Coding, CommitmentKind, Entry, Event, Quote, Record, Span
from dragoman.resolve.tellings import later
from dragoman.rules.ledger import LedgerWords

# A judgement speaks of what was made in the last so many days.
REACH = 730
BINDING: frozenset[CommitmentKind] = frozenset({"promise", "agreement"})
# Outcomes that are acts; whether something was kept or broken is a judgement, the report's or a speaker's.
ACTS = frozenset({"accepted", "rejected", "cancelled", "lapsed", "superseded"})


class Verdict(Record, frozen=True, kw_only=True):
    """What somebody says of a party's commitments: `of` is the party, `towards` whom, `stems` the words near it."""

    kinds: frozenset[CommitmentKind]
    of: frozenset[str]
    towards: frozenset[str]
    stems: frozenset[str]
    day: datetime.date
    known: datetime.date
    basis: Basis
    change: Change
    source: str
    article: str
    sentence: Span


def attached(
    accounts: Sequence[Account], groups: Sequence[Group], verdicts: Iterable[Verdict]
) -> tuple[list[Account], list[Verdict]]:
    """The accounts with what is said about them, and what is left: what could mean two is given to neither."""
    told = [_told(group) for group in groups]
    places, left = _places(told), []
    more: dict[int, list[Entry]] = {}
    for verdict in verdicts:
        near = sorted({i for party in verdict.of for i in places.get(party, ())})
        place = _meant(verdict, told, near)
        if place is None:
            left.append(verdict)
        elif not _has(accounts[place], verdict):
            more.setdefault(place, []).append(_entry(verdict))
    return [_with(account, more.get(i, ())) for i, account in enumerate(accounts)], left


def verdicts_of(codings: Iterable[Coding], words: LedgerWords, names: frozenset[str]) -> set[Verdict]:
    """The judgements and claims that stand in reports."""
    found: set[Verdict] = set()
    for coding in codings:
        found.update(_judgements(coding, words, names))
        found.update(_claims(coding, words, names))
    return found


def _with(account: Account, more: Sequence[Entry]) -> Account:
    return msgspec.structs.replace(account, entries=in_order((*account.entries, *more))) if more else account


def _has(account: Account, verdict: Verdict) -> bool:
    """Whether the same sentence says so already."""
    return any(
        e.article == verdict.article and e.change == verdict.change and e.sentence == verdict.sentence
        for e in account.entries
    )


def _entry(verdict: Verdict) -> Entry:
    return Entry(
        change=verdict.change,
        day=verdict.day,
        known=verdict.known,
        basis=verdict.basis,
        source=verdict.source,
        article=verdict.article,
        sentence=verdict.sentence,
        rule=f"words/{verdict.basis}",
    )


# Which account is meant


class _Told(NamedTuple):
    """What a verdict is held against of a group: when it can be said, and whom, what and where the tellings name."""

    kind: CommitmentKind
    first: datetime.date
    until: datetime.date
    by: frozenset[str]
    to: frozenset[str]
    stems: frozenset[str]
    articles: frozenset[str]


def _told(group: Group) -> _Told:
    first = min(map(made_on, group))
    return _Told(
        kind=group[0].kind,
        first=first,
        until=later(first, REACH),
        by=frozenset(party for telling in group for party in telling.by),
        to=frozenset(party for telling in group for party in telling.to),
        stems=frozenset(stem for telling in group for stem in telling.stems) - {"meeting"},
        articles=frozenset(telling.article.id for telling in group),
    )


def _places(told: Sequence[_Told]) -> dict[str, list[int]]:
    """Where the groups stand whose commitments bind a party."""
    found: dict[str, list[int]] = {}
    for i, one in enumerate(told):
        for party in one.by:
            found.setdefault(party, []).append(i)
    return found


def _meant(verdict: Verdict, told: Sequence[_Told], near: Sequence[int]) -> int | None:
    """The one account that is meant: the only one with its words, in its report, or at all."""
    fitting = [i for i in near if _can_be(verdict, told[i])]
    alike = [i for i in fitting if verdict.stems & told[i].stems]
    here = [i for i in fitting if verdict.article in told[i].articles]
    for chosen in (alike, here, fitting):
        if len(chosen) == 1:
            return chosen[0]
    return None


def _can_be(verdict: Verdict, one: _Told) -> bool:
    return (
        one.first <= verdict.day <= one.until
        and one.kind in verdict.kinds
        and bool(verdict.of & one.by)
        and (not verdict.towards or not one.to or bool(verdict.towards & (one.to | one.by - verdict.of)))
    )


# What is said


def verdict_of(telling: Telling) -> Verdict:
    """What a telling says that names a commitment only again: "[Kyiv] rejected the offer"."""
    change = telling.outcome
    assert change != "pending"
    return Verdict(
        kinds=BINDING if telling.kind in BINDING else frozenset({telling.kind}),
        of=telling.by,
        towards=telling.to - {telling.judge},
        stems=telling.stems,
        day=telling.ended,
        known=telling.told,
        basis="report" if change in ACTS else "judgement",
        change=change,
        source=telling.judge,
        article=telling.article.id,
        sentence=telling.ending,
    )


def _judgements(coding: Coding, words: LedgerWords, names: frozenset[str]) -> Iterable[Verdict]:
    """Acts of breaking one's word, as somebody says: "accused Seoul of having violated the accord"."""
    told = coding.article.published
    for event in coding.events if told else ():
        change = next((c for s in stems_of(event.trigger.text, words) if (c := words.verdicts.get(s))), None)
        if change and event.type == "REJECT" and event.status != "negated" and told:
            yield _judgement(coding, event, change, told, words, names)


def _judgement(
    coding: Coding, event: Event, change: Change, told: datetime.date, words: LedgerWords, names: frozenset[str]
) -> Verdict:
    speaker = event.reported_by
    return Verdict(
        kinds=BINDING,
        of=parties_of(event.actor, words),
        towards=parties_of(event.recipient, words),
        stems=stems_of(event.sentence.text, words, names) - words.vague,
        day=min(event.date.last, told) if event.date else told,
        known=told,
        basis="judgement",
        change=change,
        source=speaker.name if speaker else coding.article.publisher or coding.article.id,
        article=coding.article.id,
        sentence=event.sentence,
    )


def _claims(coding: Coding, words: LedgerWords, names: frozenset[str]) -> Iterable[Verdict]:
    """A party's own words that it has kept to something: "we have honoured the accord"."""
    told = coding.article.published
    for quote in coding.quotes if told else ():
        if quote.speaker and quote.speaker.code and told and _is_claim(quote, words):
            yield Verdict(
                kinds=BINDING,
                of=parties([quote.speaker.code], words),
                towards=frozenset(),
                stems=stems_of(quote.text, words, names) - words.vague,
                day=told,
                known=told,
                basis="claim",
                change="claimed",
                source=quote.speaker.name,
                article=coding.article.id,
                sentence=Span(text=quote.text, start=quote.start, end=quote.end),
            )


def _is_claim(quote: Quote, words: LedgerWords) -> bool:
    said = [match[0].lower() for match in WORD.finditer(quote.text)]
    stems = {words.stem_of(word) for word in said}
    return bool(stems & words.claims) and bool(stems & words.vague) and not words.blockers & set(said)
