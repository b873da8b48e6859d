"""What every report passes, whatever its format: text, date, language, id, and where its story ends."""

import datetime
import hashlib
from collections.abc import Callable
from typing import Any

from dragoman.errors import InputError, LanguageError
from dragoman.read.encodings import check_characters
from dragoman.read.languages import is_english, language_name, language_of
from dragoman.read.published import check_year
from dragoman.read.readings import Draft, Reading, failure, refuse
from dragoman.read.stories import Phrases, story_end
from dragoman.records import Article, ArticleHead, Failure, Warning

# Characters of one report: the longest of a newspaper has some 60,000; more is an archive in one file.
TEXT_LIMIT = 5_000_000
DAY = datetime.timedelta(days=1)

Dateline = Callable[[str], datetime.date | None]


class Intake:
    """One run's checks, and digests of the ids and addresses that came before; texts are not kept.

    Only reports published from `since` to `until` are let in; with `repeats` those that came before are, too.
    """

    def __init__(
        self,
        phrases: Phrases,
        *,
        published: datetime.date | None = None,
        language: str | None = None,
        dateline: Dateline | None = None,
        today: datetime.date | None = None,
        since: datetime.date | None = None,
        until: datetime.date | None = None,
        repeats: bool = False,
    ) -> None:
        self._phrases = phrases
        self._published = published
        self._language = language
        self._dateline = dateline
        self._today = today
        self._since = since
        self._until = until
        self._repeats = repeats
        self._seen: dict[bytes, bytes] = {}

    def take(self, draft: Draft) -> Reading | Failure:
        """The draft as a reading, or why it is none."""
        head = _head(draft)
        try:
            check_text(draft.text)
            head = _changed(head, id=draft.id or _made_id(draft))
            head = self._dated(head, draft.text)
            self._check_day(head.published)
            end = story_end(draft.text, self._phrases)
            head = _changed(head, language=_language(draft, end))
            self._check_language(head)
            again = () if self._repeats else self._check_seen(head, draft.text)
        except InputError as error:
            return failure(error, draft.where, head)
        warnings = (*draft.warnings, *_no_id(draft, head), *self._doubts(head, draft.seen), *again)
        article = Article(text=draft.text, **_fields(head))
        return Reading(article=article, warnings=warnings, story_end=end, where=draft.where)

    def _dated(self, head: ArticleHead, text: str) -> ArticleHead:
        day, told = head.published, head.published_from
        if self._published and told != "caller":
            day, told = self._published, "caller"
        if day is None and self._dateline:
            day = self._dateline(text)
            told = "dateline" if day else None
        if day:
            check_year(day)
        return _changed(head, published=day, published_from=told)

    def _check_day(self, day: datetime.date | None) -> None:
        """Refuse, with kind "period", what was not published within the days asked for."""
        if self._since is None and self._until is None:
            return
        asked = f"expected {_span(self._since, self._until)}"
        if day is None:
            refuse("period", f"the day of publication is unknown; {asked}")
        if (self._since and day < self._since) or (self._until and day > self._until):
            refuse("period", f"published is {day}; {asked}")

    def _check_language(self, head: ArticleHead) -> None:
        if head.language is None or is_english(head.language):
            return
        hint = "" if self._language == "en" else "; --language en skips such reports"
        name = language_name(head.language)
        raise LanguageError(f"expected English, and the text is {name} ({head.language}){hint}", kind="language")

    def _check_seen(self, head: ArticleHead, text: str) -> tuple[Warning, ...]:
        """Refuse what came before; a known id or address with another text is its correction."""
        digest = _digest(text)
        keys = [key for key in (f"id {head.id}", f"url {head.url}" if head.url else "") if key]
        before = {key: self._seen.get(_digest(key)) for key in keys}
        if before[keys[0]] == digest:
            refuse("duplicate", f"the report {head.id!r} with this very text came before; it is coded once")
        self._seen.update((_digest(key), digest) for key in keys)
        corrected = next((key for key, earlier in before.items() if earlier not in (None, digest)), None)
        if corrected is None:
            return ()
        name, _, value = corrected.partition(" ")
        message = f"the {name} {value!r} came before with another text; this one is read as its correction"
        return (Warning(kind="correction", message=message),)

    def _doubts(self, head: ArticleHead, seen: datetime.date | None) -> tuple[Warning, ...]:
        if head.published is None:
            message = "the day of publication is unknown, so 'yesterday' and other relative dates cannot be resolved"
            return (Warning(kind="no-date", message=message),)
        # Where it was fetched the calendar may have been a day ahead.
        last = seen + DAY if seen and seen < datetime.date.max else self._today
        if last and head.published > last:
            told = f"after the page was fetched ({seen})" if seen else f"after today ({self._today})"
            message = f"published is {head.published}, which is {told}"
            return (Warning(kind="future-date", message=message),)
        return ()


def check_text(text: str) -> None:
    """Refuse what is no text of a report: nothing, too much, or no characters that can be read."""
    if len(text) > TEXT_LIMIT:
        refuse("too-large", f"the text has {len(text):,} characters; expected one report of at most {TEXT_LIMIT:,}")
    check_characters(text)
    if not any(character.isalnum() for character in text):
        state = "holds no letter or digit" if text.strip() else "is nothing but white space" if text else "is empty"
        refuse("empty", f"the text {state}; expected a report")


def _span(since: datetime.date | None, until: datetime.date | None) -> str:
    """The days asked for, in words."""
    return " ".join([f"from {since}"] * bool(since) + [f"until {until}"] * bool(until))


def _head(draft: Draft) -> ArticleHead:
    return ArticleHead(
        id=draft.id or "",
        title=draft.title,
        url=draft.url,
        publisher=draft.publisher,
        published=draft.published,
        published_from=draft.published_from,
        language=draft.language,
    )


def _made_id(draft: Draft) -> str:
    """An id from what is in the report, so that the same report has the same one in every run."""
    origin = draft.url or draft.publisher or ""
    return hashlib.sha256(f"{origin}\n{draft.text}".encode()).hexdigest()[:16]


def _language(draft: Draft, end: int) -> str:
    """The caller's word, else what the story looks like; a page's own word only where that cannot be told."""
    if draft.language:
        return draft.language
    return language_of(draft.text[:end], otherwise=draft.page_language or "en")


def _no_id(draft: Draft, head: ArticleHead) -> tuple[Warning, ...]:
    if draft.id or not draft.is_row:
        return ()
    return (Warning(kind="no-id", message=f"no id given; {head.id} was made from address, publisher and text"),)


def _digest(value: str) -> bytes:
    return hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=12).digest()


def _fields(head: ArticleHead) -> dict[str, Any]:
    return {name: getattr(head, name) for name in ArticleHead.__struct_fields__}


def _changed(head: ArticleHead, **fields: Any) -> ArticleHead:
    return ArticleHead(**{**_fields(head), **fields})
