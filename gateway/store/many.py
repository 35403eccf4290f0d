"""Statements that are compiled once and handed straight to the driver: for many rows, for one row, for several things.

For drafts, the moment of sending and its receipt, and what a worker does in every turn alone: there SQLAlchemy's way
from statement to driver costs more than the database does.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, Self

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.dml import UpdateBase

Row = Mapping[str, object]
Statement = UpdateBase | Select[Any]
_Read = Callable[[Any], object]
_NATIVE = frozenset({str, bytes, int, bool, type(None)})  # what most values are: the driver takes them as they are


class Taken(Exception):
    """A row of that key is there already."""


@dataclass(frozen=True, slots=True)
class Driver:
    """A cursor of the driver itself, in a transaction that somebody else begins and ends."""

    cursor: DBAPICursor
    dialect: Dialect

    @classmethod
    def of(cls, connection: Connection) -> Self:
        """Take a cursor of a transaction that was begun through Core, and goes on there."""
        if not connection.in_transaction():
            connection.begin()  # as Core's own statements do: what is read together is of one moment
        return cls(connection.connection.cursor(), connection.dialect)


@contextmanager
def named_errors(dialect: Dialect) -> Iterator[None]:
    """Name the driver's errors without quoting them, for their texts can hold values. Raises Taken, SQLAlchemyError."""
    errors = dialect.loaded_dbapi
    try:
        yield
    except errors.IntegrityError:
        raise Taken from None
    except errors.Error as error:
        raise SQLAlchemyError(type(error).__name__) from None


class Many:
    """A statement whose parameters are the keys of its rows."""

    def __init__(self, statement: Statement | Callable[[Dialect], Statement], names: Sequence[str]) -> None:
        """Take the statement, or what makes it where each database has its own, and the names of the parameters."""
        self._statement = statement
        self._names = list(names)
        self._texts: dict[str, str] = {}

    def prepare(self, dialect: Dialect) -> str:
        """Compile it, if that has not been done; give its text."""
        text = self._texts.get(dialect.name)
        if text is None:
            statement = self._statement(dialect) if callable(self._statement) else self._statement
            text = self._texts[dialect.name] = str(statement.compile(dialect=dialect, column_keys=self._names))
        return text

    def run(self, driver: Driver, rows: Sequence[Row]) -> None:
        """Run it for every row, in the driver's transaction."""
        driver.cursor.executemany(self.prepare(driver.dialect), [_native(driver.dialect, row) for row in rows])

    def returning(self, driver: Driver, rows: Sequence[Row]) -> Iterator[object]:
        """Run it for every row; give the first column of what each returns, if it returns anything."""
        text = self.prepare(driver.dialect)
        for row in rows:
            driver.cursor.execute(text, _native(driver.dialect, row))
            yield from (found[0] for found in driver.cursor.fetchall())


