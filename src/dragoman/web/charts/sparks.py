"""Pictures as small as a word: the course of a number, and how this week's stands to what is usual."""

from collections.abc import Sequence

from markupsafe import Markup

from dragoman.web.charts.markup import element, short, small

# Pixels: width and height of both; the room at each side of a line.
COURSE, BULLET, SIDE = (110, 22), (110, 14), 3


def sparkline(values: Sequence[float], *, title: str) -> Markup:
    """The course of a number from the first to the last, which has a dot."""
    width, height = COURSE
    most, steps = max(values, default=0) or 1, max(1, len(values) - 1)
    places = [
        (SIDE + (width - 2 * SIDE) * step / steps, height - SIDE - (height - 2 * SIDE) * value / most)
        for step, value in enumerate(values)
    ]
    if not places:
        return small("sparkline", COURSE, title)
    line = "M" + "L".join(f"{short(x)} {short(y)}" for x, y in places)
    x, y = places[-1]
    drawn = (
        element("path", {"d": line, "class": "course"}),
        element("circle", {"cx": x, "cy": y, "r": 2.2, "class": "now"}),
    )
    return small("sparkline", COURSE, title, *drawn)


def change(now: float, usual: float, *, title: str, most: float | None = None) -> Markup:
    """This week's number as a bar, and what is usual as a stroke across it; `most` is the end of the scale."""
    width, height = BULLET
    scale = width / (max(now, usual, most or 0) or 1)
    ground = element("rect", {"x": 0, "y": 4, "width": width, "height": height - 8, "class": "ground"})
    bar = element("rect", {"x": 0, "y": 4, "width": scale * now, "height": height - 8, "class": "filled"})
    place = min(width - 1.0, max(1.0, scale * usual))
    stroke = element("line", {"x1": place, "x2": place, "y1": 0, "y2": height, "class": "usual"})
    return small("change", BULLET, title, ground, bar, stroke)
