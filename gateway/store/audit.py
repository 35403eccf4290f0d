"""The audit trail: who did what to which referral, and when. Never an answer, never a name of a file."""

from datetime import datetime

from sqlalchemy import insert

from gateway.store import tables
from gateway.store.database import Database


def note(database: Database, *, actor: str, action: str, reference: str, detail: str, now: datetime) -> None:
    """Write down what somebody did, before it is done."""
    with database.write() as connection:
        connection.execute(
            insert(tables.audit).values(at=now, actor=actor, action=action, reference=reference, detail=detail)
        )
