"""What briefings say: an event as a headline, what became of a commitment, counts in sentences."""

import datetime
import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dragoman.brief.briefings import Count
from dragoman.export.pages import days_in_words
from dragoman.records import CommitmentKind, Standing, Status
from dragoman.resolve.tellings import BODIES, party_of
from dragoman.rules import DATA, Rules
from dragoman.rules.tables import read_toml
from dragoman.views.headlines import PAST
from dragoman.views.names import WORDS, Names

FOLDER = DATA / "brief"
# Characters of a headline; a mailbox shows about half of that of a subject, a telephone less.
HEADLINE = 110
# Characters of the shortest piece of a sentence that still tells something.
LEAST = 30
# Words of the longest name that a sentence is looked at for.
LONGEST = 5
# Parties that are named in a line; of more only how many they are.
NAMED = 3
# Where the beginning of a sentence can end.
BREAK = re.compile(r"(?:,|;| –| -|:) ")
NOBODY = "Somebody not named"


class Wording:
    """Words for parties, events and commitments; made once from what the lexicon and the tables hold."""

    def __init__(self, names: Names, rules: Rules) -> None:
        self._names, self._known = names, rules.lexicon.names
        self._acts, self._words, self._status = _tables()

    def party(self, code: str) -> str:
        """The name of a party as it stands within a sentence: "the United States"."""
        name = self._names.of(code)
        is_body = code.startswith(BODIES) and " " in name
        needs = is_body or party_of(code) in self._words["the"]["codes"]
        return f"the {name}" if needs and not name.lower().startswith("the ") else name

    def name(self, code: str) -> str:
        """The name of a party where it stands alone."""
        return self._names.of(code)

    def parties(self, codes: Iterable[str]) -> str:
        """Whole parties in a row: "North Korea, South Korea and the United States"."""
        return listed([self.party(code) for code in dict.fromkeys(party_of(code) for code in codes if code)])

    def act(self, type: str, modes: str, status: Status, actor: str, recipient: str) -> str:
        """An event as a headline: who, what, to whom; codes and modes are joined by ";"."""
        who, whom = actor.split(";"), recipient.split(";")
        doers, others = set(map(party_of, filter(None, who))), set(map(party_of, filter(None, whom)))
        # A state's branches are named where it acts on itself.
        name = self._parts if doers & others else self.parties
        words = self._acts[type] | self._acts[type].get(modes.partition(";")[0], {})
        said = _done(words, status, is_aimed=bool(others), are_many=len(doers) > 1)
        return begun(f"{name(who) or NOBODY} {said} {name(whom)}".strip())

    def _parts(self, codes: Iterable[str]) -> str:
        return listed([self.party(code) for code in codes if code])

    def remark(self, status: Status) -> str:
        """What is to be known of an event besides; "" of one that happened."""
        return "" if status == "occurred" else self._status[status]

    def turned(self, kind: CommitmentKind, standing: Standing, by: Sequence[str], to: Sequence[str]) -> str:
        """What happened to a commitment, in a line: "North Korea broke a promise to the United States"."""
        forms = self._words[kind][standing]
        bound, others = ({party_of(code) for code in codes} for codes in (by, to))
        if others - bound:
            return begun(
                forms["to"].format(by=self.parties(by), to=self.parties(c for c in to if party_of(c) not in bound))
            )
        form = forms.get("jointly", forms["alone"]) if len(bound) > 1 else forms["alone"]
        return begun(form.format(by=self.parties(by) or NOBODY))

    def became(self, kind: CommitmentKind, standing: Standing) -> str:
        """How a commitment stands, in a word or two: "broken", of a threat "carried out"."""
        words: dict[str, str] = self._words["became"] | self._words.get(f"became_of_{kind}", {})
        return words[standing]

    def kinds(self, kind: CommitmentKind, many: int) -> str:
        """A number of commitments of a kind: "2 threats"."""
        return f"{many:,} {self._words['kind'][kind][many != 1]}"

    def told(self, sentence: str, reach: int = 0) -> str:
        """A sentence as a headline, cut where it can be but behind `reach`; "" where it would not be understood alone.

        It has to begin with somebody whom all know by that name: not "It also condemned the launch".
        """
        if not self._is_clear(sentence):
            return ""
        if len(sentence) <= HEADLINE:
            return _whole(" ".join(sentence.split()).rstrip("."))
        ends = [found.start() for found in BREAK.finditer(sentence, reach) if LEAST <= found.start() < HEADLINE - 2]
        return _whole(" ".join(sentence[: ends[-1]].split()), " …") if ends else ""

    def _is_clear(self, sentence: str) -> bool:
        """Whether a sentence begins with a name, or with a title before one."""
        words = sentence.removeprefix("The ").split()[: LONGEST + 1]
        starts = words, words[1:] if words[:1] != [words[0].lower()] else []
        return any(
            " ".join(some[:many]).rstrip(",") in self._known for some in starts for many in range(1, LONGEST + 1)
        )

    def who(self, name: str, code: str) -> str:
        """Who speaks, where only a part of a name stands there: "North Korea" for "the North"; "" for nobody known."""
        plain = name.removeprefix("The ").removeprefix("the ")
        if plain in self._words["vague"]["names"]:
            return self.name(party_of(code)) if code else ""
        first, mark, rest = plain.replace("’", "'").partition("'s ")
        if mark and first in self._words["vague"]["names"] and code:
            return f"{self.name(party_of(code))}’s {rest}"
        return "" if plain == plain.lower() else name


