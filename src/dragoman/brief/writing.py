"""The mails of the outbox as they go out: for each row its words, its headers and the links that are its reader's own.

What has become pointless is not written: an issue of a list that was closed, a confirmation whose time is over.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from dragoman.brief.briefings import read_briefing
from dragoman.brief.links import confirm_link, leave_link, yours_link
from dragoman.brief.mails import Listed, build
from dragoman.brief.marks import mark_of, message_id
from dragoman.brief.rendering import (
    LEAVE,
    YOURS,
    Footer,
    Rendered,
    for_reader,
    render,
    render_confirm,
    render_known,
)
from dragoman.brief.senders import Envelope
from dragoman.brief.settings import Settings
from dragoman.store import Store, keys
from dragoman.store.issues import Issue, issue_by_key
from dragoman.store.mailings import MailingList, list_of
from dragoman.store.outbox import Mail
from dragoman.store.subscribers import SignedUp, sign_up_of, subscriptions_of

HOUR = 3600
# Letters of a mark that tell a mail's file from one of another store in the same folder.
SHORT = 8


class _Sheet(NamedTuple):
    """An issue as all its readers get it, before their own links are written in."""

    mailing: MailingList
    number: int
    rendered: Rendered


class Writer:
    """Writes the mails of a run; the issue that was rendered last is kept, as thousands get the same."""

    def __init__(self, store: Store, settings: Settings, clock: Callable[[], int]) -> None:
        self._store, self._settings, self._clock = store, settings, clock
        self._links = keys.link_keys(store, now=clock())
        with store.writing() as connection:
            self._key = keys.keys_of(connection, "addresses", now=clock())[0]
        self._sheets: dict[int, _Sheet | None] = {}

    def __call__(self, mail: Mail) -> Envelope | None:
        """What goes out for a row; None where nobody is to get it any more."""
        if mail.address is None:
            return None
        if mail.kind == "issue":
            return self._issue(mail)
        with self._store.reading() as connection:
            found = sign_up_of(connection, mail.sign_up) if mail.sign_up is not None else None
            lists = [list_of(connection, slug) for slug in found.lists] if found else []
            states = subscriptions_of(connection, mail.subscriber)
        on = "pending" if mail.kind == "confirm" else "confirmed"
        titles = tuple(
            one.title for one in lists if one and one.visibility != "archived" and states.get(one.slug) == on
        )
        if found is None or not titles:
            return None
        return self._envelope(mail, self._answer(mail, found, titles))

    def _answer(self, mail: Mail, sign_up: SignedUp, titles: Sequence[str]) -> Rendered:
        """The mail that answers a sign-up."""
        settings, now = self._settings, self._clock()
        who = {"sender": settings.name, "postal": settings.postal, "base": settings.base}
        if mail.kind == "known":
            return render_known(tuple(titles), address=yours_link(settings, self._links, mail.subscriber, now), **who)
        hours = max(1, round((sign_up.expires - now) / HOUR))
        address = confirm_link(settings, self._links, sign_up.key, sign_up.expires)
        return render_confirm(tuple(titles), address=address, hours=hours, **who)

    def _issue(self, mail: Mail) -> Envelope | None:
        assert mail.issue is not None
        if mail.issue not in self._sheets:
            self._sheets = {mail.issue: self._sheet(mail.issue)}
        sheet = self._sheets[mail.issue]
        if sheet is None:
            return None
        settings, slug = self._settings, sheet.mailing.slug
        leave = leave_link(settings, self._links, mail.subscriber, slug)
        yours = yours_link(settings, self._links, mail.subscriber, self._clock())
        rendered = for_reader(sheet.rendered, leave=leave, yours=yours)
        archive = archive_of(settings, sheet.mailing)
        listed = Listed(
            slug=slug, title=sheet.mailing.title, leave=leave, help=yours, archive=archive,
            subscribe=f"{settings.base}/briefings" if archive else "",
        )  # fmt: skip
        return self._envelope(mail, rendered, listed)

    def _sheet(self, key: int) -> _Sheet | None:
        with self._store.reading() as connection:
            issue = issue_by_key(connection, key)
            mailing = list_of(connection, issue.list) if issue else None
        if issue is None or mailing is None or mailing.visibility == "archived":
            return None
        return _Sheet(mailing, issue.number, rendered_issue(issue, mailing, self._settings, LEAVE, YOURS))

    def _envelope(self, mail: Mail, rendered: Rendered, listed: Listed | None = None) -> Envelope:
        assert mail.address is not None
        settings = self._settings
        message = build(
            rendered,
            settings=settings,
            to=mail.address,
            message_id=message_id(self._key, mail, settings.address),
            now=self._clock(),
            listed=listed,
        )
        name = f"{mail.kind}-{mail.key}-{mark_of(self._key, mail)[-SHORT:]}"
        return Envelope(sender=settings.address, recipient=mail.address, message=message, key=name)


def rendered_issue(issue: Issue, mailing: MailingList, settings: Settings, leave: str, yours: str) -> Rendered:
    """An issue as a mail with these links in its footer; with "" for both it is a copy for everybody."""
    archive = archive_of(settings, mailing)
    footer = Footer(
        name=settings.name, postal=settings.postal, leave=leave, yours=yours,
        archive=f"{archive}/{issue.number}" if archive else "",
    )  # fmt: skip
    return render(read_briefing(issue.held), base=settings.base, footer=footer)


def archive_of(settings: Settings, mailing: MailingList) -> str:
    """The page with all issues of a list; "" of one that not everybody may read."""
    return f"{settings.base}/briefings/lists/{mailing.slug}" if mailing.visibility == "public" else ""
