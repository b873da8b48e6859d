"""Time expressions of a report with their TIMEX3 values and the days they can mean.

What counts as one, and the words, are in data/lexicon/dates.toml; `readings` and `durations` work out the values.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping

from dragoman.find.dates import clocktimes, durations, readings
from dragoman.find.dates.tenses import Clauses
from dragoman.find.dates.timelines import Reading, Story
from dragoman.find.dates.words import DateWords, Hit
from dragoman.records import Article, Date, Document

DATELINE_CHARACTERS = 160
"""A dateline is at the very start of a report: place, day, agency."""
READABLE_YEARS = range(1000, 9000)
"""A report "published" in another year is of no known day; a century to either side stays inside the calendar."""
NAME = re.compile(r"[^\W\d_]+")
DATELINE_END = re.compile(r"\s[-–—_]+\s|--|—|\n")

READERS: Mapping[str, Callable[[Hit, Story], Reading | None]] = {
    **{
        reader.__name__: reader
        for reader in (
            readings.one_day,
            readings.day_range,
            readings.day_after_day,
            readings.day_of_month,
            readings.weekday_of_week,
            readings.weekday_a_week_ago,
            readings.beside_day,
            readings.beside_anchor,
            readings.that_day,
            readings.which_unit,
            readings.that_unit,
            readings.week_of,
            readings.month,
            readings.year,
            readings.bare_year,
            readings.year_after_year,
            readings.decade,
            readings.century,
            readings.quarter,
            readings.half,
            readings.season,
            readings.holiday,
            readings.iso,
            readings.slashed,
            readings.vague,
            readings.named,
            clocktimes.clock,
            clocktimes.day_part,
            clocktimes.that_part,
            durations.duration,
            durations.bare_duration,
            durations.duration_beside_publication,
            durations.counted,
            durations.counted_from_anchor,
            durations.repeated,
        )
    }
}
"""The function for each `how` of the rules; "never" has none: its words are no date and hide those inside."""


def find_dates(document: Document, words: DateWords) -> tuple[Date, ...]:
    """The time expressions of a document, in order; of two that overlap the one that begins first, then the longer."""
    if not document.sentences:
        return ()
    text = document.article.text
    lexed = words.lex(text, document.sentences[0].start, document.sentences[-1].end)
    story = _story(document, words)
    dates, end = [], 0
    for hit in _in_order(words.hits(lexed)):
        if hit.first < end:
            continue
        reading = _read(hit, story)
        if reading or hit.rule.how == "never":
            end = hit.last
        if reading:
            story.add(hit, reading)
            dates.append(_date(text, hit, reading))
    return tuple(dates)


def _story(document: Document, words: DateWords) -> Story:
    published = document.article.published
    return Story(
        document=document,
        words=words,
        published=published if published and published.year in READABLE_YEARS else None,
        clauses=Clauses(document=document, tense=words.tense),
    )


def _in_order(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (hit.first, -hit.last, -hit.match.end()))


def _read(hit: Hit, story: Story) -> Reading | None:
    reader = READERS.get(hit.rule.how)
    return reader(hit, story) if reader else None


def _date(text: str, hit: Hit, reading: Reading) -> Date:
    start, end = hit.lexed.starts[hit.first], hit.lexed.ends[hit.last - 1]
    return Date(
        text=text[start:end],
        start=start,
        end=end,
        type=reading.type,
        value=reading.value,
        first=reading.first,
        last=reading.last,
    )


def date_of_dateline(text: str, words: DateWords, *, around: datetime.date | None = None) -> datetime.date | None:
    """The day in a dateline at the start of a report, or None: "SEOUL, June 17 (Sample Wire) -", "June 17, 2013 -".

    A day without a year is the one nearest to `around`; without that it is not guessed.
    """
    text = text.lstrip()[:DATELINE_CHARACTERS]
    end = DATELINE_END.search(text)
    if end is None:
        return None
    lexed = words.lex(text, 0, end.start())
    document = Document(article=Article(id="", text=text, published=around), sentences=())
    story = _story(document, words)
    for hit in _in_order(words.hits(lexed)):
        reading = _read(hit, story) if (hit.has("day") and hit.has("month")) or hit.rule.how == "iso" else None
        around_it = text[: lexed.starts[hit.first]], text[lexed.ends[hit.last - 1] : end.start()]
        if reading and reading.stretch and all(map(_holds_names, around_it)):
            return reading.first
    return None


def _holds_names(text: str) -> bool:
    """Only names stand beside the day of a dateline: "Dar es Salaam, Tanzania, " before, " (Sample Wire)" after."""
    names = NAME.findall(text)
    return all(name[0].isupper() or len(name) <= 3 for name in names) and (not names or names[-1][0].isupper())
