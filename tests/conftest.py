"""What many tests share: one coder for the whole run, and the rule that a missing tool skips or, in CI, fails."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

import dragoman
from dragoman.coder import Coder
from dragoman.read import read
from dragoman.records import Coding

# A busy machine is no fault.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
CHRONICLE = Path(dragoman.__file__).parent / "data" / "chronicle"


@pytest.fixture(scope="session")
def coder() -> Coder:
    """The default coder, loaded once."""
    return Coder()


@pytest.fixture(scope="session")
def chronicle(coder: Coder) -> list[Coding]:
    """The codings of the bundled chronicle, reports and pages, made once."""
    readings = read([CHRONICLE / "reports.jsonl", CHRONICLE / "pages"], dateline=coder.dateline)
    codings = list(coder.pipe(readings))
    assert all(isinstance(coding, Coding) for coding in codings)
    return codings


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where DRAGOMAN_REQUIRE=all is set, a skip is a failure: nothing may be left out in silence."""
    report = yield
    if report.skipped and os.environ.get("DRAGOMAN_REQUIRE") == "all" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but DRAGOMAN_REQUIRE=all: {report.longrepr}"
    return report
