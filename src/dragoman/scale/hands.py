"""Which reports a process has in hand: noted in a side file before they are touched, so that a death can be traced.

Reports are taken several at a time. Those that a process died over are then taken one by one, and one that ended the
process twice while it alone was in hand is known to have done it, whoever ran the process and wherever.
"""

from pathlib import Path
from typing import Literal

import msgspec

from dragoman.errors import OutputError
from dragoman.records import Record

Step = Literal["reading", "coding"]
# Deaths over one report alone after which it is left out.
DEATHS = 2


class Death(Record, frozen=True, kw_only=True):
    """A process ended with a report alone in hand; `cause` is how, where somebody saw it."""

    step: Step
    cause: str = ""


class State(Record, frozen=True, kw_only=True):
    """What a side file says: the place in hand and how many reports from there on, and what happened before.

    `suspects` are places from which on so many reports are taken one by one, `idle` the deaths with nothing in hand.
    """

    at: str | None = None
    many: int = 0
    step: Step = "reading"
    cause: str = ""
    deaths: dict[str, tuple[Death, ...]] = {}
    suspects: dict[str, int] = {}
    idle: int = 0


class Hand:
    """The side file of a shard that is being coded; one that is there already tells of a process that died."""

    def __init__(self, path: Path) -> None:
        self._path = path
        before = _read(path)
        self._state = State() if before is None else _bereaved(before)
        self._alone = 0
        _append(path, self._state)

    @property
    def idle(self) -> int:
        """Deaths in succession with nothing in hand."""
        return self._state.idle

    def deaths(self, place: str, step: Step) -> tuple[Death, ...]:
        """How processes ended in a step of the report at a place."""
        return tuple(death for death in self._state.deaths.get(place, ()) if death.step == step)

    def count(self, place: str, most: int) -> int:
        """How many reports may be taken together from a place on."""
        self._alone = max(self._alone, self._state.suspects.get(place, 0))
        return 1 if self._alone else most

    def suspect(self, place: str) -> None:
        """Let the report at a place be taken alone."""
        self._note(suspects={**self._state.suspects, place: 1})

    def take(self, place: str, many: int, step: Step) -> None:
        """Note what is touched next."""
        if many == 1 and step == "coding":
            self._alone = max(self._alone - 1, 0)
        self._note(at=place, many=many, step=step, cause="")

    def put_down(self) -> None:
        """Note that nothing is in hand."""
        self._note(at=None, many=0)

    def close(self) -> None:
        """The shard is there; what happened on the way is told in it."""
        self._path.unlink(missing_ok=True)

    def _note(self, **fields: object) -> None:
        self._state = msgspec.structs.replace(self._state, **fields)
        _append(self._path, self._state)


def note_cause(path: Path, cause: str) -> None:
    """Add to a dead process's side file how it ended."""
    if (state := _read(path)) is not None and state.at is not None:
        _append(path, msgspec.structs.replace(state, cause=cause))


def _bereaved(state: State) -> State:
    """The state from which the next process starts after the one that wrote this one has died."""
    deaths, suspects, idle = dict(state.deaths), dict(state.suspects), state.idle + 1
    if state.at is not None:
        idle = 0
        if state.many == 1:
            suspects[state.at] = max(1, suspects.get(state.at, 0))
            deaths[state.at] = (*deaths.get(state.at, ()), Death(step=state.step, cause=state.cause))
        else:
            suspects[state.at] = state.many
    return State(deaths=deaths, suspects=suspects, idle=idle)


def _read(path: Path) -> State | None:
    """The last whole line of a side file; None where there is no file, or nothing in it that can be read."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return None
    for line in reversed(lines):
        try:
            return msgspec.json.decode(line, type=State)
        except msgspec.MsgspecError:
            continue
    return None


def _append(path: Path, state: State) -> None:
    """One line in one piece: a process that is killed leaves it whole or not there.

    Raises `OutputError` where it cannot be written.
    """
    try:
        with open(path, "ab", buffering=0) as file:
            file.write(msgspec.json.encode(state) + b"\n")
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", kind="output", where=str(path)) from error
