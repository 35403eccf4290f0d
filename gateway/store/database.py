"""One way in: `Database.read()` and `Database.write()`, on SQLite and on PostgreSQL.

SQLite lets one process write at a time and starves a second one that tries in a loop, so writers queue on a lock file;
`synchronous=FULL` makes "stored" mean on the disk. No transaction is held across a network call.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, DateTime, Engine, create_engine, event, func, inspect, make_url, select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import SQLAlchemyError

from gateway.ledger import Ledger
from gateway.store import tables
from gateway.store.many import Driver, Several, named_errors
from gateway.store.together import Together
from gateway.store.writers import WriteQueue

Item = TypeVar("Item")
Transaction = Connection  # what `read` and `write` give: other rooms hand it on, and do nothing with it themselves
Failed = SQLAlchemyError  # what every transaction may raise: other rooms name it by this
LEDGER = "ledger"  # the option by which a transaction knows its ledger
_NO_TABLES = "the database has no tables yet: run `flask migrate`"
MOVED = "moved"  # the table that marks a database which was moved to another one


class Moved(Exception):
    """The store was moved to another database; nothing is written into this one any more."""


class Database:
    """A pool of connections, and the rule how they read and write."""

    def __init__(self, url: str, ledger: Ledger | None = None) -> None:
        """Take a URL of GATEWAY_DATABASE_URL; nothing is opened before the first use.

        The ledger is told of every referral that is delivered or closed through this.
        """
        parsed = make_url(url)
        if parsed.drivername in {"postgresql", "postgres"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.sqlite_file = Path(parsed.database) if parsed.drivername == "sqlite" and parsed.database else None
        self.url = parsed
        self._engine = (
            _sqlite(parsed, ledger)
            if self.sqlite_file
            else create_engine(
                parsed,
                pool_pre_ping=True,
                pool_size=10,
                hide_parameters=True,
                execution_options={LEDGER: ledger},
            )
        )
        self._queue = WriteQueue(self.sqlite_file) if self.sqlite_file else None
        self._together: dict[Callable[..., None], Together[Any]] = {}

    def __repr__(self) -> str:
        return f"Database({self.url.get_backend_name()})"

    @property
    def engine(self) -> Engine:
        """The engine, for migrations."""
        return self._engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that only reads."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a transaction that only reads, and sees one moment of all tables however long it takes."""
        with self._engine.connect() as connection:
            if self._queue is None:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that writes; it is on the disk when the block ends, and undone when the block raises.

        Raises Moved on an SQLite database that was moved: a web that still runs on it takes nothing any more.
        """
        if self._queue is None:
            with self._engine.begin() as connection:
                yield connection
            return
        with self._queue.turn(), self._engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                _refuse_moved(connection.connection.cursor())
                yield connection

    @contextmanager
    def migrate(self) -> Iterator[Connection]:
        """Open a transaction that may rebuild tables: SQLite judges the keys between them at its end, not meanwhile."""
        if self._queue is None:
            with self._engine.begin() as connection:
                yield connection
            return
        with self._queue.turn(), self._engine.connect() as connection:
            connection.execution_options(writes=True)
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                        raise RuntimeError("a migration broke the keys between tables")
            finally:
                connection.invalidate()  # the next one checks its keys again

    @contextmanager
    def read_by_driver(self) -> Iterator[Driver]:
        """Ask on the driver's own connection: each question sees the moment at which it is asked."""
        with named_errors(self._engine.dialect), closing(self._engine.raw_connection()) as connection:
            yield Driver(connection.cursor(), self._engine.dialect)

    @contextmanager
    def write_by_driver(self) -> Iterator[Driver]:
        """Open a transaction that writes, as `write` does, on the driver's own connection. Raises Taken."""
        with self._queue.turn() if self._queue else nullcontext(), named_errors(self._engine.dialect):
            connection = self._engine.raw_connection()
            try:
                cursor = connection.cursor()
                if self._queue:
                    cursor.execute("BEGIN IMMEDIATE")
                    _refuse_moved(cursor)
                yield Driver(cursor, self._engine.dialect)
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
            finally:
                connection.close()

    def write_together(self, item: Item, write: Callable[[Driver, Sequence[Item]], None]) -> None:
        """Write an item, sharing one transaction with those that other threads write by the same function meanwhile.

        It is on the disk on return. What `write` raises for this item is raised here; the others are not touched by it.
        """
        self._together.setdefault(write, Together(self.write_by_driver, write)).write(item)

    def checkpoint(self) -> bool:
        """Let go of what the log still holds of changed pages, so that deleted means gone; False where it was in use.

        PostgreSQL keeps its own house.
        """
        if self._queue is None:
            return True
        with self._queue.turn(), closing(self._engine.raw_connection()) as connection:
            cursor = connection.cursor()
            # Somebody may be reading for long: nobody's send waits for that, for there will be another time.
            cursor.execute("PRAGMA busy_timeout=500")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (busy, *_) = cursor.fetchone() or (1,)
            cursor.execute("PRAGMA busy_timeout=30000")
        return not busy

    def problem(self) -> str | None:
        """Say in plain words why the store cannot be used, or None; one that is newer than this version can be."""
        if missing := self.missing():
            return missing
        with self.read() as connection:
            if inspect(connection).has_table(MOVED):
                return "the database was moved to another one: set GATEWAY_DATABASE_URL to that, see docs/operations.md"
            if revision(connection) < tables.REVISION:
                return "the database is older than this version of the gateway: run `flask migrate`"
        return None

    def missing(self) -> str | None:
        """Say in plain words that there is no store, or None."""
        if self.sqlite_file and not self.sqlite_file.parent.is_dir():
            return f"the folder {self.sqlite_file.parent} of the database does not exist: run `flask migrate`"
        if self.sqlite_file and not self.sqlite_file.exists():  # looking makes none: others could read what is made so
            return _NO_TABLES
        if problem := self.unreachable():
            return problem
        if not inspect(self._engine).has_table("referrals"):
            return _NO_TABLES
        return None

    def unreachable(self) -> str | None:
        """Say in plain words that nobody answers at its address, or None."""
        try:
            with self._engine.connect():
                return None
        except SQLAlchemyError:
            return "the database cannot be reached: look at GATEWAY_DATABASE_URL and at the database's own log"

    def close(self) -> None:
        """Close idle connections, as before a fork."""
        self._engine.dispose()
        if self._queue:
            self._queue.close()


