"""Mailchimp as the platform that sends: our lists are interests there, and people are told of whenever they change.

Whoever left here is taken off there before any campaign goes out. Who confirmed here is told of as subscribed, with
when and where they agreed, so that the platform asks nobody a second time.
"""

import datetime
import ipaddress
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import msgspec

from dragoman.brief.agreements import Deed, Visit, enter
from dragoman.brief.senders.mailchimp_client import AT_ONCE, Client, PlatformError
from dragoman.brief.senders.mailchimp_records import Interest, Person, hash_of
from dragoman.brief.settings import Mailchimp, Settings, secret
from dragoman.errors import SettingsError
from dragoman.records import Record
from dragoman.store import Connection, Store, mailings, platforms
from dragoman.store.mailings import MailingList
from dragoman.store.platforms import Member, Someone
from dragoman.store.subscribers import set_states, subscriber

# What is wrong with the account or the line, not with one person: nothing more is tried.
OURS = {"key", "forbidden", "missing", "busy"}
# What is about the person alone, and will not pass.
FINAL = {"compliance", "forgotten"}
# People in a row who could not be told of, after which something is wrong with more than a person.
IN_A_ROW = 20
# People who are told of before that is looked at, and written down.
TOGETHER = 4 * AT_ONCE
# Problems that are told word for word.
TOLD = 20


class Platform(NamedTuple):
    """An account, what of it is ours, and the store whose people it sends to."""

    store: Store
    settings: Settings
    own: Mailchimp
    client: Client

    @property
    def name(self) -> str:
        """What the store calls it: people of one audience are not those of another."""
        return name_of(self.own)


class Pushed(Record, frozen=True, kw_only=True):
    """What the platform was told: of how many people, how many of them left all lists, and how many it erased.

    `asked` are those who left through the platform and came back here: it asks them itself, and their subscriptions
    wait for that. `behind` could not be told of; `stuck` are lists that some of these left here and not yet there.
    """

    told: int = 0
    left: int = 0
    erased: int = 0
    asked: int = 0
    behind: int = 0
    stuck: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class _Told(NamedTuple):
    """What came of telling the platform of somebody: how it has them now, or what went wrong."""

    one: Someone
    before: Member
    now: Member | None
    error: PlatformError | None


def name_of(own: Mailchimp) -> str:
    """What the store calls an account."""
    return f"mailchimp {own.audience}"


def platform_of(store: Store, settings: Settings, connect: Callable[..., Client] = Client) -> Platform:
    """The account that the settings name; raises `SettingsError` where they name none, and for a key that is none."""
    own = settings.sender
    if not isinstance(own, Mailchimp):
        kind = own.__struct_config__.tag
        raise SettingsError(f"sender.kind: expected 'mailchimp', got {kind!r}", key="sender.kind")
    try:
        return Platform(store, settings, own, connect(secret(settings, "key"), base=own.base))
    except PlatformError as error:
        raise SettingsError(f"sender: {error.told}", key="sender.key_file") from error


def interests(platform: Platform) -> dict[str, str]:
    """The interest of each mailing list by its slug; one that is missing there is made.

    Where somebody deleted one there, nobody has it any more: those who want the list are then told of anew. Raises
    `SettingsError` where the audience or the category is not there.
    """
    there = _interests_there(platform)
    with platform.store.reading() as connection:
        lists = mailings.lists(connection)
        known = platforms.all_theirs(connection, platform.name, "list")
    found = {slug: one for slug, one in known.items() if one in there}
    for mailing in lists:
        if mailing.slug not in found and mailing.visibility != "archived":
            free = {name: one for one, name in there.items() if one not in found.values()}
            made = _interest(platform, mailing, free, set(there.values()))
            found[mailing.slug], there[made.id] = made.id, made.name
    return found


def _interests_there(platform: Platform) -> dict[str, str]:
    """The names of all interests by their ids; the ids of categories stand on none of the platform's pages."""
    own, client = platform.own, platform.client
    try:
        return {one.id: one.name for one in client.interests(own.audience, own.category)}
    except PlatformError as error:
        if error.kind != "missing":
            raise
    try:
        there = ", ".join(f"{one.title} ({one.id})" for one in client.categories(own.audience))
    except PlatformError as error:
        if error.kind != "missing":
            raise
        told = f"sender.audience: the account has no audience {own.audience!r}"
        raise SettingsError(told, key="sender.audience") from error
    told = f"sender.category: expected one that the audience has ({there or 'it has none yet'}), got {own.category!r}"
    raise SettingsError(told, key="sender.category")


