"""What of all that is new a briefing shows: the most telling events, turns of the ledger and statements, in order."""

import datetime
import functools
import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from dragoman.brief.briefings import Act, Count, Group, LedgerNews, Said, Side, Turn
from dragoman.brief.gathering import Asked, Found, Heard, Turned, Turns, is_made, telling_entry
from dragoman.brief.wording import FOLDER, Wording, cut, mended
from dragoman.export.pages import day_in_words
from dragoman.export.panels import QUADS
from dragoman.records import Event
from dragoman.resolve.tellings import party_of
from dragoman.rules import Rules
from dragoman.rules.ontology import Ontology
from dragoman.rules.tables import read_toml
from dragoman.store import Store, news
from dragoman.store.counts import HAPPENED
from dragoman.store.mailings import MailingList
from dragoman.store.news import Read, Telling
from dragoman.store.quoting import is_name
from dragoman.store.reports import heads_of
from dragoman.store.saying import Saying
from dragoman.views.ledgers import place_of, reports_in
from dragoman.views.offices import Offices

# Events of a briefing: in all, in a group, and groups; and of those that did not happen.
SHOWN, IN_GROUP, GROUPS, OTHERS = 18, 5, 6, 5
# Commitments of each part of the ledger, and statements.
OUTCOMES, MADE, DUE, STATEMENTS = 8, 8, 4, 6
# Characters of a sentence, a commitment and a statement; those below which a statement says little.
SENTENCE, CONTENT, WORDS, SHORT = 420, 260, 360, 28
# Characters of a commitment that says all that it can.
LONG = 60
# Tellings of an event that are looked at for the sentence that tells it most fully.
LOOKED = 20
WORD_FOR_WORD = {"direct", "mixed"}
NO_STATEMENT = {"belief", "intention"}


class Best(NamedTuple):
    """An event that is shown, how telling it is, and what was read in its sentence."""

    weight: float
    act: Act
    event: Event


class Chosen(NamedTuple):
    """The events that are shown: what happened in groups, what did not; and the most telling ones first."""

    groups: tuple[Group, ...]
    others: tuple[Act, ...]
    best: tuple[Best, ...]


@functools.cache
def weights() -> dict[str, dict[str, float]]:
    """How telling things are, from the table of it."""
    return {name: dict(table) for name, table in read_toml(FOLDER / "weights.toml").items()}


def side_of(type: str, ontology: Ontology) -> Side:
    """Whether events of a type are cooperation or conflict."""
    return "cooperation" if QUADS[ontology.quad(type)].endswith("cooperation") else "conflict"


def is_deed(type: str, ontology: Ontology) -> bool:
    """Whether events of a type are deeds and not words."""
    return QUADS[ontology.quad(type)].startswith("material")


def has_happened(found: Found, day: datetime.date) -> bool:
    """Whether an event happened or goes on by a day."""
    return found.line.status in HAPPENED and (found.line.first or "") <= day.isoformat()


def link(address: str, **asked: object) -> str:
    """A root-relative address with its question; what is empty is left out."""
    wanted = {name.rstrip("_"): value for name, value in asked.items() if value not in (None, "")}
    return f"{address}?{urlencode(wanted)}" if wanted else address


# Events


def chosen_acts(
    store: Store, fresh: Sequence[Found], mailing: MailingList, asked: Asked, words: Wording, rules: Rules
) -> Chosen:
    """The most telling of the events that are new."""
    weigh = _Weighing(rules.ontology, asked)
    happened = [one for one in fresh if has_happened(one, asked.day)]
    others = sorted((one for one in fresh if not has_happened(one, asked.day)), key=weigh, reverse=True)[:OTHERS]
    groups = _grouped(happened, mailing, weigh)
    picked = _picked(groups, weigh)
    acts = _acts(store, [*picked, *others], asked, words, rules.ontology)
    shown = {one.line.id for one in picked}
    by_weight = sorted(picked, key=weigh, reverse=True)
    return Chosen(
        groups=tuple(
            _group(key, found, [acts[one.line.id][0] for one in found if one.line.id in shown], asked, words)
            for key, found in groups
            if any(one.line.id in shown for one in found)
        ),
        others=tuple(sorted((acts[one.line.id][0] for one in others), key=lambda act: act.first)),
        best=tuple(Best(weigh(one), *acts[one.line.id]) for one in by_weight),
    )


class _Weighing:
    """How telling events are."""

    def __init__(self, ontology: Ontology, asked: Asked) -> None:
        self._ontology, self._since = ontology, asked.since.isoformat()
        self._weights = weights()["event"]

    def __call__(self, found: Found) -> float:
        line, many = found.line, self._weights
        doers, others = (
            {party_of(code) for code in codes.split(";") if code} for codes in (line.actor, line.recipient)
        )
        score = abs(self._ontology.score(line.type, [mode for mode in line.mode.split(";") if mode]))
        return (
            many["reports"] * math.log2(len(found.reports))
            + many["score"] * score
            + many["deed"] * is_deed(line.type, self._ontology)
            + many["aimed"] * (1 if others - doers else -1 if others else 0)
            + many["late"] * ((line.first or "") < self._since)
        )


