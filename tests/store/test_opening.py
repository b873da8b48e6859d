"""Opening a store, and what goes wrong outside: each time one error that says what to do, and nothing half written."""

import itertools
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import event, text

import dragoman.store.opening as opening
from dragoman.errors import StoreError
from dragoman.store import open_store
from dragoman.store.care import check, forget, info
from dragoman.store.opening import place_of, pulse
from dragoman.store.saving import save

# Root may write everywhere; without this power it is a user like others.
MORTAL = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]


def raised(kind, work, *given, **named):
    with pytest.raises(StoreError) as found:
        work(*given, **named)
    assert found.value.kind == kind, found.value
    assert found.value.where
    assert "\n" not in str(found.value)
    return str(found.value)


def test_it_is_made_once(nowhere, few, ontology):
    with open_store(nowhere) as store:
        save(store, few[0], ontology)
    with open_store(nowhere) as store:
        assert info(store).reports == 1
        assert store.dialect in nowhere or store.dialect == "sqlite"


def test_where_it_is(monkeypatch):
    monkeypatch.delenv("DRAGOMAN_STORE", raising=False)
    assert place_of(None) == "dragoman.db"
    monkeypatch.setenv("DRAGOMAN_STORE", "elsewhere.db")
    assert place_of(None) == "elsewhere.db"
    assert place_of("named.db") == "named.db"


def test_sqlite_settings(tmp_path):
    with open_store(tmp_path / "a b?c%20.db") as store, store.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert (tmp_path / "a b?c%20.db").exists()
    open_store(tmp_path / "a b?c%20.db", writing=False).close()


def test_nothing_there_is_not_made(nowhere, kind):
    said = raised("missing", open_store, nowhere, writing=False)
    assert "dragoman code --store" in said
    raised("missing", open_store, nowhere, make=False)
    assert kind != "sqlite" or not Path(nowhere).exists()


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense://", "postgresql+psycopg2://x/y", "://"])
def test_wrong_urls(url):
    with pytest.raises(StoreError) as found:
        open_store(url)
    assert found.value.kind in {"url", "missing"}


def test_no_file_of_the_kind(tmp_path):
    words = tmp_path / "text.db"
    words.write_text("This is a report, no store. " * 99)
    assert "name another" in raised("corrupt", open_store, words)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    assert "recipes" in raised("other", open_store, other)
    raised("other", open_store, other, writing=False)
    raised("unopened", open_store, tmp_path)
    raised("unopened", open_store, tmp_path / "no" / "folder.db")
    assert words.read_text().startswith("This is a report")


def test_a_database_of_something_else(server):
    name = server.database()
    server.run("CREATE TABLE recipes (name text)", name)
    assert "recipes" in raised("other", open_store, server.url(name))
    server.drop(name)


def test_servers_that_are_not_there(server):
    raised("missing", open_store, server.url("no_such_database"))
    raised("refused", open_store, server.url("ready").replace("dragoman@", "stranger@"))
    said = raised("gone", open_store, "postgresql+pg8000://a:secret@127.0.0.1:1/x")
    assert "secret" not in said


def test_many_open_a_new_one_at_once(nowhere):
    script = "import sys; from dragoman.store import open_store; open_store(sys.argv[1]).close()"
    children = [subprocess.Popen([sys.executable, "-c", script, nowhere], stderr=subprocess.PIPE) for _ in range(4)]
    assert [(child.wait(), child.stderr.read()) for child in children] == [(0, b"")] * 4
    with open_store(nowhere, writing=False) as store:
        assert list(check(store)) == []


