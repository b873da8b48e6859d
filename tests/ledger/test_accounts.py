"""Accounts over several reports: small stories as a table, and what a person's ruling does."""

import datetime
import tomllib
from pathlib import Path

import msgspec
import pytest

from dragoman.ledger import entries_until, ledger_of, standing_on
from dragoman.ledger.rulings import homeless, places_of
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


@pytest.mark.parametrize("standings", [("kept", "broken"), ("broken", "kept"), ("pending", "kept", "pending")])
def test_of_one_day_the_ruling_entered_last_holds(coder, standings):
    (before,) = ledger(coder, PROMISE)
    rulings = [
        msgspec.structs.replace(ruling(before.id, standing), number=number)
        for number, standing in enumerate(standings, 1)
    ]
    for given in (rulings, rulings[::-1]):
        (after,) = ledger(coder, PROMISE, judged=given)
        assert standing_on(after) == standings[-1]


def shorter(coding):
    """A coding whose contents have lost their last word."""
    commitments = (msgspec.structs.replace(c, content=c.content.rsplit(" ", 1)[0]) for c in coding.commitments)
    return msgspec.structs.replace(coding, commitments=tuple(commitments))


def placed(account):
    return msgspec.structs.replace(
        ruling(account.id), number=7, told=places_of(account), bound=account.by, kind=account.kind
    )


def test_a_ruling_stays_when_its_report_is_coded_otherwise(coder):
    """Found again by report, sentence, kind and who is bound."""
    codings = [coder.code(article(number, report)) for number, report in enumerate(PROMISE)]
    (before,) = ledger_of(codings, distinct(codings), coder.rules)
    anew = [shorter(coding) for coding in codings]
    (after,) = ledger_of(anew, distinct(anew), coder.rules, judged=[placed(before)])
    assert after.id != before.id
    assert standing_on(after) == "broken"
    assert homeless([after], [placed(before)]) == []


def test_a_ruling_is_given_to_neither_of_two(coder):
    """Where the sentence holds two such commitments now, nobody can tell which of them was meant."""
    codings = [coder.code(article(number, report)) for number, report in enumerate(PROMISE)]
    (before,) = ledger_of(codings, distinct(codings), coder.rules)
    (one,) = codings[0].commitments
    two = tuple(msgspec.structs.replace(one, content=content) for content in ("to free captives", "to pay for rice"))
    anew = [msgspec.structs.replace(codings[0], commitments=two), codings[1]]
    after = ledger_of(anew, distinct(anew), coder.rules, judged=[placed(before)])
    assert len(after) == len(two)
    assert all(entry.basis != "person" for account in after for entry in account.entries)
    assert homeless(after, [placed(before)]) == [placed(before)]
