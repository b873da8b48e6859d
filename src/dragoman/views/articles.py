"""Reports: the newest ones, and one with its text, its events, statements and commitments, and its versions."""

import datetime
from collections.abc import Iterator

from dragoman.export.lines import derived
from dragoman.records import Account, ArticleHead, Coding, CommitmentKind, Record, Standing
from dragoman.resolve.tellings import later
from dragoman.rules.ontology import Ontology
from dragoman.store import reading, reports
from dragoman.store.counts import published_span
from dragoman.store.opening import Store
from dragoman.store.standings import accounts_citing
from dragoman.store.volume import reports_by_publisher
from dragoman.views.ledgers import stands

# Reports on a page, and publishers to choose from.
MOST, PUBLISHERS = 50, 200
YEAR = 364


class Listed(Record, frozen=True, kw_only=True):
    """A report in a list, with its number and how many events it tells."""

    key: int
    article: ArticleHead
    events: int


class Articles(Record, frozen=True, kw_only=True):
    """The newest reports, of a publisher and of some days where these are asked for; `next` is where a page begins.

    `publishers` are those who published most within the last year, to choose from, with the number of their reports.
    """

    publisher: str
    first: datetime.date | None
    last: datetime.date | None
    found: tuple[Listed, ...]
    publishers: dict[str, int]
    next: str


class Known(Record, frozen=True, kw_only=True):
    """An event of a report, by its number in it: the distinct event that it is part of, and how many reports tell that.

    `id` is None where the report was corrected: then its events are no evidence any more. Quad class, score and CAMEO
    code are those that follow from it.
    """

    number: int
    id: str | None
    reports: int
    quad: int
    score: float
    cameo: str


class Version(Record, frozen=True, kw_only=True):
    """A version of the report: its number, its day of publication, and the number of the one that took its place."""

    key: int
    published: datetime.date | None
    title: str
    corrected_by: int | None


class Bound(Record, frozen=True, kw_only=True):
    """A commitment of whose history the report tells some line, as it stands by all reports."""

    id: str
    by: tuple[str, ...]
    to: tuple[str, ...]
    kind: CommitmentKind
    content: str
    standing: Standing


class Article(Record, frozen=True, kw_only=True):
    """A report with everything that was read in it; `text` is None where only the coding is known.

    `chosen` are the first and the last character of the words that led here; None where none did.
    """

    key: int
    coding: Coding
    text: str | None
    corrected_by: int | None
    chosen: tuple[int, int] | None
    events: tuple[Known, ...]
    commitments: tuple[Bound, ...]
    versions: tuple[Version, ...]


def articles_of(
    store: Store,
    *,
    publisher: str = "",
    days: tuple[datetime.date | None, datetime.date | None] = (None, None),
    most: int = MOST,
    before: str = "",
) -> Articles:
    """The newest reports that stand."""
    with store.reading() as connection:
        found = reports.newest(connection, publisher=publisher, first=days[0], last=days[1], most=most, before=before)
        last = published_span(connection)[1]
        since = later(last, -YEAR) if last else None
        volume = reports_by_publisher(connection, since, last, most=PUBLISHERS)
    return Articles(
        publisher=publisher,
        first=days[0],
        last=days[1],
        found=tuple(Listed(key=one.key, article=one.article, events=one.events) for one in found.shown),
        publishers={one.publisher: one.reports for one in volume if one.publisher},
        next=found.next,
    )


def article_of(store: Store, ontology: Ontology, key: int, *, chosen: tuple[int, int] | None = None) -> Article | None:
    """A version of a report by its number; None where there is none."""
    with store.reading() as connection:
        report = reading.report(connection, key)
        if report is None:
            return None
        told = reading.events_told(connection, key)
        many = reports.reports_of_events(connection, told.values())
        bound = accounts_citing(connection, article=report.coding.article.id) if report.corrected_by is None else []
        versions = reports.versions_of(connection, key)
        last = published_span(connection)[1]
    return Article(
        key=key,
        coding=report.coding,
        text=report.text,
        corrected_by=report.corrected_by,
        chosen=chosen,
        events=tuple(_known(report.coding, told, many, ontology)),
        commitments=tuple(_bound(account, last) for account in bound),
        versions=tuple(map(_version, versions)),
    )


def key_of(store: Store, id: str) -> int | None:
    """The number of the version of a report that stands; None where no report has the id."""
    with store.reading() as connection:
        return reading.key_of(connection, id)


def _known(coding: Coding, told: dict[str, str], many: dict[str, int], ontology: Ontology) -> Iterator[Known]:
    for number, event in enumerate(coding.events, 1):
        distinct, values = told.get(event.id), derived(event, ontology)
        yield Known(number=number, id=distinct, reports=many.get(distinct or "", 0), **values)


def _bound(account: Account, last: datetime.date | None) -> Bound:
    return Bound(
        id=account.id,
        by=account.by,
        to=account.to,
        kind=account.kind,
        content=account.content,
        standing=stands(account, last),
    )


def _version(one: reports.Version) -> Version:
    head = one.article
    return Version(key=one.key, published=head.published, title=head.title or head.id, corrected_by=one.corrected_by)
