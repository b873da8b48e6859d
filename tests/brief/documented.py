"""What Mailchimp's documentation says of the calls that are used: fields and their types, parameters, paths."""

from typing import Any, Literal

import msgspec

Status = Literal["subscribed", "unsubscribed", "cleaned", "pending", "transactional"]


class Fields(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A body of a request: the documented fields and their types."""


class Permission(Fields):
    marketing_permission_id: str
    enabled: bool


class Location(Fields):
    latitude: float = 0.0
    longitude: float = 0.0


class MemberFields(Fields):
    email_address: str = ""
    email_type: Literal["html", "text", ""] = ""
    status: Status | None = None
    merge_fields: dict[str, Any] = {}
    interests: dict[str, bool] = {}
    language: str = ""
    vip: bool = False
    location: Location | None = None
    marketing_permissions: list[Permission] = []
    ip_signup: str = ""
    timestamp_signup: str = ""
    ip_opt: str = ""
    timestamp_opt: str = ""


class PutMember(MemberFields, kw_only=True):
    email_address: str
    status_if_new: Status


class Condition(Fields):
    condition_type: Literal["Interests"]
    field: str
    op: Literal["interestcontains", "interestcontainsall", "interestnotcontains"]
    value: list[str]


class Segment(Fields):
    match: Literal["any", "all"] = "all"
    conditions: list[Condition] = []
    saved_segment_id: int = 0


class Recipients(Fields):
    list_id: str
    segment_opts: Segment | None = None


class CampaignSettings(Fields):
    subject_line: str = ""
    preview_text: str = ""
    title: str = ""
    from_name: str = ""
    reply_to: str = ""
    use_conversation: bool = False
    to_name: str = ""
    folder_id: str = ""
    authenticate: bool = True
    auto_footer: bool = True
    inline_css: bool = False
    auto_tweet: bool = False
    auto_fb_post: list[str] = []
    fb_comments: bool = True
    template_id: int = 0


class Tracking(Fields):
    opens: bool = True
    html_clicks: bool = True
    text_clicks: bool = True
    goal_tracking: bool = False
    ecomm360: bool = False
    google_analytics: str = ""
    clicktale: str = ""


class PostCampaign(Fields):
    type: Literal["regular", "plaintext", "absplit", "rss", "variate"]
    recipients: Recipients | None = None
    settings: CampaignSettings = msgspec.field(default_factory=CampaignSettings)
    tracking: Tracking = msgspec.field(default_factory=Tracking)
    content_type: Literal["template", "multichannel"] = "template"


class Content(Fields):
    plain_text: str = ""
    html: str = ""
    url: str = ""


class PostInterest(Fields):
    name: str
    display_order: int = 0


class Events(Fields):
    subscribe: bool = False
    unsubscribe: bool = False
    profile: bool = False
    cleaned: bool = False
    upemail: bool = False
    campaign: bool = False


class Sources(Fields):
    user: bool = False
    admin: bool = False
    api: bool = False


class PostWebhook(Fields):
    url: str
    events: Events = msgspec.field(default_factory=Events)
    sources: Sources = msgspec.field(default_factory=Sources)


class Nothing(Fields):
    """A call without a body."""


# Method and path, what its body holds, the parameters that it takes, and the name of the function that answers.
LISTS = r"/lists/(\w+)"
MEMBER = LISTS + r"/members/([0-9a-f]{32})"
CAMPAIGN = r"/campaigns/(\w+)"
PAGE = {"fields", "exclude_fields", "count", "offset"}
CALLS = [
    ("GET", r"/ping", Nothing, set(), "ping"),
    ("GET", LISTS + r"/interest-categories", Nothing, PAGE | {"type"}, "categories"),
    ("GET", LISTS + r"/interest-categories/(\w+)/interests", Nothing, PAGE, "interests"),
    ("POST", LISTS + r"/interest-categories/(\w+)/interests", PostInterest, set(), "add_interest"),
    (
        "GET",
        LISTS + r"/members",
        Nothing,
        PAGE | {"since_last_changed", "before_last_changed", "status", "sort_field", "sort_dir"},
        "members",
    ),
    ("GET", MEMBER, Nothing, {"fields", "exclude_fields"}, "member"),
    ("PUT", MEMBER, PutMember, {"skip_merge_validation"}, "put_member"),
    ("PATCH", MEMBER, MemberFields, {"skip_merge_validation"}, "patch_member"),
    ("POST", MEMBER + r"/actions/delete-permanent", Nothing, set(), "erase"),
    ("GET", LISTS + r"/webhooks", Nothing, set(), "webhooks"),
    ("POST", LISTS + r"/webhooks", PostWebhook, set(), "add_webhook"),
    ("POST", r"/campaigns", PostCampaign, set(), "add_campaign"),
    ("GET", CAMPAIGN, Nothing, {"fields", "exclude_fields"}, "campaign"),
    ("DELETE", CAMPAIGN, Nothing, set(), "drop_campaign"),
    ("PUT", CAMPAIGN + r"/content", Content, set(), "content"),
    ("GET", CAMPAIGN + r"/send-checklist", Nothing, {"fields", "exclude_fields"}, "checklist"),
    ("POST", CAMPAIGN + r"/actions/send", Nothing, set(), "send"),
]
