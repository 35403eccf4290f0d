"""The worker: one loop that owns the database, and threads that do nothing but call.

Each round settles what dead workers left, claims what is due for each destination, opens the attempts of the calls that
start at once, and closes those that ended. Every transaction is over before a call begins.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gateway.delivery import closing, preparing
from gateway.delivery.chores import Chores, Doing
from gateway.delivery.looking import Looking
from gateway.delivery.policy import Rules
from gateway.delivery.regular import Regular, Timetable
from gateway.destinations.seam import Destination, DestinationError, Receipt, Unknown
from gateway.keys import KeyRing
from gateway.store import destinations as standings
from gateway.store import jobs, workers
from gateway.store.database import Database
from gateway.store.jobs import Job

log = logging.getLogger(__name__)

PROBES_AT_ONCE = 4
TRIES_TO_END = 10
GATHERING_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a worker goes, and how often it shows that it is alive."""

    poll: timedelta
    concurrency: int
    lease: timedelta
    beat: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class _Running:
    job: Job
    attempt: int


@dataclass(frozen=True, slots=True)
class _Probing:
    future: Future[None]
    paused_at: datetime


class Worker:
    """Carries jobs to their destinations until it is told to stop."""

    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        destinations: Mapping[str, Destination],
        *,
        rules: Rules,
        pace: Pace,
        name: str,
        now: Callable[[], datetime],
        chores: Mapping[str, Doing] | None = None,
        errands: Mapping[str, Doing] | None = None,
        regular: Sequence[Regular] = (),
    ) -> None:
        """Take what to do for each kind of chore; an errand calls a destination, and waits while that is shut.

        `regular` is done by the clock.
        """
        self._database = database
        self._ring = ring
        self._destinations = destinations
        self._rules = rules
        self._pace = pace
        self._name = name
        self._now = now
        self._started_at = now()
        self._running: dict[Future[Receipt], _Running] = {}
        self._pool = ThreadPoolExecutor(pace.concurrency, thread_name_prefix="call")
        self._looking = Looking(database, destinations, self._pool, rules=rules, now=now, chance=random.random)
        # Apart from the calls: a probe that hangs keeps nobody else waiting.
        self._probing: dict[str, _Probing] = {}
        self._probes = ThreadPoolExecutor(PROBES_AT_ONCE, thread_name_prefix="probe")
        # Apart again: a mail server that hangs keeps no referral waiting.
        self._chores, self._errands = (
            Chores(database, doings or {}, rules=rules, lease=pace.lease, worker=name, now=now, chance=random.random)
            for doings in (chores, errands)
        )
        self._timetable = Timetable(database, regular, now=now)
        self._last_beat: datetime | None = None
        self._close_failed = False

    def run(self, stop: threading.Event, *, once: bool = False) -> None:
        """Work until `stop` is set, or, with `once`, until nothing is due; calls under way are ended in good order."""
        while not stop.is_set():
            began = self._safe_round()
            if once and not began and self._is_idle:
                break
            if self._running or not began:
                self._rest(stop)
        self._end_calls()
        self._pool.shutdown()
        self._chores.close()
        self._errands.close()
        self._timetable.close()
        self._probes.shutdown(cancel_futures=True)
        for destination in self._destinations.values():
            destination.close()
        self._safely(lambda: workers.leave(self._database, worker=self._name))

    def round(self) -> int:
        """Do one round; give the number of jobs taken up, those that could not be sent included."""
        if self._show_life():
            closing.settle_abandoned(self._database, rules=self._rules, now=self._now())
        self._timetable.begin()
        self._close_ended()
        self._close_probes()
        self._end_chores()
        known = standings.standings(self._database)
        self._probe(known, self._now())
        open_ones = self._open(known)
        self._send_what_was_not_found(open_ones)
        begun = sum(self._begin(slug, room) for slug, room in self._rooms(known, open_ones))
        return begun + self._chores.begin() + self._errands.begin(open_ones)

    @property
    def _is_idle(self) -> bool:
        return not (self._under_way or self._probing or self._timetable.busy)

    def _end_chores(self) -> None:
        self._chores.end()
        self._errands.end()

    def _end_calls(self) -> None:
        """Close the calls under way; where the store is gone for good, their leases run out and they become unknown."""
        for _ in range(TRIES_TO_END):
            while any(not future.done() for future in self._under_way):
                self._rest_for_calls()
                self._safely(self._show_life)
            self._safely(self._close_ended)
            self._safely(lambda: self._send_what_was_not_found([]))
            self._safely(self._end_chores)
            if not self._under_way:
                return
            time.sleep(self._pace.poll.total_seconds())
        log.error("worker ends with open attempts calls=%s", len(self._under_way))

    @property
    def _under_way(self) -> list[Future[Any]]:
        return [*self._running, *self._looking.futures, *self._chores.futures, *self._errands.futures]

    def _safe_round(self) -> int:
        began = 0

        def step() -> None:
            nonlocal began
            began = self.round()

        self._safely(step)
        return began

    def _safely(self, step: Callable[[], object]) -> None:
        try:
            step()
        except Exception as error:  # noqa: BLE001 - the one place: a worker outlives whatever one round meets
            # The class alone: the text of a database error can hold parameters.
            log.error("round failed error=%s", type(error).__name__)  # noqa: TRY400 - a traceback shows values

    def _open(self, known: Mapping[str, standings.Standing]) -> list[str]:
        """Name the destinations that may be called now, in an order that changes."""
        now = self._now()
        open_ones = [slug for slug in self._destinations if slug not in known or known[slug].open_at(now)]
        random.shuffle(open_ones)
        return open_ones

    def _rooms(self, known: Mapping[str, standings.Standing], open_ones: Sequence[str]) -> Iterable[tuple[str, int]]:
        """Share the free places among the destinations that are open."""
        for slug in open_ones:
            mine = [*(running.job for running in self._running.values()), *self._looking.jobs]
            free = self._pace.concurrency - len(mine)
            # A destination that could not be reached gets one try until it can be again.
            share = self._pace.concurrency if len(open_ones) == 1 else max(1, self._pace.concurrency // 2)
            room = 1 if slug in known and known[slug].broken_until else share
            taken = sum(job.organisation == slug for job in mine)
            if min(free, room - taken) > 0:
                yield slug, min(free, room - taken)

    def _begin(self, slug: str, room: int) -> int:
        claimed = jobs.claim(self._database, organisation=slug, worker=self._name, limit=room, lease=self._pace.lease)
        if not claimed:
            return 0
        self._send(slug, self._looking.begin(slug, claimed))
        return len(claimed)

    def _send(self, slug: str, claimed: Sequence[Job]) -> None:
        destination = self._destinations[slug]
        ready = preparing.prepare(self._database, self._ring, destination, claimed, now=self._now()) if claimed else []
        for each in ready:
            future = self._pool.submit(destination.run, each.step)
            self._running[future] = _Running(each.job, each.attempt)

    def _send_what_was_not_found(self, open_ones: Sequence[str]) -> None:
        """Send once more what nobody saw at its destination; where that is shut by now, give it back."""
        for slug, left in self._looking.end():
            if slug in open_ones:
                self._send(slug, left)
            else:
                jobs.give_back(self._database, left)

    def _rest(self, stop: threading.Event) -> None:
        if any(not future.done() for future in self._under_way):
            self._rest_for_calls()
        elif not self._under_way or self._close_failed:
            stop.wait(self._pace.poll.total_seconds())

    def _rest_for_calls(self) -> None:
        # One that is done already but could not be closed must not turn the wait into a spin.
        pending = [future for future in self._under_way if not future.done()]
        wait(pending, timeout=min(self._pace.poll.total_seconds(), 1), return_when=FIRST_COMPLETED)
        # Those that end at nearly the same time are closed in one transaction.
        wait(pending, timeout=GATHERING_SECONDS)

    def _close_ended(self) -> None:
        ended = [(future, running) for future, running in self._running.items() if future.done()]
        if not ended:
            return
        self._close_failed = True  # until it has been done
        happened = [closing.Ended(running.job, running.attempt, _happened(future)) for future, running in ended]
        closing.close(
            self._database,
            self._ring,
            happened,
            rules=self._rules,
            now=self._now(),
            chance=random.random,
        )
        self._close_failed = False
        for future, _ in ended:
            del self._running[future]

    def _show_life(self) -> bool:
        """Beat and renew leases, if it is time; tell whether it was."""
        now = self._now()
        if self._last_beat is not None and now - self._last_beat < self._pace.beat:
            return False
        workers.beat(self._database, worker=self._name, started_at=self._started_at)
        called = [*(running.job for running in self._running.values()), *self._looking.jobs]
        ids = [*(job.id for job in called), *self._chores.ids, *self._errands.ids]
        if ids:
            jobs.renew(self._database, worker=self._name, ids=ids, lease=self._pace.lease)
        self._last_beat = now
        return True

    def _probe(self, known: Mapping[str, standings.Standing], now: datetime) -> None:
        for slug, standing in known.items():
            if standing.paused_at is None or standing.probe_at is None or standing.probe_at > now:
                continue
            if slug in self._destinations and slug not in self._probing:
                future = self._probes.submit(self._destinations[slug].probe)
                self._probing[slug] = _Probing(future, standing.paused_at)

    def _close_probes(self) -> None:
        for slug, probing in list(self._probing.items()):
            if probing.future.done():
                closing.probed(
                    self._database,
                    slug,
                    _answered(probing.future),
                    paused_at=probing.paused_at,
                    rules=self._rules,
                    now=self._now(),
                )
                del self._probing[slug]


def _answered(future: Future[None]) -> DestinationError | None:
    try:
        future.result()
    except DestinationError as error:
        return error
    except Exception as error:  # noqa: BLE001 - a probe may not end the worker
        log.error("probe failed error=%s", type(error).__name__)  # noqa: TRY400 - a traceback shows values
        return Unknown("the probe broke off inside the gateway")
    return None


def _happened(future: Future[Receipt]) -> Receipt | DestinationError:
    try:
        return future.result()
    except DestinationError as error:
        return error
    except Exception as error:  # noqa: BLE001 - whatever else a call raises, it may have been written
        log.error("call failed error=%s", type(error).__name__)  # noqa: TRY400 - a traceback shows values
        return Unknown("the call broke off inside the gateway")
