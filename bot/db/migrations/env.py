"""Runs Alembic on the connection and in the transaction that `bot.db.migrations` has opened."""

from alembic import context

from bot.db.server_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
