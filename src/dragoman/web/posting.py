"""The post of a server: confirmations go out soon after a form was sent, and whatever else waits in the outbox.

One thread does it, beside the pages. It is woken when something was queued, and looks by itself now and then.
"""

import threading
import time
from collections.abc import Callable

from dragoman.brief import outgoing, sweeping
from dragoman.brief.senders.mailchimp import platform_of
from dragoman.brief.sending import Sent
from dragoman.brief.settings import Mailchimp, Settings
from dragoman.brief.yours import forget_unconfirmed
from dragoman.errors import DragomanError
from dragoman.store import Store

# Seconds between two looks while nothing happens, and after trouble: the gap grows from the first to the second.
QUIET, TROUBLED, LONGEST = 300, 30, 1_800
DAY = 24 * 3600
# Seconds after which the address of somebody who never confirmed is forgotten.
UNCONFIRMED = 30 * DAY
# Seconds that the server waits for a mail that is being given away when it is ended.
GRACE = 20

Say = Callable[[str], object]


class _EndedError(Exception):
    """The server ends; the mails that are left wait for the next one."""


class Post:
    """Sends what waits; `say` is told of trouble once, and when it is over."""

    def __init__(
        self, store: Store, settings: Settings, *, clock: Callable[[], float] = time.time, say: Say = lambda _: None
    ) -> None:
        self.store, self.settings, self.trouble = store, settings, ""
        self._clock, self._say, self._swept = clock, say, 0
        self._woken, self._ended, self._lock = threading.Event(), threading.Event(), threading.Lock()
        self._hints: set[str] = set()
        self._failed = 0
        self._thread = threading.Thread(target=self._work, name="post", daemon=True)

    def start(self) -> None:
        """Begin, with what an earlier server left."""
        self._thread.start()

    def wake(self, hint: str = "", *, sweep: bool = False) -> None:
        """Something was queued; `hint` is an address that the platform has to be asked about.

        With `sweep` both sides are compared soon, as after somebody was erased here.
        """
        with self._lock:
            self._hints |= {hint} if hint else set()
        self._swept = 0 if sweep else self._swept
        self._woken.set()

    def close(self) -> None:
        """End after the mail in hand."""
        self._ended.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(GRACE)

    def _work(self) -> None:
        self._woken.set()
        pause = 0.0
        while not self._ended.is_set():
            self._woken.wait(pause)
            self._woken.clear()
            try:
                pause = self.round()
            except _EndedError:
                return

    def round(self) -> float:
        """Send what is due and do what is to be done once a day; gives the seconds until the next look."""
        try:
            sent = self._send()
            self._look()
            self._tidy()
        except DragomanError as error:
            return self._rest(str(error), is_trouble=error.kind != "busy")
        except _EndedError:
            raise
        except Exception as error:
            # A fault of ours: without this the thread would end, and nobody would hear why no mail comes any more.
            return self._rest(f"{type(error).__name__}: {error}", is_trouble=True)
        if sent.trouble:
            return self._rest(sent.trouble, is_trouble=sent.kind != "busy")
        self._well()
        return self._pause(sent)

    def _pause(self, sent: Sent) -> float:
        """Seconds until something can go out; while the limits let nothing go, what is due already does not count."""
        if sent.wait:
            return float(min(QUIET, sent.wait))
        due = QUIET if sent.next is None else sent.next - self._now()
        return float(max(1, min(QUIET, due)))

    def _send(self) -> Sent:
        return outgoing.send_waiting(
            self.store, self.settings, clock=self._now, sleep=self._sleep, progress=lambda _: self._check()
        )

    def _look(self) -> None:
        """Ask the platform about those of whom it told something that does not say enough."""
        if not isinstance(self.settings.sender, Mailchimp):
            return
        with self._lock:
            hints, self._hints = self._hints, set()
        if not hints:
            return
        try:
            platform = platform_of(self.store, self.settings)
            with platform.client:
                for address in sorted(hints):
                    sweeping.look(platform, address, self._now())
        except DragomanError:
            # The hints are gone; a sweep, which is then due, finds out as much.
            self._swept = 0
            raise

    def _tidy(self) -> None:
        """Forget whom nobody heard of, and compare both sides where a platform sends: once a day."""
        now = self._now()
        if 0 <= now - self._swept < DAY:
            return
        # Said before it is done: who is erased meanwhile asks for another one.
        before, self._swept = self._swept, now
        try:
            forget_unconfirmed(self.store, self.settings, now - UNCONFIRMED, now)
            if isinstance(self.settings.sender, Mailchimp):
                platform = platform_of(self.store, self.settings)
                with platform.client:
                    sweeping.sweep(platform, self._now)
        except DragomanError:
            self._swept = before
            raise

    def _rest(self, trouble: str, *, is_trouble: bool) -> float:
        """Wait longer each time; what another process does now is no trouble."""
        if not is_trouble:
            return TROUBLED
        self._failed += 1
        if trouble != self.trouble:
            self.trouble = trouble
            self._say(f"briefings cannot be sent: {trouble}")
        return float(min(TROUBLED * 2 ** (self._failed - 1), LONGEST))

    def _well(self) -> None:
        if self.trouble:
            self._say("briefings are being sent again")
        self.trouble, self._failed = "", 0

    def _now(self) -> int:
        return int(self._clock())

    def _sleep(self, seconds: float) -> None:
        self._ended.wait(seconds)
        self._check()

    def _check(self) -> None:
        if self._ended.is_set():
            raise _EndedError
