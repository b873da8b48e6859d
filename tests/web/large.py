"""A store of many events with texts, statements and a ledger, and questions to its pages of which no two are alike."""

import datetime
import itertools
import random
from typing import NamedTuple
from urllib.parse import quote, urlencode

import msgspec
from benchmarks.store import copies, parties_of
from sqlalchemy import text

from dragoman.read import read
from dragoman.rules import Rules
from dragoman.store import Store, ledgers, open_store
from dragoman.store.remembering import changed, counted_anew
from dragoman.store.saving import put
from dragoman.store.statements import write
from tests.conftest import CHRONICLE

# The share of copies of the chronicle that stay with its own parties: a few dyads are told of far more than all others.
STAYING = 0.05
# Reports that are stored in one transaction.
TOGETHER = 200
PUBLISHERS = 300
# Days of the events that a report tells.
DAYS = 5
# Words that stand in very many sentences, in some, in one, and nowhere.
WORDS = (
    "missile", "nuclear test", "North Korea", "talks", '"six-party talks"', "Kaesong", "sanctions", "hotline", "Pyongyang said",
    "rocket launch", "humanitarian aid", "the", "said", "reactor Yongbyon", "family reunions", "ambassador", "Geneva", "zebra",
)  # fmt: skip
KINDS = ("", "offer", "promise", "threat", "demand", "agreement")
STANDINGS = ("", "pending", "kept", "broken", "rejected", "accepted", "no evidence", "lapsed")
QUADS = ("", "verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict")
TYPES = ("", "ACCUSE", "CONSULT", "AID", "THREATEN", "REQUEST", "ASSAULT")
STATUSES = ("", "happened", "occurred", "planned", "negated")


def make(where, codings, many) -> None:
    """Fill an empty store with so many events and more: copies of the chronicle, each report with its text."""
    rules, chance = Rules.load(), random.Random(2)
    texts = {one.article.id: one.article.text for one in read([CHRONICLE / "reports.jsonl", CHRONICLE / "pages"])}
    with open_store(where) as store:
        made = copies(codings, parties_of(rules), many, staying=STAYING)
        while some := list(itertools.islice(made, TOGETHER)):
            with store.writing() as connection:
                for coding in some:
                    words = texts[coding.article.id.rpartition("-")[0]]
                    put(connection, _published(coding, chance), rules.ontology, words)
        ledgers.refresh(store, rules)


def _published(coding, chance):
    """The same by some other publisher; a few of them publish most."""
    publisher = f"Outlet {int(PUBLISHERS * chance.random() ** 3)}"
    article = msgspec.structs.replace(
        coding.article, publisher=publisher, url=f"https://outlet.example/{coding.article.id}"
    )
    return msgspec.structs.replace(coding, article=article)


class Held(NamedTuple):
    """Some of what a store holds, by chance."""

    events: list[str]
    articles: list[int]
    accounts: list[str]
    dyads: list[tuple[str, str]]
    parties: list[str]
    publishers: list[str]
    speakers: list[str]
    days: tuple[datetime.date, datetime.date]


def look_into(store: Store, many: int) -> Held:
    """What to ask for: so many of each, the most told of dyads and parties among them."""
    chance = random.Random(3)
    with store.reading() as connection:

        def column(query, **values):
            return list(connection.execute(text(query), values).scalars())

        def some(table, field):
            last = column(f"SELECT max(key) FROM {table}")[0]
            keys = [chance.randint(1, last) for _ in range(2 * many)]
            found = (column(f"SELECT {field} FROM {table} WHERE key = :key", key=key) for key in keys)
            return list(dict.fromkeys(one[0] for one in found if one))[:many]

        accounts = column("SELECT id FROM account")
        tallied = "FROM dyad_day WHERE actor <> '' AND recipient <> '' AND actor <> recipient GROUP BY actor, recipient"
        dyads = [
            tuple(row)
            for row in connection.execute(text(f"SELECT actor, recipient {tallied} ORDER BY sum(events) DESC"))
        ]
        first, last = (
            column("SELECT min(day) FROM dyad_day WHERE day > '0002'")[0],
            column("SELECT max(day) FROM dyad_day")[0],
        )
        return Held(
            events=some("event", "id"),
            articles=some("article", "key"),
            accounts=chance.sample(accounts, min(many, len(accounts))),
            dyads=dyads[: many // 4] + chance.sample(dyads, min(3 * many // 4, len(dyads))),
            parties=list(dict.fromkeys(party for dyad in dyads for party in dyad))[:many],
            publishers=column("SELECT DISTINCT publisher FROM report_day ORDER BY publisher"),
            speakers=list(dict.fromkeys(filter(None, some("statement", "speaker")))),
            days=(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)),
        )


def questions(held: Held, many: int) -> dict[str, list[str]]:
    """So many addresses of each page, all of them different where a page has so much to be asked for."""
    chance = random.Random(4)
    asked = {name: [ask(held, chance) for _ in range(4 * many)] for name, ask in ASKED.items()}
    found = {name: list(dict.fromkeys(addresses))[:many] for name, addresses in asked.items()}
    return found | {
        "event": [f"/events/{quote(id, safe='')}" for id in held.events[:many]],
        "report": [f"/articles/{key}" for key in held.articles[:many]],
        "commitment": [f"/ledger/{quote(id, safe='')}" for id in held.accounts[:many]],
    }


