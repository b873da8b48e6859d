"""The long proof of the web app: `python -m tests.web.proving [EVENTS] [STORE]`, on a store of 2,000,000 events.

Makes the store where it is not there yet, serves it, and asks each page 200 questions of which no two are alike: the time
that the server takes, the bytes of script that a page loads, what 16 connections at once lose; and makes up requests from
the OpenAPI document. Ends with status 1 where something is slower or larger than promised, or is lost.
"""

import http.client
import itertools
import json
import math
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from starlette.testclient import TestClient

from dragoman.export.lines import decode
from dragoman.records import Coding
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.web.app import make_app
from dragoman.web.serving import Served
from tests.web import large
from tests.web.browsing import NAMES, opened, started
from tests.web.made_up import known_values, make_up
from tests.web.running import Server, running

EVENTS, OUT = 2_000_000, Path("out")
# Questions to each page, and the milliseconds within which 95 of 100 are answered.
MANY, QUICK = 200, 150
# Bytes of packed script that a page loads at most; the network is drawn by a library of its own.
SCRIPT, LARGER = 60_000, {"network"}
# Addresses of each page that a browser opens: some scripts come only where there is much to draw.
TRIED = 4
FORMATS = ("", ".json", ".csv", ".atom")
# Requests at once for some seconds, of these pages.
CONNECTIONS, SECONDS, PRESSED = 16, 15, ("overview", "dyad", "ledger", "search", "event", "report")
# Made-up requests of each of some 80 operations: such that fit the document, and such that do not.
FITTING, UNFITTING = 16, 12
DURATION = re.compile(r"app;dur=([0-9.]+)")


class Timing(NamedTuple):
    """How long a page takes: milliseconds of the server's time, and with sending all of it (95 of 100)."""

    page: str
    asked: int
    p50: float
    p95: float
    most: float
    sent: float


def main() -> None:
    many = int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else EVENTS
    where = sys.argv[2] if len(sys.argv) > 2 else str(OUT / f"web-{many}.db")
    if "://" not in where and not Path(where).exists():
        begun = time.monotonic()
        large.make(where, chronicle(), many)
        print(f"made {where} in {time.monotonic() - begun:,.0f} s", flush=True)
    found = {"store": size_of(where), "machine": {"processors": os.cpu_count(), "python": platform.python_version()}}
    with open_store(where) as store, running(where) as server:
        asked = large.questions(large.look_into(store, MANY), MANY)
        server.settle()
        found["pages"] = [one._asdict() for one in timings(server, store, asked, where)]
        found["scripts"] = scripts(server, asked)
        found["pressed"] = [pressed(server, page, asked[page]) for page in PRESSED]
        found["megabytes"] = round(server.megabytes())
    found["made_up"] = made_up()
    found["failed"] = failures(found)
    (OUT / "prove-web.json").write_text(json.dumps(found, indent=2) + "\n")
    print("\n".join(found["failed"]) or "nothing is slower or larger than promised, nothing is lost")
    sys.exit(bool(found["failed"]))


def read_through(where: str) -> None:
    """Have the machine hold the file in its memory, as it does where a store is in use: the disk is not what is measured."""
    if "://" not in where:
        with Path(where).open("rb") as file:
            while file.read(10_000_000):
                pass


def chronicle() -> list[Coding]:
    """The codings of the bundled chronicle, as `./run demo` leaves them."""
    ontology = Rules.load().ontology
    lines = (OUT / "chronicle.jsonl").read_bytes().splitlines()
    return [one for line in lines if isinstance(one := decode(line, ontology), Coding)]


def size_of(where: str) -> dict[str, int]:
    """What the store holds."""
    tables = ("event", "telling", "article", "statement", "account", "dyad_day")
    with open_store(where, writing=False) as store, store.reading() as connection:
        return {table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() for table in tables}


# How long pages take


def timings(server: Server, store, asked, where):
    print(f"{'page':<22}{'asked':>6}{'p50':>8}{'p95':>8}{'most':>8}{'p95 with sending':>18}  ms")
    for format, (page, addresses) in itertools.product(FORMATS, asked.items()):
        read_through(where)
        if timing := timed(server, store, page, format, addresses):
            told = "".join(f"{value:>{width}.1f}" for value, width in zip(timing[2:], (8, 8, 8, 18), strict=True))
            print(f"{timing.page:<22}{timing.asked:>6}{told}", flush=True)
            yield timing


