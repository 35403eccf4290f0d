"""Probes of paused destinations, on threads of their own: one that hangs keeps nobody else waiting."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from gateway.delivery import closing
from gateway.delivery.policy import Rules
from gateway.destinations.seam import Destination, DestinationError, Unknown
from gateway.store.database import Database
from gateway.store.destinations import Standing

log = logging.getLogger(__name__)

AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class _Probing:
    future: Future[None]
    paused_at: datetime


class Probes:
    """Asks paused destinations whether they are well again, when it is time."""

    def __init__(
        self,
        database: Database,
        destinations: Mapping[str, Destination],
        *,
        rules: Rules,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._destinations = destinations
        self._rules = rules
        self._now = now
        self._running: dict[str, _Probing] = {}
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="probe")

    @property
    def futures(self) -> list[Future[None]]:
        """The probes under way."""
        return [probing.future for probing in self._running.values()]

    def begin(self, known: Mapping[str, Standing]) -> None:
        """Begin the probes that are due."""
        now = self._now()
        for slug, standing in known.items():
            if standing.paused_at is None or standing.probe_at is None or standing.probe_at > now:
                continue
            if slug in self._destinations and slug not in self._running:
                future = self._pool.submit(self._destinations[slug].probe)
                self._running[slug] = _Probing(future, standing.paused_at)

    def end(self) -> None:
        """Resume the destinations that answered, or put off the next probe."""
        for slug, probing in list(self._running.items()):
            if probing.future.done():
                closing.probed(
                    self._database,
                    slug,
                    _answered(probing.future),
                    paused_at=probing.paused_at,
                    rules=self._rules,
                    now=self._now(),
                )
                del self._running[slug]

    def close(self) -> None:
        """Let go of the threads; probes that have not begun are left undone."""
        self._pool.shutdown(cancel_futures=True)


def _answered(future: Future[None]) -> DestinationError | None:
    try:
        future.result()
    except DestinationError as error:
        return error
    except Exception as error:  # noqa: BLE001 - a probe may not end the worker
        log.error("probe failed error=%s", type(error).__name__)  # noqa: TRY400 - a traceback shows values
        return Unknown("the probe broke off inside the gateway")
    return None
