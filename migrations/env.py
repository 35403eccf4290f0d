"""What alembic runs: upgrades on the connection that `flask migrate` hands over."""

from alembic import context

from gateway.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transaction_per_migration=True
)

with context.begin_transaction():
    context.run_migrations()
