"""A paper on this machine, and a watch that follows its feeds with a coder that is quick."""

import collections
import shutil
import time

import msgspec
import pytest

from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.watch.client import Client
from dragoman.watch.loop import Watch
from dragoman.watch.progress import Progress
from dragoman.watch.settings import Followed, Settings
from tests.watch.paper import published
from tests.web import coded


@pytest.fixture(scope="session")
def rules():
    return Rules.load()


@pytest.fixture
def paper():
    with published() as found:
        yield found


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    """An empty store, of which each test takes a copy."""
    file = tmp_path_factory.mktemp("empty") / "store.db"
    open_store(file).close()
    return file


@pytest.fixture
def where(tmp_path, empty):
    return shutil.copy(empty, tmp_path / "store.db")


@pytest.fixture
def store(where):
    with open_store(where) as found:
        yield found


@pytest.fixture
def desk(store, rules):
    return Desk(store, rules)


class Desk:
    """Watches a store; the clock is the machine's, and can be put on."""

    def __init__(self, store, rules):
        self.store, self.rules = store, rules
        self.later = 0
        self.notes = []
        self.read = []
        self.code = self.coded

    def coded(self, given):
        self.read += [one.where for one in given]
        return [coded.result_of(one) for one in given]

    def clock(self):
        return time.time() + self.later

    def watch(self, *feeds, once=True, **options):
        followed = tuple(
            one if isinstance(one, Followed) else Followed(url=one, publisher="The Harbour Daily") for one in feeds
        )
        chosen = {name: options.pop(name) for name in ("pause", "readers", "seconds") if name in options}
        settings = Settings(feeds=followed, **{"pause": 0.0, "seconds": 5.0} | chosen)
        client = Client(
            clock=self.clock,
            version="1",
            contact="desk@harbour.example",
            pause=settings.pause,
            seconds=settings.seconds,
            allow=options.pop("allow", lambda address: str(address) == "127.0.0.1"),
        )
        self.progress = Progress("1", "store", int(self.clock()))
        return Watch(
            self.store,
            self.rules,
            settings,
            self.code,
            client,
            self.progress,
            clock=self.clock,
            say=self.notes.append,
            dateline=lambda text: None,
            once=once,
            chance=lambda: 0.5,
            **options,
        )

    def round(self, *feeds, **options):
        """One round of some feeds; gives how many reports had each fate."""
        self.notes.clear()
        self.watch(*feeds, **options).run()
        return collections.Counter(note.fate for note in self.notes if note.about == "report")

    def messages(self, about=None):
        return [note.message for note in self.notes if about in (None, note.about)]

    def rows(self, table="article", columns="*"):
        with self.store.reading() as connection:
            return connection.exec_driver_sql(f"SELECT {columns} FROM {table} ORDER BY key").all()

    def titles(self):
        return [row.title for row in self.rows(columns="title, key")]

    @property
    def health(self):
        return self.progress.health(int(self.clock()))


def shown(record):
    return msgspec.to_builtins(record)
