"""Event data of others: what is read from each layout, what is refused, and that a bad row never ends a file."""

import datetime
import gzip
import importlib
import io
import itertools
import json
import re
import tomllib
import tracemalloc
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.errors import InputError
from dragoman.export.distinct import distinct_of
from dragoman.read.events import read_events
from dragoman.read.events.layouts import load_layouts
from dragoman.read.events.lines import LINE_LIMIT
from dragoman.records import ArticleHead, DistinctEvent, Entity, Event, Evidence, Fault, ImportedEvent, Span
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.store.importing import load

HERE = Path(__file__).parent
FILES = HERE / "files" / "events"
CASES = tomllib.loads((HERE / "events.toml").read_text(encoding="utf-8"))
READ = json.loads((FILES / "read.json").read_text(encoding="utf-8"))
RULES = Rules.load()
LAYOUT_OF = {"gdelt.tsv": "gdelt", "icews.tab": "icews", "polecat.txt": "polecat", "phoenix.txt": "phoenix"}


def read_all(path, format=None, **options):
    return list(read_events(path, format, rules=RULES, **options))


def faults(found):
    return [one for one in found if isinstance(one, Fault)]


def lines_of(name):
    return (FILES / name).read_text(encoding="utf-8").splitlines()


def changed(name, cells):
    """The lines of a sample with some cells of its first row changed."""
    layout = load_layouts()[LAYOUT_OF[name]]
    lines = lines_of(name)
    row = dict(zip(layout.columns, lines[layout.header].split("\t"), strict=True))
    assert cells.keys() <= row.keys()
    lines[layout.header] = "\t".join({**row, **cells}.values())
    return "\n".join(lines) + "\n"


def written(folder, text):
    path = folder / "events.tsv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("name", READ)
def test_samples_are_read(name):
    found = [msgspec.to_builtins(event) for event in read_all(FILES / name)]
    assert [{**event, "where": Path(event["where"]).name} for event in json.loads(json.dumps(found))] == READ[name]


def test_every_sample_has_its_reading():
    assert set(READ) == {path.name for path in FILES.iterdir()} - {"read.json"}


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: f"{case['file']} {case['change']}")
def test_a_bad_cell_is_a_fault_with_its_place(case, tmp_path):
    path = written(tmp_path, changed(case["file"], case["change"]))
    fault, *others = read_all(path, LAYOUT_OF[case["file"]])
    assert isinstance(fault, Fault)
    assert (fault.kind, fault.where) == (case["kind"], f"{path}:{2 if case['file'] in HEADED else 1}")
    assert case["says"] in fault.message
    assert others
    assert all(isinstance(other, ImportedEvent) for other in others)


HEADED = {name for name, layout in LAYOUT_OF.items() if load_layouts()[layout].header}


@pytest.mark.parametrize("case", CASES["taken"], ids=lambda case: f"{case['file']} {case['change']}")
def test_what_a_cell_becomes(case, tmp_path):
    event = read_all(written(tmp_path, changed(case["file"], case["change"])), LAYOUT_OF[case["file"]])[0]
    assert isinstance(event, ImportedEvent), event
    value = msgspec.to_builtins(event, builtin_types=(datetime.date,))
    for part in case["field"].split("."):
        value = value[int(part)] if part.isdecimal() else value[part]
    assert (list(value) if isinstance(value, tuple) else value) == case["is"]


@pytest.mark.parametrize("case", CASES["strangers"], ids=lambda case: case["says"][:50])
def test_a_file_of_another_format_is_refused_at_once(case, tmp_path):
    path = FILES / case["file"] if "file" in case else written(tmp_path, case["text"])
    with pytest.raises(InputError) as caught:
        next(read_events(path, case["format"] or None, rules=RULES))
    assert case["says"] in caught.value.message


