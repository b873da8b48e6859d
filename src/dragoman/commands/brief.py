"""`dragoman brief`: mailing lists, what their next issue would hold, sending, and how things stand."""

import datetime
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
from rich.console import Console
from rich.table import Table

from dragoman.brief.issuing import Desk, Made, day_of, last_day, preview, send_due, send_list
from dragoman.brief.outgoing import send_waiting
from dragoman.brief.proofs import moment
from dragoman.brief.rendering import Footer, Rendered, render
from dragoman.brief.reporting import ListReport, report
from dragoman.brief.sending import Sent
from dragoman.brief.settings import Settings, read_settings
from dragoman.commands.streams import opened_output
from dragoman.errors import InputError, SenderError
from dragoman.records import Record
from dragoman.rules import Rules
from dragoman.store import Store, issues, mailings, outbox
from dragoman.store.counts import published_span
from dragoman.store.mailings import MailingList, Question
from dragoman.store.opening import open_kept, open_store, place_of
from dragoman.views.names import Names
from dragoman.views.naming import party_named

Format = Literal["text", "html", "json"]
# Of a table of lists.
COLUMNS = ("list", "for", "when", "readers", "not confirmed", "last issue", "next")
say = Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print


class Wanted(Record, frozen=True, kw_only=True):
    """What was said of a list on the command line; None leaves it as it is."""

    title: str | None = None
    description: str | None = None
    parties: tuple[str, ...] | None = None
    among: bool | None = None
    types: tuple[str, ...] | None = None
    what: tuple[mailings.Part, ...] | None = None
    words: str | None = None
    schedule: mailings.Schedule | None = None
    visibility: mailings.Visibility | None = None


# Lists


def show_lists(where: str | None, settings_file: Path | None, *, json: bool) -> int:
    """List the lists, with their readers."""
    settings = read_settings(settings_file, store=place_of(where))
    with open_kept(place_of(where)) as store:
        found = report(store, settings, now()).lists
    if json:
        _write_lines(found)
    elif found:
        _table(found)
    else:
        say("no list yet; `dragoman brief add NAME --title TITLE` makes one")
    return 0


def add(where: str | None, slug: str, wanted: Wanted, rules: Rules) -> int:
    """Make a list."""
    mailing = _changed(MailingList(slug=slug, title="", schedule="weekly", made=now()), wanted, rules)
    with open_store(place_of(where)) as store, store.writing() as connection:
        mailings.add_list(connection, mailing)
    say(f"{slug} is made; `dragoman brief preview {slug}` shows its next issue")
    return 0


def change(where: str | None, slug: str, wanted: Wanted, rules: Rules) -> int:
    """Change what was said, and nothing else."""
    with open_store(place_of(where), make=False) as store, store.writing() as connection:
        mailings.change_list(connection, _changed(known_list(connection, slug), wanted, rules))
    say(f"{slug} is changed")
    return 0


def known_list(connection: Any, slug: str) -> MailingList:
    """The list of a name; raises `InputError` where there is none."""
    found = mailings.list_of(connection, slug)
    if found is None:
        raise InputError(f"there is no list {slug[:64]!r}; `dragoman brief list` shows which there are", kind="list")
    return found


def _changed(mailing: MailingList, wanted: Wanted, rules: Rules) -> MailingList:
    said = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
    if "parties" in said:
        said["parties"] = tuple(dict.fromkeys(party_named(name, rules) for name in said["parties"]))
    for kind in said.get("types", ()):
        if kind not in rules.ontology.types:
            raise InputError(f"there is no type {kind!r}: one of {', '.join(rules.ontology.types)}", kind="type")
    if "words" in said:
        said["words"] = " ".join(said["words"].split()) or None
    own = {name: said.pop(name) for name in Question.__struct_fields__ if name in said}
    return msgspec.structs.replace(mailing, question=msgspec.structs.replace(mailing.question, **own), **said)


