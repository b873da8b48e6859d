"""The formats of other event data sets: golden files, strict columns, independent readers, and laws."""

import csv
import datetime
import io
import json
import re
import tomllib

import jsonschema
import msgspec
import networkx
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.export.written import FILES, GOLDEN, HERE, events, ontology, text_in

from dragoman.export.cells import number_of, plain, text_cell
from dragoman.export.distinct import distinct_of
from dragoman.export.schemes import schemes

TABBED = ("gdelt", "icews", "polecat", "phoenix")
HEADED = ("icews", "polecat")
PATTERNS = tomllib.loads((HERE / "columns.toml").read_text(encoding="utf-8"))
# What people write, and what breaks tables: tabs, line ends of every kind, quotes, formulas, halves of characters.
TEXTS = st.text(
    st.sampled_from("ab é\t\n\r\x0b\x00\x1c\x85\u2028\ud800\ufffe\"';,|=+-@＝<&") | st.characters(), max_size=12
)


def columns(name):
    return getattr(schemes().columns, name)


def lines(name, **options):
    """The lines of a format, cut at line feeds alone."""
    *found, end = text_in(name, **options).split("\n")
    assert end == ""
    return found


def rows(name, **options):
    """The rows of a tab-separated format, cut at tabs alone."""
    found = lines(name, **options)
    if name in HEADED:
        assert found.pop(0).split("\t") == list(columns(name))
    return [dict(zip(columns(name), line.split("\t"), strict=True)) for line in found]


def changed(told, **fields):
    return msgspec.structs.replace(told, event=msgspec.structs.replace(told.event, **fields))


@pytest.mark.parametrize("name", FILES)
def test_golden(name):
    with open(GOLDEN / FILES[name], encoding="utf-8", newline="") as file:
        assert text_in(name) == file.read()


@pytest.mark.parametrize(("name", "width"), [("gdelt", 61), ("icews", 20), ("polecat", 40), ("phoenix", 26)])
def test_every_cell_is_of_its_kind(name, width):
    assert len(columns(name)) == len(set(columns(name))) == width
    assert set(PATTERNS[name]) <= set(columns(name))
    for row in rows(name):
        for column, cell in row.items():
            assert re.fullmatch(PATTERNS[name].get(column, ""), cell), (column, cell)


@pytest.mark.parametrize("name", TABBED)
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_NONE])
def test_pandas_reads_the_same_with_and_without_quoting(name, quoting):
    header = {"header": 0} if name in HEADED else {"header": None, "names": list(columns(name))}
    text = io.StringIO(text_in(name))
    frame = pandas.read_csv(text, sep="\t", quoting=quoting, dtype=str, keep_default_na=False, **header)
    assert frame.to_dict("records") == rows(name)


def test_pandas_takes_gdelt_numbers_as_numbers():
    frame = pandas.read_csv(io.StringIO(text_in("gdelt")), sep="\t", header=None, names=list(columns("gdelt")))
    for column in ("GLOBALEVENTID", "IsRootEvent", "QuadClass", "NumMentions", "NumSources", "NumArticles"):
        assert frame[column].dtype == "int64", column
    assert frame["GLOBALEVENTID"].is_unique
    days = pandas.to_datetime(frame["SQLDATE"].dropna().astype(int).astype(str), format="%Y%m%d")
    assert (days.dt.year == frame["Year"].dropna()).all()
    assert frame["FractionDate"].dropna().between(days.dt.year, days.dt.year + 1.02).all()


def test_gdelt_goldstein_and_quad_follow_the_code():
    for row in rows("gdelt"):
        assert float(row["GoldsteinScale"]) == ontology().goldstein(row["EventCode"])
        assert (row["EventBaseCode"], row["EventRootCode"]) == (row["EventCode"][:3], row["EventCode"][:2])
    quads = {row["EventRootCode"]: row["QuadClass"] for row in rows("gdelt")}
    assert (quads["16"], quads["04"], quads["07"], quads["13"]) == ("4", "1", "2", "3")
    assert {row["QuadClass"] for row in rows("phoenix") if row["EventRootCode"] == "16"} == {"3"}


def test_sectors_that_cameo_codes_otherwise():
    codes = {row[side] for row in rows("gdelt") for side in ("Actor1Code", "Actor2Code")}
    assert {"ROMCOP", "ROMMED", "SYRHLH", "KSVGOV"} <= codes
    full = {row[side] for row in rows("phoenix") for side in ("SourceActorFull", "TargetActorFull")}
    assert {"ROUCOP", "ROUMED", "SYRHLH", "KSVGOV", "---", "---REB"} <= full


