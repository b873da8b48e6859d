"""Sending what is in the outbox, mail after mail, so that each goes out at most once, whatever happens meanwhile.

For each mail: see that it is still wanted and that the limits let it go, commit that it is being sent, give it to the
sender, commit what became of it. A process that dies in between leaves a mail of which nobody knows whether it went
out; the next run marks it as unknown and leaves it to a person.
"""

import os
import platform
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from dragoman.brief.bounces import take_bounce
from dragoman.brief.senders import Envelope, Reply, Sender
from dragoman.brief.settings import Settings
from dragoman.errors import InputError, SenderError
from dragoman.records import Record
from dragoman.store import Store, leases, outbox
from dragoman.store.allowances import take
from dragoman.store.outbox import Mail

LEASE = "sending"
# Seconds that a run holds the lease without a sign of life. One that is slower than that, and finds another one sending
# when it comes back, ends; both are safe all along, as a mail is claimed by one only.
HELD = 120
# Mails in a row that were not taken, after which something is wrong with more than a mail.
IN_A_ROW = 20
# Seconds after which a server that cannot be reached is tried again within a run.
RETRIES = (1, 5, 30)
PASSING = {"connect", "dns", "greeting", "timeout"}
# Seconds after which it is asked again whether the second has passed: the clock tells whole ones, and sleeping one out
# each time would make ten mails a second eight.
WINK = 0.2
# Seconds that a run waits for what is allowed; for longer it ends, and says when there is more.
PATIENCE = 60

# What goes out for a mail in the outbox; None where that has become pointless.
Write = Callable[[Mail], Envelope | None]


class Sent(Record, frozen=True, kw_only=True):
    """What a run did: mails that were sent, put off, failed for good, dropped as nobody wants them any more.

    Of `unknown` ones nobody knows whether they went out, as of the `orphans` that a run left which died before; none is
    sent again unless a person says so. `waiting` ones are queued still, the next of them due at `next`; the limits let
    nothing go for another `wait` seconds. `trouble` says why the run ended early, "" where it did not; `kind` is a
    short word for it.
    """

    sent: int
    later: int
    failed: int
    dropped: int
    unknown: int
    orphans: int
    waiting: int
    next: int | None
    wait: int = 0
    trouble: str = ""
    kind: str = ""


class _Run(NamedTuple):
    """Whatever a run works with; `holder` names it to others."""

    store: Store
    settings: Settings
    sender: Sender
    write: Write
    clock: Callable[[], int]
    sleep: Callable[[float], object]
    patience: int
    holder: str


