"""Reports that say nearly the same: which of them stay does not depend on order, units or chance."""

import json
import random
from collections import Counter

import numpy as np
import pytest

from dragoman.errors import InputError
from dragoman.read.bulk import Unit, read_unit, units
from dragoman.read.readings import Reading, failure
from dragoman.records import Article
from dragoman.resolve import near_duplicates
from dragoman.resolve.near_duplicates import sketched, without_near
from dragoman.resolve.sketches import ALIKE, BANDS, ROWS, SLOTS, band, likeness, runs, sketch

WORDS = [
    f"{first}{second}" for first in "bcdfgklmnprstvwz" for second in ("a", "en", "ilo", "or", "ust", "yga", "ech", "im")
]


def story(seed: int, words: int = 200) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words)).capitalize() + "."


def edited(text: str, changes: int, seed: int = 1) -> str:
    """The text with so many single words replaced, evenly spread."""
    words = text.split()
    for k in range(changes):
        words[(2 * k + 1) * len(words) // (2 * changes)] = f"Other{seed}{k}"
    return " ".join(words)


def reading(id: str, text: str, place: int = 0, end: int | None = None) -> Reading:
    article = Article(id=id, text=text)
    return Reading(article=article, story_end=len(text) if end is None else end, where=f"reports.jsonl:{place}")


def thinned(reports, size: int = 3):
    """The ids that are left out with those that stay in their stead, and what was counted; units of `size` reports."""
    given = [
        (Unit(kind="lines", path="reports.jsonl", start=k, digest=str(k)), reports[k : k + size])
        for k in range(0, len(reports), size)
    ]
    counts: Counter[str] = Counter()
    found = list(without_near((sketched(unit, held) for unit, held in given), counts))
    assert [unit.start for unit in found] == [unit.start for unit, _ in given]
    keys = {near_duplicates.key_of(one): one.article.id for one in reports if isinstance(one, Reading)}
    return sorted((keys[key], other) for unit in found for key, other in unit.near), counts


def jaccard(one: str, other: str) -> float:
    a, b = set(runs(one)), set(runs(other))
    return len(a & b) / len(a | b)


class TestChoice:
    @pytest.mark.parametrize(
        ("other", "is_near"),
        [
            (story(1), True),
            (edited(story(1), 1), True),
            (edited(story(1), 4), True),
            (edited(story(1), 20), False),
            (story(1).upper(), True),
            (story(1).replace(" ", "\n\n"), True),
            ("HARBOUR CITY (Wire) - " + story(1), True),
            (" ".join(story(1).split()[:190]), True),
            (" ".join(story(1).split()[:100]), False),
            (story(1) + " " + story(3), False),
            (story(2), False),
            (" ".join(reversed(story(1).split())), False),
        ],
    )
    def test_pairs(self, other, is_near):
        """The smallest id stays, whichever comes first."""
        for first, second in (
            (reading("a", story(1)), reading("b", other)),
            (reading("b", other), reading("a", story(1))),
        ):
            assert thinned([first, second])[0] == ([("b", "a")] if is_near else [])

    @pytest.mark.parametrize("other", ["Chad thanked Mali.", "Chad thanked Sudan again.", "Sudan thanked Chad."])
    def test_short_texts(self, other):
        assert thinned([reading("a", "Chad thanked Sudan."), reading("b", other)])[0] == []
        assert thinned([reading("a", other), reading("b", other.upper())])[0] == [("b", "a")]

    def test_what_follows_the_story_does_not_count(self):
        one, other = story(1), story(1) + "\n\nSign up here. " + story(9)
        assert thinned([reading("a", one), reading("b", other, end=len(one))])[0] == [("b", "a")]

    def test_each_that_goes_is_like_one_that_stays(self):
        """Of a chain whose ends are not alike both ends stay."""
        words = story(1, 300).split()
        chain = [" ".join(words[start : start + 200]) for start in (0, 16, 32)]
        assert min(jaccard(chain[0], chain[1]), jaccard(chain[1], chain[2])) > ALIKE + 0.03
        assert jaccard(chain[0], chain[2]) < ALIKE - 0.05
        assert thinned([reading(id, text) for id, text in zip("abc", chain, strict=True)])[0] == [("b", "a")]

    def test_versions_of_one_report_stay(self):
        reports = [
            reading("a", story(1), 1),
            reading("a", edited(story(1), 1), 2),
            reading("b", edited(story(1), 2), 3),
        ]
        near, counts = thinned(reports)
        assert near == [("b", "a")]
        assert counts == Counter(reports=3, near=1, versions=1, copies=0)

    def test_the_very_same_report_stays_once(self):
        reports = [reading("a", story(1), place) for place in range(3)] + [reading("b", story(2), 4)]
        near, counts = thinned(reports)
        assert near == [("a", "a"), ("a", "a")]
        assert counts == Counter(reports=4, near=2, copies=2, versions=0)

    def test_failures_are_passed_over(self):
        bad = failure(InputError("bad", kind="json"), "reports.jsonl:2")
        assert thinned([reading("a", story(1)), bad, reading("b", story(1))])[0] == [("b", "a")]

    def test_nothing(self):
        assert thinned([]) == ([], Counter(reports=0, near=0, copies=0, versions=0))


@pytest.fixture(scope="module")
def reports():
    """Clusters of several sizes around stories, chains, versions and copies among them."""
    source = random.Random(7)
    texts = []
    for seed in range(60):
        base = story(seed)
        texts.append(base)
        texts.extend(edited(base, source.choice([0, 1, 3, 8, 12]), k) for k in range(source.choice([0, 0, 1, 2, 9])))
    ids = [f"{source.randrange(10**6):06}" for _ in texts]
    reports = [reading(id, text, place) for place, (id, text) in enumerate(zip(ids, texts, strict=True))]
    return reports + [
        reading(one.article.id, edited(one.article.text, 1, 5), 1_000 + k) for k, one in enumerate(reports[:9])
    ]


class TestOrder:
    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("size", [1, 7, 1_000])
    def test_order_and_units_do_not_matter(self, reports, seed, size):
        expected = thinned(reports, 16)
        shuffled = list(reports)
        random.Random(seed).shuffle(shuffled)
        assert thinned(shuffled, size) == expected
        assert expected[1]["near"] > 50

    def test_pieces_do_not_matter(self, reports, monkeypatch):
        expected = thinned(reports)
        monkeypatch.setattr(near_duplicates, "CHUNK", 2)
        assert thinned(reports) == expected

    def test_it_is_what_comparing_all_with_all_gives(self, reports):
        """As far as sketches tell: the same rule without bands, files and groups."""
        ordered = sorted(
            reports, key=lambda one: (one.article.id, near_duplicates._number(f"{one.article.id}\0{one.article.text}"))
        )
        sketches = sketch([one.article.text for one in ordered])
        kept, expected = [], []
        for k, one in enumerate(ordered):
            alike = likeness(sketches[k], sketches[kept]) >= ALIKE if kept else []
            other = next(
                (
                    j
                    for j, is_alike in zip(kept, alike, strict=True)
                    if is_alike and ordered[j].article.id != one.article.id
                ),
                None,
            )
            if other is None:
                kept.append(k)
            else:
                expected.append((one.article.id, ordered[other].article.id))
        assert thinned(reports)[0] == sorted(expected)


class TestSketches:
    def test_they_depend_on_one_text_alone(self):
        texts = [story(k) for k in range(20)]
        together = sketch(texts)
        assert together.shape == (20, SLOTS)
        assert all((sketch([text])[0] == row).all() for text, row in zip(texts, together, strict=True))

    @pytest.mark.parametrize("changes", [1, 4, 8, 16, 32])
    def test_they_tell_how_much_is_the_same(self, changes):
        pairs = [(story(k), edited(story(k), changes)) for k in range(40)]
        ones, others = sketch([one for one, _ in pairs]), sketch([other for _, other in pairs])
        told = [float(likeness(one, np.array([other]))[0]) for one, other in zip(ones, others, strict=True)]
        true = [jaccard(one, other) for one, other in pairs]
        assert abs(np.mean(told) - np.mean(true)) < 0.03

    def test_texts_that_are_alike_share_a_band(self):
        pairs = [(story(k), edited(story(k), 6)) for k in range(200)]
        assert 0.8 < np.mean([jaccard(*pair) for pair in pairs]) < 0.86
        ones, others = sketch([one for one, _ in pairs]), sketch([other for _, other in pairs])
        shared = np.zeros(len(pairs), dtype=bool)
        for number in range(BANDS):
            shared |= band(ones, number) == band(others, number)
        assert BANDS * ROWS <= SLOTS
        assert shared.mean() >= 0.98


def test_with_files(tmp_path):
    """From files to what is coded, over formats and units."""

    def line(id, text):
        return json.dumps({"id": id, "text": text}) + "\n"

    talks = "The minister of Chad thanked Sudan for its help on Monday, and the two agreed to meet in the spring in Khartoum. "
    one = (
        talks
        + "The harbour of the city will be open to ships of both countries, said officials who knew of the talks. " * 2
    )
    (tmp_path / "a.jsonl").write_text(
        line("b", one) + line("c", "France accused Mali of breaking the ceasefire on Friday.")
    )
    (tmp_path / "b.jsonl").write_text(line("a", one.replace("Monday", "Tuesday")) + "{broken\n")
    counts: Counter[str] = Counter()
    found = list(without_near((sketched(unit, read_unit(unit)) for unit in units([tmp_path], size=1)), counts))
    coded = [each.article.id for unit in found for each in read_unit(unit) if isinstance(each, Reading)]
    assert coded == ["c", "a"]
    assert counts["near"] == 1
    changed = [unit.digest != old.digest for unit, old in zip(found, units([tmp_path], size=1), strict=True)]
    assert changed == [True, False, False, False]
