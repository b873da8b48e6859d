"""Reports, runs of them, and the records that came of a run."""

import functools
import json
import multiprocessing

from dragoman.export.lines import encode
from dragoman.read.bulk import read_unit, units
from dragoman.scale import folders
from dragoman.scale.files import line_of, read_rows
from dragoman.scale.local import code_locally
from dragoman.scale.running import code_shards
from dragoman.scale.shards import Caps, Job, Options
from dragoman.scale.work import code_shard
from tests.scale import standin

# Processes come from one that has everything loaded, so that each is there at once.
multiprocessing.get_context("forkserver").set_forkserver_preload(["tests.scale.loaded"])
CAPS = Caps(seconds=100, megabytes=2_000)


def report(number, text="", **fields):
    words = text or f"Report {number}: North Korea condemned Japan and named {number * 7919 % 1009} reasons."
    return json.dumps({"id": f"report-{number}", "text": words, "published": "2013-03-08"} | fields, ensure_ascii=False)


def write_lines(path, lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def job(folder, *, pause=0.0, caps=CAPS, **options):
    return Job(
        folder=str(folder), coder=standin.INFO, making=standin.making(pause), options=Options(**options), caps=caps
    )


def run(folder, *inputs, size=8, workers=0, engine=None, share=(1, 1), told=lambda reports: None, **fields):
    """Code inputs into a folder; gives what became of each shard. Without workers it is done in this process."""
    if engine is None:
        engine = functools.partial(code_locally, workers=workers, told=told, start="forkserver") if workers else here
    return list(code_shards(job(folder, **fields), units(map(str, inputs), size=size), size, engine, share=share))


def here(tasks):
    for task in tasks:
        yield code_shard(task)


def records(folder):
    """The lines of all records of a run, sorted."""
    return sorted(line_of(row) for path in folder.glob("*.parquet") for row in read_rows(path))


def expected(*inputs, **options):
    """The lines that reading and coding the inputs in one stream gives, sorted."""
    desk = standin.coder(standin.making())
    given = (one for unit in units(map(str, inputs)) for one in read_unit(unit, dateline=desk.dateline, **options))
    return sorted(encode(one, desk.ontology) for one in desk.pipe(given))


def in_work(folder):
    return sorted(path.name for path in (folder / folders.WORK).iterdir())


def hows(done):
    counted = {}
    for one in done:
        counted[one.how] = counted.get(one.how, 0) + 1
    return counted
