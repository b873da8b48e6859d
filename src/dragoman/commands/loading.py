"""`dragoman store load DIR`: shards into the store, whatever order they were made in; what is damaged is told."""

from collections.abc import Iterator
from pathlib import Path

from dragoman.errors import InputError
from dragoman.records import Fault
from dragoman.scale import folders
from dragoman.scale.files import is_as_told, line_of, read_facts, read_rows
from dragoman.scale.shards import Facts, Line

Row = tuple[str, bytes]


def rows_in(folder: str, faults: list[Fault]) -> Iterator[Row]:
    """The records of a folder of shards as lines, each with its place, in the order of the input.

    Of a damaged shard no record is given, and a fault is added, as for one that the manifest tells of and is not there.
    Raises `InputError` where the folder holds none.
    """
    known = folders.read_manifest(folder)
    paths = sorted(Path(folder).glob(f"*{folders.ENDING}"))
    if not paths and not known:
        raise InputError("there are no shards in this folder", kind="empty", where=folder)
    for fault in _missing(folder, known):
        faults.append(fault)
    for path in _in_order(paths, known, faults):
        yield from _rows(path, known.get(path.stem), faults)


def _missing(folder: str, known: dict[str, Line]) -> Iterator[Fault]:
    for name in known:
        path = folders.shard_file(folder, name)
        if not path.exists() and not Path(folder, folders.SUPERSEDED, path.name).exists():
            message = "the manifest tells of this shard and it is not there: run `dragoman code --out` again"
            yield Fault(kind="missing", message=message, where=str(path))


def _in_order(paths: list[Path], known: dict[str, Line], faults: list[Fault]) -> list[Path]:
    """Shards in the order of their inputs: a report that comes again with another text is its later version."""
    placed: list[tuple[tuple[str, str, int], Path]] = []
    for path in paths:
        facts: Facts | None = known.get(path.stem)
        try:
            facts = facts or read_facts(path)
        except InputError as error:
            faults.append(Fault(kind=error.kind, message=error.message, where=str(path)))
            continue
        placed.append(((facts.path, facts.begins, facts.start), path))
    return [path for _, path in sorted(placed)]


def _rows(path: Path, line: Line | None, faults: list[Fault]) -> Iterator[Row]:
    """The records of a shard that is whole: read before any is given, as a part of a shard is no shard."""
    try:
        if line is not None and not is_as_told(path, line):
            raise InputError("damaged: it is not what the manifest tells of", kind="damaged", where=str(path))
        rows = list(read_rows(path))
    except InputError as error:
        faults.append(Fault(kind=error.kind, message=error.message, where=str(path)))
        return
    for number, row in enumerate(rows, start=1):
        yield f"{path}:{number}", line_of(row)