@pytest.mark.parametrize(
    ("code", "country", "group", "types"),
    [("IGOEUREEC", "EUR", "EEC", ["IGO"]), ("IGOUNOWFP", "", "WFP", ["IGO"]), ("IMGMUSISI", "", "", ["IMG"])],
)
def test_bodies_stand_in_their_own_columns(code, country, group, types):
    sides = [(row, f"Actor{n}") for row in rows("gdelt") for n in (1, 2) if row[f"Actor{n}Code"] == code]
    assert sides
    for row, side in sides:
        assert (row[f"{side}CountryCode"], row[f"{side}KnownGroupCode"]) == (country, group)
        assert [row[f"{side}Type{n}Code"] for n in (1, 2, 3) if row[f"{side}Type{n}Code"]] == types


def test_consult_is_written_from_both_sides_in_icews():
    visits = {(row["Source Country"], row["Target Country"], row["CAMEO Code"]) for row in rows("icews")}
    assert {("United States", "China", "042"), ("China", "United States", "043")} <= visits
    assert {("Japan", "South Korea", "040"), ("South Korea", "Japan", "040")} <= visits
    assert len({(row["Event ID"], row["Event Date"]) for row in rows("icews")}) == len(rows("icews"))


def test_polecat_lists_are_as_long_as_the_parties_are_many():
    for row, told in zip(rows("polecat"), written(), strict=True):
        for side, parties in (("Actor", told.event.actor), ("Recipient", told.event.recipient)):
            for column in (f"{side} Name", f"{side} Country", f"{side} COW", f"{side} Sectors", f"Wikipedia {side} ID"):
                assert len(row[column].split("; ")) == max(1, len(parties)), column


def written():
    return [told for told in events() if schemes().kept(told.event.type, told.event.status, None)]


def test_counts_are_those_of_the_tellings():
    row = next(row for row in rows("gdelt") if row["EventCode"] == "042")
    assert (row["NumMentions"], row["NumSources"], row["NumArticles"]) == ("4", "2", "2")
    assert row["DATEADDED"] == "20130413000000"


@pytest.mark.parametrize("name", TABBED)
def test_statuses(name):
    assert len(rows(name, statuses=["negated"])) == 1
    assert rows(name, statuses=[]) == []
    everything = rows(
        name, statuses=["occurred", "ongoing", "alleged", "negated", "planned", "conditional", "cancelled"]
    )
    assert len(everything) == len(rows(name)) + 2


