"""The records: what was read, what was found in it, and what is written down.

Every record is frozen: knowing more makes a new record. Every finding is a half-open span of the article's text, in
characters, and holds the very words of that span. Quad class, score and CAMEO code are derived, never stored here.
"""

import datetime
from typing import Literal, dataclass_transform

import msgspec  # frozen, checked, and fast to encode: 10 to 20 times the speed of dataclasses with json


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all records share: frozen, named arguments only, unknown fields refused."""


Status = Literal["occurred", "ongoing", "planned", "conditional", "negated", "cancelled", "alleged"]
QuoteKind = Literal["direct", "mixed", "indirect", "belief", "intention"]
DateType = Literal["DATE", "TIME", "DURATION", "SET"]
PublishedFrom = Literal["caller", "page", "dateline"]
Finder = Literal["rules", "model", "both"]
ImportSource = Literal["gdelt", "icews", "polecat", "phoenix"]
CommitmentKind = Literal["offer", "promise", "threat", "demand", "agreement"]
Standing = Literal[
    "pending",
    "accepted",
    "rejected",
    "kept",
    "partly kept",
    "broken",
    "cancelled",
    "lapsed",
    "superseded",
    "no evidence",
]
Change = Literal[
    "made",
    "renewed",
    "claimed",
    "countered",
    "accepted",
    "rejected",
    "kept",
    "partly kept",
    "broken",
    "cancelled",
    "lapsed",
    "superseded",
    "pending",
    "no evidence",
]
"""What an entry of the ledger says; "claimed" and "countered" leave the standing as it is. That a commitment is pending
after all, or without evidence, only a person enters: otherwise both follow from the other entries."""
Basis = Literal["report", "deed", "claim", "judgement", "person"]
"""Why an entry stands: words that make or answer it, a deed, a claim, somebody's judgement, a person's ruling."""


class Span(Record, frozen=True, kw_only=True):
    """Words of the article's text: `text == article.text[start:end]`, in characters."""

    text: str
    start: int
    end: int


class ArticleHead(Record, frozen=True, kw_only=True):
    """What is known of a report besides its text."""

    id: str
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    published: datetime.date | None = None
    published_from: PublishedFrom | None = None
    language: str | None = None


class Article(ArticleHead, frozen=True, kw_only=True):
    """One report as published; its text is never altered."""

    text: str

    def head(self) -> ArticleHead:
        """The same report without its text."""
        fields = {name: getattr(self, name) for name in ArticleHead.__struct_fields__}
        return ArticleHead(**fields)


class Token(Record, frozen=True, kw_only=True, gc=False):
    """One word of a sentence as the parser sees it; `head` is an index into the same sentence, the root heads itself.

    `relation` is a ClearNLP dependency label ("nsubj", "dobj", "prep"), `pos` a universal and `tag` a Penn tag.
    """

    i: int
    start: int
    end: int
    text: str
    lemma: str
    pos: str
    tag: str
    head: int
    relation: str


class Sentence(Record, frozen=True, kw_only=True):
    """One sentence of a document: its place in the text, its tokens, and the children of each token by index."""

    index: int
    start: int
    end: int
    tokens: tuple[Token, ...]
    children: tuple[tuple[int, ...], ...]


class Document(Record, frozen=True, kw_only=True):
    """An article and its parse; dropped once everything is resolved."""

    article: Article
    sentences: tuple[Sentence, ...]


class Entity(Span, frozen=True, kw_only=True):
    """Whom words name: `code` is country and sectors joined, `country` ISO alpha-3 or IGO, NGO, IMG, MNC, or ""."""

    code: str
    country: str
    sector: str
    name: str
    wikidata: str | None = None


class Speaker(Span, frozen=True, kw_only=True):
    """Who says or carries something: the words there, the fullest name in the report, and the code ("" if unknown)."""

    name: str
    code: str


class Date(Span, frozen=True, kw_only=True):
    """A time expression with its TIMEX3 value, and the first and last day that it can mean (both included)."""

    type: DateType
    value: str
    first: datetime.date | None = None
    last: datetime.date | None = None


