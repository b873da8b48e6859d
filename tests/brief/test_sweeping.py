"""Sweeping: who changed what on which side, and what then holds on both."""

# ruff: noqa: F811, as fixtures are named where they are taken

import datetime

import pytest

from dragoman.brief import sweeping
from dragoman.brief.senders.mailchimp_client import PlatformError
from dragoman.brief.senders.mailchimp_records import Member as There
from dragoman.brief.senders.mailchimp_records import hash_of
from dragoman.brief.sweeping import Change, compared, look
from dragoman.errors import SenderError
from dragoman.store import keys, leases, subscribers
from dragoman.store.platforms import Member, On, Someone
from tests.brief.accounts import account, clients, office, ready  # noqa: F401
from tests.brief.standing_in import iso

ANN, BEN = "ann@example.org", "ben@example.org"
T = 1_780_000_000


def case(ours, base, there, expected, why):
    return pytest.param(ours, base, there, expected, id=why.replace(" ", "-"))


# How somebody is on lists here (state and time), what both sides had when last compared (lists and time), how the
# platform has them now (state, lists on and off, time), and what follows.
CASES = [
    case({"a": ("confirmed", 10)}, (("a",), 10), ("subscribed", "+a", 5), Change(), "nothing changed"),
    case({"a": ("confirmed", 10)}, (("a",), 10), ("subscribed", "-a", 20), Change(left=("a",)), "unticked there"),
    case({"a": ("confirmed", 10)}, (("a",), 10), ("subscribed", "", 20), Change(), "the group was deleted there"),
    case({"a": ("confirmed", 10)}, None, ("subscribed", "-a", 5), Change(), "not told of yet"),
    case({"a": ("confirmed", 30)}, (("a",), 10), ("subscribed", "-a", 20), Change(), "left and came back here since"),
    case(
        {"a": ("confirmed", 10), "b": ("confirmed", 30)},
        (("a",), 10),
        ("subscribed", "+a-b", 5),
        Change(),
        "one more here",
    ),
    case({"a": ("unsubscribed", 30)}, (("a",), 10), ("subscribed", "+a", 5), Change(), "left here and not told yet"),
    case({"a": ("confirmed", 10)}, (("a",), 10), ("subscribed", "+a+b", 20), Change(joined=("b",)), "ticked there"),
    case(
        {"a": ("unsubscribed", 10)},
        ((), 10),
        ("subscribed", "+a", 20),
        Change(joined=("a",)),
        "came back through their form",
    ),
    case({"a": ("pending", 10)}, ((), 10), ("subscribed", "+a", 20), Change(joined=("a",)), "confirmed there"),
    case({"a": ("pending", 10)}, ((), 10), ("subscribed", "-a", 20), Change(), "waits for our link"),
    case({"a": ("pending", 10)}, ((), 10), ("pending", "+a", 20), Change(), "asked there"),
    case({"a": ("confirmed", 10)}, (("a",), 10), ("pending", "+a", 20), Change(), "set to be asked there"),
    case({"a": ("confirmed", 10)}, (("a",), 10), ("transactional", "-a", 20), Change(), "no member any more"),
    case({"a": ("confirmed", 10)}, (("a",), 10), ("unsubscribed", "+a", 20), Change(left=("a",)), "left there"),
    case(
        {"a": ("confirmed", 10)},
        (("a",), 10),
        ("unsubscribed", "+a", 5),
        Change(left=("a",)),
        "left there whatever its clock says",
    ),
    case(
        {"a": ("confirmed", 30)},
        (("a",), 10),
        ("unsubscribed", "+a", 20),
        Change(),
        "came back here after leaving there",
    ),
    case(
        {"a": ("confirmed", 30)},
        (("a",), 10),
        ("unsubscribed", "+a", 40),
        Change(left=("a",)),
        "left there after coming back here",
    ),
    case({"a": ("confirmed", 30)}, None, ("unsubscribed", "-a", 20), Change(), "had left there long before"),
    case(
        {"a": ("pending", 30)},
        (("a",), 10),
        ("unsubscribed", "-a", 40),
        Change(),
        "waits for our link after leaving there",
    ),
    case(
        {"a": ("confirmed", 10), "b": ("confirmed", 9)},
        (("a", "b"), 10),
        ("archived", "+a+b", 20),
        Change(left=("a", "b")),
        "archived there",
    ),
    case(
        {"a": ("confirmed", 10), "b": ("pending", 9)},
        (("a",), 10),
        ("cleaned", "+a", 20),
        Change(left=("a", "b"), state="bounced"),
        "bounced there",
    ),
    case({}, None, ("unsubscribed", "", 20), Change(), "nobody here"),
]


