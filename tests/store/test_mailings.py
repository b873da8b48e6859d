"""Mailing lists: kept as they are, changed by name, and refused where they are malformed."""

import msgspec
import pytest

from dragoman.errors import InputError
from dragoman.store.mailings import HIGHEST, MailingList, Question, add_list, change_list, list_of, lists, number_of

NOW = 1_780_000_000
KOREA = MailingList(
    slug="korea-weekly",
    title="Korea, week by week",
    description="What both governments did and said.",
    question=Question(
        parties=("PRK", "KOR"), among=True, types=("THREATEN",), what=("events",), words='"nuclear test"'
    ),
    schedule="weekly",
    visibility="private",
    made=NOW,
)
PLAIN = MailingList(slug="all", title="Everything", made=NOW)


def with_(**fields):
    return msgspec.structs.replace(PLAIN, **fields)


@pytest.fixture
def kept(store):
    with store.writing() as connection:
        add_list(connection, KOREA)
        add_list(connection, PLAIN)
    return store


def test_lists_are_read_as_they_came(kept):
    with kept.reading() as connection:
        assert list_of(connection, "korea-weekly") == KOREA
        assert list_of(connection, "all") == PLAIN
        assert PLAIN.question.what == ("events", "commitments", "statements")


@pytest.mark.parametrize("slug", ["", "korea", "KOREA-WEEKLY", "korea-weekly ", "' OR 1=1 --", "x" * 10_000, "a\x00"])
def test_no_list(scratch, slug):
    add_list(scratch, KOREA)
    assert list_of(scratch, slug) is None


def test_all_and_those_of_a_kind_by_title(kept):
    with kept.writing() as connection:
        add_list(connection, with_(slug="old", title="aardvarks", visibility="archived"))
        assert [one.slug for one in lists(connection)] == ["old", "all", "korea-weekly"]
        assert [one.slug for one in lists(connection, "public")] == ["all"]
        assert [one.slug for one in lists(connection, "private")] == ["korea-weekly"]
        assert [one.slug for one in lists(connection, "archived")] == ["old"]


def test_a_name_is_given_once(kept):
    with pytest.raises(InputError, match="already") as raised, kept.writing() as connection:
        add_list(connection, with_(title="Another"))
    assert raised.value.kind == "twice"
    with kept.reading() as connection:
        assert list_of(connection, "all") == PLAIN


def test_a_list_is_changed_but_for_its_name_and_age(kept):
    changed = msgspec.structs.replace(
        KOREA, title="New", description="", question=Question(), schedule="change", visibility="archived", made=0
    )
    with kept.writing() as connection:
        change_list(connection, changed)
    with kept.reading() as connection:
        assert list_of(connection, "korea-weekly") == msgspec.structs.replace(changed, made=NOW)
        assert list_of(connection, "all") == PLAIN


def test_what_is_not_there_is_not_changed(kept):
    with pytest.raises(InputError, match="no list 'korea'") as raised, kept.writing() as connection:
        change_list(connection, with_(slug="korea"))
    assert raised.value.kind == "list"


MALFORMED = [
    {"slug": ""},
    {"slug": "Korea"},
    {"slug": "a b"},
    {"slug": "-a"},
    {"slug": "a-"},
    {"slug": "a--b"},
    {"slug": "ä"},
    {"slug": "a/b"},
    {"slug": "a\n"},
    {"slug": "x" * 65},
    {"title": ""},
    {"title": "   "},
    {"title": "x" * 121},
    {"title": "a\r\nBcc: b@example.org"},
    {"title": "a\u2028b"},
    {"title": "a\u202eb"},
    {"title": "a\x00"},
    {"description": "x" * 1001},
    {"description": "a\nb"},
    {"schedule": "hourly"},
    {"visibility": "secret"},
    {"question": Question(what=())},
    {"question": Question(what=("weather",))},
    {"question": Question(parties=("PRK",), among=True)},
    {"question": Question(parties=("PRK", "PRK"), among=True)},
]


@pytest.mark.parametrize("fields", MALFORMED, ids=str)
def test_what_is_malformed_is_not_kept(scratch, fields):
    add_list(scratch, PLAIN)
    changes = [change_list] if "slug" not in fields else []
    for keep in (*changes, add_list):
        new = with_(**{"slug": "all" if keep is change_list else "new", **fields})
        with pytest.raises(InputError) as raised:
            keep(scratch, new)
        assert raised.value.message.isprintable()
    assert lists(scratch) == [PLAIN]


def test_numbers_of_lists_differ():
    found = {number_of(f"list-{n}") for n in range(10_000)}
    assert len(found) == 10_000
    assert 0 < min(found) < max(found) <= HIGHEST
