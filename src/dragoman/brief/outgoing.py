"""What goes out, by whichever sender the settings name: the mails that wait in the outbox."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from dragoman.brief import sending
from dragoman.brief.asking import ask_all
from dragoman.brief.senders import Sender
from dragoman.brief.senders.folder import FolderSender
from dragoman.brief.senders.mailchimp import platform_of
from dragoman.brief.senders.smtp import SmtpSender
from dragoman.brief.sending import PATIENCE, Sent
from dragoman.brief.settings import Mailchimp, Settings, Smtp, secret
from dragoman.brief.writing import Writer
from dragoman.errors import SettingsError
from dragoman.store import Store


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
    if isinstance(settings.sender, Mailchimp):
        platform = platform_of(store, settings)
        with platform.client:
            ask_all(platform, clock())
    sender = sender_of(settings)
    try:
        writer = Writer(store, settings, clock)
        return sending.run(
            store, settings, sender, writer, clock=clock, sleep=sleep, patience=patience, progress=progress
        )
    finally:
        sender.close()
