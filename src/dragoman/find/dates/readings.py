"""What the words of a time expression stand for: the function for each kind of pattern in dates.toml."""

import datetime
import re

from dragoman.find.dates import calendars
from dragoman.find.dates.calendars import UNKNOWN, Stretch
from dragoman.find.dates.timelines import Reading, Story, dated
from dragoman.find.dates.words import Hit, Lexed, day_of

NEAR_DAYS = 45
"""A day without a year in a clause about the past can still be this far ahead: "the vote was set for June 30"."""

HALF_YEAR = 183
"""A month that perhaps is to come is so only if it is nearer than the one that was."""
FAR_DAYS = 330
"""A day without a year is not so far ahead: "a plan to end the siege by June 14" of June 17 is this year's."""


def one_day(hit: Hit, story: Story) -> Reading | None:
    """March 26, 2010; 26 March; Tuesday; last Tuesday; yesterday."""
    if hit.text("today") == "tonight":
        return timed(named_day(hit, story), "TNI")
    if hit.has("day") and not hit.has("year") and _counts_things(hit, story):
        return None
    found = named_day(hit, story)
    if isinstance(found, str):
        return Reading("DATE", found)
    return dated(found) if found else None


def _counts_things(hit: Hit, story: Story) -> bool:
    """ "In March 12 people died": the number belongs to what follows."""
    first, last = hit.places("month") or (0, 0)
    return last < hit.last and hit.lexed.word(first - 1).lower() == "in" and is_amount(hit, hit.last - 1, story)


def is_amount(hit: Hit, place: int, story: Story) -> bool:
    """The number at a place counts the things named right after it: "2012 people", not "the 2012 elections"."""
    token, after = story.token(hit, place), story.token(hit, place + 1)
    if token is None or after is None or token.i >= after.i or token.relation == "pobj":
        return False
    if after.lemma in story.words.nouns_of_amounts or after.text.lower() in story.words.nouns_of_amounts:
        return True
    counted = after
    sentence = story.sentence(after.start)
    if sentence and counted.pos == "ADJ" and counted.head > counted.i:
        counted = sentence.tokens[counted.head]
    return counted.tag == "NNS" and counted.text.lower() not in story.words.nouns_of_events


def named_day(hit: Hit, story: Story) -> Stretch | str | None:
    """The day that a hit names; its value alone where nothing places it; None where there is no such day."""
    if hit.has("today"):
        return away(story.published, "day", hit.number("today", "TODAY") or 0)
    if hit.has("day"):
        return _day_of_month(hit, story)
    return _weekday(hit, story)


def away(base: datetime.date | None, size: str, count: int) -> Stretch | str | None:
    """The stretch of a size so many of them away from a day; the value of an unknown one where there is no day."""
    if base is None:
        return UNKNOWN.get(size, "XXXX")
    moved = calendars.shifted(base, size, count)
    return calendars.around(moved, size) if moved else None


def _day_of_month(hit: Hit, story: Story) -> Stretch | str | None:
    month, number, year = month_of(hit), hit.number("day"), hit.number("year")
    if number is None or number > calendars.month(2000, month).last.day:
        return None
    if year is not None:
        return _day(year, month, number)
    if story.published is None:
        return f"XXXX-{month:02}-{number:02}"
    stated = _stated_year(hit, story, month, number)
    if stated:
        return _day(stated, month, number)
    days = [_day(candidate, month, number) for candidate in _years(story.published)]
    return _chosen([day for day in days if day], hit, story)


def month_of(hit: Hit) -> int:
    """The number of the month that a hit names."""
    return hit.number("month", "MONTH", "MONTH_SHORT") or 1


def _day(year: int, month: int, number: int) -> Stretch | None:
    if not 1 <= number <= calendars.month(year, month).last.day:
        return None
    return calendars.day(datetime.date(year, month, number))


def _years(published: datetime.date) -> range:
    return range(published.year - 2, published.year + 3)


def _stated_year(hit: Hit, story: Story, month: int, number: int) -> int | None:
    """The year that the text gave this day before, or the year that the same sentence speaks of."""
    if (month, number) in story.years:
        return story.years[month, number]
    same = story.year is not None and story.is_in_sentence(hit, story.year[0]) and not story.is_ahead(hit)
    return story.year[1] if story.year and same else None


