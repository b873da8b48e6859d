"""An event as a headline has it: who, did what, to whom, and how far."""

import functools
from collections.abc import Callable, Sequence

from dragoman.records import Event, Record, Status
from dragoman.resolve.tellings import party_of
from dragoman.rules import DATA
from dragoman.rules.tables import read_toml

ACTS = DATA / "web" / "acts.toml"
# How a status is said before the act; what stands with "past" is told as done.
PAST: dict[Status, str] = {"occurred": "", "ongoing": "", "alleged": "allegedly "}
BASE: dict[Status, str] = {
    "planned": "plans to ",
    "conditional": "would ",
    "negated": "did not ",
    "cancelled": "no longer plans to ",
}


class Headline(Record, frozen=True, kw_only=True):
    """Who did what to whom; "" for nobody who is named."""

    actor: str
    act: str
    recipient: str


def headline_of(event: Event, name: Callable[[str], str]) -> Headline:
    """The headline of an event; `name` gives the name of a code.

    Parties are named as a whole, a state's branches only where it acts on itself.
    """
    sides = [[entity.code for entity in side] for side in (event.actor, event.recipient)]
    parties = [list(dict.fromkeys(map(party_of, codes))) for codes in sides]
    actor, recipient = sides if set(parties[0]) & set(parties[1]) else parties
    return Headline(
        actor=_listed(actor, name), act=_act(event, bool(event.recipient)), recipient=_listed(recipient, name)
    )


def _act(event: Event, aimed: bool) -> str:
    words = _acts()[event.type]
    if event.status in BASE:
        return BASE[event.status] + words["base" if aimed else "base_alone"]
    return PAST[event.status] + words["past" if aimed else "alone"]


def _listed(codes: Sequence[str], name: Callable[[str], str]) -> str:
    """Names in a row: "North Korea, South Korea and the rest"."""
    names = [name(code) for code in codes if code]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


@functools.cache
def _acts() -> dict[str, dict[str, str]]:
    return dict(read_toml(ACTS))
