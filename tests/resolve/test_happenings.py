"""One event, many reports: pairs from a table, and laws that hold for any tellings."""

import datetime
import itertools
import random
import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.errors import RuleError
from dragoman.records import ArticleHead, CoderInfo, Coding, Entity, Event, EventDate, Span
from dragoman.resolve.happenings import (
    Telling,
    components,
    contradictions,
    days_of,
    distinct,
    event_of,
    grouped,
    is_same,
    keys_of_blocks,
    likeness,
    reasons_of,
    telling_of,
    why,
)
from dragoman.rules.happenings import LEXICON, HappeningRules

PAIRS = tomllib.loads((Path(__file__).parent / "happenings.toml").read_text(encoding="utf-8"))["pair"]
CODER = CoderInfo(version="0", rules="0", model="0")
every_pair = pytest.mark.parametrize("pair", PAIRS, ids=[f"{pair['is']}: {pair['because'][:60]}" for pair in PAIRS])


def span(text, words):
    start = text.index(words)
    return {"text": words, "start": start, "end": start + len(words)}


def entities(side, sentence):
    for party in filter(None, (part.strip() for part in side.split(" + "))):
        code, words = party.split("=")
        body = code.startswith(("IGO", "NGO", "IMG", "MNC"))
        country, sector = code[:3], "" if body else code[3:6]
        place = span(sentence, words)
        yield Entity(code=code, country=country, sector=sector, name=words, **place)


def days(text):
    if text == "-":
        return None
    first, last = (text.split("/") * 2)[:2]
    day = datetime.date.fromisoformat
    return EventDate(text="", start=0, end=0, first=day(first), last=day(last))


def told(line, *, article="report", publisher=None):
    """A line of the table as report and event."""
    published, kind, status, parties, date, trigger, sentence = (part.strip() for part in line.split("|", 6))
    name, _, mode = kind.partition("/")
    actor, recipient = parties.split(">")
    head = ArticleHead(
        id=article,
        publisher=publisher,
        published=None if published == "-" else datetime.date.fromisoformat(published),
    )
    event = Event(
        id=f"event of {article}",
        type=name,
        mode=(mode,) if mode else (),
        actor=tuple(entities(actor, sentence)),
        recipient=tuple(entities(recipient, sentence)),
        status=status,
        date=days(date),
        confidence=0.9,
        trigger=Span(**span(sentence, trigger)),
        sentence=Span(text=sentence, start=0, end=len(sentence)),
        rule=f"{name}/{trigger}",
    )
    return head, event


def both(pair):
    return telling_of(*told(pair["one"], article="one")), telling_of(*told(pair["other"], article="other"))


# The table


def test_the_table_has_both_kinds():
    kinds = [pair["is"] for pair in PAIRS]
    assert len(kinds) >= 40
    assert min(kinds.count("same"), kinds.count("apart")) >= 15


@every_pair
def test_pairs(pair):
    one, other = both(pair)
    assert is_same(one, other) == (pair["is"] == "same"), why(one, other)


@every_pair
def test_it_does_not_matter_which_comes_first(pair):
    one, other = both(pair)
    assert likeness(one, other) == likeness(other, one)
    assert is_same(one, other) == is_same(other, one)
    assert why(one, other) == why(other, one)


@every_pair
def test_reasons_say_what_was_judged(pair):
    verdict, *reasons = why(*both(pair))
    assert verdict.startswith("one event" if pair["is"] == "same" else "two events")
    assert reasons


@every_pair
def test_two_of_one_report_are_never_the_same(pair):
    one, other = (telling_of(*told(pair[key], article="report")) for key in ("one", "other"))
    assert not is_same(one, other)
    assert len(grouped([one, msgspec.structs.replace(other, evidence=renamed(other.evidence))])) == 2


def renamed(evidence):
    return msgspec.structs.replace(evidence, event=msgspec.structs.replace(evidence.event, id="another"))


@every_pair
def test_a_telling_survives_json(pair):
    for telling in both(pair):
        assert msgspec.json.decode(msgspec.json.encode(telling), type=Telling) == telling


# One event of its tellings

LAUNCH = (
    "2014-03-11 | MOBILIZE/weapons | occurred | IRN=Iran > | 2014-03-10 | launched | Iran launched a Simorgh rocket.",
    "2014-03-12 | MOBILIZE/weapons | alleged | IRNMIL=Iran's army > | 2014-03-11 | fired | Iran's army fired a Simorgh rocket.",
    "2014-03-30 | MOBILIZE/weapons | occurred | IRNGOV=Tehran > | 2014-03-01/2014-03-31 | launched | Tehran launched a Simorgh rocket in March.",
)


