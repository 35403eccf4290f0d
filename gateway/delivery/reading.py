"""Reads what a destination offers to choose from, and keeps it: one call after the other, none in a transaction.

What was read is served for as long as the destination is away. An answer that is empty, cannot be read, or has lost
most of what was there replaces nothing: people would find no choice that is theirs.
"""

import logging
import threading
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from gateway.delivery.policy import KEYS_REFUSED
from gateway.destinations.seam import Busy, CredentialsRefused, Destination, DestinationError, NotSent, Unknown
from gateway.store import destinations as standings
from gateway.store import dictionaries
from gateway.store.database import Database
from gateway.store.dictionaries import Change, Entry

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
AGAIN = timedelta(minutes=10)  # after one that failed
LOOK = timedelta(minutes=1)  # how often it is seen what is due
BUDGET_SECONDS = 20.0  # of one look: what is regular takes turns on one thread
FEW = 10  # a list as short as that may shrink as it likes: people change it by hand
NOT_TAKEN = "had gone, so it was not taken"
# After one of these the next call would end in the same way, or wait as long.
_ENDS_A_LOOK = (NotSent, Busy, Unknown, CredentialsRefused)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list to be read; `before` is what was offered to people until it was read for the first time."""

    organisation: str
    name: str
    before: tuple[Entry, ...] = ()
    offered: bool = True  # False: it is for staff, and may shrink as it likes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one reading: a change, or a problem in words without values."""

    wanted: Wanted
    change: Change | None = None
    problem: str = ""
    ends_a_look: bool = False  # nothing more is to be asked of that destination for now


class Reading:
    """Reads lists: those that are due by the clock, or those that a person asks for."""

    def __init__(
        self,
        database: Database,
        destinations: Mapping[str, Destination],
        wanted: Sequence[Wanted],
        *,
        probe_every: timedelta,
        stop: threading.Event | None = None,
    ) -> None:
        """Take what to read from where; `stop` ends a round between two calls."""
        self._database = database
        self._destinations = destinations
        self._wanted = wanted
        self._probe_every = probe_every
        self._stop = stop or threading.Event()

    def due(self, now: datetime) -> None:
        """Read what is due, as far as the time of one look goes; the rest comes with the next one."""
        known = dictionaries.readings(self._database)
        until = monotonic() + BUDGET_SECONDS
        left_alone: set[str] = set()
        for each in self._wanted:
            before = known.get((each.organisation, each.name))
            if each.organisation in left_alone or not _is_due(before, each, now):
                continue
            if self._stop.is_set() or monotonic() >= until:
                return
            if not self.is_open(each.organisation, now):
                continue
            outcome = self.read(each, now=now)
            if outcome.ends_a_look:
                left_alone.add(each.organisation)
            _tell(outcome, before)

    def is_open(self, organisation: str, now: datetime) -> bool:
        """Tell whether a destination may be called: it is neither paused nor just out of reach."""
        if organisation not in self._destinations:
            return False
        with self._database.read() as connection:
            return standings.standing(connection, organisation).open_at(now)

    def read(self, wanted: Wanted, *, now: datetime, any_size: bool = False) -> Outcome:
        """Read one list now; with `any_size`, take it even if most of it has gone."""
        try:
            choices = self._destinations[wanted.organisation].choices(wanted.name)
        except DestinationError as error:
            if isinstance(error, CredentialsRefused):
                self._pause(wanted.organisation, now)
            return self._noted(wanted, error.reason, now, ends_a_look=isinstance(error, _ENDS_A_LOOK))
        found = [(choice.value, str(choice.label)) for choice in choices]
        if not found:
            return self._noted(wanted, "it was empty", now)
        if wanted.offered and not any_size:
            known = dictionaries.load(self._database, wanted.organisation, wanted.name) or ()
            offered = {each.value for each in known if each.withdrawn_at is None}
            gone = offered.difference(value for value, _ in found)
            if is_suspicious(len(offered), len(gone)):
                return self._noted(wanted, f"{len(gone)} of {len(offered)} choices {NOT_TAKEN}", now)
        change = dictionaries.keep(
            self._database, wanted.organisation, wanted.name, found, before=wanted.before, now=now
        )
        return Outcome(wanted, change)

    def _noted(self, wanted: Wanted, problem: str, now: datetime, *, ends_a_look: bool = False) -> Outcome:
        dictionaries.note(self._database, wanted.organisation, wanted.name, problem, now=now)
        return Outcome(wanted, problem=problem, ends_a_look=ends_a_look)

    def _pause(self, organisation: str, now: datetime) -> None:
        with self._database.write() as connection:
            if standings.standing(connection, organisation).paused_at is None:  # no pause of a person is changed
                standings.remember(
                    connection, organisation, paused_at=now, pause_reason=KEYS_REFUSED, probe_at=now + self._probe_every
                )


def is_suspicious(offered: int, gone: int) -> bool:
    """Tell whether a list has become another one: nothing is left of it, or less than half of a long one."""
    return 0 < offered == gone or (offered > FEW and gone * 2 > offered)


def _tell(outcome: Outcome, before: dictionaries.Reading | None) -> None:
    wanted, change = outcome.wanted, outcome.change
    if outcome.problem and (before is None or before.problem != outcome.problem):
        log.warning(
            "list not read organisation=%s name=%s problem=%s", wanted.organisation, wanted.name, outcome.problem
        )
    if change is not None and change.version > (before.version if before else 0):
        log.info("list read anew organisation=%s name=%s version=%s", wanted.organisation, wanted.name, change.version)


def _is_due(known: dictionaries.Reading | None, wanted: Wanted, now: datetime) -> bool:
    if known is None:
        return True
    # Each list has a rhythm of its own, so that no destination is asked for all of them at one moment.
    spread = zlib.crc32(f"{wanted.organisation}/{wanted.name}".encode()) % 1000 / 5000 - 0.1
    pause = AGAIN if known.problem else EVERY
    return now - known.tried_at >= pause * (1 + spread)
