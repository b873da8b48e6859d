"""Deeds that decide words: events that a rule links to a commitment, by parties, words, days and status."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from dragoman.ledger.parties import parties_of
from dragoman.ledger.tellings import WORD, Days, stems_of
from dragoman.records import Change, CommitmentKind, DistinctEvent, Entry, Event, Evidence, Record, Span
from dragoman.rules.ledger import LedgerRules, LedgerWords, Link

# Words before a trigger among which "if" is about it, and among which "years after" or "threatened" is.
NEAR = 10
NEARER = 5
# Words around a trigger that belong to its act rather than to another of the sentence.
BEFORE = 8
AFTER = 14
DONE = frozenset({"occurred", "ongoing"})
# A date in the sentence of an undated event that lies so far back dates the event, not the report.
BACK = 10
# Days for which a telling without a date counts when the most closely dated one is sought.
WIDE = 400


class Deed(Record, frozen=True, kw_only=True):
    """A distinct event with what linking needs: its days, the parties, the stems of its trigger and around it.

    `dated` is whether a report dates it; else its day is that of the first report of it.
    """

    id: str
    event: Event
    evidence: Evidence
    days: Days
    dated: bool
    actor: frozenset[str]
    recipient: frozenset[str]
    trigger: frozenset[str]
    stems: frozenset[str]


class Matter(Record, frozen=True, kw_only=True):
    """What a deed is held against: the parties, the kind, the words of an account, and the days of its making.

    `told` is the day of the first report of it, `condition` the stems of its condition.
    """

    kind: CommitmentKind
    by: frozenset[str]
    to: frozenset[str]
    stems: frozenset[str]
    condition: frozenset[str]
    made: Days
    told: datetime.date
    due: Days | None

    @property
    def parties(self) -> frozenset[str]:
        """Everybody who is bound or addressed."""
        return self.by | self.to


class Deeds:
    """All deeds, found by type and party; made once for a ledger and never changed."""

    def __init__(
        self,
        events: Iterable[DistinctEvent],
        dates: Mapping[tuple[str, int], Sequence[Days]],
        rules: LedgerRules,
        names: frozenset[str],
    ) -> None:
        self._rules = rules
        self._index: dict[tuple[str, str], list[Deed]] = {}
        for event in events:
            deed = deed_of(event, dates, rules.words, names)
            if deed is not None:
                for party in sorted(deed.actor | deed.recipient):
                    self._index.setdefault((event.event.type, party), []).append(deed)

    def deciding(self, matter: Matter) -> list[tuple[Link, Deed]]:
        """For each rule that is about the matter the earliest deed that it links, in order of days."""
        found: list[tuple[Link, Deed]] = []
        for link in self._rules.links:
            if not is_about(link, matter):
                continue
            linked = [deed for deed in self._near(link, matter) if links(link, deed, matter)]
            if link.rule.if_met and matter.condition:
                linked = [deed for deed in linked if self._is_met(matter, deed)]
            if linked:
                found.append((link, min(linked, key=_order)))
        return sorted(found, key=lambda one: (one[1].days[1], one[0].rule.name, one[1].id))

    def _is_met(self, matter: Matter, decided: Deed) -> bool:
        """Whether the other side has done what the condition names, after the words and before the deed."""
        deeds = (d for (_, who), found in self._index.items() if who in matter.to for d in found)
        return any(
            d.actor & matter.to
            and d.event.status in DONE
            and matter.made[1] < d.days[0]
            and d.days[1] <= decided.days[1]
            and (d.stems | d.trigger) & matter.condition
            for d in deeds
        )

    def _near(self, link: Link, matter: Matter) -> Iterable[Deed]:
        keys = [(type, party) for type in link.rule.types for party in sorted(matter.parties)]
        return {deed.id: deed for key in keys for deed in self._index.get(key, ())}.values()


def _order(deed: Deed) -> tuple[datetime.date, int, float, str]:
    return deed.days[1], (deed.days[1] - deed.days[0]).days, -deed.event.confidence, deed.id


# Reading deeds


def deed_of(
    distinct: DistinctEvent, dates: Mapping[tuple[str, int], Sequence[Days]], words: LedgerWords, names: frozenset[str]
) -> Deed | None:
    """An event as a deed; None where no report of it has a day."""
    evidence = min(distinct.evidence, key=_closeness)
    event = distinct.event
    days = _days(event, evidence, distinct.evidence, dates)
    days = _moved(days, evidence.event, words) if days and len(distinct.evidence) == 1 else days
    if days is None or _is_unreal(evidence.event, words):
        return None
    return Deed(
        id=distinct.id,
        event=event,
        evidence=evidence,
        days=days,
        dated=event.date is not None,
        actor=parties_of(event.actor, words),
        recipient=parties_of(event.recipient, words),
        trigger=stems_of(event.trigger.text, words),
        stems=_told_by(distinct, words, names),
    )


def _days(
    event: Event, fullest: Evidence, tellings: Sequence[Evidence], dates: Mapping[tuple[str, int], Sequence[Days]]
) -> Days | None:
    """The days of an event; of an undated one those of its first report, or since a day that its sentence names."""
    published = [one.article.published for one in tellings if one.article.published]
    if event.date is not None:
        last = (
            min([event.date.last, *published]) if published and event.date.first <= min(published) else event.date.last
        )
        return event.date.first, last
    if not published:
        return None
    first = min(published)
    named = dates.get((fullest.article.id, event.sentence.start), ())
    back = [days[0] for days in named if days[1] < first - datetime.timedelta(BACK)]
    return (min(back), first) if back else (first, first)


def _closeness(evidence: Evidence) -> tuple[int, datetime.date, str]:
    """How closely a report dates an event, and how early it tells it: the one to cite comes first."""
    date, article = evidence.event.date, evidence.article
    width = (date.last - date.first).days if date else WIDE
    return width, article.published or datetime.date.max, article.id


def _told_by(distinct: DistinctEvent, words: LedgerWords, names: frozenset[str]) -> frozenset[str]:
    """The stems near the act in all tellings that have its very type."""
    told = [e.event for e in distinct.evidence if e.event.type == distinct.event.type] or [distinct.event]
    return frozenset(s for e in told for s in stems_of(_around(e.sentence, e.trigger), words, names))


def _is_unreal(event: Event, words: LedgerWords) -> bool:
    """Whether the words before an act make it one that has not been done: "if it conducted [another] test"."""
    last = _words_before(event)
    unreal = bool(words.conditions & set(last) or words.unreal & set(last[-NEARER:]))
    return event.status in DONE and unreal


def _moved(days: Days, event: Event, words: LedgerWords) -> Days | None:
    """The days of an act that its sentence counts from another: "two days after it [fired]"; None where it is vague."""
    last = _words_before(event)[-NEARER - 2 :]
    at = next((i for i, w in enumerate(last[:-1]) if w in words.units and last[i + 1] in words.links), None)
    if at is None:
        return days
    number = words.numbers.get(last[at - 1]) if at and last[at] in words.days else None
    if number is None:
        return None
    back = datetime.timedelta(number)
    return days[0] - back, days[1] - back


def _words_before(event: Event) -> list[str]:
    before = event.sentence.text[: event.trigger.start - event.sentence.start]
    return [match[0].lower() for match in WORD.finditer(before)][-NEAR:]


def _around(sentence: Span, trigger: Span) -> str:
    """The words of a sentence near its trigger."""
    at = trigger.start - sentence.start
    words = list(WORD.finditer(sentence.text))
    act = next((i for i, match in enumerate(words) if match.start() >= at), 0)
    near = words[max(0, act - BEFORE) : act + AFTER]
    return " ".join(match[0] for match in near)


# Linking


def is_about(link: Link, matter: Matter) -> bool:
    """Whether a rule is about such a commitment."""
    if matter.kind not in link.rule.kinds or link.unless & matter.stems:
        return False
    return not link.about or any(all(word & matter.stems for word in words) for words in link.about)


def links(link: Link, deed: Deed, matter: Matter) -> bool:
    """Whether a rule links a deed to a commitment that it is about."""
    return (
        _is_such(link, deed)
        and _is_by(link, deed, matter)
        and _is_after(link, deed, matter)
        and len(deed.stems & matter.stems) >= link.rule.shares
    )


def _is_such(link: Link, deed: Deed) -> bool:
    rule, event = link.rule, deed.event
    if event.type not in rule.types or event.status not in rule.status or link.without & deed.stems:
        return False
    if rule.modes and not set(rule.modes) & set(event.mode):
        return False
    if link.trigger and not link.trigger & deed.trigger:
        return False
    told = deed.stems | deed.trigger
    return not link.words or any(all(word & told for word in words) for words in link.words)


def _is_by(link: Link, deed: Deed, matter: Matter) -> bool:
    """Whether the right parties do it, towards the right ones."""
    whole, involved = matter.parties, deed.actor | deed.recipient
    sides = {
        "by": bool(deed.actor & matter.by),
        "to": _is_answer(deed, matter),
        "either": bool(deed.actor & whole) and (not deed.recipient or bool(deed.recipient & whole)),
        "both": bool(involved & matter.by) and len(involved & whole) > 1,
    }
    if not sides[link.rule.actor]:
        return False
    aimed = {"by": matter.by, "to": matter.to or deed.recipient, "anyone": deed.recipient}[link.rule.towards]
    others = deed.recipient - deed.actor
    return not others or not aimed or bool(others & aimed)


def _is_answer(deed: Deed, matter: Matter) -> bool:
    """Whether the other side does it, and not with others about something else."""
    involved = deed.actor | deed.recipient
    answers = bool(deed.actor & matter.to) if matter.to else bool(deed.actor) and not deed.actor & matter.by
    return answers and (len(involved) == 1 or not matter.to or bool(involved & matter.by) or involved <= matter.to)


def _is_after(link: Link, deed: Deed, matter: Matter) -> bool:
    """After the words, and not too long after: an interval that began before them tells of something else."""
    first, last = deed.days
    if not deed.dated and first <= matter.told and not link.rule.same_day:
        return False
    early = first < matter.made[1] if link.rule.same_day else first <= matter.made[1]
    limit = max(matter.made[1], matter.due[1] if matter.due else matter.made[1])
    return not early and last <= limit + datetime.timedelta(link.rule.within)


def entry_of(link: Link, deed: Deed) -> Entry:
    """The line that a linked deed makes in the ledger."""
    change: Change = link.rule.change
    article = deed.evidence.article
    return Entry(
        change=change,
        day=deed.days[1],
        basis="deed",
        source=article.publisher or article.id,
        article=article.id,
        sentence=deed.evidence.event.sentence,
        event=deed.id,
        rule=link.rule.name,
    )
