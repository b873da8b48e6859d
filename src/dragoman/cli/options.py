"""What commands share: options, and what is made of their values."""

import datetime
import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dragoman.coder import Coder
    from dragoman.rules import Rules


class Format(StrEnum):
    """What events can be written as."""

    JSONL = "jsonl"
    PLOVER = "plover"
    CSV = "csv"
    PARQUET = "parquet"
    GDELT = "gdelt"
    ICEWS = "icews"
    POLECAT = "polecat"
    PHOENIX = "phoenix"
    TABLE = "table"


class Engine(StrEnum):
    """What codes shards."""

    LOCAL = "local"
    SPARK = "spark"


RulesOption = Annotated[list[Path] | None, typer.Option("--rules", help="Overlay folder of rules; may be repeated.")]
ModelOption = Annotated[str | None, typer.Option("--model", help="Installed spaCy model to parse with.")]
RulesOnlyOption = Annotated[bool, typer.Option("--rules-only", help="Without the learned finder.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on standard error but errors.")]
OutputOption = Annotated[str, typer.Option("--output", "-o", help="File to write, - for standard output.")]
CodedOption = Annotated[
    str | None, typer.Option("--output", "-o", help="File to write, - for standard output; with --store nothing.")
]
KeepOption = Annotated[
    str | None,
    typer.Option("--store", help="Keep the codings in this store (file or URL); what it holds is not coded again."),
]
SettingsOption = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE", help="Of briefings; else $DRAGOMAN_BRIEF, else briefings.toml here."),
]
InputsArgument = Annotated[
    list[str], typer.Argument(metavar="INPUT...", help="Files, folders, URLs, or - (standard input).")
]
PublishedOption = Annotated[
    str | None, typer.Option(metavar="YYYY-MM-DD", help="Day of publication of what says none itself.")
]

SinceOption = Annotated[
    str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="Only reports published on this day or later.")
]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="YYYY-MM-DD", help="Only reports published on this day or earlier.")
]
SkipNearOption = Annotated[
    bool,
    typer.Option(
        "--skip-near-duplicates", help="Read everything once before; of nearly the same reports code the smallest id."
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Code in shards: Parquet files and a manifest in this folder."),
]
WorkersOption = Annotated[int, typer.Option(min=1, help="With --out: processes; each takes a gigabyte.")]
ShardSizeOption = Annotated[int, typer.Option(min=1, max=1_000_000, help="With --out: reports in a shard.")]
ShareOption = Annotated[
    str | None, typer.Option("--shard", metavar="I/N", help="With --out: only every N-th shard, from the I-th on.")
]
EngineOption = Annotated[Engine, typer.Option(help="With --out: processes here, or a Spark cluster.")]
MasterOption = Annotated[
    str | None, typer.Option(metavar="URL", help="With --engine spark: spark://HOST:7077, yarn; else this machine.")
]
SecondsOption = Annotated[float, typer.Option(min=0.1, help="With --out: the most that one report may take.")]
MegabytesOption = Annotated[int, typer.Option(min=1, help="With --out: the most that one report may need.")]

# What a file's name can end in to say its format; others, like .tab, are of several.
ENDINGS = {
    ".jsonl": "jsonl",
    ".json": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".gexf": "gexf",
}


def format_of(output: str, formats: Iterable[str], default: str) -> str:
    """The format that a file's name ends in; the default where it has no ending, or nothing is named.

    Raises `typer.BadParameter` for an ending that is none of the formats': a table in an .xlsx is none.
    """
    ending = Path(output).suffix.lower()
    if not ending:
        return default
    named = set(formats)
    known = {end: format for end, format in ENDINGS.items() if format in named}
    if ending not in known:
        message = f"{output!r} ends in none of {', '.join(known)}: name it otherwise, or say its --format"
        raise typer.BadParameter(message, param_hint="--output")
    return known[ending]


def day_of(text: str | None, option: str = "--published") -> datetime.date | None:
    """A day as it is typed."""
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day of the form YYYY-MM-DD", param_hint=option) from error


def english_of(language: str | None) -> str | None:
    """The language asked for: English or any."""
    if language not in (None, "en"):
        raise typer.BadParameter(f"{language!r}: only 'en' can be coded", param_hint="--language")
    return language


def rules_of(overlays: list[Path] | None) -> "Rules":
    """The rules with a user's own over them."""
    from dragoman.rules import Rules

    return Rules.load(*(overlays or ()))


def coder_of(overlays: list[Path] | None, model: str | None, *, rules_only: bool = False) -> "Coder":
    """A coder as the options want it."""
    from dragoman.coder import Coder
    from dragoman.parse import DEFAULT_MODEL

    return Coder(rules=rules_of(overlays), model=model or DEFAULT_MODEL, learned=not rules_only)


def share_of(text: str | None) -> tuple[int, int]:
    """One part of several, as it is typed: "2/5"."""
    matched = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text or "1/1")
    share = (int(matched[1]), int(matched[2])) if matched else (0, 0)
    if not 1 <= share[0] <= share[1]:
        raise typer.BadParameter(f"{text!r} is not I/N, the I-th of N parts", param_hint="--shard")
    return share
