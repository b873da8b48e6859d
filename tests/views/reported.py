"""Three reports made by hand, with texts: a promise, who condemned whom in two reports, and the deed that kept the promise."""

import datetime

from dragoman.records import (
    ArticleHead,
    CoderInfo,
    Coding,
    Commitment,
    Date,
    Entity,
    Event,
    EventDate,
    Quote,
    Span,
    Speaker,
)
from dragoman.store import open_store
from dragoman.store.ledgers import refresh
from dragoman.store.saving import save

CODER = CoderInfo(version="0.1", rules="made", model="none")
FIRST = (
    "Japan promised to send rice to North Korea within a year.\n\n"
    "North Korea condemned the Japanese government for a blockade of its ports on Friday.\n\n"
    '"We want rice," its envoy said, and added that Japan was slow.'
)
SECOND = "On Friday North Korea denounced Japan for the blockade of its ports."
THIRD = "Japan sent 500 tons of rice to North Korea on Tuesday."
FRIDAY, TUESDAY = datetime.date(2013, 3, 1), datetime.date(2013, 4, 9)
NAMES = {"PRK": "North Korea", "JPN": "Japan", "JPNGOV": "Japanese government"}


def span(text, words, nth=0):
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return {"text": words, "start": start, "end": start + len(words)}


def entity(text, words, code, nth=0):
    return Entity(**span(text, words, nth), code=code, country=code[:3], sector=code[3:6], name=NAMES[code])


def event(id, kind, text, sentence, trigger, actor, recipient, day, rule, **fields):
    given = {"status": "occurred", "confidence": 0.8} | fields
    return Event(
        id=id,
        type=kind,
        actor=actor,
        recipient=recipient,
        date=EventDate(**span(text, day[0]), first=day[1], last=day[1]),
        trigger=Span(**span(text, trigger)),
        sentence=Span(**span(text, sentence)),
        rule=rule,
        **given,
    )


def reports():
    """(coding, text) of each."""
    says = "North Korea condemned the Japanese government for a blockade of its ports on Friday."
    promise = "Japan promised to send rice to North Korea within a year."
    condemned = event(
        "a-1", "ACCUSE", FIRST, says, "condemned", (entity(FIRST, "North Korea", "PRK", 1),),
        (entity(FIRST, "Japanese government", "JPNGOV"),), ("Friday", FRIDAY), "ACCUSE/condemn", mode=("disapprove",),
    )  # fmt: skip
    denounced = event(
        "b-1", "ACCUSE", SECOND, SECOND, "denounced", (entity(SECOND, "North Korea", "PRK"),),
        (entity(SECOND, "Japan", "JPN"),), ("Friday", FRIDAY), "model/ACCUSE", mode=("disapprove",), confidence=0.6,
    )  # fmt: skip
    sent = event(
        "c-1", "AID", THIRD, THIRD, "sent", (entity(THIRD, "Japan", "JPN"),),
        (entity(THIRD, "North Korea", "PRK"),), ("Tuesday", TUESDAY), "AID/send",
    )  # fmt: skip
    quoted = '"We want rice," its envoy said'
    quote = Quote(
        **span(FIRST, quoted),
        spans=((FIRST.index('"'), FIRST.index(" its envoy")),),
        kind="direct",
        cue=Span(**span(FIRST, "said")),
        speaker=Speaker(**span(FIRST, "its envoy"), name="the envoy", code="PRKGOV"),
    )
    pledge = Commitment(
        by="JPN",
        to=("PRK",),
        kind="promise",
        content="send rice to North Korea",
        due="2013-12-31",
        evidence=(Span(**span(FIRST, promise)),),
    )
    date = Date(**span(FIRST, "Friday"), type="DATE", value="2013-03-01", first=FRIDAY, last=FRIDAY)
    return [
        (coding("a", (condemned,), "The Wire", FRIDAY, quotes=(quote,), dates=(date,), commitments=(pledge,)), FIRST),
        (coding("b", (denounced,), "The Desk", FRIDAY + datetime.timedelta(days=1)), SECOND),
        (coding("c", (sent,), "The Wire", TUESDAY), THIRD),
    ]


def coding(id, events, publisher, published, **found):
    head = ArticleHead(
        id=id, title=f"Report {id}", publisher=publisher, published=published, published_from="caller", language="en",
        url=f"https://news.example/{id}",
    )  # fmt: skip
    return Coding(article=head, coder=CODER, events=events, **found)


def stored(file, rules, told=None):
    """An open store that holds them."""
    store = open_store(file)
    for one, text in reports() if told is None else told:
        save(store, one, rules.ontology, words=text)
    refresh(store, rules)
    return store
