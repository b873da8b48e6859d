"""Time expressions: the table of cases, the laws that hold for any text, and time that grows with the text alone."""

import datetime
import time
import tomllib
from pathlib import Path

import pytest

import dragoman
from dragoman.errors import ModelError, RuleError
from dragoman.find.dates import READERS, date_of_dateline, find_dates
from dragoman.find.dates.calendars import easter
from dragoman.find.dates.words import DateWords
from dragoman.parse import parse_all
from dragoman.records import Article, Document, Sentence, Token

FILE = Path(dragoman.__file__).parent / "data" / "lexicon" / "dates.toml"
WORDS = DateWords.load(FILE)
TABLE = tomllib.loads(Path(__file__).with_name("dates.toml").read_text(encoding="utf-8"))
CASES, DATELINES = TABLE["case"], TABLE["dateline"]
PUBLISHED = "2013-06-17"


def day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    articles = [
        (Article(id=str(i), text=case["text"], published=day(case.get("published", PUBLISHED))), None)
        for i, case in enumerate(CASES)
    ]
    try:
        return list(parse_all(articles))
    except ModelError as error:
        pytest.skip(error.message)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["text"] for case in CASES])
def test_case(number: int, documents: list[Document]) -> None:
    found = find_dates(documents[number], WORDS)
    rows = [[date.text, date.type, date.value, str(date.first or ""), str(date.last or "")] for date in found]
    assert rows == CASES[number]["dates"]


def test_spans_lie_in_the_text_and_do_not_overlap(documents: list[Document]) -> None:
    for document in documents:
        end = 0
        for date in find_dates(document, WORDS):
            assert date.text == document.article.text[date.start : date.end]
            assert date.start >= end
            assert (date.first is None) == (date.last is None)
            assert date.first is None or date.last is None or date.first <= date.last
            end = date.end


@pytest.mark.parametrize("case", DATELINES, ids=[case["text"] for case in DATELINES])
def test_dateline(case: dict[str, str]) -> None:
    assert date_of_dateline(case["text"], WORDS) == day(case["with_year"])
    assert date_of_dateline(case["text"], WORDS, around=datetime.date(2013, 6, 18)) == day(case["around"])


def test_every_rule_has_its_reader() -> None:
    assert {rule.how for rule in WORDS.rules} - {"never"} == set(READERS)


def test_easter() -> None:
    known = ("1954-04-18", "1981-04-19", "2000-04-23", "2013-03-31", "2038-04-25", "2049-04-18", "2076-04-19")
    assert [easter(int(text[:4])).isoformat() for text in known] == list(known)


def listed(text: str, size: int = 400) -> Document:
    """A document whose sentences are runs of words without any grammar."""
    places, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        places.append((at, at + len(word)))
        at += len(word)
    runs = [places[k : k + size] for k in range(0, len(places), size)]
    sentences = tuple(_run(text, run, i) for i, run in enumerate(runs))
    return Document(article=Article(id="list", text=text, published=day(PUBLISHED)), sentences=sentences)


def _run(text: str, run: list[tuple[int, int]], index: int) -> Sentence:
    tokens = tuple(
        Token(
            i=i, start=a, end=b, text=text[a:b], lemma=text[a:b], pos="X", tag="FW", head=max(i - 1, 0), relation="dep"
        )
        for i, (a, b) in enumerate(run)
    )
    below = tuple((i + 1,) if i + 1 < len(run) else () for i in range(len(run)))
    return Sentence(index=index, start=run[0][0], end=run[-1][1], tokens=tokens, children=below)


@pytest.mark.parametrize("piece", ["May ", "March 5 ", "1,", "5 and 6 March ", "2012, ", "the same day ", "a half "])
def test_time_grows_with_the_text_alone(piece: str) -> None:
    def seconds(repeats: int) -> float:
        """Processor time of the quickest of three runs: what else the machine does is not the text's."""
        document = listed(piece * repeats)
        runs = []
        for _ in range(3):
            begun = time.process_time()
            find_dates(document, WORDS)
            runs.append(time.process_time() - begun)
        return min(runs)

    seconds(100)
    # Eight times the text in square time would take 64 times as long; the slack is for a busy machine.
    assert seconds(8000) < 30 * max(seconds(1000), 0.01)


@pytest.mark.parametrize(
    "text", ["9999-12-31 and the following week", "0001-01-01, a century earlier", "31/12/9999 next week"]
)
@pytest.mark.parametrize("published", ["0001-01-01", "2013-06-17", "9999-12-31"])
def test_the_ends_of_the_calendar(text: str, published: str) -> None:
    document = listed(text)
    article = Article(id="end", text=text, published=day(published))
    find_dates(Document(article=article, sentences=document.sentences), WORDS)


@pytest.mark.parametrize(
    ("old", "new"),
    [('how = "iso"', "how ="), ('pattern = "iso:ISO"', 'pattern = "iso:UNHEARD"')],
    ids=["toml", "class"],
)
def test_a_wrong_file_is_named(old: str, new: str, tmp_path: Path) -> None:
    path = tmp_path / "dates.toml"
    path.write_text(FILE.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        DateWords.load(path)
    assert str(path) in str(caught.value)
