"""Who said what about whom: which parties a quotation is about, and that the rows follow their reports."""

import msgspec
import pytest

from dragoman.records import Entity, Event, Quote, Span, Speaker
from dragoman.store.care import check, forget, mend
from dragoman.store.corrections import Withdrawal
from dragoman.store.quoting import said_in
from dragoman.store.recoding import correct, take_back_correction
from dragoman.store.saving import save
from tests.store.contents import contents
from tests.store.made import DAY, coded, correction, event


def at(text, words):
    return {"text": words, "start": text.index(words), "end": text.index(words) + len(words)}


def entity(text, told):
    """A party as a case has it: its words, its code and, where that is another one, its name."""
    words, code, *name = told.split("/")
    return Entity(**at(text, words), code=code, country=code[:3], sector=code[3:6], name=name[0] if name else words)


def sentence(text, place):
    start = text.rfind(". ", 0, place) + 1
    end = text.find(".", place) + 1 or len(text)
    start += text[start:end].startswith(" ")
    return Span(text=text[start:end], start=start, end=end)


def act(text, told):
    """An event as a case has it: actors | trigger | recipients."""
    actors, trigger, recipients = (part.strip() for part in told.split("|"))
    sides = [tuple(entity(text, one) for one in side.split("; ") if one) for side in (actors, recipients)]
    return Event(
        id=trigger,
        type="ACCUSE",
        actor=sides[0],
        recipient=sides[1],
        status="occurred",
        confidence=0.9,
        trigger=Span(**at(text, trigger)),
        sentence=sentence(text, text.index(trigger)),
        rule="x",
    )


def quotation(text, words, speaker="", cut=()):
    whole = at(text, words)
    spans = [(whole["start"], whole["end"])]
    for gap in cut:
        start = text.index(gap)
        spans[-1:] = [(spans[-1][0], start), (start + len(gap), spans[-1][1])]
    who = None
    if speaker:
        found = entity(text, speaker)
        who = Speaker(text=found.text, start=found.start, end=found.end, name=found.name, code=found.code)
    return Quote(**whole, spans=tuple(spans), kind="indirect", cue=None, speaker=who)


