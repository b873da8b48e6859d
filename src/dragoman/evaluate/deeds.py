"""Do the rules of the ledger do what they say? Codes every pair of words and deed and looks for the link.

Both sentences have brackets around the actor, and may have braces around the other side: "[Seoul] promised {Hanoi} to
free ten sailors", "[Seoul] freed ten sailors".
"""

import datetime
from collections.abc import Iterator, Sequence

from dragoman.coder import Coder
from dragoman.evaluate.proofs import Marked, Proof, read_marks
from dragoman.ledger import ledger_of
from dragoman.parse import DEFAULT_MODEL
from dragoman.records import Account, Article, Coding, DistinctEvent, Entity, Event, Evidence
from dragoman.rules import Rules
from dragoman.rules.ledger import LedgerRule, Pair

# The words of an example are published on this Monday; the deed is told a month later, or as late as its rule allows.
MONDAY = datetime.date(2020, 3, 2)
LATER = 30


def check_links(
    rules: Rules, *, only: Sequence[LedgerRule] | None = None, model: str = DEFAULT_MODEL
) -> Iterator[Proof]:
    """Run the examples and counter-examples of ledger rules (of all by default), in their order, by rules alone."""
    chosen = [link.rule for link in rules.ledger.links] if only is None else only
    tasks = [(r, p, True) for r in chosen for p in r.examples] + [(r, p, False) for r in chosen for p in r.unlike]
    coder = Coder(rules=rules, model=model, learned=False)
    articles = [article for n, (rule, pair, _) in enumerate(tasks) for article in _articles(n, rule, pair)]
    codings = iter([coding for coding in coder.pipe(articles) if isinstance(coding, Coding)])
    for rule, pair, is_example in tasks:
        word, deed = next(codings), next(codings)
        fault = _fault(rule, pair, (word, deed), rules) if is_example else _misfire(rule, (word, deed), rules)
        yield Proof(pattern=f"ledger/{rule.name}", sentence=" -> ".join(pair), is_example=is_example, fault=fault)


def alone(codings: Sequence[Coding]) -> list[DistinctEvent]:
    """Each event of each report as a happening of its own."""
    return [
        DistinctEvent(
            id=f"{coding.article.id}/{event.id}",
            event=event,
            told_in=coding.article.id,
            evidence=(Evidence(article=coding.article, event=event),),
        )
        for coding in codings
        for event in coding.events
    ]


def _articles(number: int, rule: LedgerRule, pair: Pair) -> Iterator[Article]:
    days = (MONDAY, MONDAY + datetime.timedelta(min(LATER, rule.within)))
    for which, (sentence, day) in enumerate(zip(pair, days, strict=True)):
        yield Article(id=f"{number:05}-{which}", text=read_marks(sentence).text, published=day)


def _linked(rule: LedgerRule, codings: tuple[Coding, Coding], rules: Rules) -> list[tuple[Account, str]]:
    """The accounts of the words that the rule has decided by the deed, with the deed's id."""
    said, done = (coding.article.id for coding in codings)
    accounts = [a for a in ledger_of(codings, alone(codings), rules) if any(e.article == said for e in a.entries)]
    return [(a, e.event) for a in accounts for e in a.entries if e.rule == rule.name and e.event and e.article == done]


def _misfire(rule: LedgerRule, codings: tuple[Coding, Coding], rules: Rules) -> str:
    return "links, but must not" if _linked(rule, codings, rules) else ""


def _fault(rule: LedgerRule, pair: Pair, codings: tuple[Coding, Coding], rules: Rules) -> str:
    linked = _linked(rule, codings, rules)
    if not linked:
        return f"does not link; {_seen(codings)}"
    events = {f"{coding.article.id}/{event.id}": event for coding in codings for event in coding.events}
    doers = [events[deed].actor for _, deed in linked]
    word, deed = (read_marks(sentence) for sentence in pair)
    if not any(_covers(deed, actor) for actor in doers):
        return f"the marked actor of the deed was not found; {_seen(codings)}"
    bound = {code[:3] for account, _ in linked for code in account.by}
    named = [e for event in codings[0].events for e in event.actor if e.country[:3] in bound]
    return "" if _covers(word, named) else f"the marked party did not commit itself; {_seen(codings)}"


def _covers(marked: Marked, entities: Sequence[Entity]) -> bool:
    """Every marked actor is one of the entities."""
    return all(any(e.start < end and start < e.end for e in entities) for start, end in marked.actor)


def _seen(codings: tuple[Coding, Coding]) -> str:
    words = "; ".join(f"{c.by} {c.kind} {c.content!r} to {'+'.join(c.to) or '-'}" for c in codings[0].commitments)
    deeds = "; ".join(map(_told, codings[1].events))
    return f"words: {words or 'none'}; deeds: {deeds or 'none'}"


def _told(event: Event) -> str:
    actor, recipient = ("+".join(e.code for e in side) or "-" for side in (event.actor, event.recipient))
    return f"{event.type}:{'+'.join(event.mode)} {actor} > {recipient} {event.status} {event.trigger.text!r}"
