"""How things stand with the lists: who gets each, its last issue, and what waits in the outbox or needs a person."""

from dragoman.brief.issuing import is_due
from dragoman.brief.proofs import moment
from dragoman.brief.sending import LEASE
from dragoman.brief.settings import Settings
from dragoman.records import Record
from dragoman.store import Store, issues, leases, mailings, outbox, subscribers
from dragoman.store.issues import Issue
from dragoman.store.mailings import MailingList, Question, Schedule, Visibility


class LastIssue(Record, frozen=True, kw_only=True):
    """The issue of a list that was made last, and how many of its mails are in which state."""

    number: int
    made: str
    subject: str
    mails: dict[str, int]


class ListReport(Record, frozen=True, kw_only=True):
    """A list: `people` are those on it by state, `is_due` tells whether its next issue is due by the schedule."""

    slug: str
    title: str
    description: str
    schedule: Schedule
    visibility: Visibility
    question: Question
    people: dict[str, int]
    last: LastIssue | None
    is_due: bool

    @property
    def readers(self) -> int:
        """Those who get it."""
        return self.people.get("confirmed", 0)

    @property
    def waiting(self) -> int:
        """Those who were asked and have not confirmed."""
        return self.people.get("pending", 0)


class Report(Record, frozen=True, kw_only=True):
    """All lists, and the outbox by state; `next` is when the next mail is due, `holder` who sends now, if anybody."""

    lists: tuple[ListReport, ...]
    mails: dict[str, int]
    next: str | None
    holder: str | None
    sender: str
    base: str


def report(store: Store, settings: Settings, now: int) -> Report:
    """How things stand now."""
    with store.reading() as connection:
        found = mailings.lists(connection)
        lease = leases.lease_of(connection, LEASE)
        mails, due = outbox.counts(connection), outbox.next_due(connection)
    return Report(
        lists=tuple(list_report(store, one, now) for one in found),
        mails=mails,
        next=moment(due),
        holder=lease.holder if lease and lease.expires > now else None,
        sender=str(settings.sender.__struct_config__.tag),
        base=settings.base,
    )


def list_report(store: Store, mailing: MailingList, now: int) -> ListReport:
    """How one list stands."""
    with store.reading() as connection:
        last = issues.last_issue(connection, mailing.slug)
        people = subscribers.counts(connection, mailing.slug)
        mails = outbox.counts(connection, last.key) if last else {}
    return ListReport(
        slug=mailing.slug,
        title=mailing.title,
        description=mailing.description,
        schedule=mailing.schedule,
        visibility=mailing.visibility,
        question=mailing.question,
        people=people,
        last=_last(last, mails) if last else None,
        is_due=is_due(mailing, last, now),
    )


def _last(issue: Issue, mails: dict[str, int]) -> LastIssue:
    return LastIssue(number=issue.number, made=moment(issue.made) or "", subject=issue.subject, mails=mails)
