"""Lists as interests, and people who are told of: who confirmed, who left, who was erased, and who cannot be told of."""

# ruff: noqa: F811, as fixtures are named where they are taken

import pytest

from dragoman.brief.senders import mailchimp
from dragoman.brief.senders.mailchimp import interests, platform_of, push
from dragoman.brief.senders.mailchimp_client import Client, PlatformError
from dragoman.brief.senders.mailchimp_records import hash_of
from dragoman.brief.settings import Folder, Mailchimp, Settings
from dragoman.errors import SettingsError
from dragoman.store import mailings, platforms, subscribers
from dragoman.store.mailings import MailingList
from tests.brief.accounts import TITLES, account, clients, office, ready  # noqa: F401
from tests.brief.standing_in import AUDIENCE, CATEGORY, KEY

ANN, BEN = "ann@example.org", "ben@example.org"


def told(office):
    """Tell the platform, without looking at it before."""
    office.tick()
    return push(office.platform, interests(office.platform), lambda: office.now)


def test_each_list_becomes_an_interest_once(office):
    ids = interests(office.platform)
    assert {slug: office.account.interests[one] for slug, one in ids.items()} == TITLES
    assert interests(office.platform) == ids
    assert office.account.count("add_interest") == len(TITLES)


def test_an_interest_that_was_made_and_never_heard_of_is_found(office):
    office.account.fail("add_interest", "cut", times=1, done=True)
    with pytest.raises(PlatformError) as raised:
        interests(office.platform)
    assert raised.value.unsure
    assert set(interests(office.platform)) == set(TITLES)
    assert sorted(office.account.interests.values()) == sorted(TITLES.values())


def test_two_lists_of_one_title_are_two_interests(office):
    with office.store.writing() as connection:
        mailings.add_list(connection, MailingList(slug="korea-weekly", title="Korea", made=1))
    ids = interests(office.platform)
    assert sorted(office.account.interests[ids[slug]] for slug in ("korea", "korea-weekly")) == [
        "Korea",
        "Korea (korea-weekly)",
    ]


def test_an_archived_list_is_not_made_there(office):
    with office.store.writing() as connection:
        old = MailingList(slug="old", title="Old", visibility="archived", made=1)
        mailings.add_list(connection, old)
    assert "old" not in interests(office.platform)


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        (
            {"category": "0000000000"},
            "sender.category",
            rf"expected one that the audience has \(Briefings \({CATEGORY}\)\)",
        ),
        ({"audience": "0000000000"}, "sender.audience", "the account has no audience '0000000000'"),
    ],
)
def test_settings_that_name_what_is_not_there(office, changes, key, words):
    own = Mailchimp(**{"audience": AUDIENCE, "category": CATEGORY, **changes})
    with pytest.raises(SettingsError, match=words) as raised:
        interests(office.platform._replace(own=own))
    assert raised.value.key == key


def test_settings_of_another_sender(office):
    with pytest.raises(SettingsError, match="expected 'mailchimp', got 'folder'"):
        platform_of(office.store, Settings(sender=Folder()))


def test_settings_with_a_key_that_is_none(office, monkeypatch):
    monkeypatch.setenv("MC", "abcdefabcdefabcdef-us21.evil.example")
    own = Mailchimp(audience=AUDIENCE, category=CATEGORY, key_env="MC")
    with pytest.raises(SettingsError, match="ends like -us21") as raised:
        platform_of(office.store, Settings(sender=own))
    assert "abcdefabcdef" not in str(raised.value)


def test_settings_with_a_key(office, monkeypatch):
    monkeypatch.setenv("MC", KEY)
    own = Mailchimp(audience=AUDIENCE, category=CATEGORY, key_env="MC", base=office.account.base)
    with platform_of(office.store, Settings(sender=own)).client as client:
        assert client.ping().health_status
    assert isinstance(client, Client)


def test_who_confirmed_here_is_subscribed_there_with_when_and_where(office):
    key = office.join(ANN, "korea", "strait")
    done = told(office)
    assert (done.told, done.left, done.behind, done.problems) == (1, 0, 0, ())
    assert office.account.on(ANN) == {"Korea", "Taiwan Strait"}
    held = office.account.members[hash_of(ANN)]
    assert (held["ip_signup"], held["ip_opt"]) == ("203.0.113.7", "203.0.113.8")
    assert held["timestamp_opt"] > held["timestamp_signup"] > "2026-"
    assert office.account.questions == []
    member = office.member(ANN)
    assert (member.subscriber, member.state, member.lists, member.under_way) == (
        key,
        "subscribed",
        ("korea", "strait"),
        False,
    )