def _interest(platform: Platform, mailing: MailingList, free: dict[str, str], taken: set[str]) -> Interest:
    """The interest of a list, found by its title where it is there already, as after a call that was cut."""
    names = (f"{mailing.title} ({mailing.slug})", mailing.title)
    known = next((Interest(id=free[name], name=name) for name in names if name in free), None)
    name = names[0] if mailing.title in taken else mailing.title
    made = known or platform.client.add_interest(platform.own.audience, platform.own.category, name)
    with platform.store.writing() as connection:
        if platforms.theirs(connection, platform.name, "list", mailing.slug) not in {None, made.id}:
            _take_off(connection, platform.name, mailing.slug)
        platforms.put(connection, platform.name, "list", mailing.slug, made.id)
    return made


def _take_off(connection: Connection, name: str, slug: str) -> None:
    """Nobody has a list there any more."""
    after = ""
    while page := platforms.members(connection, name, after):
        for after, member in page.items():
            if slug in member.lists:
                lists = tuple(one for one in member.lists if one != slug)
                platforms.put_member(connection, name, after, msgspec.structs.replace(member, lists=lists))


def push(platform: Platform, ids: dict[str, str], beat: Callable[[], int]) -> Pushed:
    """Tell the platform of everybody who changed here since it was told, and have it erase who was erased.

    `ids` are the `interests`; `beat` is called now and then and gives the time. Raises `PlatformError` where it takes
    nothing at all; what it took until then is written down.
    """
    done = Pushed(erased=_erase(platform))
    for todo in _behind(platform):
        told = _tell_all(platform, ids, todo)
        done = _added(done, _settle(platform, told, beat()))
        _check(told)
    return done


def _erase(platform: Platform) -> int:
    with platform.store.reading() as connection:
        digests = platforms.orphans(connection, platform.name)
    for digest in digests:
        platform.client.erase(platform.own.audience, digest)
        with platform.store.writing() as connection:
            platforms.drop(connection, platform.name, "member", digest)
    return len(digests)


def _behind(platform: Platform) -> Iterator[list[tuple[Someone, Member]]]:
    """Those whom the platform sends other lists than they want here, some at a time."""
    after: int | None = 0
    while after is not None:
        with platform.store.reading() as connection:
            page, after = platforms.people(connection, after)
            pairs = [(one, _member(connection, platform.name, one)) for one in page]
        todo = [(one, member) for one, member in pairs if member.under_way or one.wanted() != member.lists]
        for start in range(0, len(todo), TOGETHER):
            yield todo[start : start + TOGETHER]


def _member(connection: Connection, name: str, one: Someone) -> Member:
    return platforms.member_of(connection, name, hash_of(one.address)) or Member(subscriber=one.key, state="")


def _tell_all(platform: Platform, ids: dict[str, str], todo: Sequence[tuple[Someone, Member]]) -> list[_Told]:
    """Tell of several at once.

    That they may be on these lists there is written down before: a process that dies in between takes nobody who then
    leaves for one who joined there, and forgets nobody there who then is erased.
    """
    with platform.store.writing() as connection:
        for one, member in todo:
            lists = tuple(sorted({*member.lists, *one.wanted()}))
            maybe = msgspec.structs.replace(member, lists=lists, under_way=True)
            platforms.put_member(connection, platform.name, hash_of(one.address), maybe)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(lambda pair: _tell(platform, ids, *pair), todo))


def _tell(platform: Platform, ids: dict[str, str], one: Someone, before: Member) -> _Told:
    try:
        return _Told(one, before, _told_of(platform, ids, one, before), None)
    except PlatformError as error:
        return _Told(one, before, None, error)


def _told_of(platform: Platform, ids: dict[str, str], one: Someone, before: Member) -> Member:
    """Tell of one person, and how the platform has them now."""
    now = Member(subscriber=one.key, state="unsubscribed", changed=one.changed(), event=before.event)
    if not one.wanted():
        _unsubscribe(platform, ids, one)
        return now
    person = person_of(platform, ids, one, one.wanted())
    try:
        state = platform.client.put_member(platform.own.audience, person, "subscribed").status
        return msgspec.structs.replace(now, state=state, lists=one.wanted())
    except PlatformError as error:
        if error.kind not in FINAL:
            raise
        asked = _ask_again(platform, person, error)
        return msgspec.structs.replace(now, state=asked, left=True, asked=one.wanted() if asked == "pending" else ())


