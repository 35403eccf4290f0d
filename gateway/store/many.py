"""A statement for many rows, compiled once and handed straight to the driver.

For the moment of sending alone: there SQLAlchemy's way from statement to driver costs more than the database does.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Dialect, Select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.dml import UpdateBase

Row = Mapping[str, object]
Statement = UpdateBase | Select[Any]


class Taken(Exception):
    """A row of that key is there already."""


@dataclass(frozen=True, slots=True)
class Driver:
    """A connection of the driver itself, in a transaction that somebody else begins and ends."""

    connection: PoolProxiedConnection
    dialect: Dialect


class Many:
    """A statement whose parameters are the keys of its rows."""

    def __init__(self, statements: Mapping[str, Statement], names: Sequence[str]) -> None:
        """Take the statement for each database by the name of its dialect, and the names of the parameters."""
        self._statements = statements
        self._names = list(names)
        self._texts: dict[str, str] = {}

    def run(self, driver: Driver, rows: Sequence[Row]) -> None:
        """Run it for every row, in the connection's transaction. Raises Taken."""
        with _cursor(driver) as cursor:
            cursor.executemany(self._text(driver), [_native(driver, row) for row in rows])

    def returning(self, driver: Driver, rows: Sequence[Row]) -> Iterator[object]:
        """Run it for every row; give the first column of what each returns, if it returns anything. Raises Taken."""
        text = self._text(driver)
        with _cursor(driver) as cursor:
            for row in rows:
                cursor.execute(text, _native(driver, row))
                yield from (found[0] for found in cursor.fetchall())

    def _text(self, driver: Driver) -> str:
        name = driver.dialect.name
        text = self._texts.get(name)
        if text is None:
            compiled = self._statements[name].compile(dialect=driver.dialect, column_keys=self._names)
            text = self._texts[name] = str(compiled)
        return text


@contextmanager
def _cursor(driver: Driver) -> Iterator[Any]:
    """Open the driver's cursor; its errors are named and not quoted, for their texts can hold values."""
    errors = driver.dialect.loaded_dbapi
    cursor = driver.connection.cursor()
    try:
        yield cursor
    except errors.IntegrityError:
        raise Taken from None
    except errors.Error as error:
        raise SQLAlchemyError(type(error).__name__) from None
    finally:
        cursor.close()


def _native(driver: Driver, row: Row) -> dict[str, object]:
    """Write values as the columns' types do: the driver is not told of them."""
    on_sqlite = driver.dialect.name == "sqlite"
    return {name: _value(value, on_sqlite=on_sqlite) for name, value in row.items()}


def _value(value: object, *, on_sqlite: bool) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time without a zone reached the store")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None).isoformat(" ", "microseconds") if on_sqlite else utc
    return value
