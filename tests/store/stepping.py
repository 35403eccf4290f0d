"""How much SQLite does for an answer: counted in its own steps, which nothing else on the machine makes more."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event

from gateway.store.database import Database


class Steps:
    """Counts steps since it was made, or since it was last read."""

    def __init__(self) -> None:
        """Begin at none."""
        self._taken = 0

    def step(self) -> None:
        """Count one."""
        self._taken += 1

    def taken(self) -> int:
        """Say how many were taken, and begin again."""
        taken, self._taken = self._taken, 0
        return taken


@contextmanager
def steps_of(database: Database) -> Iterator[Steps]:
    """Count the steps of every question that is asked meanwhile; PostgreSQL counts none."""
    if database.sqlite_file is None:
        pytest.skip("PostgreSQL plans by what its tables hold, and counts no steps")
    steps = Steps()

    def count(connection: Connection) -> None:
        connection.connection.driver_connection.set_progress_handler(steps.step, 1)

    database.close()
    event.listen(database.engine, "begin", count)
    yield steps
    event.remove(database.engine, "begin", count)
    database.close()