Key = tuple[str, ...]
Groups = list[tuple[Key, list[Found]]]


def _grouped(happened: Iterable[Found], mailing: MailingList, weigh: _Weighing) -> Groups:
    """By day where a list is about two parties, the newest first; else by dyad, the most telling first."""
    question = mailing.question
    by_day = question.among and len(question.parties) == 2
    found: dict[Key, list[Found]] = {}
    for one in happened:
        found.setdefault((one.line.first or "",) if by_day else _dyad(one, question.parties), []).append(one)
    if by_day:
        return sorted(found.items(), reverse=True)
    return sorted(found.items(), key=lambda group: -sum(map(weigh, group[1])))


def _dyad(found: Found, wanted: Sequence[str]) -> Key:
    """Who deals with whom, whoever acts: those whom the list is about first."""
    order = {party_of(code): place for place, code in enumerate(wanted)}
    sides = (
        {party_of(code): None for code in codes.split(";") if code}
        for codes in (found.line.actor, found.line.recipient)
    )
    ranked = [sorted(side, key=lambda party: (order.get(party, len(order)), party)) for side in sides if side]
    # What several do together, and to nobody who is named, they do with each other.
    first = [side[0] for side in ranked] if len(ranked) > 1 else [party for side in ranked for party in side[:2]]
    return tuple(sorted(set(first), key=lambda party: (order.get(party, len(order)), party)))


def _picked(groups: Groups, weigh: _Weighing) -> list[Found]:
    """The most telling events, not all of them of one group."""
    best = [one for _, found in groups[:GROUPS] for one in sorted(found, key=weigh, reverse=True)[:IN_GROUP]]
    return sorted(best, key=weigh, reverse=True)[:SHOWN]


def _group(key: Key, found: Sequence[Found], acts: Sequence[Act], asked: Asked, words: Wording) -> Group:
    days = {"from_": asked.since, "until": asked.day}
    if len(key) == 1 and key[0][:1].isdigit():
        day = datetime.date.fromisoformat(key[0])
        title, address = f"{day:%A}, {day_in_words(day)}", ""
    elif len(key) == 2:
        title, address = f"{words.name(key[0])} and {words.party(key[1])}", f"/dyads/{quote(key[0])}/{quote(key[1])}"
    else:
        title, address = words.name(key[0]) if key else "Nobody named", f"/parties/{quote(key[0])}" if key else ""
    return Group(
        title=title,
        link=link(address, **days) if address else "",
        count=Count(events=len(found), reports=len(frozenset().union(*(one.reports for one in found)))),
        acts=tuple(sorted(acts, key=lambda act: (act.first, act.id), reverse=True)),
    )


def _acts(
    store: Store, found: Sequence[Found], asked: Asked, words: Wording, ontology: Ontology
) -> dict[str, tuple[Act, Event]]:
    """Events as they are shown, by their ids, with what was read in the sentences of them."""
    with store.reading() as connection:
        read = news.read_in(connection, [told.key for one in found for told in one.tellings[:LOOKED]])
    return {one.line.id: _act(one, read, asked, words, ontology) for one in found}


def _act(found: Found, read: dict[int, Read], asked: Asked, words: Wording, ontology: Ontology) -> tuple[Act, Event]:
    line, told = found.line, _fullest(found, read)
    event = read[told.key].event
    first, last = (datetime.date.fromisoformat(day or asked.day.isoformat()) for day in (line.first, line.last))
    act = Act(
        id=line.id,
        first=first,
        last=last,
        type=line.type,
        mode=line.mode,
        side=side_of(line.type, ontology),
        status=line.status,
        actor=line.actor,
        recipient=line.recipient,
        headline=words.act(line.type, line.mode, line.status, line.actor, line.recipient),
        remark=words.remark(line.status),
        sentence=cut(event.sentence.text, SENTENCE),
        link=f"/events/{quote(line.id, safe='')}",
        at=_place(told.article, event.sentence.start, event.sentence.end),
        reports=len(found.reports),
        publishers=tuple(dict.fromkeys(one.publisher for one in found.tellings if one.publisher)),
        according=words.who(event.reported_by.name, event.reported_by.code) if event.reported_by else "",
        is_late=first < asked.since,
    )
    return act, event


def _fullest(found: Found, read: dict[int, Read]) -> Telling:
    """The telling whose sentence stands for the event; where that was published later, the first."""
    near = found.tellings[:LOOKED]
    return next((one for one in near if read[one.key].sentence == found.line.sentence), near[0])


