"""Invitations: links that offer a role, or a new password to somebody who has lost theirs. Once, and for some days.

The link has a secret; the store has its hash alone.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from gateway.identity.roles import Role
from gateway.store.accounts import folded
from gateway.store.database import Database
from gateway.store.hashing import hash_of
from gateway.store.people_tables import invitations

OPEN_FOR, KEPT_FOR = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a link offers, and to whom. `account` is whose password is chosen anew; without it, a role is offered."""

    hash: str = field(repr=False)
    organisation: str
    role: Role
    agency: str | None
    email: str = field(repr=False)
    account: str | None
    invited_by: str | None
    created_at: datetime
    expires_at: datetime

    @property
    def name(self) -> str:
        """Name it in the audit trail: the beginning of its hash."""
        return self.hash[:8]


@dataclass(frozen=True, slots=True)
class Link:
    """The secret of a new link, which is shown once, and what it leads to."""

    secret: str = field(repr=False)
    leads_to: Invitation


def write(
    connection: Connection,
    email: str,
    role: Role,
    *,
    organisation: str,
    now: datetime,
    by: str | None,
    agency: str | None = None,
    account: str | None = None,
) -> Link:
    """Make an invitation; the one before it, for the same person there, ends."""
    end_of(connection, email, organisation)
    secret = secrets.token_urlsafe(32)
    made = Invitation(hash_of(secret), organisation, role, agency, folded(email), account, by, now, now + OPEN_FOR)
    row = {name: getattr(made, name) for name in Invitation.__dataclass_fields__}
    connection.execute(insert(invitations).values(**row))
    return Link(secret, made)


def find(database: Database, secret: str, now: datetime) -> Invitation | None:
    """Find what a link leads to; None where it was used, ended, or is too old."""
    with database.read() as connection:
        row = connection.execute(select(invitations).where(invitations.c.hash == hash_of(secret), *_open(now))).first()
    return _read(row) if row else None


def open_of(database: Database, organisation: str, now: datetime) -> list[Invitation]:
    """List the invitations of an organisation that nobody has taken yet, the newest first."""
    wanted = select(invitations).where(invitations.c.organisation == organisation, *_open(now))
    with database.read() as connection:
        return [_read(row) for row in connection.execute(wanted.order_by(invitations.c.created_at.desc()))]


def spend(connection: Connection, found: Invitation, now: datetime) -> bool:
    """Use an invitation up; False where somebody did meanwhile."""
    mine = update(invitations).where(invitations.c.hash == found.hash, *_open(now))
    return connection.execute(mine.values(used_at=now)).rowcount == 1


def withdraw(connection: Connection, organisation: str, hash: str, now: datetime) -> Invitation | None:  # noqa: A002 - the column's name
    """End an open invitation of an organisation by its hash; None where there is none."""
    if not hash.isprintable():
        return None
    mine = (invitations.c.hash == hash, invitations.c.organisation == organisation, *_open(now))
    row = connection.execute(delete(invitations).where(*mine).returning(*invitations.c)).first()
    return _read(row) if row else None


def end_of(connection: Connection, email: str, organisation: str | None = None) -> None:
    """End what is open for somebody, for one organisation or for all: a leaver comes back by no old link."""
    mine = [invitations.c.email == folded(email), invitations.c.used_at.is_(None)]
    if organisation is not None:
        mine.append(invitations.c.organisation == organisation)
    connection.execute(delete(invitations).where(*mine))


def forget_old(database: Database, now: datetime) -> int:
    """Delete invitations that ended some weeks ago; give their number."""
    with database.write() as connection:
        return connection.execute(delete(invitations).where(invitations.c.expires_at < now - KEPT_FOR)).rowcount


def _open(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return invitations.c.used_at.is_(None), invitations.c.expires_at > now


def _read(row: Row[tuple[object, ...]]) -> Invitation:
    values = {name: row._mapping[name] for name in Invitation.__dataclass_fields__}
    return Invitation(**{**values, "role": Role(row._mapping["role"])})
