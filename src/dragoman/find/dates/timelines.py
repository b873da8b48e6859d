"""What is known of time while a report is read: the expressions so far, the day of publication, the tense."""

import datetime
from dataclasses import dataclass, field

from dragoman.find.dates import calendars, tenses
from dragoman.find.dates.calendars import Stretch
from dragoman.find.dates.words import DateWords, Hit
from dragoman.records import DateType, Document, Sentence, Token


@dataclass(frozen=True)
class Reading:
    """The TIMEX3 type and value of an expression and its days; `stretch` where later words may count from it."""

    type: DateType
    value: str
    stretch: Stretch | None = None
    first: datetime.date | None = None
    last: datetime.date | None = None


@dataclass
class Story:
    """A document as far as its time expressions have been read, with what later ones need to know of them."""

    document: Document
    words: DateWords
    published: datetime.date | None
    clauses: tenses.Clauses
    latest: tuple[Hit, Reading] | None = None
    spoken: Stretch | None = None
    spoken_past: Stretch | None = None
    day: tuple[int, Stretch] | None = None
    year: tuple[int, int] | None = None
    years: dict[tuple[int, int], int] = field(default_factory=dict)
    surnames: dict[str, bool] = field(default_factory=dict)

    def add(self, hit: Hit, reading: Reading) -> None:
        """Take note of an expression that has been read."""
        self.latest = (hit, reading)
        stretch, offset = reading.stretch, hit.lexed.starts[hit.first]
        if stretch is None:
            return
        self.spoken = stretch
        if self.published is None or stretch.first <= self.published:
            self.spoken_past = stretch
        if stretch.size == "day":
            self.day = (offset, stretch)
        if hit.has("year") and stretch.is_within("year"):
            self.year = (offset, stretch.first.year)
            if stretch.size == "day":
                self.years[stretch.first.month, stretch.first.day] = stretch.first.year

    def sentence(self, offset: int) -> Sentence | None:
        """The sentence that holds a character."""
        return tenses.sentence_at(self.document, offset)

    def token(self, hit: Hit, place: int) -> Token | None:
        """The parser's token at a place of the hit's words; None outside the text."""
        if not 0 <= place < len(hit.lexed.starts):
            return None
        offset = hit.lexed.starts[place]
        sentence = self.sentence(offset)
        return tenses.token_at(sentence, offset) if sentence else None

    def tense(self, hit: Hit) -> tenses.Time | None:
        """The time that the clause around a hit tells of."""
        return self.clauses.time_at(hit.lexed.starts[hit.first])

    def is_ahead(self, hit: Hit) -> bool:
        """The clause around a hit tells of what is to come, or may."""
        return self.tense(hit) in {"future", "perhaps future"}

    def anchor(self, hit: Hit) -> Stretch | None:
        """The last date that the text spoke of, else publication; what is to come only for a clause about it."""
        spoken = self.spoken if self.is_ahead(hit) else self.spoken_past
        return spoken or (calendars.day(self.published) if self.published else None)

    def is_in_sentence(self, hit: Hit, offset: int) -> bool:
        """A character before a hit is in the hit's own sentence."""
        sentence = self.sentence(hit.lexed.starts[hit.first])
        return sentence is not None and offset >= sentence.start

    def day_in_sentence(self, hit: Hit) -> Stretch | None:
        """The last day named in the hit's own sentence."""
        return self.day[1] if self.day and self.is_in_sentence(hit, self.day[0]) else None

    def joined(self, hit: Hit) -> Stretch | None:
        """The date right before a hit, with one word or comma between: "tomorrow and Wednesday"."""
        if self.latest is None:
            return None
        before, reading = self.latest
        between = hit.lexed.codes[before.last : hit.first]
        near = len(between) in {1, 2} and all(self.words.is_in(code, "JOIN") for code in between)
        return reading.stretch if near else None


def dated(stretch: Stretch, kind: DateType = "DATE", suffix: str = "") -> Reading:
    """A reading that means the days of a stretch."""
    return Reading(kind, stretch.value + suffix, stretch, stretch.first, stretch.last)