@pytest.mark.parametrize(("ours", "base", "there", "expected"), CASES)
def test_compared(ours, base, there, expected):
    one = Someone(key=1, address=ANN, on={slug: On(state, T + time) for slug, (state, time) in ours.items()})
    before = base and Member(subscriber=1, state="subscribed", lists=base[0], changed=T + base[1])
    status, has, time = there
    has = {slug: sign == "+" for sign, slug in zip(has[::2], has[1::2], strict=True)}
    member = There(id=hash_of(ANN), email_address=ANN, status=status, last_changed=iso(T + time))
    assert compared(one, before, member, has) == expected


def test_both_sides_agree_after_a_sweep(office):
    ann, ben = office.join(ANN, "korea"), office.join(BEN, "korea", "strait")
    done = office.sweep()
    assert (done.pushed.told, done.joined, done.left) == (2, 0, 0)
    assert (office.account.on(ANN), office.account.on(BEN)) == ({"Korea"}, {"Korea", "Taiwan Strait"})
    done = office.sweep()
    assert (done.pushed.told, done.joined, done.left) == (0, 0, 0)
    assert office.states(ann) == {"korea": "confirmed"}
    assert office.states(ben) == {"korea": "confirmed", "strait": "confirmed"}
    assert office.holds()


def test_who_left_there_has_left_here(office):
    key = office.join(ANN, "korea", "strait")
    office.sweep()
    office.account.leave(ANN)
    done = office.sweep()
    assert (done.left, done.pushed.told) == (2, 0)
    assert office.states(key) == {"korea": "unsubscribed", "strait": "unsubscribed"}
    assert office.consents(key)[-2:] == [("korea", "unsubscribed", "platform"), ("strait", "unsubscribed", "platform")]
    assert office.member(ANN).left
    assert office.sweep().left == 0
    assert office.holds()


def test_who_changed_lists_there_has_changed_them_here(office):
    key = office.join(ANN, "korea", "strait")
    office.sweep()
    office.account.join(ANN, office.account.interest("Korea"), office.account.interest("The Middle East"))
    done = office.sweep()
    assert (done.joined, done.left) == (1, 1)
    assert office.states(key) == {"korea": "confirmed", "middle-east": "confirmed", "strait": "unsubscribed"}
    assert ("middle-east", "synced", "platform") in office.consents(key)
    assert office.account.on(ANN) == {"Korea", "The Middle East"}
    assert office.holds()


def test_changes_on_both_sides_at_once_are_both_kept(office):
    key = office.join(ANN, "korea", "strait")
    office.sweep()
    office.account.join(ANN, office.account.interest("Korea"))
    office.join(ANN, "middle-east")
    office.sweep()
    assert office.states(key) == {"korea": "confirmed", "middle-east": "confirmed", "strait": "unsubscribed"}
    assert office.account.on(ANN) == {"Korea", "The Middle East"}


def test_who_bounced_there_gets_no_mail_from_anywhere(office):
    key = office.join(ANN, "korea")
    office.sign_up(ANN, "strait")
    office.sweep()
    office.account.leave(ANN, "cleaned")
    office.sweep()
    assert office.states(key) == {"korea": "bounced", "strait": "bounced"}
    with office.store.reading() as connection:
        assert subscribers.suppression_of(connection, keys.who(connection, ANN)) == "bounced"


def test_who_came_through_their_form_is_known_here(office):
    office.sweep()
    office.account.join("Zoe@Example.org", office.account.interest("Korea"))
    assert office.sweep().joined == 1
    assert office.state_of("zoe@example.org") == {"korea": "confirmed"}
    assert office.account.questions == []
    assert office.sweep().joined == 0
    assert office.holds()


@pytest.mark.parametrize("status", ["unsubscribed", "pending", "cleaned", "archived", "transactional"])
def test_strangers_whom_it_sends_nothing_are_no_concern_of_ours(office, status):
    office.sweep()
    office.account.join("zoe@example.org", office.account.interest("Korea"), status=status)
    office.sweep()
    assert office.state_of("zoe@example.org") is None


def test_members_for_other_purposes_are_no_concern_of_ours(office):
    office.account.interest("Recipes")
    office.sweep()
    office.account.join("zoe@example.org", office.account.interest("Recipes"))
    office.sweep()
    assert office.state_of("zoe@example.org") is None
    assert office.account.members[hash_of("zoe@example.org")]["status"] == "subscribed"


