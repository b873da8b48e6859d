"""All tables of the store, whichever module has them."""

import dragoman.store.briefing_tables
import dragoman.store.watch_tables  # noqa: F401  the tables of both are among them
from dragoman.store.schema import metadata

__all__ = ["metadata"]
