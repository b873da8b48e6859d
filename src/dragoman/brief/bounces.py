"""Mails that came back, taken in: whom a report is about gets no more mail, at once or after some of them."""

from collections.abc import Callable, Collection, Iterable
from typing import Literal

from dragoman.brief.leaving import shut_out
from dragoman.brief.returns import Return, Signs, read_return
from dragoman.brief.settings import Settings
from dragoman.records import Record
from dragoman.store import Store
from dragoman.store.bounces import Bounce, Kind, add_bounce, soft_bounces
from dragoman.store.keys import keys_of
from dragoman.store.subscribers import subscriber

Effect = Literal["suppressed", "noted", "known", "nobody", "ignored"]
# Seconds within which bounces that may pass are counted together: a full mailbox of last year says nothing about today.
REMEMBERED = 90 * 24 * 3600


class Taken(Record, frozen=True, kw_only=True):
    """How many mails were read, and what came of them.

    `suppressed` addresses get no more mail, `noted` ones came back for now; `known` reports were here before, `nobody`
    is there any more whom they are about, and `ignored` ones are no reports, or about no mail of ours.
    """

    read: int = 0
    suppressed: int = 0
    noted: int = 0
    known: int = 0
    nobody: int = 0
    ignored: int = 0


def take_in(
    store: Store,
    settings: Settings,
    mails: Iterable[bytes],
    now: int,
    *,
    signs: Signs | None = None,
    progress: Callable[[Return, Effect], object] = lambda _found, _effect: None,
) -> Taken:
    """Read mails and do what they ask for; the same ones again change nothing.

    `progress` gets what each says and what came of it: "ignored" or an effect.
    """
    signs = signs or Signs.load()
    with store.writing() as connection:
        key = keys_of(connection, "addresses")[0]
    counts: dict[Effect, int] = {}
    for raw in mails:
        found = read_return(raw, key, signs)
        effect = _take(store, settings, found, now)
        counts[effect] = counts.get(effect, 0) + 1
        progress(found, effect)
    return Taken(read=sum(counts.values()), **{str(effect): many for effect, many in counts.items()})


def take_bounce(
    store: Store, settings: Settings, key: int, kind: Kind, told: str, now: int, *, recipients: Collection[str] = ()
) -> Literal["suppressed", "noted", "known", "nobody"]:
    """Write down that a subscriber's mail came back, which can end all mail to that address.

    It does for good, with a complaint, or for now and that often lately. `told` is what was said, and tells one report
    from the others: the same one again changes nothing. `recipients` are those that the report names: where somebody
    passes mail on to others, one of whom is gone, that is not for good for the one we write to.
    """
    with store.writing() as connection:
        whom = subscriber(connection, key)
        if whom is None or whom.same is None:
            return "nobody"
        if kind == "hard" and recipients and whom.same not in {one.lower() for one in recipients}:
            kind = "soft"
        if not add_bounce(connection, key, Bounce(kind=kind, at=now, told=told)):
            return "known"
        if kind == "soft" and soft_bounces(connection, key, now - REMEMBERED) < settings.soft_bounces:
            return "noted"
        shut_out(connection, settings, whom, "complained" if kind == "complaint" else "bounced", now)
        return "suppressed"


def _take(store: Store, settings: Settings, found: Return, now: int) -> Effect:
    if found.kind == "ignored" or found.mark is None:
        return "ignored"
    told = f"{found.said} [report {found.digest}]"
    return take_bounce(store, settings, found.mark.subscriber, found.kind, told, now, recipients=found.recipients)
