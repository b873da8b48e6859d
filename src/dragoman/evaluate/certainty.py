"""Scores of how certain acts are taken to be: correlation with readers, and the mean distance from them.

The measures are those of Saurí and Pustejovsky's successors on factuality (Lee et al. 2015): Pearson's r over all acts,
and the mean absolute error on the scale from -3 to 3.
"""

import statistics
from collections.abc import Callable, Sequence

from dragoman.evaluate.golds import GoldAct
from dragoman.evaluate.measures import Figure, Measure, judged
from dragoman.records import Status

Judge = Callable[[str, int], tuple[Status, float]]
# An act counts as missed where we are farther off than half of the scale's one side.
FAR = 1.5


def score_acts(acts: Sequence[GoldAct], judge: Judge) -> dict[str, Measure]:
    """Pearson's r, and closeness: 1 less the mean absolute error over the 6 points of the scale."""
    found = [judge(act.sentence, act.event.start)[1] for act in acts]
    wanted = [act.factuality for act in acts]
    errors = [abs(one - other) for one, other in zip(found, wanted, strict=True)]
    varied = len(set(found)) > 1 and len(set(wanted)) > 1
    r = statistics.correlation(found, wanted) if varied else 0.0
    items = {act.id: error < FAR for act, error in zip(acts, errors, strict=True)}
    return {
        "act_certainty_r": Measure(figure=Figure(value=r, n=len(acts))),
        "act_certainty_closeness": judged(items, Figure(value=1 - statistics.fmean(errors) / 6, n=len(acts))),
    }
