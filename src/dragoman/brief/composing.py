"""A briefing out of the store: what is new for a mailing list, the most telling of it first. Nothing is written.

The ledger is taken as it was made last: `store.ledgers.made_current` makes it anew where something came in.
"""

import datetime
from collections.abc import Collection, Sequence
from typing import NamedTuple

from dragoman.brief.briefings import Briefing, LedgerNews, Said, Turn, read_briefing
from dragoman.brief.choosing import Chosen, chosen_acts, chosen_statements, chosen_turns, link, turn_weigher
from dragoman.brief.counting import chart_begin, counts_of, is_empty, steps_of, summary_of, trend_of
from dragoman.brief.gathering import Asked, Happened, Heard, Told, Turned, Turns, events_of, statements_of, turns_of
from dragoman.brief.wording import HEADLINE, Wording, cut
from dragoman.records import Standing
from dragoman.resolve.tellings import later
from dragoman.rules import Rules
from dragoman.store import Store, issues, news
from dragoman.store.counts import published_span
from dragoman.store.mailings import MailingList
from dragoman.views.names import Names

# Days of the first issue of a list, by its schedule.
FIRST = {"daily": 1, "weekly": 7, "change": 7}
# Characters of a subject, without and with the title of its list.
SUBJECT, WITH_TITLE = 96, 128
# How much less telling an event may be than the most telling one to stand first, where its sentence says it better.
NEAR = 2.0
# Where the deed itself says more than what it made of a commitment: the words to be kept were another's, or a meeting.
ANSWERS: frozenset[Standing] = frozenset({"accepted", "rejected", "cancelled"})


def compose(
    store: Store,
    rules: Rules,
    names: Names,
    mailing: MailingList,
    day: datetime.date,
    told: Told | Collection[str] = (),
    since: datetime.date | None = None,
    *,
    seen: int | None = None,
) -> Briefing | None:
    """What is new for a list in the days from `since` to `day`, both included; None where nothing is.

    `told` are ids that the list has told before, or a function that gives those of some ids. `seen` is the number of
    the report that had come in last then (`Briefing.through`): by it one knows what was told late.
    """
    before = told if callable(told) else frozenset(told).intersection
    asked = Asked(mailing.question, since or later(day, 1 - FIRST[mailing.schedule]), day, before, seen)
    words = Wording(names, rules)
    new = _gathered(store, mailing, asked)
    found = _briefing(store, mailing, asked, new, words, rules)
    return None if is_empty(found) else found


def next_briefing(
    store: Store, rules: Rules, names: Names, mailing: MailingList, day: datetime.date
) -> Briefing | None:
    """What is new for a list up to a day since its last issue, without what any issue of it told; None for nothing."""
    with store.reading() as connection:
        last = issues.last_issue(connection, mailing.slug)

    def told(ids: Collection[str]) -> Collection[str]:
        with store.reading() as connection:
            return issues.told_by(connection, mailing.slug, ids)

    if last is None:
        return compose(store, rules, names, mailing, day, told)
    seen = read_briefing(last.held).through
    return compose(store, rules, names, mailing, day, told, later(last.last, 1), seen=seen)


class _New(NamedTuple):
    """All that is new, and the number of the report that had come in last."""

    events: Happened
    turns: Turns
    heard: Heard
    through: int
    first_report: datetime.date | None


def _gathered(store: Store, mailing: MailingList, asked: Asked) -> _New:
    # The number first: what comes in while the rest is looked up is told next time.
    with store.reading() as connection:
        through, first = news.newest_article(connection), published_span(connection)[0]
    what = mailing.question.what
    begin = chart_begin(mailing.schedule, asked.day)
    return _New(
        events_of(store, asked, begin) if "events" in what else Happened([], False, []),
        turns_of(store, asked) if "commitments" in what else Turns([], [], [], []),
        statements_of(store, asked) if "statements" in what else Heard([], []),
        through,
        first,
    )


