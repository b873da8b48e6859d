"""The reports of a shard coded in company, and one by one where company has failed; what fails alone is left out."""

import contextlib
from collections.abc import Iterator
from typing import NamedTuple

from dragoman.read.inputs import shown_name
from dragoman.read.readings import UNKNOWN, Reading
from dragoman.records import ArticleHead, Coding, Failure, Fault
from dragoman.scale.caps import TooLongError, capped
from dragoman.scale.desks import Desk
from dragoman.scale.hands import DEATHS, Death, Hand
from dragoman.scale.piles import Given, Pile
from dragoman.scale.shards import Caps, Quarantined

# Reports taken together: as many as the coder parses in one batch.
COMPANY = 16
# Characters of a message that are kept.
MESSAGE = 200


class Coded(NamedTuple):
    """What came of a report, and why it was left out if it was."""

    result: Coding | Failure
    quarantined: Quarantined | None = None


class Table(NamedTuple):
    """All that a round needs."""

    pile: Pile
    desk: Desk
    hand: Hand
    caps: Caps


def coded(table: Table) -> Iterator[Coded]:
    """What came of every report of a pile, in order; raises `OSError` where the input can no longer be read."""
    while not table.pile.ended:
        if table.hand.count(table.pile.place, COMPANY) == 1:
            yield from _read_alone(table)
        else:
            yield from _together(table)
    table.hand.put_down()


def _together(table: Table) -> Iterator[Coded]:
    table.hand.take(table.pile.place, COMPANY, "reading")
    held: list[tuple[str, Given]] = []
    try:
        with capped(table.caps):
            _fill(held, table.pile)
    except OSError:
        raise
    except (Exception, TooLongError):  # whatever a report does to a reader must not end the others
        table.hand.suspect(table.pile.place)
    yield from _code(held, table)


def _fill(held: list[tuple[str, Given]], pile: Pile) -> None:
    while len(held) < COMPANY and not pile.ended:
        place = pile.place
        if (given := pile.next()) is not None:
            held.append((place, given))


def _code(held: list[tuple[str, Given]], table: Table) -> list[Coded]:
    """Codings of reports that were read together; where that fails, of each alone."""
    results: list[Coding | Failure] = []
    with contextlib.suppress(Exception, TooLongError), capped(table.caps):  # one report must not end the others
        results = list(table.desk.pipe([given for _, given in held]))
    if len(results) == len(held):
        return [Coded(result) for result in results]
    return [_code_alone(place, given, table) for place, given in held]


def _read_alone(table: Table) -> Iterator[Coded]:
    place, path = table.pile.place, shown_name(table.pile.path)
    if len(deaths := table.hand.deaths(place, "reading")) >= DEATHS:
        yield _unread(path, ENDED, deaths)
        table.pile.leave()
        return
    table.hand.take(place, 1, "reading")
    try:
        with capped(table.caps):
            given = table.pile.next()
    except OSError:
        raise
    except (Exception, TooLongError) as error:
        yield _unread(path, _reason(error, table.caps))
        table.pile.leave()
        return
    if given is not None:
        yield _code_alone(place, given, table)


def _code_alone(place: str, given: Given, table: Table) -> Coded:
    if len(deaths := table.hand.deaths(place, "coding")) >= DEATHS:
        return _left_out(given, ENDED, deaths)
    table.hand.take(place, 1, "coding")
    try:
        with capped(table.caps):
            (result,) = table.desk.pipe([given])
            return Coded(result)
    except (Exception, TooLongError) as error:
        return _left_out(given, _reason(error, table.caps))


# Reasons are told in the same words on every engine, so that the records are the same.
ENDED = "ended the process twice"


def _reason(error: BaseException, caps: Caps) -> str:
    if isinstance(error, TooLongError):
        return f"took more than {caps.seconds:g} seconds"
    if isinstance(error, MemoryError):
        return f"needed more than {caps.megabytes:,} MB"
    return f"raised {type(error).__name__}: {error}"[:MESSAGE]


def _left_out(given: Given, reason: str, deaths: tuple[Death, ...] = ()) -> Coded:
    head, where = (
        (given.article.head(), given.where) if isinstance(given, Reading) else (given.article, given.error.where or "")
    )
    return _quarantined(head, where, f"coding it {reason}", "it is left out", deaths)


def _unread(path: str, reason: str, deaths: tuple[Death, ...] = ()) -> Coded:
    return _quarantined(UNKNOWN, path, f"reading it {reason}", "what follows there is left out", deaths)


def _quarantined(head: ArticleHead, where: str, reason: str, result: str, deaths: tuple[Death, ...]) -> Coded:
    causes = tuple(death.cause for death in deaths if death.cause)
    failed = Failure(article=head, error=Fault(kind="quarantine", message=f"{reason}; {result}", where=where))
    return Coded(failed, Quarantined(article=head.id, where=where, reason=reason, causes=causes))
