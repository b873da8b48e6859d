"""Which coders coded what is in a store."""

from typing import NamedTuple

from sqlalchemy import Connection

from dragoman.records import CoderInfo
from dragoman.store.statements import statement

# Coders that are told, the latest first: a store that is coded anew with every change of a rule has many.
MOST = 20


class Coded(NamedTuple):
    """A coder, and how many of the reports that stand it coded."""

    coder: CoderInfo
    reports: int


def coders(connection: Connection, most: int = MOST) -> list[Coded]:
    """The latest coders of reports that stand, the latest first."""
    rows = connection.execute(statement("coders"), {"most": most})
    return [
        Coded(CoderInfo(version=row.version, rules=row.rules, model=row.model), row.reports)
        for row in rows
        if row.reports
    ]
