"""The commitments of the bundled chronicle end as a careful reader puts them: a table of outcomes with the days asked."""

import tomllib
from pathlib import Path

import pytest

from dragoman.ledger import deciding_entry, ledger_of, standing_on
from dragoman.resolve.happenings import distinct

CASES = tomllib.loads((Path(__file__).parent / "chronicle.toml").read_text(encoding="utf-8"))["outcome"]
# Reports seldom say whether what a party said it would do was promised or agreed.
BINDING = {"promise", "agreement"}
LEAST = 25


@pytest.fixture(scope="module")
def accounts(chronicle, coder):
    return ledger_of(chronicle, distinct(chronicle), coder.rules)


def holds(text, words):
    """Whether all words stand in a text; "a|b" asks for either."""
    return all(any(word in text for word in entry.split("|")) for entry in words)


def names(wanted, codes):
    return all(any(code.startswith(country) for code in codes) for country in wanted)


def is_meant(account, case):
    if account.kind != case["kind"] and not {account.kind, case["kind"]} <= BINDING:
        return False
    others = (*account.by, *account.to) if account.kind in BINDING else ()
    sides = names(case["by"], others or account.by) and names(case.get("to", ()), others or account.to)
    return sides and holds(account.content, case["holds"]) and account.entries[0].day <= case["on"]


def is_so(account, case):
    if standing_on(account, case["on"]) != case["standing"]:
        return False
    decided = deciding_entry(account, case["on"])
    return "because" not in case or holds(decided.sentence.text, [case["because"]])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_outcome(accounts, case, request):
    if "fails" in case:
        request.applymarker(pytest.mark.xfail(reason=case["fails"], strict=True))
    meant = [account for account in accounts if is_meant(account, case)]
    assert meant, "no account of it"
    assert any(is_so(account, case) for account in meant), [
        (account.content, standing_on(account, case["on"])) for account in meant
    ]


def test_enough_outcomes_are_stated():
    assert len([case for case in CASES if "fails" not in case]) >= LEAST
    assert len({case["name"] for case in CASES}) == len(CASES)


def test_every_line_cites_a_sentence(accounts):
    assert all(entry.sentence and entry.sentence.text for account in accounts for entry in account.entries)


def test_two_outlets_make_one_account(accounts):
    """The offer to Washington, told by two outlets on one day, is one account with both sentences."""
    (offer,) = [a for a in accounts if a.by == ("PRKGOV",) and a.to == ("USAGOV",) and a.kind == "offer"]
    assert {entry.source for entry in offer.entries} == {"Peninsula Sample Wire", "Sample World Desk"}


def test_a_judgement_is_evidence_with_its_source(accounts):
    """That the North went back on its word is told by a spokesman; the launch had decided it before."""
    (accord,) = [a for a in accounts if a.by == ("PRKGOV",) and "launches" in a.content and a.kind == "promise"]
    judgements = [entry for entry in accord.entries if entry.basis == "judgement"]
    assert ("Mark Toner", "broken") in {(entry.source, entry.change) for entry in judgements}
    assert deciding_entry(accord).basis == "deed"
