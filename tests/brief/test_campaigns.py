"""An issue as a campaign: to whom, with what in it, and sent at most once whatever happens."""

# ruff: noqa: F811, as fixtures are named where they are taken

import datetime
import threading

import msgspec
import pytest

from dragoman.brief import briefings, campaigns
from dragoman.brief.campaigns import LEAVE, YOURS, campaign_of, send_issue
from dragoman.brief.rendering import Footer, render
from dragoman.brief.senders.mailchimp_client import PlatformError
from dragoman.errors import InputError, SenderError
from dragoman.records import Record
from dragoman.store import issues
from tests.brief.accounts import account, clients, office, ready  # noqa: F401
from tests.brief.standing_in import AUDIENCE, CATEGORY

ANN, BEN, ZOE = "ann@example.org", "ben@example.org", "zoe@example.org"
FOOT = f"{LEAVE} {YOURS} 1 Quay, Harbour"
HTML, TEXT = f"<h1>Korea</h1><p>{FOOT}</p>", f"Korea\n\n{FOOT}"


class Briefing(Record, frozen=True, kw_only=True):
    """As much of one as is kept."""

    first: datetime.date = datetime.date(2026, 6, 15)
    last: datetime.date = datetime.date(2026, 6, 21)
    subject: str
    tells: tuple[str, ...] = ()


@pytest.fixture
def issue(office):
    return composed(office, "korea")


def composed(office, slug, subject="Korea, week 25"):
    with office.store.writing() as connection:
        return issues.add_issue(connection, slug, Briefing(subject=subject), office.tick())


def send(office, issue, html=HTML, text=TEXT, platform=None):
    office.tick()
    return send_issue(platform or office.platform, issue, html, text, lambda: office.now)


def test_an_issue_goes_to_those_on_its_list(office, issue):
    office.join(ANN, "korea")
    office.join(BEN, "korea", "strait")
    office.join(ZOE, "strait")
    office.sign_up("eve@example.org", "korea")
    sent = send(office, issue)
    assert sent.is_out
    assert sent.swept.pushed.told == 3
    assert office.account.mailed == [("korea 1", ANN), ("korea 1", BEN)]


def test_what_the_platform_is_told_to_send(office, issue):
    office.join(ANN, "korea")
    campaign = office.account.campaigns[send(office, issue).campaign]
    settings, recipients = campaign["body"].settings, campaign["body"].recipients
    assert (settings.subject_line, settings.from_name, settings.reply_to) == (
        "Korea, week 25",
        "The Record",
        "desk@record.example",
    )
    assert recipients.list_id == AUDIENCE
    (condition,) = recipients.segment_opts.conditions
    assert (condition.field, office.account.interests[condition.value[0]]) == (f"interests-{CATEGORY}", "Korea")
    assert (campaign["content"].html, campaign["content"].plain_text) == (HTML, TEXT)
    assert not campaign["body"].tracking.opens
    assert not campaign["body"].tracking.html_clicks


def test_an_issue_as_it_is_rendered_for_the_platform(office, issue):
    """With what the platform puts in as the links of its footer, and words of a report that would be put in too."""
    office.join(ANN, "korea")
    postal = "The Record, Harbour Master's House, 1 Old Custom Quay, 12345 Harbour, Ruritania, Europe"
    office.platform = office.platform._replace(settings=msgspec.structs.replace(office.settings, postal=postal))
    briefing = briefings.Briefing(
        list="korea", title="Korea", first=issue.first, last=issue.last, subject="Korea *|FNAME|*", headline="Talks *|IF:X|*",
        lead="*|END:IF|*", summary=("One event.",), counts=briefings.Counts(), more="/events",
    )  # fmt: skip
    footer = Footer(name="The Record", postal=postal, leave=LEAVE, yours=YOURS, archive="https://record.example/a")
    rendered = render(briefing, base="https://record.example", footer=footer)
    content = office.account.campaigns[send(office, issue, rendered.html, rendered.text).campaign]["content"]
    assert f'href="{LEAVE}"' in content.html
    assert f'href="{YOURS}"' in content.html
    assert LEAVE in content.plain_text
    for text in (content.html, content.plain_text):
        assert text.count("*|") == text.count(LEAVE) + text.count(YOURS)
        assert "Talks" in text


