"""Words about commitments: judgements that one was kept or broken, and what a party claims of its own."""

import datetime
from collections.abc import Iterable, Sequence

import msgspec

from dragoman.ledger.joining import Group, made_on
from dragoman.ledger.parties import parties, parties_of
from dragoman.ledger.tellings import WORD, Telling, stems_of
from dragoman.records import Account, Basis, Change, Coding, Entry, Event, Quote, Record, Span
from dragoman.rules.ledger import LedgerWords

# A judgement speaks of what was made in the last so many days.
REACH = 730
BINDING = frozenset({"promise", "agreement"})


class Verdict(Record, frozen=True, kw_only=True):
    """What somebody says of a party's commitments: `of` is the party, `towards` whom, `stems` the words near it."""

    of: frozenset[str]
    towards: frozenset[str]
    stems: frozenset[str]
    day: datetime.date
    basis: Basis
    change: Change
    source: str
    article: str
    sentence: Span


def attached(
    accounts: Sequence[Account],
    groups: Sequence[Group],
    codings: Iterable[Coding],
    told: Iterable[Telling],
    words: LedgerWords,
    names: frozenset[str],
) -> list[Account]:
    """The accounts with judgements and claims about them; one that could mean two accounts is given to neither."""
    verdicts = {*map(_of_telling, told)}
    for coding in codings:
        verdicts.update(_judgements(coding, words, names))
        verdicts.update(_claims(coding, words, names))
    more: dict[int, list[Entry]] = {}
    for verdict in sorted(verdicts, key=msgspec.json.encode):
        place = _meant(verdict, groups)
        if place is not None and not _has(accounts[place], verdict):
            more.setdefault(place, []).append(_entry(verdict))
    return [_with(account, more.get(i, ())) for i, account in enumerate(accounts)]


def _with(account: Account, more: Sequence[Entry]) -> Account:
    entries = sorted(
        {*account.entries, *more},
        key=lambda e: (e.day, e.change != "made", e.change != "renewed", msgspec.json.encode(e)),
    )
    return msgspec.structs.replace(account, entries=tuple(entries)) if more else account


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
        basis=verdict.basis,
        source=verdict.source,
        article=verdict.article,
        sentence=verdict.sentence,
        rule=f"words/{verdict.basis}",
    )


# Which account is meant


def _meant(verdict: Verdict, groups: Sequence[Group]) -> int | None:
    """The one account that is meant: the only one with its words, in its report, or at all."""
    fitting = [i for i, group in enumerate(groups) if _can_be(verdict, group)]
    alike = [i for i in fitting if any(verdict.stems & t.stems - {"meeting"} for t in groups[i])]
    here = [i for i in fitting if any(t.article.id == verdict.article for t in groups[i])]
    for chosen in (alike, here, fitting):
        if len(chosen) == 1:
            return chosen[0]
    return None


def _can_be(verdict: Verdict, group: Group) -> bool:
    day = min(map(made_on, group))
    parties = frozenset(party for telling in group for party in telling.by)
    others = frozenset(party for telling in group for party in telling.to)
    return (
        group[0].kind in BINDING
        and bool(verdict.of & parties)
        and (not verdict.towards or not others or bool(verdict.towards & (others | parties - verdict.of)))
        and day <= verdict.day <= day + datetime.timedelta(REACH)
    )


# What is said


def _of_telling(telling: Telling) -> Verdict:
    change = telling.outcome
    assert change != "pending"
    return Verdict(
        of=telling.by,
        towards=telling.to - {telling.judge},
        stems=telling.stems,
        day=telling.ended,
        basis="judgement",
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
        of=parties_of(event.actor, words),
        towards=parties_of(event.recipient, words),
        stems=stems_of(event.sentence.text, words, names) - words.vague,
        day=min(event.date.last, told) if event.date else told,
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
                of=parties([quote.speaker.code], words),
                towards=frozenset(),
                stems=stems_of(quote.text, words, names) - words.vague,
                day=told,
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
