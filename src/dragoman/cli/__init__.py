"""The command line: reads arguments, calls the library, does the talking; heavy modules load only when used."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer  # commands from typed functions, with help and completion; the least code of its kind

from dragoman.cli import memory
from dragoman.cli.options import (
    Format,
    ModelOption,
    OutputOption,
    QuietOption,
    RulesOnlyOption,
    RulesOption,
    coder_of,
    day_of,
    english_of,
    format_of,
    rules_of,
)
from dragoman.errors import DragomanError, InputError, ModelError, RuleError, StoreError

ALL_WELL, SOME_FAILED, USAGE, CONFIGURATION, NO_INPUT, NO_STORE, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

app = typer.Typer(no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False, rich_markup_mode=None)
rules_app = typer.Typer(no_args_is_help=True, help="Check and explain the rules.")
app.add_typer(rules_app, name="rules")
app.add_typer(memory.store_app, name="store")
for command in (memory.ledger, memory.dyad, memory.panel):
    app.command()(command)


class Kind(StrEnum):
    """What `rules unknown` lists."""

    NAME = "name"
    VERB = "verb"


class Scheme(StrEnum):
    """How `relation` names what it finds."""

    PLOVER = "plover"
    PLV = "plv"


def main() -> NoReturn:
    """Run the command line; every error of the package ends in one line on standard error and its exit code."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        _close_pipe()
        sys.exit(ALL_WELL)
    except DragomanError as error:
        typer.echo(f"dragoman: {error}", err=True)
        sys.exit(_exit_code(error))
    sys.exit(ALL_WELL)


def _exit_code(error: DragomanError) -> int:
    if isinstance(error, InputError):
        return NO_INPUT
    if isinstance(error, StoreError):
        return NO_STORE
    return CONFIGURATION if isinstance(error, RuleError | ModelError) else SOME_FAILED


