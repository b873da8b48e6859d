"""`dragoman code --out`: what is typed for shards, made into a request."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from dragoman.cli.options import Engine, share_of

if TYPE_CHECKING:
    from dragoman.scale.shards import Options

# Reports in a shard unless told otherwise.
SIZE = 64


class Sharding(NamedTuple):
    """How shards are made, as it was typed."""

    workers: int
    size: int
    share: str | None
    engine: Engine
    master: str | None
    seconds: float
    megabytes: int


# What holds unless it is typed otherwise, and how it is typed.
PLAIN = Sharding(1, SIZE, None, Engine.LOCAL, None, 120, 4_000)
TYPED = ("--workers", "--shard-size", "--shard", "--engine", "--master", "--most-seconds", "--most-megabytes")


class Wanted(NamedTuple):
    """With what shards are coded, as it was typed."""

    rules: list[Path] | None
    model: str | None
    rules_only: bool
    quiet: bool


def check(out: Path | None, output: str | None, store: str | None, format: object, sharding: Sharding) -> None:
    """Raise `typer.BadParameter` for options that do not go together."""
    if out is None:
        if sharding != PLAIN:
            typed = [name for name, one, plain in zip(TYPED, sharding, PLAIN, strict=True) if one != plain]
            message = f"{' and '.join(typed)}: for shards, so name a folder for them"
            raise typer.BadParameter(message, param_hint="--out")
        return
    for name, value in (("--output", output), ("--store", store), ("--format", format)):
        if value is not None:
            message = "does not go with --out, which writes shards: `dragoman store load DIR` brings them into a store"
            raise typer.BadParameter(message, param_hint=name)
    if sharding.master and sharding.engine is not Engine.SPARK:
        raise typer.BadParameter("is for --engine spark", param_hint="--master")


def in_shards(inputs: list[str], out: Path, sharding: Sharding, wanted: Wanted, options: "Options") -> int:
    """Code in shards; gives the exit status."""
    from dragoman.commands.shards import Request, run
    from dragoman.scale.shards import Caps, Making

    making = Making(
        rules=tuple(str(folder.resolve()) for folder in wanted.rules or ()),
        model=wanted.model,
        learned=not wanted.rules_only,
    )
    request = Request(
        inputs=tuple(inputs),
        out=str(out),
        workers=sharding.workers,
        size=sharding.size,
        share=share_of(sharding.share),
        engine=sharding.engine.value,
        master=sharding.master,
        making=making,
        options=options,
        caps=Caps(seconds=sharding.seconds, megabytes=sharding.megabytes),
        quiet=wanted.quiet,
    )
    return run(request)
