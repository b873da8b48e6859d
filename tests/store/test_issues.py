"""Issues of mailing lists: numbered without a gap, kept as they were composed, and what a list has told already."""

import contextlib
import datetime

import msgspec
import pytest

from dragoman.errors import InputError
from dragoman.records import Record
from dragoman.store import issues
from dragoman.store.mailings import MailingList, add_list
from tests.store.conftest import TakenBackError

DAY = datetime.date(2013, 3, 10)
NOW = 1_362_960_000


class Note(Record, frozen=True, kw_only=True):
    """As much of a briefing as the store knows of."""

    first: datetime.date = DAY
    last: datetime.date = DAY
    subject: str = "What happened"
    tells: tuple[str, ...] = ()
    words: str = ""


@pytest.fixture
def connection(store):
    with store.writing() as found:
        for slug in ("koreas", "gulf"):
            add_list(found, MailingList(slug=slug, title=slug, made=NOW))
        yield found


def test_issues_of_each_list_are_numbered_by_themselves(connection):
    made = [issues.add_issue(connection, slug, Note(), NOW + n) for n, slug in enumerate(("koreas", "gulf", "koreas"))]
    assert [(one.list, one.number, one.made) for one in made] == [
        ("koreas", 1, NOW), ("gulf", 1, NOW + 1), ("koreas", 2, NOW + 2),
    ]  # fmt: skip
    assert [one.number for one in issues.issues(connection, "koreas")] == [2, 1]
    assert [one.number for one in issues.issues(connection, "koreas", before=2)] == [1]
    assert issues.last_issue(connection, "koreas").key == made[2].key
    assert issues.last_issue(connection, "nobody") is None


def test_an_issue_is_found_by_number_and_by_key(connection):
    made = issues.add_issue(connection, "koreas", Note(words="ä “quoted” line\nand \u2028 another"), NOW)
    assert issues.issue_of(connection, "koreas", 1) == issues.issue_by_key(connection, made.key) == made
    assert msgspec.json.decode(made.held)["words"] == "ä “quoted” line\nand \u2028 another"
    for number in (0, 2, -1, 2**40):
        assert issues.issue_of(connection, "koreas", number) is None
    assert issues.issue_by_key(connection, made.key + 1) is None
    assert issues.issues(connection, "koreas")[0] == msgspec.structs.replace(made, held="")


def test_what_an_issue_tells_is_told_by_its_list_alone(connection):
    ids = tuple(f"event {n}" for n in range(1_200))
    issues.add_issue(connection, "koreas", Note(tells=(*ids, *ids[:5])), NOW)
    issues.add_issue(connection, "koreas", Note(tells=("event 3", "new")), NOW)
    assert issues.told_by(connection, "koreas", [*ids, "other"]) == frozenset(ids)
    assert issues.told_by(connection, "koreas") == {*ids, "new"}
    assert issues.told_by(connection, "gulf", ids) == frozenset()
    assert issues.told_by(connection, "koreas", []) == frozenset()


def test_what_is_told_is_not_held_twice(connection):
    assert "tells" not in msgspec.json.decode(issues.add_issue(connection, "koreas", Note(tells=("one",)), NOW).held)


def test_a_list_that_is_none_has_no_issues(connection):
    with pytest.raises(InputError, match="no list 'nobody'"):
        issues.add_issue(connection, "nobody", Note(), NOW)


def test_of_an_issue_that_is_taken_back_nothing_is_told(store):
    with store.writing() as other:
        add_list(other, MailingList(slug="koreas", title="koreas", made=NOW))
    with contextlib.suppress(TakenBackError), store.writing() as other:
        issues.add_issue(other, "koreas", Note(tells=("one",)), NOW)
        raise TakenBackError
    with store.reading() as other:
        assert issues.told_by(other, "koreas") == frozenset()
        assert issues.last_issue(other, "koreas") is None
