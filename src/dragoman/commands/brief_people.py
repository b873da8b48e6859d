"""`dragoman brief`: the people behind the lists: who is asked, who agreed to what, who came back, who is erased."""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec
from rich.console import Console

from dragoman.brief import leaving, yours
from dragoman.brief.addresses import address_of
from dragoman.brief.bounces import Effect, take_in
from dragoman.brief.inviting import invite as invite_one
from dragoman.brief.mailboxes import read_mails, split_mails
from dragoman.brief.proofs import csv_lines, json_lines
from dragoman.brief.replaying import replay as replay_all
from dragoman.brief.returns import Return
from dragoman.brief.settings import Mailchimp, Settings, read_settings
from dragoman.commands.brief import known_list, now
from dragoman.commands.streams import opened_input, opened_output
from dragoman.errors import InputError
from dragoman.store import Store, consents, keys, subscribers
from dragoman.store.consents import Head
from dragoman.store.opening import open_kept, open_store, place_of
from dragoman.store.subscribers import Subscriber, subscriber_of

# Seconds after which the address of somebody who never confirmed is forgotten.
UNCONFIRMED = 30 * 24 * 3600
say = Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print


def invite(where: str | None, settings_file: Path | None, slug: str, addresses: Sequence[str]) -> int:
    """Ask people whether they want a list; each has to confirm. Those who cannot be asked are told of."""
    settings = read_settings(settings_file, store=place_of(where))
    refused = 0
    with open_store(place_of(where), make=False) as store:
        with store.reading() as connection:
            known_list(connection, slug)
        for typed in addresses:
            try:
                is_new = invite_one(store, settings, slug, typed, now())
            except InputError as error:
                refused += 1
                say(f"not asked: {error.message}")
                continue
            say(f"{typed} {'is asked by the next `dragoman brief send`' if is_new else 'gets it already'}")
    return 1 if refused else 0


def bounces(where: str | None, settings_file: Path | None, inputs: Sequence[str], *, json: bool, quiet: bool) -> int:
    """Read mails that came back, and complaints."""
    settings = read_settings(settings_file, store=place_of(where))

    def tell(found: Return, effect: Effect) -> None:
        if not json and not quiet and effect != "ignored":
            say(f"{effect}: {found.kind}, {found.said}")

    with open_store(place_of(where), make=False) as store:
        taken = take_in(store, settings, _mails(inputs), now(), progress=tell)
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(taken) + b"\n")
    elif not quiet:
        counts = {name: many for name, many in msgspec.structs.asdict(taken).items() if many}
        say(", ".join(f"{many:,} {name}" for name, many in counts.items()) or "no mail was there")
    return 0


def _mails(inputs: Iterable[str]) -> Iterator[bytes]:
    for one in inputs:
        if one == "-":
            yield from split_mails(sys.stdin.buffer)
        else:
            yield from read_mails(Path(one))


def show_consents(where: str | None, address: str | None, format: Literal["jsonl", "csv"], output: str) -> int:
    """Write who agreed to what and when, in order."""
    with open_kept(place_of(where)) as store, store.reading() as connection:
        person = _person(store, address) if address else None
        chain = consents.consents(connection, subscriber=person.key if person else None)
        lines = (csv_lines if format == "csv" else json_lines)(chain)
        with opened_output(output) as out:
            out.writelines(line.encode("utf-8", "replace") for line in lines)
    return 0


def check_consents(where: str | None, known: str | None) -> int:
    """Check that no consent was changed or taken out; `known` is a head that was told before."""
    with open_kept(place_of(where)) as store, store.reading() as connection:
        broken = consents.broken_link(connection, _head(known) if known else None)
        unfounded = consents.unfounded(connection)
        last = consents.head(connection)
    if broken is not None:
        say(f"consent {broken} is not what it was, or is missing: whatever stands from there on proves nothing")
    for subscriber, slug in unfounded:
        say(f"subscriber {subscriber} gets {slug} without a consent that says so")
    if broken is None and not unfounded:
        say(f"{last.number:,} consents hold; keep this head elsewhere: {last.number}:{last.digest}")
        return 0
    return 1


def _head(text: str) -> Head:
    number, _, digest = text.partition(":")
    if not number.isdecimal() or not digest:
        raise InputError(f"{text[:80]!r} is no head: it looks like 12:0f3a...", kind="head")
    return Head(int(number), digest)


def replay(where: str | None, settings_file: Path | None, input: str) -> int:
    """After a backup was put back: end what exported consents say has ended since."""
    settings = read_settings(settings_file, store=place_of(where))
    with open_store(place_of(where), make=False) as store, opened_input(input) as lines:
        done = replay_all(store, settings, lines, now())
    who = f"{done.people:,} {'person' if done.people == 1 else 'people'}"
    say(f"{done.read:,} consents read, {done.later:,} of them later than this store; they took {who} off lists")
    return 0


