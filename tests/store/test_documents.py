"""The page on the store names every table and column as `schema` has them, and every kind of error."""

import re
from pathlib import Path

import dragoman.store
from dragoman.store.tables import metadata

PAGE = (Path(__file__).parents[2] / "docs" / "store.md").read_text(encoding="utf-8")
KIND = re.compile(r'StoreError\((?:[^()]|\([^()]*\))*kind="(\w+)"', re.DOTALL)


def test_every_table_and_column_is_there():
    told = dict(re.findall(r"^\*\*(\w+)\*\*: .*\n\n((?:\|.*\n?)+)", PAGE, re.MULTILINE))
    assert set(told) == set(metadata.tables)
    for name, table in metadata.tables.items():
        rows = dict(re.findall(r"^\| (\w+) \| (.*) \|$", told[name], re.MULTILINE))
        rows.pop("column")
        assert list(rows) == [column.name for column in table.columns]
        for column in table.columns:
            assert rows[column.name].endswith(column.comment or ""), (name, column.name)
            assert ("or null" in rows[column.name]) == column.nullable, (name, column.name)


def test_every_kind_of_error_is_there():
    sources = [path.read_text(encoding="utf-8") for path in Path(dragoman.store.__file__).parent.glob("*.py")]
    kinds = {kind for source in sources for kind in KIND.findall(source)}
    told = {kind for cell in re.findall(r"^\| ([a-z, ]+) \|", PAGE, re.MULTILINE) for kind in cell.split(", ")}
    assert len(kinds) > 5
    assert kinds - {"store"} <= told