def test_many_write_at_once(where, few, ontology, filled):
    from tests.store.contents import contents

    def work(codings):
        with open_store(where) as store:
            for coding in codings:
                save(store, coding, ontology)

    threads = [threading.Thread(target=work, args=(part,)) for part in (few, few[::-1], few[::2])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_store(where) as store:
        assert contents(store) == filled
        assert list(check(store)) == []


def test_each_thread_has_a_connection_of_its_own(where, few, ontology, filled):
    """Forty read, as in a web server, while others write; nobody's connection is closed under him."""
    from tests.store.contents import contents

    failed, together = [], threading.Barrier(44)

    def read(store):
        for _ in range(5):
            with store.reading() as connection:
                before = connection.execute(text("SELECT count(*) FROM event")).scalar()
                time.sleep(0.01)
                assert connection.execute(text("SELECT count(*) FROM event")).scalar() == before

    def write(store):
        for coding in few:
            save(store, coding, ontology)

    def work(what, store):
        together.wait(60)
        try:
            what(store)
        except Exception as error:
            failed.append(error)

    with open_store(where) as store:
        threads = [threading.Thread(target=work, args=(what, store)) for what in [read] * 40 + [write] * 4]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert contents(store) == filled
        with store.reading() as one, store.reading() as other, store.writing() as third:
            drivers = {id(each.connection.driver_connection) for each in (one, other, third)}
        assert len(drivers) == 3


def test_the_pulse_counts_what_was_written(where, few, ontology):
    with open_store(where) as store:

        def beat():
            with store.reading() as connection:
                return pulse(connection)

        found = [beat()]
        for work in (
            lambda: save(store, few[0], ontology),
            lambda: save(store, few[0], ontology),
            lambda: save(store, few[1], ontology),
            lambda: info(store),
            lambda: forget(store, few[0].article.id, ontology),
        ):
            work()
            found.append(beat())
        assert [after - before for before, after in itertools.pairwise(found)] == [1, 0, 1, 0, 1]
        with pytest.raises(StoreError), store.writing() as connection:
            connection.execute(text("DELETE FROM report_day; nonsense"))
        assert beat() == found[-1]
    with open_store(where, writing=False) as store, store.reading() as connection:
        assert pulse(connection) == found[-1]


def test_somebody_else_is_writing(where, few, ontology, monkeypatch):
    monkeypatch.setattr(opening, "PATIENCE", 200)
    with open_store(where) as one, open_store(where) as other:
        with one.writing():
            raised("locked", save, other, few[0], ontology)
        assert save(other, few[0], ontology) == "new"


def run_as_mortal(script, *arguments):
    command = [*(MORTAL if os.geteuid() == 0 else []), sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_file_that_cannot_be_written(tmp_path, few, ontology):
    folder = tmp_path / "shelf"
    folder.mkdir()
    file = folder / "store.db"
    with open_store(file) as store:
        save(store, few[0], ontology)
    file.chmod(0o444)
    folder.chmod(0o555)
    try:
        read = "import sys; from dragoman.store import *; from dragoman.store.care import *\n"
        read += "with open_store(sys.argv[1], writing=False) as s: print(info(s).reports, list(check(s)))"
        done = run_as_mortal(read, file)
        assert done.stdout == "1 []\n", done.stderr
        main = "from dragoman.cli import main; main()"
        done = run_as_mortal(main, "store", "check", "--mend", "--store", file)
        assert (done.returncode, done.stderr.count("\n")) == (5, 1)
        assert "permissions" in done.stderr
    finally:
        folder.chmod(0o755)


def test_a_full_disk(tmp_path, few, ontology):
    """SQLite may take no page more; what was stored before is whole, and with room again it goes on."""
    with open_store(tmp_path / "store.db") as store:
        save(store, few[0], ontology)
        before = info(store)
        with store.reading() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            driver = connection.connection.driver_connection
        driver.execute(f"PRAGMA max_page_count = {pages + 1}")
        assert "free some space" in raised("full", lambda: [save(store, coding, ontology) for coding in few])
        assert info(store) == before
        assert list(check(store)) == []
        driver.execute("PRAGMA max_page_count = 1000000")
        assert save(store, few[1], ontology) == "new"


def test_a_full_disk_for_a_command(tmp_path, chronicle, ontology):
    """A limit on the size of files does what a full disk does: the command ends with 5 and the store is sound."""
    from dragoman.export.lines import encode

    lines = tmp_path / "codings.jsonl"
    lines.write_bytes(b"\n".join(encode(coding, ontology) for coding in chronicle))
    file = tmp_path / "store.db"
    open_store(file).close()

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    command = [sys.executable, "-m", "dragoman", "store", "load", str(lines), "--store", str(file)]
    done = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, check=False)
    assert done.returncode == 5
    assert done.stderr.startswith(f"dragoman: {file}: the disk")
    assert done.stderr.count("\n") == 1
    with open_store(file) as store:
        assert 0 < info(store).reports < len(chronicle)
        assert list(check(store)) == []


def test_a_server_that_goes_away(server, few, ontology, filled):
    """Between two reports, and in the middle of one; what was told is kept, and with the server back it goes on."""
    from tests.store.contents import contents

    name = server.database("ready")
    with open_store(server.url(name)) as store:
        save(store, few[0], ontology)
        server.stop()
        said = raised("gone", save, store, few[1], ontology)
        assert "safe" in said
        raised("gone", info, store)
        server.start()
        assert save(store, few[1], ontology) == "new"

        @event.listens_for(store.engine, "after_cursor_execute")
        def stop(connection, cursor, statement, *rest):
            if "INSERT INTO event" in statement:
                server.stop()

        raised("gone", save, store, few[2], ontology)
        event.remove(store.engine, "after_cursor_execute", stop)
        server.start()
        assert info(store).reports == 2
        for coding in few:
            save(store, coding, ontology)
        assert contents(store) == filled
        assert list(check(store)) == []
    server.drop(name)


def test_a_connection_that_is_closed_by_the_server(server, few, ontology):
    name = server.database("ready")
    with open_store(server.url(name)) as store:

        @event.listens_for(store.engine, "after_cursor_execute")
        def end(connection, cursor, statement, *rest):
            if "INSERT INTO event" in statement:
                server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

        start = time.monotonic()
        raised("gone", save, store, few[0], ontology)
        event.remove(store.engine, "after_cursor_execute", end)
        assert save(store, few[0], ontology) == "new"
        assert time.monotonic() - start < 20
    server.drop(name)


def test_a_user_who_may_only_read(server, few, ontology):
    name = server.database("ready")
    server.run("CREATE ROLE reader LOGIN")
    server.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", name)
    with open_store(server.url(name).replace("dragoman@", "reader@")) as store:
        raised("readonly", save, store, few[0], ontology)
        assert info(store).reports == 0
    server.drop(name)
    server.run("DROP OWNED BY reader")
    server.run("DROP ROLE reader")
