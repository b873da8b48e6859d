"""What mails that came back do: whom they end all mail to, when, and what is written down of it."""

import io
import mailbox

import pytest

from dragoman.brief.bounces import REMEMBERED, take_bounce, take_in
from dragoman.brief.mailboxes import read_mails, split_mails
from dragoman.brief.marks import mark_of
from dragoman.errors import InputError
from dragoman.store import outbox, subscribers
from dragoman.store.bounces import bounces_of
from dragoman.store.consents import broken_link, consents
from dragoman.store.keys import keys_of, who
from tests.brief.posting import NOW, change, filled, rows, states
from tests.brief.test_returns import FOLDER, SHAPES

ADDRESS = "koreas-1@kontor.example"
# What each kind of mail does when it comes in for the first time.
EFFECTS = {"hard": "suppressed", "soft": "noted", "complaint": "suppressed"}
STATE = {"hard": "bounced", "complaint": "complained", "soft": "confirmed"}


@pytest.fixture
def issue(store):
    return filled(store, 2)


def shape(store, name, subscriber=1):
    """A mail that came back, about the mail of a subscriber."""
    with store.reading() as connection:
        mail = next(one for one in outbox.due_mails(connection, NOW + 1) if one.subscriber == subscriber)
        mark = mark_of(keys_of(connection, "addresses")[0], mail)
    text = (FOLDER / f"{name}.eml").read_text(encoding="utf-8").replace("MARK", mark).replace(name, f"{name}-x")
    address = f"koreas-{subscriber}@kontor.example"
    return text.replace("reader@kontor.example", address).replace("READER@Kontor.Example", address.upper()).encode()


def state(store, subscriber=1):
    with store.reading() as connection:
        return subscribers.subscriptions_of(connection, subscriber)["koreas"]


def is_suppressed(store, address=ADDRESS):
    with store.reading() as connection:
        return subscribers.suppression_of(connection, who(connection, address))


def test_what_each_shape_does(store, settings):
    """Each comes back to a subscriber of its own, and another one beside."""
    names = [name for name in SHAPES if not name.startswith(("several", "forged"))]
    filled(store, len(names) + 1)
    mails = [shape(store, name, subscriber) for subscriber, name in enumerate(names, start=1)]
    effects = []
    take_in(store, settings, mails, NOW, progress=lambda _, effect: effects.append(effect))
    # Somebody passes mail on to others, and one of them is gone; what is encoded names the reader of all shapes.
    wanted = {
        name: "noted" if name in {"passed-on", "encoded"} else EFFECTS.get(SHAPES[name], "ignored") for name in names
    }
    assert dict(zip(names, effects, strict=True)) == wanted
    for subscriber, name in enumerate(names, start=1):
        ended = wanted[name] == "suppressed" and STATE[SHAPES[name]]
        assert state(store, subscriber) == (ended or "confirmed")
        assert is_suppressed(store, f"koreas-{subscriber}@kontor.example") == (ended or None)
    ends = sum(effect == "suppressed" for effect in effects)
    assert states(store) == {"queued": len(names) + 1 - ends, "dropped": ends}


def test_whatever_ends_is_agreed_on_record(store, settings, issue):
    take_in(store, settings, [shape(store, "complaint")], NOW)
    with store.reading() as connection:
        (event,) = [one.event for one in consents(connection)]
        assert broken_link(connection) is None
    assert (event.subscriber, event.list, event.action, event.by) == (1, "koreas", "complained", "mail")


def test_the_same_report_again_changes_nothing(store, settings, issue):
    raw = shape(store, "postfix-full")
    assert take_in(store, settings, [raw, raw], NOW).known == 1
    assert take_in(store, settings, [raw.replace(b"\n", b"\r\n")], NOW + 9).known == 1
    assert state(store) == "confirmed"


def test_a_second_one_for_now_ends_it(store, settings, issue):
    one, other = shape(store, "postfix-full"), shape(store, "gmail-quota")
    assert take_in(store, settings, [one], NOW).noted == 1
    assert take_in(store, settings, [other], NOW + 86_400).suppressed == 1
    assert state(store) == "bounced"


