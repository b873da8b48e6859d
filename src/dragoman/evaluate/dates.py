"""Scores of time expressions after TempEval-3: the exact span, a span that overlaps, and the right value with it."""

import re
from collections.abc import Mapping, Sequence

from dragoman.evaluate.golds import DatedText, Timex, item_id
from dragoman.evaluate.measures import Measure, Pair, choice, judged, prf, search
from dragoman.records import Article, Coding, Date

A_DAY = re.compile(r"\d{4}-\d\d-\d\d")
DAY_LENGTH = len("2013-06-16")


def dated_article(gold: DatedText) -> Article:
    """The report, as a coder gets it."""
    return Article(id=gold.id, text=gold.text, published=gold.published)


def score_dates(texts: Sequence[DatedText], codings: Mapping[str, Coding]) -> dict[str, Measure]:
    """Strict, relaxed and value F1, and the share of gold days for which the day is right."""
    found = {text.id: codings[text.id].dates if text.id in codings else () for text in texts}
    pairs = [p for text in texts for p in pair_overlapping(text, found[text.id])]
    days = [p for p in pairs if p.gold.value and A_DAY.match(p.gold.value)]
    count = sum(len(dates) for dates in found.values())
    return {
        "timex_strict": _strict(texts, found, count),
        "timex_relaxed": search({p.id: p.found is not None for p in pairs}, count),
        "timex_value": search({p.id: p.found is not None and p.found.value == p.gold.value for p in pairs}, count),
        "timex_day": choice({p.id: _is_day_right(p) for p in days}),
    }


def pair_overlapping(text: DatedText, dates: Sequence[Date]) -> list[Pair[Timex, Date]]:
    """Each gold expression, in the order of the text, with the unused finding that covers most of it."""
    free = sorted(dates, key=lambda date: date.start)
    pairs = []
    for i, gold in sorted(enumerate(text.dates), key=lambda row: row[1].start):
        overlap, best = max(((_overlap(gold, date), -k) for k, date in enumerate(free)), default=(0, 0))
        pairs.append(Pair(item_id(text.id, i), gold, max(0, overlap), free.pop(-best) if overlap > 0 else None))
    return pairs


def _overlap(gold: Timex, date: Date) -> int:
    return min(gold.end, date.end) - max(gold.start, date.start)


def _strict(texts: Sequence[DatedText], found: Mapping[str, Sequence[Date]], count: int) -> Measure:
    items, right = {}, 0
    for text in texts:
        wanted = {(gold.start, gold.end) for gold in text.dates}
        spans = [(date.start, date.end) for date in found[text.id]]
        right += sum(span in wanted for span in spans)
        items.update({item_id(text.id, i): (gold.start, gold.end) in spans for i, gold in enumerate(text.dates)})
    return judged(items, prf(right, count, len(items)))


def _is_day_right(p: Pair[Timex, Date]) -> bool:
    return p.found is not None and p.found.value[:DAY_LENGTH] == (p.gold.value or "")[:DAY_LENGTH]
