"""A person pauses a destination, or lets it go on."""

from datetime import datetime

from gateway.store import audit, destinations
from gateway.store.database import Database

BY_A_PERSON = "paused by a person"


def pause(database: Database, organisation: str, *, actor: str, now: datetime) -> None:
    """Send nothing to a destination until it is resumed."""
    with database.write() as connection:
        destinations.pause(connection, organisation, reason=BY_A_PERSON, now=now)
        audit.write(connection, actor=actor, action="pause", organisation=organisation, detail="by hand", now=now)


def resume(database: Database, organisation: str, *, actor: str, now: datetime) -> None:
    """Send to a destination again, as if nothing had failed."""
    with database.write() as connection:
        reason = destinations.standing(connection, organisation).pause_reason or "it was not paused"
        destinations.resume(connection, organisation)
        audit.write(connection, actor=actor, action="resume", organisation=organisation, detail=reason, now=now)
