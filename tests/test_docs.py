"""The documents: what they name is there, what they show as commands works, and nothing names a machine."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from dragoman.cli import app

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
COMMANDS = re.compile(r"^\s+(dragoman [^\n#|]+)", re.MULTILINE)


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_in_code_exist(page):
    for path in re.findall(
        r"`((?:src|docs|tests|benchmarks|requirements)/[\w./-]+)`", page.read_text(encoding="utf-8")
    ):
        assert (ROOT / path).exists(), f"{page.name} names {path}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_exist(page):
    for line in COMMANDS.findall(page.read_text(encoding="utf-8")):
        words = shlex.split(line)[1:]
        command = get_command(app)
        while words and not words[0].startswith("-") and getattr(command, "commands", {}).get(words[0]):
            command = command.commands[words.pop(0)]
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        for word in words:
            if word.startswith("--"):
                assert word.split("=")[0] in known, f"{page.name}: {line}"


@pytest.mark.parametrize("name", ["README.md", "docs/ledger.md"])
def test_examples_in_python_run(name, monkeypatch, tmp_path, coder):
    """One after the other, as somebody who reads the page types them; of the chronicle its first reports."""
    few = tmp_path / "reports.jsonl"
    reports = "src/dragoman/data/chronicle/reports.jsonl"
    few.write_text("\n".join((ROOT / reports).read_text(encoding="utf-8").splitlines()[:3]), encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    names = {}
    for block in blocks:
        exec(compile(block.replace(reports, str(few)), name, "exec"), names)
    assert names["coding" if name == "README.md" else "accounts"]


def test_no_registry_host_and_no_machine_path():
    hosts = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "deb.debian" + ".org")
    paths = re.compile(r"(?<![\w.])/(work|root|home|tmp/bash_jobs)/")
    for path in tracked():
        if path.suffix in {".png", ".parquet"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not any(host in text for host in hosts), path
        assert not paths.search(text), path
