"""Runs the migrations on the connection that `core.database.migrate` hands over, inside its transaction."""

from alembic import context

from core.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