class EventDate(Span, frozen=True, kw_only=True):
    """The days on which an event took or takes place, both included, and the words that say so."""

    first: datetime.date
    last: datetime.date


class Event(Record, frozen=True, kw_only=True):
    """Who did or said what to whom, at its fullest mention; `also` holds the sentences of the other mentions.

    `confidence` (0 to 1) orders events by how directly their parts were read; `rule` names what made the event.
    """

    id: str
    type: str
    mode: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    actor: tuple[Entity, ...]
    recipient: tuple[Entity, ...] = ()
    status: Status
    date: EventDate | None = None
    reported_by: Speaker | None = None
    confidence: float
    trigger: Span
    sentence: Span
    also: tuple[Span, ...] = ()
    rule: str


class Evidence(Record, frozen=True, kw_only=True):
    """One report's telling of an event; the event's spans are places in the text of that report."""

    article: ArticleHead
    event: Event


class DistinctEvent(Record, frozen=True, kw_only=True):
    """One happening with every report's telling of it, the earliest first.

    `event` is what the tellings together say: the fullest of them, its date and parties sharpened by the others; its
    spans are places in the report `told_in`. `id` is that of the earliest telling.
    """

    id: str
    event: Event
    told_in: str
    evidence: tuple[Evidence, ...]


class ImportedParty(Record, frozen=True, kw_only=True):
    """A party as another data set has it; what it does not say is empty.

    `country` and `sectors` are in our codes (ISO alpha-3; IGO, NGO, IMG or MNC), `code` is both joined, `raw` what
    stood there. `name` holds several names where the data set does not say which of them is of which country.
    """

    name: str = ""
    country: str = ""
    sectors: tuple[str, ...] = ()
    code: str = ""
    raw: str = ""


class ImportedPlace(Record, frozen=True, kw_only=True):
    """Where another data set places an event: name and country as given, degrees north and east."""

    name: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None


class ImportedEvent(Record, frozen=True, kw_only=True):
    """An event as another data set has it, with its provenance; it is never mixed with events that were coded here.

    `added` is the day of the report, or of its entry in that data set. `type`, `mode` and `context` are PLOVER's: its
    own, else those that the CAMEO code stands for ("" where PLOVER drops it). `quad` is its own class (0 in Phoenix:
    statements and appeals), `score` its own (Goldstein or intensity, -10 to 10). `text` is what it prints of the event:
    in ICEWS the name of the CAMEO code. `story` and `sentence` are its own pointers to a report. `where` is FILE:LINE.
    """

    source: ImportSource
    id: str
    day: datetime.date
    added: datetime.date | None = None
    actor: tuple[ImportedParty, ...] = ()
    recipient: tuple[ImportedParty, ...] = ()
    cameo: str = ""
    type: str = ""
    mode: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    quad: int | None = None
    score: float | None = None
    text: str = ""
    reports: int | None = None
    mentions: int | None = None
    sources: int | None = None
    place: ImportedPlace | None = None
    url: str = ""
    publisher: str = ""
    story: str = ""
    sentence: str = ""
    where: str


class Quote(Span, frozen=True, kw_only=True):
    """What somebody said, wrote or thought; `text` runs from start to end, `spans` are the pieces without the cue."""

    spans: tuple[tuple[int, int], ...]
    kind: QuoteKind
    cue: Span | None = None
    speaker: Speaker | None = None
    via: Speaker | None = None


class Commitment(Record, frozen=True, kw_only=True):
    """An offer, promise, threat, demand or agreement that a report holds, with its standing as the report has it.

    `by` is one code, or several joined by ";" where parties bind themselves jointly.
    """

    by: str
    to: tuple[str, ...] = ()
    kind: CommitmentKind
    content: str
    condition: str | None = None
    due: str | None = None
    outcome: Standing = "pending"
    evidence: tuple[Span, ...]


