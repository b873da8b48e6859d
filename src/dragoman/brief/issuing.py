"""From a list to an issue that is on its way: when one is due, what is in it, and that it goes to each reader once.

A briefing is kept as an issue and queued for all readers in one transaction: of two who do so at once one does, and
what one issue told no other tells. Where Mailchimp sends, the issue goes there as a campaign instead.
"""

import datetime
from collections.abc import Callable
from typing import NamedTuple

from dragoman.brief.briefings import Briefing
from dragoman.brief.campaigns import LEAVE as THEIR_LEAVE
from dragoman.brief.campaigns import YOURS as THEIR_YOURS
from dragoman.brief.campaigns import Sent as Campaigned
from dragoman.brief.campaigns import campaign_of, send_issue
from dragoman.brief.composing import next_briefing
from dragoman.brief.senders.mailchimp import Platform, platform_of
from dragoman.brief.senders.mailchimp_client import PlatformError
from dragoman.brief.settings import Mailchimp, Settings
from dragoman.brief.writing import rendered_issue
from dragoman.errors import DragomanError, InputError, SenderError
from dragoman.records import Record
from dragoman.resolve.tellings import later
from dragoman.rules import Rules
from dragoman.store import Store, issues, ledgers, mailings, outbox, platforms, subscribers
from dragoman.store.issues import Issue
from dragoman.store.mailings import MailingList
from dragoman.views.names import Names

# Days that an issue of a list is about, and so days between two of them; a list that goes out on change is asked more
# often, but no more than once an hour: several reports of one happening come within minutes.
DAYS = {"daily": 1, "weekly": 7}
HOUR = 3600
# What stands where the platform's name for a campaign would, for an issue that nobody was to get.
NOBODY = "nobody"


class Desk(NamedTuple):
    """Whatever making issues needs."""

    store: Store
    settings: Settings
    rules: Rules
    names: Names


class Made(Record, frozen=True, kw_only=True):
    """What came of a list's turn: an issue for so many readers, or why there is none.

    `kind` is a short word for the latter: "nothing" new, "closed", "meanwhile" another one did it, or of an error.
    """

    list: str
    day: datetime.date
    number: int | None = None
    subject: str = ""
    readers: int = 0
    kind: str = ""
    why: str = ""


def last_day(mailing: MailingList, today: datetime.date) -> datetime.date:
    """The last day that an issue made today is about: one that is over, but for a list that goes out on change."""
    return today if mailing.schedule == "change" else later(today, -1)


def is_due(mailing: MailingList, last: Issue | None, now: int) -> bool:
    """Whether the next issue of a list is due by its schedule; `last` is the one before."""
    if mailing.visibility == "archived":
        return False
    if last is None:
        return True
    if mailing.schedule == "change":
        return now - last.made >= HOUR or now < last.made
    return later(last.last, DAYS[mailing.schedule]) <= last_day(mailing, day_of(now))


def day_of(now: int) -> datetime.date:
    """The day of a time, UTC."""
    return datetime.datetime.fromtimestamp(now, datetime.UTC).date()


def due_lists(store: Store, now: int) -> list[MailingList]:
    """The lists whose next issue is due."""
    with store.reading() as connection:
        found = [(one, issues.last_issue(connection, one.slug)) for one in mailings.lists(connection)]
    return [one for one, last in found if is_due(one, last, now)]


def preview(desk: Desk, mailing: MailingList, day: datetime.date) -> Briefing | None:
    """What the next issue of a list would hold; None where nothing is new. Only the ledger is brought up to date."""
    if desk.store.writable:
        ledgers.made_current(desk.store, desk.rules)
    return next_briefing(desk.store, desk.rules, desk.names, mailing, day)


def send_due(desk: Desk, clock: Callable[[], int]) -> list[Made]:
    """Make the issues that are due and have them queued or sent; one list's trouble does not keep back another's.

    Where Mailchimp sends, an issue that it has not taken is given to it again, whether the next one is due or not.
    Whoever calls it then sends what is queued (`outgoing.send_waiting`).
    """
    due = due_lists(desk.store, clock())
    made = [_made_or_why(desk, one, clock) for one in due]
    if isinstance(desk.settings.sender, Mailchimp):
        with desk.store.reading() as connection:
            others = [one for one in mailings.lists(connection) if one not in due and one.visibility != "archived"]
        made += filter(None, [_given_or_why(desk, one, clock) for one in others])
    return made


def _made_or_why(desk: Desk, mailing: MailingList, clock: Callable[[], int]) -> Made:
    day = last_day(mailing, day_of(clock()))
    try:
        return send_list(desk, mailing, day, clock)
    except DragomanError as error:
        return Made(list=mailing.slug, day=day, kind=error.kind, why=str(error))


