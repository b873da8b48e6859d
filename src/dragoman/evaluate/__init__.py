"""Evaluation: how well a coder does on gold, and which sentences a change has gained and lost.

A kind of gold is one module: what counts as right, in functions from gold and codings to measures.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from dragoman.evaluate.certainty import Judge, score_acts
from dragoman.evaluate.clusters import score_clusters
from dragoman.evaluate.compare import Change, change_lines, compare
from dragoman.evaluate.dates import dated_article, score_dates
from dragoman.evaluate.errors import Slip, slips, write_slips
from dragoman.evaluate.golds import Conventions, Gold, story_article
from dragoman.evaluate.measures import Figure, Measure
from dragoman.evaluate.phrases import ResolvePhrase, score_phrases
from dragoman.evaluate.quotes import quoted_article, score_quotes
from dragoman.evaluate.relations import Relate, score_pairs, score_relations
from dragoman.evaluate.report import Report, load_report, miss_lines, report_lines, report_of, save_report
from dragoman.evaluate.sentences import score_sentences, sentence_article
from dragoman.evaluate.stories import score_stories
from dragoman.records import Article, Coding, Failure

__all__ = [
    "Change",
    "Code",
    "Figure",
    "Gold",
    "Report",
    "Slip",
    "change_lines",
    "compare",
    "evaluate",
    "find_slips",
    "gold_texts",
    "load_report",
    "miss_lines",
    "report_lines",
    "save_report",
    "write_slips",
]

Code = Callable[[Iterable[Article]], Iterator[Coding | Failure]]


def evaluate(
    gold: Path,
    code: Code,
    resolve_phrase: ResolvePhrase | None = None,
    judge: Judge | None = None,
    relate: Relate | None = None,
) -> Report:
    """Code what a gold folder holds and score it; phrases, acts or relations that nobody answers for are left out.

    Raises `InputError` when the folder holds no gold or a malformed file.
    """
    conventions = Conventions.load()
    wanted = Gold.load(gold, conventions)
    parts = {
        "stories": _code(code, map(story_article, wanted.stories)),
        "sentences": _code(code, map(sentence_article, wanted.sentences)),
        "dates": _code(code, map(dated_article, wanted.dates)),
        "quotes": _code(code, map(quoted_article, wanted.quotes)),
    }
    answers = list(chain.from_iterable(parts.values()))
    codings = {part: {one.article.id: one for one in coded if isinstance(one, Coding)} for part, coded in parts.items()}
    acts = score_acts(wanted.acts, judge) if wanted.acts and judge else {}
    related = _related(wanted, relate, conventions) if relate else {}
    clusters = score_clusters(wanted.clusters) if wanted.clusters else {}
    return report_of(
        _score(wanted, codings, resolve_phrase, conventions) | acts | related | clusters,
        next((one.coder for one in answers if isinstance(one, Coding)), None),
        tuple(one.article.id for one in answers if isinstance(one, Failure)),
    )


def find_slips(gold: Path, code: Code, resolve_phrase: ResolvePhrase) -> list[Slip]:
    """Code the reports and sentences of a gold folder and say of each miss and false coding what caused it."""
    conventions = Conventions.load()
    wanted = Gold.load(gold, conventions)
    articles = chain(map(story_article, wanted.stories), map(sentence_article, wanted.sentences))
    codings = {one.article.id: one for one in _code(code, articles) if isinstance(one, Coding)}
    return list(slips(wanted, codings, conventions, resolve_phrase))


def gold_texts(gold: Path) -> dict[str, str]:
    """The gold items of a folder by id, each as one line: what a report names, to be shown and not kept."""
    return Gold.load(gold, Conventions.load()).texts()


def _code(code: Code, articles: Iterable[Article]) -> list[Coding | Failure]:
    waiting = list(articles)
    return list(code(waiting)) if waiting else []


def _related(gold: Gold, relate: Relate, conventions: Conventions) -> dict[str, Measure]:
    """The measures of what given parties do to each other."""
    relations = score_relations(gold.relations, relate, conventions) if gold.relations else {}
    return relations | (score_pairs(gold.pairs, relate) if gold.pairs else {})


def _score(
    gold: Gold,
    codings: Mapping[str, Mapping[str, Coding]],
    resolve_phrase: ResolvePhrase | None,
    conventions: Conventions,
) -> dict[str, Measure]:
    """The measures of every kind of gold that the folder holds."""
    measures: dict[str, Measure] = {}
    if gold.stories:
        measures |= score_stories(gold.stories, codings["stories"], conventions)
    if gold.sentences:
        measures |= score_sentences(gold.sentences, codings["sentences"], conventions)
    if gold.dates:
        measures |= score_dates(gold.dates, codings["dates"])
    if gold.quotes:
        measures |= score_quotes(gold.quotes, codings["quotes"], conventions)
    if gold.phrases and resolve_phrase:
        measures |= score_phrases(gold.phrases, resolve_phrase, conventions)
    return measures
