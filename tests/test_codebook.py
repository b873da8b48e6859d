"""The codebook tells the truth: it is what the rules and the data make of it, and its sentences are coded as it says."""

import json

import msgspec
import pytest

from dragoman.errors import RuleError
from dragoman.evaluate.codebook import FILE, PUBLISHED, acts_of, codebook, load_codebook
from dragoman.export.lines import encode
from dragoman.rules import Rules
from tests.test_docs import ROOT

RULES = Rules.load()
BOOK = load_codebook(RULES.ontology)
# What a coding says of each kind of term, in the words of the codebook.
ANSWERS = {
    "types": lambda coding: [acts_of(coding.events)],
    "statuses": lambda coding: [acts_of(coding.events)],
    "quotes": lambda coding: [f"{quote.kind}: {quote.text}" for quote in coding.quotes],
    "commitments": lambda coding: [f"{one.kind} {one.by}: {one.content}" for one in coding.commitments],
    "standings": lambda coding: [f"{one.kind} {one.outcome}" for one in coding.commitments],
    "dates": lambda coding: [f"{date.text} = {date.value}" for date in coding.dates],
}
# Where the examples of each object stand in the coding of the worked sentence.
PLACES = {
    "coding": (),
    "article": ("article",),
    "event": ("events", 0),
    "entity": ("events", 0, "actor", 0),
    "event_date": ("events", 0, "date"),
    "speaker": ("events", 0, "reported_by"),
    "span": ("events", 0, "trigger"),
    "quote": ("quotes", 0),
    "date": ("dates", 0),
    "commitment": ("commitments", 0),
}


def terms():
    for part in ANSWERS:
        for name, shown in getattr(BOOK, part).items():
            yield part, name, shown
    for type, modes in BOOK.modes.items():
        for name, shown in modes.items():
            yield "types", f"{type}:{name}", shown


TERMS = [pytest.param(part, name, shown, id=f"{part} {name}") for part, name, shown in terms()]


@pytest.mark.parametrize(("part", "name", "shown"), [term for term in TERMS if term.values[2].sentence])
def test_an_example_is_coded_as_it_says(part, name, shown, coder):
    coding = coder.code(shown.sentence, published=PUBLISHED)
    assert shown.coded in ANSWERS[part](coding)
    said = shown.coded if part != "dates" else " ".join(date.type for date in coding.dates)
    assert name in said


@pytest.mark.parametrize(("part", "name", "shown"), [term for term in TERMS if term.values[2].miss])
def test_it_errs_as_it_says(part, name, shown, coder):
    miss = shown.miss
    assert miss.coded in (ANSWERS[part](coder.code(miss.sentence, published=PUBLISHED)) or ["nothing"])
    assert miss.coded != miss.right


def test_what_has_no_sentence_follows_from_days_and_several_reports():
    bare = {(part, name) for part, name, shown in terms() if not shown.sentence}
    assert bare == {("standings", name) for name in ("partly kept", "lapsed", "superseded", "no evidence")}


@pytest.mark.parametrize("name", PLACES)
def test_the_worked_sentence_has_these_values(name, coder):
    found = json.loads(encode(coder.code(BOOK.worked.sentence, published=PUBLISHED), coder.rules.ontology))
    for step in PLACES[name]:
        found = found[step]
    examples = {field: json.loads(shown.example) for field, shown in BOOK.fields[name].items() if shown.example}
    assert examples
    assert {field: found[field] for field in examples} == examples


def test_other_objects_show_no_values():
    assert not any(
        shown.example for name, fields in BOOK.fields.items() if name not in PLACES for shown in fields.values()
    )


def test_the_page_is_made_of_the_rules():
    assert (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8") == codebook(RULES)


def test_a_field_that_is_left_out_is_named(tmp_path):
    path = tmp_path / "codebook.toml"
    path.write_text(FILE.read_text(encoding="utf-8").replace("\nquad = {", "\nquads = {", 1), encoding="utf-8")
    with pytest.raises(RuleError, match="fields of event: missing or unknown: quad, quads"):
        load_codebook(RULES.ontology, path)
    path.write_text("about = 1\n", encoding="utf-8")
    with pytest.raises(RuleError, match="the codebook is malformed"):
        load_codebook(RULES.ontology, path)


def test_types_and_modes_are_all_there():
    assert len(BOOK.types) == 16
    assert {name: set(modes) for name, modes in BOOK.modes.items()} == {
        name: set(kind.modes) for name, kind in RULES.ontology.types.items() if kind.modes
    }
    assert msgspec.to_builtins(BOOK.quads).keys() == {"1", "2", "3", "4"}
