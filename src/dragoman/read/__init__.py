"""From bytes to reports: files, folders, archives, addresses and standard input, as pages, text, lines or tables.

for reading in read(["reports/", "more.jsonl", "-"], published=datetime.date(2013, 6, 17)):
    ...   # a Reading (article, warnings, story_end, where) or a Failure: one bad input never ends the run
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from dragoman.read.inputs import Input, Opened, drafts
from dragoman.read.intake import Dateline, Intake
from dragoman.read.languages import is_english, language_name, language_of
from dragoman.read.readings import Reading
from dragoman.read.stories import load_phrases, story_end
from dragoman.records import Failure

__all__ = ["Opened", "Reading", "is_english", "language_name", "language_of", "load_phrases", "read", "story_end"]


def read(
    inputs: Iterable[Input],
    *,
    published: datetime.date | None = None,
    language: str | None = None,
    stdin: BinaryIO | None = None,
    dateline: Dateline | None = None,
    today: datetime.date | None = None,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    allow: Callable[..., bool] | None = None,
) -> Iterator[Reading | Failure]:
    """Reports in input order; each input is a file, a folder, a URL of http or https, or "-" for `stdin`.

    An input may also be `Opened`, a stream with its name, or a `Draft`. Files, streams and answers of addresses may be
    ZIP archives of reports; files may be packed with gzip or zstd, and be archives of the web or Parquet tables.

    `published` is for reports that carry no date of the caller's; `dateline` finds a date in the text where nothing
    else does. Reports that are not English are failures of kind "language", whatever `language` says: it only
    stands for the caller's choice to skip them. Reports published before `since` or after `until` are failures of kind
    "period", and so are those whose day is unknown. `today` is what a date of publication is held against. `allow` says
    which network addresses may be read, public ones unless given.
    """
    intake = Intake(
        load_phrases(),
        published=published,
        language=language,
        dateline=dateline,
        today=today,
        since=since,
        until=until,
    )
    for each in inputs:
        for draft in drafts(each, stdin=stdin, allow=allow):
            yield draft if isinstance(draft, Failure) else intake.take(draft)