@functools.cache
def _tables() -> tuple[Mapping[str, Any], Mapping[str, Any], dict[str, str]]:
    """The tables of acts and of other words, and what the pages call a status."""
    return read_toml(FOLDER / "acts.toml"), read_toml(FOLDER / "words.toml"), dict(read_toml(WORDS)["status"])


def _done(words: dict[str, str], status: Status, *, is_aimed: bool, are_many: bool) -> str:
    form = "jointly" if are_many and "jointly" in words else "alone"
    if status in PAST:
        return PAST[status] + words["past" if is_aimed else form]
    said = {
        "planned": "plan to " if are_many else "plans to ",
        "conditional": "would ",
        "negated": "did not ",
        "cancelled": "no longer plan to " if are_many else "no longer plans to ",
    }
    return said[status] + words["base" if is_aimed else f"base_{form}"]


def _whole(words: str, ending: str = "") -> str:
    """Words, where no quotation is torn apart in them."""
    is_torn = words.count('"') % 2 or words.count("“") != words.count("”")
    return "" if is_torn else words + ending


def begun(words: str) -> str:
    """Words as the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def listed(words: Sequence[str], most: int = NAMED) -> str:
    """Words in a row, of many the first ones and how many more there are.

    >>> listed(["a", "b", "c"]), listed(["a", "b", "c", "d", "e"])
    ('a, b and c', 'a, b, c and 2 more')
    """
    shown = [*words] if len(words) <= most + 1 else [*words[:most], f"{len(words) - most} more"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def counted(count: Count, word: str = "distinct event") -> str:
    """How many events in how many reports, in words.

    >>> counted(Count(events=3, reports=1))
    '3 distinct events in 1 report'
    """
    return f"{numbered(count.events, word)} in {numbered(count.reports, 'report')}"


def numbered(many: int, word: str) -> str:
    """A number of things: "1 report", "1,200 reports"."""
    return f"{many:,} {word}{'' if many == 1 else 's'}"


def cut(words: str, most: int) -> str:
    """The beginning of words in one line, cut at a space.

    >>> cut("several words in a row", 15)
    'several words …'
    """
    line = " ".join(words.split())
    return line if len(line) <= most else (line[: most - 1].rpartition(" ")[0] or line[: most - 2]) + " …"


def mended(words: str) -> str:
    """A quotation with the mark that closes it, where that stands just behind it in the report.

    >>> mended('the launch a "provocative act')
    'the launch a "provocative act"'
    """
    if words.count('"') % 2:
        return f'"{words}' if words.endswith('"') else f'{words}"'
    missing = words.count("“") - words.count("”")
    return words + "”" if missing > 0 else "“" * -missing + words


@functools.cache
def short_days(first: datetime.date, last: datetime.date) -> str:
    """Some days in few letters: "3–9 Dec", "28 Nov – 4 Dec".

    >>> short_days(datetime.date(2012, 12, 3), datetime.date(2012, 12, 9))
    '3–9 Dec'
    """
    if first == last:
        return f"{first.day} {first:%b}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {last:%b}"
    return f"{first.day} {first:%b} – {last.day} {last:%b}"


def in_days(first: datetime.date, last: datetime.date) -> str:
    """When, within a sentence: "on 12 December 2012", "from 6 to 12 December 2012"."""
    if first == last:
        return f"on {days_in_words(first, last)}"
    if " – " in days_in_words(first, last):
        begin, _, end = days_in_words(first, last).partition(" – ")
        return f"from {begin} to {end}"
    return f"in {days_in_words(first, last)}"