def _place(article: int, start: int, end: int) -> str:
    return f"/articles/{article}?at={start}-{end}#at"


# Commitments


def chosen_turns(store: Store, turns: Turns, words: Wording) -> LedgerNews:
    """The turns of the ledger that are shown."""
    weigh = turn_weigher()
    outcomes = _by_deed(sorted(turns.outcomes, key=weigh, reverse=True)[:OUTCOMES])
    made, due = turns.made[:MADE], turns.due[:DUE]
    shown = [*outcomes, *made, *due]
    entries = [entry for one in shown if (entry := telling_entry(one)) and entry.article]
    with store.reading() as connection:
        heads = heads_of(connection, [entry.article or "" for entry in entries])
    of = {id(one): _turn(one, heads, words) for one in shown}
    left = len(turns.outcomes) + len(turns.made) + len(turns.due) - len(shown)
    parts = (tuple(of[id(one)] for one in part) for part in (outcomes, made, due))
    return LedgerNews(**dict(zip(("outcomes", "made", "due"), parts, strict=True)), left_out=left)


def _by_deed(turns: Sequence[Turned]) -> list[Turned]:
    """The same, those that one sentence decided side by side."""
    places: dict[object, list[Turned]] = {}
    for one in turns:
        entry = telling_entry(one)
        at = (entry.article, entry.sentence.start) if entry and entry.sentence else one.account.id
        places.setdefault(at, []).append(one)
    return [one for found in places.values() for one in found]


def turn_weigher() -> Any:
    """How telling what became of a commitment is."""
    many = weights()["turn"]

    def weigh(one: Turned) -> float:
        basis = one.decided.basis if one.decided else ""
        return (
            many[one.standing]
            + many["judged"] * (basis == "judgement")
            + many["deed"] * (basis == "deed")
            + many["aimed"] * bool(one.account.to)
            + many["reports"] * math.log2(max(1, reports_in(one.account)))
            + many["words"] * min(1, len(one.account.content) / LONG)
        )

    return weigh


def _turn(one: Turned, heads: Any, words: Wording) -> Turn:
    account, entry = one.account, telling_entry(one)
    place = place_of(entry, heads) if entry else None
    head = heads.get(entry.article or "") if entry else None
    return Turn(
        id=account.id,
        kind=account.kind,
        by=account.by,
        to=account.to,
        content=cut(account.content, CONTENT),
        condition=cut(account.condition or "", CONTENT),
        made=account.entries[0].day,
        due=account.due,
        day=entry.day if entry and not is_made(one) else one.day,
        standing=one.standing,
        became="" if is_made(one) else words.became(account.kind, one.standing),
        before=one.before,
        says=words.turned(account.kind, one.standing, account.by, account.to),
        basis=entry.basis if entry else None,
        source=(head.article.publisher if head else None) or (entry.source if entry else ""),
        sentence=cut(entry.sentence.text, SENTENCE) if entry and entry.sentence else "",
        link=f"/ledger/{quote(account.id, safe='')}",
        at=_place(place.key, place.start, place.end) if place else "",
        reports=reports_in(account),
    )


# Statements


def chosen_statements(heard: Heard, words: Wording, rules: Rules) -> tuple[Said, ...]:
    """The most notable statements, each of somebody else as long as there are such, the newest first."""
    offices, many = Offices(rules), weights()["statement"]
    heard_now = (_said(one, offices, words) for one in heard.sayings if one.kind not in NO_STATEMENT)
    said = [one for one in heard_now if is_name(one.speaker)]
    ranked = sorted(said, key=lambda one: _notable(one, many), reverse=True)
    first = list({one.speaker: one for one in reversed(ranked)}.values())
    best = sorted(first, key=lambda one: _notable(one, many), reverse=True)[:STATEMENTS]
    return tuple(sorted(best, key=lambda one: one.published or datetime.date.min, reverse=True))


def _notable(one: Said, many: dict[str, float]) -> float:
    return (
        many["office"] * bool(one.office)
        + many["named"] * is_name(one.speaker)
        + many["party"] * bool(one.party)
        + many["word_for_word"] * (one.kind in WORD_FOR_WORD)
        + many["carried"] * bool(one.via)
        + many["short"] * (len(one.words) < SHORT)
    )


def _said(one: Saying, offices: Offices, words: Wording) -> Said:
    published = datetime.date.fromisoformat(one.published) if one.published else None
    return Said(
        speaker=words.who(one.speaker, one.code),
        office=offices.held(one.speaker, published, party=one.party),
        party=words.party(one.party) if one.party else "",
        via=one.via,
        kind=one.kind,
        cue=one.cue,
        words=cut(mended(one.words), WORDS),
        published=published,
        publisher=one.publisher or "",
        link=_place(one.article, one.begins, one.ends),
    )
