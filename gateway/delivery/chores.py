"""What a worker does beside sending referrals: mails, files. Each kind of chore is a function of its own.

A chore that cannot be done now comes back after the same growing pauses as a call; one that never can, waits for help.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta

from gateway.delivery.policy import Rules, backoff
from gateway.keys import KeyMissing, SealBroken
from gateway.store import chores
from gateway.store.chores import Chore
from gateway.store.database import Database
from gateway.store.states import JobStatus

log = logging.getLogger(__name__)

AT_ONCE = 2

Doing = Callable[[Chore], bool | None]  # True: it has ended its chore itself, together with what came of it


class Later(Exception):
    """It could not be done now. The text says why, without personal data."""


class Never(Exception):
    """It can never be done as it is. The text says why, without personal data."""


@contextmanager
def unsealing() -> Iterator[None]:
    """Open what is sealed for a chore: a key can be put back, what was changed cannot. Raises Later or Never."""
    try:
        yield
    except KeyMissing:
        raise Later("its key is not in GATEWAY_KEYS") from None
    except SealBroken:
        raise Never("it was changed in the store and cannot be opened") from None


class Chores:
    """Claims chores, does them on threads of its own, and ends them."""

    def __init__(
        self,
        database: Database,
        doings: Mapping[str, Doing],
        *,
        rules: Rules,
        lease: timedelta,
        worker: str,
        now: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        """Take what to do for each kind of chore."""
        self._database = database
        self._doings = doings
        self._rules = rules
        self._lease = lease
        self._worker = worker
        self._now = now
        self._chance = chance
        self._running: dict[Future[bool | None], Chore] = {}
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="chore")

    @property
    def ids(self) -> list[int]:
        """The jobs under way, whose leases have to be renewed."""
        return [chore.id for chore in self._running.values()]

    @property
    def futures(self) -> list[Future[bool | None]]:
        """The chores under way, to be waited for."""
        return list(self._running)

    def begin(self, organisations: Collection[str] | None = None) -> int:
        """Take up what is due, of these organisations alone if they are named; give the number taken up."""
        room = AT_ONCE - len(self._running)
        if not self._doings or room <= 0:
            return 0
        claimed = chores.claim(
            self._database,
            kinds=list(self._doings),
            organisations=organisations,
            worker=self._worker,
            limit=room,
            lease=self._lease,
        )
        for chore in claimed:
            self._running[self._pool.submit(self._doings[chore.kind], chore)] = chore
        return len(claimed)

    def end(self) -> None:
        """Write down how the chores ended that ended."""
        for future, chore in [(future, chore) for future, chore in self._running.items() if future.done()]:
            if future.exception() is not None or not future.result():
                status, due_at, failures = self._outcome(chore, future.exception())
                with self._database.write() as connection:
                    chores.end(connection, chore, status=status, due_at=due_at, failures=failures)
            del self._running[future]

    def close(self) -> None:
        """Let go of the threads, once nothing is under way."""
        self._pool.shutdown()

    def _outcome(self, chore: Chore, error: BaseException | None) -> tuple[JobStatus, datetime, int]:
        now, failures = self._now(), chore.failures + 1
        if error is None:
            log.info("chore done kind=%s item=%s", chore.kind, chore.item)
            return JobStatus.DONE, now, chore.failures
        # What is not ours to expect is named by its class alone: its text may hold anything.
        why = str(error) if isinstance(error, Later | Never) else type(error).__name__
        if isinstance(error, Never) or now - chore.since > self._rules.retry_for:
            log.error("chore given up kind=%s item=%s reason=%s", chore.kind, chore.item, why)
            return JobStatus.PARKED, now, failures
        log.warning("chore put off kind=%s item=%s reason=%s", chore.kind, chore.item, why)
        return JobStatus.DUE, now + backoff(chore.failures, self._rules, self._chance()), failures
