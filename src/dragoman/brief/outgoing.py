"""What goes out, by whichever sender the settings name: the mails that wait in the outbox."""

from collections.abc import Callable, Collection
from pathlib import Path

import msgspec

from dragoman.brief import sending
from dragoman.brief.asking import ask_all
from dragoman.brief.senders import Envelope, Sender
from dragoman.brief.senders.folder import FolderSender
from dragoman.brief.senders.mailchimp import platform_of
from dragoman.brief.senders.smtp import SmtpSender
from dragoman.brief.sending import PATIENCE, Sent, Write
from dragoman.brief.settings import Mailchimp, Settings, Smtp, secret
from dragoman.brief.writing import Writer
from dragoman.errors import SenderError, SettingsError
from dragoman.store import Store
from dragoman.store.outbox import Mail

# Why a run ended whose place another one takes at once, and how often that is done in a row.
AGAIN, ROUNDS = "again", 20


def sender_of(settings: Settings) -> Sender:
    """What takes single mails; Mailchimp takes none, so that confirmations go out by a sender of their own."""
    own = settings.sender
    if isinstance(own, Mailchimp):
        own = settings.confirmations
        settings = _checked(settings)
    if isinstance(own, Smtp):
        return SmtpSender(own, secret(settings, "password"))
    return FolderSender(Path(own.folder))


def _checked(settings: Settings) -> Settings:
    """The settings by which confirmations go out where Mailchimp sends the issues."""
    assert isinstance(settings.sender, Mailchimp)
    is_trial = bool(settings.sender.base)
    if settings.sender.confirm == "ours" and not isinstance(settings.confirmations, Smtp) and not is_trial:
        message = (
            "confirmations: expected kind = 'smtp', as Mailchimp sends no single mails, or sender.confirm = 'platform'"
            "; got a folder, where nobody would get them"
        )
        raise SettingsError(message, key="confirmations")
    return msgspec.structs.replace(settings, sender=settings.confirmations)


def send_waiting(
    store: Store,
    settings: Settings,
    *,
    clock: Callable[[], int],
    sleep: Callable[[float], object],
    patience: int = PATIENCE,
    progress: Callable[[str], object] = lambda _: None,
) -> Sent:
    """Send what waits in the outbox, once Mailchimp has been told whom it is to ask by itself.

    Raises `SenderError` of kind "busy" where another process is sending, or where nothing can be sent.
    """
    sender = sender_of(settings)
    try:
        writer = Writer(store, settings, clock)

        def run(write: Write) -> Sent:
            return sending.run(
                store, settings, sender, write, clock=clock, sleep=sleep, patience=patience, progress=progress
            )

        return _with_platform(store, settings, clock, writer, run) if _is_platform(settings) else run(writer)
    finally:
        sender.close()


def _is_platform(settings: Settings) -> bool:
    return isinstance(settings.sender, Mailchimp)


def _with_platform(
    store: Store, settings: Settings, clock: Callable[[], int], writer: Writer, run: Callable[[Write], Sent]
) -> Sent:
    """Send the confirmations that are ours, and no other: of each the platform is asked first."""
    platform = platform_of(store, settings)
    with platform.client:
        sent = run(_only(writer, ask_all(platform, clock()).ours))
        for _ in range(ROUNDS):
            if sent.kind != AGAIN:
                break
            sent = _added(sent, run(_only(writer, ask_all(platform, clock()).ours)))
    return sent


def _only(writer: Writer, ours: Collection[int]) -> Write:
    """The same writer, which ends a run where a confirmation came in of which nobody knows yet who asks."""

    def write(mail: Mail) -> Envelope | None:
        if mail.kind == "confirm" and mail.key not in ours:
            raise SenderError("somebody signed up meanwhile", kind=AGAIN)
        return writer(mail)

    return write


def _added(one: Sent, other: Sent) -> Sent:
    """What both runs did, and how things stand after the second."""
    names = ("sent", "later", "failed", "dropped", "unknown", "orphans")
    return msgspec.structs.replace(other, **{name: getattr(one, name) + getattr(other, name) for name in names})
