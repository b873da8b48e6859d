"""Looking after a store: flaws are found and mended, copies are whole, what is forgotten leaves no trace."""

import sqlite3

import msgspec
import pytest
from sqlalchemy import text

from dragoman.errors import StoreError
from dragoman.records import Quote
from dragoman.store import ledgers, open_store, reading
from dragoman.store.care import backup, check, forget, info, mend
from dragoman.store.saving import save
from tests.store.contents import accounts_in, contents
from tests.store.made import DAY, SENTENCE, coded, event


@pytest.fixture
def filled(store, few, ontology):
    for coding in few[:4]:
        save(store, coding, ontology, words=f"Words of {coding.article.id}")
    return store


def test_how_much_there_is(filled, few, rules, ontology):
    save(filled, coded("late"), ontology)
    found = info(filled)
    assert (found.reports, found.corrected, found.without_text, found.forgotten) == (5, 0, 1, 0)
    assert found.tellings == 1 + sum(len(coding.events) for coding in few[:4])
    assert 0 < found.events < found.tellings
    assert (found.first, found.last) == (str(few[0].article.published), str(DAY))
    assert sum(found.coders.values()) == 5
    assert info(filled).accounts == 0
    assert info(filled).accounts + len(accounts_in(filled, rules)) == info(filled).accounts > 0


# What is done to a store behind the program's back, and the kind of flaw that it is. None of it can be undone by counting.
HARM = {
    "UPDATE telling SET event = NULL WHERE key = (SELECT min(key) FROM telling)": "tellings without event",
    "UPDATE event SET reports = reports + 1": "report counts",
    "DELETE FROM dyad": "dyads missing",
    "DELETE FROM block": "blocks missing",
    "UPDATE article SET found = '{' WHERE key = 1": "coding",
    "UPDATE article SET found = '[1, 2]' WHERE key = 2": "coding",
    "UPDATE article SET published = 'sometime' WHERE key = 1": "coding",
    "UPDATE telling SET found = '{\"id\": 5}' WHERE key = 1": "event",
    "UPDATE telling SET found = 'x' WHERE key = 1": "event",
}
MENDED = {
    "UPDATE dyad_day SET events = events + 1 WHERE actor = 'PRK'": "counts",
    "DELETE FROM dyad_day": "counts",
    "DELETE FROM report_day": "volume",
    "UPDATE report_day SET reports = reports + 1": "volume",
    "INSERT INTO report_day VALUES ('2013-03-08', 'Nobody', 1)": "volume",
    "DELETE FROM about": "statements",
    "UPDATE about SET speaker_party = 'XXX'": "statements",
    "UPDATE statement SET day = '2013-03-08'": "statements",
    "INSERT INTO dyad_day VALUES ('XXX', 'YYY', '2013-01-01', 'ACCUSE', 'occurred', 1, 1, 0)": "counts",
}


# The same of what is kept beside the ledger, once that is made.
HISTORIES = (
    "UPDATE stood SET before = 'broken'",
    "DELETE FROM stood",
    "UPDATE stood_of SET made = '2013-03-08'",
    "UPDATE stood_of SET standing = 'kept', took = 5 WHERE standing = 'pending'",
    "UPDATE cited SET event = 'other' WHERE event = (SELECT min(event) FROM cited)",
)


@pytest.mark.parametrize("harm", HISTORIES)
def test_flaws_of_histories_are_found(filled, rules, harm):
    assert accounts_in(filled, rules)
    assert list(check(filled)) == []
    with filled.writing() as connection:
        connection.execute(text(harm))
    assert [flaw.kind for flaw in check(filled)] == ["standings"]
    mend(filled)
    assert accounts_in(filled, rules)
    assert list(check(filled)) == []


@pytest.mark.parametrize("harm", HARM | MENDED)
def test_flaws_are_found(filled, harm):
    with filled.writing() as connection:
        connection.execute(text(harm.replace(":", "\\:")))
    flaws = list(check(filled))
    assert (HARM | MENDED)[harm] in {flaw.kind for flaw in flaws}
    assert all(flaw.message for flaw in flaws)
    mend(filled)
    assert (list(check(filled)) == []) == (harm in MENDED)


@pytest.mark.parametrize("harm", [harm for harm, kind in HARM.items() if kind in {"coding", "event"}])
def test_a_damaged_row_is_an_error_that_says_what_to_do(filled, harm):
    with filled.writing() as connection:
        connection.execute(text(harm.replace(":", "\\:")))
    with pytest.raises(StoreError, match="dragoman store check") as raised:
        read_all(filled)
    assert raised.value.kind == "corrupt"


def read_all(store):
    with store.reading() as connection:
        return [*reading.codings(connection), *reading.events(connection)]


def test_a_damaged_report_can_be_forgotten(filled, few, ontology):
    with filled.writing() as connection:
        connection.execute(text("UPDATE article SET found = '{' WHERE key = 1"))
    (flaw,) = check(filled)
    id = few[0].article.id
    assert id in flaw.message
    assert forget(filled, id, ontology) == 1
    assert list(check(filled)) == []


