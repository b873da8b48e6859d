"""A briefing as a mail: HTML that needs nothing but itself, and plain text that says the same.

There is no picture, no script, no link that counts, and nothing is asked of any host. What reports say is escaped.
"""

import datetime
import functools
import textwrap
from typing import Any
from urllib.parse import urlsplit

import css_inline  # writes styles into elements, as mail programs need them; in Rust, and it reads all of CSS
import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined  # escapes every value unless told otherwise
from markupsafe import Markup

from dragoman.brief.briefings import Briefing, Turn
from dragoman.brief.wording import FOLDER, listed, short_days
from dragoman.errors import InputError
from dragoman.export.pages import UNSHOWN, day_in_words, days_in_words
from dragoman.records import Basis, Record, Standing

# Columns of the plain text.
COLUMNS = 72
# Links that differ from reader to reader, as they stand until each of them is written in. What reports say cannot hold
# these characters: they are taken out of it.
LEAVE, YOURS = "\ue000leave\ue001", "\ue000yours\ue001"
# Characters that would turn the direction of what follows them, end a line, or stand for a link of a reader.
TURNING = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))
LINES = dict.fromkeys((0x85, 0x2028, 0x2029), " ")
REMOVED = UNSHOWN | TURNING | LINES | dict.fromkeys((*range(0x80, 0x85), *range(0x86, 0xA0), 0xE000, 0xE001), "�")
# What a commitment came to, by colour and line as for events: kept is cooperation's blue, broken is conflict's orange.
KEPT: frozenset[Standing] = frozenset({"kept", "partly kept"})
GOOD: frozenset[Standing] = KEPT | {"accepted"}
BAD: frozenset[Standing] = frozenset({"broken", "rejected", "cancelled"})
BASES: dict[Basis, str] = {
    "deed": "Deed",
    "report": "Report",
    "claim": "Claim",
    "judgement": "Judgement",
    "person": "Ruling",
}
# Of the width of a half of the chart: what its longest bar takes, so that its numbers have room.
LONGEST = 62


class Footer(Record, frozen=True, kw_only=True):
    """Who sends, and the links at the end, whole addresses; without `leave` it is a copy for everybody."""

    name: str
    postal: str = ""
    leave: str = ""
    yours: str = ""
    archive: str = ""


class Rendered(Record, frozen=True, kw_only=True):
    """A mail before it is addressed: its subject, and the same in HTML and in plain text."""

    subject: str
    html: str
    text: str


def render(briefing: Briefing, *, base: str, footer: Footer) -> Rendered:
    """A briefing as a mail; `base` is the beginning of all addresses of the pages, without a slash at its end.

    A footer with `LEAVE` and `YOURS` is for all readers: `for_reader` writes the links of each into it.
    """
    preview = " ".join(briefing.summary)
    values = {"b": briefing, "base": base, "footer": _safe(footer), "most": _most(briefing)}
    return _rendered("briefing", briefing.subject, preview, values)


def for_reader(rendered: Rendered, *, leave: str, yours: str) -> Rendered:
    """The same with the links of one reader, who is not known to it before."""
    links = {LEAVE: leave, YOURS: yours}
    html, text = rendered.html, rendered.text
    for mark, address in links.items():
        html = html.replace(mark, str(Markup.escape(address)))
        text = text.replace(mark, address)
    return Rendered(subject=rendered.subject, html=html, text=text)


def render_confirm(
    titles: tuple[str, ...], *, address: str, sender: str, postal: str = "", hours: int, base: str
) -> Rendered:
    """The mail that asks whether it was its reader who signed up; `address` is the page that confirms it."""
    subject = f"Please confirm: {listed(list(titles))}"
    values = {"address": address, "sender": Footer(name=sender, postal=postal), "hours": hours, "base": base}
    return _rendered("confirm", subject, f"One click more, within {hours} hours.", values | {"titles": titles})


