"""What briefings say: every type, mode, status, kind and standing has its words, and they read well."""

import itertools
from typing import get_args

import pytest

from dragoman.brief.wording import Wording
from dragoman.records import CommitmentKind, Standing, Status
from dragoman.rules import DATA, Rules
from dragoman.rules.tables import read_toml
from dragoman.views.names import Names

RULES = Rules.load()
FORMS = {"past", "alone", "base", "base_alone"}


@pytest.fixture(scope="module")
def words():
    return Wording(Names(RULES), RULES)


@pytest.mark.parametrize("type", RULES.ontology.types)
def test_every_act_has_its_words(words, type):
    table = read_toml(DATA / "brief" / "acts.toml")[type]
    modes = {name: forms for name, forms in table.items() if isinstance(forms, dict)}
    assert set(modes) <= set(RULES.ontology.types[type].modes)
    for forms in ({name: form for name, form in table.items() if name not in modes}, *modes.values()):
        assert set(forms) in (FORMS, FORMS | {"jointly", "base_jointly"})
    for mode, status, whom in itertools.product(["", *RULES.ontology.types[type].modes], get_args(Status), ("", "JPN")):
        said = words.act(type, mode, status, "PRK", whom)
        assert said.startswith("North Korea ")
        assert said.endswith("Japan" if whom else said[-1])
        assert "  " not in said


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (("ACCUSE", "", "occurred", "USAGOV", "PRK"), "The United States accused North Korea"),
        (("ACCUSE", "", "occurred", "PRK", "USAGOV"), "North Korea accused the United States"),
        (("ACCUSE", "allege", "occurred", "PRK", "IGOUNO"), "North Korea accused the United Nations"),
        (("ACCUSE", "", "alleged", "PRK", ""), "North Korea allegedly accused or blamed others"),
        (("AID", "", "planned", "KOR;USA", "PRK"), "South Korea and the United States plan to give aid to North Korea"),
        (("AID", "", "planned", "KOR", "PRK"), "South Korea plans to give aid to North Korea"),
        (("ASSAULT", "", "negated", "PRK", "KOR"), "North Korea did not attack South Korea"),
        (("ASSAULT", "", "conditional", "KOR", "PRK"), "South Korea would attack North Korea"),
        (("COOPERATE", "", "occurred", "KOR;USA", ""), "South Korea and the United States worked together"),
        (("COOPERATE", "", "planned", "KOR;USA", ""), "South Korea and the United States plan to work together"),
        (("AGREE", "", "occurred", "KOR;PRK", ""), "South Korea and North Korea made an agreement"),
        (("CONSULT", "", "cancelled", "KOR;PRK", ""), "South Korea and North Korea no longer plan to hold talks"),
        (("COERCE", "arrest", "occurred", "PRKGOV", "PRKCVL"), "North Korea, government arrested people of North Korea, civilians"),
        (("ACCUSE", "", "occurred", "", "PRK"), "Somebody not named accused North Korea"),
        (("CONSULT", "", "occurred", "PRK;KOR;CHN;USA;JPN;RUS", ""), "North Korea, South Korea, China and 3 more held talks"),
    ],
)  # fmt: skip
def test_acts_read_well(words, act, said):
    assert words.act(*act) == said


@pytest.mark.parametrize(("kind", "standing"), [*itertools.product(get_args(CommitmentKind), get_args(Standing))])
def test_everything_that_becomes_of_a_commitment_has_its_words(words, kind, standing):
    aimed = words.turned(kind, standing, ("PRKGOV",), ("USAGOV",))
    assert "North Korea" in aimed
    assert "United States" in aimed
    alone = words.turned(kind, standing, ("PRKGOV",), ())
    assert "North Korea" in alone
    assert "{" not in aimed + alone
    assert words.became(kind, standing)


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        (("promise", "broken", ("PRKGOV",), ("USAGOV",)), "North Korea broke a promise to the United States"),
        (("threat", "kept", ("USAGOV",), ("PRKGOV", "SYRGOV")), "The United States carried out a threat against North Korea and Syria"),
        (("offer", "rejected", ("KORGOV",), ("PRKGOV",)), "North Korea rejected an offer of South Korea"),
        (("demand", "kept", ("IGOUNO",), ("PRKGOV",)), "North Korea met a demand of the United Nations"),
        (("agreement", "cancelled", ("PRKGOV", "KORGOV"), ()), "An agreement between North Korea and South Korea was cancelled"),
        (("agreement", "broken", ("PRKGOV",), ()), "North Korea broke an agreement"),
        (("promise", "no evidence", ("PRKGOV",), ("PRKCVL",)), "A promise of North Korea fell due"),
    ],
)  # fmt: skip
def test_turns_read_well(words, turn, said):
    assert words.turned(*turn) == said


@pytest.mark.parametrize(
    ("name", "code", "who"),
    [
        ("Barack Obama", "USAGOV", "Barack Obama"),
        ("North", "PRKGOV", "North Korea"),
        ("the South", "KOR", "South Korea"),
        ("South's defence ministry", "KORGOV", "South Korea’s defence ministry"),
        ("South’s defence ministry", "KORGOV", "South Korea’s defence ministry"),
        ("officials", "USAGOV", ""),
        ("North", "", ""),
        ("", "", ""),
    ],
)
def test_who_speaks_is_named_so_that_one_knows(words, name, code, who):
    assert words.who(name, code) == who
