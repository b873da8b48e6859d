"""The colours of the pictures: seen against the page, and told apart by all who look at them."""

import itertools
import re

import pytest

from dragoman.rules import DATA

STYLE = DATA / "web" / "static" / "charts.css"
GRAPHICS = (
    "c-verbal-cooperation",
    "c-material-cooperation",
    "c-verbal-conflict",
    "c-material-conflict",
    "c-open",
    "c-ended",
)
LETTERS = ("chart-ink", "chart-muted")
SIDES = (("cooperation", "conflict"), ("verbal", "material"))
# How those see who lack the cones for red and for green (Machado, Oliveira and Fernandes 2009), and how others see.
SIGHTS = {
    "protanope": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranope": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "other": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}


def themes():
    """The tokens of each block of the style sheet that sets them, by the condition that stands before it."""
    text = STYLE.read_text(encoding="utf-8")
    found = re.findall(r"(?:@media ([^{]+) \{\s*)?(:root[^{]*)\{([^}]*--c-verbal-cooperation[^}]*)\}", text)
    names = {
        "": "light", "(prefers-color-scheme: dark)": "dark", "print": "print", "(forced-colors: active)": "forced",
    }  # fmt: skip
    for condition, selector, body in found:
        name = "chosen dark" if 'data-theme="dark"' in selector else names[condition]
        yield name, dict(re.findall(r"--([\w-]+): ([^;]+);", body))


THEMES = dict(themes())
SEEN = ("light", "dark", "print")


def linear(colour):
    values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]


def luminance(colour):
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(colour, sight):
    seen = [min(1, max(0, sum(a * b for a, b in zip(row, linear(colour), strict=True)))) for row in sight]
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    x, y, z = (
        sum(a * b for a, b in zip(row, seen, strict=True)) / white
        for row, white in zip(rows, (0.95047, 1, 1.08883), strict=True)
    )
    x, y, z = (value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one, other, sight):
    return sum((a - b) ** 2 for a, b in zip(lab(one, sight), lab(other, sight), strict=True)) ** 0.5


def test_all_themes_set_the_same_tokens():
    assert set(THEMES) == {"light", "dark", "chosen dark", "print", "forced"}
    assert len({frozenset(tokens) for tokens in THEMES.values()}) == 1
    assert THEMES["dark"] == THEMES["chosen dark"]
    assert all(THEMES["print"][name] == THEMES["light"][name] for name in GRAPHICS)
    assert not [value for value in THEMES["forced"].values() if value.startswith("#")]


@pytest.mark.parametrize("theme", SEEN)
def test_what_is_drawn_stands_out_from_the_page(theme):
    tokens = THEMES[theme]
    for name in GRAPHICS:
        assert contrast(tokens[name], tokens["chart-paper"]) >= 3, name
    for name, ground in itertools.product(LETTERS, ("chart-paper", "chart-band")):
        assert contrast(tokens[name], tokens[ground]) >= 4.5, (name, ground)


@pytest.mark.parametrize("theme", SEEN)
@pytest.mark.parametrize("sight", SIGHTS)
def test_cooperation_and_conflict_are_told_apart(theme, sight):
    tokens = THEMES[theme]
    names = [f"c-{strength}-{side}" for strength in ("verbal", "material") for side in ("cooperation", "conflict")]
    for one, other in itertools.combinations(names, 2):
        # Differences of ten can be told side by side; here they stand apart.
        assert apart(tokens[one], tokens[other], SIGHTS[sight]) >= 24, (one, other)


@pytest.mark.parametrize("theme", SEEN)
def test_words_are_lighter_than_deeds(theme):
    tokens = THEMES[theme]
    for side in ("cooperation", "conflict"):
        assert luminance(tokens[f"c-verbal-{side}"]) > luminance(tokens[f"c-material-{side}"])
        assert contrast(tokens[f"c-verbal-{side}"], tokens[f"c-material-{side}"]) >= 1.9


@pytest.mark.parametrize("theme", SEEN)
def test_shades_of_the_map_are_steps_away_from_the_page(theme):
    tokens = THEMES[theme]
    ladder = [tokens["chart-paper"], tokens["c-land"], *(tokens[f"c-count-{shade}"] for shade in range(1, 6))]
    from_page = [contrast(ladder[0], colour) for colour in ladder]
    assert from_page == sorted(from_page)
    assert all(contrast(one, other) >= 1.3 for one, other in itertools.pairwise(ladder[1:]))


@pytest.mark.parametrize("theme", SEEN)
def test_stripes_are_seen_upon_each_shade(theme):
    tokens = THEMES[theme]
    for shade in range(1, 6):
        assert contrast(tokens[f"c-count-{shade}"], tokens[f"c-stripe-{shade}"]) >= 2