def render_known(titles: tuple[str, ...], *, address: str, sender: str, postal: str = "", base: str) -> Rendered:
    """The mail to somebody who signed up for what he gets already; `address` is the page of his lists."""
    values = {"address": address, "sender": Footer(name=sender, postal=postal), "base": base, "titles": titles}
    return _rendered("known", f"You get it already: {listed(list(titles))}", "Nothing has changed.", values)


def _rendered(name: str, subject: str, preview: str, values: dict[str, Any]) -> Rendered:
    style = Markup(FOLDER.joinpath("mail.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file
    page = _templates(html=True).get_template(f"{name}.html.jinja")
    html = page.render(values, subject=subject, preview=preview, style=style)
    text = _templates(html=False).get_template(f"{name}.txt.jinja").render(values)
    return Rendered(subject=shown(subject), html=_inliner().inline(html), text=_without_gaps(text))


def _safe(footer: Footer) -> Footer:
    """A footer in which nothing is a link that is no web address, nor the mark of one."""
    links = {name: getattr(footer, name) for name in ("leave", "yours", "archive")}
    for name, address in links.items():
        known = address in {"", LEAVE, YOURS} or address.startswith("*|")
        if not known and urlsplit(address).scheme not in {"http", "https"}:
            raise InputError(f"{name} of a footer has to be a web address, not {address[:60]!r}", kind="footer")
    # Only these are let through as they are: in what reports say such a mark is taken out.
    marks = {name: Markup(address) for name, address in links.items() if address in {LEAVE, YOURS}}  # noqa: S704 - ours
    return msgspec.structs.replace(footer, **marks)


def _most(briefing: Briefing) -> int:
    """The most events of one side in a step of the chart."""
    return max((max(step.cooperation.events, step.conflict.events) for step in briefing.chart), default=1) or 1


@functools.cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)


@functools.cache
def _templates(*, html: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=html,  # noqa: S701 - plain text is not read as HTML by anybody
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=shown,
    )
    environment.filters |= {
        "basis": lambda basis: BASES.get(basis, "Report"),
        "day": day_in_words,
        "days": days_in_words,
        "fate": _fate,
        "listed": lambda words: listed(list(words)),
        "opened": _opened,
        "share": lambda many, most: max(1, round(LONGEST * many / most)),
        "short_day": _short_day,
        "short_days": short_days,
        "tone": _tone,
        "wrapped": _wrapped,
    }
    return environment


def shown(value: Any) -> Any:
    r"""Text without what no mail may hold: control characters, and those that turn the direction of writing.

    >>> shown("a\u202eb\x00c\u2028d")
    'ab�c d'
    """
    return value.translate(REMOVED) if type(value) is str else value


def _wrapped(begin: str, words: str) -> str:
    """Words in lines, the first of which begins so; the others stand under its words."""
    line = " ".join(shown(words).split())
    indent = " " * len(begin)
    return textwrap.fill(
        line, COLUMNS, initial_indent=begin, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _without_gaps(text: str) -> str:
    """The same with at most one empty line in a row, and none at its ends."""
    lines: list[str] = []
    for line in text.split("\n"):
        # The mark of a signature, "-- ", ends in a blank.
        kept = line if line == "-- " else line.rstrip()
        if kept or (lines and lines[-1]):
            lines.append(kept)
    return "\n".join(lines).strip("\n") + "\n"


def _opened(words: str) -> str:
    """A quotation that begins within a sentence, with dots before it.

    >>> _opened("the launch had failed"), _opened("The launch has failed")
    ('… the launch had failed', 'The launch has failed')
    """
    return f"… {words}" if words[:1].islower() else words


def _short_day(day: datetime.date) -> str:
    return f"{day.day} {day:%b} {day.year}"


def _fate(turn: Turn) -> str:
    """The side that what became of a commitment is drawn like: a threat that was carried out is conflict."""
    if turn.kind == "threat":
        return "conflict" if turn.standing in KEPT else "open"
    return "cooperation" if turn.standing in GOOD else "conflict" if turn.standing in BAD else "open"


def _tone(turn: Turn) -> str:
    return {"cooperation": "good", "conflict": "bad", "open": "kind"}[_fate(turn)]
