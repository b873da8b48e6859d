"""The coder: the one place where the order of the steps is written."""

import datetime
import functools
import hashlib
import itertools
from collections.abc import Iterable, Iterator
from importlib.metadata import version

from dragoman.edge import article_from, day_of
from dragoman.errors import InputError
from dragoman.find.dates import date_of_dateline, find_dates
from dragoman.find.dates.words import DateWords
from dragoman.find.events import find_events
from dragoman.find.factuality import factuality_of
from dragoman.find.mentions import NameIndex, find_mentions
from dragoman.find.quotes import find_quotes
from dragoman.find.timing import told_days
from dragoman.ledger import find_commitments
from dragoman.parse import DEFAULT_MODEL, parse, parse_all
from dragoman.read.readings import Reading
from dragoman.read.stories import load_phrases, story_end
from dragoman.records import (
    Article,
    CoderInfo,
    Coding,
    Document,
    Entity,
    Failure,
    Relation,
    Status,
    Warning,
)
from dragoman.relate.encoder import load_encoder
from dragoman.relate.finder import LearnedFinder, Read
from dragoman.relate.fusion import load_fusion
from dragoman.relate.marking import Place
from dragoman.relate.relations import Relater, SchemeName
from dragoman.resolve.deeds import behind, dated
from dragoman.resolve.duplicates import merge
from dragoman.resolve.entities import Parties
from dragoman.resolve.reports import reported
from dragoman.rules import Rules

# Reports parsed in one batch: enough to keep the parser busy, few enough to stream.
BATCH = 16


