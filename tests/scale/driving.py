"""A run as a program of its own: `python -m tests.scale.driving FOLDER FILE local|MASTER SIZE PAUSE`."""

import functools
import sys
from pathlib import Path

from dragoman.scale.local import code_locally
from dragoman.scale.spark import code_on_spark
from tests.scale.made import run


def silent(reports):
    """Nobody is told."""


def engine_of(name):
    if name == "local":
        return functools.partial(code_locally, workers=2, told=silent)
    return functools.partial(code_on_spark, master=name, workers=2, told=silent)


if __name__ == "__main__":
    folder, file, name, size, pause = sys.argv[1:]
    run(Path(folder), file, size=int(size), pause=float(pause), engine=engine_of(name))
