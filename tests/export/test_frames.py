"""Distinct events as CSV, Parquet and data frames: the same values everywhere, of the same kinds."""

import csv
import datetime
import io
import sys

import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest
from tests.export.written import events, ontology, text_in

from dragoman.errors import OutputError
from dragoman.export.frames import to_arrow, to_pandas, to_polars
from dragoman.export.parquet import write_distinct_parquet
from dragoman.export.rows import COLUMNS, DISTINCT_COLUMNS, FORMULA, rows_of_distinct

KINDS = {"text": pyarrow.string(), "number": pyarrow.float64(), "whole": pyarrow.int64(), "day": pyarrow.date32()}


def expected():
    return list(rows_of_distinct(events(), ontology()))


def test_rows_have_all_columns():
    assert all(set(row) == set(DISTINCT_COLUMNS) for row in expected())
    assert list(DISTINCT_COLUMNS)[: len(COLUMNS)] == list(COLUMNS)


def test_what_several_reports_tell_is_counted():
    row = expected()[1]
    assert (row["reports"], row["mentions"], row["report_ids"]) == (2, 4, "visit-2;visit-1")
    assert row["article"] == "visit-1"


def test_the_day_of_the_first_report_stands_in():
    days = {row["article"]: (row["date_from"], row["date_first"]) for row in expected()}
    assert days["meet-1"] == ("published", datetime.date(2014, 5, 31))
    assert days["rocket"] == ("", None)
    assert days["eu-1"] == ("text", datetime.date(2022, 6, 1))


def test_csv_has_the_same_cells_and_no_formulas():
    found = list(csv.DictReader(io.StringIO(text_in("csv"), newline="")))
    assert len(found) == len(events())
    for row, wanted in zip(found, expected(), strict=True):
        for name, kind in DISTINCT_COLUMNS.items():
            value = "" if wanted[name] is None else str(wanted[name])
            if kind == "text" and value.startswith(FORMULA):
                value = "'" + value
            assert row[name] == value


def test_arrow_has_the_documented_kinds():
    table = to_arrow(events())
    assert {field.name: field.type for field in table.schema} == {n: KINDS[k] for n, k in DISTINCT_COLUMNS.items()}
    assert table.to_pylist() == expected()


def test_pandas():
    frame = to_pandas(events(), ontology=ontology())
    assert list(frame.columns) == list(DISTINCT_COLUMNS)
    assert frame["date_first"].dt.year.max() == 2022
    assert frame["score"].dtype == "float64"
    assert frame["reports"].sum() == 13
    assert frame["date_first"].isna().sum() == 1
    assert isinstance(frame, pandas.DataFrame)


def test_polars():
    frame = to_polars(events(), ontology=ontology())
    assert frame.schema["date_first"] == polars.Date
    assert frame.filter(polars.col("reports") > 1)["event"].to_list() == [row["event"] for row in expected()[:2]]
    assert frame.to_dicts() == expected()


def test_parquet_is_read_back(tmp_path):
    write_distinct_parquet(events(), tmp_path / "events.parquet", ontology())
    assert pyarrow.parquet.read_table(tmp_path / "events.parquet").to_pylist() == expected()
    assert polars.read_parquet(tmp_path / "events.parquet").to_dicts() == expected()
    assert [path.name for path in tmp_path.iterdir()] == ["events.parquet"]


def test_nothing_is_a_table_without_rows():
    assert to_arrow(()).num_rows == 0
    assert list(to_pandas(()).columns) == list(DISTINCT_COLUMNS)
    assert to_polars(()).height == 0


@pytest.mark.parametrize(("library", "write"), [("pandas", to_pandas), ("polars", to_polars), ("pyarrow", to_arrow)])
def test_a_missing_library_is_named(monkeypatch, library, write):
    monkeypatch.setitem(sys.modules, library, None)
    extra = {"pyarrow": "arrow"}.get(library, library)
    with pytest.raises(OutputError, match=rf"pip install 'dragoman\[{extra}\]'") as error:
        write(events())
    assert error.value.kind == "missing"