class One:
    """A question that at most one row answers."""

    def __init__(self, question: Select[Any]) -> None:
        self._question = question
        found = namedtuple("found", question.selected_columns.keys())  # type: ignore[misc]  # the columns name its parts
        self._row: Callable[..., Any] = found
        self._compiled: dict[str, tuple[str, tuple[_Read, ...]]] = {}

    def ask(self, driver: Driver, **words: object) -> Any:  # noqa: ANN401  # a row of columns, as Core's
        """Give the row, its values as the columns' types read them; None where there is none."""
        text, reads = self._compile(driver.dialect)
        driver.cursor.execute(text, _native(driver.dialect, words))
        row = driver.cursor.fetchone()
        return None if row is None else self._row(*[read(value) for read, value in zip(reads, row, strict=True)])

    def _compile(self, dialect: Dialect) -> tuple[str, tuple[_Read, ...]]:
        known = self._compiled.get(dialect.name)
        if known is None:
            types = [column.type.dialect_impl(dialect) for column in self._question.selected_columns]
            reads = tuple(each.result_processor(dialect, None) or _as_it_is for each in types)
            known = self._compiled[dialect.name] = str(self._question.compile(dialect=dialect)), reads
        return known


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as one database takes it, for lists of one length each."""

    text: str
    constants: dict[str, object]
    names: dict[str, list[str]]  # of each list, what its values are called
    reads: tuple[tuple[int, _Read], ...]  # the columns whose values are not given as they are


class Several:
    """A statement in the caller's own transaction, whose parameters may be lists; compiled once for each length."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._columns = list(statement.exported_columns)
        found = namedtuple("found", [column.name for column in self._columns])  # type: ignore[misc]  # the columns name its parts
        self._row: Callable[..., Any] = found
        self._prepared = lru_cache(maxsize=64)(self._prepare)

    def rows(self, connection: Connection, **words: object) -> list[Any]:
        """Run it; give the rows, their values as the columns' types read them."""
        cursor, reads = self._run(connection, words)
        found = []
        for row in map(list, cursor.fetchall()):
            for place, read in reads:
                row[place] = read(row[place])
            found.append(self._row(*row))
        return found

    def run(self, connection: Connection, **words: object) -> int:
        """Run it; give the number of rows that it changed."""
        return self._run(connection, words)[0].rowcount

    def run_each(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Run it for every row of values; there are no lists among them."""
        prepared, driver = self._prepared(connection.dialect, ()), Driver.of(connection)
        with named_errors(driver.dialect):
            driver.cursor.executemany(
                prepared.text, [prepared.constants | _native(driver.dialect, row) for row in rows]
            )

    def _run(
        self, connection: Connection, words: Mapping[str, object]
    ) -> tuple[DBAPICursor, tuple[tuple[int, _Read], ...]]:
        lengths = tuple((name, len(value)) for name, value in words.items() if isinstance(value, list))
        prepared = self._prepared(connection.dialect, lengths)
        driver = Driver.of(connection)
        with named_errors(driver.dialect):
            driver.cursor.execute(
                prepared.text, prepared.constants | _native(driver.dialect, _spread(words, prepared.names))
            )
        return driver.cursor, prepared.reads

    def _prepare(self, dialect: Dialect, lengths: tuple[tuple[str, int], ...]) -> _Prepared:
        compiled = self._statement.compile(dialect=dialect)
        words = {name: None for bound, name in compiled.bind_names.items() if bound.required}
        constants = {name: value for name, value in compiled.params.items() if name not in words}
        state = compiled.construct_expanded_state({**words, **{name: [None] * length for name, length in lengths}})
        columns = enumerate(self._columns)
        readers = [
            (place, column.type.dialect_impl(dialect).result_processor(dialect, None)) for place, column in columns
        ]
        return _Prepared(
            state.statement,
            _native(dialect, constants),
            {name: state.parameter_expansion[name] for name, _ in lengths},
            tuple((place, read) for place, read in readers if read is not None),
        )


def _as_it_is(value: object) -> object:
    return value


def _spread(words: Mapping[str, object], names: Mapping[str, list[str]]) -> dict[str, object]:
    """Give each value of a list its own name."""
    spread: dict[str, object] = {}
    for name, value in words.items():
        if isinstance(value, list):
            spread.update(zip(names[name], value, strict=True))
        else:
            spread[name] = value
    return spread


def _native(dialect: Dialect, row: Row) -> dict[str, object]:
    """Write values as the columns' types do: the driver is not told of them."""
    on_sqlite = dialect.name == "sqlite"
    return {
        name: value if type(value) in _NATIVE else _written(value, on_sqlite=on_sqlite) for name, value in row.items()
    }


def _written(value: object, *, on_sqlite: bool) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return _in_utc(value, on_sqlite=on_sqlite)
    return value


@lru_cache(maxsize=64)  # the rows of one send all name the same moment
def _in_utc(moment: datetime, *, on_sqlite: bool) -> object:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone reached the store")
    utc = moment.astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat(" ", "microseconds") if on_sqlite else utc
