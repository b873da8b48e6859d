"""Lengths of time and what is counted by them: "two years", "three days ago", "two weeks later", "every week"."""

import datetime
from fractions import Fraction

from dragoman.find.dates import calendars
from dragoman.find.dates.timelines import Reading, Story, dated
from dragoman.find.dates.words import Hit

SIZE_OF_UNIT = {
    "D": "day",
    "WE": "weekend",
    "W": "week",
    "M": "month",
    "3M": "quarter",
    "Y": "year",
    "10Y": "year",
    "100Y": "year",
}
"""The stretch of the calendar that each unit counts; "ten years ago" and "a decade ago" are both years."""
HALVES = {"Y": "6M", "D": "T12H", "TH": "30M", "TM": "30S"}
"""What half of a unit adds to a length: "two and a half years" is P2Y6M."""
UNIT = ("UNIT", "UNITS")


def count_of(hit: Hit) -> Fraction | None:
    """How many units: a number, None where the words do not say ("several", "two or three")."""
    texts = [text for text in hit.texts("count") if text not in {"of", "-"}]
    if not texts or set(texts) & {"or", "to"} or hit.value("count", "SOME") is not None:
        return None
    if texts[0] == "half":
        return Fraction(1, 2)
    if texts[0] == "a" and len(texts) > 1:
        return {"couple": Fraction(2), "dozen": Fraction(12), "hundred": Fraction(100)}.get(texts[1])
    numbers = [number for number in (_number(hit, text) for text in texts) if number is not None]
    if "/" in texts and len(numbers) == 3 and numbers[2]:
        return numbers[0] + numbers[1] / numbers[2]
    if "half" in texts:
        return numbers[0] + Fraction(1, 2)
    if len(numbers) == 2:
        tens, ones = numbers
        return tens + ones if tens % 10 == 0 and 20 <= tens < 100 and ones < 10 else None
    return numbers[0] if numbers else None


def _number(hit: Hit, text: str) -> Fraction | None:
    value = hit.words.value(text, "NUMBER", "A")
    if isinstance(value, int):
        return Fraction(value)
    digits = text.replace(",", "")
    # A numeral too long to count by is no length of time.
    return Fraction(digits) if digits[:1].isdigit() and len(digits) < 12 and digits.isascii() else None


def length(count: Fraction | None, unit: str, *, one: bool = False) -> str:
    """A length as TIMEX3 writes it: P2Y, PT5H30M, PXD; a decade is ten years."""
    sign, letter = ("PT", unit[1:]) if unit.startswith("T") else ("P", unit)
    factor = int(letter[:-1]) if letter[:-1].isdigit() else 1
    letter = letter if letter == "WE" else letter[-1]
    if count is None:
        return f"{sign}{factor if one else 'X'}{letter}"
    total = count * factor
    if total.denominator == 1:
        return f"{sign}{total}{letter}"
    if total.denominator == 2 and unit in HALVES:
        whole = int(total)
        return (
            f"{sign}{whole}{letter}{HALVES[unit]}"
            if whole
            else f"P{HALVES[unit]}"
            if sign == "P"
            else f"{sign}{HALVES[unit]}"
        )
    return f"{sign}{float(total):g}{letter}"


def unit_of(hit: Hit) -> str:
    """The unit that a hit names, as TIMEX3 writes it."""
    return str(hit.value("unit", *UNIT, "SET_WORD"))


def duration(hit: Hit, story: Story) -> Reading | None:
    """Two years, six months, a decade; "$5 a day" is a set; an age ("34 years old") is none."""
    after = hit.lexed.word(hit.last).lower()
    if after == "old" or (after == "-" and hit.lexed.word(hit.last + 1).lower() == "old"):
        return None
    if hit.words.value(hit.text("count"), "A") and len(hit.texts("count")) == 1 and _is_rate(hit, story):
        return Reading("SET", length(None, unit_of(hit), one=True))
    return Reading("DURATION", length(count_of(hit), unit_of(hit)))


def _is_rate(hit: Hit, story: Story) -> bool:
    """ "50 barrels a day", "$5 an hour"."""
    before = story.token(hit, hit.first - 1)
    return before is not None and (before.tag in {"NNS", "CD"} or before.text in {"%", "$"}) and before.pos != "PROPN"