def _unsubscribe(platform: Platform, ids: dict[str, str], one: Someone) -> None:
    """Take somebody off; who is not there, or may not be written to, is off already."""
    try:
        none = dict.fromkeys(ids.values(), False)
        platform.client.unsubscribe(platform.own.audience, hash_of(one.address), none)
    except PlatformError as error:
        if error.kind not in {"missing", *FINAL}:
            raise


def _ask_again(platform: Platform, person: Person, error: PlatformError) -> str:
    """Have the platform ask somebody who left there; where it cannot either, the person has to go to its own form."""
    if error.kind == "forgotten":
        return "forgotten"
    try:
        return platform.client.put_member(platform.own.audience, person, "pending").status
    except PlatformError as second:
        if second.kind not in {"invalid", *FINAL}:
            raise
        return "refused"


def person_of(platform: Platform, ids: dict[str, str], one: Someone, wanted: Sequence[str]) -> Person:
    """What the platform is told of somebody who wants some lists."""
    with platform.store.reading() as connection:
        agreed = platforms.agreements(connection, one.key)
    asked, confirmed = agreed.get("requested"), agreed.get("confirmed")
    return Person(
        email_address=one.address,
        interests={number: slug in wanted for slug, number in ids.items()},
        ip_signup=_ip(asked),
        timestamp_signup=_time(asked),
        ip_opt=_ip(confirmed),
        timestamp_opt=_time(confirmed),
    )


def _ip(agreed: tuple[int, str] | None) -> str:
    """The address of somebody's computer, where it was kept whole: of a network the platform can make nothing."""
    try:
        return str(ipaddress.ip_address(agreed[1])) if agreed else ""
    except ValueError:
        return ""


def _time(agreed: tuple[int, str] | None) -> str:
    return datetime.datetime.fromtimestamp(agreed[0], datetime.UTC).isoformat() if agreed else ""


def _settle(platform: Platform, told: Sequence[_Told], now: int) -> Pushed:
    """Write down what became of some people."""
    done = Pushed()
    with platform.store.writing() as connection:
        for one in told:
            done = _added(done, _counted(one))
            if one.now is not None:
                platforms.put_member(connection, platform.name, hash_of(one.one.address), one.now)
                if one.now.left:
                    _wait_for(connection, platform.settings, one.one, now)
    return done


def _counted(told: _Told) -> Pushed:
    who, wanted = f"subscriber {told.one.key}", told.one.wanted()
    if told.now is None:
        stuck = tuple(slug for slug in told.before.lists if slug not in wanted)
        return Pushed(behind=1, stuck=stuck, problems=(f"{who}: {told.error}",))
    if not told.now.left:
        return Pushed(told=1, left=int(not wanted))
    if told.now.state == "pending":
        return Pushed(asked=1, problems=(f"{who} had left through Mailchimp: it asks them itself",))
    return Pushed(problems=(f"{who} cannot be added by a program: they have to use Mailchimp's own sign-up form",))


def _wait_for(connection: Connection, settings: Settings, one: Someone, now: int) -> None:
    """Let the lists that somebody wants wait for the platform; what has changed meanwhile stays as it is."""
    on = platforms.someone(connection, one.key, one.address).on
    slugs = [slug for slug in one.wanted() if on.get(slug) == one.on[slug]]
    set_states(connection, one.key, slugs, "pending", now)
    note(connection, settings, one.key, slugs, Deed(action="synced", at=now, by="platform"), "to be confirmed there")


def note(connection: Connection, settings: Settings, key: int, slugs: Sequence[str], deed: Deed, what: str) -> None:
    """Enter among the consents what came from the platform; in the place of a form it is said what that was."""
    person = subscriber(connection, key)
    if person is not None:
        enter(connection, settings, person, slugs, deed, Visit(form=f"Mailchimp: {what}"))


def _added(one: Pushed, other: Pushed) -> Pushed:
    sums = {name: getattr(one, name) + getattr(other, name) for name in Pushed.__struct_fields__}
    return Pushed(**{**sums, "problems": sums["problems"][:TOLD], "stuck": tuple(sorted(set(sums["stuck"])))})


def _check(told: Sequence[_Told]) -> None:
    """Stop where something is wrong with more than one person."""
    errors = [one.error for one in told]
    for error in errors:
        if error is not None and error.kind in OURS:
            raise error
    last = errors[-IN_A_ROW:]
    if len(last) == IN_A_ROW and last[-1] is not None and all(last):
        raise last[-1]
