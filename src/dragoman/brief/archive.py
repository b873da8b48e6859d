"""What everybody may read: the public lists, the issues of each, and one issue, without anything personal."""

import datetime

from dragoman.brief.briefings import Briefing, read_briefing
from dragoman.records import Record
from dragoman.store import Store, issues, mailings
from dragoman.store.issues import Issue
from dragoman.store.mailings import MailingList, Question, Schedule

# Issues of a list on a page.
MOST = 50


class Past(Record, frozen=True, kw_only=True):
    """An issue that went out: when it was made, the days that it is about, and its subject."""

    number: int
    made: datetime.date
    first: datetime.date
    last: datetime.date
    subject: str


class Offered(Record, frozen=True, kw_only=True):
    """A list that everybody can sign up for, and its latest issue; None where it has none yet."""

    slug: str
    title: str
    description: str
    schedule: Schedule
    question: Question
    latest: Past | None = None


class Offer(Record, frozen=True, kw_only=True):
    """The public lists, by title."""

    lists: tuple[Offered, ...]


class Archive(Record, frozen=True, kw_only=True):
    """A public list and its issues, the newest first; `next` is where the next page begins, "" at the end."""

    list: Offered
    issues: tuple[Past, ...]
    next: str = ""

    @property
    def feed_title(self) -> str:
        """What its feed is called."""
        return self.list.title


class Copy(Record, frozen=True, kw_only=True):
    """An issue of a public list as everybody may read it, and the numbers of those before and after it."""

    list: Offered
    issue: Past
    briefing: Briefing
    earlier: int | None
    later: int | None


def offer(store: Store) -> Offer:
    """The public lists."""
    with store.reading() as connection:
        found = [(one, issues.issues(connection, one.slug, most=1)) for one in mailings.lists(connection, "public")]
    return Offer(lists=tuple(_offered(one, past[0] if past else None) for one, past in found))


def archive(store: Store, slug: str, before: int | None = None) -> Archive | None:
    """The issues of a public list, those below a number; None where there is no such list."""
    with store.reading() as connection:
        mailing = mailings.list_of(connection, slug)
        if mailing is None or mailing.visibility != "public":
            return None
        found = issues.issues(connection, slug, before=before, most=MOST + 1)
        newest = issues.issues(connection, slug, most=1)
    shown = found[:MOST]
    return Archive(
        list=_offered(mailing, newest[0] if newest else None),
        issues=tuple(map(_past, shown)),
        next=str(shown[-1].number) if len(found) > MOST else "",
    )


def copy_of(store: Store, slug: str, number: int) -> Copy | None:
    """An issue of a public list; None where there is none."""
    with store.reading() as connection:
        mailing = mailings.list_of(connection, slug)
        if mailing is None or mailing.visibility != "public":
            return None
        issue = issues.issue_of(connection, slug, number)
        newest = issues.issues(connection, slug, most=1)
    if issue is None:
        return None
    return Copy(
        list=_offered(mailing, newest[0]),
        issue=_past(issue),
        briefing=read_briefing(issue.held),
        earlier=number - 1 if number > 1 else None,
        later=number + 1 if number < newest[0].number else None,
    )


def _offered(mailing: MailingList, latest: Issue | None) -> Offered:
    return Offered(
        slug=mailing.slug,
        title=mailing.title,
        description=mailing.description,
        schedule=mailing.schedule,
        question=mailing.question,
        latest=_past(latest) if latest else None,
    )


def _past(issue: Issue) -> Past:
    made = datetime.datetime.fromtimestamp(issue.made, datetime.UTC).date()
    return Past(number=issue.number, made=made, first=issue.first, last=issue.last, subject=issue.subject)
