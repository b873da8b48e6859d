"""The address of each page on a store that holds the chronicle, and what must stand there."""

from typing import NamedTuple


class Shown(NamedTuple):
    """A page: its address, and words that its main part must hold."""

    address: str
    words: tuple[str, ...]


def pages(client) -> dict[str, Shown]:
    """Every page by its name; ids are asked of the store's own lists."""
    event = client.get("/search.json?words=missile").json()["events"][0]
    commitment = client.get("/ledger.json?by=PRK").json()["commitments"][0]
    return {
        "overview": Shown("/", ("This week", "Newest events")),
        "dyads": Shown("/dyads", ("North Korea", "United States")),
        "dyad": Shown("/dyads/PRK/USA", ("North Korea", "United States", "report")),
        "dyad-days": Shown("/dyads/PRK/KOR?every=day&from=2013-03-01&until=2013-04-30", ("South Korea",)),
        "parties": Shown("/parties", ("North Korea",)),
        "party": Shown("/parties/PRK", ("North Korea", "promises")),
        "ledger": Shown("/ledger", ("North Korea", "standing")),
        "commitment": Shown(f"/ledger/{commitment['id']}", (commitment["content"][:20],)),
        "statements": Shown("/statements", ("KCNA",)),
        "search": Shown("/search?words=missile", ("missile",)),
        "nothing": Shown("/search?words=zzzzzz", ("zzzzzz",)),
        "event": Shown(f"/events/{event['id']}", ("report",)),
        "articles": Shown("/articles", ("report",)),
        "article": Shown("/articles/1", ("Events",)),
        "network": Shown("/network", ("North Korea",)),
        "map": Shown("/map", ("North Korea",)),
        "card": Shown("/card", ("precision", "recall")),
        "corrections": Shown("/corrections", ()),
        "add": Shown("/add", ("Paste",)),
        "missing": Shown("/events/none-of-that-name", ("no event",)),
    }
