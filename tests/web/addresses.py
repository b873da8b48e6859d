"""The address of each page on a store that holds the chronicle, and what must stand there."""

from typing import NamedTuple

# Pages of those alone who may write.
DESK = {"add", "briefings-manage", "briefings-add", "briefings-one", "briefings-preview"}


class Shown(NamedTuple):
    """A page: its address, and words that its main part must hold."""

    address: str
    words: tuple[str, ...]


def pages(client) -> dict[str, Shown]:
    """Every page by its name; ids are asked of the store's own lists."""
    event = client.get("/search.json?words=missile").json()["events"][0]
    commitment = client.get("/ledger.json?by=PRK").json()["commitments"][0]
    return briefings(client) | {
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


def briefings(client) -> dict[str, Shown]:
    """The pages of briefings, as far as there are lists and issues."""
    lists = client.get("/briefings.json").json()["lists"]
    issued = next((one for one in lists if one["latest"]), None)
    found = {"briefings": Shown("/briefings", ("Sign up", lists[0]["title"]) if lists else ())}
    found["briefings-manage"] = Shown("/briefings/manage", ("Outbox",))
    found["briefings-add"] = Shown("/briefings/add", ("When it comes",))
    if issued:
        stem = f"/briefings/lists/{issued['slug']}"
        found["briefings-list"] = Shown(stem, (issued["title"], "Issues"))
        found["briefings-issue"] = Shown(f"{stem}/{issued['latest']['number']}", ("What happened", "report"))
        found["briefings-one"] = Shown(f"/briefings/manage/{issued['slug']}", ("Readers",))
        found["briefings-preview"] = Shown(
            f"/briefings/manage/{issued['slug']}/preview?day=2013-06-20", ("Send it to",)
        )
    return found
