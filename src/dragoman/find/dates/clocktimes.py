"""Times of the day: "5 p.m. on Tuesday", "Tuesday morning", "last night"."""

from dataclasses import replace

from dragoman.find.dates.readings import away, from_anchor, named_day, timed
from dragoman.find.dates.timelines import Reading, Story
from dragoman.find.dates.words import Hit


def clock(hit: Hit, story: Story) -> Reading | None:
    """5 p.m. on Tuesday; 17:00 GMT; noon; 4 in the morning."""
    suffix = _clock_time(hit)
    if suffix is None:
        return None
    if hit.has("today") or hit.has("day") or hit.has("weekday"):
        return timed(named_day(hit, story), suffix)
    return timed(story.day_in_sentence(hit) or away(story.published, "day", 0), suffix)


def _clock_time(hit: Hit) -> str | None:
    """The time of day as TIMEX3 writes it: T17:00."""
    text = hit.text("hour")
    digits = [int(piece) for piece in text.replace(".", ":").split(":") if piece.isdecimal()]
    hour = digits[0] if digits else hit.number("hour", "HOUR_WORD", "TWELVE")
    if hour is None:
        return None
    minute = digits[1] if len(digits) > 1 else 0
    if len(text) == 4 and text.isdecimal():
        hour, minute = divmod(hour, 100)
    if hit.has("meridiem"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if hit.text("meridiem").startswith("p") else 0)
    elif hit.has("part") and hour < 12:
        hour += hit.number("part", "PART_HOUR") or 0
    return f"T{hour:02}:{minute:02}"


def day_part(hit: Hit, story: Story) -> Reading | None:
    """Tuesday morning, this afternoon, last night, the morning of June 5."""
    suffix = f"T{hit.value('part', 'PART')}"
    if hit.has("today") or hit.has("day") or hit.has("weekday"):
        return timed(named_day(hit, story), suffix)
    return timed(away(story.published, "day", hit.number("which", "WHICH") or 0), suffix)


def that_part(hit: Hit, story: Story) -> Reading | None:
    """The same evening, the following morning."""
    day = from_anchor(hit, story, "day", hit.number("that", "THAT") or 0)
    if day is None:
        return None
    suffix = f"T{hit.value('part', 'PART')}" if day.stretch is None or day.stretch.size == "day" else ""
    return replace(day, type="TIME", value=day.value + suffix)
