"""`dragoman brief` as people type it: from nothing to the first issue in a folder, and every decision about the outbox."""

import json
import time
from email import message_from_bytes, policy

import pytest
from typer.testing import CliRunner

from dragoman.brief import issuing
from dragoman.cli import _exit_code, app
from dragoman.errors import DragomanError, StoreError
from dragoman.rules import Rules
from dragoman.store import leases, mailings, open_store, outbox
from tests.brief.dealt import act, mailing, report
from tests.brief.visitors import put_on, rows

LAST = "2013-03-10"


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture
def store(tmp_path, rules, monkeypatch):
    """A store with a week's events, and no settings anywhere."""
    monkeypatch.delenv("DRAGOMAN_BRIEF", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRAGOMAN_STORE", str(tmp_path / "store.db"))
    with open_store(tmp_path / "store.db") as found:
        report(found, rules, "a", "2013-03-06", act("2013-03-05"), act("2013-03-06", "COERCE"))
        yield found


@pytest.fixture
def listed(store):
    """The same with a list and a reader."""
    with store.writing() as connection:
        mailings.add_list(connection, mailing(parties=("PRK", "KOR")))
    put_on(store, lists=["koreas"], now=int(time.time()))
    return store


def brief(*arguments, typed=""):
    """The exit code, what was written, and what was said beside it."""
    found = CliRunner().invoke(app, ["brief", *arguments], input=typed)
    if isinstance(found.exception, DragomanError):
        return _exit_code(found.exception), "", str(found.exception)
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.stdout, found.stderr


def mails(folder):
    return [message_from_bytes(one.read_bytes(), policy=policy.default) for one in sorted(folder.glob("*.eml"))]


def test_from_nothing_to_the_first_issue(store, tmp_path):
    made = brief("add", "koreas", "--title", "The two Koreas", "--party", "North Korea", "--party", "KOR")
    assert made[0] == 0
    code, text, _ = brief("preview", "koreas", "--day", LAST)
    assert code == 0
    assert text.startswith("Subject: ")
    assert "2 distinct events in 1 report" in " ".join(text.split())
    assert brief("invite", "koreas", "anna@kontor.example")[0] == 0
    assert brief("send")[0] == 0
    (mail,) = mails(tmp_path / "out-mail")
    assert mail["To"] == "<anna@kontor.example>" or "anna@kontor.example" in mail["To"]
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE subscription SET state = 'confirmed'")
    code, _, said = brief("send", "koreas", "--day", LAST)
    assert (code, "for 1 reader" in said, "1 sent" in said) == (0, True, True)
    assert len(mails(tmp_path / "out-mail")) == 2
    code, _, said = brief("send", "koreas", "--day", LAST)
    assert (code, "nothing is new" in said) == (0, True)


def test_where_the_reports_are_of_long_ago_the_day_to_look_from_is_said(listed):
    code, _, said = brief("preview", "koreas")
    assert code == 0
    assert "--day 2013-03-06" in said


@pytest.mark.parametrize(("format", "begin"), [("html", "<!"), ("json", "{"), ("text", "Subject: ")])
def test_a_preview_is_written_as_the_mail_or_as_the_record(listed, tmp_path, format, begin):
    assert brief("preview", "koreas", "--day", LAST, "--format", format, "-o", str(tmp_path / "next"))[0] == 0
    assert (tmp_path / "next").read_text().lower().startswith(begin.lower())


def test_lists_are_changed_and_told_as_json(listed):
    assert (
        brief(
            "change",
            "koreas",
            "--schedule",
            "daily",
            "--words",
            "missile",
            "--visibility",
            "private",
            "--tell",
            "events",
        )[0]
        == 0
    )
    (found,) = map(json.loads, brief("list", "--json")[1].splitlines())
    assert (found["schedule"], found["visibility"], found["people"]) == ("daily", "private", {"confirmed": 1})
    assert found["question"] == {
        "parties": ["PRK", "KOR"],
        "among": False,
        "types": [],
        "what": ["events"],
        "words": "missile",
    }
    assert "koreas" in brief("list")[1]


WRONG = [
    (["add", "Koreas", "--title", "K"], "no name for a list"),
    (["add", "koreas", "--title", "K"], "already"),
    (["add", "gulf", "--title", "G", "--party", "Atlantis"], "nobody is called"),
    (["add", "gulf", "--title", "G", "--type", "DANCE"], "no type"),
    (["change", "gulf", "--title", "G"], "no list"),
    (["preview", "gulf"], "no list"),
    (["send", "gulf"], "no list"),
    (["invite", "gulf", "anna@kontor.example"], "no list"),
    (["outbox", "--take-back"], "which issue"),
    (["outbox", "--resend", "--state", "sent"], "unknown or failed"),
    (["outbox", "--list", "koreas"], "named by both"),
    (["outbox", "--list", "koreas", "--number", "7"], "no issue 7"),
    (["erase", "nobody@kontor.example"], "nobody here"),
    (["unblock", "anna@example.org"], "not kept"),
    (["consents", "--check", "--head", "abc"], "no head"),
    (["sweep", "--settings", "missing.toml"], "cannot be read"),
    (["hook"], "expected 'mailchimp'"),
]


@pytest.mark.parametrize(("arguments", "told"), WRONG, ids=[" ".join(one[:2]) for one, _ in WRONG])
def test_what_cannot_be_done_is_said(listed, arguments, told):
    code, out, said = brief(*arguments)
    assert code in {2, 3}
    assert told in said
    assert out == ""


def test_wrong_settings_end_with_the_file_and_the_key(listed, tmp_path):
    (tmp_path / "briefings.toml").write_text('[sender]\nkind = "smtp"\nhost = "mail.example"\n')
    code, _, said = brief("send")
    assert code == 3
    assert "briefings.toml: address: expected the address that mail comes from" in said


def test_of_what_may_have_gone_out_a_person_decides(listed, tmp_path):
    brief("send", "koreas", "--day", LAST, "--quiet")
    for decision, state in (("--believe-sent", "sent"), ("--resend", "queued")):
        with listed.writing() as connection:
            connection.exec_driver_sql("UPDATE outbox SET state = 'unknown' WHERE kind = 'issue'")
        assert "anna@example.org" in brief("outbox")[1]
        assert brief("outbox", decision, "--list", "koreas", "--number", "1")[0] == 0
        assert rows(listed, "SELECT state FROM outbox WHERE kind = 'issue'") == [(state,)]
    assert brief("outbox", "--take-back", "--list", "koreas", "--number", "1")[2] == "1 mail taken back\n"
    assert rows(listed, "SELECT state FROM outbox WHERE kind = 'issue'") == [("dropped",)]


def test_what_another_process_sends_is_left_to_it(listed):
    with listed.writing() as connection:
        leases.hold(connection, "sending", "the server", 60, int(time.time()))
    code, _, said = brief("send", "koreas", "--day", LAST)
    assert (code, "the server is sending" in said) == (0, True)
    with listed.reading() as connection:
        assert outbox.counts(connection)["queued"] >= 1


def test_quietly_only_what_went_wrong_is_said(listed, monkeypatch):
    """Whoever runs it by the clock gets a mail for each line that it says, and wants none while all is well."""
    assert brief("send", "koreas", "--day", LAST, "--quiet") == (0, "", "")
    with listed.writing() as connection:
        leases.hold(connection, "sending", "the server", 60, int(time.time()))
    assert brief("send", "--quiet") == (0, "", "")
    with listed.writing() as connection:
        leases.release(connection, "sending", "the server")

    def failing(*_):
        raise StoreError("no space left", kind="full")

    with listed.writing() as connection:
        mailings.add_list(connection, mailing(slug="gulf"))
    monkeypatch.setattr(issuing, "next_briefing", failing)
    code, _, said = brief("send", "--quiet")
    assert (code, "gulf: no space left" in said) == (1, True)


def test_status_tells_lists_and_outbox(listed):
    brief("send", "koreas", "--day", LAST, "--quiet")
    found = json.loads(brief("status", "--json")[1])
    assert (found["sender"], found["mails"]["sent"], found["lists"][0]["last"]["number"]) == ("folder", 1, 1)
    assert "sent" in brief("status")[1]


def test_consents_are_written_and_hold(listed):
    lines = [json.loads(line) for line in brief("consents")[1].splitlines()]
    assert [one["action"] for one in lines] == ["requested", "confirmed"]
    assert brief("consents", "--of", "ANNA@example.org", "--format", "csv")[1].count("\n") == 3
    code, _, said = brief("consents", "--check")
    head = said.rpartition(" ")[2].strip()
    assert code == 0
    with listed.writing() as connection:
        connection.exec_driver_sql("DELETE FROM consent WHERE number = 2")
    assert brief("consents", "--check", "--head", head)[0] == 1
    with listed.writing() as connection:
        connection.exec_driver_sql("UPDATE consent SET action = 'confirmed' WHERE number = 1")
    assert "consent 1 is not what it was" in brief("consents", "--check")[2]


def test_who_is_erased_or_blocked_gets_no_mail_until_it_is_lifted(listed):
    assert brief("block", "bela@kontor.example")[0] == 0
    assert brief("invite", "koreas", "bela@kontor.example")[0] == 1
    assert brief("unblock", "bela@kontor.example")[0] == 0
    assert brief("invite", "koreas", "bela@kontor.example")[0] == 0
    assert brief("erase", "anna@example.org")[0] == 0
    assert rows(listed, "SELECT address FROM subscriber ORDER BY key") == [(None,), ("bela@kontor.example",)]


def test_links_are_signed_anew(listed):
    assert brief("keys", "--rotate")[2].startswith("links are signed with a new key; those of 2 keys")
    assert brief("keys", "--rotate", "--keep", "1")[2].startswith("links are signed with a new key; those of 1 key")
    assert brief("keys")[0] == 2


def test_mails_that_came_back_are_read_from_a_pipe(listed):
    code, out, _ = brief("bounces", "-", "--json", typed="Subject: hello\n\nI am away.\n")
    assert (code, json.loads(out)["ignored"]) == (0, 1)


def test_tidying_up_forgets_who_never_confirmed(listed):
    with listed.writing() as connection:
        connection.exec_driver_sql("UPDATE subscription SET state = 'pending'")
        connection.exec_driver_sql("UPDATE sign_up SET expires = 1")
        connection.exec_driver_sql("UPDATE subscriber SET made = 1")
    assert brief("sweep")[2].startswith("1 address forgotten")


def test_a_mail_server_is_told_where_to_post_what_came_back(listed):
    code, told, said = brief("hook", "--mail")
    assert (code, said) == (0, "")
    assert told.startswith("http://127.0.0.1:8765/briefings/hooks/mail/")
    assert brief("hook", "--mail") == (code, told, said)
