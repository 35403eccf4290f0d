"""Two transactions at one moment: the second one begins while the first one is open, and waits for what it holds."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from sqlalchemy import text

from gateway.store.database import Database, Transaction

Result = TypeVar("Result")
_WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def meet(database: Database, first: Callable[[Transaction], object], second: Callable[[], Result]) -> Future[Result]:
    """Do the first thing; before it is committed let another thread do the second, until that waits or is done."""
    # As another process would: with a store of its own.
    here = Database(database.url.render_as_string(hide_password=False))
    with ThreadPoolExecutor(1) as pool, closing(here), here.write() as connection:
        first(connection)
        coming = pool.submit(second)
        while not (coming.done() or _waits(here)):
            pass  # it is on its way
    return coming


def _waits(database: Database) -> bool:
    """Tell whether somebody stands before a lock of this database."""
    if database.sqlite_file:
        lock = database.sqlite_file.with_name(f"{database.sqlite_file.name}.lock").stat().st_ino
        # "->" marks who waits for the lock in the line before.
        waiting = [line for line in Path("/proc/locks").read_text().splitlines() if "->" in line]
        return any(f":{lock} " in line for line in waiting)
    with database.read() as connection:
        return bool(connection.scalar(_WAITS))