def erase(where: str | None, settings_file: Path | None, address: str) -> int:
    """Erase what is kept about somebody; the address stays without mail."""
    settings = read_settings(settings_file, store=place_of(where))
    with open_store(place_of(where), make=False) as store:
        person = _person(store, address)
        with store.writing() as connection:
            yours.erase_person(connection, settings, person, now(), by="operator")
    say(f"erased; {_told_later(settings)}copies of the store that were made before still hold the address")
    return 0


def _told_later(settings: Settings) -> str:
    return "Mailchimp is told by the next `dragoman brief sweep`; " if isinstance(settings.sender, Mailchimp) else ""


def block(where: str | None, settings_file: Path | None, address: str) -> int:
    """Send nothing to an address any more, whoever enters it."""
    settings = read_settings(settings_file, store=place_of(where))
    same = address_of(address).same
    with open_store(place_of(where), make=False) as store, store.writing() as connection:
        person = subscriber_of(connection, same)
        if person is not None:
            leaving.end(connection, settings, person, None, "unsubscribed", now(), by="operator")
            subscribers.drop_mails(connection, person.key, None, now())
        subscribers.suppress(connection, keys.who(connection, same), "operator", now())
    say("no mail goes there any more")
    return 0


def unblock(where: str | None, address: str) -> int:
    """Let an address get mail again."""
    with open_store(place_of(where), make=False) as store, store.writing() as connection:
        if not subscribers.lift(connection, keys.who(connection, address_of(address).same)):
            raise InputError("this address was not kept from getting mail", kind="address")
    say("mail may go there again; whoever reads it has to sign up once more")
    return 0


def _person(store: Store, address: str) -> Subscriber:
    with store.reading() as connection:
        found = subscriber_of(connection, address_of(address).same)
    if found is None:
        raise InputError("nobody here has this address", kind="address")
    return found


def sweep(where: str | None, settings_file: Path | None, *, whole: bool) -> int:
    """Forget addresses that nobody confirmed, and where Mailchimp sends compare both sides."""
    settings = read_settings(settings_file, store=place_of(where))
    with open_store(place_of(where), make=False) as store:
        gone = yours.forget_unconfirmed(store, settings, now() - UNCONFIRMED, now())
        say(f"{gone:,} address{'' if gone == 1 else 'es'} forgotten that nobody confirmed within 30 days")
        if not isinstance(settings.sender, Mailchimp):
            return 0
        from dragoman.brief.senders.mailchimp import platform_of
        from dragoman.brief.sweeping import sweep as compare

        platform = platform_of(store, settings)
        with platform.client:
            done = compare(platform, now, whole=whole)
    for problem in done.pushed.problems:
        say(problem)
    say(
        f"Mailchimp: {done.seen:,} looked at, {done.joined:,} joined, {done.left:,} left there; {done.pushed.told:,} "
        f"told of, {done.pushed.erased:,} erased, {done.pushed.behind:,} could not be told of"
    )
    return 1 if done.pushed.behind else 0


def mail_hook(where: str | None, settings_file: Path | None) -> int:
    """Print the address to which a mail server can post what came back."""
    from dragoman.brief.hooks import path_of

    settings = read_settings(settings_file, store=place_of(where))
    with open_store(place_of(where), make=False) as store:
        key = path_of(keys.link_keys(store, now=now()), "mail")
    sys.stdout.write(f"{settings.base}/briefings/hooks/mail/{key}\n")
    return 0


def hook(where: str | None, settings_file: Path | None) -> int:
    """Have Mailchimp tell of changes at once; prints the secret with which it signs, once."""
    from dragoman.brief.hooks import connect, path_of
    from dragoman.brief.senders.mailchimp import platform_of

    settings = read_settings(settings_file, store=place_of(where))
    with open_store(place_of(where), make=False) as store:
        platform = platform_of(store, settings)
        url = f"{settings.base}/briefings/hooks/mailchimp/{path_of(keys.link_keys(store, now=now()))}"
        with platform.client:
            made = connect(platform, url)
    say(f"Mailchimp tells {made.url}")
    if made.signing_secret:
        say("it signs with the secret below; put it into a file and name that as webhook_secret_file in the settings")
        sys.stdout.write(f"{made.signing_secret}\n")
    return 0


def rotate(where: str | None, keep: int | None) -> int:
    """Sign links with a new key from now on."""
    with open_store(place_of(where), make=False) as store, store.writing() as connection:
        believed = keys.rotate(connection, "links", int(time.time()), keep=keep)
    say(f"links are signed with a new key; those of {believed:,} keys are believed")
    return 0
