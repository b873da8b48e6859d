"""What goes out where Mailchimp sends: issues as campaigns, once; confirmations by it or by us, never by both."""

# ruff: noqa: F811, as fixtures are named where they are taken

import datetime

import msgspec
import pytest

from dragoman.brief import issuing, outgoing
from dragoman.brief.issuing import Desk, send_due, send_list
from dragoman.brief.settings import Folder, Smtp
from dragoman.errors import SenderError, SettingsError
from dragoman.store import issues, mailings
from tests.brief.accounts import account, clients, office, ready  # noqa: F401
from tests.brief.standing_in import KEY
from tests.brief.test_writing import HELD

ANN, BEN = "ann@example.org", "ben@example.org"
DAY = datetime.date(2026, 4, 17)


@pytest.fixture
def house(office, monkeypatch, tmp_path):
    """An office whose settings name the account, and whose own mails go into a folder."""
    monkeypatch.setenv("KEY", KEY)
    told = iter(range(1, 100))
    monkeypatch.setattr(
        issuing,
        "preview",
        lambda _, __, day: msgspec.structs.replace(HELD, subject=f"Number {next(told)}", first=day, last=day),
    )
    office.settings = msgspec.structs.replace(office.settings, confirmations=Folder(folder=str(tmp_path / "mail")))
    return office


def desk(office):
    return Desk(office.store, office.settings, None, None)


def send(office):
    with office.store.reading() as connection:
        korea = mailings.list_of(connection, "korea")
    office.tick()
    return send_list(desk(office), korea, DAY, lambda: office.now)


def numbers(office):
    with office.store.reading() as connection:
        return [one.number for one in issues.issues(connection, "korea")]


def folder(office):
    found = sorted(outgoing.Path(office.settings.confirmations.folder).glob("*.eml"))
    return [one.name.partition("-")[0] for one in found]


def send_waiting(office, sleep=lambda _: None):
    office.tick()
    return outgoing.send_waiting(office.store, office.settings, clock=lambda: office.now, sleep=sleep)


# Issues


def test_an_issue_goes_out_as_a_campaign(house):
    house.join(ANN, "korea")
    made = send(house)
    assert (made.number, made.readers, made.subject) == (1, 1, "Number 1")
    assert house.account.mailed == [("korea 1", ANN)]
    assert send(house).number == 2
    assert house.account.mailed == [("korea 1", ANN), ("korea 2", ANN)]


@pytest.mark.parametrize("call", ["add_campaign", "content", "checklist", "send"])
def test_an_issue_that_did_not_get_there_goes_first_the_next_time(house, call):
    house.join(ANN, "korea")
    house.account.fail(call, "invalid")
    with pytest.raises(SenderError):
        send(house)
    assert house.account.mailed == []
    house.account.heal()
    assert (send(house).number, numbers(house)) == (1, [1])
    assert house.account.mailed == [("korea 1", ANN)]


@pytest.mark.parametrize("call", ["members", "add_campaign", "content", "send"])
def test_an_issue_that_did_not_get_there_goes_out_as_soon_as_it_can(house, call):
    """Though its list is not due again for a week."""
    house.join(ANN, "korea")
    house.account.fail(call, "500")
    (made,) = [one for one in send_due(desk(house), house.tick) if one.list == "korea"]
    assert (made.number, made.kind) == (None, "server")
    assert house.account.mailed == []
    house.account.heal()
    (made,) = [one for one in send_due(desk(house), house.tick) if one.list == "korea"]
    assert (made.number, made.readers) == (1, 1)
    assert house.account.mailed == [("korea 1", ANN)]
    assert [one for one in send_due(desk(house), house.tick) if one.list == "korea"] == []
    assert (house.account.mailed, numbers(house)) == ([("korea 1", ANN)], [1])


def test_what_went_out_as_mails_does_not_go_out_as_a_campaign_too(house):
    """Where Mailchimp was chosen in between."""
    house.join(ANN, "korea")
    platform = house.settings
    house.settings = msgspec.structs.replace(platform, sender=Folder(folder=platform.confirmations.folder))
    assert send(house).readers == 1
    assert send_waiting(house).sent == 1
    house.settings = platform
    assert send(house).number == 2
    assert house.account.mailed == [("korea 2", ANN)]


def test_a_campaign_that_was_deleted_there_keeps_no_other_back(house):
    house.join(ANN, "korea")
    send(house)
    house.account.campaigns.clear()
    assert send(house).number == 2
    assert house.account.mailed == [("korea 1", ANN), ("korea 2", ANN)]


def test_an_issue_that_nobody_was_to_get_is_not_sent_to_who_comes_later(house):
    assert send(house).readers == 0
    house.join(ANN, "korea")
    assert send(house).number == 2
    assert house.account.mailed == [("korea 2", ANN)]


# Confirmations


def test_the_platform_asks_and_we_do_not(house):
    own = msgspec.structs.replace(house.settings.sender, confirm="platform")
    house.settings = msgspec.structs.replace(house.settings, sender=own)
    house.sign_up(ANN, "korea")
    assert send_waiting(house).sent == 0
    assert len(house.account.questions) == 1
    assert folder(house) == []


def test_we_ask_where_the_settings_say_so_and_the_platform_does_not(house):
    house.sign_up(ANN, "korea")
    assert send_waiting(house).sent == 1
    assert house.account.questions == []
    assert folder(house) == ["confirm"]


def test_of_who_signs_up_while_mails_go_out_the_platform_is_asked_first(house, monkeypatch):
    house.sign_up(ANN, "korea")
    whole, late = outgoing.ask_all, []

    def asking(platform, now):
        asked = whole(platform, now)
        if not late:
            late.append(house.sign_up(BEN, "korea"))
        return asked

    monkeypatch.setattr(outgoing, "ask_all", asking)
    sent = send_waiting(house)
    assert (sent.sent, sent.kind, sent.waiting) == (2, "", 0)
    assert folder(house) == ["confirm", "confirm"]


def test_confirmations_into_a_folder_are_only_for_trials(house, monkeypatch):
    trial = house.settings
    earnest = msgspec.structs.replace(trial, sender=msgspec.structs.replace(trial.sender, base=""))
    with pytest.raises(SettingsError, match="confirmations: expected kind = 'smtp'"):
        outgoing.sender_of(earnest)
    platform = msgspec.structs.replace(earnest.sender, confirm="platform")
    assert outgoing.sender_of(msgspec.structs.replace(earnest, sender=platform)).folder.name == "mail"
    monkeypatch.setenv("PASSWORD", "secret")
    smtp = Smtp(host="mail.example", user="u", password_env="PASSWORD")
    assert outgoing.sender_of(msgspec.structs.replace(earnest, confirmations=smtp)).password == "secret"
