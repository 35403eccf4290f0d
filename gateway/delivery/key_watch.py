"""Looks now and then whether the key ring has every key that referrals are sealed with. Telling takes it from there."""

from datetime import datetime

from gateway.keys import KeyRing
from gateway.store import alerts, keys_in_use
from gateway.store.alerts import Matter
from gateway.store.database import Database


class KeyWatch:
    """Counts, for each organisation, what a key of the ring no longer opens, and what only an old one does."""

    def __init__(self, database: Database, ring: KeyRing) -> None:
        """Take the ring of this worker."""
        self._database = database
        self._ring = ring

    @property
    def name(self) -> str:
        """What this is called among the turns: with other keys it is another turn, so that it is looked at once."""
        return f"look at keys {' '.join(self._ring.ids)}"[:64]

    def __call__(self, now: datetime) -> None:
        """Look at every referral, and write down what is wrong."""
        first, *others = self._ring.ids
        in_use = keys_in_use.by_organisation(self._database)
        for slug in sorted({*in_use, *alerts.told(self._database)}):
            keys = in_use.get(slug, {})
            old = sum(count for key, count in keys.items() if key in others)
            missing = sum(count for key, count in keys.items() if key != first and key not in others)
            alerts.look(self._database, slug, Matter.KEYS_OLD, old, now)
            alerts.look(self._database, slug, Matter.KEYS_MISSING, missing, now)
