"""All rows of a store as they stand: read table by table, and written into an empty one. Sealed values stay sealed.

Tables are looked up in the database, not in the program, so that rows of an older version can be read and written too.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import (
    Connection,
    DateTime,
    Integer,
    MetaData,
    Table,
    event,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
)
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.exc import SQLAlchemyError

from gateway.store import tables
from gateway.store.columns import Utc
from gateway.store.database import Database

# A row of these holds up to a megabyte.
_HEAVY = frozenset({tables.chunks.name})
_ROWS_AT_ONCE, _HEAVY_ROWS_AT_ONCE = 200, 1
# What is there as soon as somebody has used the gateway. All else, programs have written by themselves.
_USED = (tables.instances, tables.referrals, tables.jobs, tables.mails)


class NotFilled(Exception):
    """The database refused what was to be written into it, and is as it was; the text names the kind of error."""


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table, in the order of its columns; they can be gone through once."""

    table: str
    columns: tuple[str, ...]
    rows: Iterable[Sequence[object]]


def parts(connection: Connection) -> Iterator[Part]:
    """Read every table, those first that others refer to; of its rows, a few at once."""
    for table in reflected(connection).sorted_tables:
        found = connection.execute(select(table), execution_options={"yield_per": _at_once(table.name)})
        yield Part(table.name, tuple(table.columns.keys()), (tuple(row) for row in found))


def count(connection: Connection) -> dict[str, int]:
    """Count the rows of every table."""
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in reflected(connection).sorted_tables
    }


def in_use(connection: Connection) -> bool:
    """Tell whether somebody has begun or sent a form here."""
    return any(
        connection.execute(select(literal(1)).select_from(table).limit(1)).first()
        for table in _USED
        if inspect(connection).has_table(table.name)
    )


@contextmanager
def filling(database: Database) -> Iterator[Connection]:
    """Open the transaction in which a database is filled; nobody else uses it meanwhile. Raises NotFilled."""
    try:
        with database.migrate() as connection:
            _lock(connection)
            yield connection
    except SQLAlchemyError as error:
        raise NotFilled(type(error).__name__) from None


def _lock(connection: Connection) -> None:
    # On SQLite nobody else can write anyhow.
    if connection.dialect.name == "postgresql":
        for table in reflected(connection).sorted_tables:
            connection.execute(text(f"LOCK TABLE {table.name} IN ACCESS EXCLUSIVE MODE"))


def clear(connection: Connection) -> None:
    """Drop every table of ours, and what remembers their migrations."""
    reflected(connection).drop_all(connection)
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


def write(connection: Connection, found: Iterable[Part]) -> dict[str, int]:
    """Write rows into tables that are empty, and give their numbers. Raises LookupError for what has no place here."""
    there = reflected(connection).tables
    written: dict[str, int] = {}
    for part in found:
        table = there[part.table]
        if unknown := set(part.columns) - set(table.columns.keys()):
            raise LookupError(f"{part.table} has no {', '.join(sorted(unknown))}")
        number = 0
        for batch in _batches(part):
            connection.execute(insert(table), batch)
            number += len(batch)
        written[part.table] = number
    for table in there.values():
        _go_on_counting(connection, table)
    return written


def _batches(part: Part) -> Iterator[list[dict[str, object]]]:
    batch: list[dict[str, object]] = []
    for row in part.rows:
        batch.append(dict(zip(part.columns, row, strict=True)))
        if len(batch) == _at_once(part.table):
            yield batch
            batch = []
    if batch:
        yield batch


def _at_once(table: str) -> int:
    return _HEAVY_ROWS_AT_ONCE if table in _HEAVY else _ROWS_AT_ONCE


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows from behind those that were written with their numbers."""
    (key, *others) = table.primary_key.columns
    if connection.dialect.name != "postgresql" or others or not isinstance(key.type, Integer):
        return
    sequence = func.pg_get_serial_sequence(table.name, key.name)
    last = select(func.coalesce(func.max(key), 0) + 1).scalar_subquery()
    connection.execute(select(func.setval(sequence, last, False)))


def reflected(connection: Connection) -> MetaData:
    """Look up our tables as they are in the database, whichever version made them."""
    found = MetaData()
    event.listen(found, "column_reflect", _with_zone)
    found.reflect(connection, only=lambda name, _: name in tables.metadata.tables)
    return found


def _with_zone(_inspector: object, _table: object, column: ReflectedColumn) -> None:
    if isinstance(column["type"], DateTime):
        column["type"] = Utc()
