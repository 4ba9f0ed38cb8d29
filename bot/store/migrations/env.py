"""Runs the revisions on the connection that the store hands in; alembic loads this file."""

from alembic import context

from bot.store.delivery_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    # SQLite takes its DDL back as well, once the driver lets the transactions to us.
    transactional_ddl=True,
    on_version_apply=context.config.attributes["on_version_apply"],
)
context.run_migrations()
