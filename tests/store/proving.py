"""The long proof of the store: `python -m tests.store.proving [POINTS]` kills ingest at 100 random points.

On SQLite, on PostgreSQL, and with the PostgreSQL server itself killed; the results are added to docs/reliability.md.
"""

import datetime
import functools
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from tests.store import servers
from tests.store.killing import corpus_of, kill_process, kill_server, new_database, new_file, prove

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
TABLE = (
    "| day | version | what is killed | points | while reports went in | reports, events | lost | doubled | unsound |"
)
# As many of the chronicle's reports as are stored in about a second.
REPORTS = 20


def main():
    points = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    lines = chronicle_lines()[:REPORTS]
    with servers.running() as server:
        on_server = functools.partial(new_database, server)
        runs = (
            ("the process, on SQLite", new_file, kill_process),
            ("the process, on PostgreSQL", on_server, kill_process),
            ("the PostgreSQL server", on_server, functools.partial(kill_server, server)),
        )
        failed = False
        for name, places, kill in runs:
            with places() as where:
                corpus = corpus_of(lines, where)
            proof = prove(places, corpus, points, kill=kill, shown=True)
            failed |= bool(proof.lost or proof.doubled or proof.unsound)
            line = row(name, proof, corpus)
            print(line)
            print("\n".join(proof.unsound))
            note(line)
    sys.exit(failed)


def chronicle_lines():
    """The bundled chronicle, coded by the command line."""
    chronicle = Path(__file__).parents[2] / "src" / "dragoman" / "data" / "chronicle"
    command = [sys.executable, "-m", "dragoman", "code", chronicle / "reports.jsonl", chronicle / "pages", "-q"]
    return subprocess.run(command, check=True, capture_output=True).stdout.splitlines()


def row(name, proof, corpus):
    held = f"{len(corpus.contents['articles'])}, {len(corpus.contents['events'])}"
    cells = (datetime.date.today(), version("dragoman"), name, proof.kills, proof.inside, held, proof.lost)
    return "| " + " | ".join(map(str, (*cells, proof.doubled, len(proof.unsound)))) + " |"


def note(line):
    """Add a row to the table of results."""
    page = PAGE.read_text(encoding="utf-8")
    head, table = page.split(TABLE)
    rows, _, rest = table.partition("\n\n")
    PAGE.write_text(f"{head}{TABLE}{rows.rstrip()}\n{line}\n\n{rest}".rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