def revision(connection: Connection) -> str:
    """Read which migration made the tables what they are; "" where none did."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or ""


def clock(connection: Connection) -> datetime:
    """Read the database's clock: the one that leases run on, whichever host a worker is on."""
    if connection.dialect.name == "sqlite":
        return datetime.fromisoformat(_SQLITE_CLOCK.rows(connection)[0].now).replace(tzinfo=UTC)
    return connection.execute(_POSTGRES_CLOCK).scalar_one().astimezone(UTC)


_LASTING = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
# Of 2 MiB a connection, every thread's own, hardly a page is read again: each write of another process drops them all.
_CACHE = "cache_size=-256"  # KiB
_SQLITE_CLOCK = Several(select(func.strftime("%Y-%m-%d %H:%M:%f", "now").label("now")))
_POSTGRES_CLOCK = select(func.clock_timestamp(type_=DateTime(timezone=True)))


def _refuse_moved(cursor: DBAPICursor) -> None:
    # Of what the connection knows of the tables; sqlite_master would be read from end to end before every write.
    cursor.execute(f"PRAGMA table_info({MOVED})")
    if cursor.fetchone() is not None:
        raise Moved


def _sqlite(url: URL, ledger: Ledger | None) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": 30, "check_same_thread": False},
        pool_size=10,
        pool_use_lifo=True,  # the connection used last has the pages at hand
        hide_parameters=True,
        paramstyle="named",
        execution_options={LEDGER: ledger},
    )
    # SQLAlchemy knows of hints, and leaves them out for SQLite: `INDEXED BY` is one.
    hinting = {"get_from_hint_text": lambda _compiler, _table, hint: hint}
    engine.dialect.statement_compiler = type("Hinting", (engine.dialect.statement_compiler,), hinting)

    @event.listens_for(engine, "connect")
    def _configure(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None  # transactions begin where _begin says, not where sqlite3 guesses
        cursor = raw.cursor()
        for pragma in (*_LASTING, _CACHE):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.connection.cursor().execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
