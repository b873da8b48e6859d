"""What many tests share: one coder for the whole run, and the rule that a missing tool skips or, in CI, fails."""

import os

import pytest

from dragoman.coder import Coder


@pytest.fixture(scope="session")
def coder() -> Coder:
    """The default coder, loaded once."""
    return Coder()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where DRAGOMAN_REQUIRE=all is set, a skip is a failure: nothing may be left out in silence."""
    report = yield
    if report.skipped and os.environ.get("DRAGOMAN_REQUIRE") == "all" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but DRAGOMAN_REQUIRE=all: {report.longrepr}"
    return report
