"""How deep the lexicon and the patterns go, and that no two rows of the lexicon contradict each other."""

import datetime
import itertools
from collections import Counter, defaultdict
from pathlib import Path

import pytest

import dragoman
from dragoman.rules import Rules
from dragoman.rules.tables import read_table

LEXICON = Path(dragoman.__file__).parent / "data" / "lexicon"
RULES = Rules.load()
FAR = datetime.date.max


def rows(name, columns):
    return [row for _, row in read_table(LEXICON / name, columns)]


OFFICES = rows("offices.tsv", ("name", "country", "office", "from", "until"))
ORGANIZATIONS = rows("organizations.tsv", ("code", "name", "aliases", "kind"))
AGENTS = rows("agents.tsv", ("noun", "plural"))
COUNTRIES = rows("countries.tsv", ("code", "name", "aliases"))


def many(cell):
    return [piece.strip() for piece in cell.split("|") if piece.strip()]


def test_terms_of_office_of_many_states():
    assert len(OFFICES) >= 1000
    assert len({row["country"] for row in OFFICES}) >= 40


def test_bodies_and_groups():
    kinds = Counter(row["kind"] for row in ORGANIZATIONS)
    assert kinds["igo"] + kinds["igo-organ"] >= 150
    assert sum(n for kind, n in kinds.items() if kind in {"armed-group", "party", "region", "news", "media"}) >= 300, (
        kinds
    )


@pytest.mark.parametrize("kind", sorted(RULES.ontology.types))
def test_thirty_patterns_for_each_type(kind):
    assert sum(pattern.type == kind for pattern in RULES.patterns.all) >= 30


def test_no_name_means_two_bodies():
    """A form that two organizations share would be a guess."""
    meant = defaultdict(set)
    for row in ORGANIZATIONS:
        for form in (row["name"], *many(row["aliases"])):
            meant[form].add(row["code"])
    assert {form: codes for form, codes in meant.items() if len(codes) > 1} == {}


def test_no_name_means_two_states():
    meant = defaultdict(set)
    for row in COUNTRIES:
        for form in (row["name"], *many(row["aliases"])):
            meant[form].add(row["code"])
    assert {form: codes for form, codes in meant.items() if len(codes) > 1} == {}


def test_no_role_noun_stands_twice():
    nouns = Counter(row["noun"] for row in AGENTS)
    assert [noun for noun, n in nouns.items() if n > 1] == []


# Offices that one person holds at a time.
SINGLE = {"president", "prime minister", "foreign minister", "defence minister", "king", "chancellor"}
# Offices that stood empty or had only caretakers for more than two years, and why.
KNOWN_GAPS = {
    ("BGD", "prime minister"): "a caretaker government, 2006 to 2009",
    ("HTI", "president"): "a provisional president after the overthrow of 2004",
    ("LBN", "president"): "vacant for want of a majority, 2014 to 2016 and 2022 to 2025",
    ("LBR", "president"): "a transitional government, 2003 to 2006",
    ("MDA", "president"): "acting presidents only, 2009 to 2012",
    ("PAK", "prime minister"): "military rule, 1999 to 2002",
    ("SDN", "prime minister"): "military rule, 2022 to 2025",
    ("SOM", "president"): "no government, 1991 to 2000",
}


def day(cell, *, latest):
    """The first or last day that a date can mean: "2004" is from January to December."""
    year, month, day_of_month = (*map(int, cell.split("-")), 0, 0)[:3] if cell else (0, 0, 0)
    if not year:
        return None
    if not month:
        return datetime.date(year, 12, 31) if latest else datetime.date(year, 1, 1)
    if not day_of_month:
        return datetime.date(year, month, 28) if latest else datetime.date(year, month, 1)
    return datetime.date(year, month, day_of_month)


def terms_by_office():
    found = defaultdict(list)
    for row in OFFICES:
        if row["office"] in SINGLE and row["from"]:
            found[row["country"], row["office"]].append(row)
    return {office: sorted(terms, key=lambda row: row["from"]) for office, terms in found.items()}


def test_one_holder_of_an_office_at_a_time():
    """Two people may share the days of a hand-over, not more; a year alone leaves open when in it they changed."""
    shared = []
    for office, terms in terms_by_office().items():
        for one, other in itertools.pairwise(terms):
            end = day(one["until"], latest=False) or FAR
            start = day(other["from"], latest=True)
            if one["name"] != other["name"] and start and end - start > datetime.timedelta(31):
                shared.append((*office, one["name"], other["name"]))
    assert shared == []


def test_no_hole_between_heads_of_state_and_government():
    """More than two years without a holder, inside the span that the table covers, is a row that is missing."""
    holes = []
    for office, terms in terms_by_office().items():
        if office[1] not in {"president", "prime minister"} or office in KNOWN_GAPS:
            continue
        covered = day(terms[0]["until"], latest=True) or FAR
        for term in terms[1:]:
            start = day(term["from"], latest=False)
            if covered < FAR and start and start - covered > datetime.timedelta(731):
                holes.append((*office, covered.isoformat(), start.isoformat()))
            covered = max(covered, day(term["until"], latest=True) or FAR)
    assert holes == []