def _close_pipe() -> None:
    """Whoever read the output has gone: end without a trace on standard error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _version(shown: bool) -> None:
    if shown:
        from importlib.metadata import version

        typer.echo(f"dragoman {version('dragoman')}")
        raise typer.Exit


@app.callback()
def start(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """Who did or said what to whom: news reports between states as a record that can be checked."""


@app.command()
def code(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT...", help="Files, folders, URLs, or - (standard input).")
    ],
    format: Annotated[Format | None, typer.Option(help="Default: jsonl, or what --output ends in.")] = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="File to write, - for standard output; with --store nothing."),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(help="Keep the codings in this store (file or URL); what it holds is not coded again."),
    ] = None,
    published: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Day of publication of inputs without one.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="en: skip and count reports in other languages.")] = None,
    rules: RulesOption = None,
    model: ModelOption = None,
    rules_only: RulesOnlyOption = False,
    quiet: QuietOption = False,
) -> None:
    """Code reports: events, dates, actors and recipients, each tied to its words."""
    from dragoman.commands.code import Request, run

    output = output or ("-" if store is None or format else "")
    request = Request(
        inputs=tuple(inputs),
        format=(format or format_of(output)).value,
        output=output,
        store=store,
        published=day_of(published),
        language=english_of(language),
        quiet=quiet,
    )
    raise typer.Exit(run(request, lambda: coder_of(rules, model, rules_only=rules_only)))


@app.command()
def entity(
    input: Annotated[str, typer.Option(help="JSON Lines of id, phrase, on; - for standard input.")] = "-",
    output: OutputOption = "-",
    rules: RulesOption = None,
    model: ModelOption = None,
) -> None:
    """Whom phrases name: {"id", "phrase", "on"} a line -> {"id", "code", "country", "sector", "name"}."""
    from dragoman.commands.entity import run

    raise typer.Exit(run(input, output, lambda: coder_of(rules, model)))


@app.command()
def status(
    input: Annotated[str, typer.Option(help="JSON Lines of id, sentence, event; - for standard input.")] = "-",
    output: OutputOption = "-",
    rules: RulesOption = None,
    model: ModelOption = None,
) -> None:
    """How far acts have come: {"id", "sentence", "event": {"start"}} a line -> {"id", "status", "factuality"}."""
    from dragoman.commands.status import run

    raise typer.Exit(run(input, output, lambda: coder_of(rules, model)))


@app.command()
def relation(
    scheme: Annotated[
        Scheme, typer.Option(help="plover: 16 types; plv: the 15 root types of the PLV data, always one of them.")
    ] = Scheme.PLOVER,
    input: Annotated[
        str, typer.Option(help="JSON Lines of id, sentence, actor, recipient; - for standard input.")
    ] = "-",
    output: OutputOption = "-",
    rules: RulesOption = None,
    model: ModelOption = None,
) -> None:
    """What one given party does to another: {"id", "sentence", "actor": {"start", "end"}, "recipient"} a line."""
    from dragoman.commands.relation import run

    raise typer.Exit(run(input, output, scheme.value, lambda: coder_of(rules, model)))


@app.command()
def stories(
    input: Annotated[str, typer.Option(help="JSON Lines of id, text, title, published; - for standard input.")] = "-",
    output: OutputOption = "-",
) -> None:
    """Which reports tell the same story: {"id", "text", "published"} a line -> {"id", "story"}."""
    from dragoman.commands.stories import run

    raise typer.Exit(run(input, output))


@app.command()
def evaluate(
    gold: Annotated[
        Path, typer.Argument(metavar="GOLD_DIR", help="Folder with stories/, gsr.jsonl, dates_dev.jsonl ...")
    ],
    against: Annotated[Path | None, typer.Option(help="Earlier result: show the sentences gained and lost.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Keep the result (ids and figures only).")
    ] = None,
    errors: Annotated[
        Path | None, typer.Option(help="Write what went wrong, by cause, into this folder; it holds words of the gold.")
    ] = None,
    rules: RulesOption = None,
    model: ModelOption = None,
    rules_only: RulesOnlyOption = False,
) -> None:
    """Measure the coder on a folder of gold."""
    from dragoman.commands.evaluate import run

    raise typer.Exit(run(gold, against, output, errors, lambda: coder_of(rules, model, rules_only=rules_only)))


@app.command()
def show(
    report: Annotated[str, typer.Argument(metavar="REPORT", help="File, URL, or - (standard input).")],
    published: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Day of publication, if it says none.")
    ] = None,
    id: Annotated[str | None, typer.Option("--id", help="Which report, where the file holds many.")] = None,
    output: OutputOption = "-",
    rules: RulesOption = None,
    model: ModelOption = None,
) -> None:
    """Make a web page of one report on which a person sees what was read in it and why."""
    from dragoman.commands.show import run

    raise typer.Exit(run(report, id, day_of(published), output, lambda: coder_of(rules, model)))


@app.command()
def card(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """The coder card: version and digests, what it learned from, how right it is on named sets, where it errs."""
    from dragoman.commands.card import run

    raise typer.Exit(run(json=json))


@app.command()
def doctor() -> None:
    """Is everything here that Dragoman needs? Says what is missing and how to get it."""
    from dragoman.commands.doctor import run

    raise typer.Exit(run())


@rules_app.command("check")
def rules_check(
    folders: Annotated[
        list[Path] | None, typer.Argument(metavar="FOLDER...", help="Overlay folders to check too.")
    ] = None,
    model: ModelOption = None,
    quiet: QuietOption = False,
) -> None:
    """Run every pattern's examples and counter-examples; count the terms of office nobody has checked."""
    from dragoman.commands.rules import check

    raise typer.Exit(check(rules_of(folders), model, quiet=quiet))


@rules_app.command("unknown")
def rules_unknown(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT...", help="Files, folders, URLs, or - (standard input).")
    ],
    top: Annotated[int, typer.Option(min=1, help="How many rows at most.")] = 50,
    kind: Annotated[Kind | None, typer.Option(help="Names alone, or verbs alone.")] = None,
    rules: RulesOption = None,
    model: ModelOption = None,
) -> None:
    """List names and verbs of a corpus that no rule knows, the most frequent first: kind, form, count, example."""
    from dragoman.commands.rules import unknown

    raise typer.Exit(unknown(inputs, top, kind.value if kind else None, lambda: coder_of(rules, model)))


@rules_app.command("explain")
def rules_explain(
    sentence: Annotated[str, typer.Argument(help="The sentence to explain.")],
    published: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD")] = None,
    rules: RulesOption = None,
    model: ModelOption = None,
) -> None:
    """Show what fired in a sentence, what nearly did, and which names are not known."""
    from dragoman.commands.rules import explain

    raise typer.Exit(explain(sentence, day_of(published), lambda: coder_of(rules, model)))
