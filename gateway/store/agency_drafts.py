"""Drafts that the people of an agency share: whoever of them goes on needs the instance, kept sealed for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from gateway.keys import KeyMissing, KeyRing, SealBroken
from gateway.store import drafts, holding, tables
from gateway.store.database import Database
from gateway.store.people_tables import accounts, agency_drafts

MOST = 200  # drafts of one agency at a time: what nobody sends must not fill the disk


@dataclass(frozen=True, slots=True)
class Shared:
    """A draft of an agency: which form, who began it, and when it ends unless somebody goes on."""

    hash: str
    instance: bytes = field(repr=False)
    form: str
    email: str | None
    created_at: datetime
    expires_at: datetime


def share(database: Database, ring: KeyRing, instance: bytes, *, agency: str, account: str, now: datetime) -> None:
    """Keep the instance of a draft for everybody of an agency. Raises AgencyEnded."""
    row_id = drafts.instance_hash(instance)
    sealed = ring.seal(instance, table="agency_drafts", row=row_id, column="sealed")
    row = {"instance": row_id, "agency": agency, "account": account, "sealed": sealed, "created_at": now}
    with database.write() as connection:
        holding.agency(connection, agency)
        connection.execute(insert(agency_drafts).values(**row))


def listed(database: Database, ring: KeyRing, organisation: str, agency: str, now: datetime) -> list[Shared]:
    """List the drafts of an agency that can still be opened, the one that ends first at the top."""
    return _found(database, ring, organisation, agency, now)


def find(database: Database, ring: KeyRing, organisation: str, agency: str, draft: str, now: datetime) -> Shared | None:
    """Find one draft of an agency by the hash of its instance."""
    found = _found(database, ring, organisation, agency, now, agency_drafts.c.instance == draft)
    return found[0] if found else None


def begun_by(database: Database, agency: str, draft: str) -> str | None:
    """Give the account of whoever of an agency has begun a draft, by the hash of its instance; None of any other."""
    mine = (agency_drafts.c.instance == draft, agency_drafts.c.agency == agency)
    with database.read() as connection:
        return connection.scalar(select(agency_drafts.c.account).where(*mine))


def forget_all(connection: Connection, agency: str) -> None:
    """Delete every draft of an agency, in the transaction that ends it."""
    mine = list(connection.scalars(select(agency_drafts.c.instance).where(agency_drafts.c.agency == agency)))
    drafts.lock(connection, mine)
    for instance in mine:
        drafts.forget(connection, instance)
    connection.execute(delete(agency_drafts).where(agency_drafts.c.agency == agency))


def _found(
    database: Database, ring: KeyRing, organisation: str, agency: str, now: datetime, *which: ColumnElement[bool]
) -> list[Shared]:
    table, shared = tables.drafts, agency_drafts
    told = (shared.c.instance, shared.c.sealed, table.c.form, accounts.c.email, shared.c.created_at, table.c.expires_at)
    wanted = (
        select(*told)
        .join(table, table.c.instance == shared.c.instance)
        .outerjoin(accounts, accounts.c.id == shared.c.account)
        .where(shared.c.agency == agency, table.c.organisation == organisation, table.c.expires_at > now, *which)
        .order_by(table.c.expires_at, shared.c.instance)
        .limit(MOST)
    )
    with database.read() as connection:
        rows: Sequence[tuple[str, bytes, str, str | None, datetime, datetime]] = [
            tuple(row) for row in connection.execute(wanted)
        ]
    found = []
    for row_id, sealed, form, email, created_at, expires_at in rows:
        try:
            instance = ring.open(sealed, table="agency_drafts", row=row_id, column="sealed")
        except (KeyMissing, SealBroken):
            continue  # nobody can go on with it; it ends by itself
        found.append(Shared(row_id, instance, form, email, created_at, expires_at))
    return found
