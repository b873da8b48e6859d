"""The commands of the store and of what it remembers: the ledger, dyads, panels."""

import datetime
import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dragoman.cli.options import (
    ModelOption,
    OutputOption,
    QuietOption,
    RulesOnlyOption,
    RulesOption,
    coder_of,
    day_of,
    format_of,
    rules_of,
)
from dragoman.records import CommitmentKind, ImportSource, Standing, Status

if TYPE_CHECKING:
    from dragoman.coder import Coder

Every = Literal["day", "week", "month"]

store_app = typer.Typer(no_args_is_help=True, help="What is kept: reports, events, the ledger.")

StoreOption = Annotated[
    str | None, typer.Option("--store", help="File or URL; else DRAGOMAN_STORE, else ./dragoman.db.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="As JSON.")]
SinceOption = Annotated[str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="First day.")]
UntilOption = Annotated[str | None, typer.Option("--until", metavar="YYYY-MM-DD", help="Last day, included.")]
PictureOption = Annotated[Path | None, typer.Option("--picture", help="Draw it: FILE.svg, .png or .pdf.")]
ActorOption = Annotated[str | None, typer.Option(help="Only what a party did: PRK, IGOUNO, 'North Korea'.")]
WordsArgument = Annotated[
    str, typer.Argument(metavar="WORDS", help='Words that all stand there; "several words" are one phrase.')
]
UnitOption = Annotated[Literal["dyad", "country"], typer.Option(help="A row for each dyad, or for each country.")]
StatusesOption = Annotated[bool, typer.Option("--all-statuses", help="Also what was planned, denied, called off.")]
RecipientOption = Annotated[str | None, typer.Option(help="Only what was done to a party.")]


class Exported(StrEnum):
    """What a store is written as."""

    JSONL = "jsonl"
    PLOVER = "plover"
    CSV = "csv"
    PARQUET = "parquet"
    GDELT = "gdelt"
    ICEWS = "icews"
    POLECAT = "polecat"
    PHOENIX = "phoenix"
    GEXF = "gexf"


class Loaded(StrEnum):
    """What can be read into a store: codings, or another data set."""

    JSONL = "jsonl"
    GDELT = "gdelt"
    ICEWS = "icews"
    POLECAT = "polecat"
    PHOENIX = "phoenix"


def _period(since: str | None, until: str | None) -> tuple[datetime.date | None, datetime.date | None]:
    first, last = day_of(since, "--from"), day_of(until, "--until")
    if first and last and first > last:
        raise typer.BadParameter(f"{until} is before {since}", param_hint="--until")
    return first, last


@store_app.command("info")
def store_info(
    store: StoreOption = None,
    json: JsonOption = False,
    migrate: Annotated[bool, typer.Option("--migrate", help="Bring an earlier version's store up to date.")] = False,
) -> None:
    """Say how much is in a store. Reports, events as reported, distinct events, commitments, records of others."""
    from dragoman.commands.store import info

    raise typer.Exit(info(store, json=json, migrate=migrate))


@store_app.command("check")
def store_check(
    store: StoreOption = None,
    mend: Annotated[bool, typer.Option("--mend", help="Count and index anew first.")] = False,
) -> None:
    """Check that everything in the store is as it has to be."""
    from dragoman.commands.store import check

    raise typer.Exit(check(store, mend=mend))


@store_app.command("search")
def store_search(
    words: WordsArgument,
    store: StoreOption = None,
    most: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    json: JsonOption = False,
    rules: RulesOption = None,
) -> None:
    """Find events and reports by their words, the newest first."""
    from dragoman.commands.store import search

    raise typer.Exit(search(store, words, most, lambda: rules_of(rules), json=json))


@store_app.command("event")
def store_event(
    id: Annotated[str, typer.Argument(metavar="EVENT", help="Id of an event, or its beginning.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Show one event. Every report that tells it, why they are one event, and where they differ."""
    from dragoman.commands.event import run

    raise typer.Exit(run(store, id, json=json))


@store_app.command("export")
def store_export(
    format: Annotated[
        Exported | None,
        typer.Option(
            help="jsonl: codings, of the reports that tell what is chosen; else distinct events. "
            "Default: jsonl, or what --output ends in."
        ),
    ] = None,
    output: OutputOption = "-",
    actor: ActorOption = None,
    recipient: RecipientOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    type: Annotated[list[str] | None, typer.Option(help="A type of PLOVER; may be repeated.")] = None,
    store: StoreOption = None,
    rules: RulesOption = None,
) -> None:
    """Write what is in the store for other programs."""
    from dragoman.commands.store import Export, export

    first, last = _period(since, until)
    wanted = Export(
        format=format.value if format else format_of(output, Exported, Exported.JSONL),
        output=output,
        actor=actor,
        recipient=recipient,
        first=first,
        last=last,
        types=frozenset(name.upper() for name in type or ()),
    )
    raise typer.Exit(export(store, wanted, rules_of(rules)))


@store_app.command("load")
def store_load(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Codings, or events of another data set.")],
    format: Annotated[Loaded | None, typer.Option(help="Default: what the file looks like.")] = None,
    store: StoreOption = None,
    rules: RulesOption = None,
) -> None:
    """Read files into the store. Codings (JSON Lines), or records of GDELT, ICEWS, POLECAT or Phoenix."""
    from dragoman.commands.store import load

    raise typer.Exit(load(store, files, format.value if format else None, rules_of(rules)))


@store_app.command("imported")
def store_imported(
    source: Annotated[ImportSource | None, typer.Option(help="Only of this data set.")] = None,
    actor: ActorOption = None,
    recipient: RecipientOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    format: Annotated[
        Literal["table", "jsonl", "csv"], typer.Option(help="table: the first 50; else all, as they were loaded.")
    ] = "table",
    output: OutputOption = "-",
    store: StoreOption = None,
    rules: RulesOption = None,
) -> None:
    """Show or write loaded records of other data sets. GDELT, ICEWS, POLECAT and Phoenix, as they came."""
    from dragoman.commands.imported import Request, run

    first, last = _period(since, until)
    wanted = Request(
        source=source,
        actor=actor,
        recipient=recipient,
        first=first,
        last=last,
        format=format,
        output=output,
    )
    raise typer.Exit(run(store, wanted, rules_of(rules)))


@store_app.command("recode")
def store_recode(
    store: StoreOption = None,
    all_reports: Annotated[bool, typer.Option("--all", help="Also what this very coder coded.")] = False,
    rules: RulesOption = None,
    model: ModelOption = None,
    rules_only: RulesOnlyOption = False,
    quiet: QuietOption = False,
) -> None:
    """Code the stored reports anew after rules or model changed; shows what became different."""
    from dragoman.commands.store import recode

    def load() -> "Coder":
        return coder_of(rules, model, rules_only=rules_only)

    raise typer.Exit(recode(store, load, all_reports=all_reports, quiet=quiet))


@store_app.command("stories")
def store_stories(
    store: StoreOption = None,
    anew: Annotated[bool, typer.Option("--anew", help="Group all reports anew first.")] = False,
    json: JsonOption = False,
) -> None:
    """List the stories that several reports tell, the latest first."""
    from dragoman.commands.store import stories

    raise typer.Exit(stories(store, anew=anew, json=json))


@store_app.command("backup")
def store_backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="File to write; it must not be there yet.")],
    store: StoreOption = None,
) -> None:
    """Copy the store while it is in use."""
    from dragoman.commands.store import backup

    raise typer.Exit(backup(store, target))


@store_app.command("forget")
def store_forget(
    articles: Annotated[list[str], typer.Argument(metavar="ARTICLE...", help="Ids or addresses of reports.")],
    store: StoreOption = None,
    rules: RulesOption = None,
) -> None:
    """Take reports out for good: text, codings, evidence; they cannot be stored again."""
    from dragoman.commands.store import forget

    raise typer.Exit(forget(store, articles, rules_of(rules)))


@store_app.command("correct")
def store_correct(
    article: Annotated[str, typer.Argument(help="Id of the report.")],
    place: Annotated[str, typer.Argument(metavar="START:END", help="Characters of the event's trigger.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: Annotated[str, typer.Option(help="Who says so.")],
    wrong: Annotated[bool, typer.Option("--wrong", help="There is no such event.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take the latest correction there back.")] = False,
    type: Annotated[str | None, typer.Option(help="The right type.")] = None,
    mode: Annotated[list[str] | None, typer.Option(help="The right mode of that type.")] = None,
    status: Annotated[Status | None, typer.Option(help="The right status.")] = None,
    actor: Annotated[list[str] | None, typer.Option(help="Code of the right actor; may be repeated.")] = None,
    recipient: Annotated[list[str] | None, typer.Option(help="Code of the right recipient; may be repeated.")] = None,
    on: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Day of the correction; default today.")] = None,
    store: StoreOption = None,
    rules: RulesOption = None,
) -> None:
    """Correct what was read at a place of a report; kept through every later coding of that text, the latest wins."""
    from dragoman.commands.store import correct, take_back
    from dragoman.records import Correction

    if withdraw and (wrong or type or mode or status or actor or recipient):
        raise typer.BadParameter("takes a correction back and enters none", param_hint="--withdraw")
    if not (withdraw or wrong or type or mode or status or actor or recipient):
        message = "nothing to correct: add --type, --mode, --status, --actor, --recipient, --wrong or --withdraw"
        raise typer.BadParameter(message)
    start, end = _place(place)
    correction = Correction(
        article=article,
        start=start,
        end=end,
        wrong=wrong,
        type=type.upper() if type else None,
        mode=tuple(mode) if mode else None,
        status=status,
        actor=tuple(actor) if actor else None,
        recipient=tuple(recipient) if recipient else None,
        reason=reason,
        by=by,
        day=day_of(on, "--on") or datetime.date.today(),
    )
    raise typer.Exit((take_back if withdraw else correct)(store, correction, rules_of(rules)))


# Two numbers of at most nine figures: no text is longer, and databases take no more.
PLACE = re.compile(r"[0-9]{1,9}:[0-9]{1,9}")


def _place(text: str) -> tuple[int, int]:
    numbers = re.fullmatch(r"([0-9]{1,9}):([0-9]{1,9})", text)
    start, end = map(int, numbers.groups()) if numbers else (0, 0)
    if start >= end:
        raise typer.BadParameter(f"{text!r} is not START:END, two numbers of characters", param_hint="START:END")
    return start, end


def ledger(
    by: Annotated[str | None, typer.Option(help="Who is bound: a state (PRK, 'North Korea'), a body.")] = None,
    to: Annotated[str | None, typer.Option(help="To whom.")] = None,
    kind: Annotated[CommitmentKind | None, typer.Option(help="Of which kind.")] = None,
    standing: Annotated[Standing | None, typer.Option(help="Only those that stand so.")] = None,
    on: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD", help="As known at the end of a day; with --decide: from that day on, else from today."
        ),
    ] = None,
    id: Annotated[
        str | None, typer.Option("--id", help="One commitment, by the beginning of its id, with its whole history.")
    ] = None,
    decide: Annotated[Standing | None, typer.Option(help="With --id: decide how it stands, by a person.")] = None,
    reason: Annotated[str, typer.Option(help="With --decide: why.")] = "",
    decided_by: Annotated[str, typer.Option(help="With --decide: who decides.")] = "",
    store: StoreOption = None,
    json: JsonOption = False,
    picture: PictureOption = None,
    rules: RulesOption = None,
) -> None:
    """What was offered, promised, threatened, demanded and agreed, and what became of it."""
    from dragoman.commands import ledger as command

    day, known = day_of(on, "--on"), rules_of(rules)
    if decide:
        if not (id and reason and decided_by):
            raise typer.BadParameter("a decision needs --id, --reason and --decided-by", param_hint="--decide")
        raise typer.Exit(command.decide(store, id, decide, reason, decided_by, day or datetime.date.today(), known))
    question = command.Question(
        by=by,
        to=to,
        kind=kind,
        standing=standing,
        on=day,
        id=id,
    )
    raise typer.Exit(command.run(store, question, known, json=json, picture=picture))


def dyad(
    one: Annotated[str, typer.Argument(metavar="A", help="A state (PRK, 'North Korea') or a body (IGOUNO).")],
    other: Annotated[str, typer.Argument(metavar="B", help="The other one.")],
    since: SinceOption = None,
    until: UntilOption = None,
    every: Annotated[Every, typer.Option(help="How long the steps of the picture and the JSON are.")] = "month",
    store: StoreOption = None,
    json: JsonOption = False,
    picture: PictureOption = None,
    rules: RulesOption = None,
) -> None:
    """Words and deeds between two parties. Counts, commitments and outcomes, the latest events, records of others."""
    from dragoman.commands.dyad import run

    first, last = _period(since, until)
    raise typer.Exit(run(store, one, other, first, last, every, rules_of(rules), json=json, picture=picture))


def party(
    name: Annotated[str, typer.Argument(metavar="A", help="A state (PRK, 'North Korea') or a body (IGOUNO).")],
    since: SinceOption = None,
    until: UntilOption = None,
    every: Annotated[Every, typer.Option(help="How long the steps of the picture and the JSON are.")] = "month",
    top: Annotated[int, typer.Option(min=1, help="How many partners: those to whom it did most.")] = 10,
    store: StoreOption = None,
    json: JsonOption = False,
    picture: PictureOption = None,
    rules: RulesOption = None,
) -> None:
    """Words and deeds of one party towards others. Counts, commitments and their outcomes, in all and to each."""
    from dragoman.commands.party import run

    raise typer.Exit(run(store, name, _period(since, until), every, top, rules_of(rules), json=json, picture=picture))


def panel(
    unit: UnitOption = "dyad",
    every: Annotated[Every, typer.Option(help="A row for each of these.")] = "month",
    output: OutputOption = "-",
    format: Annotated[
        Literal["csv", "parquet"] | None, typer.Option(help="Default: what --output ends in, else csv.")
    ] = None,
    among: Annotated[list[str] | None, typer.Option(help="Only these parties; may be repeated.")] = None,
    all_statuses: StatusesOption = False,
    since: SinceOption = None,
    until: UntilOption = None,
    store: StoreOption = None,
    rules: RulesOption = None,
) -> None:
    """Write the table that regressions need. Reports and events by type and quad class, zero rows included."""
    from dragoman.commands.panel import Panel, run

    first, last = _period(since, until)
    wanted = Panel(
        unit=unit,
        every=every,
        first=first,
        last=last,
        among=tuple(among or ()),
        all_statuses=all_statuses,
        output=output,
        format=format or format_of(output, ("csv", "parquet"), "csv"),
    )
    raise typer.Exit(run(store, wanted, rules_of(rules)))