def _given_or_why(desk: Desk, mailing: MailingList, clock: Callable[[], int]) -> Made | None:
    """The issue before, where Mailchimp had not taken it; None where there is nothing to do."""
    day = last_day(mailing, day_of(clock()))
    try:
        platform = platform_of(desk.store, desk.settings)
        with platform.client:
            return _given(desk, platform, mailing, day, clock)
    except DragomanError as error:
        return Made(list=mailing.slug, day=day, kind=error.kind, why=str(error))


def send_list(desk: Desk, mailing: MailingList, day: datetime.date, clock: Callable[[], int]) -> Made:
    """Make the next issue of a list and have it queued, or sent where Mailchimp sends; nothing new means none.

    Raises `InputError` for a day that has not begun, and `SenderError` where Mailchimp does not take it: the issue is
    kept, and goes out the next time this is asked.
    """
    if mailing.visibility == "archived":
        return Made(list=mailing.slug, day=day, kind="closed", why="the list is archived: nothing is sent to it")
    if isinstance(desk.settings.sender, Mailchimp):
        platform = platform_of(desk.store, desk.settings)
        with platform.client:
            return _send_there(desk, platform, mailing, day, clock)
    return _made(desk, mailing, day, clock, queue=True)


def _made(desk: Desk, mailing: MailingList, day: datetime.date, clock: Callable[[], int], *, queue: bool) -> Made:
    """Compose the next issue, and keep it unless another one was made meanwhile."""
    with desk.store.reading() as connection:
        before = issues.last_issue(connection, mailing.slug)
    briefing = preview(desk, mailing, day)
    if briefing is None:
        return Made(list=mailing.slug, day=day, kind="nothing", why="nothing is new")
    now = clock()
    if day > day_of(now):
        # Its list would be silent until that day has passed.
        raise InputError(f"{day} has not begun yet: an issue tells of days up to today", kind="day")
    with desk.store.writing() as connection:
        last = issues.last_issue(connection, mailing.slug)
        if (last and last.key) != (before and before.key):
            return Made(list=mailing.slug, day=day, kind="meanwhile", why="another issue was made a moment ago")
        issue = issues.add_issue(connection, mailing.slug, briefing, now)
        readers = outbox.queue_issue(connection, issue.key, mailing.slug, now) if queue else 0
    return _told(issue, day, readers)


def _told(issue: Issue, day: datetime.date, readers: int) -> Made:
    return Made(list=issue.list, day=day, number=issue.number, subject=issue.subject, readers=readers)


def _send_there(
    desk: Desk, platform: Platform, mailing: MailingList, day: datetime.date, clock: Callable[[], int]
) -> Made:
    """An issue as a campaign: first the one before, where that did not get there, as after a crash."""
    if before := _given(desk, platform, mailing, day, clock):
        return before
    made = _made(desk, mailing, day, clock, queue=False)
    if made.number is None:
        return made
    with desk.store.reading() as connection:
        issue = issues.issue_of(connection, mailing.slug, made.number)
    assert issue is not None
    return _told_there(desk, platform, issue, day, _give(desk, platform, mailing, issue, clock))


def _given(
    desk: Desk, platform: Platform, mailing: MailingList, day: datetime.date, clock: Callable[[], int]
) -> Made | None:
    """The last issue, given to Mailchimp where that has not sent it; None where it has, or is not to."""
    with desk.store.reading() as connection:
        last = issues.last_issue(connection, mailing.slug)
        # One that went out as mails did so before Mailchimp was chosen.
        if last is None or outbox.counts(connection, last.key):
            return None
        campaign = campaign_of(connection, platform.name, last.key)
    if campaign == NOBODY:
        return None
    try:
        sent = _give(desk, platform, mailing, last, clock)
    except PlatformError as error:
        # Somebody deleted the campaign there, sent or not: it is not sent again, and the next one goes its way.
        if campaign is None or error.kind != "missing" or error.where != f"GET /campaigns/{campaign}":
            raise
        return None
    return _told_there(desk, platform, last, day, sent) if sent is None or sent.swept is not None else None


def _give(
    desk: Desk, platform: Platform, mailing: MailingList, last: Issue, clock: Callable[[], int]
) -> Campaigned | None:
    with desk.store.reading() as connection:
        issue = issues.issue_by_key(connection, last.key)
    assert issue is not None
    rendered = rendered_issue(issue, mailing, desk.settings, THEIR_LEAVE, THEIR_YOURS)
    return send_issue(platform, issue, rendered.html, rendered.text, clock)


def _told_there(desk: Desk, platform: Platform, issue: Issue, day: datetime.date, sent: Campaigned | None) -> Made:
    if sent is None:
        with desk.store.writing() as connection:
            platforms.keep(connection, platform.name, "issue", str(issue.key), NOBODY)
        return _told(issue, day, 0)
    if not sent.is_out:
        raise SenderError(f"Mailchimp holds the campaign {sent.campaign} back: look at it there", kind="held")
    with desk.store.reading() as connection:
        return _told(issue, day, subscribers.counts(connection, issue.list).get("confirmed", 0))
