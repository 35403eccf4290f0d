"""What is remembered of each destination: proven or not, paused and why, how often it failed in a row."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select, update

from gateway.store import tables
from gateway.store.database import Database
from gateway.store.many import Several
from gateway.store.meeting import insert_into


@dataclass(frozen=True, slots=True)
class Standing:
    """How a destination stands."""

    organisation: str
    proven_at: datetime | None = None
    shape: str | None = None
    paused_at: datetime | None = None
    pause_reason: str | None = None
    probe_at: datetime | None = None
    broken_until: datetime | None = None
    not_sent_in_a_row: int = 0
    rejected_in_a_row: int = 0
    misconfigured_in_a_row: int = 0
    last_rejected: str | None = None
    asked_about: str | None = None
    asked_at: datetime | None = None

    def open_at(self, now: datetime) -> bool:
        """Tell whether jobs may be claimed now."""
        return self.paused_at is None and (self.broken_until is None or self.broken_until <= now)


def standings(database: Database) -> dict[str, Standing]:
    """Read all that is remembered, by organisation."""
    with database.read() as connection:
        rows = connection.execute(select(tables.destinations)).all()
    return {row.organisation: Standing(**row._mapping) for row in rows}


def standing(connection: Connection, organisation: str) -> Standing:
    """Read what is remembered of one destination, a fresh one where there is nothing."""
    table = tables.destinations
    row = connection.execute(select(table).where(table.c.organisation == organisation)).first()
    return Standing(**row._mapping) if row else Standing(organisation)


def standings_of(connection: Connection, organisations: Collection[str]) -> dict[str, Standing]:
    """Read what is remembered of some destinations, a fresh one where there is nothing."""
    found = {row.organisation: Standing(**row._asdict()) for row in _OF.rows(connection, of=list(organisations))}
    return {slug: found.get(slug) or Standing(slug) for slug in organisations}


def in_trouble(connection: Connection) -> dict[str, Standing]:
    """Read what is remembered of destinations that are paused, or could not be reached of late."""
    return {row.organisation: Standing(**row._asdict()) for row in _IN_TROUBLE.rows(connection)}


def remember(connection: Connection, organisation: str, **changes: object) -> None:
    """Change what is remembered of one destination, in the caller's transaction."""
    table = tables.destinations
    if not connection.execute(update(table).where(table.c.organisation == organisation).values(**changes)).rowcount:
        first = insert_into(connection.dialect, table).values(organisation=organisation, **changes)
        # Another worker may remember the first thing of it at this moment.
        connection.execute(first.on_conflict_do_update(index_elements=[table.c.organisation], set_=changes))


def pause(connection: Connection, organisation: str, *, reason: str, now: datetime) -> None:
    """Stop claiming for a destination until somebody resumes it."""
    remember(connection, organisation, paused_at=now, pause_reason=reason, probe_at=None)


def resume(connection: Connection, organisation: str) -> None:
    """Claim for a destination again, as if nothing had failed."""
    remember(
        connection,
        organisation,
        paused_at=None,
        pause_reason=None,
        probe_at=None,
        broken_until=None,
        not_sent_in_a_row=0,
        rejected_in_a_row=0,
        misconfigured_in_a_row=0,
        last_rejected=None,
    )


def half_open(connection: Connection, organisation: str, *, now: datetime) -> None:
    """End a pause by one try alone: what comes of it decides whether the others follow."""
    remember(connection, organisation, paused_at=None, pause_reason=None, probe_at=None, broken_until=now)


_OF = Several(
    select(tables.destinations).where(tables.destinations.c.organisation.in_(bindparam("of", expanding=True)))
)
_IN_TROUBLE = Several(
    select(tables.destinations).where(
        or_(tables.destinations.c.paused_at.is_not(None), tables.destinations.c.broken_until.is_not(None))
    )
)
