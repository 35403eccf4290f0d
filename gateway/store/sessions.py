"""Sessions: that somebody has signed in on one browser. The cookie has a secret; the store has its hash alone."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from gateway.store import holding
from gateway.store.accounts import Account, by_id
from gateway.store.database import Database
from gateway.store.hashing import hash_of
from gateway.store.people_tables import accounts, sessions

IDLE, LONGEST = timedelta(hours=1), timedelta(hours=12)
_SEEN_EVERY = timedelta(minutes=1)  # to write the time at every click would be a write for every click


class Over(Exception):
    """The session has ended: nothing is changed in its name any more."""


@dataclass(frozen=True, slots=True)
class Alive:
    """A session as its owner sees it in a list: since when, and when it was last used."""

    hash: str = field(repr=False)
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, and when they last proved it."""

    account: Account
    proven_at: datetime
    hash: str = field(repr=False)


def begin(connection: Connection, account: str, now: datetime, *, proven_at: datetime | None = None) -> str:
    """Begin a session, and give the secret for its cookie: a new one each time, whatever the browser had before.

    `proven_at` is when its owner last proved who they are, where that is not now.
    """
    secret = secrets.token_urlsafe(32)
    row = {"created_at": now, "seen_at": now, "proven_at": proven_at or now, "expires_at": now + LONGEST}
    connection.execute(insert(sessions).values(hash=hash_of(secret), account=account, **row))
    connection.execute(update(accounts).where(accounts.c.id == account).values(signed_in_at=now))
    return secret


def find(database: Database, secret: str, now: datetime) -> Session | None:
    """Find the session of a cookie; None where it has ended, was idle for too long, or its account is shut out."""
    mine = sessions.c.hash == hash_of(secret)
    with database.read() as connection:
        row = connection.execute(select(sessions).where(mine)).first()
    if row is None or now >= row.expires_at or now - row.seen_at >= IDLE:
        return None
    account = by_id(database, row.account)
    if account is None or account.disabled_at is not None:
        return None
    if now - row.seen_at >= _SEEN_EVERY:
        with database.write() as connection:
            connection.execute(update(sessions).where(mine).values(seen_at=now))
    return Session(account, row.proven_at, row.hash)


def hold(connection: Connection, session: Session) -> None:
    """Keep a session, and whose it is, until the transaction ends. Raises Over where it has ended meanwhile."""
    holding.account(connection, session.account.id)
    mine = select(sessions.c.hash).where(sessions.c.hash == session.hash)
    if connection.scalar(mine) is None:
        raise Over


def prove(connection: Connection, session: Session, now: datetime) -> None:
    """Note that who is signed in has proved it once more."""
    connection.execute(update(sessions).where(sessions.c.hash == session.hash).values(proven_at=now))


def alive(database: Database, account: str, now: datetime) -> list[Alive]:
    """List the sessions of an account that have not ended, the one used last first."""
    wanted = select(sessions.c.hash, sessions.c.created_at, sessions.c.seen_at).where(
        sessions.c.account == account, sessions.c.expires_at > now, sessions.c.seen_at > now - IDLE
    )
    with database.read() as connection:
        return [Alive(*row) for row in connection.execute(wanted.order_by(sessions.c.seen_at.desc()))]


def end_others(connection: Connection, session: Session) -> int:
    """End every session of an account but this one; give their number."""
    others = (sessions.c.account == session.account.id, sessions.c.hash != session.hash)
    return connection.execute(delete(sessions).where(*others)).rowcount


def end_all(connection: Connection, account: str) -> None:
    """End every session of an account."""
    connection.execute(delete(sessions).where(sessions.c.account == account))


def forget_old(database: Database, now: datetime) -> int:
    """Delete the sessions that have ended by themselves; give their number."""
    with database.write() as connection:
        return connection.execute(delete(sessions).where(sessions.c.expires_at < now)).rowcount


def end(database: Database, secret: str) -> None:
    """End a session."""
    with database.write() as connection:
        connection.execute(delete(sessions).where(sessions.c.hash == hash_of(secret)))
