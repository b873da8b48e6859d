"""Which reports tell the same story: one name for all reports of a happening, whatever order they come in."""

import datetime
import hashlib
from collections.abc import Sequence

from dragoman.records import Record
from dragoman.resolve.joining import joined
from dragoman.resolve.vectors import alike, weighted
from dragoman.resolve.words import Word, words_of
from dragoman.rules.stories import StoryRules, load_story_rules

# Bytes of a story's name: two of a million stories have the same one with a chance of one in a million.
NAME_BYTES = 8


class Report(Record, frozen=True, kw_only=True):
    """What of a report is compared: its text, title, and day of publication, None where it is not known."""

    id: str
    text: str
    title: str | None = None
    published: datetime.date | None = None


Content = tuple[datetime.date, str, str]


def stories(reports: Sequence[Report], *, rules: StoryRules | None = None) -> list[str]:
    """The name of the story that each report tells, in the order of the reports.

    The same reports in another order get the same names, and a report given twice is one. A story's name is made of its
    first report: by day, then by text. Reports whose days lie further apart than the rules say do not tell one story
    unless others between them do.
    """
    rules = rules or load_story_rules()
    contents = [_content(report) for report in reports]
    different = sorted(set(contents))
    vectors = weighted([_words(content) for content in different], rules)
    days = [None if day == datetime.date.max else day.toordinal() for day, _, _ in different]
    names: dict[Content, str] = {}
    for members in joined(alike(vectors, days, rules), rules.cohesion):
        name = _name(different[min(members)])
        names.update((different[i], name) for i in members)
    return [names[content] for content in contents]


def _content(report: Report) -> Content:
    """What makes a report the same as another; those without a day come last."""
    return report.published or datetime.date.max, report.title or "", report.text


def _words(content: Content) -> list[Word]:
    """The words of title and text; they are read apart, since a title may write all its words with a capital."""
    _, title, text = content
    return words_of(title) + words_of(text)


def _name(content: Content) -> str:
    day, title, text = content
    parts = "\0".join((day.isoformat(), title, text)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(parts, digest_size=NAME_BYTES).hexdigest()