def test_an_issue_is_sent_once(office, issue):
    office.join(ANN, "korea")
    first, second = send(office, issue), send(office, issue)
    assert first.campaign == second.campaign
    assert second.is_out
    assert office.account.mailed == [("korea 1", ANN)]
    with office.store.reading() as connection:
        assert campaign_of(connection, office.platform.name, issue.key) == first.campaign


def test_nobody_is_on_the_list(office, issue):
    office.join(ANN, "strait")
    assert send(office, issue) is None
    assert office.account.campaigns == {}


def test_who_left_meanwhile_does_not_get_it(office, issue):
    office.join(ANN, "korea")
    key = office.join(BEN, "korea")
    office.sweep()
    office.leave(key)
    send(office, issue)
    assert office.account.mailed == [("korea 1", ANN)]


def test_who_was_erased_meanwhile_does_not_get_it(office, issue):
    office.join(ANN, "korea")
    key = office.join(BEN, "korea")
    office.sweep()
    office.erase(key)
    send(office, issue)
    assert office.account.mailed == [("korea 1", ANN)]


@pytest.mark.parametrize("answer", ["500", "cut", "invalid"])
def test_nothing_is_sent_while_somebody_is_on_it_who_left(office, issue, answer):
    office.join(ANN, "korea", "strait")
    key = office.join(BEN, "korea", "strait")
    office.sweep()
    office.leave(key, "korea")
    office.account.fail("put_member", answer)
    with pytest.raises(SenderError, match="somebody left 'korea'") as raised:
        send(office, issue)
    assert raised.value.kind == "stuck"
    assert send(office, composed(office, "strait")).is_out
    assert office.account.mailed == [("strait 1", ANN), ("strait 1", BEN)]
    office.account.heal()
    assert send(office, issue).is_out
    assert office.account.mailed[2:] == [("korea 1", ANN)]


@pytest.mark.parametrize(
    ("html", "text"),
    [(HTML.replace(LEAVE, ""), TEXT), (HTML, TEXT.replace(LEAVE, "")), (HTML, TEXT.replace("1 Quay", ""))],
)
def test_no_issue_without_a_way_out_and_an_address(office, issue, html, text):
    office.join(ANN, "korea")
    with pytest.raises(InputError) as raised:
        send(office, issue, html, text)
    assert raised.value.kind == "footer"
    assert office.account.calls == []


TAGS = [
    "*|FNAME|*",
    "*|IF:FNAME|*x*|END:IF|*",
    "*|FEEDBLOCK:http://evil.example|*",
    "*|UNSUB|",
    "*|UNSUBX|*",
    "*|EMAIL|*",
    "**||*",
]


@pytest.mark.parametrize("tag", TAGS)
def test_words_of_a_report_are_no_tags(office, tag):
    office.join(ANN, "korea")
    issue = composed(office, "korea", subject=f"Korea {tag}")
    sent = send(office, issue, f"<p>{tag}</p>{HTML}", f"{tag} {TEXT}")
    campaign = office.account.campaigns[sent.campaign]
    for text in (campaign["content"].html, campaign["content"].plain_text):
        assert text.replace(LEAVE, "").replace(YOURS, "").count("*|") == 0
        assert LEAVE in text
    assert "*|" not in campaign["body"].settings.subject_line


def test_what_the_checklist_says_is_told_and_nothing_sent(office, issue):
    office.join(ANN, "korea")
    checklist = {"is_ready": False, "items": [{"type": "error", "heading": "Domain", "details": "is not verified"}]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office.account, "checklist", lambda *_: checklist)
        with pytest.raises(SenderError, match="Domain: is not verified") as raised:
            send(office, issue)
    assert raised.value.kind == "checklist"
    assert office.account.mailed == []
    assert send(office, issue).is_out
    assert len(office.account.campaigns) == 1