def _address(path, **asked):
    wanted = {name.rstrip("_"): value for name, value in asked.items() if value}
    return f"{path}?{urlencode(wanted)}" if wanted else path


def _days(held, chance, *, always=False):
    """Some days or none: a week, a month, some years."""
    first, last = held.days
    long = chance.choice((7, 30, 90, 365, 1500) if always else (0, 0, 7, 30, 365, 1500))
    if not long:
        return {}
    begin = first + datetime.timedelta(days=chance.randrange(max(1, (last - first).days)))
    return {"from": begin, "until": min(last, begin + datetime.timedelta(days=long))}


def _dyad(held, chance):
    one, other = chance.choice(held.dyads)
    around = {"around": chance.choice(held.events), "days": chance.choice((7, 30, 60))} if chance.random() < 0.2 else {}
    every, measure = chance.choice(("", "", "day", "week", "month")), chance.choice(("", "", "rate"))
    return _address(f"/dyads/{one}/{other}", every=every, measure=measure, **_days(held, chance), **around)


def _party(held, chance):
    every, measure = chance.choice(("", "", "week", "month")), chance.choice(("", "rate"))
    return _address(f"/parties/{chance.choice(held.parties)}", every=every, measure=measure, **_days(held, chance))


def _search(held, chance):
    one, other = chance.choice(held.dyads)
    party, side = chance.choice(("", "", one)), chance.choice(("", "actor", "recipient"))
    return _address(
        "/search",
        words=chance.choice((*WORDS, "", "", "")),
        party=party,
        side=side if party else "",
        other=chance.choice(("", other)) if party else "",
        type=chance.choice((*TYPES, "", "", "")),
        quad=chance.choice(("", "", *QUADS)),
        status=chance.choice(STATUSES),
        publisher=chance.choice(("", "", "", chance.choice(held.publishers))),
        **_days(held, chance),
    )


def _statements(held, chance):
    one, other = chance.choice(held.dyads)
    return _address(
        "/statements",
        by=chance.choice(("", one)),
        about=chance.choice(("", other)),
        speaker=chance.choice(("", "", chance.choice(held.speakers))),
        words=chance.choice((*WORDS, *[""] * 10)),
        kind=chance.choice(("", "", "direct", "indirect", "belief")),
        **_days(held, chance),
    )


def _ledger(held, chance):
    one, other = chance.choice(held.dyads)
    first, last = held.days
    on = first + datetime.timedelta(days=chance.randrange((last - first).days))
    return _address(
        "/ledger",
        by=chance.choice(("", one)),
        to=chance.choice(("", "", other)),
        kind=chance.choice(KINDS),
        standing=chance.choice(STANDINGS),
        on=chance.choice(("", "", on)),
    )


def _network(held, chance):
    asked = {"quad": chance.choice(QUADS), "type": chance.choice(TYPES), "least": chance.choice(("", 2, 10))}
    return _address("/network", most=chance.choice(("", 100, 200)), **asked, **_days(held, chance))


def _map(held, chance):
    part = chance.choice(("actor", "recipient", "either"))
    return _address("/map", part=part, quad=chance.choice(QUADS), **_days(held, chance))


ASKED = {
    "overview": lambda held, chance: "/",
    "dyads": lambda held, chance: _address("/dyads", **_days(held, chance)),
    "dyad": _dyad,
    "parties": lambda held, chance: _address("/parties", **_days(held, chance)),
    "party": _party,
    "ledger": _ledger,
    "statements": _statements,
    "search": _search,
    "search reports": lambda held, chance: _address(
        "/search/reports", words=" ".join(chance.sample(WORDS, chance.choice((1, 2))))
    ),
    "reports": lambda held, chance: _address(
        "/articles", publisher=chance.choice(("", chance.choice(held.publishers))), **_days(held, chance)
    ),
    "network": _network,
    "map": _map,
    "card": lambda held, chance: "/card",
    "corrections": lambda held, chance: "/corrections",
    "add": lambda held, chance: "/add",
}


def beat(store: Store, number: int = 0) -> None:
    """Leave the store as a report that came in does: answers that are kept hold no more, and some days were counted anew.

    Every fiftieth time the ledger has changed too: a watch makes it anew every minute at most.
    """
    chance = random.Random(number)
    with store.writing() as connection:
        write(connection, f"beat_{store.dialect}", {})
        days = connection.execute(text("SELECT min(day), max(day) FROM report_day WHERE day > '0001-01-01'")).one()
        first, last = map(datetime.date.fromisoformat, days)
        told = {first + datetime.timedelta(days=chance.randrange((last - first).days + 1)) for _ in range(DAYS)}
        counted_anew(connection, {day.isoformat() for day in told})
        if number % 50 == 49:
            changed(connection, "ledger")