def test_one_of_long_ago_does_not_count(store, settings, issue):
    one, other = shape(store, "postfix-full"), shape(store, "gmail-quota")
    take_in(store, settings, [one], NOW)
    assert take_in(store, settings, [other], NOW + REMEMBERED).noted == 1
    assert state(store) == "confirmed"


def test_who_is_not_there_or_was_erased(store, settings, issue):
    raw = shape(store, "postfix-unknown")
    change(store, "UPDATE subscriber SET address = NULL, same = NULL WHERE key = 1")
    assert take_in(store, settings, [raw], NOW).nobody == 1
    assert take_bounce(store, settings, 77, "hard", "x", NOW) == "nobody"
    assert rows(store, "SELECT count(*) FROM bounce") == [(0,)]


def test_a_report_about_somebody_else_ends_nothing(store, settings, issue):
    """Whoever gets our mails knows the mark of their own, and cannot make that of another."""
    raw = shape(store, "postfix-unknown").replace(b".1.", b".2.")
    assert take_in(store, settings, [raw], NOW).ignored == 1
    assert (state(store, 1), state(store, 2)) == ("confirmed", "confirmed")


def test_what_was_said_is_kept(store, settings, issue):
    take_in(store, settings, [shape(store, "postfix-unknown")], NOW)
    with store.reading() as connection:
        (bounce,) = bounces_of(connection, 1)
    assert (bounce.kind, bounce.at) == ("hard", NOW)
    assert "550 5.1.1" in bounce.told
    assert "[report " in bounce.told


# Mailboxes


MAILS = [
    b"Subject: one\n\nFrom here on\n\nthere is nothing.\n",
    b"Subject: two\n\n\nFrom me to you\n",
    b"Subject: three\n\n",
]


@pytest.fixture
def kept(tmp_path, request):
    """The mails as another program keeps them."""
    place = tmp_path / "kept"
    if request.param == "eml":
        place.mkdir()
        for number, mail in enumerate(MAILS):
            (place / f"{number}.eml").write_bytes(mail)
        return place
    made = {"mbox": mailbox.mbox, "maildir": mailbox.Maildir}[request.param](place)
    for mail in MAILS:
        made.add(mail)
    made.close()
    return place


@pytest.mark.parametrize("kept", ["eml", "mbox", "maildir"], indirect=True)
def test_mailboxes(kept):
    assert sorted(mail.rstrip() for mail in read_mails(kept)) == sorted(mail.rstrip() for mail in MAILS)


def test_one_mail_alone(tmp_path):
    (tmp_path / "one").write_bytes(MAILS[0])
    assert list(read_mails(tmp_path / "one")) == [MAILS[0]]
    assert list(split_mails(io.BytesIO(b"\n\n" + MAILS[1]))) == [MAILS[1]]
    assert list(split_mails(io.BytesIO(b""))) == []


def test_hidden_lines_of_an_mbox():
    mbox = b"From a\nSubject: x\n\n>From one\n>>From two\n> From three\nFrom four\n\nFrom b\nSubject: y\n\n"
    assert list(split_mails(io.BytesIO(mbox))) == [
        b"Subject: x\n\nFrom one\n>From two\n> From three\nFrom four\n\n",
        b"Subject: y\n\n",
    ]


def test_a_mail_without_end_is_cut():
    long = b"Subject: x\n\n" + b"word\n" * 100_000
    (mail,) = split_mails(io.BytesIO(long))
    assert 190_000 < len(mail) < 210_000
    one, other = split_mails(io.BytesIO(b"From a\n" + long + b"\nFrom b\n" + MAILS[2]))
    assert 190_000 < len(one) < 210_000
    assert other == MAILS[2]


@pytest.mark.parametrize("make", [lambda place: None, lambda place: place.mkdir()])
def test_what_is_no_mailbox(tmp_path, make):
    make(tmp_path / "none")
    with pytest.raises(InputError) as raised:
        list(read_mails(tmp_path / "none"))
    assert (raised.value.kind, raised.value.where) == ("unread", str(tmp_path / "none"))
