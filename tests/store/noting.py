"""What reaches SQLite: every statement as the driver is given it, however it came there."""

import sqlite3
from typing import Any

from sqlalchemy import event

from gateway.store.database import Database

Noted = list[tuple[str, Any]]


def noted(database: Database) -> Noted:
    """Note every statement with its parameters, from now on."""
    found: Noted = []

    class Cursor(sqlite3.Cursor):
        def execute(self, statement: str, parameters: Any = ()) -> sqlite3.Cursor:  # type: ignore[override]
            found.append((statement, parameters))
            return super().execute(statement, parameters)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

    @event.listens_for(database.engine, "do_connect")
    def _watched(_dialect: object, _record: object, _words: object, named: dict[str, object]) -> None:
        named["factory"] = Connection

    database.close()  # connections are opened anew, as those that note
    return found


def plans(database: Database, asked: Noted) -> list[list[str]]:
    """Say how SQLite would do each of these statements."""
    with database.read() as connection:
        return [
            [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            for statement, parameters in asked
        ]
