"""Reports that say nearly the same, found in one pass over a whole input: the one with the smallest id stays.

    counts = Counter()
    for unit in without_near((sketched(unit, read_unit(unit)) for unit in units(inputs)), counts):
        ...   # the unit, knowing which of its reports are to be left out

Reports are taken in the order of their ids: each that is alike to one which stays is left out. So no two that stay are
alike, each that goes is alike to one that stays, and neither the order of the input nor its units matter. Versions of
one report, which have its id and another text, are no near-duplicates of one another.

What is held in memory is some 60 bytes a report; sketches, 560 bytes a report, and names wait in files without a name.
"""

import array
import hashlib
import pickle
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import IO, TYPE_CHECKING, Any

import msgspec
import numpy as np  # millions of sketches are sorted at once
import numpy.typing as npt

from dragoman.read.bulk import Unit, key_of
from dragoman.read.readings import Reading
from dragoman.records import Failure, Record
from dragoman.resolve.sketches import ALIKE, BANDS, SLOTS, band, likeness, sketch

if TYPE_CHECKING:
    from collections import Counter

# Rows of the file of sketches that are read at a time: 5 MB.
CHUNK = 10_000
# A report as it waits on disk: digests of its id and of id and text, and its sketch.
ROW = np.dtype([("id", np.uint64), ("version", np.uint64), ("sketch", np.uint32, (SLOTS,))])


class Named(Record, frozen=True, kw_only=True):
    """A report by its key, which tells it from all others of a run, and by its id."""

    key: str
    id: str


class Sketched(Record, frozen=True, kw_only=True):
    """A unit and what is known of its reports, in their order: names, and rows of numbers as bytes."""

    unit: Unit
    names: tuple[Named, ...]
    rows: bytes


def sketched(unit: Unit, readings: Iterable[Reading | Failure]) -> Sketched:
    """The sketches of a unit's reports; made in any process, as they depend on nothing else. Failures have none."""
    reports = [reading for reading in readings if isinstance(reading, Reading)]
    rows = np.zeros(len(reports), dtype=ROW)
    rows["id"] = [_number(report.article.id) for report in reports]
    rows["version"] = [_number(f"{report.article.id}\0{report.article.text}") for report in reports]
    if reports:
        rows["sketch"] = sketch([report.article.text[: report.story_end] for report in reports])
    names = tuple(Named(key=key_of(report), id=report.article.id) for report in reports)
    return Sketched(unit=unit, names=names, rows=rows.tobytes())


def without_near(all_sketched: Iterable[Sketched], counts: "Counter[str]") -> Iterator[Unit]:
    """The units in their order, each with the reports that are to be left out of it.

    Before the first unit comes `counts` is filled: "reports", "near" that are left out, "copies" among them that have
    both id and text of another, and "versions" that have the id of another and a text of their own.
    """
    with Shelf() as shelf:
        for one in all_sketched:
            shelf.put(one)
        rows = shelf.rows()
        others = _others(rows, shelf)
        _count(rows, others, counts)
        for unit, first, names in shelf.units():
            near = tuple(
                (name.key, shelf.name(int(others[k])).id) for k, name in enumerate(names, start=first) if others[k] >= 0
            )
            yield msgspec.structs.replace(unit, near=near, digest=_digest(unit, near)) if near else unit


Numbers = npt.NDArray[np.int64]


class Shelf:
    """What waits for the end of the pass: units, names and sketches, each in a file without a name."""

    def __init__(self) -> None:
        self._units: IO[bytes] = tempfile.TemporaryFile()
        self._names: IO[bytes] = tempfile.TemporaryFile()
        self._rows: IO[bytes] = tempfile.TemporaryFile()
        self._places = array.array("Q")
        self._count = 0

    def __enter__(self) -> "Shelf":
        return self

    def __exit__(self, *_: object) -> None:
        for file in (self._units, self._names, self._rows):
            file.close()

    def put(self, one: Sketched) -> None:
        """Keep what is known of a unit."""
        pickle.dump((one.unit, len(one.names)), self._units)
        self._count += 1
        self._rows.write(one.rows)
        for name in one.names:
            self._places.append(self._names.tell())
            self._names.write(msgspec.json.encode(name) + b"\n")

    def rows(self) -> npt.NDArray[Any]:
        """The rows of all reports, as they lie on disk."""
        self._rows.flush()
        return np.memmap(self._rows, dtype=ROW, mode="r") if self._places else np.zeros(0, dtype=ROW)

    def name(self, row: int) -> Named:
        """The name of one report."""
        self._names.seek(self._places[row])
        return msgspec.json.decode(self._names.readline(), type=Named)

    def units(self) -> Iterator[tuple[Unit, int, list[Named]]]:
        """The units, each with the number of its first report and the names of all."""
        first = 0
        self._units.seek(0)
        for _ in range(self._count):
            # Names of files may be no text, which other ways of writing them down refuse.
            unit, count = pickle.load(self._units)  # noqa: S301  # a file without a name, which only this process has
            yield unit, first, [self.name(row) for row in range(first, first + count)]
            first += count


