"""An issue as a campaign of Mailchimp, which is sent at most once.

What the platform calls the campaign is committed before it is told to send it. After that nobody makes another one for
the same issue: whoever comes later, as after a crash, asks how far that campaign is.
"""

import re
from collections.abc import Callable

import msgspec

from dragoman.brief.senders.mailchimp import Platform, interests
from dragoman.brief.senders.mailchimp_client import PlatformError
from dragoman.brief.senders.mailchimp_records import Campaign, CampaignStatus, Mailing
from dragoman.brief.sweeping import Swept, sweep
from dragoman.errors import InputError, SenderError
from dragoman.records import Record
from dragoman.store import Connection, platforms, subscribers
from dragoman.store.issues import Issue

# What the platform puts in for each person: the way out, and the page on which lists are chosen. Whoever renders an
# issue for the platform gives these as the links of its footer.
LEAVE, YOURS = "*|UNSUB|*", "*|UPDATE_PROFILE|*"
# Whatever else begins like that would be put in from the platform's data, or decide which part of a mail is shown.
OTHER_TAG = re.compile(r"\*\|(?!(?:UNSUB|UPDATE_PROFILE)\|\*)")
OUT: frozenset[CampaignStatus] = frozenset({"schedule", "sending", "sent"})


class Sent(Record, frozen=True, kw_only=True):
    """How far the campaign of an issue is; `swept` is what was done before, None where it had gone out already.

    A campaign that is neither out nor to be sent was stopped at the platform: it is not sent again by itself.
    """

    campaign: str
    status: CampaignStatus
    swept: Swept | None = None

    @property
    def is_out(self) -> bool:
        """Whether the platform sends it or has sent it."""
        return self.status in OUT


def send_issue(platform: Platform, issue: Issue, html: str, text: str, clock: Callable[[], int]) -> Sent | None:
    """Send an issue to all who get its list, once; None where nobody does.

    Both sides are compared before, so that nobody gets it who has left. Raises `SenderError` where nothing was sent, or
    where the platform did not say; to do it again is safe in any case.
    """
    # Lines of plain text are broken, so that words of an address may stand on two of them.
    words = " ".join(text.split())
    if LEAVE not in html or LEAVE not in text or " ".join(platform.settings.postal.split()) not in words:
        raise InputError(f"an issue for Mailchimp needs {LEAVE} and the postal address in its footer", kind="footer")
    campaign = _known(platform, issue)
    if campaign is not None and campaign.status != "save":
        return Sent(campaign=campaign.id, status=campaign.status)
    swept = sweep(platform, clock)
    if issue.list in swept.pushed.stuck:
        problem = next(iter(swept.pushed.problems), "")
        told = f"somebody left {issue.list!r}, and Mailchimp could not be told so: nothing is sent ({problem})"
        raise SenderError(told, kind="stuck")
    with platform.store.reading() as connection:
        if not subscribers.confirmed(connection, issue.list, most=1):
            return None
    campaign = campaign or _make(platform, issue)
    if campaign.status == "save":
        campaign = _send(platform, campaign, html, text)
    return Sent(campaign=campaign.id, status=campaign.status, swept=swept)


def campaign_of(connection: Connection, platform: str, issue: int) -> str | None:
    """What a platform, by its name in the store, calls the campaign of an issue; None where none was made."""
    return platforms.theirs(connection, platform, "issue", str(issue))


def _known(platform: Platform, issue: Issue) -> Campaign | None:
    with platform.store.reading() as connection:
        known = campaign_of(connection, platform.name, issue.key)
    return platform.client.campaign(known) if known else None


def _make(platform: Platform, issue: Issue) -> Campaign:
    """Make the campaign of an issue, which sends nothing yet; of two who do so at once the first one's is taken."""
    settings = platform.settings
    mailing = Mailing(
        audience=platform.own.audience,
        category=platform.own.category,
        interest=interests(platform)[issue.list],
        subject=_plain(issue.subject),
        title=f"{issue.list} {issue.number}",
        name=_plain(settings.name),
        reply_to=settings.reply_to or settings.address,
    )
    made = platform.client.add_campaign(mailing)
    with platform.store.writing() as connection:
        kept = platforms.keep(connection, platform.name, "issue", str(issue.key), made.id)
    if kept == made.id:
        return made
    platform.client.drop_campaign(made.id)
    return platform.client.campaign(kept)


def _send(platform: Platform, campaign: Campaign, html: str, text: str) -> Campaign:
    client = platform.client
    client.put_content(campaign.id, OTHER_TAG.sub("*&#124;", html), OTHER_TAG.sub("* |", text))
    checklist = client.checklist(campaign.id)
    if not checklist.is_ready:
        raise SenderError(
            f"Mailchimp does not send it yet: {checklist.missing() or 'it says no more'}", kind="checklist"
        )
    try:
        client.send(campaign.id)
    except PlatformError as error:
        # It refuses to send twice; and where it was silent it may be sending.
        if not error.unsure and error.kind != "invalid":
            raise
        found = client.campaign(campaign.id)
        if found.status == "save":
            raise
        return found
    return msgspec.structs.replace(campaign, status="sending")


def _plain(text: str) -> str:
    """A line in which the platform puts in nothing."""
    return text.replace("*|", "* |")
