"""Scores against reports coded in full: small golds and codings whose figures are computed by hand."""

from collections.abc import Mapping

import msgspec
import pytest

from dragoman.evaluate.golds import Conventions, GoldEvent, Party, Story
from dragoman.evaluate.measures import Figure, Measure, prf, share
from dragoman.evaluate.stories import country_of, event_level, is_date_in, is_same_sentence, score_stories
from dragoman.records import Coding, Status

from .made import coding, commitment, date, event, event_date, quote, speaker

CONVENTIONS = Conventions.load()
BLAMED = "Chad's foreign ministry blamed Sudan on Monday for the raid near the border town."


def gold_event(type: str, actor: str, recipient: str = "", **more: str) -> GoldEvent:
    sides = [tuple(Party(text=code, code=code) for code in side.split()) for side in (actor, recipient)]
    fields = {"sentence": BLAMED, "status": "occurred", **more}
    return msgspec.convert({"type": type, "actor": sides[0], "recipient": sides[1], **fields}, GoldEvent)


def story(**parts: object) -> Story:
    return msgspec.convert({"id": "R1", "text": BLAMED, "events": (), **parts}, Story)


def figures(measures: Mapping[str, Measure], *names: str) -> tuple[Figure, ...]:
    return tuple(measures[name].figure for name in names)


def score(gold: Story, mine: Coding | None) -> dict[str, Measure]:
    return score_stories([gold], {"R1": mine} if mine else {}, CONVENTIONS)


@pytest.mark.parametrize(
    ("gold", "mine", "level"),
    [
        (("ACCUSE", "TCDGOV", "SDN"), ("ACCUSE", "TCDGOV", "SDN"), 4),
        (("ACCUSE", "TCDGOV", "SDN"), ("ACCUSE", "TCD", "SDNGOV"), 3),
        (("ACCUSE", "TCDGOV", "SDN"), ("ACCUSE", "TCD", ""), 2),
        (("ACCUSE", "TCDGOV", "SDN"), ("ACCUSE", "TCD", "SDN TCD"), 2),
        (("ACCUSE", "TCDGOV", "SDN"), ("ACCUSE", "SDN", "TCD"), 1),
        (("ACCUSE", "TCDGOV", "SDN"), ("ACCUSE", "TCD SDN", "SDN"), 1),
        (("ACCUSE", "TCDGOV", "SDN"), ("REJECT", "TCDGOV", "SDN"), 0),
        (("MOBILIZE", "TCDMIL", ""), ("MOBILIZE", "TCDMIL", ""), 4),
        (("MOBILIZE", "TCDMIL", ""), ("MOBILIZE", "TCDMIL", "SDN"), 2),
        (("CONSULT", "TCD", "SDN"), ("CONSULT", "SDN", "TCD"), 4),
        (("CONSULT", "TCD SDN", ""), ("CONSULT", "TCDGOV", "SDN"), 3),
        (("CONSULT", "TCD SDN", ""), ("CONSULT", "TCD", "LBY"), 2),
        (("CONSULT", "TCD SDN", ""), ("CONSULT", "LBY", ""), 1),
        (("AGREE", "TCD SDN", ""), ("AGREE", "TCD", "SDN"), 4),
        (("AGREE", "TCD", "SDN"), ("AGREE", "SDN", "TCD"), 1),
        (("REQUEST", "IGOUNO", "SDN"), ("REQUEST", "IGOAFU", "SDN"), 1),
    ],
)
def test_event_level(gold: tuple[str, str, str], mine: tuple[str, str, str], level: int) -> None:
    assert event_level(gold_event(*gold), event(*mine, sentence=BLAMED)) == level


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (BLAMED, BLAMED.upper(), True),
        (BLAMED, f"N'DJAMENA, March 3 -- {BLAMED}", True),
        (BLAMED, BLAMED.replace("near the border town", "by the border town"), True),
        (BLAMED, "Chad's foreign ministry", False),
        (BLAMED, "Sudan blamed Chad.", False),
        (BLAMED, "", False),
        ("!", "?", False),
    ],
)
def test_is_same_sentence(one: str, other: str, same: bool) -> None:
    assert is_same_sentence(one, other) is same
    assert is_same_sentence(other, one) is same


