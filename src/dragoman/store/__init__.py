"""The store: reports, their codings, distinct events, the ledger, in SQLite or PostgreSQL.

>>> from dragoman.store import open_store
>>> from dragoman.store.care import info
>>> with open_store("sqlite://") as store:  # in memory
...     info(store).events
0
"""

from sqlalchemy import Connection

from dragoman.store.opening import Store, open_store

__all__ = ["Connection", "Store", "open_store"]
