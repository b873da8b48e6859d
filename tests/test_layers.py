"""Imports go one way: no module imports from a layer above its own."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src" / "dragoman"
# From the ground up; a module may import from its own layer and from those below.
LAYERS = (
    {"records", "errors"},
    {"rules"},
    {"mend"},
    {"parse", "read"},
    {"find", "resolve", "ledger"},
    {"store"},
    {"relate"},
    {"coder", "export", "edge"},
    {"evaluate"},
    {"views"},
    {"brief"},
    {"scale", "watch"},
    {"web"},
    {"commands"},
    {"cli"},
    {"__main__", "__init__"},
)
# Libraries that are heavy or of one purpose, and the only modules that may import them; with a slash at its end a folder.
ONLY_IN = {
    "spacy": {"parse"},
    "trafilatura": {"read/pages"},
    "py3langid": {"read/languages"},
    "lxml": {"read/feeds", "read/items", "read/pages"},
    "protego": {"watch/robots", "commands/watch"},
    "httpcore": {"read/fetch"},
    "ahocorasick_rs": {"find/mentions"},
    "pyarrow": {"export/parquet", "read/parquet", "scale/files"},
    "pyspark": {"scale/spark"},
    "fastwarc": {"read/answers"},
    "zstandard": {"read/packed"},
    "rensa": {"resolve/sketches"},
    "typer": {"cli/"},
    "sqlalchemy": {"store/"},
    "alembic": {"store/migrating", "store/migrations/"},
    "pg8000": set(),
    "matplotlib": {"export/timelines"},
    "pandas": {"export/frames"},
    "polars": {"export/frames"},
    "jinja2": {"export/pages", "web/templates", "brief/rendering"},
    "css_inline": {"brief/rendering"},
    "itsdangerous": {"brief/tokens"},
    "email_validator": {"brief/addresses"},
    "httpx2": {"brief/senders/mailchimp_client"},
    "aiosmtplib": {"brief/senders/smtp"},
    "fastapi": {"web/", "commands/serve"},
    "starlette": {"web/"},
    "uvicorn": {"commands/serve"},
    "argon2": {"web/passwords"},
    "onnxruntime": {"relate/encoder"},
    "tokenizers": {"relate/encoder"},
    "numpy": {
        "relate/encoder",
        "resolve/near_duplicates",
        "resolve/sketches",
        "resolve/vectors",
        "store/columns",
    },
}


def modules():
    return sorted(str(path.relative_to(SRC).with_suffix("")) for path in SRC.rglob("*.py"))


def imports(module, *, of_types=True):
    """Names that a module imports; with `of_types=False` those under `if TYPE_CHECKING` are left out."""
    tree = ast.parse((SRC / f"{module}.py").read_text(encoding="utf-8"))
    skipped = set()
    if not of_types:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
                skipped.update(map(id, ast.walk(node)))
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def layer(module):
    first = module.split("/")[0]
    (found,) = [number for number, names in enumerate(LAYERS) if first in names]
    return found


@pytest.mark.parametrize("module", modules())
def test_imports_go_down(module):
    for name in imports(module, of_types=False):
        if name.startswith("dragoman.") and module != "__init__":
            imported = name.removeprefix("dragoman.").replace(".", "/")
            assert layer(imported) <= layer(module), f"{module} imports {name}"


@pytest.mark.parametrize("module", modules())
def test_each_library_has_one_home(module):
    for name in imports(module):
        homes = ONLY_IN.get(name.split(".")[0])
        at_home = homes is None or any(
            module == home or (home.endswith("/") and module.startswith(home)) for home in homes
        )
        assert at_home, f"{module} imports {name}"


@pytest.mark.parametrize(
    "start", ["import dragoman", "from dragoman.cli import app\ntry: app(['--help'])\nexcept SystemExit: pass"]
)
def test_starting_loads_nothing_heavy(start):
    command = f"import sys\n{start}\nprint('loaded', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.rpartition("loaded")[2].split()}
    assert "dragoman" in loaded
    assert not loaded & (ONLY_IN.keys() - {"typer"})
