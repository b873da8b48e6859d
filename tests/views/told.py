"""A few events between parties, and a store that holds them."""

import datetime

from dragoman.records import EventDate
from dragoman.store.saving import save
from tests.store.made import coded, event

DAY = datetime.date.fromisoformat
TOLD = [
    ("ACCUSE", ("PRK",), ("JPN",), "2013-06-01"),
    ("ACCUSE", ("PRKGOV",), ("JPNGOV",), "2013-05-01"),
    ("ACCUSE", ("PRK",), ("JPN",), "2011-05-01"),
    ("CONSULT", ("USA",), ("PRK", "IGOUNO"), "2013-04-01"),
    ("SANCTION", ("IGOUNO",), ("PRK",), "2013-03-01"),
    ("AID", ("CHN",), ("PRK",), "2013-02-01"),
    ("ACCUSE", ("JPN",), (), "2013-01-01"),
]


def fill(store, ontology, **head):
    """Put the events in, each told by a report of its day."""
    for n, (kind, actor, recipient, day) in enumerate(TOLD):
        date = EventDate(text="", start=0, end=0, first=DAY(day), last=DAY(day))
        told = event(f"e{n}", kind, actor, recipient, sentence=f"Sentence number {n} is told.", date=date)
        save(store, coded(f"r{n}", told, published=DAY(day), **head), ontology)
