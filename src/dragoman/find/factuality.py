"""How far an act has come and how certain it is made, for any word of a sentence that tells one."""

from dragoman.find.status import Progress, progress_of
from dragoman.records import Sentence, Status
from dragoman.rules.modality import Modality

# What the contract calls a progress that makes no event of its own.
NAMED: dict[Progress, Status] = {"hypothetical": "conditional", "demanded": "planned", "refused": "negated"}


def factuality_of(sentence: Sentence, i: int, modality: Modality) -> tuple[Status, float]:
    """Status and certainty of the act that the token `i` tells.

    The certainty goes from -3 (certainly not so) over 0 (nobody knows) to 3 (certainly so), as the report has it
    (Lee et al. 2015). It comes from the status alone and is no calibrated probability.
    """
    progress = progress_of(sentence, i, modality)
    certainty = modality.certainty[progress]
    if progress == "hypothetical" or progress == "demanded" or progress == "refused":
        return NAMED[progress], certainty
    return progress, certainty