class _PauseError(Exception):
    """The limits let nothing go for longer than a run waits."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


def run(
    store: Store,
    settings: Settings,
    sender: Sender,
    write: Write,
    *,
    clock: Callable[[], int],
    sleep: Callable[[float], object],
    patience: int = PATIENCE,
    progress: Callable[[str], object] = lambda _: None,
) -> Sent:
    """Send what is due; raises `SenderError` of kind "busy" where another run is sending.

    Whatever else keeps mails from going out is told in what it gives: nothing is lost, and a later run goes on.
    """
    holder = f"{platform.node()}, process {os.getpid()} ({secrets.token_hex(4)})"
    this = _Run(store, settings, sender, write, clock, sleep, patience, holder)
    orphans, tally = _begin(this), Counter[str]()
    end: SenderError | _PauseError | None = None
    try:
        _send_all(this, tally, progress)
    except (SenderError, _PauseError) as error:
        end = error
    finally:
        with store.writing() as connection:
            leases.release(connection, LEASE, holder)
    return _told(this, tally, orphans, end)


def _begin(this: _Run) -> int:
    """Take the lease, and mark what a run left that is gone by now; gives how many mails that were."""
    now = this.clock()
    with this.store.writing() as connection:
        if leases.hold(connection, LEASE, this.holder, HELD, now):
            return outbox.mark_orphans(connection, now)
    raise _busy(this, now)


def _busy(this: _Run, now: int) -> SenderError:
    with this.store.reading() as connection:
        other = leases.lease_of(connection, LEASE)
    wait = max(1, other.expires - now) if other else 1
    message = f"{other.holder if other else 'another run'} is sending; if it is gone, run again in {wait} seconds"
    return SenderError(message, kind="busy")


def _told(this: _Run, tally: Counter[str], orphans: int, end: SenderError | _PauseError | None) -> Sent:
    with this.store.reading() as connection:
        waiting, due = outbox.counts(connection).get("queued", 0), outbox.next_due(connection)
    return Sent(
        sent=tally["sent"],
        later=tally["later"],
        failed=tally["failed"],
        dropped=tally["dropped"],
        unknown=tally["unknown"],
        orphans=orphans,
        waiting=waiting,
        next=due,
        wait=end.wait if isinstance(end, _PauseError) else 0,
        trouble=str(end) if isinstance(end, SenderError) else "",
        kind=end.kind if isinstance(end, SenderError) else "",
    )


def _send_all(this: _Run, tally: Counter[str], progress: Callable[[str], object]) -> None:
    in_a_row = 0
    for mail in _due(this):
        outcome, said = _send(this, mail)
        tally[outcome] += 1
        progress(outcome)
        if outcome in {"later", "failed", "unknown"}:
            in_a_row += 1
        elif outcome == "sent":
            in_a_row = 0
        if in_a_row == IN_A_ROW:
            message = f"{IN_A_ROW} mails in a row were not taken, so nothing more is tried; the last answer was: {said}"
            raise SenderError(message, kind="trouble")


def _due(this: _Run) -> Iterator[Mail]:
    """The mails whose turn it is, read in pages: what comes in meanwhile has its turn too."""
    while True:
        with this.store.reading() as connection:
            page = outbox.due_mails(connection, this.clock())
        if not page:
            return
        yield from page


def _send(this: _Run, mail: Mail) -> tuple[str, str]:
    """Send a mail, and tell what became of it and what was said."""
    try:
        envelope = this.write(mail)
    except InputError as error:
        return _refuse(this, mail, error.message)
    if envelope is None or not _claim(this, mail):
        with this.store.writing() as connection:
            outbox.drop(connection, mail, this.clock())
        return "dropped", outbox.UNWANTED
    reply = _give(this, mail, envelope)
    return _settle(this, mail, reply), reply.text


def _refuse(this: _Run, mail: Mail, why: str) -> tuple[str, str]:
    """Let a mail fail that cannot be written, before anybody gets it."""
    now = this.clock()
    with this.store.writing() as connection:
        if outbox.claim(connection, mail, now):
            outbox.mark(connection, mail, "failed", now, why)
    return "failed", why


def _claim(this: _Run, mail: Mail) -> bool:
    """Commit that a mail is being sent, as soon as the limits let it go; False where it is not wanted any more."""
    _make_ready(this)
    while True:
        now = this.clock()
        with this.store.writing() as connection:
            if not leases.hold(connection, LEASE, this.holder, HELD, now):
                raise SenderError("took so long that another run has begun to send; this one ends", kind="busy")
            if not outbox.is_wanted(connection, mail, now):
                return False
            limits = this.settings
            wait = take(connection, "mails", limits.per_second, 1, now)
            wait = wait or take(connection, "mails", limits.per_hour, 3600, now)
            if not wait and not outbox.claim(connection, mail, now):
                return False
        if not wait:
            outbox.harden(this.store)
            return True
        if wait > this.patience:
            raise _PauseError(wait)
        this.sleep(WINK if wait == 1 else min(wait, HELD // 4))


def _make_ready(this: _Run) -> None:
    """Have the sender ready before a mail is claimed; what may pass is tried again."""
    for wait in RETRIES:
        try:
            this.sender.ready()
        except SenderError as error:
            if error.kind not in PASSING or wait > this.patience:
                raise
            this.sleep(wait)
        else:
            return
    this.sender.ready()


def _give(this: _Run, mail: Mail, envelope: Envelope) -> Reply:
    """Give a claimed mail to the sender."""
    try:
        return this.sender.send(envelope)
    except SenderError as error:
        with this.store.writing() as connection:
            outbox.put_back(connection, mail, this.clock(), error.message)
        raise
    except BaseException:
        # Somebody pressed Ctrl-C, or the sender has a fault: the mail may be out.
        with this.store.writing() as connection:
            outbox.mark(connection, mail, "unknown", this.clock(), "interrupted while this was being sent")
        raise


def _settle(this: _Run, mail: Mail, reply: Reply) -> str:
    """Commit what became of a mail; an address that is none any more gets no more."""
    now = this.clock()
    with this.store.writing() as connection:
        match reply.kind:
            case "accepted":
                outbox.mark_sent(connection, mail, now, reply.text)
                return "sent"
            case "unknown":
                outbox.mark(connection, mail, "unknown", now, reply.text)
                return "unknown"
            case "later":
                return "later" if outbox.put_off(connection, mail, now, reply.text) else "failed"
        outbox.mark(connection, mail, "failed", now, reply.text)
    if reply.about == "address":
        told = f"{reply.text[:200]} [mail {mail.key}]"
        take_bounce(this.store, this.settings, mail.subscriber, "hard", told, now)
    return "failed"
