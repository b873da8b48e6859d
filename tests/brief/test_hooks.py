"""What the platform tells by itself: which messages are believed, and what each does, in whatever order they come."""

# ruff: noqa: F811, as fixtures are named where they are taken

import hashlib
import hmac
import itertools
import urllib.parse

import pytest

from dragoman.brief.asking import ask_all
from dragoman.brief.hooks import BYTES, GOOD_FOR, Message, RefusedError, connect, is_path, path_of, read_message, take
from dragoman.brief.senders.mailchimp_records import hash_of
from dragoman.store import keys, subscribers
from tests.brief.accounts import account, clients, office, ready  # noqa: F401
from tests.brief.standing_in import AUDIENCE, NOW

ANN, BEN = "ann@example.org", "ben@example.org"
SECRET = "a2f9c8" * 8
BODY = urllib.parse.urlencode(
    {"type": "unsubscribe", "fired_at": "2026-06-01 10:00:00", "data[list_id]": AUDIENCE, "data[email]": "ann+news@example.org",
     "data[merges][EMAIL]": "ann+news@example.org", "data[merges][INTERESTS]": "Korea, Taiwan Strait", "data[action]": "unsub"}
).encode()  # fmt: skip


def signed(body=BODY, at=NOW, secret=SECRET):
    mark = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mark}"


def other(signature):
    """The same with its last digit changed."""
    return signature[:-1] + ("0" if signature[-1] != "0" else "1")


