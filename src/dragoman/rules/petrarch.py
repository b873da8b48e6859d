"""Actor files of the PETRARCH and Phoenix dictionaries (`*.actors`), read as names of an overlay.

    # a comment
    JANE_SAMPLE_ [FRAGOV 970123-010120] [FRAELI >010120]  ; a comment
    +MINISTER_SAMPLE_
    SAMPLE_FRONT_
        [TCDREB <990101]

Their names are in capitals; here they are found as news writes them ("Jane Sample") and in capitals.
"""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

from dragoman.errors import RuleError
from dragoman.rules.names import Name
from dragoman.rules.tables import read_text

CODE = re.compile(r"\[\s*(?P<code>[A-Z-]{3,})\s*(?P<when>[<>]?\s*\d{6,8}(?:\s*-\s*\d{6,8})?)?\s*\]")
SMALL = frozenset({"of", "the", "and", "for", "de", "da", "do", "del", "der", "van", "von", "bin", "al", "in", "on"})
# Two digits of a year: the dictionaries reach from 1945 to the present.
CENTURY = 45
# Words up to this length are abbreviations ("UN", "NATO") as often as names: they stay in capitals too.
ABBREVIATION = 5


def read_actors(path: Path) -> Iterator[tuple[str, Name]]:
    """(form, name) for each name and code of an actor file; raises `RuleError` with the line that is malformed."""
    forms: list[str] = []
    codes: list[tuple[str, str]] = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        content = re.split(r"[#;]", line, maxsplit=1)[0].rstrip()
        if not content.strip():
            continue
        if not content[0].isspace() and content[0] not in "+[":
            yield from _names(forms, codes, path)
            forms, codes = [], []
        forms.extend(_forms(content))
        codes.extend(_codes(content, f"{path}:{number}"))
    yield from _names(forms, codes, path)


def _forms(content: str) -> Iterator[str]:
    name = content.split("[")[0].strip().lstrip("+").strip()
    words = [word for word in name.rstrip("_").split("_") if word]
    if not words:
        return
    yield " ".join(word.lower() if k and word.lower() in SMALL else word.capitalize() for k, word in enumerate(words))
    if len(words) > 1 or len(words[0]) <= ABBREVIATION:
        yield " ".join(words)


def _codes(content: str, where: str) -> Iterator[tuple[str, str]]:
    if "[" not in content:
        return
    found = [(match["code"].strip("-"), match["when"] or "") for match in CODE.finditer(content)]
    if len(found) != content.count("["):
        message = f"expected [CODE], [CODE <YYMMDD] or [CODE YYMMDD-YYMMDD], got {content.strip()!r}"
        raise RuleError(message, kind="actors", where=where)
    yield from found


def _names(forms: list[str], codes: list[tuple[str, str]], path: Path) -> Iterator[tuple[str, Name]]:
    if not forms:
        return
    for code, when in codes:
        first, last = _days(when, str(path))
        name = Name(
            kind="person" if when or len(codes) > 1 else "organization",
            country=_country(code),
            sectors=(code[3:6],) if len(code) >= 6 and not code.startswith("IGO") else (),
            code=code,
            name=forms[0],
            first=first,
            last=last,
        )
        for form in forms:
            yield form, name


def _country(code: str) -> str:
    return code[:3]


def _days(when: str, where: str) -> tuple[datetime.date | None, datetime.date | None]:
    """The days between which a code holds: "<" until, ">" from, "-" both; none where the code always holds."""
    if not when:
        return None, None
    days = [_day(text, where) for text in re.findall(r"\d{6,8}", when)]
    if when.startswith("<"):
        return None, days[0]
    return (days[0], None) if when.startswith(">") or len(days) == 1 else (days[0], days[1])


def _day(text: str, where: str) -> datetime.date:
    year, rest = (text[:4], text[4:]) if len(text) == 8 else (text[:2], text[2:])
    full = int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= CENTURY else 2000)
    try:
        return datetime.date(full, int(rest[:2]), int(rest[2:4]))
    except ValueError as error:
        raise RuleError(f"{text!r} is not a day of the form YYMMDD", kind="actors", where=where) from error