def _table(found: Sequence[ListReport]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in COLUMNS:
        table.add_column(title, justify="right" if title in {"readers", "not confirmed"} else "left")
    for one in found:
        last = f"{one.last.number}, {one.last.made[:10]}" if one.last else ""
        following = "due" if one.is_due else ""
        table.add_row(one.slug, one.visibility, one.schedule, f"{one.readers:,}", f"{one.waiting:,}", last, following)
    Console(highlight=False, markup=False).print(table)


# The next issue


def show_next(
    where: str | None,
    settings_file: Path | None,
    slug: str,
    day: datetime.date | None,
    format: Format,
    output: str,
    rules: Rules,
) -> int:
    """Write what the next issue of a list would hold, and keep nothing of it."""
    settings = read_settings(settings_file, store=place_of(where))
    with open_kept(place_of(where)) as store:
        with store.reading() as connection:
            mailing = known_list(connection, slug)
        until = day or last_day(mailing, day_of(now()))
        found = preview(Desk(store, settings, rules, Names(rules)), mailing, until)
        if found is None:
            say(_nothing(store, mailing.slug, until))
            return 0
    footer = Footer(name=settings.name, postal=settings.postal)
    if format == "json":
        body = msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"
    else:
        body = _bytes(render(found, base=settings.base, footer=footer), format)
    with opened_output(output) as out:
        out.write(body)
    return 0


def _bytes(rendered: Rendered, format: Format) -> bytes:
    if format == "html":
        return rendered.html.encode("utf-8", "replace")
    return f"Subject: {rendered.subject}\n\n{rendered.text}".encode("utf-8", "replace")


def _nothing(store: Store, slug: str, until: datetime.date) -> str:
    with store.reading() as connection:
        last = published_span(connection)[1]
    told = f"nothing is new for {slug} up to {until}"
    if last and last < until:
        told += f"; the last report here is of {last}, and --day {last} looks from there"
    return told


# Sending


def send(
    where: str | None,
    settings_file: Path | None,
    slugs: Sequence[str],
    day: datetime.date | None,
    rules: Rules,
    *,
    json: bool,
    quiet: bool,
) -> int:
    """Make the next issues of the lists that are named, else of those that are due, and send all that waits."""
    settings = read_settings(settings_file, store=place_of(where))
    with open_store(place_of(where), make=False) as store:
        desk = Desk(store, settings, rules, Names(rules))
        made = _made(desk, slugs, day)
        errors = [one for one in made if one.number is None and one.kind not in {"nothing", "meanwhile"}]
        if not json:
            for one in errors if quiet else made:
                say(_told(store, one))
        sent = _sent(store, settings, quiet=quiet)
    if json:
        _write_lines([*made, *([sent] if sent else [])])
    elif sent and not (quiet and _is_well(sent)):
        say(_summary(sent))
    return 0 if (sent is None or _is_well(sent)) and not errors else 1


def _made(desk: Desk, slugs: Sequence[str], day: datetime.date | None) -> list[Made]:
    if not slugs:
        return send_due(desk, now)
    with desk.store.reading() as connection:
        chosen = [known_list(connection, slug) for slug in slugs]
    return [send_list(desk, one, day or last_day(one, day_of(now())), now) for one in chosen]


def _told(store: Store, made: Made) -> str:
    if made.number is not None:
        readers = f"{made.readers:,} reader{'' if made.readers == 1 else 's'}"
        return f"{made.list} {made.number}, for {readers}: {made.subject}"
    return _nothing(store, made.list, made.day) if made.kind == "nothing" else f"{made.list}: {made.why}"


def _sent(store: Store, settings: Settings, *, quiet: bool) -> Sent | None:
    """What sending came to; None where another process sends what waits."""
    try:
        return send_waiting(store, settings, clock=now, sleep=time.sleep)
    except SenderError as error:
        if error.kind != "busy":
            raise
        if not quiet:
            say(f"{error}; what waits goes out by it")
        return None


def _is_well(sent: Sent) -> bool:
    return not (sent.failed or sent.unknown or sent.orphans or sent.trouble)


def _summary(sent: Sent) -> str:
    counts = {
        "sent": sent.sent,
        "put off": sent.later,
        "failed": sent.failed,
        "not wanted any more": sent.dropped,
        "sent or not, nobody knows": sent.unknown + sent.orphans,
        "waiting": sent.waiting,
    }
    told = ", ".join(f"{many:,} {words}" for words, many in counts.items() if many) or "nothing waits to be sent"
    if sent.wait:
        told += f"; the limits let nothing more go for {sent.wait:,} seconds, so run this again then"
    if sent.unknown or sent.orphans:
        told += "; `dragoman brief outbox --state unknown` lists what may have gone out or not"
    return f"{told}; {sent.trouble}" if sent.trouble else told


# How things stand


def status(where: str | None, settings_file: Path | None, *, json: bool) -> int:
    """Say how things stand with lists and outbox."""
    settings = read_settings(settings_file, store=place_of(where))
    with open_kept(place_of(where)) as store:
        found = report(store, settings, now())
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
        return 0
    if found.lists:
        _table(found.lists)
    waiting = ", ".join(f"{many:,} {state}" for state, many in sorted(found.mails.items())) or "no mail yet"
    print_ = Console(highlight=False, markup=False, soft_wrap=True).print
    print_(f"outbox: {waiting}{f'; the next is due at {found.next}' if found.next else ''}")
    print_(f"sender: {found.sender}; links begin with {found.base}")
    if found.holder:
        print_(f"sending now: {found.holder}")
    return 0


class Choice(Record, frozen=True, kw_only=True):
    """Mails of the outbox: in a state, of one issue or of all; `decision` is what is to become of them."""

    state: outbox.State
    slug: str | None = None
    number: int | None = None
    decision: Literal["resend", "believe-sent", "take-back"] | None = None


def show_outbox(where: str | None, choice: Choice, *, json: bool) -> int:
    """List mails of the outbox, or decide what becomes of them."""
    if choice.decision is None:
        with open_kept(place_of(where)) as store:
            return _list_mails(store, choice, json=json)
    with open_store(place_of(where), make=False) as store:
        issue = _issue(store, choice)
        with store.writing() as connection:
            if choice.decision == "believe-sent":
                many = outbox.believe_sent(connection, now(), issue=issue)
            elif choice.decision == "resend":
                if choice.state not in {"unknown", "failed"}:
                    raise InputError("only what is unknown or failed can be sent once more", kind="state")
                many = outbox.resend(connection, now(), state=choice.state, issue=issue)
            else:
                many = _taken_back(connection, issue)
    done = {"believe-sent": "taken as sent", "resend": "queued once more", "take-back": "taken back"}[choice.decision]
    say(f"{many:,} mail{'' if many == 1 else 's'} {done}")
    return 0


def _taken_back(connection: Any, issue: int | None) -> int:
    if issue is None:
        raise InputError("say which issue is to be taken back: --list NAME --number N", kind="issue")
    return outbox.take_back(connection, issue, now())


def _issue(store: Store, choice: Choice) -> int | None:
    """The key of the issue that is meant; None for all."""
    if choice.slug is None and choice.number is None:
        return None
    if choice.slug is None or choice.number is None:
        raise InputError("an issue is named by both, --list NAME and --number N", kind="issue")
    with store.reading() as connection:
        found = issues.issue_of(connection, choice.slug, choice.number)
    if found is None:
        raise InputError(f"{choice.slug} has no issue {choice.number}", kind="issue")
    return found.key


def _list_mails(store: Store, choice: Choice, *, json: bool) -> int:
    issue, after = _issue(store, choice), 0
    while True:
        with store.reading() as connection:
            page = outbox.mails(connection, choice.state, issue=issue, after=after)
        if not page:
            return 0
        after = page[-1].key
        if json:
            _write_lines(page)
            continue
        for one in page:
            line = (str(one.key), one.kind, one.address or "erased", moment(one.changed) or "", one.reply)
            sys.stdout.write("\t".join(" ".join(part.split()) for part in line) + "\n")


def _write_lines(found: Sequence[Record]) -> None:
    sys.stdout.buffer.writelines(msgspec.json.encode(one) + b"\n" for one in found)


def now() -> int:
    """Whole seconds since 1970."""
    return int(time.time())
