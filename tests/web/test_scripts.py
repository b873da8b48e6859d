"""Scripts: those of others as they came, the project's own within the policy of the pages, all of them small."""

import gzip
import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from dragoman.rules import DATA
from dragoman.web.charts import steps as stepping

STATIC = DATA / "web" / "static"
VENDOR = STATIC / "vendor"


def libraries():
    return tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))["library"]


def packed(*names):
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names)


def test_scripts_of_others_are_as_they_came():
    listed = {
        f"{one['name']}-{one['version']}/{name}": digest for one in libraries() for name, digest in one["files"].items()
    }
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "vendor.toml"
    }
    assert found == listed


def test_scripts_of_others_are_named_with_their_licences():
    notice = (Path(__file__).parents[2] / "NOTICE").read_text(encoding="utf-8")
    for one in libraries():
        assert "LICENSE" in one["files"]
        assert one["licence"] in {"0BSD", "MIT", "ISC"}
        assert f" {one['version']} (" in notice, one["name"]


OWN = ("vendor.js", "charts.js", "network.js", "map.js")


@pytest.mark.parametrize("name", OWN)
def test_own_scripts_need_nothing_that_the_policy_forbids(name):
    script = (STATIC / name).read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|\bFunction\(|\.style\.|https?://(?!www\.w3\.org)",
        script,
    )
    for wanted in re.findall(r'"([\w.-]+-\d[\w.]*/[\w.-]+)"', script):
        assert (VENDOR / wanted).is_file(), wanted
    for wanted in re.findall(r'from "\./([\w.]+)"', script):
        assert (STATIC / wanted).is_file(), wanted


# What a page of each kind loads.
LOADS = {
    "timeline": ("charts.js", "vendor.js", "vendor/uplot-1.6.32/uPlot.iife.min.js"),
    "map": ("map.js", "vendor.js", *(f"vendor/{name}" for name in ("d3-array-3.2.5/d3-array.min.js", "d3-geo-3.1.2/d3-geo.min.js", "topojson-client-3.1.0/topojson-client.min.js"))),
}  # fmt: skip


@pytest.mark.parametrize("page", LOADS)
def test_a_page_loads_at_most_sixty_kilobytes_of_script(page):
    assert packed("vendor/htmx.org-4.0.1/htmx.min.js", *LOADS[page]) <= 60_000


def test_scripts_and_pictures_agree_on_how_many_steps_are_drawn():
    assert f"const MOST = {stepping.MOST};" in (STATIC / "charts.js").read_text(encoding="utf-8")