def _others(rows: npt.NDArray[Any], shelf: Shelf) -> Numbers:
    """For each report the one that stays in its stead, -1 where it stays itself."""
    others = np.full(len(rows), -1, dtype=np.int64)
    for group in _groups(rows):
        names = [shelf.name(row) for row in group]
        ordered = sorted(
            zip(names, group, strict=True), key=lambda one: (one[0].id, rows["version"][one[1]], one[0].key)
        )
        _thin([row for _, row in ordered], rows, others)
    return others


def _thin(group: Sequence[int], rows: npt.NDArray[Any], others: Numbers) -> None:
    """Say, for reports in the order of their ids, which of them stays in the stead of which."""
    kept: dict[tuple[int, int], list[int]] = {}
    for k, (row, values) in enumerate(_banded(group, rows)):
        places = list(enumerate(values))
        # In the order of the ids, so that the smallest comes first.
        near = sorted({one for place in places for one in kept.get(place, ())})
        stays = _first_alike(row, [group[one] for one in near], rows)
        if stays is None:
            for place in places:
                kept.setdefault(place, []).append(k)
        else:
            others[row] = stays


def _banded(group: Sequence[int], rows: npt.NDArray[Any]) -> Iterator[tuple[int, list[int]]]:
    """Each report with the values of its bands."""
    for start in range(0, len(group), CHUNK):
        part = group[start : start + CHUNK]
        sketches = rows["sketch"][part]
        values = np.stack([band(sketches, number) for number in range(BANDS)], axis=1)
        yield from zip(part, values.tolist(), strict=True)


def _first_alike(row: int, near: Sequence[int], rows: npt.NDArray[Any]) -> int | None:
    """The first of those that stay which is alike to a report: not another version of it, but perhaps the very same."""
    if not near:
        return None
    mine, all_near = rows[row], rows[list(near)]
    alike = likeness(mine["sketch"], all_near["sketch"]) >= ALIKE
    alike &= (all_near["id"] != mine["id"]) | (all_near["version"] == mine["version"])
    return near[int(np.argmax(alike))] if alike.any() else None


def _groups(rows: npt.NDArray[Any]) -> Iterator[list[int]]:
    """Reports that hang together, directly or by others, by bands that they have in common."""
    parents = array.array("q", range(len(rows)))
    joined = np.zeros(len(rows), dtype=bool)
    for number in range(BANDS):
        values = _band(rows, number)
        order = np.argsort(values, kind="stable")
        same = np.flatnonzero(values[order[1:]] == values[order[:-1]])
        one, other = order[same], order[same + 1]
        joined[one] = joined[other] = True
        for pair in zip(one.tolist(), other.tolist(), strict=True):
            _join(parents, *pair)
    members = np.flatnonzero(joined).tolist()
    rooted = sorted((_root(parents, row), row) for row in members)
    for _, group in groupby(rooted, key=itemgetter(0)):
        yield [row for _, row in group]


def _band(rows: npt.NDArray[Any], number: int) -> npt.NDArray[np.uint64]:
    """A band of all reports, read a piece at a time."""
    pieces = (band(rows["sketch"][start : start + CHUNK], number) for start in range(0, len(rows), CHUNK))
    return np.concatenate([np.zeros(0, dtype=np.uint64), *pieces])


def _join(parents: "array.array[int]", one: int, other: int) -> None:
    one, other = _root(parents, one), _root(parents, other)
    parents[max(one, other)] = min(one, other)


def _root(parents: "array.array[int]", row: int) -> int:
    while parents[row] != row:
        parents[row] = parents[parents[row]]
        row = parents[row]
    return row


def _count(rows: npt.NDArray[Any], others: Numbers, counts: "Counter[str]") -> None:
    near = np.flatnonzero(others >= 0)
    versions = len(np.unique(rows["version"]))
    counts["reports"] = len(rows)
    counts["near"] = len(near)
    counts["copies"] = len(rows) - versions
    counts["versions"] = versions - len(np.unique(rows["id"]))


def _number(written: str) -> int:
    return int.from_bytes(hashlib.blake2b(written.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _digest(unit: Unit, near: tuple[tuple[str, str], ...]) -> str:
    """The unit's digest with what is left out of it."""
    return hashlib.sha256(msgspec.json.encode((unit.digest, near))).hexdigest()
