"""The long proof of watching: `python -m tests.watch.proving [KILLS] [DOCUMENTS]`, 80 kills and a soak of 10,000 unless told.

The soak is of so many documents that a watch reads, and of as many views of pages of the web app.
"""

import sys
import tempfile
from pathlib import Path

from tests.watch import soaking
from tests.watch.killing import prove
from tests.web import soaking as viewing

CHRONICLE = Path("out/chronicle.db")


def main():
    kills, documents = (int(given) for given in (*sys.argv[1:], *("80", "10000")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        proof = prove(kills, Path(folder))
        print(
            f"{proof.kills} kills, {proof.inside} before all was read; unsound: {proof.unsound or 'nothing'}",
            flush=True,
        )
        flat = [
            told("reports", documents, soaking.soak(documents, Path(folder))),
            told("page views", documents, viewing.soak(documents, CHRONICLE, folder)),
        ]
    sys.exit(bool(proof.unsound) or not all(flat))


def told(what, many, marks):
    """Print what was held after each tenth; whether that is flat."""
    for number, held in enumerate(marks, 1):
        print(
            f"after {number * many // 10:,} {what}: {held.files} files, {held.threads} threads, {held.megabytes:.0f} MB"
        )
    return viewing.is_flat(marks)


if __name__ == "__main__":
    main()
