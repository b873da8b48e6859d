"""What a mail says that came in where ours come from: that one of ours came back, for good or not, or a complaint.

Reports that programs write (RFC 3464, RFC 5965) and those that older servers write for people are both read. Nothing is
believed of a mail that does not bear the mark of one of ours: anybody can send anything here.
"""

import email
import hashlib
import re
import tomllib
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Literal, NamedTuple, Self

from dragoman.brief.marks import Mark, find_marks
from dragoman.errors import RuleError
from dragoman.records import Record
from dragoman.rules import DATA

FILE = DATA / "brief" / "returns.toml"
# Bytes of a mail that are read: a report comes first, and the head of the mail that it is about soon after it.
LONGEST = 100_000
# Parts of a mail that are looked at. Of what is written to keep its reader busy (160 kB of mails within mails took it
# ten seconds) nothing is: reports have three kinds of parts, and about twenty lines that begin with dashes.
MOST_PARTS, MOST_NESTED, MOST_DASHES = 50, 30, 1_000
NESTING = re.compile(rb"boundary=|message/", re.IGNORECASE)
# Characters that are kept of what the other side said.
SAID = 200
STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])", re.ASCII)
# The reply of a server in a text for people: "550 no such user", "554-5.7.1 ...", but not a port or a year.
REPLY = re.compile(r"(?<![\d.])(?P<code>[45][0-5]\d)(?=[ -])", re.ASCII)
ADDRESS = re.compile(r"[^\s<>;,:\"()\[\]]+@[^\s<>;,:\"()\[\]]*\w")
QMAIL = re.compile(r"^hi\. this is the ", re.IGNORECASE | re.MULTILINE)
# Where a report for people ends and the mail begins that it is about.
COPY = re.compile(
    r"^(?:---+ ?(?:below this line|this is a copy|the following|original message|forwarded)"
    r"|(?:return-path|received|message-id|from): )",
    re.IGNORECASE | re.MULTILINE,
)

Kind = Literal["hard", "soft", "complaint", "ignored"]


class Return(Record, frozen=True, kw_only=True):
    """What came of reading a mail: its kind, the mail of ours that it is about, and what the other side said.

    `recipients` are the addresses that the report names. `why` says for what is ignored what it is instead. `digest` is
    the same for the same report, however it was kept meanwhile.
    """

    kind: Kind
    why: str = ""
    mark: Mark | None = None
    recipients: tuple[str, ...] = ()
    said: str = ""
    digest: str = ""


class Signs(NamedTuple):
    """The lists of data/brief/returns.toml by name: statuses or kinds, and patterns."""

    words: dict[str, frozenset[str]]
    patterns: dict[str, re.Pattern[str]]

    @classmethod
    def load(cls, file: Path = FILE) -> Self:
        """Read and check the lists; raises `RuleError` for a pattern that its example disproves."""
        held = tomllib.loads(file.read_text(encoding="utf-8"))
        words = {name: frozenset(one.get("statuses", one.get("kinds", ()))) for name, one in held.items()}
        return cls(words, {name: _pattern(one["pattern"], str(file)) for name, one in held.items() if "pattern" in one})

    def has(self, name: str, text: str) -> bool:
        """Whether one of the patterns of a list is in a text."""
        return self.patterns[name].search(" ".join(text.lower().split())) is not None


def _pattern(rows: list[dict[str, str]], where: str) -> re.Pattern[str]:
    for row in rows:
        if not re.search(row["pattern"], row["example"]):
            raise RuleError(f"{row['pattern']!r} does not match {row['example']!r}", kind="pattern", where=where)
    return re.compile("|".join(f"(?:{row['pattern']})" for row in rows))


class _Report(NamedTuple):
    """A report before it is known whether it is about a mail of ours."""

    kind: Kind
    why: str = ""
    recipients: tuple[str, ...] = ()
    said: str = ""


def read_return(raw: bytes, key: bytes, signs: Signs) -> Return:
    """What a mail says; `key` is the one that marks are signed with."""
    raw = raw[:LONGEST]
    if len(NESTING.findall(raw)) > MOST_NESTED or raw.count(b"\n--") > MOST_DASHES:
        return Return(kind="ignored", why="too many parts", digest=_digest(raw))
    message = email.message_from_bytes(raw)
    parts = _parts(message)
    digest = _digest((_head(message, "Message-ID") or "").encode() or raw)
    report = _report(message, parts, signs)
    if list(find_marks(key, _head(message, "Message-ID"))):
        report = _Report("ignored", "one of our own mails")
    marks = set(find_marks(key, "\n".join(_texts(parts)))) if report.kind != "ignored" else set()
    if report.kind != "ignored" and len(marks) != 1:
        report = _Report("ignored", "about several of our mails" if marks else "about none of our mails")
    mark = marks.pop() if report.kind != "ignored" else None
    said = " ".join(report.said.split())[:SAID]
    return Return(kind=report.kind, why=report.why, mark=mark, recipients=report.recipients, said=said, digest=digest)


def _report(message: Message, parts: list[Message], signs: Signs) -> _Report:
    """What a mail says, by its parts for programs, else by its words."""
    kinds = {part.get_content_type(): part for part in reversed(parts)}
    if "message/feedback-report" in kinds:
        return _complaint(kinds["message/feedback-report"], signs)
    if "message/delivery-status" in kinds:
        return _delivery(kinds["message/delivery-status"], signs)
    if "message/disposition-notification" in kinds:
        return _Report("ignored", "a receipt")
    text = _first_text(parts)
    if _is_daemon(message, text, signs):
        return _told(text, _head(message, "X-Failed-Recipients"), signs)
    if _is_automatic(message, signs):
        return _Report("ignored", "an automatic reply")
    return _Report("ignored", "no report")


