"""What two parties did to each other, told exactly: what pages of dyads and parties are tried on."""

import datetime

from dragoman.records import Commitment, EventDate, Quote, Span, Speaker
from dragoman.store import ledgers
from dragoman.store.saving import save
from tests.store.made import SENTENCE, coded, event

DAY = datetime.date.fromisoformat
# Id, type, actors, recipients, day; each in a report of its own, published on that day.
DONE = [
    ("a1", "ACCUSE", ("PRK",), ("JPN",), "2013-01-07"),
    ("a2", "REJECT", ("JPN",), ("PRK",), "2013-01-16"),
    ("b1", "ACCUSE", ("PRK",), ("JPN",), "2013-03-04"),
    ("b2", "REJECT", ("PRK",), ("JPN",), "2013-03-05"),
    ("b3", "SANCTION", ("PRK",), ("JPN",), "2013-03-06"),
    ("b4", "AID", ("PRK",), ("JPN",), "2013-03-07"),
    ("c1", "AID", ("JPN",), ("PRK",), "2013-03-20"),
    ("d1", "AID", ("PRK",), ("JPN", "KOR"), "2013-05-06"),
    ("e1", "ACCUSE", ("CHN",), ("PRK",), "2013-05-07"),
]
OLD = "2005-09-19"


def codings():
    """The reports; one more tells b3 again, one recalls what happened years before, one promises and says something."""
    for n, (id, kind, actor, recipient, day) in enumerate(DONE):
        yield _told(id, kind, actor, recipient, day, day, n)
    yield _told("b3", "SANCTION", ("PRK",), ("JPN",), "2013-03-06", "2013-03-08", 4, report="again")
    yield _told("old", "AGREE", ("PRK",), ("JPN",), OLD, "2013-05-30", 20)
    span = Span(text=SENTENCE, start=0, end=len(SENTENCE))
    promise = Commitment(by="PRK", to=("JPN",), kind="promise", content="send rice", evidence=(span,))
    threat = Commitment(by="PRK", to=("KOR",), kind="threat", content="close the road", evidence=(span,))
    speaker = Speaker(text="Kim", start=0, end=3, name="Kim Sample", code="PRKGOV")
    quote = Quote(
        text=SENTENCE, start=0, end=len(SENTENCE), spans=((0, len(SENTENCE)),), kind="direct", speaker=speaker
    )
    made = coded("words", event("w", kind="CONSULT"), published=DAY("2013-04-01"), publisher="Wire")
    fields = {name: getattr(made, name) for name in made.__struct_fields__}
    yield type(made)(**fields | {"commitments": (promise, threat), "quotes": (quote,)})


def _told(id, kind, actor, recipient, day, published, n, report=""):
    """An event whose words nothing else shares, so that it is not taken for another one."""
    sentence = f"{SENTENCE} Case {'abcdefghijklmnopqrstuvwxyz'[n] * 7}."
    date = EventDate(text=day, start=0, end=4, first=DAY(day), last=DAY(day))
    happened = event(f"{id}{report}", kind, actor, recipient, sentence=sentence, date=date)
    return coded(f"r-{id}{report}", happened, published=DAY(published), publisher=report or "Wire")


def fill(store, rules):
    """Put them into a store, with the ledger made."""
    for coding in codings():
        save(store, coding, rules.ontology, words=SENTENCE)
    ledgers.refresh(store, rules)
