"""Referrals: accepted together with their job in one commit, then listed, opened and moved from state to state.

There is no referral without its job and no job without its referral; the unique instance decides a double send.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, Row, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from gateway.keys import KeyRing
from gateway.referral import Referral, new_reference
from gateway.store import tables
from gateway.store.database import Database
from gateway.store.tables import JobStatus, ReferralState

STAGE = "stage"  # the kind of the first job: bring the referral to its destination
_DIGEST = "answers sent"


@dataclass(frozen=True, slots=True)
class Sent:
    """The referral is on the disk."""

    reference: str


@dataclass(frozen=True, slots=True)
class SentBefore:
    """This instance was sent before; `same` tells whether with the same answers (None: nobody can tell any more)."""

    reference: str
    same: bool | None


class StateMoved(Exception):
    """The referral is no longer in the state that this change would leave."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A referral as lists show it: never an answer."""

    reference: str
    organisation: str
    form: str
    state: str
    reason: str | None
    test: bool
    attempts: int
    created_at: datetime
    updated_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt as people see it."""

    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    status: int | None
    payload: int
    marked: bool


def send(
    database: Database, ring: KeyRing, referral: Referral, *, instance: str, answers: bytes, now: datetime
) -> Sent | SentBefore:
    """Store a referral, its job and its spent instance in one commit, and delete its draft.

    `instance` is the hash of the instance secret; `answers` is what was sent, for the keyed digest alone.
    A second call for one instance changes nothing and tells how the first one ended.
    """
    digest = ring.digest(answers, _DIGEST)
    for _ in range(_TRIES_FOR_A_REFERENCE):
        try:
            with database.write() as connection:
                if not _spend(connection, instance, referral.reference, digest, now):
                    break
                _store(connection, ring, referral, now)
                connection.execute(_DELETE_DRAFT, {"spent": instance})
            return Sent(referral.reference)
        except IntegrityError:
            referral = replace(referral, reference=new_reference())
    before = sent_before(database, ring, instance=instance, answers=answers)
    if before is None:
        raise RuntimeError("no free reference was found")
    return before


def sent_before(database: Database, ring: KeyRing, *, instance: str, answers: bytes | None = None) -> SentBefore | None:
    """Tell whether an instance was sent, and whether with these answers."""
    with database.read() as connection:
        row = connection.execute(_FIND_INSTANCE, {"instance": instance}).first()
    if row is None or row.reference is None:
        return None
    same = None if answers is None or row.digest is None else ring.digest_matches(row.digest, answers, _DIGEST)
    return SentBefore(row.reference, same)


def opened(connection: Connection, ring: KeyRing, reference: str) -> Referral | None:
    """Unseal a referral; None after purge. Raises KeyMissing or SealBroken."""
    sealed = connection.scalar(_READ_SEALED, {"wanted": reference})
    if sealed is None:
        return None
    return Referral.from_json(ring.open(sealed, table="referrals", row=reference, column="sealed"))


def find(database: Database, reference: str) -> Listed | None:
    """Look a referral up by its reference."""
    with database.read() as connection:
        row = connection.execute(_LISTED.where(tables.referrals.c.reference == reference)).first()
    return _listed(row) if row else None


def listed(
    database: Database, *, organisation: str | None = None, states: Sequence[str] = (), limit: int | None = None
) -> list[Listed]:
    """List referrals, the newest first."""
    wanted = _LISTED.order_by(tables.referrals.c.created_at.desc(), tables.referrals.c.reference)
    if organisation:
        wanted = wanted.where(tables.referrals.c.organisation == organisation)
    if states:
        wanted = wanted.where(tables.referrals.c.state.in_(states))
    with database.read() as connection:
        return [_listed(row) for row in connection.execute(wanted.limit(limit))]


def tries(database: Database, reference: str) -> list[Tried]:
    """List the attempts at one referral, the oldest first."""
    table, sent = tables.attempts, tables.payloads
    wanted = (
        select(table.c.started_at, table.c.ended_at, table.c.outcome, table.c.status, table.c.payload, sent.c.marked)
        .join(sent, (sent.c.reference == table.c.reference) & (sent.c.version == table.c.payload))
        .where(table.c.reference == reference)
        .order_by(table.c.id)
    )
    with database.read() as connection:
        return [Tried(*row) for row in connection.execute(wanted)]


def move(
    connection: Connection,
    reference: str,
    *,
    leaving: Sequence[ReferralState],
    to: ReferralState,
    reason: str | None,
    now: datetime,
) -> None:
    """Move a referral from one of the states `leaving` to another. Raises StateMoved where it is in none of them."""
    table = tables.referrals
    values: dict[str, object] = {"state": to, "reason": reason, "updated_at": now}
    if to is ReferralState.DELIVERED:
        values["delivered_at"] = now
    changed = connection.execute(
        update(table).where(table.c.reference == reference, table.c.state.in_(leaving)).values(**values)
    )
    if changed.rowcount != 1:
        raise StateMoved(f"{reference} is no longer {' or '.join(leaving)}")


def _spend(connection: Connection, instance: str, reference: str, digest: bytes, now: datetime) -> bool:
    """Mark the instance as sent; False where it was sent before."""
    statement = _SPEND_ON_SQLITE if connection.dialect.name == "sqlite" else _SPEND_ON_POSTGRES
    values = {"hash": instance, "reference": reference, "digest": digest, "created_at": now}
    return connection.scalar(statement, values) is not None


def _store(connection: Connection, ring: KeyRing, referral: Referral, now: datetime) -> None:
    sealed = ring.seal(referral.to_json(), table="referrals", row=referral.reference, column="sealed")
    connection.execute(
        _INSERT_REFERRAL,
        {
            "reference": referral.reference,
            "organisation": referral.organisation,
            "form": referral.form,
            "definition": referral.definition,
            "language": referral.language,
            "state": ReferralState.PENDING,
            "test": referral.test,
            "sealed": sealed,
            "created_at": now,
            "updated_at": now,
        },
    )
    connection.execute(
        _INSERT_JOB,
        {
            "organisation": referral.organisation,
            "kind": STAGE,
            "reference": referral.reference,
            "position": 0,
            "status": JobStatus.DUE,
            "due_at": now,
            "since": now,
        },
    )


def _listed(row: Row[*tuple[Any, ...]]) -> Listed:
    return Listed(**row._mapping)


_TRIES_FOR_A_REFERENCE = 5
_INSERT_REFERRAL = insert(tables.referrals)
_INSERT_JOB = insert(tables.jobs).inline()
_DELETE_DRAFT = delete(tables.drafts).where(tables.drafts.c.instance == bindparam("spent"))
_FIND_INSTANCE = select(tables.instances.c.reference, tables.instances.c.digest).where(
    tables.instances.c.hash == bindparam("instance")
)
_READ_SEALED = select(tables.referrals.c.sealed).where(tables.referrals.c.reference == bindparam("wanted"))
_LISTED = select(
    *(
        tables.referrals.c[name]
        for name in (
            "reference",
            "organisation",
            "form",
            "state",
            "reason",
            "test",
            "attempts",
            "created_at",
            "updated_at",
            "delivered_at",
        )
    )
)


def _spending(dialect_insert: type[sqlite.Insert] | type[postgresql.Insert]) -> Executable:
    # The row of a draft is taken over once; the row of a sent form never again. What is returned tells, not the row
    # count, which is -1 for every INSERT on PostgreSQL.
    statement = dialect_insert(tables.instances)
    return statement.on_conflict_do_update(
        index_elements=[tables.instances.c.hash],
        set_={"reference": statement.excluded.reference, "digest": statement.excluded.digest},
        where=tables.instances.c.reference.is_(None),
    ).returning(tables.instances.c.hash)


_SPEND_ON_SQLITE = _spending(sqlite.Insert)
_SPEND_ON_POSTGRES = _spending(postgresql.Insert)