class Coder:
    """Codes reports with one set of rules, one language model and the learned finder, loaded once.

    With `learned=False` events come from the rules alone.

    >>> from dragoman import Coder
    >>> coding = Coder().code("Iran accused Israel of a cyber attack.", published="2020-07-03")
    >>> [(event.type, event.actor[0].code, event.recipient[0].code) for event in coding.events]
    [('ACCUSE', 'IRN', 'ISR')]
    """

    def __init__(self, *, rules: Rules | None = None, model: str = DEFAULT_MODEL, learned: bool = True) -> None:
        self.rules = rules or Rules.load()
        self.model = model
        self.learned = learned
        self._names = NameIndex(self.rules.lexicon)
        self._dates = DateWords.load(self.rules.file("lexicon/dates.toml"))

    @functools.cached_property
    def info(self) -> CoderInfo:
        """Which coder this is, as every coding names it."""
        named = f"{self.model}+relation-{load_encoder().digest}" if self.learned else self.model
        return CoderInfo(version=version("dragoman"), rules=self.rules.digest, model=named)

    @functools.cached_property
    def _finder(self) -> LearnedFinder:
        return LearnedFinder(self.rules, load_encoder(), load_fusion())

    @functools.cached_property
    def _relater(self) -> Relater:
        return Relater(self.rules, self._names, load_encoder(), load_fusion())

    def code(self, report: Article | str, *, published: datetime.date | str | None = None) -> Coding:
        """Code one report: an `Article`, or its text and day of publication (YYYY-MM-DD).

        Raises `InputError` for anything else, and where the day is none.
        """
        article = article_of(report, published) if isinstance(report, str) else report
        (coding,) = self.pipe([article])
        assert isinstance(coding, Coding)  # an article given as such cannot fail to be read
        return coding

    def pipe(self, reports: Iterable[Article | Reading | Failure]) -> Iterator[Coding | Failure]:
        """Code many reports in order, a batch at a time; a report that could not be read passes through.

        Raises `InputError` for what is no report: a dict, a text, an `Article` with a wrong field.
        """
        for batch in _batches(reports):
            yield from self._code_batch(batch)

    def _code_batch(self, batch: tuple[Article | Reading | Failure, ...]) -> Iterator[Coding | Failure]:
        readings = [one if isinstance(one, Reading | Failure) else reading_of(article_from(one)) for one in batch]
        readable = [(r.article, r.story_end) for r in readings if isinstance(r, Reading)]
        documents = parse_all(readable, model=self.model)
        for reading in readings:
            yield self._code_one(next(documents), reading.warnings) if isinstance(reading, Reading) else reading

    def _code_one(self, document: Document, warnings: tuple[Warning, ...]) -> Coding:
        """The steps: names and dates, whom they mean, who says what, what happened, which of it is the same act."""
        mentions = find_mentions(document, self._names)
        dates = find_dates(document, self._dates)
        parties = Parties(document, mentions, self.rules.lexicon)
        quotes = find_quotes(document, parties, self.rules)
        parties.hear(quotes)
        told = find_events(document, parties, dates, self.rules)
        if self.learned:
            told = self._finder.find(Read(document, parties, told, dates))
        told = dated(told, told_days(document, dates), self.rules.modality.deeds)
        told = behind(told, document.article.published)
        events = merge(reported(told, quotes, self.rules.ontology))
        commitments = find_commitments(document, events, dates, self.rules)
        return Coding(
            article=document.article.head(),
            coder=self.info,
            warnings=warnings,
            events=events,
            quotes=quotes,
            dates=dates,
            commitments=commitments,
        )

    def dateline(self, text: str) -> datetime.date | None:
        """The day in the dateline of a report ("SEOUL, June 17, 2013 -"), or None."""
        return date_of_dateline(text, self._dates)

    def entity(self, phrase: str, *, on: datetime.date | None = None) -> Entity | None:
        """The entity that a phrase names on a day ("the Iranian foreign minister"), or None."""
        article = Article(id="phrase", text=phrase, published=on)
        document = parse(article, model=self.model)
        parties = Parties(document, find_mentions(document, self._names), self.rules.lexicon)
        return parties.of_phrase()

    def relation(self, sentence: str, actor: Place, recipient: Place, scheme: SchemeName = "plover") -> Relation:
        """What the one party of a sentence does to the other; each is given by its first and last character.

        `plv` answers with the 15 root types of the PLV relation data, and always with one. Raises `InputError` where a
        party is not a place in the sentence or both are the same.

        >>> from dragoman import Coder
        >>> found = Coder().relation("Kenya freed two Ugandan fishermen.", (0, 5), (12, 33))
        >>> found.type, found.mode, found.status
        ('RETREAT', 'release', 'occurred')
        """
        for place in (actor, recipient):
            if not 0 <= place[0] < place[1] <= len(sentence) or not sentence[slice(*place)].strip():
                raise InputError(f"no words stand at {place} of {len(sentence)} characters", kind="party")
        if actor == recipient:
            raise InputError(f"actor and recipient are the same words at {actor}", kind="party")
        document = _sentence(sentence, self.model)
        return self._relater.relate(document, actor, recipient, scheme)[0]

    def status(self, sentence: str, start: int) -> tuple[Status, float]:
        """Status and certainty (-3 to 3) of the act whose word begins at a character of a sentence.

        Raises `InputError` where no word stands there.
        """
        document = _sentence(sentence, self.model)
        for part in document.sentences:
            for token in part.tokens:
                if token.start <= start < token.end:
                    return factuality_of(part, token.i, self.rules.modality)
        raise InputError(f"no word begins at character {start}", kind="event", where="event.start")


@functools.lru_cache(maxsize=1)
def _sentence(text: str, model: str) -> Document:
    """A sentence parsed; kept until the next one, as people ask for one act after the other."""
    return parse(Article(id="sentence", text=text), model=model)


def code(
    text: str,
    *,
    published: datetime.date | str | None = None,
    rules: Rules | None = None,
    model: str = DEFAULT_MODEL,
    learned: bool = True,
) -> Coding:
    """Code one report from its text; for many, make one `Coder` and use its `pipe`."""
    return Coder(rules=rules, model=model, learned=learned).code(text, published=published)


def article_of(text: str, published: datetime.date | str | None = None) -> Article:
    """An article from its text alone; its id is a digest of the text. Raises `InputError` where the day is none."""
    day = day_of(published)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Article(id=digest, text=text, published=day, published_from="caller" if day else None, language="en")


def reading_of(article: Article) -> Reading:
    """An article that did not come through `read`: its story ends where sign-up boxes begin."""
    return Reading(article=article, story_end=story_end(article.text, load_phrases()), where=article.id)


def _batches(reports: Iterable[Article | Reading | Failure]) -> Iterator[tuple[Article | Reading | Failure, ...]]:
    iterator = iter(reports)
    while batch := tuple(itertools.islice(iterator, BATCH)):
        yield batch