class Entry(Record, frozen=True, kw_only=True):
    """One line in the history of a commitment: what changed, on which day, and on whose word or by what deed.

    `day` is the day of the deed or the words, where a report tells it, else that of its publication; `article` and
    `sentence` are where it stands, `source` is the publisher, the speaker or the person who decided, `event` the
    distinct event that is the deed, `rule` what linked it, `note` a person's reason. `known` is the day of publication
    of that article, from which on one can know of it; None where `day` is that day. `entered` is the place of a ruling
    in the order in which people entered theirs, 0 for everything else.
    """

    change: Change
    day: datetime.date
    known: datetime.date | None = None
    basis: Basis
    source: str
    article: str | None = None
    sentence: Span | None = None
    event: str | None = None
    rule: str
    note: str | None = None
    entered: int = 0


class Account(Record, frozen=True, kw_only=True):
    """One commitment in the ledger, whoever reported it, with its history in order of days.

    How it stands on a day follows from its entries. `due` is the first and the last day by which it falls due.
    """

    id: str
    by: tuple[str, ...]
    to: tuple[str, ...] = ()
    kind: CommitmentKind
    content: str
    condition: str | None = None
    due: tuple[datetime.date, datetime.date] | None = None
    entries: tuple[Entry, ...]


class Ruling(Record, frozen=True, kw_only=True):
    """A person's decision on how a commitment stands from a day on, with the reason; it wins over all other readings.

    `account` is the id of the account, today's or one that it had before an earlier report of it came in; `by` names
    the person. `number` is its place in the order in which rulings were entered: of one day the last one holds.
    `told`, `bound` and `kind` find the account again after its reports were coded anew: where it is told (report, first
    and last character of the sentence), the codes of those bound, and its kind; the store fills them in.
    """

    account: str
    standing: Standing
    reason: str
    by: str
    day: datetime.date
    number: int = 0
    told: tuple[tuple[str, int, int], ...] = ()
    bound: tuple[str, ...] = ()
    kind: CommitmentKind | None = None


class Correction(Record, frozen=True, kw_only=True):
    """What a person corrected in the event whose trigger is at `start` to `end` of a report, and why.

    `wrong` takes the event out; other fields replace what the coder found, None leaves it. Of several corrections at a
    place the latest wins, field by field. A correction is of one version of the report's text.
    """

    article: str
    start: int
    end: int
    wrong: bool = False
    type: str | None = None
    mode: tuple[str, ...] | None = None
    status: Status | None = None
    actor: tuple[str, ...] | None = None
    recipient: tuple[str, ...] | None = None
    reason: str
    by: str
    day: datetime.date


class CoderInfo(Record, frozen=True, kw_only=True):
    """Which coder made a coding: version of the program, digest of its rules, name of the language model."""

    version: str
    rules: str
    model: str


class Warning(Record, frozen=True, kw_only=True):
    """Something about the input that a reader of the coding should know; it did not stop the coding."""

    kind: str
    message: str


class Coding(Record, frozen=True, kw_only=True):
    """Everything found in one article."""

    article: ArticleHead
    coder: CoderInfo
    warnings: tuple[Warning, ...] = ()
    events: tuple[Event, ...] = ()
    quotes: tuple[Quote, ...] = ()
    dates: tuple[Date, ...] = ()
    commitments: tuple[Commitment, ...] = ()


class Relation(Record, frozen=True, kw_only=True):
    """What one given party of a sentence does to another: type, mode and status, or "" and the reason why none.

    `confidence` is the probability of the answer, `scores` that of each type (what is missing to one is that nothing is
    done); `by` says whose answer it is.
    """

    type: str = ""
    mode: str = ""
    status: Status | None = None
    confidence: float
    scores: dict[str, float]
    by: Finder | None = None
    reason: str = ""


class Fault(Record, frozen=True, kw_only=True):
    """What was wrong with one input and where: `where` is "FILE:LINE" (or FILE, or a URL)."""

    kind: str
    message: str
    where: str | None = None


class Failure(Record, frozen=True, kw_only=True):
    """An article that could not be read or coded; it takes the coding's place in the output."""

    article: ArticleHead
    error: Fault
