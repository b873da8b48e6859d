"""Reports that come as named fields: what JSON Lines and tables have in common."""

import datetime
from collections.abc import Iterator, Mapping

from dragoman.errors import InputError
from dragoman.read.published import published_date
from dragoman.read.readings import Draft, failure, refuse
from dragoman.records import ArticleHead, Failure

# JSON's words for the types of Python, so that a message speaks the language of the input.
TYPE_NAMES = {
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}
PLAIN_FIELDS = ("title", "url", "publisher", "language")


def draft_of(fields: Mapping[str, object], where: str) -> Draft | Failure:
    """One report from its fields; unknown fields are ignored, and a wrong one is named in the failure."""
    known: dict[str, str | None] = {}
    day: datetime.date | None = None
    try:
        known["id"] = _id(fields.get("id"))
        for name, value in _plain(fields):
            known[name] = value
        day = _published(fields.get("published"))
        text = _text(fields)
    except InputError as error:
        return failure(error, where, _head(known, day))
    return Draft(
        where=where,
        text=text,
        published=day,
        published_from="caller" if day else None,
        id=known["id"],
        title=known["title"],
        url=known["url"],
        publisher=known["publisher"],
        language=known["language"],
        is_row=True,
    )


def _head(known: Mapping[str, str | None], day: datetime.date | None) -> ArticleHead:
    return ArticleHead(
        id=known.get("id") or "",
        title=known.get("title"),
        url=known.get("url"),
        publisher=known.get("publisher"),
        published=day,
        published_from="caller" if day else None,
        language=known.get("language"),
    )


def _id(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        refuse("field", f"id is {_named(value)}; expected a string or a number")
    if value is None:
        return None
    identifier = str(value).strip()
    if not _is_whole(identifier):
        refuse("encoding", "id holds half of a surrogate pair; expected whole characters")
    return identifier or None


def _plain(fields: Mapping[str, object]) -> Iterator[tuple[str, str | None]]:
    for name in PLAIN_FIELDS:
        value = fields.get(name)
        if value is not None and not isinstance(value, str):
            refuse("field", f"{name} is {_named(value)}; expected a string or null")
        if value and not _is_whole(value):
            refuse("encoding", f"{name} holds half of a surrogate pair; expected whole characters")
        yield name, (value.strip() or None) if value else None


def _published(value: object) -> datetime.date | None:
    if value is None:
        return None
    if not isinstance(value, str):
        refuse("field", f"published is {_named(value)}; expected a string with a date, or null")
    return published_date(value) if value.strip() else None


def _text(fields: Mapping[str, object]) -> str:
    if "text" not in fields or fields["text"] is None:
        names = ", ".join(repr(str(name)[:30]) for name in list(fields)[:8]) or "none"
        state = "null" if "text" in fields else f"missing (the fields are: {names})"
        refuse("field", f"text is {state}; expected a string with the report")
    text = fields["text"]
    if not isinstance(text, str):
        refuse("field", f"text is {_named(text)}; expected a string with the report")
    return text


def _named(value: object) -> str:
    return TYPE_NAMES.get(type(value), "null")


def _is_whole(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)
