"""The command line: reads arguments, calls the library, does the talking; heavy modules load only when used."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer  # commands from typed functions, with help and completion; the least code of its kind

from dragoman.cli import briefings, coding, memory, people, serving, watching
from dragoman.cli.options import (
    CodedOption,
    Engine,
    EngineOption,
    Format,
    InputsArgument,
    KeepOption,
    MasterOption,
    MegabytesOption,
    ModelOption,
    OutOption,
    OutputOption,
    PublishedOption,
    QuietOption,
    RulesOnlyOption,
    RulesOption,
    SecondsOption,
    ShardSizeOption,
    ShareOption,
    SinceOption,
    SkipNearOption,
    UntilOption,
    WorkersOption,
    coder_of,
    day_of,
    english_of,
    format_of,
    rules_of,
)
from dragoman.errors import (
    DragomanError,
    InputError,
    ModelError,
    OutputError,
    RuleError,
    SettingsError,
    StoreError,
)

ALL_WELL, SOME_FAILED, USAGE, CONFIGURATION, NO_INPUT, NO_STORE, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

app = typer.Typer(no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False, rich_markup_mode=None)
rules_app = typer.Typer(no_args_is_help=True, help="Check and explain the rules.")
app.add_typer(rules_app, name="rules")
app.add_typer(memory.store_app, name="store")
app.add_typer(people.user_app, name="user")
app.add_typer(briefings.brief_app, name="brief")


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
        status = _status()
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        status = _without_output(ALL_WELL)
    except DragomanError as error:
        typer.echo(f"dragoman: {error}", err=True)
        status = _exit_code(error)
    except OSError as error:
        typer.echo(f"dragoman: {error.filename or 'standard output'}: {error.strerror}", err=True)
        status = _without_output(SOME_FAILED)
    sys.exit(_flushed(status))


def _status() -> int:
    """The exit code of the command; whoever stops reading its output is told apart from an error."""
    try:
        app()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            raise BrokenPipeError from end
        return end.code if isinstance(end.code, int) else ALL_WELL
    return ALL_WELL


def _exit_code(error: DragomanError) -> int:
    if isinstance(error, StoreError):
        return NO_STORE
    if isinstance(error, RuleError | ModelError | SettingsError) or error.kind == "missing":
        return CONFIGURATION
    if isinstance(error, InputError | OutputError) and error.where is None:
        return USAGE  # what names no file, page or line is about what was typed
    return NO_INPUT if isinstance(error, InputError) else SOME_FAILED


def _flushed(status: int) -> int:
    """The exit code, once what is still held of the output is written or cannot be."""
    try:
        sys.stdout.flush()
    except OSError:
        return _without_output(status)
    return status


def _without_output(status: int) -> int:
    """Let go of an output that nobody reads or that cannot be written, so that Python ends without a trace."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


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
    inputs: InputsArgument,
    format: Annotated[Format | None, typer.Option(help="Default: jsonl, or what --output ends in.")] = None,
    output: CodedOption = None,
    store: KeepOption = None,
    published: PublishedOption = None,
    language: Annotated[str | None, typer.Option(help="en: skip and count reports in other languages.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    skip_near: SkipNearOption = False,
    out: OutOption = None,
    workers: WorkersOption = 1,
    shard_size: ShardSizeOption = coding.SIZE,
    shard: ShareOption = None,
    engine: EngineOption = Engine.LOCAL,
    master: MasterOption = None,
    most_seconds: SecondsOption = 120,
    most_megabytes: MegabytesOption = 4_000,
    rules: RulesOption = None,
    model: ModelOption = None,
    rules_only: RulesOnlyOption = False,
    quiet: QuietOption = False,
) -> None:
    """Code reports. Events, dates, actors, recipients, quotations and commitments, each tied to its words."""
    sharding = coding.Sharding(workers, shard_size, shard, engine, master, most_seconds, most_megabytes)
    coding.check(out, output, store, format, sharding)
    first, last = day_of(since, "--from"), day_of(until, "--until")
    if first and last and last < first:
        raise typer.BadParameter(f"{until} is before {since}", param_hint="--until")
    if out is not None:
        from dragoman.scale.shards import Options

        wanted = coding.Wanted(rules, model, rules_only, quiet)
        options = Options(
            published=day_of(published),
            language=english_of(language),
            since=first,
            until=last,
            skip_near=skip_near,
        )
        raise typer.Exit(coding.in_shards(inputs, out, sharding, wanted, options))
    from dragoman.commands.code import Request, run

    output = output or ("-" if store is None or format else "")
    request = Request(
        inputs=tuple(inputs),
        format=(format or Format(format_of(output, Format, Format.JSONL))).value,
        output=output,
        store=store,
        published=day_of(published),
        language=english_of(language),
        quiet=quiet,
        since=first,
        until=last,
        skip_near=skip_near,
    )
    raise typer.Exit(run(request, lambda: coder_of(rules, model, rules_only=rules_only)))


for command in (memory.ledger, memory.dyad, memory.party, memory.panel, serving.serve, watching.watch):
    app.command()(command)


@app.command()
def entity(
    input: Annotated[str, typer.Option(help="JSON Lines of id, phrase, on; - for standard input.")] = "-",
    output: OutputOption = "-",
    rules: RulesOption = None,
    model: ModelOption = None,
) -> None:
    """Whom phrases name. {"id", "phrase", "on"} a line -> {"id", "code", "country", "sector", "name"}."""
    from dragoman.commands.entity import run

    raise typer.Exit(run(input, output, lambda: coder_of(rules, model)))


@app.command()
def status(
    input: Annotated[str, typer.Option(help="JSON Lines of id, sentence, event; - for standard input.")] = "-",
    output: OutputOption = "-",
    rules: RulesOption = None,
    model: ModelOption = None,
) -> None:
    """How far acts have come. {"id", "sentence", "event": {"start"}} a line -> {"id", "status", "factuality"}."""
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
    """What one given party does to another. {"id", "sentence", "actor": {"start", "end"}, "recipient"} a line."""
    from dragoman.commands.relation import run

    raise typer.Exit(run(input, output, scheme.value, lambda: coder_of(rules, model)))


@app.command()
def stories(
    input: Annotated[str, typer.Option(help="JSON Lines of id, text, title, published; - for standard input.")] = "-",
    output: OutputOption = "-",
) -> None:
    """Which reports tell the same story. {"id", "text", "published"} a line -> {"id", "story"}."""
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
    published: PublishedOption = None,
    id: Annotated[str | None, typer.Option("--id", help="Which report, where the file holds many.")] = None,
    output: OutputOption = "-",
    rules: RulesOption = None,
    model: ModelOption = None,
) -> None:
    """Make a web page of one report. A person sees on it what was read, where, and why."""
    from dragoman.commands.show import run

    raise typer.Exit(run(report, id, day_of(published), output, lambda: coder_of(rules, model)))


