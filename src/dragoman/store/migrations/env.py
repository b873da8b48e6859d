"""How Alembic runs the migrations: within the transaction that `migrating` has begun."""

from alembic import context

import dragoman.store.briefing_tables  # noqa: F401  its tables are among them
from dragoman.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transaction_per_migration=False
)
context.run_migrations()
