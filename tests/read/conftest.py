"""A server on this machine, for the reader of the network."""

import pytest

from .answering import answering


@pytest.fixture(scope="session")
def server():
    """The address of a server that answers each path in its own way."""
    with answering() as address:
        yield address
