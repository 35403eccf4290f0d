"""Form definitions by content hash: kept once, for ever, so that every draft and referral can name the words it saw."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from gateway.store import tables
from gateway.store.database import Database


@dataclass(frozen=True, slots=True)
class StoredDefinition:
    """A definition as JSON text, under the hash of its content."""

    hash: str
    organisation: str
    form: str
    body: str


def keep(database: Database, found: list[StoredDefinition], now: datetime) -> None:
    """Store the definitions that are not there yet."""
    table = tables.definitions
    wanted = {each.hash: each for each in found}
    with database.write() as connection:
        known = set(connection.scalars(select(table.c.hash).where(table.c.hash.in_(wanted))))
        for hash_, each in sorted(wanted.items()):
            if hash_ in known:
                continue
            with suppress(IntegrityError), connection.begin_nested():  # another process may start at the same moment
                connection.execute(
                    insert(table).values(
                        hash=each.hash,
                        organisation=each.organisation,
                        form=each.form,
                        body=each.body,
                        first_seen_at=now,
                    )
                )


def load(database: Database, definition: str) -> StoredDefinition | None:
    """Read a definition by its hash."""
    table = tables.definitions
    with database.read() as connection:
        row = connection.execute(
            select(table.c.hash, table.c.organisation, table.c.form, table.c.body).where(table.c.hash == definition)
        ).first()
    return StoredDefinition(*row) if row else None