# The text, what is quoted, the speaker, the events that were read, and the parties that the quotation is about.
ABOUT = {
    "named": (
        "Seoul said Japan was late. Japan left.",
        ("Japan was late", "Seoul/KORGOV"),
        ["Japan/JPN | left | "],
        ["JPN"],
    ),
    "named by the fullest name": (
        "Seoul said Barack Obama was late. Obama left.",
        ("Barack Obama was late", "Seoul/KORGOV"),
        ["Obama/USAGOV/Barack Obama | left | "],
        ["USA"],
    ),
    "named by nobody": (
        "Seoul said it was late. Japan left.",
        ("it was late", "Seoul/KORGOV"),
        ["Japan/JPN | left | "],
        [],
    ),
    "not within a word": (
        "Seoul said Japanese ships were late. Japan left.",
        ("Japanese ships were late", "Seoul/KORGOV"),
        ["Japan/JPN/Japan | left | "],
        [],
    ),
    "in its possessive": (
        "Seoul said Japan’s ships and Iran's were late. Japan left. Iran left Oman.",
        ("Japan’s ships and Iran's were late", "Seoul/KORGOV"),
        ["Japan/JPN | left | ", "Iran/IRN | left Oman | "],
        ["IRN", "JPN"],
    ),
    "not in small letters": (
        "Seoul said the north was cold. The North left.",
        ("the north was cold", "Seoul/KORGOV"),
        ["The North/PRK/North Korea | left | "],
        [],
    ),
    "with its article at the beginning": (
        "Seoul said: The North is late. It heard the North, which left.",
        ("The North is late", "Seoul/KORGOV"),
        ["the North/PRK/North Korea | left | "],
        ["PRK"],
    ),
    "not as part of a longer name": (
        "Seoul said the South Sea was calm. Others praised the South in May.",
        ("the South Sea was calm", "Seoul/KORGOV"),
        ["Others/CHN/x | praised | the South/KOR/South Korea"],
        [],
    ),
    "the longer of two names": (
        "Tokyo said New Guinea left. Guinea called. Then New Guinea came.",
        ("New Guinea left", "Tokyo/JPNGOV"),
        ["Guinea/GIN/Guinea | called | ", "New Guinea/PNG | came | "],
        ["PNG"],
    ),
    "never by a pronoun": (
        "Seoul said: He is late. He left. It came. His Korean hosts stayed.",
        ("He is late", "Seoul/KORGOV"),
        ["He/USAGOV/Barack Obama | left | ", "His Korean hosts/PRKGOV | stayed | "],
        [],
    ),
    "US is no pronoun": (
        "Seoul said the US is late. US left.",
        ("the US is late", "Seoul/KORGOV"),
        ["US/USA/United States | left | "],
        ["USA"],
    ),
    "never by a name of two": (
        "Tokyo said Korea is late. Korea met China, Korea agreed.",
        ("Korea is late", "Tokyo/JPNGOV"),
        ["Korea/PRK | met | ", "Korea/KOR | agreed | "],
        [],
    ),
    "a word of small letters is no name": (
        "Tokyo said officials lie. In May officials left.",
        ("officials lie", "Tokyo/JPNGOV"),
        ["officials/PRKGOV | left | "],
        [],
    ),
    "the act told in it": (
        "Seoul said they had struck it at noon.",
        ("they had struck it", "Seoul/KORGOV"),
        ["they/PRKMIL/army | struck | it/CHNMIL/x"],
        ["CHN", "PRK"],
    ),
    "an act of his own told in it": (
        "Seoul said it had helped them at noon.",
        ("it had helped them", "Seoul/KORGOV"),
        ["it/KORGOV/South Korea | helped | them/CHNGOV/x"],
        ["CHN"],
    ),
    "not the act of its cue": (
        "Others who met in Rome said all was well.",
        ("all was well", "Others/CHN"),
        ["Others/CHN/x | met | Rome/ITA/x"],
        ["ITA"],
    ),
    "towards whom he acts": (
        "Pyongyang accused Tokyo of plotting a war.",
        ("plotting a war", "Pyongyang/PRKGOV/North Korea"),
        ["Pyongyang/PRKGOV/North Korea | accused | Tokyo/JPNGOV/Japan"],
        ["JPN"],
    ),
    "not towards whom another acts": (
        "Pyongyang accused Tokyo as Beijing spoke of plotting a war.",
        ("plotting a war", "Beijing/CHNGOV/China"),
        ["Pyongyang/PRKGOV/North Korea | accused | Tokyo/JPNGOV/Japan"],
        [],
    ),
    "not in another sentence": (
        "Pyongyang accused Tokyo. Pyongyang said nothing would change.",
        ("nothing would change", "Pyongyang/PRKGOV/North Korea"),
        ["Pyongyang/PRKGOV/x | accused | Tokyo/JPNGOV/Japan"],
        [],
    ),
    "himself where he is named": (
        "Ri said North Korea would win. North Korea left.",
        ("North Korea would win", "Ri/PRKGOV"),
        ["North Korea/PRK | left | "],
        ["PRK"],
    ),
    "a speaker that nobody knows": (
        "One said they had struck at noon. Japan left.",
        ("they had struck", "One//one"),
        ["they/PRKMIL/army | struck | Japan/JPN"],
        ["JPN", "PRK"],
    ),
    "no speaker": (
        "It is said that Japan was late. Japan left.",
        ("Japan was late", ""),
        ["Japan/JPN | left | "],
        ["JPN"],
    ),
    "what is not coded": (
        "Seoul said Nobody was late. Nobody left.",
        ("Nobody was late", "Seoul/KORGOV"),
        ["Nobody//Nobody | left | "],
        [],
    ),
    "a body without a state": (
        "Seoul said the UN was late. The UN left.",
        ("the UN was late", "Seoul/KORGOV"),
        ["UN/IGOUNO/United Nations | left | "],
        ["IGOUNO"],
    ),
}


@pytest.mark.parametrize("case", ABOUT)
def test_about_whom(case):
    text, (words, speaker), acts, about = ABOUT[case]
    (said,) = said_in([quotation(text, words, speaker)], [act(text, told) for told in acts])
    assert list(said.about) == about


def test_the_cue_within_a_quotation_is_none_of_it():
    text = "We wait, said Obama of Japan, and hope. Japan left."
    whole = quotation(text, "We wait, said Obama of Japan, and hope", "Obama/USAGOV", cut=(" said Obama of Japan,",))
    (said,) = said_in([whole], [act(text, "Japan/JPN | left | ")])
    assert (said.words, said.about) == ("We wait, said Obama of Japan, and hope", ())


