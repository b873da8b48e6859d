"""The client for Mailchimp: where it calls, what it makes of each answer, and when it tries again."""

import datetime
import threading

import httpx2
import pytest

from dragoman.brief.senders.mailchimp_client import AT_ONCE, GAP, LONGEST_GAP, Client, PlatformError, host_of
from dragoman.brief.senders.mailchimp_records import Mailing, Person, hash_of
from tests.brief.standing_in import AUDIENCE, CATEGORY, KEY, standing_in

TRIES = 3
ANN = "Ann@Example.org"


@pytest.fixture(scope="module")
def account():
    with standing_in() as found:
        yield found


@pytest.fixture(scope="module")
def made(account):
    """A client with patience and one without, and the gaps between their attempts: to make one takes long."""
    gaps, options = [], {"base": account.base, "chance": lambda: 0.5}
    with (
        Client(KEY, tries=TRIES, sleep=gaps.append, **options) as patient,
        Client(KEY, tries=2, seconds=0.4, sleep=gaps.append, **options) as hasty,
    ):
        yield patient, hasty, gaps


@pytest.fixture
def gaps(account, made):
    account.heal()
    account.calls.clear()
    made[2].clear()
    return made[2]


@pytest.fixture
def client(made, gaps):
    return made[0]


@pytest.fixture
def hasty(made, gaps):
    return made[1]


def mailing(account):
    return Mailing(
        audience=AUDIENCE,
        category=CATEGORY,
        interest=account.interest("Korea"),
        subject="Korea, week 25",
        title="korea 1",
        name="The Record",
        reply_to="desk@record.example",
    )


def person(account):
    return Person(email_address=ANN, interests={account.interest("Korea"): True}, ip_opt="203.0.113.7")


def member(account, client):
    client.put_member(AUDIENCE, person(account), "subscribed")
    return hash_of(ANN)


def campaign(account, client):
    made = client.add_campaign(mailing(account)).id
    client.put_content(made, "<p>*|UNSUB|*</p>", "*|UNSUB|*")
    return made


