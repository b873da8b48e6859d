"""Who asks whom to confirm: we or the platform, never both, whatever state somebody is in there."""

# ruff: noqa: F811, as fixtures are named where they are taken

import itertools

import pytest

from dragoman.brief.asking import ASKED, Asked, ask_all
from dragoman.brief.hooks import Message, take
from dragoman.brief.senders.mailchimp_client import PlatformError
from dragoman.brief.senders.mailchimp_records import hash_of
from dragoman.store import outbox, platforms
from tests.brief.accounts import account, clients, office, ready  # noqa: F401
from tests.brief.standing_in import AUDIENCE

ANN = "ann@example.org"
STATES = ("absent", "subscribed", "unsubscribed by us", "left", "archived", "pending")


def ask(office):
    return ask_all(office.platform, office.tick())


def ours(office):
    """The confirmations that are left for us to send."""
    with office.store.reading() as connection:
        return [one.kind for one in outbox.mails(connection, "queued")]


def confirms(office, address, fired="2026-06-01 10:00:00"):
    """Somebody answers the platform's question, and it tells us."""
    member = office.account.members[hash_of(address)]
    office.account.left.discard(hash_of(address))
    office.account.join(address, *(one for one, on in member["interests"].items() if on))
    data = {"email": address, "list_id": AUDIENCE, "id": "8a25ff1d98"}
    return take(office.platform, Message(kind="subscribe", fired=fired, data=data), office.tick())


def brought_to(office, state):
    """Ann is in some state at the platform, and both sides know."""
    if state == "absent":
        return
    if state == "pending":
        confirm = office.platform.own.confirm
        office.use(confirm="platform")
        office.sign_up(ANN, "strait")
        assert ask(office).asked == 1
        office.use(confirm=confirm)
        return
    key = office.join(ANN, "strait")
    with office.store.writing() as connection:
        for mail in outbox.due_mails(connection, office.now):
            outbox.drop(connection, mail, office.now)
    office.sweep()
    if state == "unsubscribed by us":
        office.leave(key)
    elif state in {"left", "archived"}:
        office.account.leave(ANN, {"left": "unsubscribed"}.get(state, state))
    office.sweep()


@pytest.mark.parametrize(("confirm", "state"), list(itertools.product(("ours", "platform"), STATES)))
def test_exactly_one_asks(office, confirm, state):
    office.use(confirm=confirm)
    brought_to(office, state)
    office.account.questions.clear()
    office.sign_up(ANN, "korea")
    done = ask(office)
    theirs = state in {"left", "archived"} if confirm == "ours" else state != "subscribed"
    assert (done.asked, len(done.ours)) == ((1, 0) if theirs else (0, 1))
    assert ours(office) == ([] if theirs else ["confirm"])
    # Asked before and not yet answered, the platform has asked already.
    assert len(office.account.questions) == int(theirs and state != "pending")
    office.sweep()
    office.sweep()
    assert len(office.account.questions) + len(ours(office)) == int(not theirs or state != "pending")


@pytest.mark.parametrize("confirm", ["ours", "platform"])
def test_nobody_asks_whose_mail_does_not_arrive(office, confirm):
    office.use(confirm=confirm)
    office.join(ANN, "strait")
    office.sweep()
    office.account.leave(ANN, "cleaned")
    office.sweep()
    office.sign_up(ANN, "korea")
    assert ask(office).asked == 0
    assert office.account.questions == []


@pytest.mark.parametrize("confirm", ["ours", "platform"])
def test_what_our_link_confirms_is_not_asked_about_there(office, confirm):
    office.use(confirm="ours")
    key = office.sign_up(ANN, "korea")
    ask(office)
    office.confirm(key)
    office.use(confirm=confirm)
    office.sweep()
    assert office.account.questions == []
    assert office.account.on(ANN) == {"Korea"}
    assert office.holds()


def test_the_answer_to_the_platform_confirms_what_was_asked(office):
    office.use(confirm="platform")
    key = office.sign_up(ANN, "korea", "strait")
    assert ask(office).asked == 1
    assert office.account.questions == [ANN]
    assert office.account.members[hash_of(ANN)]["status"] == "pending"
    taken = confirms(office, ANN)
    assert (taken.effect, taken.lists) == ("joined", ("korea", "strait"))
    assert office.states(key) == {"korea": "confirmed", "strait": "confirmed"}
    assert office.consents(key)[-2:] == [("korea", "synced", "platform"), ("strait", "synced", "platform")]
    done = office.sweep()
    assert (done.joined, done.left, done.pushed.told) == (0, 0, 0)
    assert office.account.on(ANN) == {"Korea", "Taiwan Strait"}
    assert office.account.questions == [ANN]
    assert office.holds()


def test_an_answer_confirms_only_what_was_asked(office):
    office.use(confirm="platform")
    key = office.sign_up(ANN, "korea")
    ask(office)
    office.use(confirm="ours")
    office.sign_up(ANN, "strait")
    confirms(office, ANN)
    assert office.states(key) == {"korea": "confirmed", "strait": "pending"}
    office.sweep()
    assert office.states(key) == {"korea": "confirmed", "strait": "pending"}


