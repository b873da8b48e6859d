"""Accounts: the commitments of many codings joined, each with the history of its words, deeds and judgements."""

import bisect
import datetime
import functools
from collections.abc import Iterable, Sequence

import msgspec

from dragoman.ledger.deeds import deed_of
from dragoman.ledger.joining import APART, Group, grouped, is_narrow, made_on
from dragoman.ledger.links import Deeds, Matter, entry_of
from dragoman.ledger.rulings import with_rulings
from dragoman.ledger.standing import CLOSED, STANDINGS, deciding_entry, in_order
from dragoman.ledger.tellings import Days, Telling, tellings_of
from dragoman.ledger.verdicts import ACTS, Verdict, attached, verdict_of, verdicts_of
from dragoman.records import Account, Basis, Change, Coding, DistinctEvent, Entry, Record, Ruling
from dragoman.resolve.tellings import later
from dragoman.rules import Rules
from dragoman.rules.lexicon import Lexicon

# Names of these kinds say who, not what, and are no telling words of a content.
STATES = frozenset({"country", "adjective", "people", "capital", "seat", "short"})


class Told(Record, frozen=True, kw_only=True):
    """What reports tell: commitments, and what somebody says became of them."""

    tellings: tuple[Telling, ...]
    verdicts: frozenset[Verdict]


def ledger_of(
    codings: Iterable[Coding], events: Iterable[DistinctEvent], rules: Rules, *, judged: Iterable[Ruling] = ()
) -> tuple[Account, ...]:
    """One account for each commitment of many reports, in order of the days on which they were made.

    `events` are the distinct events of the same codings, `judged` what people have decided. The answer depends on the
    set of all these alone: neither their order nor giving one twice changes it. Codings without a day of publication
    have no place in a history and are left out.
    """
    kept = [coding for _, coding in sorted({msgspec.json.encode(coding): coding for coding in codings}.items())]
    return accounts_of(told_in(kept, rules), deeds_of(events, kept, rules), judged)


def told_in(codings: Iterable[Coding], rules: Rules) -> Told:
    """What reports tell of commitments."""
    names, words = state_words(rules.lexicon), rules.ledger.words
    kept = list(codings)
    tellings = (telling for coding in kept for telling in tellings_of(coding, words, names))
    return Told(tellings=tuple(tellings), verdicts=frozenset(verdicts_of(kept, words, names)))


def deeds_of(events: Iterable[DistinctEvent], codings: Iterable[Coding], rules: Rules) -> Deeds:
    """The events as deeds, each once; `codings` are those of the reports that tell them, for the days named there."""
    names, words = state_words(rules.lexicon), rules.ledger.words
    dates = _days_named(codings)
    once = {event.id: event for event in sorted(events, key=msgspec.json.encode)}
    return Deeds((deed for event in once.values() if (deed := deed_of(event, dates, words, names))), rules.ledger)


def accounts_of(told: Told, deeds: Deeds, judged: Iterable[Ruling] = ()) -> tuple[Account, ...]:
    """One account for each commitment, decided by deeds, by what is said of it, and by people."""
    groups = grouped((t for t in told.tellings if not _is_verdict(t)), functools.partial(_closed, deeds))
    ends = _ends(groups)
    accounts = [_account(group, deeds, end) for group, end in zip(groups, ends, strict=True)]
    named_again = {verdict_of(telling): telling for telling in told.tellings if _is_verdict(telling)}
    accounts, left = attached(accounts, groups, {*told.verdicts, *named_again})
    alone = [[named_again[verdict]] for verdict in left if verdict in named_again]
    groups, accounts = groups + alone, accounts + [_account(group, deeds, datetime.date.max) for group in alone]
    ruled = with_rulings(accounts, groups, judged)
    return tuple(sorted(ruled, key=lambda account: (account.entries[0].day, account.id)))


def state_words(lexicon: Lexicon) -> frozenset[str]:
    """Words that name states or their people by themselves, in lower case; those of longer names are in ledger.toml."""
    forms = (form for form, meanings in lexicon.names.items() if any(name.kind in STATES for name in meanings))
    return frozenset(form.lower() for form in forms if " " not in form)


def _days_named(codings: Iterable[Coding]) -> dict[tuple[str, int], tuple[Days, ...]]:
    """The days that stand in the sentence of an event, by its report and the start of the sentence."""
    found: dict[tuple[str, int], tuple[Days, ...]] = {}
    for coding in codings:
        days = [(date.start, (date.first, date.last)) for date in coding.dates if date.first and date.last]
        for event in coding.events:
            inside = tuple(each for start, each in days if event.sentence.start <= start < event.sentence.end)
            found[coding.article.id, event.sentence.start] = inside
    return found


def _is_verdict(telling: Telling) -> bool:
    """ "The North had broken its promises": this tells no commitment of its own but what became of others."""
    return telling.is_vague and telling.outcome != "pending"


def _closed(deeds: Deeds, group: Sequence[Telling], day: datetime.date) -> datetime.date | None:
    """The day before another on which an account was closed, if it was."""
    account = _account(group, deeds, later(day, -1))
    decided = deciding_entry(account, later(day, -1))
    return decided.day if decided and STANDINGS[decided.change] in CLOSED else None


