"""What a briefing holds: what happened, what became of commitments, who said what; in words that need no other page.

All links are root-relative. Parties are codes, joined by ";" where there are several, and are named in the words.
"""

import datetime
from typing import Literal

import msgspec

from dragoman.records import Basis, CommitmentKind, QuoteKind, Record, Standing, Status

Side = Literal["cooperation", "conflict"]


class Count(Record, frozen=True, kw_only=True):
    """Distinct events, and the reports that tell them."""

    events: int = 0
    reports: int = 0


class Counts(Record, frozen=True, kw_only=True):
    """What is new: in all and by side what happened or goes on, and beside it what was planned, alleged or denied.

    `is_more` where counting ended there.
    """

    all: Count = Count()
    cooperation: Count = Count()
    conflict: Count = Count()
    others: Count = Count()
    is_more: bool = False


class Act(Record, frozen=True, kw_only=True):
    """An event: what it comes to in a line, the sentence that it was read from, and who reported it.

    `link` leads to all that is told of it, `at` to the sentence in its report. `according` is on whose word the report
    tells it, "" for its own. `is_late` where it lies before the days of the briefing and was told only now.
    """

    id: str
    first: datetime.date
    last: datetime.date
    type: str
    mode: str
    side: Side
    status: Status
    actor: str
    recipient: str
    headline: str
    remark: str
    sentence: str
    link: str
    at: str
    reports: int
    publishers: tuple[str, ...]
    according: str
    is_late: bool


class Group(Record, frozen=True, kw_only=True):
    """Events of a day or of a dyad, the newest first; `count` are all of them, `link` leads there."""

    title: str
    link: str
    count: Count
    acts: tuple[Act, ...]


class Turn(Record, frozen=True, kw_only=True):
    """A commitment that was made, came to stand otherwise, or falls due: `says` what happened, `content` is its words.

    `sentence` is where that was read, `at` leads there ("" where a person or a day decided), `link` to its history.
    `source` is who reported it, `before` how it stood before; None where it is new.
    """

    id: str
    kind: CommitmentKind
    by: tuple[str, ...]
    to: tuple[str, ...]
    content: str
    condition: str
    made: datetime.date
    due: tuple[datetime.date, datetime.date] | None
    day: datetime.date
    standing: Standing
    became: str
    before: Standing | None
    says: str
    basis: Basis | None
    source: str
    sentence: str
    link: str
    at: str
    reports: int


class Said(Record, frozen=True, kw_only=True):
    """A statement: who said it, with the office held on that day and the party, who carried it, and who reported it."""

    speaker: str
    office: str
    party: str
    via: str
    kind: QuoteKind
    cue: str
    words: str
    published: datetime.date | None
    publisher: str
    link: str


class Step(Record, frozen=True, kw_only=True):
    """Some days of the chart: what happened on them by side, and how many events of each were deeds."""

    first: datetime.date
    last: datetime.date
    cooperation: Count
    conflict: Count
    deeds: tuple[int, int]


class LedgerNews(Record, frozen=True, kw_only=True):
    """What became of commitments, which are new, and which fall due soon; at most some of each, `left_out` the rest."""

    outcomes: tuple[Turn, ...] = ()
    made: tuple[Turn, ...] = ()
    due: tuple[Turn, ...] = ()
    left_out: int = 0


class Briefing(Record, frozen=True, kw_only=True):
    """What a list tells of some days; `first` to `last` are these.

    `headline` is the most telling thing, `subject` the same for a line of a mailbox, `summary` paragraphs with all
    counts. `others` did not happen (yet): planned, alleged, denied. `more` leads to all events of these days. `through`
    is the number of the report that had come in last; `tells` are the ids of all that was looked through, which its
    list does not tell again.
    """

    list: str
    title: str
    first: datetime.date
    last: datetime.date
    subject: str
    headline: str
    lead: str
    summary: tuple[str, ...]
    counts: Counts
    more: str
    happened: tuple[Group, ...] = ()
    others: tuple[Act, ...] = ()
    ledger: LedgerNews = LedgerNews()
    said: tuple[Said, ...] = ()
    chart: tuple[Step, ...] = ()
    chart_words: str = ""
    through: int = 0
    tells: tuple[str, ...] = ()


def read_briefing(held: str) -> Briefing:
    """A briefing as an issue holds it."""
    return msgspec.json.decode(held, type=Briefing)
