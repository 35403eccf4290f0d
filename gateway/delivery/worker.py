"""The worker: one loop that owns the database, and threads that do nothing but call.

Each turn closes the calls that ended, opens the attempts of those that begin, and claims what is due for each
destination, in one commit. Every transaction is over before a call begins.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gateway.delivery import closing, preparing
from gateway.delivery.backlog import Backlog
from gateway.delivery.calling import Calls
from gateway.delivery.chores import Chores, Doing
from gateway.delivery.closing import Closed, Ended
from gateway.delivery.looking import Looking
from gateway.delivery.places import Places
from gateway.delivery.policy import Rules
from gateway.delivery.probing import Probes
from gateway.delivery.regular import Regular, Timetable
from gateway.destinations.seam import Destination
from gateway.keys import KeyRing
from gateway.store import claims, jobs, workers
from gateway.store import destinations as standings
from gateway.store.database import Database, Transaction, clock
from gateway.store.jobs import Job

log = logging.getLogger(__name__)

TRIES_TO_END = 10
GATHERING_SECONDS = 0.005
LOOK = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a worker goes, and how often it shows that it is alive."""

    poll: timedelta
    concurrency: int
    lease: timedelta
    beat: timedelta = timedelta(seconds=5)


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
        self._calls = Calls(destinations, pace.concurrency)
        self._backlog = Backlog()
        self._looking = Looking(database, destinations, self._calls.pool, rules=rules, now=now, chance=random.random)
        self._places = Places(
            list(destinations),
            self._calls,
            self._looking,
            self._backlog,
            number=pace.concurrency,
            poll=pace.poll,
            now=now,
        )
        # Apart from the calls: a probe that hangs keeps nobody else waiting.
        self._probes = Probes(database, destinations, rules=rules, now=now)
        # Apart again: a mail server that hangs keeps no referral waiting.
        self._chores, self._errands = (
            Chores(database, doings or {}, rules=rules, lease=pace.lease, worker=name, now=now, chance=random.random)
            for doings in (chores, errands)
        )
        self._timetable = Timetable(database, regular, now=now)
        self._last_beat: datetime | None = None
        self._looked_at: datetime | None = None
        self._close_failed = False

    def run(self, stop: threading.Event, *, once: bool = False) -> None:
        """Work until `stop` is set, or, with `once`, until nothing is due.

        In the end what was claimed ahead is given back, and calls under way are ended in good order.
        """
        while not stop.is_set():
            began = self._safe_round()
            if once and not began and self._is_idle:
                break
            if self._calls.futures or not began:
                self._rest(stop)
        self._safely(self._give_back)  # first, so that nobody waits for it while calls end
        self._end_calls()
        self._calls.close()
        self._chores.close()
        self._errands.close()
        self._timetable.close()
        self._probes.close()
        for destination in self._destinations.values():
            destination.close()
        self._safely(lambda: workers.leave(self._database, worker=self._name))

    def round(self) -> int:
        """Do one round; give the number of jobs taken up, those that could not be sent included."""
        if self._show_life():
            closing.settle_abandoned(self._database, rules=self._rules, now=self._now())
        taken = self._look() if self._is_time_to_look else 0
        self._compose(self._looking.end())
        taken += self._turn()
        if self._places.shares():  # of what was claimed just now
            taken += self._turn()
        return taken

    @property
    def _is_idle(self) -> bool:
        return not (self._under_way or self._backlog.sizes or self._probes.futures or self._timetable.busy)

    @property
    def _is_time_to_look(self) -> bool:
        # In the midst of quick calls all that is beside them waits for a moment.
        return (
            not self._calls.futures
            or self._looked_at is None
            or self._now() - self._looked_at >= min(self._pace.poll, LOOK)
        )

    def _look(self) -> int:
        """Do what is beside the calls: probe, do chores; give the number of chores taken up."""
        self._looked_at = self._now()
        self._timetable.begin()
        self._probes.end()
        self._end_chores()
        known = standings.standings(self._database)
        self._probes.begin(known)
        return self._chores.begin() + self._errands.begin(self._places.open_among(known))

    def _turn(self) -> int:
        """Close what has ended, begin what is composed and claim more, in one commit; compose that afterwards.

        Gives the number of jobs taken up.
        """
        now = self._now()
        ended = self._calls.ended(now=now)
        if not (ended or self._places.shares() or self._is_anything_due()):
            return 0
        self._close_failed = bool(ended)  # until it has been done
        with self._database.write() as connection:
            closed = self._close(connection, ended.values(), now)
            at = clock(connection)
            self._places.look(standings.in_trouble(connection), claims.waiting(connection, at))
            starting = self._backlog.take(self._places.shares())
            ready = preparing.begin(connection, self._ring, starting, now=now, at=at)
            jobs.let_go(connection, self._backlog.drop(but=self._places.open_ones))
            claimed = claims.claim(
                connection, self._places.wanted(starting), worker=self._name, lease=self._pace.lease, at=at
            )
            closing.count(connection, closed)
        self._close_failed = False
        self._calls.forget(ended)
        closing.tell(self._database, closed, now=now)
        self._calls.begin(ready, now=now)
        return len(starting) + len(claimed) - self._compose(self._looking.begin(claimed))

    def _compose(self, claimed: Sequence[Job]) -> int:
        """Compose what goes out, to be begun in a turn; give the number of those that can be sent."""
        composed = preparing.compose(self._database, self._ring, self._destinations, claimed, now=self._now())
        self._backlog.add(composed)
        return len(composed)

    def _give_back(self) -> None:
        """Make due at once what was not begun: another worker takes it, and nobody waits for a lease to end."""
        self._backlog.drop(but=())
        claims.give_back(self._database, worker=self._name, but=[job.id for job in self._looking.jobs])

    def _end_chores(self) -> None:
        self._chores.end()
        self._errands.end()

    def _end_calls(self) -> None:
        """Close the calls under way; where the store is gone for good, their leases run out and they become unknown."""
        for _ in range(TRIES_TO_END):
            while any(not future.done() for future in self._under_way):
                self._rest_for_calls()
                self._safely(self._close_ended)
                self._safely(self._show_life)
            self._safely(self._close_ended)
            self._safely(self._looking.end)
            self._safely(self._end_chores)
            self._safely(self._give_back)
            if not self._under_way:
                return
            time.sleep(self._pace.poll.total_seconds())
        log.error("worker ends with open attempts calls=%s", len(self._under_way))

    @property
    def _under_way(self) -> list[Future[Any]]:
        return [*self._called, *self._chores.futures, *self._errands.futures]

    @property
    def _called(self) -> list[Future[Any]]:
        return [*self._calls.futures, *self._looking.futures]

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

    def _is_anything_due(self) -> bool:
        """Look for jobs without the lock of a writer: an idle worker is in nobody's way."""
        with self._database.read() as connection:
            self._places.look(standings.in_trouble(connection), claims.waiting(connection, clock(connection)))
        return self._places.anything_due()

    def _rest(self, stop: threading.Event) -> None:
        if any(not future.done() for future in self._under_way):
            self._rest_for_calls()
        elif not self._under_way or self._close_failed:
            stop.wait(self._pace.poll.total_seconds())

    def _rest_for_calls(self) -> None:
        ended = any(future.done() for future in self._called)
        # One that is done already but could not be closed must not turn the wait into a spin.
        if self._close_failed or not ended:
            pending = [future for future in self._under_way if not future.done()]
            wait(pending, timeout=min(self._pace.poll.total_seconds(), 1), return_when=FIRST_COMPLETED)
        # Those that end at nearly the same time are closed in one transaction; who hangs is not waited for.
        wait(self._calls.companions(), timeout=GATHERING_SECONDS)

    def _close_ended(self) -> None:
        now = self._now()
        ended = self._calls.ended(now=now)
        if not ended:
            return
        self._close_failed = True
        with self._database.write() as connection:
            closed = self._close(connection, ended.values(), now)
            closing.count(connection, closed)
        self._close_failed = False
        self._calls.forget(ended)
        closing.tell(self._database, closed, now=now)

    def _close(self, connection: Transaction, ended: Iterable[Ended], now: datetime) -> Closed:
        return closing.close(
            connection,
            self._ring,
            list(ended),
            rules=self._rules,
            now=now,
            chance=random.random,
            following={slug: each.following for slug, each in self._destinations.items()},
        )

    def _show_life(self) -> bool:
        """Beat and renew leases, if it is time; tell whether it was."""
        now = self._now()
        if self._last_beat is not None and now - self._last_beat < self._pace.beat:
            return False
        workers.beat(self._database, worker=self._name, started_at=self._started_at)
        looked_for = [job.id for job in self._looking.jobs]
        ids = [*self._calls.ids, *looked_for, *self._backlog.ids, *self._chores.ids, *self._errands.ids]
        if ids:
            claims.renew(self._database, worker=self._name, ids=ids, lease=self._pace.lease)
        self._last_beat = now
        return True