def timed(server: Server, store, page: str, format: str, addresses) -> Timing | None:
    """A page in a format, a report having come in before each question; None where it has none of that format.

    A page with one address is asked it anew and anew.
    """
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    if not (found := answered(connection, formed(addresses[0], format))):
        return None
    times = []
    for number, address in enumerate(itertools.islice(itertools.cycle(addresses), MANY)):
        large.beat(store, number)
        found = answered(connection, formed(address, format))
        assert found, address
        times.append(found)
    connection.close()
    servers, sent = (sorted(one[place] for one in times) for place in (0, 1))
    most = math.ceil(0.95 * len(times)) - 1
    return Timing(page + format, len(times), servers[len(times) // 2], servers[most], servers[-1], sent[most])


def answered(connection, address: str) -> tuple[float, float] | None:
    """Milliseconds of the server, and until all had come; None where there is no such page."""
    begun = time.perf_counter()
    connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    answer.read()
    if answer.status == 404:
        return None
    assert answer.status == 200, (answer.status, address)
    return float(DURATION.search(answer.headers["server-timing"])[1]), 1000 * (time.perf_counter() - begun)


def formed(address: str, format: str) -> str:
    """The address of a page in a format.

    >>> formed("/", ".json"), formed("/dyads?from=2013-01-01", ".csv")
    ('/overview.json', '/dyads.csv?from=2013-01-01')
    """
    path, mark, question = address.partition("?")
    return f"{'/overview' if path == '/' and format else path}{format}{mark}{question}"


# What a page loads


def scripts(server: Server, asked) -> dict[str, int]:
    """Bytes of script that come over the wire for each page, those too that other scripts ask for."""
    if not any(map(shutil.which, NAMES)):
        print("Chromium is missing (Debian: apt-get install chromium): the bytes of scripts are not measured")
        return {}
    found = {}
    with started() as browser:
        for page, addresses in asked.items():
            plain = addresses[0].partition("?")[0]
            tried = [plain, f"{plain}?every=day", *addresses[1:TRIED]]
            found[page] = max(loaded(browser, server.url + address) for address in tried)
            print(f"{page:<22}{found[page]:>8,} bytes of script", flush=True)
    return found


def loaded(browser, address: str) -> int:
    with opened(browser, viewport={"width": 1280, "height": 900}) as page:
        done = []
        page.on("requestfinished", lambda request: done.append(request))  # noqa: PLW0108 - playwright wants a function of Python
        page.goto(address, wait_until="networkidle", timeout=120_000)
        return sum(one.sizes()["responseBodySize"] for one in done if one.resource_type == "script")


# What many at once lose

REPORT = {
    "requests": r"(\d+) requests in",
    "a_second": r"Requests/sec:\s+([\d.]+)",
    "p99": r"99%\s+([\d.]+\w+)",
    "refused": r"Non-2xx or 3xx responses: (\d+)",
    "lost": r"Socket errors: (.*)",
}


def pressed(server: Server, page: str, addresses) -> dict[str, str]:
    """What wrk reports of a page with many requests at once, each for another address."""
    if not shutil.which("wrk"):
        print("wrk is missing (Debian: apt-get install wrk): many requests at once are not tried")
        return {"page": page}
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        listed = ", ".join(json.dumps(address) for address in addresses)
        script.write(
            f"local all, n = {{{listed}}}, 0\nfunction request() n = n % #all + 1; return wrk.format('GET', all[n]) end\n"
        )
        script.flush()
        command = [
            "wrk",
            "-t2",
            f"-c{CONNECTIONS}",
            f"-d{SECONDS}s",
            "--timeout",
            "30s",
            "--latency",
            "-s",
            script.name,
            server.url,
        ]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = {name: told[1] if (told := re.search(pattern, said)) else "" for name, pattern in REPORT.items()}
    print(f"{page:<22}" + ", ".join(f"{name} {value or 0}" for name, value in found.items()), flush=True)
    return {"page": page, **found}


# Requests that are made up


def made_up() -> dict[str, object]:
    """How many were asked of the chronicle, with which statuses, and what was wrong."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(OUT / "chronicle.db", Path(folder, "copy.db"))
        with open_store(Path(folder, "copy.db")) as store:
            app = make_app(Served(store, Rules.load()))
            known = known_values(TestClient(app, base_url="http://localhost"))
            made = make_up(app, known, FITTING, UNFITTING)
    statuses = dict(sum(made.statuses.values(), start=type(made.faults)()))
    print(f"{made.asked:,} made-up requests, by status {statuses}, {len(made.faults)} faults")
    return {"asked": made.asked, "statuses": statuses, "faults": [" ".join(map(str, one)) for one in made.faults]}


def failures(found) -> list[str]:
    """What is not as promised."""
    slow = [one for one in found["pages"] if one["p95"] > QUICK]
    large_ones = {page: size for page, size in found["scripts"].items() if size > SCRIPT and page not in LARGER}
    lost = [one for one in found["pressed"] if one.get("lost") or one.get("refused")]
    return [
        *(f"slow: {one['page']} takes {one['p95']:.0f} ms (p95)" for one in slow),
        *(f"large: {page} loads {size:,} bytes of script" for page, size in large_ones.items()),
        *(f"lost: {one}" for one in lost),
        *(f"wrong: {one}" for one in found["made_up"]["faults"]),
        *(["too few made-up requests"] if found["made_up"]["asked"] < MANY * 10 else []),
    ]


if __name__ == "__main__":
    main()
