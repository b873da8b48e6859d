"""Tables of an earlier version become those of this one; loaded only where a store is made or has to change."""

from pathlib import Path

from alembic import command  # the migrations of SQLAlchemy's own makers
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from dragoman.errors import StoreError

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(connection: Connection, found: str | None, where: str, *, to: str = "head") -> None:
    """Run the missing migrations within the connection's transaction; raises `StoreError` for a newer store."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        message = f"made by a newer Dragoman (tables of version {found}): update with pip install -U dragoman"
        raise StoreError(message, kind="version", where=where)
    config.attributes["connection"] = connection
    command.upgrade(config, to)
