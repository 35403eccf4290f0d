"""Freezing an SQLite database that is moved to another one: nothing is written into it any more, so nothing gets lost.

Whoever opens it is told by `Database.problem`; a web that still runs on it can write nothing.
"""

import secrets

from sqlalchemy import Boolean, Column, Connection, MetaData, String, Table, inspect, select

from gateway.store import tables
from gateway.store.database import MOVED, Database

# Not among the tables of a store: it is there only where one was moved.
_moved = Table(MOVED, MetaData(), Column("token", String(32), nullable=False), Column("over", Boolean, nullable=False))
MOVE = "move"  # as the audit trail of the new database calls it, with the token


def freeze(database: Database) -> str:
    """Mark a database as moved, and give the token of the move; that of an earlier one that was broken off."""
    with database.migrate() as connection:
        if (token := _token(connection)) is None:
            _moved.create(connection)
            token = secrets.token_hex(16)
            connection.execute(_moved.insert().values(token=token, over=False))
    return token


def thaw(database: Database) -> None:
    """Let a database be used again, where nothing came of the move."""
    with database.migrate() as connection:
        _moved.drop(connection, checkfirst=True)


def is_frozen(database: Database) -> bool:
    """Tell whether a database was moved, or is being moved."""
    with database.read() as connection:
        return _token(connection) is not None


def end(database: Database) -> None:
    """Write down that everything has arrived in the other database: nobody moves it a second time, somewhere else."""
    with database.migrate() as connection:
        connection.execute(_moved.update().values(over=True))


def is_over(database: Database) -> bool:
    """Tell whether a move has ended well."""
    with database.read() as connection:
        return _token(connection) is not None and bool(connection.scalar(select(_moved.c.over)))


def has_arrived(connection: Connection, token: str) -> bool:
    """Tell whether the move of this token has ended well in this database."""
    audit = tables.audit
    if not inspect(connection).has_table(audit.name):
        return False
    arrived = select(audit.c.id).where(audit.c.action == MOVE, audit.c.detail.contains(token))
    return connection.scalar(arrived.limit(1)) is not None


def _token(connection: Connection) -> str | None:
    return connection.scalar(select(_moved.c.token)) if inspect(connection).has_table(MOVED) else None