def _chosen(candidates: list[Stretch], hit: Hit, story: Story) -> Stretch | None:
    """Which of the years' days, months or seasons is meant: "last" and "next" say, else the tense does."""
    published = story.published
    if published is None:
        return None
    began = [stretch for stretch in candidates if stretch.first <= published]
    ended = [stretch for stretch in candidates if stretch.last < published]
    which = hit.number("which", "WHICH")
    if which == -1:
        return ended[-1] if ended else None
    if which == 1:
        return next((stretch for stretch in candidates if stretch.first > published), None)
    if which == 0:
        return next((stretch for stretch in candidates if stretch.first.year == published.year), None)
    time = story.tense(hit)
    following = candidates[len(ended)] if len(ended) < len(candidates) else None  # 29 February has few years
    ahead = (following.first - published).days if following else FAR_DAYS
    if following and ahead <= {"future": FAR_DAYS, "perhaps future": HALF_YEAR}.get(time or "", -1):
        return following
    if began and began[-1].size == "day":
        return _nearest(candidates, published, time)
    return began[-1] if began else None


def _nearest(days: list[Stretch], published: datetime.date, time: str | None) -> Stretch:
    def distance(day: Stretch) -> int:
        ahead = (day.first - published).days
        return 10_000 if time == "past" and ahead > NEAR_DAYS else abs(ahead)

    return min(days, key=distance)


def _weekday(hit: Hit, story: Story) -> Stretch | str | None:
    number = hit.number("weekday", "WEEKDAY") or 1
    published = story.published
    if published is None:
        return f"XXXX-WXX-{number}"
    back = (published.isoweekday() - number) % 7
    ahead = -back % 7
    which = hit.number("which", "WHICH")
    if which == -1:
        return away(published, "day", -(back or 7))
    if which == 1:
        return away(published, "day", ahead or 7)
    joined = story.joined(hit)
    if joined and joined.size == "day" and joined.first > published:
        return away(joined.first, "day", (number - joined.first.isoweekday()) % 7 or 7)
    if story.is_ahead(hit) or (which == 0 and story.tense(hit) != "past"):
        return away(published, "day", ahead)
    return away(published, "day", -back)


def day_range(hit: Hit, story: Story) -> Reading | None:
    """March 26-28, 2010."""
    first = _day_of_month(hit, story)
    until = hit.number("until") or 0
    if isinstance(first, str):
        return Reading("DATE", first)
    if first is None:
        return None
    last = _day(first.first.year, first.first.month, until)
    if last is None or last.first <= first.first:
        return None
    whole = Stretch("day", f"{first.value}/{last.value}", first.first, last.last)
    return dated(whole)


def day_after_day(hit: Hit, story: Story) -> Reading | None:
    """The second day of "March 26 and 28"."""
    if story.latest is None:
        return None
    before, reading = story.latest
    number = hit.number("day") or 0
    named = before.has("month") or before.rule.how == "day_after_day"
    if before.last != hit.match.start() or not named or not reading.stretch or reading.stretch.size != "day":
        return None
    if is_amount(hit, hit.last - 1, story) or story.words.is_in(
        hit.lexed.codes[hit.last : hit.last + 1] or "x", "MONTH"
    ):
        return None
    same = reading.stretch.first
    found = _day(same.year, same.month, number)
    return dated(found) if found and found.first > same else None


def day_of_month(hit: Hit, story: Story) -> Reading | None:
    """The 29th."""
    token = story.token(hit, hit.last - 1)
    after = story.token(hit, hit.last)
    if (
        token is None
        or token.head > token.i
        or (after and after.i == token.i + 1 and after.pos in {"NOUN", "PROPN", "ADJ"})
    ):
        return None
    number = hit.number("day") or 0
    if story.published is None:
        return Reading("DATE", f"XXXX-XX-{number:02}")
    months = [calendars.shifted(story.published, "month", count) for count in (-2, -1, 0, 1, 2)]
    days = [_day(on.year, on.month, number) for on in months if on]
    known = [day for day in days if day]
    ahead = [day for day in known if day.first >= story.published]
    behind = [day for day in known if day.first <= story.published]
    return dated(ahead[0] if story.is_ahead(hit) else behind[-1])


