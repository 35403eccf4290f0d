"""Looking: before what may have arrived is sent once more, its destination is asked whether it is there.

Asking burns nothing: no attempt is opened and no repeat is counted. A destination that cannot tell is not asked twice.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from gateway.delivery.policy import History, Rules, put_off
from gateway.destinations.seam import Destination, DestinationError, Receipt, Unknown, Unsupported
from gateway.store import destinations as standings
from gateway.store import jobs, settling
from gateway.store.database import Database
from gateway.store.jobs import Job
from gateway.store.sending import STAGE

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Look:
    slug: str
    jobs: Sequence[Job]


class Looking:
    """Asks on the threads of the calls, for several referrals of one destination at once."""

    def __init__(
        self,
        database: Database,
        destinations: Mapping[str, Destination],
        pool: ThreadPoolExecutor,
        *,
        rules: Rules,
        now: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._database = database
        self._destinations = destinations
        self._pool = pool
        self._rules = rules
        self._now = now
        self._chance = chance
        self._running: dict[Future[Mapping[str, Receipt]], _Look] = {}
        self._cannot: set[str] = set()

    @property
    def futures(self) -> list[Future[Mapping[str, Receipt]]]:
        """The looks under way, to be waited for."""
        return list(self._running)

    @property
    def jobs(self) -> list[Job]:
        """The jobs that are looked for: their leases have to be renewed, and they hold places."""
        return [job for look in self._running.values() for job in look.jobs]

    def by_destination(self) -> Counter[str]:
        """Count the looks under way: each is a call that holds a place."""
        return Counter(look.slug for look in self._running.values())

    def begin(self, claimed: Sequence[Job]) -> list[Job]:
        """Begin to look for those that may have arrived; give the others, which can be sent at once."""
        doubtful = self._doubtful([job for job in claimed if job.organisation not in self._cannot])
        for slug in sorted({job.organisation for job in doubtful}):
            theirs = [job for job in doubtful if job.organisation == slug]
            asked = self._pool.submit(self._destinations[slug].find, [job.reference for job in theirs])
            self._running[asked] = _Look(slug, theirs)
        return [job for job in claimed if job not in doubtful]

    def end(self) -> list[Job]:
        """Take up what was answered; give those that nobody saw there: they go out once more."""
        left: list[Job] = []
        for future, look in [(future, look) for future, look in self._running.items() if future.done()]:
            answer = self._answered(future, look.slug)
            if isinstance(answer, DestinationError):
                self._put_off(look, answer)
            else:
                self._deliver([job for job in look.jobs if job.reference in answer])
                left += [job for job in look.jobs if job.reference not in answer]
            del self._running[future]
        return left

    def _doubtful(self, claimed: Sequence[Job]) -> list[Job]:
        # What stands for a whole referral alone: a later step may be missing where an earlier one is found.
        whole = [job for job in claimed if job.kind == STAGE]
        if not whole:
            return []
        with self._database.read() as connection:
            doubtful = jobs.doubtful(connection, [job.id for job in whole])
        return [job for job in whole if job.id in doubtful]

    def _answered(self, future: Future[Mapping[str, Receipt]], slug: str) -> Mapping[str, Receipt] | DestinationError:
        try:
            return future.result()
        except Unsupported:
            self._cannot.add(slug)
            return {}
        except DestinationError as error:
            return error
        except Exception as error:  # noqa: BLE001 - a look may not end the worker
            log.error("look failed error=%s", type(error).__name__)  # noqa: TRY400 - a traceback shows values
            return Unknown("the look broke off inside the gateway")

    def _deliver(self, there: Sequence[Job]) -> None:
        if not there:
            return
        with self._database.write() as connection:
            found = settling.found(connection, there, worker="worker", now=self._now())
        for reference in sorted(found):
            log.info("found at the destination reference=%s", reference)

    def _put_off(self, look: _Look, error: DestinationError) -> None:
        now = self._now()
        with self._database.write() as connection:
            standing = standings.standing(connection, look.slug)
            for job in look.jobs:
                history = History(job.reference, job.since, job.failures, job.repeats, True, standing)
                decision = put_off(error, history, self._rules, now=now, chance=self._chance())
                settling.put_off(
                    connection,
                    [job],
                    state=decision.state,
                    reason=decision.reason,
                    job_status=decision.job_status,
                    due_at=decision.due_at,
                    failures=decision.failures,
                    now=now,
                )
            if decision.remember:
                standings.remember(connection, look.slug, **decision.remember)
        log.warning("look put off organisation=%s referrals=%s reason=%s", look.slug, len(look.jobs), error.reason)