def test_another_mention_will_do() -> None:
    gold = gold_event("ACCUSE", "TCD", "SDN")
    assert event_level(gold, event("ACCUSE", "TCD", "SDN", sentence="The row went on.", also=[BLAMED])) == 4


@pytest.mark.parametrize(
    ("code", "country"),
    [("TCDGOV", "TCD"), ("SDN", "SDN"), ("IGOUNOIAE", "IGOUNO"), ("IGOEUREEC", "IGOEUR"), ("", ""), (None, "")],
)
def test_country_of(code: str | None, country: str) -> None:
    assert country_of(code) == country


def test_events_of_a_story() -> None:
    gold = story(events=(gold_event("ACCUSE", "TCDGOV", "SDN"), gold_event("THREATEN", "SDN", "TCD")))
    events = [
        event("ACCUSE", "TCD", "SDN", sentence=BLAMED),
        event("THREATEN", "TCD", "SDN", sentence=BLAMED),
        event("AID", "FRA", "TCD", sentence=BLAMED),
        event("ACCUSE", "FRA", "SDN", sentence="France joined in later."),
    ]
    measures = score(gold, coding("R1", events=events))
    names = ("event_in_sentence", "event_actor", "event_dyad", "event_full_codes")
    assert figures(measures, *names) == (prf(2, 4, 2), prf(1, 4, 2), prf(1, 4, 2), prf(0, 4, 2))
    assert measures["event_dyad"].hits == ("R1#0",)
    assert measures["event_dyad"].misses == ("R1#1",)
    assert measures["event_dyad:ACCUSE"].figure == prf(1, 2, 1)
    assert measures["event_dyad:THREATEN"].figure == prf(0, 1, 1)
    assert measures["macro_type_dyad_f1"].figure.value == pytest.approx((2 / 3 + 0) / 2)


def test_a_story_that_was_not_coded_counts_as_missed() -> None:
    measures = score(story(events=(gold_event("ACCUSE", "TCD", "SDN"),)), None)
    assert measures["event_dyad"].figure == prf(0, 0, 1)
    assert measures["event_dyad"].misses == ("R1#0",)


@pytest.mark.parametrize(
    ("type", "wanted", "found", "right", "other"),
    [
        ("ACCUSE", "occurred", "occurred", 1, (0, 0, 0)),
        ("ACCUSE", "occurred", "ongoing", 0, (0, 1, 0)),
        ("ASSAULT", "reported-allegation", "alleged", 1, (1, 1, 1)),
        ("ASSAULT", "denied", "occurred", 0, (0, 0, 1)),
        ("AID", "planned", "planned", 1, (1, 1, 1)),
        ("AID", "offered", "planned", 0, (0, 1, 0)),
        ("AGREE", "planned", "occurred", 1, (0, 0, 0)),
        ("AGREE", "planned", "planned", 1, (0, 0, 0)),
        ("AGREE", "conditional", "conditional", 1, (1, 1, 1)),
    ],
)
def test_status(type: str, wanted: str, found: Status, right: int, other: tuple[int, int, int]) -> None:
    gold = story(events=(gold_event(type, "TCD", "SDN", status=wanted),))
    measures = score(gold, coding("R1", events=[event(type, "TCD", "SDN", sentence=BLAMED, status=found)]))
    assert figures(measures, "status_acc", "status_other_than_occurred") == (share(right, 1), prf(*other))


@pytest.mark.parametrize(
    ("gold", "first", "last", "right"),
    [
        ("2009-05-08", "2009-05-08", "2009-05-08", True),
        ("2009-05-08", "2009-05-07", "2009-05-09", True),
        ("2009-05-08", "2009-05-05", "2009-05-08", False),
        ("2009-05-08", "2009-05-09", "2009-05-09", False),
        ("2009-05", "2009-05-01", "2009-05-31", True),
        ("2009-05", "2009-05-30", "2009-06-01", False),
        ("2009", "2009-03-01", "2009-12-31", True),
        ("2009-05-XX", "2009-05-01", "2009-05-31", False),
    ],
)
def test_is_date_in(gold: str, first: str, last: str, right: bool) -> None:
    assert is_date_in(gold, event_date(first, last)) is right


