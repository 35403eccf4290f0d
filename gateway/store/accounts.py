"""Accounts: people who sign in, and what they may do for which organisation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, select, true, update
from sqlalchemy.exc import IntegrityError

from gateway.identity.roles import Role
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.meeting import insert_into
from gateway.store.people_tables import accounts, invitations, memberships, sessions


class AccountExists(Exception):
    """Somebody has an account with this address already."""


@dataclass(frozen=True, slots=True)
class Membership:
    """What somebody is for one organisation; a partner belongs to an agency of it."""

    role: Role
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. What proves them never shows."""

    id: str
    email: str = field(repr=False)
    password: str | None = field(repr=False)
    sealed_secret: bytes | None = field(repr=False)
    code_used: int | None = field(repr=False)
    created_at: datetime
    signed_in_at: datetime | None
    disabled_at: datetime | None
    issuer: str | None
    memberships: Mapping[str, Membership] = field(default_factory=lambda: MappingProxyType({}))


def folded(email: str) -> str:
    """Bring an address into the form in which it is kept and compared."""
    return email.strip().lower()


def create(database: Database, email: str, *, password: str | None, now: datetime) -> str:
    """Make an account that may do nothing yet, and give its id; `password` is as `identity.passwords.hashed` gives it.

    Raises AccountExists.
    """
    with database.write() as connection:
        return write(connection, email, password=password, now=now)


def write(connection: Connection, email: str, *, password: str | None, now: datetime) -> str:
    """Make an account within a transaction. Raises AccountExists."""
    found = new_id()
    row = {"id": found, "email": folded(email), "password": password, "created_at": now}
    try:
        with connection.begin_nested():
            connection.execute(insert(accounts).values(**row))
    except IntegrityError:
        raise AccountExists from None
    return found


def find(database: Database, email: str) -> Account | None:
    """Find who has this address."""
    return _one(database, accounts.c.email == folded(email)) if email.isprintable() else None


def by_id(database: Database, account: str) -> Account | None:
    """Find an account by its id."""
    return _one(database, accounts.c.id == account) if account.isprintable() else None


def by_subject(database: Database, issuer: str, subject: str) -> Account | None:
    """Find whose account a provider vouches for, by what it calls them."""
    return _one(database, and_(accounts.c.issuer == issuer, accounts.c.subject == subject))


def link(connection: Connection, account: str, issuer: str, subject: str) -> None:
    """Remember what a provider calls somebody: from here on that counts, whatever their address becomes."""
    free = (accounts.c.id == account, accounts.c.issuer.is_(None))
    connection.execute(update(accounts).where(*free).values(issuer=issuer, subject=subject))


def of_organisation(database: Database, organisation: str) -> list[Account]:
    """List who may do something for an organisation, by address."""
    mine = select(memberships.c.account).where(memberships.c.organisation == organisation)
    return _several(database, accounts.c.id.in_(mine))


def everybody(database: Database) -> list[Account]:
    """List every account, by address."""
    return _several(database, true())


def emails(database: Database, ids: Collection[str]) -> dict[str, str]:
    """Give the addresses of accounts by their ids, also of those who have no role any more."""
    wanted = select(accounts.c.id, accounts.c.email).where(accounts.c.id.in_(ids))
    with database.read() as connection:
        return {row.id: row.email for row in connection.execute(wanted)}


def join(
    connection: Connection, account: str, organisation: str, role: Role, *, now: datetime, agency: str | None = None
) -> bool:
    """Let somebody be this for an organisation; False, and nothing is changed, where they are something for it."""
    row = {"account": account, "organisation": organisation, "role": role, "agency": agency, "created_at": now}
    mine = (
        insert_into(connection.dialect, memberships)
        .values(**row)
        .on_conflict_do_nothing()
        .returning(memberships.c.account)
    )
    return connection.scalar(mine) is not None


def leave(connection: Connection, account: str, organisation: str) -> bool:
    """Take from somebody what they may do for an organisation; False where that was nothing."""
    mine = (memberships.c.account == account, memberships.c.organisation == organisation)
    return connection.execute(delete(memberships).where(*mine)).rowcount == 1


def set_password(connection: Connection, account: str, password: str | None) -> None:
    """Change what is kept of a password; with none, none is right any more.

    Every session of the account ends, and every link to choose a new one.
    """
    connection.execute(update(accounts).where(accounts.c.id == account).values(password=password))
    connection.execute(delete(invitations).where(invitations.c.account == account, invitations.c.used_at.is_(None)))
    connection.execute(delete(sessions).where(sessions.c.account == account))


def disable(connection: Connection, account: str, now: datetime) -> None:
    """Shut somebody out: no sign-in, and every session ends at once."""
    connection.execute(update(accounts).where(accounts.c.id == account).values(disabled_at=now))
    connection.execute(delete(sessions).where(sessions.c.account == account))


def enable(connection: Connection, account: str) -> None:
    """Let somebody in again who was shut out."""
    connection.execute(update(accounts).where(accounts.c.id == account).values(disabled_at=None))


def _several(database: Database, which: ColumnElement[bool]) -> list[Account]:
    theirs: dict[str, dict[str, Membership]] = {}
    with database.read() as connection:
        rows = connection.execute(select(accounts).where(which).order_by(accounts.c.email)).all()
        ids = select(accounts.c.id).where(which)
        for each in connection.execute(select(memberships).where(memberships.c.account.in_(ids))):
            theirs.setdefault(each.account, {})[each.organisation] = Membership(Role(each.role), each.agency)
    return [_account(row, theirs.get(row.id, {})) for row in rows]


def _one(database: Database, which: ColumnElement[bool]) -> Account | None:
    with database.read() as connection:
        return _read(connection, which)


def _read(connection: Connection, which: ColumnElement[bool]) -> Account | None:
    row = connection.execute(select(accounts).where(which)).first()
    if row is None:
        return None
    rows = connection.execute(select(memberships).where(memberships.c.account == row.id))
    return _account(row, {each.organisation: Membership(Role(each.role), each.agency) for each in rows})


def _account(row: Row[Any], theirs: Mapping[str, Membership]) -> Account:
    return Account(
        row.id,
        row.email,
        row.password,
        row.sealed,
        row.code_used,
        row.created_at,
        row.signed_in_at,
        row.disabled_at,
        row.issuer,
        theirs,
    )
