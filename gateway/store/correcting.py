"""Correcting: a person changes an answer of a referral, and what goes out next is composed anew from it.

What went out before stays as it was, in its own version of the payload.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, update

from gateway.keys import KeyRing
from gateway.referral import Referral
from gateway.store import audit, referrals, tables
from gateway.store.database import Database
from gateway.store.referrals import StateMoved
from gateway.store.states import JobStatus, ReferralState


class CorrectedMeanwhile(StateMoved):
    """Somebody else has corrected it since it was read."""


CORRECTABLE = (ReferralState.HELD, ReferralState.PENDING, ReferralState.UNKNOWN, ReferralState.FAILED)


def correct(
    database: Database,
    ring: KeyRing,
    reference: str,
    change: Callable[[Referral], Referral],
    *,
    question: str,
    seen: int,
    actor: str,
    now: datetime,
) -> None:
    """Seal the changed referral in place of the old one; the audit trail names the `question`, never a value.

    `seen` is how often it had been corrected when it was read. Raises CorrectedMeanwhile where that is more by now;
    StateMoved where it is not `CORRECTABLE`, was purged, or is in a worker's hands; KeyMissing or SealBroken.
    """
    table, jobs = tables.referrals, tables.jobs
    with database.write() as connection:
        # A claimed one may be composed already: what is changed now would never go out.
        theirs = select(jobs.c.status).where(jobs.c.reference == reference, jobs.c.item.is_(None))
        if JobStatus.LEASED in connection.scalars(theirs.order_by(jobs.c.id).with_for_update()).all():
            raise StateMoved(f"{reference} is about to be sent")
        mine = select(table.c.corrections).where(table.c.reference == reference).with_for_update()
        if connection.scalar(mine) != seen:
            raise CorrectedMeanwhile(f"{reference} has been corrected meanwhile")
        referral = referrals.opened(connection, ring, reference)
        if referral is None:
            raise StateMoved(f"{reference} is not there any more")
        sealed = ring.seal(change(referral).to_json(), table="referrals", row=reference, column="sealed")
        changed = connection.execute(
            update(table)
            .where(table.c.reference == reference, table.c.state.in_(CORRECTABLE))
            .values(sealed=sealed, corrections=table.c.corrections + 1, updated_at=now)
        )
        if changed.rowcount != 1:
            raise StateMoved(f"{reference} is no longer {' or '.join(CORRECTABLE)}")
        audit.write(connection, actor=actor, action="correct", reference=reference, detail=question, now=now)
