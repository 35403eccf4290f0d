"""The errand that looks whether a person brought a referral in; then its files can follow.

Many are asked for in one call, since a charity may leave hundreds waiting: soon at first, later once an hour, then once
a day, for as long as the referral is kept. Asking is harmless, so a worker that dies in between is only asked again.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.delivery.policy import History, Rules, put_off
from gateway.destinations.seam import Destination, DestinationError, Receipt, Record, Unknown, Unsupported
from gateway.keys import KeyMissing, KeyRing, SealBroken
from gateway.store import chores, following, referrals
from gateway.store import destinations as standings
from gateway.store.chores import Chore
from gateway.store.database import Database
from gateway.store.following import Expected
from gateway.store.states import JobStatus

log = logging.getLogger(__name__)

AT_ONCE = 50  # references in one call
HOURLY = 6  # of the first wait: 10 minutes, then an hour, then a day
DAILY = 144
LOOKS_AN_HOUR = 24


@dataclass(frozen=True, slots=True)
class Importing:
    """What to do with an errand of the kind `import`."""

    database: Database
    ring: KeyRing
    destinations: Mapping[str, Destination]
    rules: Rules
    lease: timedelta
    now: Callable[[], datetime]
    chance: Callable[[], float]

    def __call__(self, chore: Chore) -> bool:
        """Look for the import of a referral, and for others of its organisation that are due."""
        batch = [chore, *self._more(chore)]
        wanted = self._still_wanted(batch)
        if not wanted:
            return True
        try:
            found = self.destinations[chore.organisation].find([each.item for each in wanted])
        except Unsupported:
            self._end(wanted, JobStatus.DONE)  # it was set so meanwhile; a person can still enter the id
        except DestinationError as error:
            self._put_off(wanted, error)
        except Exception as error:  # noqa: BLE001 - whatever a look raises, the others of its batch come back too
            log.error("look for imports failed error=%s", type(error).__name__)  # noqa: TRY400 - a traceback shows values
            self._put_off(wanted, Unknown("the look broke off inside the gateway"))
        else:
            for each in wanted:
                self._ended(each, found.get(each.item))
        return True

    def _more(self, chore: Chore) -> list[Chore]:
        return chores.claim(
            self.database,
            kinds=[following.IMPORT],
            organisations=[chore.organisation],
            worker=chore.worker or "",
            limit=AT_ONCE - 1,
            lease=self.lease,
        )

    def _still_wanted(self, batch: Sequence[Chore]) -> list[Chore]:
        """End what will never be imported, put off what is not delivered just now; give the others."""
        now = self.now()
        with self.database.write() as connection:
            known = following.still_delivered(connection, [each.item for each in batch])
            for each in batch:
                if each.item not in known:
                    following.leave(connection, each, JobStatus.DONE, now)
                elif not known[each.item]:
                    following.leave(connection, each, JobStatus.DUE, now + self.rules.import_poll)
        return [each for each in batch if known.get(each.item)]

    def _ended(self, chore: Chore, receipt: Receipt | None) -> None:
        now = self.now()
        if receipt is None or not receipt.record:
            due_at = now + next_wait(chore.failures, self.rules.import_poll)
            with self.database.write() as connection:
                # Its looks are counted where others count failures.
                chores.end(connection, chore, status=JobStatus.DUE, due_at=due_at, failures=chore.failures + 1)
            return
        record = Record("person", receipt.record)
        try:
            going = self._going(chore, record)
        except (KeyMissing, SealBroken) as error:
            log.error("import cannot be followed reference=%s error=%s", chore.item, type(error).__name__)  # noqa: TRY400 - a traceback shows values
            self._end([chore], JobStatus.DUE, wait=self.rules.import_poll * HOURLY)
            return
        with self.database.write() as connection:
            mine = following.imported(connection, chore, record.id, going, now)
        if mine:
            log.info("import found reference=%s files=%s", chore.item, len(going))

    def _going(self, chore: Chore, record: Record) -> dict[str, str]:
        """Give the files about the main person: whose record it is that was found. The others wait for a person."""
        if not self.destinations[chore.organisation].following.uploads:
            return {}
        with self.database.read() as connection:
            referral = referrals.opened(connection, self.ring, chore.item)
        if referral is None:
            return {}
        main = referral.people[0].id
        return {each.id: str(record) for each in referral.files if each.attach_to == main}

    def _end(self, batch: Sequence[Chore], status: JobStatus, wait: timedelta = timedelta()) -> None:
        due_at = self.now() + wait
        with self.database.write() as connection:
            for each in batch:
                following.leave(connection, each, status, due_at)

    def _put_off(self, batch: Sequence[Chore], error: DestinationError) -> None:
        now = self.now()
        slug = batch[0].organisation
        with self.database.write() as connection:
            standing = standings.standing(connection, slug)
            history = History(batch[0].item, now, 0, 0, False, standing)
            decision = put_off(error, history, self.rules, now=now, chance=self.chance())
            due_at = max(decision.due_at, now + self.rules.import_poll)
            for each in batch:
                following.leave(connection, each, JobStatus.DUE, due_at)
            if decision.remember:
                standings.remember(connection, slug, **decision.remember)
        log.warning("look for imports put off organisation=%s referrals=%s reason=%s", slug, len(batch), error.reason)


def next_wait(looks: int, poll: timedelta) -> timedelta:
    """Say how long to wait after so many looks without a find, the first of which came one `poll` after delivery."""
    return poll * (HOURLY if looks < LOOKS_AN_HOUR else DAILY)


def expect_imports(
    database: Database, destinations: Mapping[str, Destination], now: datetime, *, poll: timedelta
) -> None:
    """Write what follows a delivery where nobody has: a person said that it arrived, or a setting was changed since."""
    for slug, destination in sorted(destinations.items()):
        chosen = destination.following
        expected = Expected(chosen.finds, chosen.uploads, now + poll)
        if left := following.unexpected(database, slug, expected):
            with database.write() as connection:
                following.expect(connection, {expected: left}, now)