@pytest.mark.parametrize(("keep", "kept"), [("full", True), ("network", False), ("none", False)])
def test_only_a_whole_address_of_a_computer_is_told(office, keep, kept):
    office.use(keep_origin=keep)
    office.join(ANN, "korea")
    told(office)
    assert ("ip_opt" in office.account.members[hash_of(ANN)]) == kept
    assert "timestamp_opt" in office.account.members[hash_of(ANN)]


def test_who_has_not_confirmed_is_not_told_of(office):
    office.sign_up(ANN, "korea")
    assert told(office).told == 0
    assert office.account.members == {}


def test_nobody_is_told_of_twice(office):
    office.join(ANN, "korea")
    told(office)
    assert told(office).told == 0
    assert office.account.count("put_member") == 1


def test_another_list_and_one_less(office):
    key = office.join(ANN, "korea")
    told(office)
    office.join(ANN, "strait")
    told(office)
    assert office.account.on(ANN) == {"Korea", "Taiwan Strait"}
    office.leave(key, "korea")
    told(office)
    assert office.account.on(ANN) == {"Taiwan Strait"}


def test_who_left_all_is_unsubscribed(office):
    key = office.join(ANN, "korea", "strait")
    told(office)
    office.leave(key)
    assert told(office).left == 1
    held = office.account.members[hash_of(ANN)]
    assert held["status"] == "unsubscribed"
    assert not any(held["interests"].values())
    assert office.member(ANN).left is False


def test_who_left_and_came_back_here_is_subscribed_again(office):
    key = office.join(ANN, "korea")
    told(office)
    office.leave(key)
    told(office)
    office.join(ANN, "strait")
    told(office)
    assert office.account.on(ANN) == {"Taiwan Strait"}
    assert office.account.questions == []


@pytest.mark.parametrize("answer", ["404", "compliance", "forgotten"])
def test_leaving_where_nothing_is_sent_anyway(office, answer):
    key = office.join(ANN, "korea")
    told(office)
    office.leave(key)
    office.account.fail("patch_member", answer)
    done = told(office)
    assert (done.left, done.behind, done.stuck) == (1, 0, ())


def test_who_was_erased_here_is_erased_there(office):
    key = office.join(ANN, "korea")
    told(office)
    office.erase(key)
    assert office.member(ANN) is not None
    assert told(office).erased == 1
    assert office.account.forgotten == {hash_of(ANN)}
    assert office.member(ANN) is None
    assert told(office).erased == 0


@pytest.mark.parametrize("answer", ["500", "429", "401", "forbidden"])
def test_an_erasure_that_fails_is_tried_until_it_is_done(office, answer):
    key = office.join(ANN, "korea")
    told(office)
    office.erase(key)
    office.account.fail("erase", answer)
    with pytest.raises(PlatformError):
        told(office)
    office.account.heal()
    assert told(office).erased == 1
    assert office.account.forgotten == {hash_of(ANN)}


def test_an_erasure_that_was_done_and_never_heard_of(office):
    key = office.join(ANN, "korea")
    told(office)
    office.erase(key)
    office.account.fail("erase", "cut", times=1, done=True)
    assert told(office).erased == 1
    assert office.account.forgotten == {hash_of(ANN)}


def test_who_is_erased_while_being_told_of_is_erased_there_next(office, monkeypatch):
    key = office.join(ANN, "korea")
    tell = mailchimp._told_of

    def erased_meanwhile(*arguments):
        office.erase(key)
        return tell(*arguments)

    monkeypatch.setattr(mailchimp, "_told_of", erased_meanwhile)
    told(office)
    monkeypatch.undo()
    assert hash_of(ANN) in office.account.members
    assert told(office).erased == 1
    assert office.account.members == {}


def test_a_leaver_who_comes_back_is_asked_by_the_platform_alone(office):
    key = office.join(ANN, "korea")
    told(office)
    office.account.leave(ANN)
    office.join(ANN, "strait")
    done = told(office)
    assert (done.asked, done.behind) == (1, 0)
    assert "it asks them itself" in done.problems[0]
    assert office.account.questions == [ANN]
    assert office.states(key) == {"korea": "pending", "strait": "pending"}
    assert (office.member(ANN).state, office.member(ANN).asked) == ("pending", ("korea", "strait"))
    told(office)
    told(office)
    assert office.account.questions == [ANN]
    assert office.holds()


