"""A store with invented rows in every table, whatever tables there are."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Boolean, Column, Integer, LargeBinary, MetaData, Table, select
from sqlalchemy import DateTime as Time

from gateway.store.columns import Utc
from gateway.store.database import Database
from gateway.store.tables import metadata

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
KNOWN = {
    "referrals.state": "pending",
    "jobs.status": "due",
    "files.state": "clean",
    "memberships.role": "viewer",
    "invitations.role": "viewer",
}


def fill(database: Database, tables: MetaData = metadata, *, rows: int = 3) -> None:
    """Write some rows into every table, each with a value in every column."""
    with database.write() as connection:
        for table in tables.sorted_tables:
            if table.name in metadata.tables:
                connection.execute(table.insert(), [row(table, number) for number in range(1, rows + 1)])


def row(table: Table, number: int) -> dict[str, object]:
    """Invent a row; the rows of one number belong together."""
    return {column.name: value(table, column, number) for column in table.columns}


def value(table: Table, column: Column[object], number: int) -> object:
    """Invent a value that a column takes."""
    if known := KNOWN.get(f"{table.name}.{column.name}"):
        return known
    for key in column.foreign_keys:
        return value(key.column.table, key.column, number)
    kind = column.type
    if isinstance(kind, Utc | Time):
        moment = NOW + timedelta(hours=number, microseconds=number)
        return moment if isinstance(kind, Utc) or getattr(kind, "timezone", False) else moment.replace(tzinfo=None)
    if isinstance(kind, LargeBinary):
        return bytes([1, number, 2, 3, 4, *range(256)])
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, Integer):
        return number
    # A reference is the same wherever it stands; quotes, lines and letters of other languages come back as they were.
    return f"RG-{number:04}" if column.name == "reference" else f'{column.name[:4]}{number}\n"é\u2028'[:16]


def contents(database: Database, tables: MetaData = metadata) -> dict[str, list[tuple[object, ...]]]:
    """Read every row of every table."""
    with database.read() as connection:
        return {
            table.name: sorted((tuple(each) for each in connection.execute(select(table))), key=repr)
            for table in tables.sorted_tables
        }
