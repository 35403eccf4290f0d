"""The calls under way: threads that do nothing but call, and what each call ended with."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.delivery.closing import Ended
from gateway.delivery.preparing import Ready
from gateway.delivery.sharing import SLOW, THREADS_A_PLACE
from gateway.destinations.seam import Destination, DestinationError, Receipt, Unknown

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Running:
    ready: Ready
    since: datetime


class Calls:
    """Begins calls, and keeps each of them until its end is written down."""

    def __init__(self, destinations: Mapping[str, Destination], places: int) -> None:
        self._destinations = destinations
        self._running: dict[Future[Receipt], _Running] = {}
        self._took: dict[str, timedelta] = {}
        self.pool = ThreadPoolExecutor(places * THREADS_A_PLACE, thread_name_prefix="call")

    @property
    def ids(self) -> list[int]:
        """The jobs under way, whose leases have to be renewed."""
        return [running.ready.job.id for running in self._running.values()]

    @property
    def futures(self) -> list[Future[Receipt]]:
        """The calls under way, to be waited for."""
        return list(self._running)

    def begin(self, ready: Sequence[Ready], *, now: datetime) -> None:
        """Begin calls whose attempts are open on the disk."""
        for each in ready:
            future = self.pool.submit(self._destinations[each.job.organisation].run, each.step, each.among.done)
            self._running[future] = _Running(each, now)

    def ended(self, *, now: datetime) -> dict[Future[Receipt], Ended]:
        """Give the calls that have ended and are not forgotten yet."""
        found = {}
        for future, running in self._running.items():
            if future.done():
                ready = running.ready
                found[future] = Ended(ready.job, ready.attempt, _happened(future), ready.among)
                self._took[running.ready.job.organisation] = now - running.since
        return found

    def forget(self, ended: Mapping[Future[Receipt], Ended]) -> None:
        """Let go of calls whose ends are on the disk."""
        for future in ended:
            del self._running[future]

    def companions(self) -> list[Future[Receipt]]:
        """Give the calls under way that began together with one that has ended."""
        moments = {running.since for future, running in self._running.items() if future.done()}
        return [future for future, running in self._pending() if running.since in moments]

    def by_destination(self) -> Counter[str]:
        """Count the calls under way."""
        return Counter(running.ready.job.organisation for _, running in self._pending())

    def slow(self, *, now: datetime) -> int:
        """Count the calls that have been under way for so long that they lend their place."""
        return sum(now - running.since > SLOW for _, running in self._pending())

    def took(self, organisation: str, *, now: datetime) -> timedelta | None:
        """Tell how long a destination's last call was, or the oldest one under way is; None before its first answer."""
        ages = [now - running.since for _, running in self._pending() if running.ready.job.organisation == organisation]
        last = self._took.get(organisation)
        return max(last, *ages) if last is not None and ages else last

    def _pending(self) -> list[tuple[Future[Receipt], _Running]]:
        return [(future, running) for future, running in self._running.items() if not future.done()]

    def close(self) -> None:
        """Let go of the threads, once nothing is under way."""
        self.pool.shutdown()


def _happened(future: Future[Receipt]) -> Receipt | DestinationError:
    try:
        return future.result()
    except DestinationError as error:
        return error
    except Exception as error:  # noqa: BLE001 - whatever else a call raises, it may have been written
        log.error("call failed error=%s", type(error).__name__)  # noqa: TRY400 - a traceback shows values
        return Unknown("the call broke off inside the gateway")
