"""What may have arrived and waits for a person is still looked for now and then: somebody may import it any day."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.destinations.seam import Destination, DestinationError, Unsupported
from gateway.store import destinations as standings
from gateway.store import settling
from gateway.store.database import Database
from gateway.store.destinations import Standing

log = logging.getLogger(__name__)

AT_ONCE = 50  # references in one call


@dataclass(frozen=True, slots=True)
class LookingAgain:
    """Asks every destination that is open and can tell; nothing but a find changes anything."""

    database: Database
    destinations: Mapping[str, Destination]

    def __call__(self, now: datetime) -> None:
        """Look once for all that waits."""
        known = standings.standings(self.database)
        for slug, destination in sorted(self.destinations.items()):
            if not destination.following.finds or not known.get(slug, Standing(slug)).open_at(now):
                continue
            self._look(slug, destination, now)

    def _look(self, slug: str, destination: Destination, now: datetime) -> None:
        last = ""
        while references := settling.parked(self.database, slug, at_most=AT_ONCE, behind=last):
            last = references[-1]
            try:
                there = destination.find(references)
            except Unsupported:
                return
            except DestinationError as error:
                log.warning("look put off organisation=%s referrals=%s reason=%s", slug, len(references), error.reason)
                return
            with self.database.write() as connection:
                found = settling.seen(
                    connection, [each for each in references if each in there], worker="worker", now=now
                )
            for reference in sorted(found):
                log.info("found at the destination reference=%s", reference)
