"""Run by Alembic: the connection, and its transaction, are the caller's."""

from alembic import context

from portal.server.base.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    render_as_batch=True,
)
context.run_migrations()