def _is_daemon(message: Message, text: str, signs: Signs) -> bool:
    """Whether a server wrote a mail for people about a mail that it could not deliver."""
    if _head(message, "X-Failed-Recipients") or QMAIL.search(text[:500]):
        return True
    return signs.has("daemon", _head(message, "From")) and signs.has("subject", _head(message, "Subject"))


def _is_automatic(message: Message, signs: Signs) -> bool:
    submitted = _head(message, "Auto-Submitted").lower()
    marked = any(_head(message, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"))
    replying = submitted not in {"", "no"} or "auto" in _head(message, "Precedence").lower()
    return marked or replying or signs.has("absent", _head(message, "Subject"))


def _complaint(part: Message, signs: Signs) -> _Report:
    fields = _fields(part)
    kind = fields.get("feedback-type", "").strip().lower()
    if kind not in signs.words["complaint"]:
        return _Report("ignored", f"feedback of kind {kind[:20] or 'none'}")
    return _Report("complaint", said=f"{kind} {fields.get('user-agent', '')}")


def _delivery(part: Message, signs: Signs) -> _Report:
    """The worst that a report says of a recipient; one that is delayed or was delivered says nothing yet."""
    failed = [one for one in _blocks(part) if _failed(one)]
    if not failed:
        actions = {one.get("action", "").strip().lower() for one in _blocks(part)} - {""}
        return _Report("ignored", f"only tells {', '.join(sorted(actions)) or 'nothing'}"[:60])
    fields = ("original-recipient", "final-recipient", "x-actual-recipient")
    named = [address.lower() for one in failed for name in fields for address in ADDRESS.findall(one.get(name, ""))]
    verdicts = [(_is_gone(*_status(one), signs), _status(one)) for one in failed]
    gone, (status, words) = max(verdicts, key=lambda one: one[0])
    return _Report("hard" if gone else "soft", recipients=tuple(dict.fromkeys(named)), said=f"{status} {words}")


def _failed(fields: dict[str, str]) -> bool:
    """Whether a block of a report is about a recipient who did not get it; some say so only by the status."""
    action = fields.get("action", "").strip().lower()
    return action == "failed" or (not action and fields.get("status", "").strip().startswith("5"))


def _status(fields: dict[str, str]) -> tuple[str, str]:
    """The status and the words of the other side, of which a status that says more than the field does is taken."""
    words = fields.get("diagnostic-code", "") or fields.get("x-notes", "") or fields.get("status", "")
    found = STATUS.search(fields.get("status", ""))
    status = found[0] if found else ""
    told = STATUS.search(words)
    if told and (not status or status.endswith(".0.0")):
        status = told[0]
    return status, words


def _told(text: str, failed: str, signs: Signs) -> _Report:
    """What a report for people says, up to the copy of the mail that it is about."""
    end = COPY.search(text)
    words = text[: end.start()] if end else text[:4000]
    status, reply = STATUS.search(words), REPLY.search(words)
    code = status[0] if status else f"{reply['code'][0]}.0.0" if reply else "5.0.0"
    named = tuple(dict.fromkeys(one.lower() for one in ADDRESS.findall(failed or words)))
    kind: Kind = "hard" if _is_gone(code, words, signs) else "soft"
    start = reply.start() if reply else status.start() if status else 0
    return _Report(kind, recipients=named, said=words[start:])


def _is_gone(status: str, words: str, signs: Signs) -> bool:
    """Whether there is no such mailbox: by the status where that is plain, else by the words."""
    if status in signs.words["gone"]:
        return True
    if not status.startswith("5") or status in signs.words["passing"] or signs.has("passing", words):
        return False
    return signs.has("gone", words)


def _blocks(part: Message) -> list[dict[str, str]]:
    """The fields of each block of a part for programs, names in lower case."""
    payload = part.get_payload()
    blocks = [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []
    if _head(part, "Content-Transfer-Encoding").strip().lower() == "base64":
        whole = Message()
        whole["Content-Transfer-Encoding"] = "base64"
        whole.set_payload("".join(str(block.get_payload()) for block in blocks))
        text = whole.get_payload(decode=True)
        paragraphs = re.split(rb"\r?\n\s*\n", text if isinstance(text, bytes) else b"")
        blocks = [email.message_from_bytes(one.lstrip()) for one in paragraphs]
    return [{name.lower(): str(value) for name, value in block.items()} for block in blocks]


def _fields(part: Message) -> dict[str, str]:
    """The fields of all blocks of a part; of two of the same name the first."""
    found: dict[str, str] = {}
    for block in _blocks(part):
        found = block | found
    return found


def _parts(message: Message) -> list[Message]:
    return [part for part, _ in zip(message.walk(), range(MOST_PARTS), strict=False)]


def _texts(parts: list[Message]) -> Iterator[str]:
    """Everything in which a mark can stand: the fields at the head of each part, and its text."""
    for part in parts:
        yield from (str(value) for value in part.values())
        if part.get_content_maintype() == "text":
            yield _text(part)


def _first_text(parts: list[Message]) -> str:
    return next((_text(part) for part in parts if part.get_content_maintype() == "text"), "")


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _head(message: Message, name: str) -> str:
    return str(message.get(name, "") or "")


def _digest(text: bytes) -> str:
    return hashlib.sha256(b"\n".join(text.split())).hexdigest()[:16]
