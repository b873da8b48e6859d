"""Accounts over several reports: small stories as a table, and what a person's ruling does."""

import datetime
import tomllib
from pathlib import Path

import pytest

from dragoman.ledger import entries_until, ledger_of, standing_on
from dragoman.records import Article, Ruling
from dragoman.resolve.happenings import distinct

CASES = tomllib.loads((Path(__file__).parent / "accounts.toml").read_text(encoding="utf-8"))["case"]


def ledger(coder, reports, *, judged=()):
    codings = [coder.code(article(number, report)) for number, report in enumerate(reports)]
    return ledger_of(codings, distinct(codings), coder.rules, judged=judged)


def article(number, report):
    publisher, day, text = (part.strip() for part in report.split("|"))
    return Article(id=f"r{number}", text=text, publisher=publisher, published=datetime.date.fromisoformat(day))


def countries(codes):
    return ";".join(sorted(code[:3] for code in codes)) or "-"


def told(account, line):
    """The account in the form of a line of a case, of the content only the words that the line asks for."""
    words, standing, entries = (part.strip() for part in line.split("|")[2:])
    day = datetime.date.fromisoformat(standing.split("@")[1]) if "@" in standing else None
    found = [f"{entry.change}/{entry.basis}" for entry in account.entries]
    if entries.endswith("..."):
        kept = entries.removesuffix(", ...").split(", ")
        found = [*found[: len(kept)], "..."]
    content = words if words in account.content else account.content
    is_so = standing_on(account, day) + (f" @{day}" if day else "")
    sides = f"{countries(account.by)} > {countries(account.to)}"
    return " | ".join((sides, account.kind, content, is_so, ", ".join(found)))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_accounts(coder, case):
    accounts = ledger(coder, case["reports"])
    wanted = case["is"]
    days = any("@" in line for line in wanted)
    pairs = zip(accounts * len(wanted) if days else accounts, wanted, strict=True)
    assert [told(account, line) for account, line in pairs] == wanted


PROMISE = [
    "Herald | 2015-04-02 | Cuba promised Spain on Wednesday to release two journalists.",
    "Post | 2015-05-03 | Cuba released two journalists on Saturday.",
]
EARLIER = "Wire | 2015-04-01 | Cuba promised Spain on Wednesday to release two journalists."


def ruling(account, standing="broken", day=datetime.date(2015, 6, 1), reason="they were others"):
    return Ruling(account=account, standing=standing, reason=reason, by="A. Reader", day=day)


def test_a_ruling_wins_and_the_other_reading_stays(coder):
    (before,) = ledger(coder, PROMISE)
    (after,) = ledger(coder, PROMISE, judged=[ruling(before.id)])
    assert standing_on(after, datetime.date(2015, 5, 31)) == "kept"
    assert standing_on(after, datetime.date(2015, 6, 1)) == "broken"
    assert entries_until(after, datetime.date(2015, 5, 31)) == before.entries
    person = after.entries[-1]
    assert (person.basis, person.source, person.note) == ("person", "A. Reader", "they were others")


def test_a_person_can_open_an_account_again(coder):
    (before,) = ledger(coder, PROMISE)
    (after,) = ledger(coder, PROMISE, judged=[ruling(before.id, "pending")])
    assert standing_on(after) == "pending"


def test_the_last_ruling_holds(coder):
    (before,) = ledger(coder, PROMISE)
    later = ruling(before.id, "partly kept", datetime.date(2015, 7, 1))
    (after,) = ledger(coder, PROMISE, judged=[later, ruling(before.id)])
    assert standing_on(after) == "partly kept"


def test_a_ruling_stays_when_an_earlier_report_comes_in(coder):
    """The id is that of the earliest telling; the account still answers to those that it had."""
    (before,) = ledger(coder, PROMISE)
    (after,) = ledger(coder, [*PROMISE, EARLIER], judged=[ruling(before.id)])
    assert after.id != before.id
    assert standing_on(after) == "broken"
