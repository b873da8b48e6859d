"""Tables from version to version: what the migrations make is what `schema` says, and a kill leaves the earlier version."""

import os
import re
import signal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, event, text

from dragoman.errors import StoreError
from dragoman.store import open_store
from dragoman.store.care import check, info
from dragoman.store.migrating import SCRIPTS, migrate
from dragoman.store.opening import Store, _engine, _url, pulse
from dragoman.store.saving import save
from dragoman.store.saying import sayings
from dragoman.store.schema import HEAD
from dragoman.store.tables import metadata
from tests.store.contents import contents
from tests.store.killing import CONTEXT
from tests.store.made import coded

FIRST = "0001"
WORDS = re.compile(r"(article|telling|statement)_words")


def ours(thing, name, kind, reflected, other):
    """All but the full-text indexes, which each database has in its own form."""
    return not (WORDS.match(name or "") or (kind == "column" and name == "words"))


def test_what_the_migrations_make_is_the_schema(store):
    with store.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_object": ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_comments_are_the_same(server):
    with open_store(server.url("ready")) as store, store.reading() as connection:
        query = "SELECT col_description(CAST(:table AS regclass), attnum), attname FROM pg_attribute"
        for table in metadata.sorted_tables:
            rows = connection.execute(text(f"{query} WHERE attrelid = CAST(:table AS regclass)"), {"table": table.name})
            told = {name: comment for comment, name in rows}
            assert {column.name: told[column.name] for column in table.columns} == {
                column.name: column.comment for column in table.columns
            }


def test_the_last_migration_is_the_version_of_the_schema():
    assert max(path.name[:4] for path in (SCRIPTS / "versions").glob("0*.py")) == HEAD


def at_version(where, version):
    """An empty store with the tables of an earlier version."""
    store = Store(_engine(_url(where), writing=True), where)
    with store.engine.begin() as connection:
        migrate(connection, None, where, to=version)
    return store


def fill(connection):
    """Rows of the first version, as its program wrote them."""
    for line in (
        "INSERT INTO coder (key, version, rules, model) VALUES (1, '0.0.9', 'r', 'm')",
        "INSERT INTO article (key, id, version, title, published, text, coder, found) VALUES"
        """ (1, 'old', 'v', 'An old one', '2013-03-08', 'Old words.', 1, '{"warnings":[],"quotes":[],"dates":[],"commitments":[]}')""",
        "INSERT INTO event (key, id, type, mode, status, first, last, date_from, actor, recipient, actor_name, recipient_name,"
        " score, confidence, reports, publishers, told_in, word, sentence) VALUES (1, 'e', 'ACCUSE', '', 'occurred',"
        " '2013-03-08', '2013-03-08', 'published', 'PRK', 'JPN', 'North Korea', 'Japan', -20, 900, 1, 1, 1, 'condemned', 'S.')",
        "INSERT INTO telling (key, article, id, event, component, sentence, found, compared) VALUES (1, 1, 'e', 1, 1, 'S.', '"
        """{"id":"e","type":"ACCUSE","actor":[{"text":"","start":0,"end":0,"code":"PRK","country":"PRK","sector":"","name":"North Korea"}],"""
        """"recipient":[{"text":"","start":0,"end":0,"code":"JPN","country":"JPN","sector":"","name":"Japan"}],"status":"occurred","""
        """"confidence":0.9,"trigger":{"text":"condemned","start":12,"end":21},"sentence":{"text":"S.","start":0,"end":28},"rule":"ACCUSE/x"}', 'x')""",
        "INSERT INTO block (name, first, last, telling) VALUES ('ACCUSE|PRK', '2013-03-01', '2013-03-08', 1)",
        "INSERT INTO dyad (actor, recipient, first, event) VALUES ('PRK', 'JPN', '2013-03-08', 1)",
        "INSERT INTO dyad_day VALUES ('PRK', 'JPN', '2013-03-08', 'ACCUSE', 'occurred', 1, 1, -20)",
    ):
        connection.exec_driver_sql(line)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO article_words(article_words) VALUES ('rebuild')")
        connection.exec_driver_sql("INSERT INTO telling_words(telling_words) VALUES ('rebuild')")
    else:
        for table in ("coder", "article", "event", "telling"):
            connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'key'), 10)")


