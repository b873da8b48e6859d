"""Codings made by hand, for what has to be told exactly."""

import datetime

from dragoman.records import ArticleHead, CoderInfo, Coding, Correction, Entity, Event, Span

SENTENCE = "North Korea condemned Japan."
CODER = CoderInfo(version="0", rules="0", model="0")
DAY = datetime.date(2013, 3, 8)


def entity(code):
    return Entity(text="", start=0, end=0, code=code, country=code[:3], sector=code[3:6], name=code)


def event(id, kind="ACCUSE", actor=("PRK",), recipient=("JPN",), sentence=SENTENCE, **fields):
    given = {"status": "occurred", "confidence": 0.9, "rule": f"{kind}/x"} | fields
    return Event(
        id=id,
        type=kind,
        actor=tuple(entity(code) for code in actor),
        recipient=tuple(entity(code) for code in recipient),
        trigger=Span(text=sentence[12:21], start=12, end=21),
        sentence=Span(text=sentence, start=0, end=len(sentence)),
        **given,
    )


def coded(id="one", *events, coder=CODER, published=DAY, **head):
    return Coding(
        article=ArticleHead(id=id, published=published, **head), coder=coder, events=events or (event(f"{id}-1"),)
    )


def correction(article="one", start=12, end=21, **fields):
    given = {"reason": "it is not so", "by": "a person", "day": DAY} | fields
    return Correction(article=article, start=start, end=end, **given)
