"""The lexicon: enough of everything, no row malformed, clear errors, overlays that win."""

import datetime
import itertools
from collections import Counter

import pytest

from dragoman.errors import RuleError
from dragoman.rules import DATA, Rules
from dragoman.rules.lexicon import Lexicon, spellings
from dragoman.rules.petrarch import read_actors
from dragoman.rules.tables import many, read_table

FOLDER = DATA / "lexicon"


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon.load([FOLDER])


def rows(table, *columns):
    return [row for _, row in read_table(FOLDER / table, columns)]


def test_every_state_has_its_names():
    states = [
        row
        for row in rows("countries.tsv", "code")
        if row["code"] not in {"HKG", "MAC", "GRL", "PRI", "ESH", "SUN", "YUG", "CSK", "DDR"}
    ]
    assert len(states) >= 195
    assert all(len(row["code"]) == 3 and row["code"].isupper() for row in states)
    assert sum(bool(row["capital"]) for row in states) >= 190


def test_organizations_are_many():
    kinds = Counter(row["kind"] for row in rows("organizations.tsv", "kind"))
    assert kinds["igo"] + kinds["igo-organ"] >= 60
    assert kinds["armed-group"] + kinds["news"] >= 150


def test_agents_have_known_sectors(lexicon):
    sectors = Rules.load().ontology.sectors
    assert len(rows("agents.tsv", "noun")) >= 300
    assert {sector for agent in lexicon.agents.values() for sector in agent.sectors} <= set(sectors)


def test_offices_are_many_and_ordered():
    terms = rows("offices.tsv", "name", "country", "from", "until", "checked")
    assert len(terms) >= 400
    assert len({term["country"] for term in terms}) >= 30
    assert all(
        term["from"] <= term["until"]
        for term in terms
        if term["from"] and term["until"] and len(term["from"]) == len(term["until"])
    )


@pytest.mark.parametrize("country", ["USA", "PRK", "KOR", "RUS", "CHN", "GBR", "FRA", "JPN", "IRN", "ISR"])
def test_no_two_heads_of_state_or_government_on_one_day(lexicon, country):
    heads = {"president", "prime minister", "supreme leader", "chancellor"}
    terms = {
        name
        for names in lexicon.names.values()
        for name in names
        if name.kind == "person" and name.country == country and name.office in heads
    }
    for office in heads:
        held = sorted(
            (t.first or datetime.date.min, t.last or datetime.date.max, t.name) for t in terms if t.office == office
        )
        for (_, last, one), (first, _, other) in itertools.pairwise(held):
            assert last <= first, f"{country} {office}: {one} and {other}"


@pytest.mark.parametrize(
    ("form", "code"),
    [("North Korea", "PRK"), ("DPRK", "PRK"), ("North Korean", "PRK"), ("Pyongyang", "PRKGOV"), ("White House", "USAGOV"),
     ("Kremlin", "RUSGOV"), ("United Nations", "IGOUNO"), ("IAEA", "IGOUNOIAE"), ("European Union", "IGOEUREEC"),
     ("NATO", "IGOWSTNAT"), ("Arab League", "IGOMEAARL"), ("KCNA", "PRKJRN"), ("Kosovo", "KOS"), ("Hamas", "PSEREB"),
     ("State Department", "USAGOV"), ("People’s Liberation Army", "CHNMIL"), ("People's Liberation Army", "CHNMIL")],
)  # fmt: skip
def test_forms(lexicon, form, code):
    assert lexicon.names[form][0].code == code


def test_spellings():
    assert spellings("criticize") == ("criticize", "criticise")
    assert spellings("rise") == ("rise",)
    assert many("a| b |") == ("a", "b")


def test_overlay_wins(tmp_path):
    header = "code\tname\taliases\tcountry\tsectors\tkind\twikidata\n"
    (tmp_path / "organizations.tsv").write_text(header + "NORREB\tHamas\t\tNOR\tREB\tarmed-group\t\n")
    names = Lexicon.load([FOLDER, tmp_path]).names["Hamas"]
    assert [name.code for name in names] == ["NORREB"]


@pytest.mark.parametrize(
    ("table", "content", "where"),
    [
        ("countries.tsv", "", "countries.tsv"),
        ("countries.tsv", "code\tname\n", "countries.tsv:1"),
        ("offices.tsv", "name\taliases\tcountry\tsectors\toffice\tfrom\tuntil\twikidata\nA\t\tNOR\tGOV\tking\t19-1\t\t\n", "offices.tsv:2"),
        ("agents.tsv", "noun\tplural\tsectors\nking\t\tGOV\tx\n", "agents.tsv:2"),
        ("classes.toml", "talk = 3\n", "classes.toml"),
        ("classes.toml", "talk = [\n", "classes.toml"),
        ("Bad.actors", "NAME_ [FRAGOV 97]\n", "Bad.actors:1"),
        ("Bad.actors", "NAME_ [FRAGOV 971399]\n", "Bad.actors"),
    ],
)  # fmt: skip
def test_errors_name_file_and_line(tmp_path, table, content, where):
    (tmp_path / table).write_text(content)
    with pytest.raises(RuleError) as caught:
        Lexicon.load([tmp_path])
    assert caught.value.where.endswith(where)


def test_petrarch_actors(tmp_path):
    path = tmp_path / "Sample.actors"
    path.write_text(
        "# a dictionary\nJANE_SAMPLE_ [FRAGOV 970123-010120] [FRAELI >010120] ; note\n+MINISTER_OF_SAMPLES_\n"
        "SAMPLE_FRONT_\n\t[TCDREB <19990101]\n\t[TCDGOV >19990101]\nPLAIN_LEAGUE_ [IGOPLL]\n"
    )
    found = list(read_actors(path))
    days = {(form, name.code): (name.first, name.last) for form, name in found}
    assert days["Jane Sample", "FRAGOV"] == (datetime.date(1997, 1, 23), datetime.date(2001, 1, 20))
    assert days["Minister of Samples", "FRAELI"] == (datetime.date(2001, 1, 20), None)
    assert days["SAMPLE FRONT", "TCDREB"] == (None, datetime.date(1999, 1, 1))
    assert [name.kind for form, name in found if form == "Plain League"] == ["organization"]
