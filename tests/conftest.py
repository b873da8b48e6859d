"""What many tests share: one coder for the whole run, and the rule that a missing tool skips or, in CI, fails."""

import fcntl
import os
from pathlib import Path

import pytest
from hypothesis import settings

import dragoman
from dragoman.coder import Coder
from dragoman.export.lines import decode, encode
from dragoman.read import read
from dragoman.records import Coding
from dragoman.rules import Rules

# A busy machine is no fault.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
CHRONICLE = Path(dragoman.__file__).parent / "data" / "chronicle"


@pytest.fixture(scope="session")
def coder() -> Coder:
    """The default coder, loaded once."""
    return Coder()


@pytest.fixture(scope="session")
def chronicle(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Coding]:
    """The codings of the bundled chronicle, reports and pages, made once for all processes of a run."""
    base = tmp_path_factory.getbasetemp()
    kept = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "chronicle.jsonl"
    ontology = Rules.load().ontology
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            coder: Coder = request.getfixturevalue("coder")
            readings = read([CHRONICLE / "reports.jsonl", CHRONICLE / "pages"], dateline=coder.dateline)
            kept.write_bytes(b"\n".join(encode(coding, ontology).strip() for coding in coder.pipe(readings)))
    codings = [decode(line, ontology) for line in kept.read_bytes().splitlines()]
    assert all(isinstance(coding, Coding) for coding in codings)
    return [coding for coding in codings if isinstance(coding, Coding)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where DRAGOMAN_REQUIRE=all is set, a skip is a failure: nothing may be left out in silence."""
    report = yield
    if report.skipped and os.environ.get("DRAGOMAN_REQUIRE") == "all" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but DRAGOMAN_REQUIRE=all: {report.longrepr}"
    return report