def version_of(where):
    with Store(_engine(_url(where), writing=False), where) as store, store.reading() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


@pytest.fixture
def old(nowhere):
    with at_version(nowhere, FIRST) as store, store.engine.begin() as connection:
        fill(connection)
    return nowhere


def test_an_earlier_store_keeps_everything(old, few, ontology):
    with open_store(old) as store:
        found = info(store)
        assert (found.tables, found.reports, found.events, found.coders) == (HEAD, 1, 1, {"0.0.9 rules r m": 1})
        assert list(check(store)) == []
        assert save(store, few[0], ontology) == "new"
        assert list(check(store)) == []


def test_what_pages_ask_for_is_filled_in(nowhere, few, ontology):
    """From the codings of an earlier store: as if they had come in today; of what is damaged there is nothing."""
    with open_store("sqlite://") as today:
        for coding in few:
            save(today, coding, ontology, words=f"Words of {coding.article.id}")
        save(today, coded("few"), ontology, words="Corrected.")
        wanted = contents(today)
        rows = {table: rows_in(today, table) for table in ("coder", "article", "event", "telling")}
    with at_version(nowhere, "0002") as earlier, earlier.engine.begin() as connection:
        for table, values in rows.items():
            connection.execute(metadata.tables[table].insert(), values)
            if connection.dialect.name == "postgresql":
                # Rows with keys of their own leave the server's counter behind.
                counter = f"pg_get_serial_sequence('{table}', 'key')"
                connection.exec_driver_sql(f"SELECT setval({counter}, (SELECT max(key) FROM {table}))")
    with open_store(nowhere) as store:
        found = contents(store)
        for name in ("statements", "about", "volume"):
            assert found[name] == wanted[name]
            assert found[name]
        with store.reading() as connection:
            assert pulse(connection) == 1
            assert sayings(connection, words="sanctions").shown
        save(store, few[0], ontology, words="Another text")


def rows_in(store, table):
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(metadata.tables[table].select()).mappings()]


def test_readers_do_not_migrate(old):
    with pytest.raises(StoreError, match="--migrate") as raised:
        open_store(old, writing=False)
    assert raised.value.kind == "version"
    assert version_of(old) == FIRST


def killed_opening(where, number):
    """Open a store for writing and die at one of the changes of its tables."""
    left = iter(range(number))

    @event.listens_for(Engine, "after_cursor_execute")
    def die(connection, cursor, statement, *rest):
        changes = statement.lstrip().startswith(("CREATE", "ALTER", "UPDATE alembic", "INSERT INTO alembic"))
        if changes and next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    open_store(where)


def die_at(where, number):
    process = CONTEXT.Process(target=killed_opening, args=(where, number))
    process.start()
    process.join()
    return process.exitcode


@pytest.mark.parametrize("number", [0, 3, 7])
def test_a_kill_in_the_middle_leaves_the_earlier_version(old, number):
    assert die_at(old, number) == -signal.SIGKILL
    assert version_of(old) == FIRST
    with open_store(old) as store:
        assert (info(store).tables, info(store).reports) == (HEAD, 1)
        assert list(check(store)) == []


def test_a_kill_while_it_is_made_leaves_nothing(nowhere):
    assert die_at(nowhere, 12) == -signal.SIGKILL
    with pytest.raises(StoreError) as raised:
        open_store(nowhere, writing=False)
    assert raised.value.kind == "missing"
    with open_store(nowhere) as store:
        assert list(check(store)) == []


@pytest.mark.parametrize("writing", [True, False])
def test_a_newer_store_is_refused(where, writing):
    with open_store(where) as store, store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"pdate Dragoman|pip install -U") as raised:
        open_store(where, writing=writing)
    assert raised.value.kind == "version"
    assert version_of(where) == "9999"
