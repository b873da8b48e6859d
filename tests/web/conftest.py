"""A store that holds the chronicle, served; a copy of it for tests that write."""

import shutil

import pytest
from starlette.testclient import TestClient

from dragoman.read import read
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.store.saving import save
from dragoman.web.adding import Jobs
from dragoman.web.app import make_app
from dragoman.web.serving import Served
from tests.conftest import CHRONICLE
from tests.store.conftest import empty_file, server  # noqa: F401
from tests.web.briefed import put_lists
from tests.web.outsiders import outside_app, site_of  # noqa: F401


@pytest.fixture(scope="session")
def rules():
    return Rules.load()


@pytest.fixture(scope="session")
def file(tmp_path_factory, chronicle, coder, rules):
    """A store file with the chronicle and its texts, some mailing lists and an issue."""
    target = tmp_path_factory.mktemp("web") / "chronicle.db"
    readings = read([CHRONICLE / "reports.jsonl", CHRONICLE / "pages"], dateline=coder.dateline)
    texts = {reading.article.id: reading.article.text for reading in readings}
    with open_store(target) as store:
        for coding in chronicle:
            save(store, coding, rules.ontology, words=texts[coding.article.id])
    put_lists(target, rules)
    return target


@pytest.fixture(scope="session")
def served(file, rules):
    """The chronicle, served to this machine; tests that use it only read."""
    with open_store(file) as store:
        yield Served(store, rules)


@pytest.fixture(scope="session")
def client(served):
    with TestClient(make_app(served), base_url="http://localhost", follow_redirects=False) as found:
        yield found


@pytest.fixture
def copied(file, rules, tmp_path):
    """A copy of the chronicle, served to this machine, that a test may write to."""
    target = tmp_path / "copy.db"
    shutil.copyfile(file, target)
    with open_store(target) as store:
        yield Served(store, rules)


@pytest.fixture
def writer(copied):
    """A client of that copy."""
    with TestClient(make_app(copied), base_url="http://localhost", follow_redirects=False) as found:
        yield found


@pytest.fixture
def empty(rules, tmp_path):
    """A client of an empty store."""
    with open_store(tmp_path / "empty.db") as store:
        app = make_app(Served(store, rules))
        with TestClient(app, base_url="http://localhost", follow_redirects=False) as found:
            yield found


@pytest.fixture
def empty_working(rules, tmp_path):
    """A client of an empty store to which reports can be added."""
    with open_store(tmp_path / "empty.db") as store:
        served = Served(store, rules, jobs=Jobs(store, rules))
        with TestClient(make_app(served), base_url="http://localhost", follow_redirects=False) as found:
            yield found
