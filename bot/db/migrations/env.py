"""Runs Alembic on the connection and transaction that `bot.db.migrations` opened."""

from alembic import context

from bot.db import server_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=server_tables.settings.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
