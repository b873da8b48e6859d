"""The public edge: days and reports as people have them, made into what the package works with or told plainly."""

import datetime

import msgspec

from dragoman import ledger
from dragoman.errors import InputError
from dragoman.read.published import published_date
from dragoman.records import Account, Article, Standing

WANTED = "expected a date or YYYY-MM-DD"


def day_of(given: object, *, what: str = "published", where: str | None = None) -> datetime.date | None:
    """A day from a date, a date-time (its own calendar day) or the text of either; raises `InputError` for others.

    >>> day_of("2024-05-25"), day_of("2024-05-25T23:30:00+09:00"), day_of(None)
    (datetime.date(2024, 5, 25), datetime.date(2024, 5, 25), None)
    """
    if isinstance(given, datetime.datetime):
        return given.date()
    if given is None or isinstance(given, datetime.date):
        return given
    if not isinstance(given, str):
        raise InputError(f"{what} is {given!r}: {WANTED}", kind="date", where=where)
    try:
        return published_date(given)
    except InputError as error:
        raise InputError(f"{what} is {given[:60]!r}: {WANTED}", kind=error.kind, where=where) from error


def article_from(given: object) -> Article:
    """An article whose fields are what they have to be: a day given as text is made a day.

    Records are not checked when they are made. Raises `InputError` for what is no `Article` and for wrong fields.
    """
    if not isinstance(given, Article):
        message = f"a {type(given).__name__} is no report: expected dragoman.Article(id=..., text=..., published=...)"
        raise InputError(message, kind="article")
    where = str(given.id)
    article = msgspec.structs.replace(given, published=day_of(given.published, where=where))
    try:
        return msgspec.convert(msgspec.to_builtins(article), Article)
    except (msgspec.ValidationError, TypeError) as error:
        raise InputError(f"no article: {error}", kind="article", where=where) from error


def standing_on(account: Account, day: datetime.date | str | None = None) -> Standing:
    """How a commitment stands at the end of a day (a date, or YYYY-MM-DD); with None, on the day of its last entry.

    Raises `InputError` where the day is none.
    """
    return ledger.standing_on(account, day_of(day, what="day"))
