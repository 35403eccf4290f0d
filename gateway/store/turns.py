"""Turns: what one worker of all does now and then, and no second one does meanwhile."""

from datetime import timedelta

from sqlalchemy import select, update

from gateway.store import tables
from gateway.store.database import Database, clock
from gateway.store.meeting import insert_into


def take(database: Database, name: str, every: timedelta) -> bool:
    """Take the turn if its last one is `every` ago or longer, on the database's clock; False where it is not time."""
    table = tables.turns
    mine = table.c.name == name
    with database.read() as connection:  # what is not due takes no write lock
        last = connection.scalar(select(table.c.taken_at).where(mine))
        if last is not None and clock(connection) - last < every:
            return False
    with database.write() as connection:
        now = clock(connection)
        if last is None:
            first = insert_into(connection.dialect, table).values(name=name, taken_at=now).on_conflict_do_nothing()
            return connection.scalar(first.returning(table.c.name)) is not None
        taken = connection.execute(update(table).where(mine, table.c.taken_at == last).values(taken_at=now))
        return taken.rowcount == 1