def _ends(groups: Sequence[Group]) -> list[datetime.date]:
    """The last day on which deeds decide each account: that on which the next of the same meeting was opened."""
    opened: dict[tuple[str, frozenset[str]], list[tuple[datetime.date, frozenset[str]]]] = {}
    for group in groups:
        opened.setdefault((group[0].kind, group[0].by), []).append((min(map(made_on, group)), group[0].to))
    for found in opened.values():
        found.sort(key=lambda one: one[0])
    return [_end(group, opened[group[0].kind, group[0].by]) for group in groups]


def _end(group: Group, opened: Sequence[tuple[datetime.date, frozenset[str]]]) -> datetime.date:
    if not group[0].is_meeting:
        return datetime.date.max
    mine, to = min(map(made_on, group)), group[0].to
    later = opened[bisect.bisect_right(opened, mine, key=lambda one: one[0]) :]
    return next((day for day, other in later if not to or not other or to & other), datetime.date.max)


# One account


def _account(group: Sequence[Telling], deeds: Deeds, until: datetime.date) -> Account:
    """The account of a group of tellings with the deeds up to a day."""
    ordered = sorted(group, key=lambda t: (made_on(t), t.told, t.article.id, t.first.start, t.id))
    first = min(ordered, key=lambda t: (t.told, t.article.id, t.first.start, t.id))
    fullest = max(ordered, key=_fullness)
    matter = matter_of(ordered)
    linked = [entry_of(link, deed) for link, deed in deeds.deciding(matter) if deed.days[1] <= until]
    words = _making(ordered) + [_outcome(t) for t in ordered if t.outcome != "pending"]
    return Account(
        id=first.id,
        by=tuple(fullest.commitment.by.split(";")),
        to=_addressees(ordered),
        kind=fullest.kind,
        content=fullest.commitment.content,
        condition=fullest.commitment.condition or next((c for t in ordered if (c := t.commitment.condition)), None),
        due=_due(ordered),
        entries=in_order((*words, *linked)),
    )


def matter_of(group: Sequence[Telling]) -> Matter:
    """What deeds are held against: the words and parties of all tellings."""
    days = [made_on(telling) for telling in group if is_narrow(telling.made)]
    made = min(days) if days else min(t.made[1] if t.made else t.ended for t in group)
    fullest = max(group, key=_fullness)
    return Matter(
        kind=fullest.kind,
        by=frozenset(party for telling in group for party in telling.by),
        to=frozenset(party for telling in group for party in telling.to),
        stems=frozenset(stem for telling in group for stem in telling.stems),
        negated=all(telling.negated for telling in group),
        condition=frozenset(stem for telling in group for stem in telling.condition),
        made=(made, made),
        told=min(telling.told for telling in group),
        due=_due(group),
    )


def _fullness(telling: Telling) -> tuple[int, int, bool, bool, int, str]:
    commitment = telling.commitment
    has = commitment.condition is not None, commitment.due is not None
    return len(telling.by), len(commitment.to), *has, len(telling.stems), telling.id


def _addressees(group: Sequence[Telling]) -> tuple[str, ...]:
    by = {party for telling in group for party in telling.by}
    codes = {code for telling in group for code in telling.commitment.to if code not in telling.commitment.by}
    fullest = max(group, key=_fullness)
    if len(fullest.by) > 1:
        return fullest.commitment.to
    return tuple(sorted(codes)) if len(by) == 1 or not fullest.commitment.to else fullest.commitment.to


def _due(group: Sequence[Telling]) -> Days | None:
    """The narrowest of the due days that reports give."""
    dues = [telling.due for telling in group if telling.due]
    return min(dues, key=lambda due: (due[1] - due[0], due), default=None)


def _making(group: Sequence[Telling]) -> list[Entry]:
    """A line for each report that tells the words: made on the first day, renewed on a later one.

    A report that tells only the end has no such line, unless no other tells the words.
    """
    said = [telling for telling in group if telling.made] or group
    first = made_on(said[0])
    return [_words(t, "renewed" if (made_on(t) - first).days > APART and is_narrow(t.made) else "made") for t in said]


def _words(telling: Telling, change: Change) -> Entry:
    day = min(made_on(telling), telling.ended) if telling.outcome != "pending" else made_on(telling)
    return _entry(telling, change, day, "report")


def _outcome(telling: Telling) -> Entry:
    basis: Basis = "report" if telling.outcome in ACTS else "judgement"
    change = telling.outcome
    assert change != "pending"
    entry = _entry(telling, change, telling.ended, basis)
    return msgspec.structs.replace(entry, sentence=telling.ending, source=telling.judge)


def _entry(telling: Telling, change: Change, day: datetime.date, basis: Basis) -> Entry:
    article = telling.article
    return Entry(
        change=change,
        day=day,
        known=telling.told,
        basis=basis,
        source=article.publisher or article.id,
        article=article.id,
        sentence=telling.first,
        rule="report",
    )