def launch(*lines):
    return event_of([telling_of(*told(line, article=f"{i}", publisher=f"Paper {i}")) for i, line in lines])


def test_a_day_told_outright_beats_a_month():
    event = launch((2, LAUNCH[2]), (0, LAUNCH[0])).event
    assert (event.date.first, event.date.last) == (datetime.date(2014, 3, 10), datetime.date(2014, 3, 10))


def test_the_identity_is_that_of_the_earliest_telling():
    event = launch((2, LAUNCH[2]), (1, LAUNCH[1]), (0, LAUNCH[0]))
    assert event.id == "event of 0"
    assert [told.article.id for told in event.evidence] == ["0", "1", "2"]


def test_what_another_report_adds_has_an_empty_span():
    lines = (
        "2014-03-11 | ACCUSE | occurred | JPNGOV=Japan's government > CHN=China | - | condemned | Japan's government condemned China.",
        "2014-03-11 | ACCUSE | occurred | JPN=Japan > | 2014-03-10 | condemned | Japan condemned it on Monday.",
    )
    event = launch(*enumerate(lines)).event
    assert event.date.first == datetime.date(2014, 3, 10)
    assert event.date.text == ""
    assert event.date.start == event.date.end == event.trigger.start


def test_a_state_takes_the_fuller_code_that_is_commonest():
    event = launch((0, LAUNCH[0]), (2, LAUNCH[2])).event
    assert [entity.code for entity in event.actor] == ["IRNGOV"]
    disputed = launch(*enumerate(LAUNCH))
    assert {entity.country for entity in disputed.event.actor} == {"IRN"}


def test_confidence_grows_with_publishers_and_never_is_certain():
    one, more = launch((0, LAUNCH[0])), launch(*enumerate(LAUNCH))
    assert one.event.confidence == 0.9
    assert 0.9 < more.event.confidence < 1


def test_contradictions_stay_visible_by_publisher():
    found = {one.about: one.told for one in contradictions(launch(*enumerate(LAUNCH)))}
    assert found["date"] == {"2014-03-10": ("Paper 0",), "2014-03-11": ("Paper 1",)}
    assert found["status"] == {"occurred": ("Paper 0", "Paper 2"), "alleged": ("Paper 1",)}
    assert found["actor"] == {"IRNGOV": ("Paper 2",), "IRNMIL": ("Paper 1",)}
    assert "type" not in found


def test_reports_that_agree_contradict_nothing():
    assert contradictions(launch((0, LAUNCH[0]), (2, LAUNCH[2]))) == ()


def test_an_event_explains_every_telling():
    reasons = reasons_of(launch(*enumerate(LAUNCH)))
    assert [reason.telling.article.id for reason in reasons] == ["1", "2"]
    assert all("both MOBILIZE" in reason.words for reason in reasons)
    assert reasons_of(launch((0, LAUNCH[0]))) == ()


# Laws, for reports that tell the same few things again and again


NAMES = {
    "NOR": "Norway",
    "NORGOV": "Oslo",
    "NORMIL": "the army",
    "SWE": "Sweden",
    "SWEGOV": "Stockholm",
    "IGOUNO": "the UN",
}
MATTERS = ("the cod quota in the fjord", "a new radar at the border", "the strike of railway guards", "a quota of cod")
ACTS = (
    ("ACCUSE", "accused"),
    ("AGREE", "offered"),
    ("REQUEST", "urged"),
    ("CONSULT", "met"),
    ("SANCTION", "expelled"),
    ("CONCEDE", "declared"),
)
MARCH = datetime.date(2014, 3, 1)


@st.composite
def lines(draw):
    """Line of a telling; few parties, days and matters, so that many are alike."""
    kind, verb = draw(st.sampled_from(ACTS))
    actor = draw(st.lists(st.sampled_from(sorted(NAMES)), unique=True, max_size=2))
    recipient = draw(st.lists(st.sampled_from(sorted(NAMES)), unique=True, max_size=2))
    status = draw(st.sampled_from(["occurred", "occurred", "planned", "alleged", "negated"]))
    first = MARCH + datetime.timedelta(draw(st.integers(0, 4)))
    last = first + datetime.timedelta(draw(st.sampled_from([0, 0, 0, 1, 30])))
    date = draw(st.sampled_from(["-", f"{first}/{last}"]))
    published = draw(st.sampled_from(["-", str(MARCH + datetime.timedelta(draw(st.integers(0, 8))))]))
    who = " and ".join(NAMES[code] for code in actor) or "Somebody"
    whom = " and ".join(NAMES[code] for code in recipient) or "nobody"
    sides = " > ".join(" + ".join(f"{code}={NAMES[code]}" for code in side) for side in (actor, recipient))
    sentence = f"{who} {verb} {whom} over {draw(st.sampled_from(MATTERS))}."
    return f"{published} | {kind} | {status} | {sides} | {date} | {verb} | {sentence}"


