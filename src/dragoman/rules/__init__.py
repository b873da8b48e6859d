"""Rules: what Dragoman knows, as data that anyone can edit: ontology, lexicon, patterns, links of deeds to words."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from dragoman.errors import RuleError
from dragoman.records import Record
from dragoman.rules.ledger import LedgerRules
from dragoman.rules.lexicon import Lexicon
from dragoman.rules.modality import Modality
from dragoman.rules.ontology import Ontology
from dragoman.rules.patterns import Patterns

DATA = Path(__file__).parent.parent / "data"
FOLDERS = ("ontology", "lexicon", "patterns", "ledger")


class Rules(Record, frozen=True, kw_only=True):
    """The four kinds of knowledge, loaded and checked; `digest` changes whenever a rule does."""

    folders: tuple[Path, ...]
    ontology: Ontology
    lexicon: Lexicon
    modality: Modality
    patterns: Patterns
    ledger: LedgerRules
    digest: str

    @classmethod
    def load(cls, *overlays: str | Path) -> Self:
        """The rules that come with the package, overlaid by folders of the same layout; later ones win.

        Raises `RuleError` naming the file and line that is wrong.
        """
        folders = (DATA, *map(Path, overlays))
        for folder in folders[1:]:
            _check_overlay(folder)
        lexicon_folders = [f / "lexicon" for f in folders]
        lexicon = Lexicon.load(lexicon_folders)
        return cls(
            folders=folders,
            ontology=Ontology.load(*(f / "ontology" for f in folders)),
            lexicon=lexicon,
            modality=Modality.load(lexicon_folders),
            patterns=Patterns.load([f / "patterns" for f in folders], lexicon),
            ledger=LedgerRules.load([f / "ledger" for f in folders], _last(folders, "lexicon/ledger.toml"), lexicon),
            digest=_digest(folders),
        )

    def file(self, name: str) -> Path:
        """A rule file that is read whole ("lexicon/dates.toml"), from the last folder that has it."""
        return _last(self.folders, name)


def _last(folders: Sequence[Path], name: str) -> Path:
    return [folder / name for folder in folders if (folder / name).exists()][-1]


def _check_overlay(folder: Path) -> None:
    if not any((folder / name).is_dir() for name in FOLDERS):
        raise RuleError(f"a rules folder holds one of {', '.join(FOLDERS)}; this one holds none", where=str(folder))


def rule_files(folders: Sequence[Path]) -> list[Path]:
    """Every file of the rules, in the order in which they are read."""
    return [path for folder in folders for name in FOLDERS for path in sorted((folder / name).glob("*.*"))]


def _digest(folders: Sequence[Path]) -> str:
    """The first 16 hex digits of SHA-256 over the names and bytes of all rule files."""
    total = hashlib.sha256()
    for path in rule_files(folders):
        total.update(path.name.encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:16]
