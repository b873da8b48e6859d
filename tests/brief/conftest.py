"""Stores for briefings, and the settings that come without a file."""

import shutil

import pytest

from dragoman.brief.settings import Settings
from dragoman.store import open_store
from tests.brief.visitors import add_lists
from tests.store.conftest import empty_file, kind, memory, scratch, server, store, where  # noqa: F401


@pytest.fixture
def settings():
    return Settings(name="The Record", base="https://record.example")


@pytest.fixture
def lite(empty_file, tmp_path):  # noqa: F811
    """A store in a file, with lists that people can sign up for."""
    with open_store(shutil.copy(empty_file, tmp_path / "lite.db")) as found:
        add_lists(found)
        yield found


@pytest.fixture
def listed(store):  # noqa: F811
    """A store of each kind, with the same lists."""
    add_lists(store)
    return store