def test_who_left_through_the_platform_comes_back_through_it(office):
    key = office.join(ANN, "korea")
    with office.store.writing() as connection:
        outbox.drop(connection, outbox.due_mails(connection, office.now)[0], office.now)
    office.sweep()
    office.account.leave(ANN)
    office.sweep()
    office.sign_up(ANN, "korea")
    assert ask(office).asked == 1
    assert ours(office) == []
    confirms(office, ANN)
    assert office.states(key) == {"korea": "confirmed"}
    assert office.member(ANN).left is False
    office.sweep()
    assert office.account.questions == [ANN]
    assert office.account.on(ANN) == {"Korea"}


def test_the_outbox_says_who_asked(office):
    office.use(confirm="platform")
    office.sign_up(ANN, "korea")
    ask(office)
    with office.store.reading() as connection:
        (mail,) = outbox.mails(connection, "sent")
    assert (mail.kind, mail.reply, mail.attempts) == ("confirm", ASKED, 1)
    assert ask(office).asked == 0


@pytest.mark.parametrize(
    ("answer", "outcome", "state"),
    [("forgotten", "failed", "failed"), ("compliance", "failed", "failed"), ("invalid", "failed", "failed"),
     ("500", "later", "queued"), ("cut", "later", "queued")],
)  # fmt: skip
def test_who_cannot_be_asked(office, answer, outcome, state):
    office.use(confirm="platform")
    office.sign_up(ANN, "korea")
    office.account.fail("put_member", answer)
    done = ask(office)
    assert getattr(done, outcome) == 1
    with office.store.reading() as connection:
        assert outbox.counts(connection) == {state: 1}
    if answer == "forgotten":
        with office.store.reading() as connection:
            assert "own sign-up form" in outbox.mails(connection, "failed")[0].reply
    assert office.account.count("put_member") == 1
    assert office.account.questions == []


@pytest.mark.parametrize("answer", ["401", "forbidden", "404", "429", "403"])
def test_where_the_account_is_wrong_everybody_waits(office, answer):
    office.use(confirm="platform")
    office.sign_up(ANN, "korea")
    office.sign_up("ben@example.org", "korea")
    office.account.fail("put_member", answer)
    with pytest.raises(PlatformError):
        ask(office)
    with office.store.reading() as connection:
        assert outbox.counts(connection) == {"queued": 2}
    office.account.heal()
    assert ask(office).asked == 2


@pytest.mark.parametrize("answer", ["500", "cut"])
def test_whoever_may_have_been_asked_is_not_asked_again(office, answer):
    office.use(confirm="platform")
    office.sign_up(ANN, "korea")
    office.account.fail("put_member", answer, times=1, done=True)
    assert ask(office).asked == 1
    assert ask(office).asked == 0
    assert office.account.questions == [ANN]


def test_where_it_never_says_whether_it_asked_a_person_decides(office):
    office.use(confirm="platform")
    office.sign_up(ANN, "korea")
    office.account.fail("put_member", "cut", done=True)

    def broken(*_):
        raise PlatformError("cut", "member", unsure=True)

    platform = office.platform._replace(client=_Half(office.client, broken))
    assert ask_all(platform, office.tick()).unknown == 1
    with office.store.reading() as connection:
        assert outbox.counts(connection) == {"unknown": 1}
    assert ask(office).asked == 0
    assert office.account.questions == [ANN]


class _Half:
    """A client that hears nothing any more about members, after the first time."""

    def __init__(self, client, broken):
        self._client, self._broken, self._times = client, broken, 0

    def __getattr__(self, name):
        return getattr(self._client, name)

    def member(self, *arguments):
        self._times += 1
        return self._client.member(*arguments) if self._times == 1 else self._broken()


def test_a_sign_up_that_is_over_is_not_asked_about(office):
    office.use(confirm="platform")
    office.sign_up(ANN, "korea")
    office.tick(49 * 3600)
    assert ask(office).asked == 0
    assert office.account.questions == []


def test_many_who_wait(office, monkeypatch):
    """Page by page, those whom we ask between those whom the platform asks."""
    confirmations = platforms.confirmations
    monkeypatch.setattr(platforms, "confirmations", lambda *arguments: confirmations(*arguments, most=2))
    office.use(confirm="platform")
    for number in range(5):
        office.sign_up(f"one{number}@example.org", "korea")
    office.account.join("one2@example.org")
    done = ask(office)
    assert (done.asked, len(done.ours)) == (4, 1)
    assert len(office.account.questions) == 4
    with office.store.reading() as connection:
        (mail,) = outbox.mails(connection, "queued")
    assert (mail.key, mail.address) == (done.ours[0], "one2@example.org")


@pytest.mark.parametrize(("answer", "raises"), [("500", False), ("cut", False), ("401", True), ("429", True)])
def test_where_it_does_not_say_how_it_has_somebody_nobody_asks(office, answer, raises):
    office.use(confirm="platform")
    office.sign_up(ANN, "korea")
    office.account.fail("member", answer)
    if raises:
        with pytest.raises(PlatformError):
            ask(office)
    else:
        assert ask(office) == Asked(later=1)
        assert ask(office) == Asked()
        office.tick(outbox.GAPS[0])
    office.account.heal()
    assert ask(office) == Asked(asked=1)