# For each call: its name at the stand-in, how it is made ready, how it is done, and whether it may be done twice.
CALLS = {
    "ping": (lambda account, client: None, lambda client, it: client.ping(), True),
    "add_interest": (
        lambda account, client: account.interests.clear(),
        lambda client, it: client.add_interest(AUDIENCE, CATEGORY, "Korea"),
        False,
    ),
    "members": (member, lambda client, it: list(client.members(AUDIENCE)), True),
    "put_member": (
        lambda account, client: person(account),
        lambda client, it: client.put_member(AUDIENCE, it, "subscribed"),
        True,
    ),
    "patch_member": (member, lambda client, it: client.unsubscribe(AUDIENCE, it, {}), True),
    "add_campaign": (lambda account, client: mailing(account), lambda client, it: client.add_campaign(it), False),
    "content": (campaign, lambda client, it: client.put_content(it, "<p>*|UNSUB|*</p>", "*|UNSUB|*"), True),
    "checklist": (campaign, lambda client, it: client.checklist(it), True),
    "send": (
        lambda account, client: (member(account, client), campaign(account, client))[1],
        lambda client, it: client.send(it),
        False,
    ),
}
# For each bad answer: what it is taken for, whether it may pass, and whether the call may have been done.
ANSWERS = {
    "invalid": ("invalid", False, False),
    "compliance": ("compliance", False, False),
    "forgotten": ("forgotten", False, False),
    "401": ("key", False, False),
    "403": ("busy", True, False),
    "forbidden": ("forbidden", False, False),
    "404": ("missing", False, False),
    "429": ("busy", True, False),
    "500": ("server", True, True),
    "silent": ("silent", True, True),
    "cut": ("cut", True, True),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_good_answer(account, client, call):
    ready, do, _ = CALLS[call]
    it = ready(account, client)
    account.calls.clear()
    do(client, it)
    assert account.count(call) == 1


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("call", CALLS)
def test_each_bad_answer_to_each_call(account, client, hasty, gaps, call, answer):
    ready, do, may_be_done_twice = CALLS[call]
    it = ready(account, client)
    account.calls.clear()
    account.fail(call, answer)
    kind, passing, unsure = ANSWERS[answer]
    with pytest.raises(PlatformError) as raised:
        do(hasty if answer == "silent" else client, it)
    error = raised.value
    assert (error.kind, error.passing, error.unsure) == (kind, passing, unsure)
    again = passing and (may_be_done_twice or not unsure)
    assert account.count(call) == ((2 if answer == "silent" else TRIES) if again else 1)
    assert len(gaps) == account.count(call) - 1


@pytest.mark.parametrize("answer", ["403", "429", "500", "cut"])
def test_what_passes_goes_well_after_a_while(account, client, gaps, answer):
    account.fail("ping", answer, times=2)
    assert client.ping().health_status
    assert gaps == [GAP, 2 * GAP]


def test_gaps_grow_to_the_longest_and_differ_by_chance(account):
    gaps, chances = [], iter([0.0, 1.0] * 5)
    account.fail("ping", "429")
    client = Client(KEY, base=account.base, tries=9, sleep=gaps.append, chance=lambda: next(chances))
    with client, pytest.raises(PlatformError):
        client.ping()
    assert gaps[:4] == [0.5 * GAP, 3 * GAP, 2 * GAP, 12 * GAP]
    assert gaps[6] == 0.5 * LONGEST_GAP
    assert gaps[7] == 1.5 * LONGEST_GAP
    account.heal()


@pytest.mark.parametrize(("answer", "expected"), [("garbage", "answer"), ("moved", "answer")])
def test_answers_that_no_documentation_knows(account, client, answer, expected):
    account.fail("ping", answer)
    with pytest.raises(PlatformError) as raised:
        client.ping()
    assert raised.value.kind == expected
    assert account.count("ping") == 1


def test_an_answer_without_end_is_not_read_to_its_end(monkeypatch, account, client):
    monkeypatch.setattr("dragoman.brief.senders.mailchimp_client.BYTES", 10)
    with pytest.raises(PlatformError, match="more than 10 bytes") as raised:
        client.ping()
    assert raised.value.kind == "answer"


def test_nobody_answers():
    client = Client(KEY, base="http://127.0.0.1:9/3.0", tries=2, sleep=lambda _: None)
    with client, pytest.raises(PlatformError) as raised:
        client.send("abc")
    assert (raised.value.kind, raised.value.unsure) == ("cut", False)


def test_the_words_of_a_refusal_are_told_and_the_key_is_not(account, client):
    account.bad.add(hash_of(ANN))
    with pytest.raises(PlatformError) as raised:
        client.put_member(AUDIENCE, person(account), "subscribed")
    account.bad.clear()
    assert "looks fake or invalid" in str(raised.value)
    assert "instance 1a2b" in str(raised.value)
    assert KEY not in str(raised.value) + repr(raised.value.__dict__)


def test_a_wrong_key_is_a_wrong_key(account):
    with Client("f" * 32 + "-us21", base=account.base, tries=1) as client, pytest.raises(PlatformError) as raised:
        client.ping()
    assert raised.value.kind == "key"


HOSTS = ["us1", "us21", "us9", "eu1", "us999"]
NO_KEYS = [
    "",
    "a" * 32,
    "a" * 32 + "-",
    "a" * 32 + "-us",
    "a" * 32 + "-21",
    "a" * 32 + "-us21.evil.example",
    "a" * 32 + "-us21/",
    "a" * 32 + "-us21@127.0.0.1",
    "a" * 32 + "-us21#",
    "a" * 32 + "-us21?x=",
    "a" * 32 + "-us21:80",
    "a" * 32 + "-us21\n",
    "a" * 32 + "-127.0.0.1",
    "a" * 32 + "-US21",
    "a" * 32 + "-us2１",
    "a" * 32 + "-us21-us22",
    "-us21",
    "a" * 200 + "-us21",
    "a" * 32 + "-169.254.169.254/latest#us21",
    "ä" * 32 + "-us21",
]


@pytest.mark.parametrize("centre", HOSTS)
def test_a_key_says_where_its_account_is(centre):
    assert host_of("0123456789abcdef0123456789abcdef-" + centre) == f"https://{centre}.api.mailchimp.com/3.0"


@pytest.mark.parametrize("key", NO_KEYS)
def test_no_key_chooses_another_host(key):
    with pytest.raises(PlatformError) as raised:
        Client(key)
    assert raised.value.kind == "key"
    assert "a" * 16 not in str(raised.value)


@pytest.mark.parametrize("base", ["http://127.0.0.1:8080/3.0", "http://[::1]:8080", "https://127.0.0.2:443/3.0/"])
def test_trials_on_this_machine(base):
    assert host_of("anything", base) == base.rstrip("/")


@pytest.mark.parametrize(
    "base",
    [
        "http://localhost:80",
        "http://127.0.0.1",
        "http://127.0.0.1.evil.example:80",
        "http://10.0.0.1:80",
        "file:///etc/passwd",
        "http://user@127.0.0.1:80",
        "http://127.0.0.1@evil.example:80",
        "ftp://127.0.0.1:21",
        "http://[::ffff:10.0.0.1]:80",
        "http://127.0.0.1:999999",
        "127.0.0.1:80",
        "http://2130706433:80",
    ],
)
def test_trials_nowhere_else(base):
    with pytest.raises(PlatformError):
        host_of(KEY, base)


@pytest.mark.parametrize("name", ["../../ping", "a/b", "a?b", "", "a#b", "..", "a%2fb", "é"])
def test_ids_reach_nothing_else(account, client, name):
    with pytest.raises(PlatformError) as raised:
        client.campaign(name)
    assert raised.value.kind == "missing"
    assert not account.calls


def test_eight_call_at_once_and_the_others_wait(account):
    account.peak, account.wait = 0, 0.03
    with Client(KEY, base=account.base, seconds=20.0) as client:
        threads = [threading.Thread(target=client.ping) for _ in range(3 * AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    account.wait = 0.0
    assert account.count("ping") >= 3 * AT_ONCE
    assert 1 < account.peak <= AT_ONCE


def test_proxies_of_the_environment_are_not_asked(monkeypatch, account):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Client(KEY, base=account.base, tries=1) as client:
        assert client.ping().health_status


def test_a_campaign_tracks_nothing(account, client):
    made = client.add_campaign(mailing(account))
    tracking = account.campaigns[made.id]["body"].tracking
    assert not any(
        getattr(tracking, name) for name in ("opens", "html_clicks", "text_clicks", "goal_tracking", "ecomm360")
    )
    assert account.campaigns[made.id]["body"].settings.auto_footer is False


def test_permissions_that_were_given_are_told(account, client):
    told = Person(email_address=ANN, interests={}, permissions=("caa8dcb11e",)).fields()
    assert told["marketing_permissions"] == [{"marketing_permission_id": "caa8dcb11e", "enabled": True}]
    assert "ip_signup" not in told


def test_members_come_page_by_page_and_none_is_missed(monkeypatch, account, client):
    monkeypatch.setattr("dragoman.brief.senders.mailchimp_client.PAGE", 20)
    for number in range(101):
        account.join(f"one{number}@example.org")
    found = [one.email_address for one in client.members(AUDIENCE)]
    assert {f"one{number}@example.org" for number in range(101)} <= set(found)
    since = datetime.datetime.fromtimestamp(account.now - 3, datetime.UTC)
    assert len(list(client.members(AUDIENCE, since))) == 3


def test_who_is_not_there(account, client):
    assert client.member(AUDIENCE, hash_of("nobody@example.org")) is None
    client.erase(AUDIENCE, hash_of("nobody@example.org"))


def test_the_stand_in_refuses_what_is_not_documented(account):
    ask = httpx2.Client(auth=("dragoman", KEY))
    for path, method, body in [
        ("/campaigns", "POST", {"type": "regular", "track": True}),
        ("/campaigns", "POST", {}),
        (f"/lists/{AUDIENCE}/members/{hash_of(ANN)}", "PUT", {"email_address": ANN}),
        (f"/lists/{AUDIENCE}/members/{hash_of(ANN)}", "PUT", {"email_address": ANN, "status_if_new": "maybe"}),
        (
            f"/lists/{AUDIENCE}/members/{hash_of(ANN)}",
            "PUT",
            {"email_address": ANN, "status_if_new": "pending", "interests": {"nope": True}},
        ),
        (f"/lists/{AUDIENCE}/members?since=1", "GET", None),
        ("/ping?x=1", "GET", None),
    ]:
        answer = ask.request(method, account.base + path, json=body)
        assert (answer.status_code, answer.json()["title"]) == (400, "Invalid Resource"), path
    assert ask.get(account.base + "/lists/other/members").status_code == 404
