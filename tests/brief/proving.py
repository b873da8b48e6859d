"""The long proof of sending: `python -m tests.brief.proving [KILLS]` kills whoever sends at 200 random points.

On SQLite, on PostgreSQL, and a quarter as often the mail server; the results are added to docs/reliability.md.
"""

import datetime
import functools
import sys
from importlib.metadata import version
from pathlib import Path

from tests.brief.killing import kill_mail_server, kill_sender, new_file, prove
from tests.store import servers
from tests.store.killing import new_database

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
TABLE = "| day | version | what is killed | kills | in the middle of a mail | mails | unknown, and reported | of them arrived | twice | untrue | forgotten |"


def main():
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with servers.running() as server:
        runs = (
            ("who sends, on SQLite", new_file, kill_sender, kills),
            ("who sends, on PostgreSQL", functools.partial(new_database, server), kill_sender, kills),
            ("the mail server, then who sends", new_file, kill_mail_server, max(1, kills // 4)),
        )
        failed = False
        for name, places, kill, points in runs:
            proof = prove(places, points, kill=kill, shown=True)
            failed |= bool(proof.twice or proof.untrue or proof.forgotten)
            line = row(name, proof)
            print(line)
            note(line)
    sys.exit(failed)


def row(name, proof):
    return "| " + " | ".join(map(str, (datetime.date.today(), version("dragoman"), name, *proof))) + " |"


def note(line):
    """Add a row to the table of results."""
    page = PAGE.read_text(encoding="utf-8")
    head, table = page.split(TABLE)
    rows, _, rest = table.partition("\n\n")
    PAGE.write_text(f"{head}{TABLE}{rows.rstrip()}\n{line}\n\n{rest}".rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