def test_who_was_deleted_for_good_has_to_use_their_form(office):
    key = office.join(ANN, "korea")
    office.account.forgotten.add(hash_of(ANN))
    done = told(office)
    assert "they have to use Mailchimp's own sign-up form" in done.problems[0]
    assert office.states(key) == {"korea": "pending"}
    assert told(office) == mailchimp.Pushed()
    assert office.account.questions == []


def test_an_address_that_it_does_not_take_keeps_nobody_else_back(office):
    office.account.bad.add(hash_of(ANN))
    key = office.join(ANN, "korea")
    office.join(BEN, "korea")
    done = told(office)
    assert (done.told, done.behind, done.stuck) == (1, 1, ())
    assert "looks fake or invalid" in done.problems[0]
    assert ANN not in done.problems[0]
    assert office.account.on(BEN) == {"Korea"}
    assert office.states(key) == {"korea": "confirmed"}
    office.account.bad.clear()
    assert told(office).told == 1


@pytest.mark.parametrize(("slugs", "call"), [(("korea",), "put_member"), ((), "patch_member")])
@pytest.mark.parametrize("answer", ["500", "cut", "invalid"])
def test_a_list_that_somebody_left_and_the_platform_does_not_know(office, slugs, call, answer):
    key = office.join(ANN, "korea", "strait")
    told(office)
    office.leave(key, *slugs)
    office.account.fail(call, answer)
    done = told(office)
    assert done.behind == 1
    assert done.stuck == (slugs or ("korea", "strait"))
    office.account.heal()
    done = told(office)
    assert (done.told, done.behind, done.stuck) == (1, 0, ())
    assert office.account.on(ANN) == ({"Taiwan Strait"} if slugs else set())


@pytest.mark.parametrize("answer", ["401", "forbidden", "404", "429", "403"])
def test_what_is_wrong_with_the_account_ends_it_at_once(office, answer):
    for number in range(3):
        office.join(f"one{number}@example.org", "korea")
    ids = interests(office.platform)
    office.account.fail("put_member", answer)
    with pytest.raises(PlatformError):
        push(office.platform, ids, office.tick)
    office.account.heal()
    assert told(office).told == 3


def test_many_failures_in_a_row_end_it(office, monkeypatch):
    monkeypatch.setattr(mailchimp, "TOGETHER", 6)
    monkeypatch.setattr(mailchimp, "IN_A_ROW", 5)
    for number in range(12):
        office.join(f"one{number}@example.org", "korea")
    office.account.fail("put_member", "invalid")
    with pytest.raises(PlatformError, match="did not take"):
        told(office)
    assert office.account.count("put_member") == 6


def test_what_was_done_before_a_crash_is_not_taken_for_something_else(office, monkeypatch):
    key = office.join(ANN, "korea")
    monkeypatch.setattr(mailchimp, "_settle", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        told(office)
    monkeypatch.undo()
    assert office.account.on(ANN) == {"Korea"}
    assert office.member(ANN).under_way
    office.leave(key)
    office.sweep()
    assert office.states(key) == {"korea": "unsubscribed"}
    assert office.account.on(ANN) == set()


def test_a_group_that_was_deleted_there_is_made_again_for_all(office):
    key = office.join(ANN, "korea", "strait")
    office.sweep()
    gone = office.account.interest("Korea")
    del office.account.interests[gone]
    for member in office.account.members.values():
        del member["interests"][gone]
    office.account.join(ANN, office.account.interest("Taiwan Strait"))
    office.sweep()
    assert office.states(key) == {"korea": "confirmed", "strait": "confirmed"}
    assert office.account.on(ANN) == {"Korea", "Taiwan Strait"}


def test_people_of_another_audience_are_others(office):
    office.join(ANN, "korea")
    told(office)
    other = office.platform._replace(own=Mailchimp(audience="b6b5da1054", category=CATEGORY))
    with office.store.reading() as connection:
        assert platforms.members(connection, other.name) == {}
        assert len(platforms.members(connection, office.platform.name)) == 1


def test_what_is_held_of_somebody_names_the_platform(office):
    key = office.join(ANN, "korea")
    told(office)
    with office.store.reading() as connection:
        held = subscribers.held(connection, key)["platform_id"]
    assert held == [{"platform": f"mailchimp {AUDIENCE}", "theirs": hash_of(ANN)}]