def _briefing(store: Store, mailing: MailingList, asked: Asked, new: _New, words: Wording, rules: Rules) -> Briefing:
    fresh = [one for one in new.events.found if one.is_new]
    acts = chosen_acts(store, fresh, mailing, asked, words, rules)
    ledger, said = chosen_turns(store, new.turns, words), chosen_statements(new.heard, words, rules)
    headline, address = _headline(acts, ledger, said, new.turns, words)
    steps = steps_of(new.events, mailing.schedule, asked, new.first_report, rules.ontology)
    counts = counts_of(new.events, asked, rules.ontology)
    first = min(asked.since, asked.day)
    return Briefing(
        list=mailing.slug,
        title=mailing.title,
        first=first,
        last=asked.day,
        subject=_subject(headline, mailing.title),
        headline=headline,
        lead=address,
        summary=summary_of(counts, new.turns, asked, words),
        counts=counts,
        more=_more(mailing, first, asked.day),
        happened=acts.groups,
        others=acts.others,
        ledger=ledger,
        said=said,
        chart=steps,
        chart_words=trend_of(steps),
        through=new.through,
        tells=(*new.events.tells, *new.turns.tells, *new.heard.tells),
    )


def _headline(
    acts: Chosen, ledger: LedgerNews, said: tuple[Said, ...], turns: Turns, words: Wording
) -> tuple[str, str]:
    """The most telling thing, and where it is told."""
    weigh = turn_weigher()
    turned = max(map(weigh, turns.outcomes), default=0.0)
    best = acts.best[0].weight if acts.best else -1.0
    if ledger.outcomes and turned >= best:
        others = [one for one in turns.outcomes if weigh(one) >= turned - NEAR]
        return _outcome(ledger.outcomes[0], sorted(others, key=weigh, reverse=True), words)
    near = [one for one in acts.best if one.weight >= best - NEAR]
    for one in near:
        event = one.event
        if told := words.told(event.sentence.text, event.trigger.end - event.sentence.start):
            return told, one.act.link
    if near:
        return near[0].act.headline, near[0].act.link
    return _otherwise(acts, ledger, said)


def _outcome(first: Turn, near: Sequence[Turned], words: Wording) -> tuple[str, str]:
    """What became of a commitment; where that was answered by a deed, that deed, as far as a sentence tells it well."""
    if first.standing in ANSWERS:
        deeds = [one.decided for one in near if one.standing in ANSWERS and one.decided]
        told = [words.told(deed.sentence.text) for deed in deeds if deed.sentence and deed.basis == "deed"]
        if any(told):
            return next(filter(None, told)), first.link
    return cut(f"{first.says}: {first.content}", HEADLINE + 30), first.link


def _otherwise(acts: Chosen, ledger: LedgerNews, said: tuple[Said, ...]) -> tuple[str, str]:
    """The same where nothing happened."""
    for turn in (*ledger.made, *ledger.due):
        return cut(f"{turn.says}: {turn.content}", HEADLINE + 30), turn.link
    for act in acts.others:
        return act.headline, act.link
    for one in said:
        return cut(f"{one.speaker}: {one.words}", HEADLINE), one.link
    return "", ""


def _subject(headline: str, title: str) -> str:
    short = cut(headline, SUBJECT)
    whole = f"{short} – {title}"
    return whole if len(whole) <= WITH_TITLE else short


def _more(mailing: MailingList, first: datetime.date, last: datetime.date) -> str:
    """Where all events of these days are, as near to what the list asks as the search can."""
    question = mailing.question
    parties = question.parties if len(question.parties) == 1 or question.among else ()
    sides = dict(zip(("party", "other"), parties[:2], strict=False)) if len(parties) < 3 else {}
    kind = question.types[0] if len(question.types) == 1 else ""
    return link("/search", words=question.words, **sides, type=kind, from_=first, until=last)
