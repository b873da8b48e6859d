"""Scores of stories: whether reports of one happening, and no others, are put together."""

from collections import Counter
from collections.abc import Sequence

from dragoman.evaluate.golds import GoldReport
from dragoman.evaluate.measures import Figure, Measure, judged
from dragoman.resolve.stories import Report, stories

# A report counts as well placed from these shares of its story and of its company on.
MOST = 0.5


def score_clusters(golds: Sequence[GoldReport]) -> dict[str, Measure]:
    """BCubed precision, recall and F1: for each report, whom it is put together with, in the mean of all reports.

    A report is a hit where most of its company tells its story and most reports of its story are there.
    """
    told = [gold.story for gold in golds]
    found = stories([_report(gold) for gold in golds])
    both, wanted, given = Counter(zip(told, found, strict=True)), Counter(told), Counter(found)
    precise = [both[pair] / given[pair[1]] for pair in zip(told, found, strict=True)]
    complete = [both[pair] / wanted[pair[0]] for pair in zip(told, found, strict=True)]
    placed = {gold.id: min(shares) > MOST for gold, *shares in zip(golds, precise, complete, strict=True)}
    return {"stories_bcubed": judged(placed, _bcubed(precise, complete))}


def _report(gold: GoldReport) -> Report:
    return Report(id=gold.id, text=gold.text, title=gold.title, published=gold.published)


def _bcubed(precise: Sequence[float], complete: Sequence[float]) -> Figure:
    n = len(precise)
    precision, recall = sum(precise) / n, sum(complete) / n
    return Figure(precision=precision, recall=recall, f1=2 * precision * recall / (precision + recall), n=n)
