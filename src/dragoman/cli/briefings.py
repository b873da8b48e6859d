"""The commands of briefings by mail."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from dragoman.cli.memory import JsonOption, StoreOption
from dragoman.cli.options import OutputOption, QuietOption, RulesOption, SettingsOption, day_of, rules_of
from dragoman.errors import DragomanError

if TYPE_CHECKING:
    from dragoman.commands.brief import Wanted

brief_app = typer.Typer(no_args_is_help=True, help="Briefings by mail: lists, issues, and the people who get them.")

Schedule = Literal["daily", "weekly", "change"]


class Part(StrEnum):
    """What a briefing tells."""

    EVENTS = "events"
    COMMITMENTS = "commitments"
    STATEMENTS = "statements"


State = Literal["queued", "sending", "sent", "failed", "unknown", "dropped"]
ListArgument = Annotated[str, typer.Argument(metavar="LIST", help="Its name in addresses: korea-weekly.")]
AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="Of mail.")]
TitleOption = Annotated[str | None, typer.Option(help="What people see.")]
DescriptionOption = Annotated[str | None, typer.Option(help="For whom it is, in a sentence.")]
PartyOption = Annotated[list[str] | None, typer.Option("--party", help="A code or a name; may be repeated.")]
AmongOption = Annotated[bool | None, typer.Option("--among/--all", help="Only what the parties do to each other.")]
TypeOption = Annotated[list[str] | None, typer.Option("--type", help="Only events of a type; may be repeated.")]
TellOption = Annotated[list[Part] | None, typer.Option("--tell", help="What it tells; may be repeated, else all.")]
WordsOption = Annotated[str | None, typer.Option(help="Only where these words stand, as in a search.")]
ScheduleOption = Annotated[Schedule | None, typer.Option(help="When it comes; on change: once an hour at most.")]
DayOption = Annotated[
    str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="The last day that it is about; else yesterday.")
]


def _lists() -> Any:
    try:
        from dragoman.commands import brief
    except ImportError as error:
        raise _missing() from error
    return brief


def _people() -> Any:
    try:
        from dragoman.commands import brief_people
    except ImportError as error:
        raise _missing() from error
    return brief_people


def _missing() -> DragomanError:
    return DragomanError("briefings need more: pip install 'dragoman[mail]'", kind="missing")


def _wanted(
    title: str | None,
    description: str | None,
    party: list[str] | None,
    among: bool | None,
    type: list[str] | None,
    tell: list[Part] | None,
    words: str | None,
    schedule: Schedule | None,
    visibility: str | None,
) -> "Wanted":
    found: Wanted = _lists().Wanted(
        title=title,
        description=description,
        parties=tuple(party) if party else None,
        among=among,
        types=tuple(type) if type else None,
        what=tuple(dict.fromkeys(one.value for one in tell)) if tell else None,
        words=words,
        schedule=schedule,
        visibility=visibility,
    )
    return found


@brief_app.command("list")
def brief_list(store: StoreOption = None, settings: SettingsOption = None, json: JsonOption = False) -> None:
    """List the mailing lists. For whom each is, how often it comes, how many get it, whether it is due."""
    raise typer.Exit(_lists().show_lists(store, settings, json=json))


@brief_app.command("add")
def brief_add(
    slug: ListArgument,
    title: Annotated[str, typer.Option(help="What people see.")],
    description: DescriptionOption = None,
    party: PartyOption = None,
    among: AmongOption = None,
    type: TypeOption = None,
    tell: TellOption = None,
    words: WordsOption = None,
    schedule: ScheduleOption = None,
    private: Annotated[bool, typer.Option("--private", help="Only for those whom you invite.")] = False,
    store: StoreOption = None,
    rules: RulesOption = None,
) -> None:
    """Make a mailing list. A saved question with a schedule: weekly and open to everybody unless you say otherwise."""
    visibility = "private" if private else "public"
    wanted = _wanted(title, description, party, among, type, tell, words, schedule, visibility)
    raise typer.Exit(_lists().add(store, slug, wanted, rules_of(rules)))


@brief_app.command("change")
def brief_change(
    slug: ListArgument,
    title: TitleOption = None,
    description: DescriptionOption = None,
    party: PartyOption = None,
    among: AmongOption = None,
    type: TypeOption = None,
    tell: TellOption = None,
    words: WordsOption = None,
    schedule: ScheduleOption = None,
    visibility: Annotated[
        Literal["public", "private", "archived"] | None, typer.Option(help="archived: it goes out no more.")
    ] = None,
    store: StoreOption = None,
    rules: RulesOption = None,
) -> None:
    """Change a mailing list. What is not said stays as it is; its name stays for good."""
    wanted = _wanted(title, description, party, among, type, tell, words, schedule, visibility)
    raise typer.Exit(_lists().change(store, slug, wanted, rules_of(rules)))


@brief_app.command("preview")
def brief_preview(
    slug: ListArgument,
    day: DayOption = None,
    format: Annotated[
        Literal["text", "html", "json"], typer.Option(help="As the mail has it, or the record.")
    ] = "text",
    output: OutputOption = "-",
    store: StoreOption = None,
    settings: SettingsOption = None,
    rules: RulesOption = None,
) -> None:
    """Show what the next issue would hold. Nothing is kept and nothing is sent."""
    until = day_of(day, "--day")
    raise typer.Exit(_lists().show_next(store, settings, slug, until, format, output, rules_of(rules)))


@brief_app.command("send")
def brief_send(
    slugs: Annotated[
        list[str] | None, typer.Argument(metavar="LIST...", help="Else all whose next issue is due.")
    ] = None,
    day: DayOption = None,
    store: StoreOption = None,
    settings: SettingsOption = None,
    rules: RulesOption = None,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Send what is due. Issues of lists with something new, confirmations, and all else that waits in the outbox."""
    until = day_of(day, "--day")
    raise typer.Exit(_lists().send(store, settings, slugs or [], until, rules_of(rules), json=json, quiet=quiet))


