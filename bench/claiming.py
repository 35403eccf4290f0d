"""Whether claims stay quick however long the table of jobs is."""

import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bench.processes import free_port
from bench.report import Row
from bench.servers import Gateway, new_folder
from gateway.store import claims as claiming
from gateway.store.database import Database, clock

_AT_ONCE = 8
_FILL = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO jobs (organisation, kind, reference, position, status, due_at, since, failures, repeats)
SELECT 'bench', 'stage', printf('RG-%08d', i), 0, 'due', ?, ?, 0, 0 FROM n
"""


def claims(many: int, few: int, rounds: int) -> Iterator[Row]:
    """Measure claims in a long table against claims in a short one, in turn."""
    with new_folder() as folder:
        stores = [_filled(folder / str(count), count) for count in (few, many)]
        times: list[list[float]] = [[], []]
        for number in range(rounds):
            for store, own in zip(stores, times, strict=True):
                own.append(_timed(store, f"bench-{number}"))
        for store in stores:
            store.close()
    short, long = (1000 * median(own) for own in times)
    yield Row(f"claim with {many:,} rows, against {few:,}", long / short, " x", 1.2, at_most=True,
              notes=f"{long:.2f} ms and {short:.2f} ms for a claim of {_AT_ONCE}")  # fmt: skip


def _filled(folder: Path, count: int) -> Database:
    folder.mkdir()
    gateway = Gateway(folder, free_port())
    due = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    connection = sqlite3.connect(gateway.file)
    with connection:
        connection.execute(_FILL, (count, due, due))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return Database(f"sqlite:///{gateway.file}")


def _timed(store: Database, worker: str) -> float:
    began = time.perf_counter()
    with store.write() as connection:
        at = clock(connection)
        rooms = dict.fromkeys(claiming.waiting(connection, at), _AT_ONCE)
        claimed = claiming.claim(connection, rooms, worker=worker, lease=timedelta(minutes=2), at=at)
    took = time.perf_counter() - began
    if len(claimed) != _AT_ONCE:
        raise RuntimeError(f"claimed {len(claimed)} of {_AT_ONCE}")
    return took
