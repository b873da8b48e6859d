"""Deeds that decide words: events that a rule links to a commitment, by parties, words, days and status."""

import bisect
import datetime
import itertools
from collections.abc import Iterable, Iterator

from dragoman.ledger.deeds import DONE, Deed
from dragoman.ledger.tellings import Days
from dragoman.records import CommitmentKind, Entry, Record
from dragoman.resolve.tellings import later
from dragoman.rules.ledger import LedgerRules, Link


class Matter(Record, frozen=True, kw_only=True):
    """What a deed is held against: the parties, the kind, the words of an account, and the days of its making.

    `negated` is whether the content says that something is not done, `told` the day of the first report of it,
    `condition` the stems of its condition.
    """

    kind: CommitmentKind
    by: frozenset[str]
    to: frozenset[str]
    stems: frozenset[str]
    negated: bool
    condition: frozenset[str]
    made: Days
    told: datetime.date
    due: Days | None

    @property
    def parties(self) -> frozenset[str]:
        """Everybody who is bound or addressed."""
        return self.by | self.to


class Deeds:
    """The deeds that each rule can link, by party and in order of days; made once for a ledger, answers kept."""

    def __init__(self, deeds: Iterable[Deed], rules: LedgerRules) -> None:
        self._found: dict[Matter, list[tuple[Link, Deed]]] = {}
        self._of_kind: dict[CommitmentKind, list[Link]] = {}
        self._by_rule: dict[tuple[str, str], list[Deed]] = {}
        self._done_by: dict[str, list[Deed]] = {}
        of_type: dict[str, list[Link]] = {}
        for link in rules.links:
            for kind in link.rule.kinds:
                self._of_kind.setdefault(kind, []).append(link)
            for type in link.rule.types:
                of_type.setdefault(type, []).append(link)
        for deed in sorted(deeds, key=_order):
            for link in of_type.get(deed.event.type, ()):
                self._add(link, deed)
            for party in deed.actor if deed.event.status in DONE else ():
                self._done_by.setdefault(party, []).append(deed)

    def _add(self, link: Link, deed: Deed) -> None:
        for party in deed.actor | deed.recipient if is_such(link, deed) else ():
            self._by_rule.setdefault((link.rule.name, party), []).append(deed)

    def deciding(self, matter: Matter) -> list[tuple[Link, Deed]]:
        """For each rule that is about the matter the earliest deed that it links, in order of days."""
        if matter not in self._found:  # an account that grows is asked for again and again
            about = (link for link in self._of_kind.get(matter.kind, ()) if is_about(link, matter))
            found = [(link, deed) for link in about if (deed := self._earliest(link, matter))]
            self._found[matter] = sorted(found, key=lambda one: (one[1].days[1], one[0].rule.name, one[1].id))
        return self._found[matter]

    def _earliest(self, link: Link, matter: Matter) -> Deed | None:
        limit = _limit(link, matter)
        wants_met = link.rule.if_met and bool(matter.condition)
        found = []
        for party in sorted(matter.parties):
            deeds = _between(self._by_rule.get((link.rule.name, party), []), matter.made[0], limit)
            linked = (d for d in deeds if links(link, d, matter) and (not wants_met or self._is_met(matter, d)))
            found.extend([deed] if (deed := next(linked, None)) else [])
        return min(found, key=_order, default=None)

    def _is_met(self, matter: Matter, decided: Deed) -> bool:
        """Whether the other side has done what the condition names, after the words and before the deed."""
        return any(
            matter.made[1] < deed.days[0] and (deed.stems | deed.trigger) & matter.condition
            for party in matter.to
            for deed in _between(self._done_by.get(party, []), matter.made[1], decided.days[1])
        )


def _between(deeds: list[Deed], first: datetime.date, last: datetime.date) -> Iterator[Deed]:
    """The deeds that end on one of these days; `deeds` are in order of their last days."""
    start = bisect.bisect_left(deeds, first, key=lambda deed: deed.days[1])
    return itertools.takewhile(lambda deed: deed.days[1] <= last, (deeds[i] for i in range(start, len(deeds))))


def _limit(link: Link, matter: Matter) -> datetime.date:
    """The last day on which a rule looks for deeds: so long after the words, or after the due day."""
    latest = max(matter.made[1], matter.due[1] if matter.due else matter.made[1])
    return later(latest, link.rule.within)


def _order(deed: Deed) -> tuple[datetime.date, int, float, str]:
    return deed.days[1], (deed.days[1] - deed.days[0]).days, -deed.event.confidence, deed.id


# Linking


def is_about(link: Link, matter: Matter) -> bool:
    """Whether a rule is about such a commitment."""
    polarity = link.rule.polarity
    if matter.kind not in link.rule.kinds or link.unless & matter.stems:
        return False
    if polarity != "either" and matter.negated != (polarity == "not done"):
        return False
    return not link.about or any(all(word & matter.stems for word in words) for words in link.about)


def links(link: Link, deed: Deed, matter: Matter) -> bool:
    """Whether a rule links a deed of its kind to a commitment that it is about."""
    return (
        _is_by(link, deed, matter)
        and _is_after(link, deed, matter)
        and len(deed.stems & matter.stems) >= link.rule.shares
    )


def is_such(link: Link, deed: Deed) -> bool:
    """Whether a deed is of the kind that a rule looks for, whoever does it."""
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
        "addressed": bool(deed.actor & matter.to),
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
    return not early and last <= _limit(link, matter)


def entry_of(link: Link, deed: Deed) -> Entry:
    """The line that a linked deed makes in the ledger."""
    article = deed.evidence.article
    return Entry(
        change=link.rule.change,
        day=deed.days[1],
        known=article.published,
        basis="deed",
        source=article.publisher or article.id,
        article=article.id,
        sentence=deed.evidence.event.sentence,
        event=deed.id,
        rule=link.rule.name,
    )
