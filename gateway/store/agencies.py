"""Agencies: who refers again and again to one organisation, what they fill in each time, and who is of them.

Every question names the agency, and what is asked about a list of them, the organisation: none sees another's.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from gateway.keys import KeyMissing, KeyRing, SealBroken
from gateway.store import agency_drafts, holding
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.people import Deciding
from gateway.store.people_tables import accounts, agencies, api_tokens, invitations, memberships


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency of one organisation. One that refers to two organisations is an agency of each."""

    id: str
    organisation: str
    name: str
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of an agency."""

    account: str
    email: str
    signed_in_at: datetime | None


def add(connection: Connection, deciding: Deciding, name: str) -> str:
    """Make an agency, and give its id."""
    found = new_id()
    row = {"id": found, "organisation": deciding.organisation, "name": name, "created_at": deciding.now}
    connection.execute(insert(agencies).values(**row))
    deciding.note(connection, action="add agency", detail=f"agency {found}")
    return found


def end(connection: Connection, deciding: Deciding, agency: str) -> bool:
    """End an agency: its people, invitations, tokens and drafts are gone at once; what it sent goes on.

    False where it had ended before.
    """
    mine = (agencies.c.id == agency, agencies.c.organisation == deciding.organisation, agencies.c.ended_at.is_(None))
    if not connection.execute(update(agencies).where(*mine).values(ended_at=deciding.now)).rowcount:
        return False
    deciding.note(connection, action="end agency", detail=f"agency {agency}")
    connection.execute(delete(memberships).where(memberships.c.agency == agency))
    connection.execute(delete(invitations).where(invitations.c.agency == agency, invitations.c.used_at.is_(None)))
    tokens = (api_tokens.c.agency == agency, api_tokens.c.ended_at.is_(None))
    connection.execute(update(api_tokens).where(*tokens).values(ended_at=deciding.now))
    agency_drafts.forget_all(connection, agency)
    return True


def find(database: Database, organisation: str, agency: str) -> Agency | None:
    """Find an agency of an organisation, also one that has ended."""
    found = _of(database, agencies.c.organisation == organisation, agencies.c.id == agency)
    return found[0] if found else None


def goes_on(database: Database, agency: str) -> bool:
    """Tell whether an agency has not ended."""
    still = select(agencies.c.id).where(agencies.c.id == agency, agencies.c.ended_at.is_(None))
    with database.read() as connection:
        return connection.scalar(still) is not None


def listed(database: Database, organisation: str) -> list[Agency]:
    """List the agencies of an organisation by name; those that have ended come last."""
    found = _of(database, agencies.c.organisation == organisation)
    return sorted(found, key=lambda each: (each.ended_at is not None, each.name.casefold()))


def people(database: Database, agency: str) -> list[Person]:
    """List who is of an agency, by address."""
    wanted = (
        select(accounts.c.id, accounts.c.email, accounts.c.signed_in_at)
        .join(memberships, memberships.c.account == accounts.c.id)
        .where(memberships.c.agency == agency)
        .order_by(accounts.c.email)
    )
    with database.read() as connection:
        return [Person(*row) for row in connection.execute(wanted)]


def how_many(database: Database, organisation: str) -> Mapping[str, int]:
    """Count the people of every agency of an organisation that has any."""
    wanted = (
        select(memberships.c.agency, func.count().label("number"))
        .where(memberships.c.organisation == organisation, memberships.c.agency.is_not(None))
        .group_by(memberships.c.agency)
    )
    with database.read() as connection:
        return {row.agency: row.number for row in connection.execute(wanted)}


def details(database: Database, ring: KeyRing, agency: str) -> dict[str, str]:
    """Open what an agency fills in each time, by name of field; nothing where it cannot be opened any more."""
    with database.read() as connection:
        sealed = connection.scalar(select(agencies.c.sealed).where(agencies.c.id == agency))
    if sealed is None:
        return {}
    try:
        plain = json.loads(ring.open(sealed, table="agencies", row=agency, column="sealed"))
    except (KeyMissing, SealBroken):
        return {}
    return {str(name): str(text) for name, text in plain.items()}


def keep_details(database: Database, ring: KeyRing, agency: str, given: Mapping[str, str]) -> None:
    """Keep what an agency fills in each time, instead of what it was until now. Raises AgencyEnded."""
    plain = json.dumps(dict(given), ensure_ascii=False).encode()
    sealed = ring.seal(plain, table="agencies", row=agency, column="sealed")
    with database.write() as connection:
        holding.agency(connection, agency)
        connection.execute(update(agencies).where(agencies.c.id == agency).values(sealed=sealed))


def _of(database: Database, *which: ColumnElement[bool]) -> Sequence[Agency]:
    told = (agencies.c.id, agencies.c.organisation, agencies.c.name, agencies.c.created_at, agencies.c.ended_at)
    with database.read() as connection:
        return [Agency(*row) for row in connection.execute(select(*told).where(*which))]