def test_plover_keeps_to_its_schema_and_lists():
    schema = json.loads((HERE / "plover.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    rules = ontology()
    assert len(lines("plover")) == len(events())
    for line in lines("plover"):
        found = json.loads(line)
        validator.validate(found)
        (kind,) = found["event"]
        assert set(found["mode"]) <= set(rules.modes(kind)) | set(rules.auxiliary)
        assert set(found["context"]) <= set(rules.contexts)
        assert {party["sector"] for party in found["actor"] + found["recipient"]} <= set(rules.sectors) | {""}


def test_plover_writes_the_status_as_auxiliary_mode():
    modes = {told.event.status: json.loads(line)["mode"] for told, line in zip(events(), lines("plover"), strict=True)}
    assert "negation" in modes["negated"]
    assert "future" in modes["planned"]
    assert "hypothetical" in modes["conditional"]


def test_networkx_reads_the_network():
    graph = networkx.read_gexf(io.BytesIO(text_in("gexf").encode()), version="1.3")
    assert graph.is_directed()
    between = [row for row in rows("gdelt") if row["Actor2Code"]]
    assert sum(weight for _, _, weight in graph.edges(data="weight")) == len(between)
    visit = graph.edges["USAGOV", "CHNGOV"]
    assert (visit["events"], visit["reports"], visit["events_quad1"], visit["reports_quad4"]) == (1, 2, 1, 0)
    assert (visit["start"], visit["end"]) == ("2013-04-13", "2013-04-13")
    assert graph.nodes["IGOEUREEC"] == {"label": "European Union", "country": "IGO", "sector": ""}
    assert graph.has_edge("JPNGOV", "KORGOV")
    assert graph.has_edge("KORGOV", "JPNGOV")
    assert graph.degree("PRKMIL") == 0
    for _, _, edge in graph.edges(data=True):
        assert sum(edge[f"events_quad{quad}"] for quad in (1, 2, 3, 4)) == edge["events"]


def test_the_network_does_not_depend_on_the_order():
    assert text_in("gexf", told=tuple(reversed(events()))) == text_in("gexf")
    assert networkx.read_gexf(io.BytesIO(text_in("gexf", told=()).encode()), version="1.3").number_of_nodes() == 0


@given(TEXTS)
def test_no_text_breaks_a_cell(text):
    cell = text_cell(text)
    assert not re.search(r"[\t\"\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", cell)
    assert not cell.startswith(("=", "+", "-", "@", "＝"))
    assert text_cell(cell) == cell
    assert plain(plain(text)) == plain(text)


@given(name=TEXTS, publisher=TEXTS, url=TEXTS, id=TEXTS)
def test_no_text_breaks_a_line(name, publisher, url, id):
    told = events()[1]
    party = msgspec.structs.replace(told.event.actor[0], name=name, text=name)
    head = msgspec.structs.replace(told.evidence[1].article, id=id, publisher=publisher, url=url)
    evidence = (told.evidence[0], msgspec.structs.replace(told.evidence[1], article=head))
    told = msgspec.structs.replace(changed(told, actor=(party,)), evidence=evidence, told_in=id)
    assert [len(rows(form, told=(told,))) for form in TABBED] == [1, 2, 1, 1]
    (line,) = lines("plover", told=(told,))
    assert json.loads(line)["event"] == ["CONSULT"]
    assert "USAGOV" in networkx.read_gexf(io.BytesIO(text_in("gexf", told=(told,)).encode()), version="1.3")


@given(st.lists(st.text(max_size=5), min_size=1, max_size=3), st.integers(1, 63))
def test_numbers_keep_to_their_bits(parts, bits):
    assert 0 <= number_of(*parts, bits=bits) < 2**bits
    assert number_of(*parts, bits=bits) == number_of(*parts, bits=bits)


def test_each_pair_of_codes_is_one_row():
    told = events()[0]
    twice = changed(told, recipient=told.event.recipient * 2)
    assert rows("gdelt", told=(twice,)) == rows("gdelt", told=(told,))


def test_a_joint_act_is_none_of_a_party_with_itself():
    told = events()[2]
    alone = changed(told, actor=(told.event.actor[0],) * 2)
    (row,) = rows("gdelt", told=(alone,))
    assert (row["Actor1Code"], row["Actor2Code"]) == ("JPNGOV", "")


def test_actors_who_act_alike_do_not_act_on_each_other():
    told = events()[2]
    praise = changed(told, type="SUPPORT", mode=())
    assert [(row["Actor1Code"], row["Actor2Code"]) for row in rows("gdelt", told=(praise,))] == [
        ("JPNGOV", ""),
        ("KORGOV", ""),
    ]


def test_every_code_that_can_be_written_has_a_name():
    rules = ontology()
    kinds = [kind for type in rules.types.values() for kind in (type, *type.modes.values())]
    codes = {code for kind in kinds for code in (kind.cameo, *kind.contexts.values())}
    assert codes | {"043"} <= set(schemes().icews.texts)
    assert set(rules.sectors) - set(schemes().icews.sectors) == {"UNK", "PRE"}
    assert set(schemes().statuses) - {"default"} <= set(rules.types)
    assert {rules.goldstein(code) for code in codes}


def test_states_have_one_number_each():
    numbers = list(schemes().cow.values())
    assert len(numbers) == len(set(numbers)) > 190
    assert set(schemes().cow) <= set(schemes().icews.countries)


def test_events_of_one_report(coder):
    coding = coder.code("On Monday Iran condemned the Israeli air strike.", published="2024-04-03")
    told = tuple(distinct_of(coding))
    assert [one.event for one in told] == list(coding.events)
    (row,) = rows("gdelt", told=told[:1])
    assert (row["SQLDATE"], row["NumArticles"], row["Actor1CountryCode"]) == ("20240401", "1", "IRN")


def test_writing_is_streaming():
    def endless():
        while True:
            yield events()[0]

    from dragoman.export.gdelt import gdelt_lines
    from dragoman.export.plover import plover_lines

    assert next(gdelt_lines(endless(), ontology())).count("\t") == 60
    assert (
        json.loads(next(plover_lines(endless(), ontology(), coded=datetime.date(2020, 1, 1))))["coded_date"]
        == "2020-01-01"
    )
