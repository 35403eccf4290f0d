"""What a worker deletes by the clock: referrals whose time is over, and what destinations answered long ago."""

import logging
from collections.abc import Mapping
from datetime import datetime

from gateway.ledger import Ledger
from gateway.store import purging
from gateway.store.database import Database
from gateway.store.purging import Retention

log = logging.getLogger(__name__)

AT_ONCE = 2000  # shared by all organisations: the rest is for the next time, so that a worker can end in good order


def purge(
    database: Database, ledger: Ledger, retentions: Mapping[str, Retention], now: datetime, *, actor: str = "worker"
) -> int:
    """Purge what is due of each organisation that keeps things for a time; give the number of referrals.

    Raises LedgerProblem.
    """
    total, changed = 0, False
    share = AT_ONCE // max(1, len(retentions)) + 1
    for organisation, retention in sorted(retentions.items()):
        references = purging.due(database, organisation, retention, now, at_most=share)
        purged = sum(purging.purge(database, ledger, each, retention, actor=actor, now=now) for each in references)
        answers = 0
        while some := purging.purge_answers(database, organisation, retention, now):
            answers += some
        if purged or answers:
            log.info("purged organisation=%s referrals=%s answers=%s", organisation, purged, answers)
        total += purged
        changed = changed or bool(purged or answers)
    if changed:
        database.checkpoint()
    return total
