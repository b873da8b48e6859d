"""Entering what somebody agreed to or ended: from which form, network and browser, as far as the settings keep that."""

from collections.abc import Iterable

from dragoman.brief.origins import kept
from dragoman.brief.settings import Settings
from dragoman.records import Record
from dragoman.store import Connection, consents, keys
from dragoman.store.consents import Action, By, ConsentEvent
from dragoman.store.subscribers import Subscriber

# Characters of what a browser calls itself: real ones need less, and a form can be sent with any.
LONGEST_AGENT = 300
# Characters of the address of a form.
LONGEST_FORM = 300


class Visit(Record, frozen=True, kw_only=True):
    """From where somebody did something: network address, what the browser calls itself, address of the form."""

    origin: str = ""
    agent: str = ""
    form: str = ""


NOWHERE = Visit()


class Deed(Record, frozen=True, kw_only=True):
    """What is done to subscriptions: what, by whom, when, and the text that was shown where something is agreed to."""

    action: Action
    at: int
    by: By = "self"
    text: str | None = None


def enter(
    connection: Connection, settings: Settings, person: Subscriber, slugs: Iterable[str], deed: Deed, visit: Visit
) -> None:
    """Enter a deed for each of some lists; "" stands for all. Whoever was erased is known by nothing any more."""
    if person.same is None:
        return
    who = keys.who(connection, person.same)
    keep = settings.keep_origin
    for slug in slugs:
        event = ConsentEvent(
            subscriber=person.key,
            who=who,
            list=slug,
            action=deed.action,
            at=deed.at,
            origin=kept(visit.origin, keep),
            agent="" if keep == "none" else _line(visit.agent, LONGEST_AGENT),
            form=_line(visit.form, LONGEST_FORM),
            text=deed.text,
            by=deed.by,
        )
        consents.record(connection, event)


def _line(text: str, most: int) -> str:
    """What can be printed of a text from outside: no database takes the rest, and no reader should."""
    return "".join(character for character in text if character.isprintable())[:most]
