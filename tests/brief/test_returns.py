"""Mails that came back in the shapes of many systems, complaints, automatic replies, and what somebody made up."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dragoman.brief.marks import Mark, find_marks, mark_of, message_id
from dragoman.brief.returns import Signs, read_return
from dragoman.errors import RuleError
from dragoman.store.outbox import Mail

FOLDER = Path(__file__).parent / "returned"
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
READER = "reader@kontor.example"
SIGNS = Signs.load()


def mail(**fields):
    given = {"key": 9, "kind": "issue", "subscriber": 345, "issue": 12, "sign_up": None, "attempts": 0}
    return Mail(**given | {"address": READER, "same": READER} | fields)


MARK = mark_of(KEY, mail())
OURS = Mark(kind="issue", number=12, subscriber=345)

# Each file, and what it comes to.
SHAPES = {
    "postfix-unknown": "hard",
    "postfix-full": "soft",
    "postfix-delayed": "only tells delayed",
    "postfix-expired": "soft",
    "postfix-no-domain": "hard",
    "postfix-delivered": "only tells relayed",
    "postfix-spam": "soft",
    "postfix-too-large": "soft",
    "postfix-loop": "soft",
    "postfix-hops": "soft",
    "postfix-headers-only": "hard",
    "postfix-folded-mark": "hard",
    "postfix-returned-to-mark": "hard",
    "exim": "hard",
    "exim-unrouteable": "hard",
    "exim-old": "hard",
    "exim-old-full": "soft",
    "sendmail": "hard",
    "sendmail-given-up": "soft",
    "sendmail-warning": "only tells delayed",
    "exchange": "hard",
    "exchange-online": "hard",
    "exchange-online-edge": "hard",
    "exchange-online-quota": "soft",
    "exchange-online-group": "soft",
    "gmail": "hard",
    "gmail-disabled": "hard",
    "gmail-dmarc": "soft",
    "gmail-quota": "soft",
    "gmail-delay": "only tells delayed",
    "yahoo": "hard",
    "qmail": "hard",
    "qmail-remote": "hard",
    "qmail-given-up": "soft",
    "qmail-no-host": "hard",
    "courier": "hard",
    "domino": "hard",
    "groupwise": "hard",
    "icloud": "hard",
    "cloud-sender": "hard",
    "status-only": "hard",
    "german": "hard",
    "passed-on": "hard",
    "encoded": "hard",
    "plain-windows": "hard",
    "plain-vague": "soft",
    "person-passes-on": "hard",
    "complaint": "complaint",
    "complaint-hidden": "complaint",
    "complaint-opt-out": "complaint",
    "complaint-not-spam": "feedback of kind not-spam",
    "complaint-auth": "feedback of kind auth-failure",
    "receipt": "a receipt",
    "absent-exchange": "an automatic reply",
    "absent-gmail": "an automatic reply",
    "absent-vacation": "an automatic reply",
    "absent-german": "an automatic reply",
    "absent-from-postmaster": "an automatic reply",
    "challenge": "an automatic reply",
    "person": "no report",
    "our-own": "one of our own mails",
    "forged-altered": "about none of our mails",
    "forged-none": "about none of our mails",
    "forged-other": "about none of our mails",
    "forged-complaint": "about none of our mails",
    "several": "about several of our mails",
}
KINDS = {"hard", "soft", "complaint"}


def shape(name):
    """The bytes of a shape, with a mark of ours, one with a figure changed, one by another key, one of another mail."""
    altered = MARK.replace("345", "346")
    marks = {
        "MARK": MARK,
        "ALTERED": altered,
        "OTHER": mark_of(OTHER_KEY, mail()),
        "SECOND": mark_of(KEY, mail(issue=13)),
    }
    text = (FOLDER / f"{name}.eml").read_text(encoding="utf-8")
    for word, mark in marks.items():
        text = text.replace(word, mark)
    return text.encode()


def test_every_shape_is_expected():
    assert {file.stem for file in FOLDER.glob("*.eml")} == SHAPES.keys()


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_shapes(name, ends):
    found = read_return(shape(name).replace(b"\n", ends), KEY, SIGNS)
    assert (found.why or found.kind) == SHAPES[name]
    assert found.mark == (OURS if SHAPES[name] in KINDS else None)


@pytest.mark.parametrize("name", [name for name, kind in SHAPES.items() if kind in {"hard", "soft"}])
def test_whom_a_report_names_and_what_was_said(name):
    found = read_return(shape(name), KEY, SIGNS)
    wanted = {"passed-on": "old.reader@elsewhere.example"}.get(name, READER)
    assert wanted in found.recipients
    assert 3 < len(found.said) <= 200


def test_nothing_is_believed_with_another_key():
    for name in SHAPES:
        assert read_return(shape(name), OTHER_KEY, SIGNS).mark is None or "forged-other" in name


def test_a_report_has_one_digest_however_it_is_kept():
    plain, other = shape("sendmail"), shape("postfix-unknown")
    assert read_return(plain, KEY, SIGNS).digest == read_return(plain.replace(b"\n", b"\r\n"), KEY, SIGNS).digest
    assert read_return(plain, KEY, SIGNS).digest != read_return(other, KEY, SIGNS).digest
    nameless = [one.replace(b"Message-Id: <20261130060009.", b"X-Was: <") for one in (plain, other)]
    assert len({read_return(one, KEY, SIGNS).digest for one in nameless}) == 2


@given(some.binary(max_size=300), some.integers(0, 2_000), some.sampled_from(sorted(SHAPES)))
def test_whatever_comes_in_is_read(noise, place, name):
    held = shape(name)
    for raw in (noise, held[:place] + noise + held[place:], held[:place], held[:place] + held[place + len(noise) :]):
        assert read_return(raw, KEY, SIGNS).kind in KINDS | {"ignored"}


# What is written to keep its reader busy.
BUSY = {
    "mails within mails": b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3_000)
    ),
    "mail forwarded in mail": b"Content-Type: message/rfc822\n\n" * 9_000,
    "parts beside parts": b'Content-Type: multipart/mixed; boundary="b"\n\n'
    + b"--b\nContent-Type: text/plain\n\nx\n" * 20_000,
    "words": b"From: mailer-daemon\nSubject: undeliverable\n\n" + b"user " * 50_000,
    "addresses": b"From: mailer-daemon\nSubject: undeliverable\n\n" + b"a@" * 125_000,
    "marks": b"From: mailer-daemon\nSubject: undeliverable\n\n" + b"i1.1." * 50_000,
    "blocks": b"Content-Type: message/delivery-status\n\n" + b"Action: failed\n\n" * 15_000,
}


@pytest.mark.parametrize("name", BUSY)
def test_nothing_keeps_the_reader_busy(name):
    start = time.process_time()
    assert read_return(BUSY[name], KEY, SIGNS).mark is None
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, OURS),
        ({"kind": "confirm", "issue": None, "sign_up": 4}, Mark(kind="confirm", number=4, subscriber=345)),
        ({"kind": "known", "issue": None}, Mark(kind="known", number=9, subscriber=345)),
    ],
)
def test_marks(fields, found):
    name = message_id(KEY, mail(**fields), "news@record.example")
    assert name.endswith("@record.example>")
    assert list(find_marks(KEY, name.upper())) == [found]
    assert list(find_marks(OTHER_KEY, name)) == []


def test_the_same_mail_bears_the_same_mark():
    assert mark_of(KEY, mail(key=1, attempts=3)) == MARK
    assert len({MARK, mark_of(KEY, mail(issue=13)), mark_of(KEY, mail(subscriber=3)), mark_of(OTHER_KEY, mail())}) == 4


def test_no_altered_mark_is_believed():
    for place in range(len(MARK)):
        for letter in "0123456789abcdef.":
            altered = MARK[:place] + letter + MARK[place + 1 :]
            assert list(find_marks(KEY, f"<{altered}@record.example>")) == ([OURS] if altered == MARK else [])


def test_patterns_prove_themselves(tmp_path):
    text = (FOLDER.parents[2] / "src/dragoman/data/brief/returns.toml").read_text(encoding="utf-8")
    (tmp_path / "returns.toml").write_text(text.replace("unknown local part in <a@b.example>", "all is well"))
    with pytest.raises(RuleError, match="does not match 'all is well'"):
        Signs.load(tmp_path / "returns.toml")
