"""The command that follows feeds."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dragoman.cli.memory import StoreOption
from dragoman.cli.options import QuietOption, RulesOption, rules_of


class Log(StrEnum):
    """How a watch tells what it does."""

    SCREEN = "screen"
    JSON = "json"


def watch(
    feeds: Annotated[Path, typer.Argument(metavar="FEEDS.toml", help="Which feeds, how often, who publishes them.")],
    store: StoreOption = None,
    once: Annotated[bool, typer.Option("--once", help="One round of all feeds, then end; for cron.")] = False,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Health page on this machine; 0: any port that is free.")
    ] = None,
    log: Annotated[Log, typer.Option(help="json: a line of JSON for each thing that happens.")] = Log.SCREEN,
    rules: RulesOption = None,
    quiet: QuietOption = False,
) -> None:
    """Follow feeds. What they tell of is read, coded and stored until you stop it; what fails is tried again."""
    from dragoman.commands.watch import Request, run

    request = Request(feeds=feeds, store=store, once=once, port=port, log=log.value, quiet=quiet)
    raise typer.Exit(run(request, rules_of(rules)))
