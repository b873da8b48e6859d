"""What a briefing counts: events and reports side by side, in all and step by step, and the sentences that say so."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from dragoman.brief.briefings import Briefing, Count, Counts, Step
from dragoman.brief.choosing import has_happened, is_deed, side_of
from dragoman.brief.gathering import Asked, Found, Happened, Turns
from dragoman.brief.wording import Wording, counted, in_days, listed, numbered
from dragoman.resolve.tellings import later
from dragoman.rules.ontology import Ontology
from dragoman.store.mailings import Schedule

# Steps of the chart and days of each: weeks that end with the last day, or days.
STEPS = {"weekly": (8, 7), "daily": (10, 1), "change": (10, 1)}
# Steps from which on one can say what is usual.
FEW = 2


def chart_begin(schedule: Schedule, day: datetime.date) -> datetime.date:
    """The first day of the chart."""
    steps, days = STEPS[schedule]
    return later(day, 1 - steps * days)


def counts_of(events: Happened, asked: Asked, ontology: Ontology) -> Counts:
    """What is new, in events and in the reports that tell them."""
    fresh = [one for one in events.found if one.is_new]
    happened = [one for one in fresh if has_happened(one, asked.day)]
    sides = {
        side: count_of(one for one in happened if side_of(one.line.type, ontology) == side)
        for side in ("cooperation", "conflict")
    }
    others = count_of(one for one in fresh if not has_happened(one, asked.day))
    # What was cut off is earlier than all that was found: of these days there may be more only where it reaches them.
    oldest = events.found[-1].line.first if events.found else ""
    is_more = events.is_cut and (oldest or "") >= asked.since.isoformat()
    return Counts(all=count_of(happened), **sides, others=others, is_more=is_more)


def count_of(found: Iterable[Found]) -> Count:
    """How many events these are, and how many reports tell them, each counted once."""
    events = list(found)
    return Count(events=len(events), reports=len(frozenset().union(*(one.reports for one in events))))


def steps_of(
    events: Happened, schedule: Schedule, asked: Asked, since: datetime.date | None, ontology: Ontology
) -> tuple[Step, ...]:
    """The chart: what happened by the days on which it did, from the first report of all on (`since`)."""
    happened = [one for one in events.found if has_happened(one, asked.day)]
    begin = max(chart_begin(schedule, asked.day), since or datetime.date.min)
    if events.is_cut and events.found:
        begin = max(begin, later(datetime.date.fromisoformat(events.found[-1].line.first or "0001-01-01"), 1))
    steps, days = STEPS[schedule]
    firsts = [later(asked.day, 1 - days * ago) for ago in range(steps, 0, -1)]
    found = (_step(happened, first, later(first, days - 1), ontology) for first in firsts if first >= begin)
    shown = tuple(found)
    filled = sum(bool(one.cooperation.events or one.conflict.events) for one in shown)
    return shown if filled > 1 else ()


def _step(happened: Sequence[Found], first: datetime.date, last: datetime.date, ontology: Ontology) -> Step:
    within = [one for one in happened if first.isoformat() <= (one.line.first or "") <= last.isoformat()]
    sides: dict[str, list[Found]] = {"cooperation": [], "conflict": []}
    for one in within:
        sides[side_of(one.line.type, ontology)].append(one)
    deeds = [sum(is_deed(one.line.type, ontology) for one in found) for found in sides.values()]
    return Step(
        first=first,
        last=last,
        cooperation=count_of(sides["cooperation"]),
        conflict=count_of(sides["conflict"]),
        deeds=(deeds[0], deeds[1]),
    )


# In words


def summary_of(counts: Counts, turns: Turns, asked: Asked, words: Wording) -> tuple[str, ...]:
    """What is new in sentences with all counts: a paragraph of what happened, one of the ledger."""
    paragraphs = (" ".join(_events_said(counts, asked)), " ".join(_ledger_said(turns, words)))
    return tuple(filter(None, paragraphs))


def _events_said(counts: Counts, asked: Asked) -> Iterator[str]:
    when = in_days(min(asked.since, asked.day), asked.day)
    if counts.all.events:
        more = "More than " if counts.is_more else ""
        yield f"{more}{counted(counts.all)}, told {when}: {_sides_said(counts)}."
    if counts.others.events:
        besides = "Besides, " if counts.all.events else ""
        kinds = "planned, conditional, alleged or denied"
        yield f"{besides}{counted(counts.others, 'event')} {kinds}{'' if besides else ', told ' + when}."


def _sides_said(counts: Counts) -> str:
    sides = [("conflict", counts.conflict), ("cooperation", counts.cooperation)]
    there = [(side, count) for side, count in sides if count.events]
    if len(there) == 1:
        return f"all of it {there[0][0]}"
    return listed([f"{count.events:,} of {side} in {numbered(count.reports, 'report')}" for side, count in there])


def _ledger_said(turns: Turns, words: Wording) -> Iterator[str]:
    became = Counter((one.account.kind, one.standing) for one in turns.outcomes)
    parts = [f"{words.kinds(kind, many)} {words.became(kind, standing)}" for (kind, standing), many in became.items()]
    made = Counter(one.account.kind for one in turns.made)
    new = [words.kinds(kind, many) for kind, many in made.items()]
    if parts:
        yield f"In the ledger: {listed(parts, 5)}."
    if new:
        yield f"New in the ledger: {listed(new, 5)}."
    if turns.due:
        yield f"{numbered(len(turns.due), 'commitment')} fall{'s' if len(turns.due) == 1 else ''} due soon."


def trend_of(steps: Sequence[Step]) -> str:
    """What was usual before the last step of the chart, in a sentence; "" where there are too few to say so."""
    if len(steps) <= FEW:
        return ""
    before = steps[:-1]
    step = "week" if steps[-1].last > steps[-1].first else "day"
    usual = [
        f"{_mean([one.events for one in counts])} of {side} in {_mean([one.reports for one in counts])} reports"
        for side, counts in (
            ("conflict", [one.conflict for one in before]),
            ("cooperation", [one.cooperation for one in before]),
        )
        if any(one.events for one in counts)
    ]
    if not usual:
        return f"In the {len(before)} {step}s before, nothing that happened is on record."
    return f"In the {len(before)} {step}s before, a {step} had on average {listed(usual)}."


def _mean(values: Sequence[int]) -> str:
    """An average as people write it: "3", "0.4"."""
    return f"{sum(values) / len(values):.1f}".removesuffix(".0")


def is_empty(briefing: Briefing) -> bool:
    """Whether a briefing shows nothing."""
    ledger = briefing.ledger
    return not (briefing.happened or briefing.others or briefing.said or ledger.outcomes or ledger.made or ledger.due)