@app.command()
def card(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """The coder card. Version and digests, what it learned from, how right it is on named sets, where it errs."""
    from dragoman.commands.card import run

    raise typer.Exit(run(json=json))


@app.command()
def doctor() -> None:
    """Say what is missing and how to get it."""
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
    """Run every pattern's examples. Counter-examples too; counts the terms of office that nobody has checked."""
    from dragoman.commands.rules import check

    raise typer.Exit(check(rules_of(folders), model, quiet=quiet))


@rules_app.command("unknown")
def rules_unknown(
    inputs: InputsArgument,
    top: Annotated[int, typer.Option(min=1, help="How many rows at most.")] = 50,
    kind: Annotated[Kind | None, typer.Option(help="Names alone, or verbs alone.")] = None,
    rules: RulesOption = None,
    model: ModelOption = None,
) -> None:
    """List what no rule knows. Names and verbs of a corpus, the most frequent first: kind, form, count, example."""
    from dragoman.commands.rules import unknown

    raise typer.Exit(unknown(inputs, top, kind.value if kind else None, lambda: coder_of(rules, model)))


@rules_app.command("explain")
def rules_explain(
    sentence: Annotated[str, typer.Argument(help="The sentence to explain.")],
    published: PublishedOption = None,
    rules: RulesOption = None,
    model: ModelOption = None,
) -> None:
    """Show what fired in a sentence. Also what nearly did, and which names are not known."""
    from dragoman.commands.rules import explain

    raise typer.Exit(explain(sentence, day_of(published), lambda: coder_of(rules, model)))