def test_only_dated_gold_events_count_for_the_date() -> None:
    dated = gold_event("ACCUSE", "TCD", "SDN", date="2009-05-08")
    gold = story(events=(dated, gold_event("REJECT", "TCD", "SDN")))
    days = ("2009-05-08", "2009-05-08")
    events = [event("ACCUSE", "TCD", "SDN", sentence=BLAMED, date=days), event("REJECT", "TCD", "SDN", sentence=BLAMED)]
    assert score(gold, coding("R1", events=events))["event_date_acc"].figure == share(1, 1)


def test_quotes() -> None:
    gold = story(
        quotes=(
            {"text": "We know who did this", "speaker": "Moussa Faki", "speaker_code": "TCDGOV"},
            {"text": "the raid was the work of bandits", "speaker": "Ali Karti", "speaker_code": "SDNGOV"},
            {"text": "nobody asked us", "speaker": "the council of elders", "speaker_code": None},
        )
    )
    quotes = [
        quote("We know who did this", speaker=speaker("Mr Faki")),
        quote("the raid was the work of bandits, he thought", speaker=speaker("the minister", "SDNGOV")),
        quote("nobody asked us", speaker=speaker("the chief of police")),
        quote("that all was well", kind="belief", speaker=speaker("Faki")),
        quote("Something else altogether was said"),
    ]
    measures = score(gold, coding("R1", quotes=quotes))
    assert figures(measures, "quote_span", "quote_and_speaker") == (prf(3, 4, 3), prf(2, 4, 3))
    assert measures["quote_and_speaker"].misses == ("R1#quote2",)


def test_dates() -> None:
    golds = [
        ("Monday", "2009-05-04"),
        ("in May", "2009-05"),
        ("last year", "2008"),
        ("at dusk on June 5", "2009-06-05"),
    ]
    gold = story(dates=tuple({"text": text, "value": value} for text, value in golds))
    dates = [
        date("on Monday", "2009-05-04"),
        date("on Monday", "2009-05-04", start=90),
        date("May", "2009-05-11"),
        date("last year", "2008-12"),
        date("dusk on June 5", "2009-06-05TEV", type="TIME"),
        date("two years", "P2Y", type="DURATION"),
        date("recently", "PAST_REF"),
        date("9 a.m.", "2009-05-04T09:00", type="TIME"),
    ]
    measures = score(gold, coding("R1", dates=dates))
    assert figures(measures, "date_span", "date_value") == (prf(3, 3, 4), prf(2, 3, 4))
    assert measures["date_value"].hits == ("R1#date0", "R1#date1")


def test_a_clock_time_that_holds_the_gold_words_counts() -> None:
    gold = story(dates=({"text": "May 5", "value": "2009-05-05"},))
    dates = [date("noon on May 5", "2009-05-05T12:00", type="TIME")]
    assert score(gold, coding("R1", dates=dates))["date_value"].figure == prf(1, 1, 1)


def test_commitments() -> None:
    golds = (
        {"by": "TCDGOV;SDNGOV", "to": None, "kind": "agreement", "outcome": "broken"},
        {"by": "FRA", "to": "TCD", "kind": "offer", "outcome": "pending"},
        {"by": "SDN", "to": "TCD", "kind": "demand", "outcome": "rejected"},
    )
    mine = [
        commitment("SDN", "", "promise", "kept"),
        commitment("FRAGOV", "TCDGOV", "promise"),
        commitment("SDN", "LBY", "demand", "rejected"),
        commitment("SDN", "TCD", "threat"),
    ]
    measures = score(story(commitments=golds), coding("R1", commitments=mine))
    assert measures["commitment"].figure == prf(2, 4, 3)
    assert measures["commitment_outcome_acc"].figure == share(1, 2)
    assert measures["commitment_decided"].figure == prf(0, 1, 1)
