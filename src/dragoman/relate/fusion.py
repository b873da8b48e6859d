"""How the encoder's probabilities and what the rules read are weighed against each other.

Each kind of evidence that rules can give ("aimed ACCUSE": a pattern read an accusation of the one against the other)
has a row that says how often each answer was right where it was given; rows, weights and their fit are made by
`training/fuse.py` from the project's labelled sentences, of which the rules have learned none.
"""

import functools
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

import msgspec

from dragoman.errors import ModelError
from dragoman.records import Record
from dragoman.relate.encoder import FOLDER

NOTHING = "nothing"
# Where training saw an answer never, it is not impossible.
LEAST = 1e-6


class Scale(Record, frozen=True, kw_only=True):
    """One kind of answer (types, PLV's types, statuses): its names, and how model and rules count for it.

    `model` is the power to which the encoder's probabilities are raised, `kinds` the power of each kind of evidence
    (its first word), `favour` what is added to each answer's score, `evidence` the probabilities of the answers by
    evidence.
    """

    names: tuple[str, ...]
    model: float
    kinds: dict[str, float]
    favour: tuple[float, ...]
    evidence: dict[str, tuple[float, ...]]

    def weigh(self, chances: Sequence[float], evidence: Iterable[str]) -> list[float]:
        """Probabilities of the names from the encoder's and from the evidence of the rules; they sum to one."""
        rows = [(self.kinds[key.split()[0]], self.evidence[key]) for key in evidence if key in self.evidence]
        scores = [
            self.model * math.log(max(chance, LEAST))
            + self.favour[n]
            + sum(power * math.log(max(row[n], LEAST)) for power, row in rows) / max(1, len(rows))
            for n, chance in enumerate(chances)
        ]
        highest = max(scores)
        grown = [math.exp(score - highest) for score in scores]
        whole = sum(grown)
        return [one / whole for one in grown]


class Least(Record, frozen=True, kw_only=True):
    """How likely an answer has to be in a report.

    To become an event (`add`), to name a recipient from a sentence before (`fill`), to change the type that rules read
    (`retype`), and to drop what they read (`drop`).
    """

    add: float
    fill: float
    retype: float
    drop: float


class Fusion(Record, frozen=True, kw_only=True):
    """The scales of the answers, and how likely they have to be; `least` is set on the project's own coded reports."""

    plover: Scale
    plv: Scale
    status: Scale
    least: Least

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """The weights of a model's folder; raises `ModelError` where they are missing or malformed."""
        path = folder / "fusion.toml"
        try:
            return msgspec.toml.decode(path.read_bytes(), type=cls)
        except (OSError, msgspec.MsgspecError) as error:
            raise ModelError(f"the relation model's {path} cannot be read: {error}", kind="model") from error


@functools.cache
def load_fusion(folder: Path = FOLDER) -> Fusion:
    """The weights of a folder, loaded at the first call."""
    return Fusion.load(folder)
