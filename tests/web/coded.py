"""A coder for tests of what surrounds it: quick, and with words in a report that make it fail as real ones can."""

import os
import signal
import time

from dragoman.errors import ModelError
from dragoman.records import CoderInfo, Coding, Commitment, Failure

INFO = CoderInfo(version="0", rules="none", model="none")
# What no store takes: words bind somebody, and nobody can say which.
UNPROVED = Commitment(by="TCD", to=("SDN",), kind="offer", content="help", evidence=())


def load():
    """What codes, as the worker loads it in its process."""
    return lambda given: map(result_of, given)


def load_nothing():
    raise ModelError("the model is not installed", kind="model")


def result_of(one):
    if isinstance(one, Failure):
        return one
    text = one.article.text
    if "KILL" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "SLEEP" in text:
        time.sleep(60)
    if "FAULT" in text:
        raise ZeroDivisionError
    return Coding(
        article=one.article.head(),
        coder=INFO,
        warnings=one.warnings,
        events=(),
        quotes=(),
        dates=(),
        commitments=(UNPROVED,) if "UNPROVED" in text else (),
    )
