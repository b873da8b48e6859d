"""Pages from templates: every value is escaped, and what people see is in words."""

import datetime
import functools
import hashlib
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus

# escapes every value unless told otherwise; the same as in `export.pages`
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request

from dragoman.export.pages import day_in_words, days_in_words, shown
from dragoman.export.panels import QUADS
from dragoman.rules import DATA
from dragoman.rules.ontology import Ontology
from dragoman.rules.tables import read_toml
from dragoman.views.names import WORDS, Names
from dragoman.web.forms import form_token

FOLDER = DATA / "web"
STATIC = FOLDER / "static"


class Templates:
    """The templates of the pages, with the filters that all of them use."""

    def __init__(self, names: Names, ontology: Ontology) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=shown,
        )
        quads = {name: QUADS[ontology.quad(name)] for name in ontology.types}
        self._environment.filters |= {
            "day": _day,
            "days": _days,
            "number": _number,
            "party": names.of,
            "parties": functools.partial(_parties, names),
            "quad": lambda type_: quads.get(type_, ""),
            "segment": lambda text: quote(str(text), safe=""),
            "sentence": _sentence,
            "short": _short,
            "side": lambda type_: side_of(quads.get(type_, "")),
        }
        self._environment.globals |= {
            "form_token": form_token,
            "link": link,
            "static": static,
            "words": dict(read_toml(WORDS)),
            "quad_names": tuple(QUADS.values()),
            "types": {name: kind.definition for name, kind in ontology.types.items()},
        }

    def prepare(self) -> None:
        """Make all templates ready, which otherwise the first to ask for a page waits for."""
        for name in self._environment.list_templates():
            self._environment.get_template(name)

    def render(self, request: Request, template: str, **values: Any) -> str:
        """A page; `request` is known to the template, for its address and for who asks."""
        return self._environment.get_template(template).render(request=request, **values)


def side_of(quad: str) -> str:
    """Cooperation or conflict, of a quad class; "" of none."""
    return quad.rpartition("_")[2]


def link(address: str, **asked: object) -> str:
    """A root-relative address with its question; what is None or "" is left out."""
    wanted = (
        f"{name.rstrip('_')}={_quoted(str(one))}"
        for name, value in asked.items()
        if value not in (None, "")
        for one in (value if isinstance(value, list | tuple) else (value,))
    )
    question = "&".join(wanted)
    return f"{address}?{question}" if question else address


def _quoted(words: str) -> str:
    # A page has hundreds of links that ask for nearly the same; what somebody types may be long, and is not kept.
    return _quoted_short(words) if len(words) <= SHORT else quote_plus(words)


SHORT = 40
_quoted_short = functools.lru_cache(maxsize=10_000)(quote_plus)


@functools.cache
def static(name: str) -> str:
    """The address of a file that comes with the pages; it changes with the file, so that browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def _day(day: datetime.date | str | None) -> str:
    if not day:
        return "day unknown"
    return day_in_words(day if isinstance(day, datetime.date) else datetime.date.fromisoformat(day))


def _days(first: datetime.date | str | None, last: datetime.date | str | None) -> str:
    if not first or not last:
        return _day(first or last)
    ends = (day if isinstance(day, datetime.date) else datetime.date.fromisoformat(day) for day in (first, last))
    return days_in_words(*ends)


def _number(value: float) -> str:
    """A number as people write it: whole with commas, else with one digit behind the point."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def _parties(names: Names, codes: str | Iterable[str]) -> str:
    """The names of several codes, joined by ";" or in a list."""
    each = codes.split(";") if isinstance(codes, str) else codes
    return ", ".join(names.of(code) for code in each if code)


def _sentence(words: str) -> str:
    """What went wrong, in the words of an error, as a sentence.

    >>> _sentence("name both"), _sentence("Who is it?"), _sentence("")
    ('Name both.', 'Who is it?', '')
    """
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", "!")) or not words else ".")


def _short(words: str, most: int = 200) -> str:
    """The beginning of words in one line, cut at a space."""
    line = " ".join(words.split())
    return line if len(line) <= most else line[:most].rpartition(" ")[0] + " …"


def with_format(address: str, format: str, asked: str = "") -> str:
    """The address of the same page as data: /dyads/PRK/USA.json?from=2012-01-01."""
    stem = "/overview" if address == "/" else address
    return f"{stem}.{format}" + (f"?{asked}" if asked else "")
