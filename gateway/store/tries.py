"""Sign-ins that failed: who guesses has to wait, and nobody can shut somebody else out by guessing.

Counted by account and network together, as keyed digests: neither can be read here, and neither need be anybody's.
A network where somebody has signed in before is known: what strangers guess elsewhere does not count there.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, func, or_, select, tuple_, update

from gateway.keys import KeyRing
from gateway.store.accounts import folded
from gateway.store.database import Database
from gateway.store.meeting import insert_into
from gateway.store.people_tables import tries

FREE, FREE_ELSEWHERE = 5, 20  # tries before anybody waits: from one network, and from all unknown ones together
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
FORGOTTEN_AFTER, KNOWN_FOR = timedelta(days=1), timedelta(days=90)
NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Who:
    """Whose sign-in is tried, and from where: digests."""

    account: str
    network: str


def who(ring: KeyRing, email: str, network: bytes) -> Who:
    """Make the digests of an address and of the network that somebody types it from."""
    return Who(_account(ring, email), _digest(ring, network, "sign-in network"))


def begin(database: Database, mine: Who, now: datetime) -> timedelta:
    """Count a try before it is judged. Gives how long to wait instead, and then it is not counted and not judged."""
    with database.write() as connection:
        row = {"account": mine.account, "network": mine.network, "failures": 0, "failed_at": now}
        connection.execute(insert_into(connection.dialect, tries).values(**row).on_conflict_do_nothing())
        here = connection.execute(select(tries).where(*_is(mine)).with_for_update()).one()
        if (waits := _waits(connection, mine, here, now)) > NONE:
            return waits
        fresh = case((tries.c.failed_at < now - FORGOTTEN_AFTER, 1), else_=tries.c.failures + 1)
        connection.execute(update(tries).where(*_is(mine)).values(failures=fresh, failed_at=now))
    return NONE


def wait(connection: Connection, mine: Who, now: datetime) -> timedelta:
    """Say how long the next try has to wait."""
    here = connection.execute(select(tries).where(*_is(mine))).first()
    return _waits(connection, mine, here, now) if here else NONE


def take_back(connection: Connection, mine: Who) -> None:
    """Count a try no more: the password was right, and a code is asked for next."""
    less = case((tries.c.failures > 0, tries.c.failures - 1), else_=0)
    connection.execute(update(tries).where(*_is(mine)).values(failures=less))


def succeeded(connection: Connection, mine: Who, now: datetime) -> None:
    """Forget what failed from this network: who has signed in there is known there."""
    connection.execute(update(tries).where(*_is(mine)).values(failures=0, known_at=now))


def forgive(connection: Connection, ring: KeyRing, email: str) -> None:
    """Forget every try for an account, from wherever, so that nobody waits."""
    connection.execute(update(tries).where(tries.c.account == _account(ring, email)).values(failures=0))


def forget_old(database: Database, now: datetime, *, at_most: int = 500) -> int:
    """Delete, at most so many at once, what has not counted for long; give their number."""
    unknown = or_(tries.c.known_at.is_(None), tries.c.known_at < now - KNOWN_FOR)
    with database.read() as connection:
        old = select(tries.c.account, tries.c.network).where(tries.c.failed_at < now - FORGOTTEN_AFTER, unknown)
        rows = [tuple(row) for row in connection.execute(old.limit(at_most))]
    if not rows:
        return 0
    with database.write() as connection:
        mine = tuple_(tries.c.account, tries.c.network).in_(rows)
        still = and_(tries.c.failed_at < now - FORGOTTEN_AFTER, unknown)
        return connection.execute(delete(tries).where(mine, still)).rowcount


def _waits(connection: Connection, mine: Who, here: Row[tuple[Any, ...]], now: datetime) -> timedelta:
    waits = _wait(here.failures, here.failed_at, now, free=FREE)
    known = here.known_at is not None and now - here.known_at < KNOWN_FOR
    return waits if known else max(waits, _wait_elsewhere(connection, mine, now))


def _wait_elsewhere(connection: Connection, mine: Who, now: datetime) -> timedelta:
    """Say how long every unknown network waits because of what was guessed from all of them together."""
    recent = tries.c.failed_at >= now - FORGOTTEN_AFTER
    unknown = or_(tries.c.known_at.is_(None), tries.c.known_at < now - KNOWN_FOR)
    wanted = select(func.coalesce(func.sum(tries.c.failures), 0), func.max(tries.c.failed_at))
    failures, last = connection.execute(
        wanted.where(tries.c.account == mine.account, recent, unknown, tries.c.failures > 0)
    ).one()
    return _wait(failures, last, now, free=FREE_ELSEWHERE) if last else NONE


def _wait(failures: int, last: datetime, now: datetime, *, free: int) -> timedelta:
    if failures < free or now - last >= LONGEST_WAIT:
        return NONE
    # Doubled each time; the power is bounded, or it would grow past what a time can hold.
    doubled: int = 2 ** min(failures - free, 10)
    return max(last + min(FIRST_WAIT * doubled, LONGEST_WAIT) - now, NONE)


def _is(mine: Who) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return tries.c.account == mine.account, tries.c.network == mine.network


def _account(ring: KeyRing, email: str) -> str:
    return _digest(ring, folded(email).encode("utf-8", "surrogatepass"), "sign-in account")


def _digest(ring: KeyRing, data: bytes, purpose: str) -> str:
    return base64.urlsafe_b64encode(ring.digest(data, purpose)).decode()