def test_an_address_that_gets_no_mail_is_kept_off_there(office):
    office.sweep()
    with office.store.writing() as connection:
        subscribers.suppress(connection, keys.who(connection, "zoe@example.org"), "complained", office.now)
    office.account.join("zoe@example.org", office.account.interest("Korea"))
    assert office.sweep().kept_off == 1
    assert office.account.members[hash_of("zoe@example.org")]["status"] == "unsubscribed"
    assert office.state_of("zoe@example.org") is None
    assert office.sweep().kept_off == 0


def test_addresses_that_we_cannot_write_to_stop_nothing(office):
    office.sweep()
    office.account.join("not an address", office.account.interest("Korea"))
    office.account.join(BEN, office.account.interest("Korea"))
    office.sweep()
    assert office.state_of(BEN) == {"korea": "confirmed"}


def test_a_lost_confirmation_is_found_by_the_sweep(office):
    office.use(confirm="platform")
    key = office.sign_up(ANN, "korea")
    office.sweep()
    office.account.join(ANN, office.account.interest("Korea"))
    office.sweep()
    assert office.states(key) == {"korea": "confirmed"}
    assert office.consents(key)[-1] == ("korea", "synced", "platform")
    assert office.holds()


def test_a_sweep_reads_only_what_changed(office, monkeypatch):
    monkeypatch.setattr(sweeping, "OVERLAP", datetime.timedelta(0))
    for number in range(5):
        office.join(f"one{number}@example.org", "korea")
    office.sweep()
    office.sweep()
    office.tick(3600)
    office.account.leave("one3@example.org")
    done = office.sweep()
    assert (done.seen, done.left) == (1, 1)


def test_who_was_deleted_there_is_missed_by_a_whole_sweep(office):
    ann, ben = office.join(ANN, "korea"), office.join(BEN, "korea")
    office.sweep()
    del office.account.members[hash_of(ANN)]
    office.sweep()
    assert office.states(ann) == {"korea": "confirmed"}
    assert office.sweep(whole=True).left == 1
    assert office.states(ann) == {"korea": "unsubscribed"}
    assert office.states(ben) == {"korea": "confirmed"}


def test_an_audience_that_is_empty_all_at_once_ends_nobody(office, monkeypatch):
    monkeypatch.setattr(sweeping, "FEW", 2)
    people = [office.join(f"one{number}@example.org", "korea") for number in range(4)]
    office.sweep()
    office.account.members.clear()
    with pytest.raises(PlatformError, match="4 of 4 members are not there any more"):
        office.sweep(whole=True)
    assert all(office.states(key) == {"korea": "confirmed"} for key in people)


@pytest.mark.parametrize("call", ["members", "interests", "put_member"])
@pytest.mark.parametrize("answer", ["429", "401", "500", "cut"])
def test_a_sweep_that_is_broken_off_goes_on_next_time(office, call, answer):
    office.join(ANN, "korea")
    office.sweep()
    office.account.leave(ANN)
    office.join(BEN, "korea")
    office.account.fail(call, answer)
    try:
        done = office.sweep()
    except PlatformError:
        assert call != "put_member" or answer in {"429", "401"}
    else:
        assert done.pushed.behind == 1
    office.account.heal()
    office.sweep()
    assert (office.state_of(ANN), office.state_of(BEN)) == ({"korea": "unsubscribed"}, {"korea": "confirmed"})
    assert office.account.on(BEN) == {"Korea"}


def test_one_sweeps_at_a_time(office):
    with office.store.writing() as connection:
        assert leases.hold(connection, sweeping.LEASE, "another", 600, office.now)
    with pytest.raises(SenderError, match="another sweep") as raised:
        office.sweep()
    assert raised.value.kind == "busy"
    assert office.account.calls == []
    office.tick(601)
    office.sweep()
    with office.store.reading() as connection:
        assert leases.lease_of(connection, sweeping.LEASE) is None


def test_one_person_is_looked_at_after_a_hint(office):
    key = office.join(ANN, "korea", "strait")
    office.sweep()
    office.account.join(ANN, office.account.interest("Korea"))
    office.tick()
    look(office.platform, ANN, office.now)
    look(office.platform, "nobody@example.org", office.now)
    assert office.states(key) == {"korea": "confirmed", "strait": "unsubscribed"}


def test_who_was_erased_here_is_not_brought_back_by_a_sweep(office):
    key = office.join(ANN, "korea")
    office.sweep()
    office.erase(key)
    office.account.join(ANN, office.account.interest("Korea"), office.account.interest("Taiwan Strait"))
    done = office.sweep()
    assert (done.joined, done.pushed.erased) == (0, 1)
    assert office.state_of(ANN) is None
    assert office.account.members == {}