def weekday_of_week(hit: Hit, story: Story) -> Reading | None:
    """Tuesday of last week."""
    number = hit.number("weekday", "WEEKDAY") or 1
    week = away(story.published, "week", hit.number("which", "WHICH") or 0)
    if week is None or isinstance(week, str):
        return Reading("DATE", f"XXXX-WXX-{number}")
    return dated(calendars.day(week.first + datetime.timedelta(days=number - 1)))


def weekday_a_week_ago(hit: Hit, story: Story) -> Reading | None:
    """A week ago Tuesday."""
    day = _weekday(hit, story)
    if isinstance(day, Stretch):
        day = away(day.first, "day", -7)
    return dated(day) if isinstance(day, Stretch) else Reading("DATE", day or UNKNOWN["day"])


def beside_day(hit: Hit, story: Story) -> Reading | None:
    """The day before yesterday, the day after tomorrow, the day before last Tuesday."""
    day = named_day(hit, story)
    if isinstance(day, Stretch):
        day = away(day.first, "day", -1 if hit.has("back") else 1)
    return dated(day) if isinstance(day, Stretch) else Reading("DATE", UNKNOWN["day"])


def beside_anchor(hit: Hit, story: Story) -> Reading | None:
    """The day before, told from the last date in the text."""
    return from_anchor(hit, story, "day", -1 if hit.has("back") else 1)


def that_day(hit: Hit, story: Story) -> Reading | None:
    """The same day, the following day, later in the day."""
    return from_anchor(hit, story, "day", hit.number("that", "THAT") or 0)


def from_anchor(hit: Hit, story: Story, size: str, count: int) -> Reading | None:
    """The stretch so many away from the date that the text speaks of."""
    anchor = story.anchor(hit)
    if anchor is None:
        return Reading("DATE", UNKNOWN.get(size, "XXXX"))
    if not anchor.is_within(size):
        return dated(anchor)
    found = away(anchor.last if count > 0 else anchor.first, size, count)
    return dated(found) if isinstance(found, Stretch) else None


def which_unit(hit: Hit, story: Story) -> Reading | None:
    """This week, earlier this year, the end of the month, the weekend; "the past year" is a duration."""
    size = str(hit.value("unit", "CALENDAR_UNIT"))
    if hit.text("which") == "past":
        return None
    found = away(story.published, size, _which_of(hit, story, size))
    if isinstance(found, str):
        return Reading("DATE", found)
    return dated(_trimmed(found, hit, story)) if found else None


def _which_of(hit: Hit, story: Story, size: str) -> int:
    which = hit.number("which", "WHICH")
    if which is not None or size != "weekend" or story.published is None:
        return which or 0
    over = not story.is_ahead(hit) and story.published.isoweekday() < 6
    return -1 if over else 0


def _trimmed(stretch: Stretch, hit: Hit, story: Story) -> Stretch:
    """What "early", "late" or "the end of" leaves of a stretch."""
    name = hit.value("mod", "EARLY") or hit.value("edge", "EDGE")
    return calendars.part(stretch, str(name), story.published) if name else stretch


def that_unit(hit: Hit, story: Story) -> Reading | None:
    """That year, the following month."""
    size = str(hit.value("unit", "CALENDAR_UNIT"))
    return from_anchor(hit, story, size, hit.number("that", "THAT") or 0)


def week_of(hit: Hit, story: Story) -> Reading | None:
    """The week of March 6."""
    day = _day_of_month(hit, story)
    if isinstance(day, Stretch):
        return dated(calendars.week(day.first))
    return Reading("DATE", UNKNOWN["week"]) if day else None


def month(hit: Hit, story: Story) -> Reading | None:
    """March 2010; March; early March; last March; March of last year."""
    number = month_of(hit)
    year = given_year(hit, story)
    if year:
        return dated(_trimmed(calendars.month(year, number), hit, story))
    if not (hit.has("which") or _is_month(hit, story)):
        return None
    if story.published is None:
        return Reading("DATE", f"XXXX-{number:02}")
    found = _chosen([calendars.month(candidate, number) for candidate in _years(story.published)], hit, story)
    return dated(_trimmed(found, hit, story)) if found else None


