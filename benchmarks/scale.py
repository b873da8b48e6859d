"""How quick archives are coded in shards: one process and two, memory on the way, a second run, and the store.

usage: python benchmarks/scale.py [REPORTS] [--rules-only]

The bundled reports are varied over countries, capitals, people and days until there are so many REPORTS (20,000 unless
said). Two processes of `dragoman code --out` code all of them, one process a twentieth of them before and after,
each in a run of its own from nothing. Memory is what the processes that code hold, summed up every two seconds.
"""

import itertools
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from dragoman.read.bulk import units

REPORTS = Path(__file__).parent.parent / "src/dragoman/data/chronicle/reports.jsonl"
MANY = 20_000
SIZE = 64
WEEKS = 520
# Names, adjectives and capitals that take the place of one another; the bundled reports are about the first five.
COUNTRIES = (
    ("North Korea", "North Korean", "Pyongyang"),
    ("South Korea", "South Korean", "Seoul"),
    ("Japan", "Japanese", "Tokyo"),
    ("China", "Chinese", "Beijing"),
    ("Russia", "Russian", "Moscow"),
    ("India", "Indian", "New Delhi"),
    ("Pakistan", "Pakistani", "Islamabad"),
    ("Iran", "Iranian", "Tehran"),
    ("Israel", "Israeli", "Jerusalem"),
    ("Turkey", "Turkish", "Ankara"),
    ("Egypt", "Egyptian", "Cairo"),
    ("Ukraine", "Ukrainian", "Kyiv"),
    ("Ethiopia", "Ethiopian", "Addis Ababa"),
    ("Venezuela", "Venezuelan", "Caracas"),
    ("Colombia", "Colombian", "Bogota"),
    ("Serbia", "Serbian", "Belgrade"),
    ("Vietnam", "Vietnamese", "Hanoi"),
    ("Cuba", "Cuban", "Havana"),
)
PEOPLE = (
    "Glyn Davies",
    "Ryoo Kihl-jae",
    "Yun Byung-se",
    "Kim Yang Gon",
    "Kim Kye Gwan",
    "Victoria Nuland",
    "Jay Carney",
)
OTHERS = ("Ada Harrow", "Marek Dolan", "Ines Carvell", "Tomas Reyne", "Lena Ostrow", "Viktor Samm", "Noor Hadley")


def varied(many: int) -> Iterator[str]:
    """So many reports as JSON Lines, each a bundled one with other countries, people and days; always the same ones."""
    chance = random.Random(1)
    reports = [json.loads(line) for line in REPORTS.read_text(encoding="utf-8").splitlines()]
    for number, report in zip(range(many), itertools.cycle(reports), strict=False):
        words = dict(zip(PEOPLE, chance.sample(OTHERS, len(PEOPLE)), strict=True))
        for before, after in zip(COUNTRIES[:5], chance.sample(COUNTRIES, 5), strict=True):
            words |= zip(before, after, strict=True)
        pattern = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
        text, title = (
            re.sub(pattern, lambda found, words=words: words[found[0]], report[part])  # type: ignore[misc]
            for part in ("text", "title")
        )
        day = date.fromisoformat(report["published"]) + timedelta(weeks=chance.randrange(WEEKS))
        varied = {"id": f"{report['id']}-{number}", "url": f"{report['url']}/{number}", "published": day.isoformat()}
        yield json.dumps(report | varied | {"text": text, "title": title}, ensure_ascii=False)


class Run(NamedTuple):
    """A run: seconds by the clock, and after each sample the megabytes of all processes that code."""

    seconds: float
    megabytes: list[float]


def coded(file: Path, out: Path, workers: int, *options: str) -> Run:
    """Code a file into a folder of shards, watching what its processes hold."""
    line = [sys.executable, "-m", "dragoman", "code", file, "--out", out, "--workers", workers, "--quiet", *options]
    began, samples = time.monotonic(), []
    with subprocess.Popen(list(map(str, line))) as program:
        while program.poll() is None:
            samples.append(sum(megabytes(child) for child in children(program.pid)))
            time.sleep(2)
    if program.returncode:
        sys.exit(f"{line} ended with {program.returncode}")
    return Run(time.monotonic() - began, samples)


def children(parent: int) -> list[Path]:
    """The processes that one has started, as folders of /proc."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(folder)
        except OSError:
            continue  # it has ended meanwhile
    return found


def megabytes(process: Path) -> float:
    """What a process holds of the memory; 0 where it has ended."""
    try:
        return int((process / "statm").read_text().split()[1]) * 4096 / 1e6
    except (OSError, IndexError):
        return 0


def timed(*line: object) -> float:
    """Seconds by the clock that a program takes."""
    began = time.monotonic()
    subprocess.run(list(map(str, line)), check=True, capture_output=True)
    return time.monotonic() - began


def told(name: str, run: Run, many: int, start: float) -> float:
    """Print what a run came to, and give the reports a second; the first samples are of loading and do not count."""
    tenth = max(1, len(run.megabytes) // 10)
    early, late = max(run.megabytes[tenth : 2 * tenth + 1]), max(run.megabytes[-tenth - 1 : -1] or run.megabytes[-1:])
    print(
        f"{name:14} {run.seconds:7.1f} s, {many / (run.seconds - start):6.1f} reports/s, "
        f"memory after a tenth {early:,.0f} MB, at the end {late:,.0f} MB, at most {max(run.megabytes):,.0f} MB",
        flush=True,
    )
    return many / (run.seconds - start)


def main() -> None:
    """Code with one process and with two, then again, then load, and print what was measured."""
    options = [given for given in sys.argv[1:] if given.startswith("--")]
    many = int(next((given for given in sys.argv[1:] if not given.startswith("--")), MANY))
    dragoman = (sys.executable, "-m", "dragoman")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, single = folder / "reports.jsonl", folder / "single.jsonl"
        file.write_text("\n".join(varied(many)) + "\n", encoding="utf-8")
        single.write_text(next(varied(1)) + "\n", encoding="utf-8")
        began = time.monotonic()
        shards = sum(1 for _ in units([str(file)], size=SIZE))
        cutting = file.stat().st_size / 1e6 / (time.monotonic() - began)
        print(f"{many:,} reports, {file.stat().st_size / 1e6:.0f} MB, {shards} shards; cutting {cutting:,.0f} MB/s")
        start = timed(*dragoman, "code", single, "--out", folder / "single", "--quiet", *options)
        print(f"start, loading and one report: {start:.1f} s")
        part = folder / "part.jsonl"
        part.write_text("\n".join(varied(many // 20)) + "\n", encoding="utf-8")
        before = told("one process", coded(part, folder / "before", 1, *options), many // 20, start)
        both = told("two processes", coded(file, folder / "out-2", 2, *options), many, start)
        after = told("one process", coded(part, folder / "after", 1, *options), many // 20, start)
        print(f"two against one: {both / before:.2f} and {both / after:.2f} times")
        again = timed(*dragoman, "code", file, "--out", folder / "out-2", "--quiet", *options)
        size = sum(path.stat().st_size for path in (folder / "out-2").glob("*.parquet"))
        print(f"again, all there: {again:.1f} s, {shards / again:,.0f} shards/s; {size / many:,.0f} bytes a report")
        load = timed(*dragoman, "store", "load", folder / "out-2", "--store", folder / "record.db")
        print(f"store load: {load:.1f} s, {many / load:,.0f} reports/s")


if __name__ == "__main__":
    main()
