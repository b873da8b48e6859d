"""The elements of which pictures are made: every text and value is escaped, numbers are short."""

from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape  # what the templates escape by; what is Markup is not escaped again

from dragoman.export.pages import shown

# Pixels that a letter of a label takes, on average; the style has labels of 12 pixels.
LETTER = 6.2
# Pixels that a picture is wide on a desk and on a phone; what does not fit there is left out there.
WIDE, NARROW = 760, 330
NOTHING = Markup("")


def element(name: str, attributes: Mapping[str, object], *children: str) -> Markup:
    """An element; attributes that are None are left out, and children are escaped unless they are Markup.

    >>> element("text", {"x": 1.04, "class": None}, "a < b")
    Markup('<text x="1">a &lt; b</text>')
    """
    opened = "".join(f' {key}="{_value(value)}"' for key, value in attributes.items() if value is not None)
    inner = "".join(_text(child) for child in children)
    return Markup(f"<{name}{opened}>{inner}</{name}>")  # noqa: S704 - all that stands in it is escaped above


def _text(words: str) -> str:
    if isinstance(words, Markup):
        return words
    # Looking for what may not be shown takes longer than all the rest, and nearly nothing has it.
    return escape(words if words.isprintable() else shown(words))


def _value(value: object) -> str:
    return short(value) if isinstance(value, int | float) else _text(str(value))


def joined(parts: Iterable[Markup]) -> Markup:
    """Elements one after the other."""
    return NOTHING.join(parts)


def short(number: float, digits: int = 1) -> str:
    """A number with no more digits than show.

    >>> short(3.04), short(0.25), short(-0.01)
    ('3', '0.2', '0')
    """
    rounded = round(number, digits)
    return str(int(rounded)) if rounded == int(rounded) else str(rounded)


def percent(share: float) -> str:
    """A share of the picture's width, to the tenth of a pixel: what is placed so keeps its place at any width.

    >>> percent(0.12345)
    '12.35%'
    """
    return short(100 * share, 2) + "%"


def picture(
    kind: str, size: tuple[str, float], title: str, told: str, *drawn: Markup, over: Iterable[Markup] = ()
) -> Markup:
    """A picture of some width and height in pixels, with what it shows and what can be seen in it.

    What is drawn is one image to those who cannot see it. `over` lies upon it for those who point at things: its links
    stand in the table of the page too, so that they are no stops of the Tab key and not told by screen readers.
    """
    width, height = size
    root = {"class": kind, "width": width, "height": height}
    named = root | {"role": "img", "aria-label": title}
    image = element("svg", named, element("title", {}, title), element("desc", {}, told), *drawn)
    upon = joined(over)
    pointed = element("svg", root | {"class": "over", "aria-hidden": "true"}, upon) if upon else NOTHING
    return element("div", {"class": "chart"}, image, pointed)


def small(kind: str, size: tuple[float, float], title: str, *drawn: Markup) -> Markup:
    """A picture of fixed size that stands in a line of text or a cell of a table."""
    width, height = size
    root = {"class": f"small {kind}", "role": "img", "aria-label": title, "width": width, "height": height}
    return element("svg", root, element("title", {}, title), *drawn)


def link(address: str, title: str, *children: Markup) -> Markup:
    """A link around what is drawn, with what it leads to as its tooltip; without an address only that."""
    told = element("title", {}, title)
    if not address:
        return element("g", {}, told, *children)
    return element("a", {"href": address, "tabindex": "-1"}, told, *children)


def cut(words: str, pixels: float) -> str:
    """The beginning of words that has room in so many pixels, "" where that is too little to be read.

    >>> cut("Kim Jong Un", 60), cut("Kim Jong Un", 200), cut("Kim Jong Un", 12)
    ('Kim Jong…', 'Kim Jong Un', '')
    """
    line, most = " ".join(words.split()), int(pixels / LETTER)
    if len(line) <= most:
        return line
    return line[: most - 1].rstrip(" ,;:") + "…" if most >= LEAST else ""


# Letters that a name cut short must keep.
LEAST = 4
