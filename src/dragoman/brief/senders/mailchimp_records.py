"""What is told to Mailchimp and what it answers: of its many fields those that sending briefings takes."""

import datetime
import hashlib
from typing import Any, Literal

from dragoman.records import Record

MemberStatus = Literal["subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived"]
NewStatus = Literal["subscribed", "pending"]
CampaignStatus = Literal["save", "paused", "schedule", "sending", "sent", "canceled", "canceling", "archived"]


class Answer(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What the platform answers; fields that are not named are left alone, as it adds some every few months."""


class Health(Answer, frozen=True, kw_only=True):
    """That the key is right."""

    health_status: str


class Category(Answer, frozen=True, kw_only=True):
    """A group of interests."""

    id: str
    title: str
    type: str = ""


class Categories(Answer, frozen=True, kw_only=True):
    """All groups of interests of an audience."""

    categories: tuple[Category, ...]


class Interest(Answer, frozen=True, kw_only=True):
    """What members can be interested in: one of our mailing lists."""

    id: str
    name: str


class Interests(Answer, frozen=True, kw_only=True):
    """All interests of a group."""

    interests: tuple[Interest, ...]


class Member(Answer, frozen=True, kw_only=True):
    """Somebody in an audience; `interests` says by the id of each interest whether it is theirs."""

    id: str
    email_address: str
    status: MemberStatus
    interests: dict[str, bool] = {}
    last_changed: str = ""

    def wanted(self) -> frozenset[str]:
        """The ids of the interests that mail goes to this member for."""
        return frozenset(one for one, wanted in self.interests.items() if wanted and self.status == "subscribed")

    def changed(self) -> datetime.datetime | None:
        """When anything of this member changed last, by the platform's clock; None where it does not say."""
        try:
            found = datetime.datetime.fromisoformat(self.last_changed)
        except ValueError:
            return None
        return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


class Members(Answer, frozen=True, kw_only=True):
    """A page of members."""

    members: tuple[Member, ...]
    total_items: int


class Campaign(Answer, frozen=True, kw_only=True):
    """A mailing at the platform, and how far it is."""

    id: str
    status: CampaignStatus
    emails_sent: int = 0


class ChecklistItem(Answer, frozen=True, kw_only=True):
    """One thing that the platform looked at before sending."""

    type: str
    heading: str = ""
    details: str = ""


class Checklist(Answer, frozen=True, kw_only=True):
    """Whether a campaign can be sent, and what is missing."""

    is_ready: bool
    items: tuple[ChecklistItem, ...] = ()

    def missing(self) -> str:
        """What stands in the way, in the platform's words."""
        return "; ".join(f"{item.heading}: {item.details}" for item in self.items if item.type == "error")


class Webhook(Answer, frozen=True, kw_only=True):
    """Where the platform tells of changes; its secret comes once, when it is made."""

    id: str
    url: str
    signing_secret: str = ""


class Webhooks(Answer, frozen=True, kw_only=True):
    """All places where the platform tells of changes."""

    webhooks: tuple[Webhook, ...]


class FieldError(Answer, frozen=True, kw_only=True):
    """What was wrong with one field."""

    field: str = ""
    message: str = ""


class Problem(Answer, frozen=True, kw_only=True):
    """How the platform refuses: a title that names the kind, and an id that its support asks for."""

    title: str
    detail: str = ""
    instance: str = ""
    errors: tuple[FieldError, ...] = ()

    def told(self) -> str:
        """The platform's words, with the fields that were wrong."""
        fields = "; ".join(f"{one.field}: {one.message}" for one in self.errors)
        return " ".join(filter(None, (self.detail or self.title, fields and f"[{fields}]")))


class Person(Record, frozen=True, kw_only=True):
    """What is told of somebody: which interests are theirs and which are not, and when and where they agreed.

    Points in time are text of ISO 8601; what is empty is not told. `permissions` are the ids of the audience's
    marketing permissions that were given.
    """

    email_address: str
    interests: dict[str, bool]
    ip_signup: str = ""
    timestamp_signup: str = ""
    ip_opt: str = ""
    timestamp_opt: str = ""
    permissions: tuple[str, ...] = ()

    def fields(self) -> dict[str, Any]:
        """As the platform takes it."""
        told: dict[str, Any] = {"email_address": self.email_address, "interests": self.interests}
        for name in ("ip_signup", "timestamp_signup", "ip_opt", "timestamp_opt"):
            if getattr(self, name):
                told[name] = getattr(self, name)
        if self.permissions:
            told["marketing_permissions"] = [
                {"marketing_permission_id": one, "enabled": True} for one in self.permissions
            ]
        return told


class Mailing(Record, frozen=True, kw_only=True):
    """A campaign to be made: to whom, from whom, what about; neither openings nor clicks are tracked."""

    audience: str
    category: str
    interest: str
    subject: str
    title: str
    name: str
    reply_to: str

    def fields(self) -> dict[str, Any]:
        """As the platform takes it."""
        settings = {"subject_line": self.subject, "title": self.title, "from_name": self.name}
        return {
            "type": "regular",
            "recipients": {"list_id": self.audience, "segment_opts": self._who()},
            # The footer with the address and the way out is in the mail; theirs would stand below it once more.
            "settings": {**settings, "reply_to": self.reply_to, "auto_footer": False, "inline_css": False},
            "tracking": dict.fromkeys(("opens", "html_clicks", "text_clicks", "ecomm360"), False),
        }

    def _who(self) -> dict[str, Any]:
        """Those who have the interest: "match" is of the conditions, of which there is one."""
        condition = {"condition_type": "Interests", "field": f"interests-{self.category}", "op": "interestcontains"}
        return {"match": "all", "conditions": [{**condition, "value": [self.interest]}]}


def hash_of(address: str) -> str:
    """What the platform calls the member of an address.

    >>> hash_of("Ann@Example.org") == hash_of("ann@example.org")
    True
    """
    return hashlib.md5(address.lower().encode(), usedforsecurity=False).hexdigest()