def given_year(hit: Hit, story: Story) -> int | None:
    """The year that a hit states: 2010, "last year", "the year"."""
    if hit.has("year") and hit.text("year") != "year":
        return hit.number("year")
    words = [hit.lexed.word(i).lower() for i in range(*hit.match.span())]
    if "year" not in words or story.published is None:
        return None
    return story.published.year + (hit.number("which", "WHICH") or 0)


def _is_month(hit: Hit, story: Story) -> bool:
    """A month's name that stands alone is a month: not "Theresa May", "March on Washington", "Dec" without its stop."""
    first, last = hit.places("month") or (0, 0)
    name, words = hit.text("month"), story.words
    if words.value(name, "MONTH") is None and last - first == 1:
        return False
    before = hit.lexed.codes[first - 1 : first] or words.other
    if (
        words.value(name, "MONTH_WEAK") is None
        or hit.has("mod")
        or hit.has("edge")
        or words.is_in(before, "MONTH_AFTER")
    ):
        return True
    token = story.token(hit, first)
    if not words.is_in(before, "MONTH_BEFORE") or (token is not None and token.pos in {"VERB", "AUX"}):
        return False
    return not hit.lexed.word(last)[:1].isupper() and not _is_surname(hit.lexed, hit.lexed.codes[first], story)


def _is_surname(lexed: Lexed, code: str, story: Story) -> bool:
    """The text has the month's name after another capitalized word that is no word of time: "Theresa May"."""
    if code not in story.surnames:
        places = (match.start() for match in re.finditer(f"(?<={story.words.other}){code}", lexed.codes))
        before = (lexed.word(place - 1) for place in places)
        story.surnames[code] = any(word[:1].isupper() and word[1:].islower() for word in before)
    return story.surnames[code]


def year(hit: Hit, story: Story) -> Reading | None:
    """Mid-2012, the end of 2008, the year 2012."""
    return dated(_trimmed(calendars.year(hit.number("year") or 1), hit, story))


def bare_year(hit: Hit, story: Story) -> Reading | None:
    """In 2012; the 2012 deal; not "2012 people", not "Resolution 2094"."""
    before = hit.lexed.codes[hit.first - 1 : hit.first] if hit.first else ""
    words = story.words
    after = hit.lexed.word(hit.last)
    if not before or after in {"%", "$", "€", "£", "/"} or is_amount(hit, hit.first, story):
        return None
    if words.is_in(before, "YEAR_BEFORE") or (hit.has("year") and _describes(hit, before, story)):
        return dated(calendars.year(hit.number("year") or 1))
    return None


def _describes(hit: Hit, before: str, story: Story) -> bool:
    """The year stands between an article or owner and the noun it describes: "the 2012 deal", "Iran's 2009 vote"."""
    token, after = story.token(hit, hit.first), story.token(hit, hit.last)
    if hit.lexed.text[hit.lexed.starts[hit.first] - 1] == "-" or token is None or after is None:
        return False
    adjective = (found := story.token(hit, hit.first - 1)) is not None and found.pos == "ADJ"
    owned = story.words.is_in(before, "YEAR_OWNER") or adjective
    return owned and after.i == token.i + 1 and after.pos in {"NOUN", "PROPN", "ADJ"}


def year_after_year(hit: Hit, story: Story) -> Reading | None:
    """The second year of "2010 and 2012"."""
    if story.latest is None:
        return None
    before, reading = story.latest
    follows = before.last == hit.match.start() and reading.stretch is not None and reading.stretch.size == "year"
    if not follows or not before.has("year") or is_amount(hit, hit.last - 1, story):
        return None
    return dated(calendars.year(hit.number("year") or 1))


def decade(hit: Hit, story: Story) -> Reading | None:
    """The 1990s, the '90s."""
    digits = "".join(letter for letter in hit.text("decade") if letter.isdigit())
    number = int(digits)
    if len(digits) == 2:
        number += 2000 if number <= 20 else 1900
    return dated(_trimmed(calendars.decade(number), hit, story))


