"""What destinations answered, as it was kept: sealed, the first part of it, and opened only on purpose."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from gateway.keys import KeyRing
from gateway.store import tables
from gateway.store.database import Database


@dataclass(frozen=True, slots=True)
class Answered:
    """The raw answer to one attempt."""

    attempt: int
    ended_at: datetime
    outcome: str
    status: int | None
    body: bytes = field(repr=False)


def last(database: Database, ring: KeyRing, reference: str) -> Answered | None:
    """Open the newest answer that was kept; None where there is none. Raises KeyMissing or SealBroken."""
    table = tables.attempts
    wanted = (
        select(table.c.id, table.c.ended_at, table.c.outcome, table.c.status, table.c.sealed)
        .where(table.c.reference == reference, table.c.sealed.is_not(None))
        .order_by(table.c.id.desc())
    )
    with database.read() as connection:
        row = connection.execute(wanted).first()
    if row is None:
        return None
    body = ring.open(row.sealed, table="attempts", row=str(row.id), column="sealed")
    return Answered(row.id, row.ended_at, row.outcome, row.status, body)