@brief_app.command("status")
def brief_status(store: StoreOption = None, settings: SettingsOption = None, json: JsonOption = False) -> None:
    """Say how things stand. Lists and readers, mails by state, when the next is due, who is sending."""
    raise typer.Exit(_lists().status(store, settings, json=json))


@brief_app.command("outbox")
def brief_outbox(
    state: Annotated[State, typer.Option(help="Which mails.")] = "unknown",
    slug: Annotated[str | None, typer.Option("--list", metavar="LIST", help="Only of an issue of this list.")] = None,
    number: Annotated[int | None, typer.Option("--number", min=1, help="Which issue of it.")] = None,
    resend: Annotated[bool, typer.Option("--resend", help="Send what is unknown or failed once more.")] = False,
    believe_sent: Annotated[bool, typer.Option("--believe-sent", help="Take what is unknown as sent.")] = False,
    take_back: Annotated[bool, typer.Option("--take-back", help="Do not send what is queued of an issue.")] = False,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """List mails by state, or decide on them. After a crash nobody knows of some whether they went out: you decide."""
    decisions = {"resend": resend, "believe-sent": believe_sent, "take-back": take_back}
    chosen = [name for name, is_chosen in decisions.items() if is_chosen]
    if len(chosen) > 1:
        raise typer.BadParameter("only one at a time", param_hint=", ".join(f"--{name}" for name in chosen))
    choice = _lists().Choice(state=state, slug=slug, number=number, decision=chosen[0] if chosen else None)
    raise typer.Exit(_lists().show_outbox(store, choice, json=json))


@brief_app.command("invite")
def brief_invite(
    slug: ListArgument,
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS...", help="Whom to ask.")],
    store: StoreOption = None,
    settings: SettingsOption = None,
) -> None:
    """Ask people whether they want a list. The way onto a private one; nobody gets anything without confirming."""
    raise typer.Exit(_people().invite(store, settings, slug, addresses))


@brief_app.command("bounces")
def brief_bounces(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT...", help="Mails: a file, an mbox, a Maildir, or - (one by a pipe).")
    ],
    store: StoreOption = None,
    settings: SettingsOption = None,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read mails that came back, and complaints. Addresses that are none any more get no more mail."""
    raise typer.Exit(_people().bounces(store, settings, inputs, json=json, quiet=quiet))


@brief_app.command("consents")
def brief_consents(
    address: Annotated[str | None, typer.Option("--of", metavar="ADDRESS", help="Only of one person.")] = None,
    format: Annotated[Literal["jsonl", "csv"], typer.Option(help="How it is written.")] = "jsonl",
    output: OutputOption = "-",
    check: Annotated[bool, typer.Option("--check", help="Only see that none was changed or taken out.")] = False,
    head: Annotated[
        str | None, typer.Option("--head", metavar="NUMBER:DIGEST", help="With --check: what an earlier one told.")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Write who agreed to what and when. Each with the words that were shown; --check sees what was tampered with."""
    people = _people()
    raise typer.Exit(
        people.check_consents(store, head) if check else people.show_consents(store, address, format, output)
    )


@brief_app.command("replay")
def brief_replay(
    input: Annotated[str, typer.Argument(metavar="CONSENTS.jsonl", help="As `consents` wrote them; - for a pipe.")],
    store: StoreOption = None,
    settings: SettingsOption = None,
) -> None:
    """Take off again who left since a backup. After it was put back, before anything is sent."""
    raise typer.Exit(_people().replay(store, settings, input))


@brief_app.command("erase")
def brief_erase(address: AddressArgument, store: StoreOption = None, settings: SettingsOption = None) -> None:
    """Erase what is kept about somebody. A digest stays, by which no mail goes there any more."""
    raise typer.Exit(_people().erase(store, settings, address))


@brief_app.command("block")
def brief_block(address: AddressArgument, store: StoreOption = None, settings: SettingsOption = None) -> None:
    """Send nothing to an address any more. Whoever enters it, here or in a form."""
    raise typer.Exit(_people().block(store, settings, address))


@brief_app.command("unblock")
def brief_unblock(address: AddressArgument, store: StoreOption = None) -> None:
    """Let an address get mail again. Only where its owner asks for it."""
    raise typer.Exit(_people().unblock(store, address))


@brief_app.command("sweep")
def brief_sweep(
    whole: Annotated[bool, typer.Option("--whole", help="Mailchimp: look at all, not only at what changed.")] = False,
    store: StoreOption = None,
    settings: SettingsOption = None,
) -> None:
    """Tidy up. Forgets addresses that nobody confirmed; where Mailchimp sends, compares both sides. For every night."""
    raise typer.Exit(_people().sweep(store, settings, whole=whole))


@brief_app.command("hook")
def brief_hook(
    mail: Annotated[bool, typer.Option("--mail", help="Print where a mail server posts what came back.")] = False,
    store: StoreOption = None,
    settings: SettingsOption = None,
) -> None:
    """Have Mailchimp tell of changes at once. Prints the secret that it signs with, which is shown this once."""
    people = _people()
    raise typer.Exit((people.mail_hook if mail else people.hook)(store, settings))


@brief_app.command("keys")
def brief_keys(
    rotate: Annotated[bool, typer.Option("--rotate", help="Sign with a new key.")] = False,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Believe the newest so many keys only: links of older ones end.")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Change the key that signs links. Links in earlier mails stay good unless --keep says otherwise."""
    if not rotate:
        raise typer.BadParameter("say --rotate to make a new key", param_hint="--rotate")
    raise typer.Exit(_people().rotate(store, keep))