def test_lost_words_are_found_and_mended(tmp_path, few, ontology):
    with open_store(tmp_path / "store.db") as store:
        save(store, few[0], ontology, words="Words.")
        with store.writing() as connection:
            connection.exec_driver_sql("INSERT INTO article_words(article_words) VALUES ('delete-all')")
            connection.exec_driver_sql("INSERT INTO telling_words(telling_words) VALUES ('delete-all')")
            connection.exec_driver_sql("INSERT INTO statement_words(statement_words) VALUES ('delete-all')")
        lost = {f"{what} not searchable" for what in ("articles", "tellings", "statements")}
        assert {flaw.kind for flaw in check(store)} == lost
        mend(store)
        assert list(check(store)) == []


def test_mending_changes_nothing_that_is_right(filled, rules):
    before, ledger = contents(filled), accounts_in(filled, rules)
    mend(filled)
    assert (contents(filled), accounts_in(filled, rules)) == (before, ledger)


def test_a_damaged_file(tmp_path, few, ontology):
    file = tmp_path / "store.db"
    with open_store(file) as store:
        for coding in few:
            save(store, coding, ontology)
    with open(file, "r+b") as damaged:
        damaged.seek(4096)
        damaged.write(b"\x7f" * 40_000)
    with pytest.raises(StoreError, match="restore a backup") as raised:
        read_file(file)
    assert raised.value.kind == "corrupt"


def read_file(file):
    with open_store(file, writing=False) as store:
        return list(check(store)), read_all(store)


# Copies


def test_a_copy_is_whole(tmp_path, few, ontology):
    with open_store(tmp_path / "store.db") as store:
        for coding in few:
            save(store, coding, ontology)
        with store.reading():
            backup(store, tmp_path / "copy.db")
        with open_store(tmp_path / "copy.db", writing=False) as copy:
            assert contents(copy) == contents(store)
            assert list(check(copy)) == []
        with pytest.raises(StoreError, match="another file"):
            backup(store, tmp_path / "copy.db")
        with pytest.raises(StoreError, match="folder"):
            backup(store, tmp_path / "no" / "copy.db")
    assert not list(tmp_path.glob(".*"))


def test_postgresql_has_its_own_way(server, tmp_path):
    with open_store(server.url("ready")) as store, pytest.raises(StoreError, match="pg_dump"):
        backup(store, tmp_path / "copy.db")


# Forgetting


def test_every_version_goes_whatever_its_id(store, ontology):
    address = "https://wire.example/1"
    save(store, coded("one", event("a"), url=address), ontology, words="first")
    save(store, coded("two", event("b"), url=address), ontology, words="second")
    save(store, coded("other", event("c")), ontology, words="other")
    assert forget(store, "two", ontology) == 2
    assert (info(store).reports, info(store).corrected, info(store).events) == (1, 0, 1)
    for id in ("one", "two"):
        assert save(store, coded(id, event("new")), ontology, words="again") == "forgotten"
    assert save(store, coded("three", event("new"), url=address), ontology, words="again") == "forgotten"
    assert list(check(store)) == []


def test_by_its_address(store, ontology):
    save(store, coded("one", url="https://wire.example/1"), ontology)
    assert forget(store, "https://wire.example/1", ontology) == 1
    with pytest.raises(StoreError, match="nobody's") as raised:
        forget(store, "nobody's", ontology)
    assert raised.value.kind == "missing"


def test_no_trace_is_left_in_the_file(tmp_path, few, rules):
    """Neither of the text, nor of the words in the index, the events, or the ledger's sentences."""
    file = tmp_path / "store.db"
    secret = coded("secret", event("s", sentence="Zyxwvut condemned Qwertzu."), title="Uiopasd")
    whole = Quote(text="Yxcvbnm", start=0, end=7, spans=((0, 7),), kind="direct")
    secret = msgspec.structs.replace(secret, quotes=(whole,))
    with open_store(file) as store:
        for coding in few:
            save(store, coding, rules.ontology)
        save(store, secret, rules.ontology, words="Zyxwvut condemned Qwertzu. Asdfghj said nothing.")
        gone = next(coding for coding in few if coding.commitments)
        ledgers.accounts(store, rules)
        forget(store, "secret", rules.ontology)
        forget(store, gone.article.id, rules.ontology)
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir()).lower()
    for words in (
        "zyxwvut",
        "qwertzu",
        "asdfghj",
        "uiopasd",
        "yxcvbnm",
        gone.commitments[0].evidence[0].text[:60].lower(),
    ):
        assert words.encode() not in left


def test_a_copy_made_before_still_has_it(tmp_path, ontology):
    """As docs/store.md warns."""
    with open_store(tmp_path / "store.db") as store:
        save(store, coded("one"), ontology, words=SENTENCE)
        backup(store, tmp_path / "copy.db")
        forget(store, "one", ontology)
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        assert copy.execute("SELECT text FROM article").fetchall() == [(SENTENCE,)]