GOOD = {
    "fresh": signed(),
    "at the end of its time": signed(at=NOW - GOOD_FOR),
    "a little ahead": signed(at=NOW + GOOD_FOR),
    "with blanks": signed().replace(",", ", "),
    "one of two": signed().replace("v1=", "v1=" + "0" * 64 + ",v1="),
    "with another kind beside it": signed() + ",v0=abc",
}
BAD = {
    "none": ("", "signature"),
    "empty parts": (",,,", "signature"),
    "no time": (signed().partition(",")[2], "signature"),
    "no mark": (signed().partition(",")[0], "signature"),
    "another digit": (other(signed()), "signature"),
    "cut": (signed()[:-1], "signature"),
    "longer": (signed() + "0", "signature"),
    "upper case": (signed().upper(), "signature"),
    "another secret": (signed(secret=SECRET + "0"), "signature"),
    "no secret": (signed(secret=""), "signature"),
    "another body": (signed(BODY + b"&x=1"), "signature"),
    "another time": (signed().replace(f"t={NOW}", f"t={NOW + 1}"), "signature"),
    "two times": (f"t={NOW}," + signed(), "signature"),
    "time with a sign": (signed().replace("t=", "t=+"), "signature"),
    "time in other digits": (signed().replace("t=1", "t=１"), "signature"),
    "time without end": ("t=" + "9" * 5000 + ",v1=" + "0" * 64, "signature"),
    "not ASCII": (f"t={NOW},v1=é", "signature"),
    "only the old kind": (signed().replace("v1=", "v0="), "signature"),
    "too old": (signed(at=NOW - GOOD_FOR - 1), "old"),
    "too early": (signed(at=NOW + GOOD_FOR + 1), "old"),
    "of years ago": (signed(at=1), "old"),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_signatures(name):
    message = read_message(BODY, GOOD[name], SECRET, NOW)
    assert (message.kind, message.fired, message.field("email")) == (
        "unsubscribe",
        "2026-06-01 10:00:00",
        "ann+news@example.org",
    )
    assert message.field("list_id") == AUDIENCE
    assert message.field("nothing") == ""


@pytest.mark.parametrize("name", BAD)
def test_bad_signatures(name):
    signature, kind = BAD[name]
    with pytest.raises(RefusedError) as raised:
        read_message(BODY, signature, SECRET, NOW)
    assert raised.value.kind == kind
    assert SECRET not in str(raised.value)


def test_a_body_that_was_changed_on_the_way():
    for place in range(0, len(BODY), 7):
        changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
        with pytest.raises(RefusedError):
            read_message(changed, signed(), SECRET, NOW)


def test_without_a_secret_the_address_alone_is_trusted():
    assert read_message(BODY, "", "", NOW).kind == "unsubscribe"


MALFORMED = [
    b"", b"x", b"type=unsubscribe", b"fired_at=2026-06-01+10:00:00", b"type=unsubscribe&fired_at=yesterday", b'{"type": "unsubscribe"}',
    b"type=unsubscribe&fired_at=2026-06-01T10:00:00Z", b"type=unsubscribe&fired_at=2026-06-01+10:00:00%00", b"\xff\xfe", b"a=1&" * 400,
]  # fmt: skip


@pytest.mark.parametrize("body", MALFORMED)
def test_what_is_no_message(body):
    with pytest.raises(RefusedError) as raised:
        read_message(body, "", "", NOW)
    assert raised.value.kind == "malformed"


def test_a_message_without_end():
    with pytest.raises(RefusedError) as raised:
        read_message(b"x" * (BYTES + 1), "", SECRET, NOW)
    assert raised.value.kind == "large"


def test_the_address_that_only_the_platform_was_given():
    known = (b"old" * 11, b"new" * 11)
    given = path_of(known)
    assert is_path(known, given)
    assert is_path(known, path_of(known[:1]))
    assert not is_path(known[1:], path_of(known[:1]))
    for wrong in ("", given[:-1], given + "0", given.upper(), "é", given[::-1]):
        assert not is_path(known, wrong)


def test_the_platform_is_told_where_once_and_not_to_echo_us(office):
    with office.store.writing() as connection:
        url = f"https://record.example/hooks/mailchimp/{path_of(keys.keys_of(connection, 'links', now=NOW))}"
    first, second = connect(office.platform, url), connect(office.platform, url)
    assert (first.signing_secret, second.signing_secret) == ("once", "")
    assert first.id == second.id
    (kept,) = office.account.webhooks
    assert kept["sources"] == {"user": True, "admin": True}
    assert set(kept["events"]) == {"subscribe", "unsubscribe", "profile", "cleaned", "upemail", "campaign"}


def told(office, kind, *, email=ANN, at=0, **data):
    """A message of the platform, `at` minutes after ten."""
    fields = {"list_id": AUDIENCE, "id": "8a25ff1d98", "email": email, **data}
    message = Message(kind=kind, fired=f"2026-06-01 10:{at:02}:00", data=fields)
    return take(office.platform, message, office.tick())


@pytest.fixture
def ann(office):
    """Ann gets two lists through the platform."""
    key = office.join(ANN, "korea", "strait")
    office.sweep()
    return key


ENDINGS = [
    ("unsubscribe", {"action": "unsub", "reason": "manual"}, "unsubscribed", None),
    ("unsubscribe", {"action": "delete"}, "unsubscribed", None),
    ("unsubscribe", {"action": "unsub", "reason": "abuse"}, "complained", "complained"),
    ("cleaned", {"reason": "hard", "campaign_id": "4fjk2ma9xd"}, "bounced", "bounced"),
    ("cleaned", {"reason": "abuse"}, "complained", "complained"),
    ("upemail", {"old_email": ANN, "new_email": BEN, "new_id": "51da8c3259"}, "unsubscribed", None),
]


@pytest.mark.parametrize(("kind", "data", "state", "suppressed"), ENDINGS)
def test_what_ends_mail(office, ann, kind, data, state, suppressed):
    taken = told(office, kind, **data)
    assert taken.lists == ("korea", "strait")
    assert (taken.effect, taken.address) == (("look", BEN) if kind == "upemail" else ("left", ""))
    assert office.states(ann) == {"korea": state, "strait": state}
    assert office.consents(ann)[-2:] == [(slug, state, "platform") for slug in ("korea", "strait")]
    with office.store.reading() as connection:
        assert subscribers.suppression_of(connection, keys.who(connection, ANN)) == suppressed
    assert office.holds()
    assert office.account.count("patch_member") == 0


@pytest.mark.parametrize(("kind", "data", "state", "suppressed"), ENDINGS)
def test_what_ends_mail_ends_it_once(office, ann, kind, data, state, suppressed):
    told(office, kind, **data)
    written = office.consents(ann)
    assert told(office, kind, **data).effect == "late"
    told(office, kind, at=1, **data)
    assert office.states(ann) == {"korea": state, "strait": state}
    assert [one for one in office.consents(ann) if one not in written] == []


def test_the_capitals_of_an_address_do_not_matter(office, ann):
    assert told(office, "unsubscribe", email="ANN@Example.ORG").effect == "left"


def test_mail_that_is_queued_is_taken_back(office, ann):
    told(office, "cleaned", reason="hard")
    with office.store.reading() as connection:
        rows = subscribers.held(connection, ann)["outbox"]
    assert {row["state"] for row in rows} == {"dropped"}


def test_a_sign_up_that_waits_for_our_link_waits_on(office, ann):
    office.sign_up(ANN, "middle-east")
    assert told(office, "unsubscribe").lists == ("korea", "strait")
    assert office.states(ann)["middle-east"] == "pending"
    told(office, "cleaned", at=1, reason="hard")
    assert office.states(ann)["middle-east"] == "bounced"


def test_a_bounce_of_somebody_on_no_list_is_written_down_once(office, ann):
    office.leave(ann)
    for at in (1, 2):
        told(office, "cleaned", at=at, reason="hard")
    assert office.consents(ann)[-2:] == [("strait", "unsubscribed", "self"), ("", "bounced", "platform")]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_messages_in_any_order_come_to_the_same(office, ann, order):
    """Ann leaves, is asked, comes back and leaves again; of the messages the one that is newest counts."""
    messages = [("unsubscribe", 1), ("subscribe", 2), ("unsubscribe", 3)]
    for number in order:
        kind, at = messages[number]
        told(office, kind, at=at)
    assert office.states(ann) == {"korea": "unsubscribed", "strait": "unsubscribed"}


@pytest.mark.parametrize("kinds", [("subscribe", "unsubscribe"), ("unsubscribe", "subscribe")])
def test_of_two_in_the_same_second_the_one_that_ends_counts(office, kinds):
    office.use(confirm="platform")
    key = office.sign_up(ANN, "korea")
    asked(office)
    for kind in kinds:
        told(office, kind)
    assert office.states(key)["korea"] != "confirmed"


def asked(office):
    assert ask_all(office.platform, office.tick()).asked == 1


@pytest.mark.parametrize("late", ["subscribe", "unsubscribe"])
def test_what_comes_late_undoes_nothing(office, late):
    office.use(confirm="platform")
    key = office.sign_up(ANN, "korea")
    asked(office)
    if late == "unsubscribe":
        told(office, "subscribe", at=5)
        assert told(office, "unsubscribe", at=4).effect == "late"
        assert office.states(key) == {"korea": "confirmed"}
    else:
        told(office, "subscribe", at=4)
        told(office, "unsubscribe", at=5)
        assert told(office, "subscribe", at=4).effect == "late"
        assert office.states(key) == {"korea": "unsubscribed"}


def test_a_subscription_at_their_form_is_looked_at(office, ann):
    told(office, "unsubscribe", at=1)
    taken = told(office, "subscribe", at=2)
    assert (taken.effect, taken.address) == ("look", ANN)
    assert office.states(ann) == {"korea": "unsubscribed", "strait": "unsubscribed"}
    assert told(office, "subscribe", email="zoe@example.org").effect == "look"
    assert office.state_of("zoe@example.org") is None


def test_a_profile_that_changed_is_looked_at(office, ann):
    taken = told(office, "profile", **{"merges][INTERESTS": "Korea"})
    assert (taken.effect, taken.address) == ("look", ANN)
    assert office.states(ann) == {"korea": "confirmed", "strait": "confirmed"}


@pytest.mark.parametrize(
    ("kind", "data", "effect"),
    [
        ("campaign", {"status": "sent", "subject": "Korea"}, "nothing"),
        ("surprise", {}, "unknown"),
        ("", {}, "unknown"),
        ("unsubscribe", {"list_id": "0000000000"}, "elsewhere"),
        ("unsubscribe", {"list_id": ""}, "elsewhere"),
        ("unsubscribe", {"email": "nobody@example.org"}, "nothing"),
        ("unsubscribe", {"email": "no address"}, "nothing"),
        ("unsubscribe", {"email": ""}, "nothing"),
        ("cleaned", {"email": "nobody@example.org", "reason": "hard"}, "nothing"),
    ],
)
def test_what_changes_nothing(office, ann, kind, data, effect):
    data = {"email": ANN, "list_id": AUDIENCE, **data}
    message = Message(kind=kind, fired="2026-06-01 10:00:00", data=data)
    written = office.consents(ann)
    assert take(office.platform, message, office.tick()).effect == effect
    assert office.states(ann) == {"korea": "confirmed", "strait": "confirmed"}
    assert office.consents(ann) == written


def test_whoever_was_erased_is_nobody(office, ann):
    office.erase(ann)
    assert told(office, "unsubscribe").effect == "nothing"
    assert office.sweep().pushed.erased == 1


@pytest.mark.parametrize(("kind", "data", "state", "suppressed"), ENDINGS)
def test_a_sweep_after_a_message_comes_to_the_same(office, ann, kind, data, state, suppressed):
    told(office, kind, **data)
    office.account.leave(ANN, "cleaned" if kind == "cleaned" else "unsubscribed")
    done = office.sweep()
    assert (done.joined, done.left, done.pushed.told) == (0, 0, 0)
    assert office.states(ann) == {"korea": state, "strait": state}
    assert office.member(ANN).left


def test_a_changed_address_moves_by_the_sweep(office, ann):
    told(office, "upemail", old_email=ANN, new_email=BEN)
    moved = office.account.members.pop(hash_of(ANN))
    office.account.join(BEN, *(one for one, on in moved["interests"].items() if on))
    office.sweep()
    assert office.state_of(ANN) == {"korea": "unsubscribed", "strait": "unsubscribed"}
    assert office.state_of(BEN) == {"korea": "confirmed", "strait": "confirmed"}
    assert office.account.questions == []
    assert office.holds()
