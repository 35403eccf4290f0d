"""What a worker does by the clock, beside its jobs: tidying, purging, telling people, reading dictionaries.

Of several workers one does it each time. It has a thread of its own: nothing regular keeps a referral waiting.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.store import turns
from gateway.store.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Regular:
    """Something to be done once in a while: done twice it does no harm, and broken off it is done again later."""

    name: str
    every: timedelta
    do: Callable[[datetime], object]


class Timetable:
    """Does what is due, one thing after the other, on its own thread."""

    def __init__(self, database: Database, entries: Sequence[Regular], *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._entries = entries
        self._now = now
        self._looked_at: dict[str, datetime] = {}
        self._running: Future[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="regular")

    @property
    def busy(self) -> bool:
        """Whether something is being done right now."""
        return self._running is not None and not self._running.done()

    def begin(self) -> None:
        """Take up what may be due, unless something is being done still."""
        if self.busy:
            return
        now = self._now()
        due = [entry for entry in self._entries if self._is_time(entry, now)]
        if due:
            self._looked_at |= {entry.name: now for entry in due}
            self._running = self._thread.submit(self._do_all, due)

    def close(self) -> None:
        """Wait for what is being done, and let go of the thread."""
        self._thread.shutdown()

    def _is_time(self, entry: Regular, now: datetime) -> bool:
        last = self._looked_at.get(entry.name)
        return last is None or now - last >= entry.every

    def _do_all(self, due: Sequence[Regular]) -> None:
        for entry in due:
            try:
                if turns.take(self._database, entry.name, entry.every):
                    entry.do(self._now())
            except Exception as error:  # noqa: BLE001 - one that fails must not keep the others from being done
                # The class alone: the text of a database error can hold parameters.
                log.error("regular work failed name=%s error=%s", entry.name, type(error).__name__)  # noqa: TRY400 - a traceback shows values
