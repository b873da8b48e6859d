"""Reports made by hand for briefings: who did what on a day, what was promised and said; and a list that asks for it."""

import datetime

from dragoman.records import Commitment, EventDate, Quote, Span, Speaker
from dragoman.store import ledgers
from dragoman.store.mailings import MailingList, Question
from dragoman.store.saving import save
from tests.store.made import coded, event

DAY = datetime.date.fromisoformat
# The days of the briefings: a week.
FIRST, LAST = DAY("2013-03-04"), DAY("2013-03-10")
NOW = 1_362_960_000


def mailing(schedule="weekly", slug="koreas", title="The two Koreas", **question):
    return MailingList(slug=slug, title=title, schedule=schedule, question=Question(**question), made=NOW)


def act(day, kind="ACCUSE", actor=("PRK",), recipient=("KOR",), id="", sentence="", **fields):
    """An event on a day; of the same parties, type and words on the same day, another report's is the same event."""
    first, last = (DAY(day), DAY(fields.pop("last", day)))
    date = EventDate(text=day, start=0, end=len(day), first=first, last=last)
    words = sentence or f"North Korea condemned Seoul for {kind.lower()} number {day}."
    return event(id or f"{kind}-{day}-{'-'.join(actor)}", kind, actor, recipient, words, date=date, **fields)


def report(store, rules, id, published, *events, publisher="The Wire", quotes=(), commitments=(), **head):
    """Take in a report and make the ledger anew."""
    coding = coded(id, *events, published=DAY(published), publisher=publisher, title=f"Report {id}", **head)
    fields = {"quotes": tuple(quotes), "commitments": tuple(commitments), "events": events}
    text = "\n".join([*(one.sentence.text for one in events), *(one.text for one in quotes)])
    save(store, coding.__class__(**{**_asdict(coding), **fields}), rules.ontology, words=text)
    ledgers.refresh(store, rules)


def _asdict(coding):
    return {name: getattr(coding, name) for name in coding.__struct_fields__}


def promise(content="stop the tests", by="PRKGOV", to=("USAGOV",), kind="promise", **fields):
    words = f"Pyongyang promised to {content}."
    return Commitment(
        by=by, to=to, kind=kind, content=content, evidence=(Span(text=words, start=0, end=len(words)),), **fields
    )


def quote(words, name="Barack Obama", code="USAGOV", start=0, kind="direct", via=None):
    who = Speaker(text=name, start=start, end=start + len(name), name=name, code=code)
    carrier = Speaker(text=via, start=start, end=start + len(via), name=via, code="") if via else None
    end = start + len(words)
    return Quote(text=words, start=start, end=end, spans=((start, end),), kind=kind, speaker=who, via=carrier)