@pytest.mark.parametrize("name", LAYOUT_OF)
@pytest.mark.parametrize("change", ["a cell more", "a cell less"])
def test_a_row_with_other_cells_is_a_fault(name, change, tmp_path):
    lines = lines_of(name)
    at = int(name in HEADED)
    cells = lines[at].split("\t")
    lines[at] = "\t".join(["shifted", *cells] if change == "a cell more" else cells[:-1])
    fault, *others = read_all(written(tmp_path, "\n".join(lines)))
    layout = load_layouts()[LAYOUT_OF[name]]
    assert fault.kind == "columns"
    assert f"{layout.title} has {len(layout.columns)} columns, and this row has {len(lines[at].split(chr(9)))}" in (
        fault.message
    )
    assert len(others) == len(lines) - at - 1
    assert not faults(others)


def test_older_files_of_gdelt_end_without_an_address(tmp_path):
    lines = ["\t".join(line.split("\t")[:-1]) for line in lines_of("gdelt-v1.tsv")]
    assert {len(line.split("\t")) for line in lines} == {57}
    found = read_all(written(tmp_path, "\n".join(lines)))
    assert [event.url for event in found] == ["", "", ""]
    assert found[0].added == datetime.date(2031, 6, 5)


def test_a_header_that_somebody_added_is_none_of_the_events(tmp_path):
    header = "\t".join(load_layouts()["gdelt"].columns)
    found = read_all(written(tmp_path, "\n".join([header, *lines_of("gdelt.tsv")])))
    assert [event.id for event in found] == ["901000001", "901000002", "901000003"]
    assert found[0].where.endswith(":2")


def test_columns_in_another_order_and_under_another_name(tmp_path):
    header, row = lines_of("polecat.txt")[:2]
    names = ["Event Intensity" if name == "Intensity" else name for name in reversed(header.split("\t"))]
    path = written(tmp_path, "\n".join(["\t".join(names), "\t".join(reversed(row.split("\t")))]))
    (event,) = read_all(path)
    assert (event.id, event.score, event.type) == ("AFP310604_1", 4.0, "CONSULT")


def test_the_sentence_where_a_file_has_it(tmp_path):
    header, row = lines_of("polecat.txt")[:2]
    path = written(tmp_path, f"{header}\tEvent Text\tStory ID\n{row}\tThe two visited Pristina.\tS9\n")
    (event,) = read_all(path)
    assert (event.text, event.story) == ("The two visited Pristina.", "S9")


def test_a_header_alone_holds_no_event(tmp_path):
    path = written(tmp_path, lines_of("icews.tab")[0] + "\n")
    (fault,) = read_all(path)
    assert (fault.kind, fault.where) == ("empty", str(path))


def with_bad_second_row(make):
    one, two, three = lines_of("gdelt.tsv")
    return b"\n".join([one.encode(), make(two.encode()), three.encode()])


@pytest.mark.parametrize(
    ("make", "kind", "says"),
    [
        (lambda line: line.replace(b"UNITED", b"UNIT\xe9"), "encoding", "(0xe9) is not utf-8"),
        (lambda line: line.replace(b"UNITED", b"UNI\0ED"), "binary", "is NUL"),
        (lambda line: line + b"x" * LINE_LIMIT, "too-large", "more than 1,000,000 bytes"),
        (lambda line: line + b"x" * (3 * LINE_LIMIT), "too-large", "more than 1,000,000 bytes"),
        (lambda line: b"", None, ""),
    ],
    ids=["not UTF-8", "NUL", "long", "very long", "blank"],
)
def test_a_line_that_is_no_text_is_a_fault_alone(make, kind, says, tmp_path):
    path = written(tmp_path, with_bad_second_row(make))
    first, *middle, last = read_all(path)
    assert (first.id, last.id, last.where) == ("901000001", "901000003", f"{path}:3")
    assert [fault.kind for fault in middle] == ([kind] if kind else [])
    assert all(says in fault.message and fault.where == f"{path}:2" for fault in middle)


def test_another_encoding_can_be_named(tmp_path):
    text = changed("icews.tab", {"Publisher": "Le Café"})
    path = written(tmp_path, text.encode("windows-1252"))
    assert faults(read_all(path))[0].kind == "encoding"
    assert read_all(path, encoding="windows-1252")[0].publisher == "Le Café"
    for wrong in ("utf-16", "none-such"):
        with pytest.raises(InputError, match="is no encoding of tables"):
            read_all(path, encoding=wrong)


