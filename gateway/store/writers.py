"""The queue of those who write into an SQLite database: it takes one at a time, and starves a second one that tries."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class WriteQueue:
    """The lock file beside an SQLite database: threads queue on a lock, processes on the file."""

    def __init__(self, database: Path) -> None:
        """Take the database's file; the lock file is made with the first turn."""
        self._path = database.with_name(database.name + ".lock")
        self._threads = threading.Lock()
        self._file: IO[bytes] | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until nobody else writes, and let nobody write until the block ends."""
        with self._threads:
            if self._file is None:
                self._file = self._path.open("ab")
            fcntl.flock(self._file, fcntl.LOCK_EX)  # let go by the system too when the process dies
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the file: a fork would share its lock."""
        with self._threads:
            if self._file is not None:
                self._file.close()
                self._file = None
