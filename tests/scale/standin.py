"""A coder that is there at once: what it finds follows from a report's words alone, and some words are its death.

As a factory it is named "tests.scale.standin:coder"; the model is the seconds that it takes for a report.
"""

import datetime
import functools
import hashlib
import os
import signal
import time

from dragoman.records import CoderInfo, Coding, Commitment, Date, EventDate, Failure, Quote, Span, Speaker
from dragoman.rules import DATA
from dragoman.rules.ontology import Ontology
from dragoman.scale.desks import Desk
from dragoman.scale.shards import Making
from tests.store.made import entity, event

FACTORY = "tests.scale.standin:coder"
INFO = CoderInfo(version="0", rules="stand-in", model="stand-in")
KINDS = ("ACCUSE", "THREATEN", "AGREE", "AID")
DAY = datetime.date(2013, 3, 8)


def making(pause=0.0):
    return Making(factory=FACTORY, model=str(pause))


def coder(made):
    pause = float(made.model or 0)
    return Desk(
        info=INFO, pipe=lambda given: (coded(one, pause) for one in given), dateline=dateline, ontology=ontology()
    )


def loading_dies(made):
    os.kill(os.getpid(), signal.SIGKILL)


@functools.cache
def ontology():
    return Ontology.load(DATA / "ontology")


def dateline(text):
    """Asked while a report is read; some reports kill their reader."""
    act(text, "READING")
    return DAY


def coded(given, pause):
    if isinstance(given, Failure):
        return given
    time.sleep(pause)
    text = given.article.text
    act(text, "CODING")
    digest = hashlib.sha256(text.encode()).hexdigest()
    number = int(digest[:6], 16)
    words = Span(text=text[:5], start=0, end=5)
    told = [
        event(
            f"{digest[:8]}-{i}",
            KINDS[(number + i) % len(KINDS)],
            confidence=number % 997 / 997,
            also=(words,) * (i % 2),
        )
        for i in range(number % 4)
    ]
    dated = EventDate(text=text[:5], start=0, end=5, first=DAY, last=DAY)
    told = [
        type(one)(**{f: getattr(one, f) for f in one.__struct_fields__} | {"date": dated}) for one in told[:1]
    ] + told[1:]
    return Coding(
        article=given.article.head(),
        coder=INFO,
        warnings=given.warnings,
        events=tuple(told),
        quotes=(
            Quote(text=text[:9], start=0, end=9, spans=((0, 4), (5, 9)), kind="direct", speaker=speaker(), cue=words),
            Quote(text=text[:9], start=0, end=9, spans=(), kind="belief"),
        )[: number % 3],
        dates=(Date(text=text[:5], start=0, end=5, type="DATE", value="2013-W25", first=DAY),)[: number % 2],
        commitments=(
            Commitment(
                by="PRK;KOR",
                to=("USA", "JPN"),
                kind="offer",
                content="é 平壌",
                due="2013-06-12/2013-06-13",
                evidence=(words,),
            ),
        )[: number % 2],
    )


def speaker():
    return Speaker(text="Kim", start=0, end=3, name=entity("PRK").name, code="PRK")


def act(text, when):
    """Do what a report does to whoever touches it: "CODING KILL", "READING RAISE"."""
    for name, deed in DEEDS.items():
        if f"{when} {name}" in text:
            deed()


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def crash():
    os.kill(os.getpid(), signal.SIGSEGV)


def leave():
    os._exit(7)


def fail():
    raise IndexError("a report that nobody has thought of")


def hang():
    while True:
        time.sleep(0.01)


def stick():
    """Outside of the interpreter, where no alarm is heard."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    time.sleep(600)


def grow():
    held = []
    while True:
        held.append(bytearray(50_000_000))


DEEDS = {"KILL": kill, "CRASH": crash, "LEAVE": leave, "RAISE": fail, "HANG": hang, "STICK": stick, "GROW": grow}