def century(hit: Hit, story: Story) -> Reading | None:
    """The 19th century."""
    return dated(_trimmed(calendars.century(100 * (hit.number("nth") or 1) - 100), hit, story))


def quarter(hit: Hit, story: Story) -> Reading | None:
    """The second quarter of 2012; Q2."""
    number = hit.number("nth", "NTH", "QUARTER_CODE") or 1
    year = given_year(hit, story)
    if year:
        return dated(calendars.quarter(year, number))
    if story.published is None:
        return Reading("DATE", f"XXXX-Q{number}")
    found = _chosen([calendars.quarter(candidate, number) for candidate in _years(story.published)], hit, story)
    return dated(found) if found else None


def half(hit: Hit, story: Story) -> Reading | None:
    """The first half of 2012."""
    number = hit.number("nth", "NTH", "HALF_CODE") or 1
    year = given_year(hit, story)
    if number > 2:
        return None
    return dated(calendars.half(year, number)) if year else Reading("DATE", f"XXXX-H{number}")


def season(hit: Hit, story: Story) -> Reading | None:
    """The summer of 2012, last summer, in the spring."""
    name = str(hit.value("season", "SEASON"))
    year = given_year(hit, story)
    if year:
        return dated(_trimmed(calendars.season(year, name), hit, story))
    if story.published is None:
        return Reading("DATE", f"XXXX-{name}")
    found = _chosen([calendars.season(candidate, name) for candidate in _years(story.published)], hit, story)
    return dated(_trimmed(found, hit, story)) if found else None


def holiday(hit: Hit, story: Story) -> Reading | None:
    """Christmas Day, last Thanksgiving, Easter 2012."""
    row = hit.rule.holiday
    year = given_year(hit, story)
    if row is None:
        return None
    if year:
        return dated(calendars.day(day_of(row, year, calendars.easter(year))))
    if story.published is None:
        return Reading("DATE", f"XXXX-{row.month:02}-{row.day:02}" if row.day else "XXXX")
    days = [calendars.day(day_of(row, candidate, calendars.easter(candidate))) for candidate in _years(story.published)]
    found = _chosen(days, hit, story)
    return dated(found) if found else None


def iso(hit: Hit, story: Story) -> Reading | None:
    """2013-06-17, 2013-06-17T17:00."""
    text = hit.lexed.word(hit.first)
    year, month_number, number = (int(piece) for piece in text[:10].split("-"))
    if not (1 <= month_number <= 12 and year):
        return None
    found = _day(year, month_number, number)
    if found is None:
        return None
    return dated(found, "TIME", "T" + text[11:]) if len(text) > 10 else dated(found)


def slashed(hit: Hit, story: Story) -> Reading | None:
    """26/03/2010, where the order of day and month is not in doubt."""
    pieces = [int(piece) for piece in hit.lexed.word(hit.first).replace(".", "/").split("/")]
    first, second, year = pieces
    month_number, number = (second, first) if first > 12 else (first, second)
    if (first <= 12 and second <= 12 and first != second) or not 1 <= month_number <= 12 or not year:
        return None
    found = _day(year, month_number, number)
    return dated(found) if found else None


def vague(hit: Hit, story: Story) -> Reading | None:
    """Now, recently, soon; not "past presidents", not "it soon became clear"."""
    token = story.token(hit, hit.last - 1)
    if token is not None and token.text.lower() in {"past", "future"} and token.pos == "ADJ":
        return None
    if hit.rule.fixed == "FUTURE_REF" and story.tense(hit) == "past":
        return None
    return Reading("DATE", hit.rule.fixed)


def named(hit: Hit, story: Story) -> Reading | None:
    """A day known by its name, such as 9/11."""
    return dated(calendars.day(datetime.date.fromisoformat(hit.rule.fixed)))


def timed(day: Stretch | str | None, suffix: str) -> Reading | None:
    """A time on a day, known or not."""
    if isinstance(day, str):
        return Reading("TIME", day + suffix)
    return dated(day, "TIME", suffix) if day else None
