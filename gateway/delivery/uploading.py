"""The errand of a file: it goes to its record once, streamed from the sealed pieces.

An attempt is open on the disk before the first byte goes out. Whoever finds an open attempt of somebody else knows that
the file may be there already, and does not simply send it again.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from gateway.delivery.chores import unsealing
from gateway.delivery.closing import NOT_RECORDED, sealed_answer
from gateway.delivery.policy import Decision, History, Outcome, Rules, decide
from gateway.destinations.seam import Attachment, Destination, DestinationError, Receipt, Record, Unknown
from gateway.keys import KeyRing
from gateway.store import attaching, following
from gateway.store import destinations as standings
from gateway.store.attaching import End, Task
from gateway.store.chores import Chore
from gateway.store.chunks import FileGone
from gateway.store.database import Database
from gateway.store.files import Files, StoredFile
from gateway.store.states import FileState, JobStatus, ReferralState

log = logging.getLogger(__name__)

_MAY_COME = (*following.UNSENT, FileState.QUARANTINED)
# What an upload may say of its destination. Its shape, what is rejected and what proves it is for referrals alone.
_SAYS = frozenset(
    {"paused_at", "pause_reason", "probe_at", "misconfigured_in_a_row", "broken_until", "not_sent_in_a_row"}
)
_GOOD = frozenset({"broken_until", "not_sent_in_a_row"})


@dataclass(frozen=True, slots=True)
class _Begun:
    task: Task
    record: Record
    attempt: int


@dataclass(frozen=True, slots=True)
class Uploading:
    """What to do with an errand of the kind `upload`."""

    database: Database
    ring: KeyRing
    destinations: Mapping[str, Destination]
    rules: Rules
    now: Callable[[], datetime]
    chance: Callable[[], float]

    def __call__(self, chore: Chore) -> bool:
        """Send the file of an errand, or settle what a dead worker left. Raises Later or Never."""
        stored = self._find(chore.item)
        content = None
        if stored is not None and stored.state in following.UNSENT:
            content = self._opened(stored)
        begun = self._begin(chore, readable=content is not None)
        if begun is None or stored is None or content is None:
            return True
        repeat = begun.task.may_have_arrived
        attachment = Attachment(stored.name, stored.media_type, stored.size, content, repeat)
        self._close(chore, begun, self._happened(chore, begun.record, attachment))
        return True

    def _find(self, file: str) -> StoredFile | None:
        with unsealing():
            return Files(self.database, self.ring).find(file)

    def _opened(self, stored: StoredFile) -> "chain[bytes] | None":
        """Open the content and read its first piece: what cannot be opened is not begun."""
        pieces = Files(self.database, self.ring).read(stored.id, stored.size)
        try:
            with unsealing():
                return chain([next(pieces)], pieces)
        except FileGone:
            return None

    def _begin(self, chore: Chore, *, readable: bool) -> _Begun | None:
        """Open an attempt; None where the errand is ended, put off or settled instead."""
        now = self.now()
        with self.database.write() as connection:
            task = attaching.task(connection, chore)
            if task is None:
                return None
            if task.open_attempt is not None:
                happened = Unknown(NOT_RECORDED)
                decision = self._decide(chore, task, happened, standings.Standing(chore.organisation), now)
                attaching.close(connection, chore, task.open_attempt, _end(decision), now)
                _log(task.reference, chore.item, decision.outcome)
                return None
            if task.purged or task.state is ReferralState.CLOSED or task.file not in _MAY_COME:
                following.leave(connection, chore, JobStatus.DONE, now)
                return None
            if task.state is not ReferralState.DELIVERED or task.file not in following.UNSENT or not readable:
                following.leave(connection, chore, JobStatus.DUE, now + self.rules.import_poll)
                return None
            record = Record.read(task.record)
            return _Begun(task, record, attaching.begin(connection, chore, task.reference, now))

    def _happened(self, chore: Chore, record: Record, attachment: Attachment) -> Receipt | DestinationError:
        try:
            return self.destinations[chore.organisation].upload(record, attachment)
        except DestinationError as error:
            return error
        except Exception as error:  # noqa: BLE001 - whatever else a call raises, it may have been written
            log.error("upload failed file=%s error=%s", chore.item, type(error).__name__)  # noqa: TRY400 - a traceback shows values
            return Unknown("the upload broke off inside the gateway")

    def _close(self, chore: Chore, begun: _Begun, happened: Receipt | DestinationError) -> None:
        now = self.now()
        sealed = sealed_answer(self.ring, begun.attempt, happened)
        with self.database.write() as connection:
            standing = standings.standing(connection, chore.organisation)
            decision = self._decide(chore, begun.task, happened, standing, now)
            end = replace(_end(decision), status=happened.status, sealed_answer=sealed)
            mine = attaching.close(connection, chore, begun.attempt, end, now)
            if mine:
                says = _GOOD if decision.outcome is Outcome.DELIVERED else _SAYS
                if remember := {name: value for name, value in decision.remember.items() if name in says}:
                    standings.remember(connection, chore.organisation, **remember)
            elif decision.outcome is Outcome.DELIVERED:
                attaching.close_late(connection, chore, begun.attempt, end, now)
        _log(begun.task.reference, chore.item, decision.outcome, late=not mine)

    def _decide(
        self,
        chore: Chore,
        task: Task,
        happened: Receipt | DestinationError,
        standing: standings.Standing,
        now: datetime,
    ) -> Decision:
        neutral = replace(standing, proven_at=None, shape=None, rejected_in_a_row=0, last_rejected=None)
        history = History(task.reference, chore.since, chore.failures, task.repeats, task.may_have_arrived, neutral)
        return decide(happened, history, self.rules, now=now, chance=self.chance())


def _end(decision: Decision) -> End:
    if decision.outcome is Outcome.DELIVERED:
        file = FileState.ATTACHED
    else:
        file = FileState.FAILED if decision.job_status is JobStatus.PARKED else FileState.WAITING
    return End(decision.outcome, file, decision.job_status, decision.due_at, decision.failures, decision.repeats)


def _log(reference: str, file: str, outcome: Outcome, *, late: bool = False) -> None:
    if late:
        log.warning("upload ended after its lease reference=%s file=%s outcome=%s", reference, file, outcome)
        return
    level = logging.INFO if outcome is Outcome.DELIVERED else logging.WARNING
    log.log(level, "upload ended reference=%s file=%s outcome=%s", reference, file, outcome)