def bare_duration(hit: Hit, story: Story) -> Reading | None:
    """For years, decades-long, month-long, all day."""
    one = hit.words.value(hit.text("unit"), "UNIT") is not None
    return Reading("DURATION", length(None, unit_of(hit), one=one))


def duration_beside_publication(hit: Hit, story: Story) -> Reading | None:
    """The past two years, the coming weeks: a length that ends or begins on the day of publication."""
    unit = unit_of(hit)
    single = hit.words.value(hit.text("unit"), "UNIT") is not None and not hit.has("count")
    count = Fraction(1) if single else count_of(hit)
    value = length(count, unit)
    which = hit.number("which", "WHICH")
    edge = _moved(story.published, unit, count * which) if count is not None and which else None
    if story.published is None or edge is None:
        return Reading("DURATION", value)
    first, last = sorted((story.published, edge))
    return Reading("DURATION", value, first=first, last=last)


def _moved(base: datetime.date | None, unit: str, count: Fraction) -> datetime.date | None:
    """The day so many units away; hours and minutes count as the days they fill."""
    if base is None or abs(count) > calendars.MOST_YEARS * 366:
        return None
    if unit.startswith("T"):
        return calendars.shifted(base, "day", int(count / {"TH": 24, "TM": 1440}.get(unit, 86400)))
    factor = int(unit[:-1]) if unit[:-1].isdigit() else 1
    total = count * factor
    if unit[-1] == "Y" and total.denominator > 1:
        return calendars.shifted(base, "month", int(total * 12))
    return calendars.shifted(
        base, {"D": "day", "W": "week", "M": "month", "Y": "year"}.get(unit[-1], "week"), int(total)
    )


def counted(hit: Hit, story: Story) -> Reading | None:
    """Three days ago, a week from now."""
    base = calendars.day(story.published) if story.published else None
    return _counted(hit, base, vague="PAST_REF" if hit.has("back") else "FUTURE_REF")


def counted_from_anchor(hit: Hit, story: Story) -> Reading | None:
    """Two weeks later, weeks later: told from the last date in the text."""
    anchor = story.anchor(hit)
    if hit.has("count") and count_of(hit) is not None:
        return _counted(hit, anchor, vague="")
    if anchor is None:
        return Reading("DATE", "PAST_REF" if hit.has("back") else "FUTURE_REF")
    return dated(anchor if anchor.size == "year" else calendars.year(anchor.first.year))


def _counted(hit: Hit, base: calendars.Stretch | None, *, vague: str) -> Reading | None:
    count, unit = count_of(hit), unit_of(hit)
    if count is None:
        return Reading("DATE", vague)
    size = SIZE_OF_UNIT.get(unit, "day")
    if base is None:
        return Reading("DATE", calendars.UNKNOWN.get(size, "XXXX"))
    if not base.is_within(size):
        return dated(base)
    moved = _moved(base.first, unit, -count if hit.has("back") else count)
    if moved is None:
        return None
    if count.denominator > 1 and size == "year":
        size = "month"
    return dated(calendars.around(moved, size), "TIME" if unit.startswith("T") else "DATE")


def repeated(hit: Hit, story: Story) -> Reading | None:
    """Every week, each Tuesday, daily, twice a month; not "the Communist daily"."""
    if hit.has("weekday"):
        return Reading("SET", f"XXXX-WXX-{hit.number('weekday', 'WEEKDAY', 'WEEKDAYS')}")
    if hit.has("month"):
        return Reading("SET", f"XXXX-{hit.number('month', 'MONTH'):02}")
    if hit.has("part"):
        return Reading("SET", f"XXXX-XX-XXT{hit.value('part', 'PART')}")
    token = story.token(hit, hit.first)
    if hit.value("unit", "SET_WORD") and token is not None and token.pos in {"NOUN", "PROPN"}:
        return None
    other = any(hit.lexed.word(i).lower() == "other" for i in range(hit.first, hit.last))
    count = Fraction(2) if other else count_of(hit)
    return Reading("SET", length(count, unit_of(hit), one=True))