def test_the_parts_of_a_statement():
    text = "KCNA, quoting Ri, said Japan lied."
    quote = quotation(text, "Japan lied", "Ri/PRKGOV/Ri Yong-ho")
    via = Speaker(**at(text, "KCNA"), name="Korean Central News Agency", code="PRKJRN")
    (said,) = said_in([msgspec.structs.replace(quote, via=via, cue=Span(**at(text, "said")))], [])
    assert said == (
        23,
        33,
        "indirect",
        "Ri Yong-ho",
        "PRKGOV",
        "PRK",
        "Korean Central News Agency",
        "PRKJRN",
        "said",
        "Japan lied",
        (),
    )


# In the store


TEXT = "North Korea condemned Japan. Ri said Japan would pay. Others said nothing."
SAID = (quotation(TEXT, "Japan would pay", "Ri/PRKGOV"), quotation(TEXT, "nothing", "Others//others"))


def telling(id="one", quotes=SAID, **head):
    condemned = act(TEXT, "North Korea/PRK | condemned | Japan/JPN")
    coding = coded(id, msgspec.structs.replace(condemned, id=f"{id}-1"), **head)
    return msgspec.structs.replace(coding, quotes=quotes)


def rows(store):
    found = contents(store)
    return found["statements"], found["about"]


def test_rows_come_and_go_with_their_report(store, ontology):
    save(store, telling(publisher="Wire"), ontology, words=TEXT)
    statements, about = rows(store)
    assert statements == [
        "('one', 37, 52, 'indirect', 'Ri', 'PRKGOV', 'PRK', '', '', '2013-03-08', '', 'Japan would pay')",
        "('one', 66, 73, 'indirect', 'others', '', '', '', '', '2013-03-08', '', 'nothing')",
    ]
    assert about == ["('one', 37, 52, 'Japan would pay', 'JPN', '2013-03-08', 'PRK')"]
    assert contents(store)["volume"] == ["('2013-03-08', 'Wire', 1)"]
    save(store, coded("one", event("new"), publisher="Gazette"), ontology, words="Another text.")
    assert rows(store) == ([], [])
    assert contents(store)["volume"] == ["('2013-03-08', 'Gazette', 1)"]
    save(store, telling("two", published=None), ontology, words=TEXT)
    assert [row[:20] for row in rows(store)[1]] == ["('two', 37, 52, 'Jap"]
    assert contents(store)["volume"] == ["('0001-01-01', '', 1)", "('2013-03-08', 'Gazette', 1)"]
    assert list(check(store)) == []
    forget(store, "one", ontology)
    forget(store, "two", ontology)
    assert (rows(store), contents(store)["volume"]) == (([], []), [])


def test_another_coding_of_the_same_text(store, ontology):
    save(store, telling(), ontology, words=TEXT)
    save(store, telling(quotes=SAID[1:]), ontology)
    assert [len(part) for part in rows(store)] == [1, 0]
    assert list(check(store)) == []


def test_what_a_person_corrects_changes_whom_it_is_about(store, ontology):
    pyongyang = quotation(TEXT, "condemned Japan", "North Korea/PRK")
    save(store, telling(quotes=(pyongyang,)), ontology, words=TEXT)
    before = rows(store)
    assert [eval(row)[4] for row in before[1]] == ["JPN"]
    correct(store, correction(start=12, end=21, wrong=True), ontology)
    assert rows(store) == (before[0], [])
    assert list(check(store)) == []
    take_back_correction(store, "one", 12, 21, Withdrawal("a person", "it was right", DAY), ontology)
    assert rows(store) == before


def test_what_stands_in_a_codings_statements_is_found_wherever_it_differs(store, ontology):
    save(store, telling(), ontology, words=TEXT)
    save(store, telling("old"), ontology, words=TEXT)
    save(store, coded("old", event("new")), ontology, words="Corrected.")
    before = contents(store)
    with store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO about SELECT 'CHN', day, key, speaker_party FROM statement")
        connection.exec_driver_sql("UPDATE statement SET article = 2 WHERE words = 'nothing'")
    assert [flaw.message[:9] for flaw in check(store) if flaw.kind == "statements"] == ["2 reports"]
    mend(store)
    assert contents(store) == before
    assert list(check(store)) == []


def test_half_a_surrogate_and_nul(store, ontology):
    text = "Ri said Japan\0would."
    save(store, telling(quotes=(quotation(text, "Japan\0would", "Ri/PRKGOV"),)), ontology)
    assert "Japan\N{REPLACEMENT CHARACTER}would" in rows(store)[0][0]
    assert list(check(store)) == []
