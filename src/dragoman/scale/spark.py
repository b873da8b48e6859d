"""Shards coded on a Spark cluster, by the same function as everywhere; Spark only says where, and tries again."""

import contextlib
import itertools
import os
import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

from dragoman.errors import ModelError
from dragoman.scale.shards import Done, Task
from dragoman.scale.work import Told, code_shard

if TYPE_CHECKING:
    from pyspark import SparkContext

# Deaths of one shard's process before Spark gives up the whole run: three for each report of a shard of 64.
FAILURES = 200
# What is set for every run, whatever spark-defaults.conf says; all else is as that has it.
SETTINGS = {
    "spark.task.maxFailures": str(FAILURES),
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.executorEnv.OMP_NUM_THREADS": "1",
}
# Shards for each core that are given to Spark at once: enough to keep all busy, few enough to hear of them soon.
WAVE = 20


def code_on_spark(tasks: Iterator[Task], master: str | None, workers: int, told: Told) -> Generator[Done]:
    """Code shards on the cluster of a master ("spark://host:7077", "yarn"), or by so many processes of this machine.

    The folder of the shards and all inputs have to be at the same path on every machine. Raises `ModelError` where
    Spark is not there or does not come to an end.
    """
    with _context(_master(master, workers)) as context:
        while wave := list(itertools.islice(tasks, WAVE * context.defaultParallelism)):
            try:
                done = context.parallelize(wave, len(wave)).map(code_shard).collect()
            except Exception as error:  # what the other side of the bridge raises has no other base
                raise ModelError(f"Spark has given up: {_first_line(error)}", kind="spark") from error
            for one in done:
                told(_reports(one))
                yield one


def _master(master: str | None, workers: int) -> str:
    """Spark's own local mode gives up at the first failure unless it is told otherwise behind the number of cores."""
    if master is None or master == "local":
        return f"local[{workers},{FAILURES}]"
    if master.startswith("local[") and "," not in master:
        return f"{master[:-1]},{FAILURES}]"
    return master


@contextlib.contextmanager
def _context(master: str) -> "Iterator[SparkContext]":
    spark = _spark()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = dict(SETTINGS)
    if master.startswith("local["):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    try:
        conf = spark.SparkConf().setMaster(master).setAppName("dragoman")
        for name, value in settings.items():
            conf.setIfMissing(name, value)
        context = spark.SparkContext.getOrCreate(conf)
    except Exception as error:
        raise ModelError(
            f"Spark does not start: {_first_line(error)}; it needs Java 17 or later", kind="spark"
        ) from error
    context.setLogLevel("FATAL")  # what becomes of each shard is told by us
    try:
        yield context
    finally:
        context.stop()


def _reports(done: Done) -> int:
    line = done.line if done.how == "coded" else None
    return line.reports if line else 0


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]


def _spark() -> Any:
    try:
        import pyspark  # what research clusters run; its news and WARC tools are kept by those who keep the archives
    except ImportError as error:
        raise ModelError("Spark is not installed: pip install 'dragoman[spark]', and Java", kind="missing") from error
    return pyspark
