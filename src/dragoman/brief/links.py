"""The links that a mail carries: each does one thing for one person, and begins with the base of the settings."""

from collections.abc import Sequence

from dragoman.brief.settings import Settings
from dragoman.brief.tokens import make_token
from dragoman.store.mailings import number_of

DAY = 24 * 3600
# Seconds that the link to one's own page is good. It shows an address and can erase it, and mails are passed on; who
# needs a new one signs up again and gets it by mail. The link to leave never ends.
YOURS_FOR = 90 * DAY
# The number of no list in a link to leave: it means all of them.
ALL = 0


def confirm_link(settings: Settings, keys: Sequence[bytes], sign_up: int, expires: int) -> str:
    """The link that confirms a sign-up, until it expires."""
    return _link(settings, "confirm", make_token(keys, "confirm", sign_up, expires))


def leave_link(settings: Settings, keys: Sequence[bytes], subscriber: int, slug: str = "") -> str:
    """The link that ends a subscription to a list, or to all; mail programs post to it with one click."""
    return _link(settings, "leave", make_token(keys, "leave", subscriber, number_of(slug) if slug else ALL))


def yours_link(settings: Settings, keys: Sequence[bytes], subscriber: int, now: int) -> str:
    """The link to the page on which a person changes lists, and exports or erases what is kept."""
    return _link(settings, "yours", make_token(keys, "yours", subscriber, now + YOURS_FOR))


def _link(settings: Settings, page: str, token: str) -> str:
    return f"{settings.base}/briefings/{page}/{token}"