def test_a_mark_before_the_header_and_line_ends_of_windows(tmp_path):
    text = "﻿" + "\r\n".join(lines_of("icews.tab")) + "\r\n"
    found = read_all(written(tmp_path, text))
    assert len(found) == 3
    assert not faults(found)
    assert read_all(FILES / "polecat.txt")[0].story == ""


@pytest.mark.parametrize(
    "data", ["id\ttext".encode("utf-16"), b"%PDF-1.7 ", b"\x89PNG\r\n"], ids=["utf-16", "PDF", "PNG"]
)
def test_what_is_no_table_is_refused(data, tmp_path):
    with pytest.raises(InputError) as caught:
        read_all(written(tmp_path, data))
    assert caught.value.kind in {"encoding", "binary"}


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be opened: no such file"):
        read_all(tmp_path / "none.tsv")
    with pytest.raises(InputError, match="cannot be opened"):
        read_all("nul\0.tsv")


def test_packed_with_gzip(tmp_path):
    path = tmp_path / "events.csv.gz"
    path.write_bytes(gzip.compress((FILES / "gdelt.tsv").read_bytes()))
    assert [event.id for event in read_all(path)] == ["901000001", "901000002", "901000003"]


def test_a_packed_file_that_breaks_off(tmp_path):
    packed = gzip.compress(b"\n".join((FILES / "gdelt.tsv").read_bytes().splitlines() * 2000), mtime=0)
    found = read_all(written(tmp_path, packed[: len(packed) // 2]))
    assert len(found) > 100
    assert [one.kind for one in faults(found)] == ["unreadable"]
    assert "breaks off" in found[-1].message


def zipped(folder, members):
    path = folder / "events.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_the_members_of_an_archive(tmp_path):
    data = (FILES / "gdelt.tsv").read_bytes()
    path = zipped(tmp_path, {"in/a.CSV": data, "readme.txt": b"About this data\n", "__MACOSX/a": b"", "b.CSV": data})
    found = read_all(path)
    assert len(found) == 7
    (fault,) = faults(found)
    assert (fault.kind, fault.where) == ("format", f"{path}/readme.txt")
    assert [one.where for one in found][0::6] == [f"{path}/in/a.CSV:1", f"{path}/b.CSV:3"]


def test_archives_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="is broken"):
        read_all(written(tmp_path, b"PK\x03\x04 and so on"))
    with pytest.raises(InputError, match="holds no file"):
        read_all(zipped(tmp_path, {"folder/": b""}))
    with pytest.raises(InputError, match="expected event data"):
        read_all(zipped(tmp_path, {"readme.txt": b"About this data\n"}))


def test_standard_input(tmp_path):
    data = (FILES / "phoenix.txt").read_bytes()
    for given_data in (data, gzip.compress(data)):
        found = read_all("-", stdin=io.BytesIO(given_data))
        assert [event.where for event in found] == ["-:1", "-:2"]
    with pytest.raises(InputError, match="no standard input"):
        read_all("-")


class Endless(io.RawIOBase):
    """Standard input with very many rows, made as they are read."""

    def __init__(self, line, rows):
        self.lines = itertools.repeat(line, rows)

    def readable(self):
        return True

    def readinto(self, buffer):
        line = next(self.lines, b"")
        buffer[: len(line)] = line
        return len(line)


def test_memory_stays_flat():
    line = (FILES / "gdelt.tsv").read_bytes().splitlines(keepends=True)[0]
    peaks = []
    for rows in (200, 6_000):
        stream = io.BufferedReader(Endless(line, rows))
        tracemalloc.start()
        assert sum(1 for _ in read_events("-", rules=RULES, stdin=stream)) == rows
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 200_000


ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=30).filter(lambda cell: "\n" not in cell)


@pytest.mark.parametrize("name", LAYOUT_OF)
@settings(deadline=None, max_examples=50)  # a busy machine is no fault
@given(data=st.data())
def test_any_row_is_an_event_or_a_fault(name, data):
    """Random cells, as many as there should be or not; the rows around them are read all the same."""
    lines = lines_of(name)
    good = lines[name in HEADED]
    count = len(good.split("\t"))
    cells = data.draw(st.one_of(st.lists(ANY_TEXT, max_size=70), st.lists(ANY_TEXT, min_size=count, max_size=count)))
    head = lines[: name in HEADED]
    text = "\n".join([*head, good, "\t".join(cells), good])
    found = list(read_events("-", LAYOUT_OF[name], rules=RULES, stdin=io.BytesIO(text.encode())))
    assert len(found) in {2, 3}
    assert isinstance(found[0], ImportedEvent)
    assert isinstance(found[-1], ImportedEvent)
    assert all(isinstance(one, ImportedEvent | Fault) for one in found)


CODED = (
    "France and Germany condemned Russia on Monday. The United Nations urged Kosovo's police to free two journalists."
)
PUBLISHED = datetime.date(2031, 6, 4)


def read_back(format, events, ontology):
    """What is written in a format, read again."""
    write = getattr(importlib.import_module(f"dragoman.export.{format}"), f"{format}_lines")
    text = "".join(write(events, ontology)).encode()
    found = list(read_events("-", rules=RULES, stdin=io.BytesIO(text)))
    assert not faults(found)
    assert {event.source for event in found} == {format}
    return found


def dyads(events):
    return {(actor.code, recipient.code) for one in events for actor in one.actor for recipient in one.recipient}


@pytest.mark.parametrize("format", ["gdelt", "icews", "polecat", "phoenix"])
def test_what_is_written_is_read_back(format, coder):
    """Dragoman's own rows: whom, what and when come back as they went out, where both have the field."""
    coding = coder.code(CODED, published=PUBLISHED.isoformat())
    told, ontology = coding.events, coder.rules.ontology
    assert len(told) >= 2
    found = read_back(format, distinct_of(coding), ontology)
    assert dyads(found) == dyads(told)
    assert {one.day for one in found} == {one.date.first if one.date else PUBLISHED for one in told}
    if format == "polecat":
        assert [plover(one) for one in found] == [plover(one) for one in told]
        assert [one.quad for one in found] == [ontology.quad(one.type) for one in told]
    else:
        assert {one.cameo for one in found} == {ontology.cameo(one.type, one.mode, one.context) for one in told}
        assert all(one.score == ontology.goldstein(one.cameo) for one in found)


def plover(event):
    return event.type, event.mode, event.context


def test_counts_are_read_back():
    told = tuple(told_twice())
    (found,) = read_back("gdelt", told, RULES.ontology)
    assert (found.reports, found.mentions, found.sources) == (2, 3, 2)
    assert found.url == "https://one.example/a"
    (found,) = read_back("phoenix", told, RULES.ontology)
    assert (found.reports, found.mentions, found.sources) == (2, 2, 2)
    assert found.quad == 3


def told_twice():
    """An act that two reports tell, one of them in two sentences."""
    span = Span(text="x", start=0, end=1)
    who = {
        code: Entity(text="x", start=0, end=1, code=code, country=code, sector="", name=code) for code in ("FRA", "RUS")
    }
    event = Event(
        id="e1",
        type="SANCTION",
        actor=(who["FRA"],),
        recipient=(who["RUS"],),
        status="occurred",
        confidence=0.9,
        trigger=span,
        sentence=span,
        rule="SANCTION/made-up",
    )
    one, two = (
        ArticleHead(id=name, url=f"https://{name}.example/a", publisher=name, published=PUBLISHED)
        for name in ("one", "two")
    )
    again = msgspec.structs.replace(event, also=(span,))
    tellings = (Evidence(article=one, event=event), Evidence(article=two, event=again))
    yield DistinctEvent(id="e1", event=event, told_in="one", evidence=tellings)


def test_the_comparison_in_the_documents_runs(tmp_path, monkeypatch, capsys):
    page = (HERE.parent.parent / "docs" / "migrating.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    row = changed("phoenix.txt", {"SourceActorEntity": "PRK", "TargetActorEntity": "USA"})
    with open_store("work.db") as store:
        assert load(store, read_all(written(tmp_path, row))) == 2
    exec(snippet, {})
    assert capsys.readouterr().out == "SANCTION 1 0 0\n"
