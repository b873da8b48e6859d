"""Briefings in a watch: issues are made when their lists are due and something is new, and what waits is sent."""

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from dragoman.errors import DragomanError, SenderError, StoreError
from dragoman.rules import Rules
from dragoman.store import mailings, outbox
from dragoman.store.opening import Store, pulse
from dragoman.watch.notes import Level, Note
from dragoman.watch.telling import many

if TYPE_CHECKING:
    from dragoman.brief.issuing import Made
    from dragoman.brief.sending import Sent
    from dragoman.brief.settings import Settings

# Why no issue of a list was made, where that is as it should be.
IN_ORDER = ("nothing", "meanwhile", "closed")
# Of briefings that are sent by another process, as by the one that serves the pages.
BUSY = "busy"


class Briefings:
    """Lets go out what is due; the libraries for mail load when there is a first list or mail."""

    def __init__(self, store: Store, rules: Rules, settings: "Settings", clock: Callable[[], float]) -> None:
        self._store, self._rules, self._settings, self._clock = store, rules, settings, clock
        self._stopped = threading.Event()
        # The day and the state of the store in which there was nothing to tell.
        self._nothing: tuple[int, int] | None = None

    def __call__(self) -> list[Note]:
        """Make and send what is due; gives what there is to tell of it."""
        with self._store.reading() as connection:
            is_asked = bool(mailings.lists(connection))
            state = self._now() // 86_400, pulse(connection)
        is_asked = is_asked and state != self._nothing
        if not is_asked and not self._is_mail_due():
            return []
        try:
            return list(self._sent(is_asked=is_asked, state=state))
        except ImportError as error:
            return [self._note("warning", f"briefings need more: pip install 'dragoman[mail]' ({error})")]
        except StoreError:
            raise
        except DragomanError as error:
            return [] if error.kind == BUSY else [self._note("warning", f"nothing can be sent: {error}")]

    def stop(self) -> None:
        """Send nothing more after the mail in hand."""
        self._stopped.set()

    def _sent(self, *, is_asked: bool, state: tuple[int, int]) -> Iterator[Note]:
        from dragoman.brief.issuing import Desk, send_due
        from dragoman.brief.outgoing import send_waiting
        from dragoman.views.names import Names

        if is_asked:
            made = send_due(Desk(self._store, self._settings, self._rules, Names(self._rules)), self._now)
            yield from map(self._of_issue, (one for one in made if one.kind not in IN_ORDER))
            self._nothing = None if any(one.number for one in made) else state
        if not self._is_mail_due():
            return
        sent = send_waiting(
            self._store, self._settings, clock=self._now, sleep=self._stopped.wait, progress=self._go_on
        )
        yield from self._of_mails(sent)

    def _of_issue(self, made: "Made") -> Note:
        if made.number is None:
            return self._note("warning", f"{made.list}: {made.why}")
        words = f"{made.list}: issue {made.number}, for {many(made.readers, 'reader')}: {made.subject}"
        return self._note("info", words, fate="made")

    def _of_mails(self, sent: "Sent") -> Iterator[Note]:
        parts = {"sent": sent.sent, "failed": sent.failed, "put off": sent.later}
        parts["sent or not, nobody knows"] = sent.unknown + sent.orphans
        told = ", ".join(f"{number:,} {words}" for words, number in parts.items() if number)
        if told:
            is_well = not (sent.failed or sent.unknown or sent.orphans)
            yield self._note("info" if is_well else "warning", f"mails: {told}; {sent.waiting:,} waiting", fate="sent")
        if sent.trouble and not self._stopped.is_set():
            yield self._note("warning", f"mails: {sent.trouble}")

    def _is_mail_due(self) -> bool:
        with self._store.reading() as connection:
            due = outbox.next_due(connection)
        return due is not None and due <= self._now()

    def _go_on(self, _: str) -> None:
        if self._stopped.is_set():
            raise SenderError("the watch is being stopped", kind="stopped")

    def _note(self, level: Level, message: str, fate: str = "") -> Note:
        return Note(at=self._now(), level=level, about="briefing", message=message, fate=fate)

    def _now(self) -> int:
        return int(self._clock())
