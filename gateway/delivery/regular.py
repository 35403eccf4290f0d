"""What a worker does by the clock, beside its jobs: tidying, purging, telling people, reading dictionaries.

Of several workers one does it each time. It has threads of its own: nothing regular keeps a referral waiting, and what
takes long, or waits for others outside, keeps nobody from being told.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.store import turns
from gateway.store.database import Database

log = logging.getLogger(__name__)

# A turn is taken a little later than a worker looks at its clock: without this, every other turn would be missed.
NEARLY = 0.9


@dataclass(frozen=True, slots=True)
class Regular:
    """Something to be done once in a while: done twice it does no harm, and broken off it is done again later.

    What may not wait for the others is done `apart` from them.
    """

    name: str
    every: timedelta
    do: Callable[[datetime], object]
    apart: bool = False


class Timetable:
    """Does what is due, one thing after the other, on its own threads: one for what is apart, one for the rest."""

    def __init__(self, database: Database, entries: Sequence[Regular], *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._entries = entries
        self._now = now
        self._looked_at: dict[str, datetime] = {}
        self._running: dict[bool, Future[None]] = {}
        self._threads = {apart: ThreadPoolExecutor(1, thread_name_prefix="regular") for apart in (False, True)}

    @property
    def busy(self) -> bool:
        """Whether something is being done right now."""
        return any(not running.done() for running in self._running.values())

    def begin(self) -> None:
        """Take up what may be due, unless something is being done still."""
        now = self._now()
        for apart, thread in self._threads.items():
            if apart in self._running and not self._running[apart].done():
                continue
            due = [entry for entry in self._entries if entry.apart is apart and self._is_time(entry, now)]
            if due:
                self._looked_at |= {entry.name: now for entry in due}
                self._running[apart] = thread.submit(self._do_all, due)

    def close(self) -> None:
        """Wait for what is being done, and let go of the threads."""
        for thread in self._threads.values():
            thread.shutdown()

    def _is_time(self, entry: Regular, now: datetime) -> bool:
        last = self._looked_at.get(entry.name)
        return last is None or now - last >= entry.every

    def _do_all(self, due: Sequence[Regular]) -> None:
        for entry in due:
            try:
                if turns.take(self._database, entry.name, entry.every * NEARLY):
                    entry.do(self._now())
            except Exception as error:  # noqa: BLE001 - one that fails must not keep the others from being done
                # The class alone: the text of a database error can hold parameters.
                log.error("regular work failed name=%s error=%s", entry.name, type(error).__name__)  # noqa: TRY400 - a traceback shows values
