"""Distinct events as tables of Arrow, pandas and Polars, with the columns of the CSV and their types."""

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from dragoman.errors import OutputError
from dragoman.export.parquet import events_table
from dragoman.records import DistinctEvent
from dragoman.rules import DATA
from dragoman.rules.ontology import Ontology

if TYPE_CHECKING:
    import pandas
    import polars


def to_arrow(events: Iterable[DistinctEvent], *, ontology: Ontology | None = None) -> Any:
    """A `pyarrow.Table`, one row a distinct event; `ontology` is the package's own unless given.

    Raises `OutputError` where pyarrow is not installed.
    """
    return events_table(events, ontology or Ontology.load(DATA / "ontology"))


def to_pandas(events: Iterable[DistinctEvent], *, ontology: Ontology | None = None) -> "pandas.DataFrame":
    """A pandas data frame, one row a distinct event; days are `datetime64`, so that `.dt` and resampling work.

    Raises `OutputError` where pandas or pyarrow is not installed.
    """
    _required("pandas")
    return to_arrow(events, ontology=ontology).to_pandas(date_as_object=False)


def to_polars(events: Iterable[DistinctEvent], *, ontology: Ontology | None = None) -> "polars.DataFrame":
    """A Polars data frame, one row a distinct event.

    Raises `OutputError` where polars or pyarrow is not installed.
    """
    frame: polars.DataFrame = _required("polars").from_arrow(to_arrow(events, ontology=ontology))
    return frame


def _required(library: str) -> Any:
    """A library that not everybody has: pandas and Polars are what people analyse tables with."""
    try:
        return import_module(library)
    except ImportError as error:
        message = f"needs {library}: pip install 'dragoman[{library}]'"
        raise OutputError(message, kind="missing") from error
