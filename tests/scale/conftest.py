"""Inputs of each kind for the stand-in coder."""

import pytest

from tests.scale.made import report, write_lines

PAGE = "<html><head><title>Page {0}</title></head><body><article><p>{1}</p></article></body></html>"
TEXT = "North Korea condemned Japan on Friday, and a spokesman gave {0} reasons for it in a long statement. " * 3
GERMAN = "Der Außenminister sagte am Montag in Berlin, dass die Gespräche ohne Ergebnis beendet worden seien. " * 3


@pytest.fixture
def lines(tmp_path):
    """A file of 40 reports, among them one that is broken, one that is empty and one in German."""
    made = [report(number) for number in range(40)]
    made[7:7] = ["{broken", report(101, " "), report(102, GERMAN), ""]
    return write_lines(tmp_path / "reports.jsonl", made)


@pytest.fixture
def pages(tmp_path):
    """A folder with pages, texts and a file of lines."""
    folder = tmp_path / "pages"
    (folder / "inner").mkdir(parents=True)
    for number in range(10):
        (folder / f"{number}.html").write_text(PAGE.format(number, TEXT.format(number)), encoding="utf-8")
        (folder / "inner" / f"{number}.txt").write_text(TEXT.format(number + 50), encoding="utf-8")
    (folder / "empty.txt").write_text("")
    write_lines(folder / "more.jsonl", [report(number) for number in range(200, 212)])
    return str(folder)
