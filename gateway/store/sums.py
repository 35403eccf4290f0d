"""What happens so often that the audit trail has its sum alone: counted here, and written down once its hour is over.

So a program that asks every minute makes one entry an hour, and whoever guesses addresses fills nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from gateway.store import audit
from gateway.store.database import Database
from gateway.store.meeting import insert_into
from gateway.store.watching_tables import audit_sums

EVERY = timedelta(hours=1)


def add_up(connection: Connection, *, actor: str, action: str, now: datetime, organisation: str | None = None) -> None:
    """Count what somebody did once more, in the transaction that does it; its last statement."""
    first = insert_into(connection.dialect, audit_sums).values(
        actor=actor, action=action, organisation=organisation, since=now, times=1
    )
    connection.execute(
        first.on_conflict_do_update(index_elements=list(audit_sums.primary_key), set_={"times": audit_sums.c.times + 1})
    )


def write_down(database: Database, now: datetime) -> int:
    """Write every sum whose hour is over into the trail, and begin it anew; give the number of entries."""
    over = audit_sums.c.since <= now - EVERY
    with database.read() as connection:
        if connection.execute(select(audit_sums.c.actor).where(over).limit(1)).first() is None:
            return 0
    with database.write() as connection:
        rows = connection.execute(delete(audit_sums).where(over).returning(*audit_sums.c)).all()
        for row in sorted(rows, key=lambda each: each.since):
            detail = f"{row.times} times since {row.since:%Y-%m-%d %H:%M}"
            audit.write(
                connection, actor=row.actor, action=row.action, organisation=row.organisation, detail=detail, now=now
            )
    return len(rows)
