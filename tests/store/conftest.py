"""A store of each kind, and codings to put into it."""

import contextlib
import os
import shutil

import pytest

from dragoman.read import read
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.store.tables import metadata
from tests.conftest import CHRONICLE
from tests.store import servers
from tests.store.contents import contents

KINDS = ("sqlite", "postgresql")


class TakenBackError(Exception):
    """What ends a transaction that is not to be kept."""


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL server with a database "ready" that holds an empty store."""
    with contextlib.ExitStack() as stack:
        try:
            found = stack.enter_context(servers.running())
        except servers.MissingError as missing:
            if os.environ.get("DRAGOMAN_REQUIRE") == "all":
                pytest.fail(str(missing))
            pytest.skip(str(missing))
        found.run("CREATE DATABASE ready TEMPLATE template0")
        open_store(found.url("ready")).close()
        yield found


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def nowhere(kind, request, tmp_path):
    """Where a store can be made."""
    if kind == "sqlite":
        yield str(tmp_path / "store.db")
        return
    server = request.getfixturevalue("server")
    name = server.database()
    yield server.url(name)
    server.drop(name)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory):
    """A file with an empty store, of which each test takes a copy: making one anew takes a while."""
    file = tmp_path_factory.mktemp("empty") / "store.db"
    open_store(file).close()
    return file


@pytest.fixture
def where(kind, request, tmp_path):
    """Where an empty store is."""
    if kind == "sqlite":
        yield str(shutil.copy(request.getfixturevalue("empty_file"), tmp_path / "store.db"))
        return
    server = request.getfixturevalue("server")
    name = server.database("ready")
    yield server.url(name)
    server.drop(name)


@pytest.fixture(scope="module", params=KINDS)
def shared(request, tmp_path_factory):
    """An empty store of each kind for a whole module, whose tests only read what the module has put into it."""
    if request.param == "sqlite":
        place = str(tmp_path_factory.mktemp("shared") / "store.db")
    else:
        server = request.getfixturevalue("server")
        place = server.url(server.database("ready"))
    with open_store(place) as found:
        yield found


@pytest.fixture
def store(where):
    with open_store(where) as found:
        yield found


@pytest.fixture(scope="session")
def memory():
    """A store in memory for all tests that leave nothing in it."""
    with open_store("sqlite://") as found:
        yield found


@pytest.fixture
def scratch(memory):
    """A connection that writes to it, whose work is taken back."""
    with contextlib.suppress(TakenBackError), memory.writing() as connection:
        yield connection
        raise TakenBackError


@pytest.fixture
def emptied(store, kind):
    """A function that gives an empty store, as often as one likes."""

    def empty():
        if kind == "sqlite":
            return open_store("sqlite://")
        with store.writing() as connection:
            names = ", ".join(metadata.tables)
            connection.exec_driver_sql(f"TRUNCATE {names}")
        return store

    return empty


@pytest.fixture(scope="session")
def rules():
    return Rules.load()


@pytest.fixture(scope="session")
def ontology(rules):
    return rules.ontology


@pytest.fixture(scope="session")
def texts(coder):
    """The texts of the chronicle's reports, by their ids."""
    readings = read([CHRONICLE / "reports.jsonl", CHRONICLE / "pages"], dateline=coder.dateline)
    return {reading.article.id: reading.article.text for reading in readings}


@pytest.fixture(scope="session")
def few(chronicle):
    """Codings of ten reports that tell of the same days, many events twice."""
    return [coding for coding in chronicle if "2013-02" <= str(coding.article.published) < "2013-03-13"][:10]


@pytest.fixture(scope="session")
def filled(few, ontology):
    """What a store holds that has taken in those codings."""
    from dragoman.store.saving import save

    with open_store("sqlite://") as store:
        for coding in few:
            save(store, coding, ontology)
        return contents(store)


@pytest.fixture(scope="session")
def full_file(tmp_path_factory, chronicle, ontology):
    """A file with the chronicle's reports of 2013, of which each test takes a copy."""
    file = tmp_path_factory.mktemp("full") / "store.db"
    take_in_2013(file, chronicle, ontology)
    return file


@pytest.fixture(scope="session")
def full_database(server, chronicle, ontology):
    """The same on the server."""
    name = server.database("ready")
    take_in_2013(server.url(name), chronicle, ontology)
    return name


def take_in_2013(where, codings, ontology):
    with open_store(where) as store:
        put_in_2013(store, codings, ontology)


def put_in_2013(store, codings, ontology):
    from dragoman.store.saving import save

    for coding in codings:
        if coding.article.published.year == 2013:
            save(store, coding, ontology)


@pytest.fixture(scope="module")
def shared_full(shared, chronicle, ontology):
    """The chronicle's reports of 2013 in a store of each kind, for a whole module."""
    put_in_2013(shared, chronicle, ontology)
    return shared


@pytest.fixture
def full(kind, request, tmp_path):
    """Where a copy of it is."""
    if kind == "sqlite":
        yield shutil.copy(request.getfixturevalue("full_file"), tmp_path / "store.db")
        return
    server = request.getfixturevalue("server")
    name = server.database(request.getfixturevalue("full_database"))
    yield server.url(name)
    server.drop(name)