def coding_of(number, reported):
    heads = [told(line, article=f"report {number}", publisher=f"paper {number % 3}") for line in reported]
    events = tuple(msgspec.structs.replace(event, id=f"{number}-{i}") for i, (_, event) in enumerate(heads))
    head = heads[0][0] if heads else ArticleHead(id=f"report {number}")
    return Coding(article=head, coder=CODER, events=events)


codings = st.lists(st.lists(lines(), max_size=3), max_size=8).map(
    lambda reports: [coding_of(number, reported) for number, reported in enumerate(reports)]
)


def tellings_of(reports):
    return [telling_of(coding.article, event) for coding in reports for event in coding.events]


@given(codings, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_does_not_matter(reports, chance: random.Random):
    mixed = list(reports)
    chance.shuffle(mixed)
    assert distinct(mixed) == distinct(reports)


@given(codings)
@settings(max_examples=40, deadline=None)
def test_merging_again_changes_nothing(reports):
    events = distinct(reports)
    assert distinct([*reports, *reports]) == events
    for event in events:
        again = [telling_of(one.article, one.event) for one in event.evidence]
        assert event_of(again) == event


@given(codings)
@settings(max_examples=60, deadline=None)
def test_every_telling_is_in_one_event(reports):
    wanted = sorted((coding.article.id, event.id) for coding in reports for event in coding.events)
    found = sorted((one.article.id, one.event.id) for event in distinct(reports) for one in event.evidence)
    assert found == wanted


@given(codings)
@settings(max_examples=60, deadline=None)
def test_no_event_has_two_tellings_of_one_report(reports):
    for event in distinct(reports):
        articles = [one.article.id for one in event.evidence]
        assert len(articles) == len(set(articles))


@given(codings)
@settings(max_examples=60, deadline=None)
def test_no_group_holds_what_is_ruled_out(reports):
    for component in components(tellings_of(reports)):
        for group in grouped(component):
            assert all(likeness(one, other) > 0 for one, other in itertools.combinations(group, 2))
            assert len(reasons_of(event_of(group))) == len(group) - 1


@given(codings)
@settings(max_examples=60, deadline=None)
def test_what_is_the_same_shares_a_block_and_days(reports):
    for one, other in itertools.combinations(tellings_of(reports), 2):
        if is_same(one, other):
            assert set(keys_of_blocks(one)) & set(keys_of_blocks(other))
            assert days_of(one)[0] <= days_of(other)[1]
            assert days_of(other)[0] <= days_of(one)[1]


@given(codings)
@settings(max_examples=40, deadline=None)
def test_components_may_be_made_anew(reports):
    """A component is a function of its tellings: what is in another does not change it."""
    whole = {event.id: event for event in distinct(reports)}
    for component in components(tellings_of(reports)):
        for group in grouped(list(reversed(component))):
            event = event_of(group)
            assert whole[event.id] == event


# The rules


def test_rules_add_up():
    rules = HappeningRules.load(LEXICON / "happenings.toml", LEXICON / "countries.tsv")
    assert sum(getattr(rules.weights, name) for name in rules.weights.__struct_fields__) == pytest.approx(1)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [("[weights]\nwords = 1", "malformed"), ("", "missing"), ('[same]\ngroups = [["a", "b"], ["b"]]', "missing")],
)
def test_malformed_rules_are_refused(tmp_path, wrong, message):
    path = tmp_path / "happenings.toml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(RuleError, match=message) as raised:
        HappeningRules.load(path, LEXICON / "countries.tsv")
    assert str(path) in str(raised.value)


def test_a_word_stands_for_one_group_only(tmp_path):
    path = tmp_path / "happenings.toml"
    content = (LEXICON / "happenings.toml").read_text(encoding="utf-8")
    path.write_text(content.replace("groups = [", 'groups = [\n    ["cable", "launch"],', 1), encoding="utf-8")
    with pytest.raises(RuleError, match="two groups"):
        HappeningRules.load(path, LEXICON / "countries.tsv")
