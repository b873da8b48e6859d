"""What a watch tells while it goes on: one line for people, one object for programs."""

from typing import Literal

from dragoman.records import Record

Level = Literal["info", "warning", "error"]
About = Literal["watch", "feed", "report", "coder", "ledger", "briefing", "store"]


class Note(Record, frozen=True, kw_only=True):
    """Something that happened, in seconds since 1970; `feed` and `url` are addresses, `events` those of a report."""

    at: int
    level: Level
    about: About
    message: str
    feed: str = ""
    url: str = ""
    fate: str = ""
    events: int | None = None