CALLS = ("add_campaign", "content", "checklist", "send")
ANSWERS = ("invalid", "401", "403", "forbidden", "404", "429", "500", "cut")


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("done", [False, True])
def test_whatever_fails_it_is_sent_once(office, issue, monkeypatch, call, answer, done):
    """Each call fails, done or not, and it is done again until it is out."""
    office.join(ANN, "korea")
    office.sweep()
    monkeypatch.setattr(campaigns, "sweep", lambda *_: campaigns.Swept())
    office.account.fail(call, answer, times=2, done=done)
    for _ in range(4):
        try:
            sent = send(office, issue)
        except PlatformError:
            continue
        break
    assert sent.is_out
    assert office.account.mailed == [("korea 1", ANN)]


class KilledError(BaseException):
    """The process ends."""


class Mortal:
    """A client whose process is killed before or after its n-th call that changes something."""

    def __init__(self, client, number, *, after):
        self._client, self._left, self._after = client, number, after

    def __getattr__(self, name):
        found = getattr(self._client, name)
        if name not in {"add_campaign", "put_content", "checklist", "send", "campaign"}:
            return found

        def call(*arguments):
            self._left -= 1
            if self._left == 0 and not self._after:
                raise KilledError
            answer = found(*arguments)
            if self._left == 0:
                raise KilledError
            return answer

        return call


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_killed_at_any_call_it_is_sent_once(office, issue, number, after):
    office.join(ANN, "korea")
    with pytest.raises(KilledError):
        send(office, issue, platform=office.platform._replace(client=Mortal(office.client, number, after=after)))
    office.tick(1000)
    assert send(office, issue).is_out
    assert send(office, issue).is_out
    assert office.account.mailed == [("korea 1", ANN)]


def test_killed_before_its_name_is_kept_the_campaign_is_never_sent(office, issue, monkeypatch):
    office.join(ANN, "korea")

    def killed(*_):
        raise KilledError

    monkeypatch.setattr(campaigns.platforms, "keep", killed)
    with pytest.raises(KilledError):
        send(office, issue)
    monkeypatch.undo()
    office.tick(1000)
    send(office, issue)
    assert sorted(one["status"] for one in office.account.campaigns.values()) == ["save", "sending"]
    assert office.account.mailed == [("korea 1", ANN)]


def test_two_at_once_send_it_once(office, issue):
    """The sweep is done by one of them; both have found that there is no campaign yet."""
    office.join(ANN, "korea")
    office.sweep()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(campaigns, "sweep", lambda *_: campaigns.Swept())
        both, found = threading.Barrier(2, timeout=20), []
        know = campaigns._known

        def known(*arguments):
            campaign = know(*arguments)
            both.wait()
            return campaign

        patch.setattr(campaigns, "_known", known)

        def run():
            try:
                found.append(send(office, issue).is_out)
            except PlatformError as error:
                found.append(error.kind)

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert True in found
    assert len(found) == 2
    assert office.account.mailed == [("korea 1", ANN)]


@pytest.mark.parametrize(
    ("status", "out"),
    [
        ("schedule", True),
        ("sending", True),
        ("sent", True),
        ("paused", False),
        ("canceled", False),
        ("canceling", False),
        ("archived", False),
    ],
)
def test_what_somebody_did_at_the_platform_is_left_as_it_is(office, issue, status, out):
    office.join(ANN, "korea")
    campaign = send(office, issue).campaign
    office.account.campaigns[campaign]["status"] = status
    sent = send(office, issue)
    assert (sent.status, sent.is_out, sent.swept) == (status, out, None)
    assert len(office.account.mailed) == 1


def test_a_campaign_that_was_deleted_there_is_not_sent_anew(office, issue):
    office.join(ANN, "korea")
    campaign = send(office, issue).campaign
    del office.account.campaigns[campaign]
    with pytest.raises(PlatformError) as raised:
        send(office, issue)
    assert raised.value.kind == "missing"
    assert len(office.account.mailed) == 1
