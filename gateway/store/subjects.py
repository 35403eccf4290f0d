"""What is kept of one person's referral, all together, and its erasure at the wish of whom it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from gateway.keys import KeyMissing, KeyRing, SealBroken
from gateway.ledger import Ledger
from gateway.referral import Referral
from gateway.store import audit, emptying, own_references, referrals, tables
from gateway.store.database import Database, clock
from gateway.store.referrals import Listed
from gateway.store.states import ReferralState

ERASED = "erased"  # the reason in the tombstone
_PERSON, _REFERRAL = "person", "referral"  # what a record is of; the latter is also the kind of the step that makes one
_MAY_HAVE_ARRIVED = ("unknown", "delivered")  # outcomes


class UnderWay(Exception):
    """A worker is at it. The text says when to try again."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, whether its answers may be at the destination too, and whether nothing was left of it before.

    `records`: what the destination calls what came of it, as far as that is known.
    """

    reference: str
    organisation: str
    may_have_arrived: bool
    gone_before: bool
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """Something that was sealed: its content, or why it cannot be opened."""

    about: Row[Any]
    content: bytes | None
    problem: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Everything:
    """All that the store has of one referral."""

    listed: Listed
    referral: Referral
    payloads: Sequence[Sealed]
    answers: Sequence[Sealed]
    mails: Sequence[Sealed]
    trail: Sequence[Row[Any]]
    records: Sequence[str]
    own_reference: str | None = None  # the agency's word for it


def everything(database: Database, ring: KeyRing, reference: str) -> Everything | None:
    """Open all that is kept of a referral but the content of its files; None where nothing is left.

    Raises KeyMissing or SealBroken where the referral itself cannot be opened.
    """
    listed = referrals.find(database, reference)
    own = own_references.of(database, ring, [reference])
    with database.read() as connection:
        referral = referrals.opened(connection, ring, reference)
        if listed is None or referral is None:
            return None
        return Everything(
            listed,
            referral,
            [
                _opened(ring, "payloads", f"{reference}/{row.version}", row)
                for row in _rows(connection, "payloads", reference)
            ],
            [_opened(ring, "attempts", str(row.id), row) for row in _rows(connection, "attempts", reference)],
            [_opened(ring, "mails", row.id, row) for row in _rows(connection, "mails", reference)],
            _rows(connection, "audit", reference),
            _records(connection, reference),
            own.get(reference),
        )


def erase(database: Database, ledger: Ledger, reference: str, *, actor: str, now: datetime) -> Erased | None:
    """Delete all that is kept of a referral, whatever its state, and cancel its jobs; None where there is no such one.

    Raises UnderWay while a worker is at it, and LedgerProblem: nothing is erased that a restored database would bring
    back.
    """
    table = tables.referrals
    with database.write() as connection:
        work = emptying.lock_work(connection, reference)
        _refuse_while_under_way(connection, reference, work)
        row = connection.execute(select(table).where(table.c.reference == reference).with_for_update()).first()
        if row is None:
            return None
        records = _records(connection, reference)
        arrived = bool(records) or row.delivered_at is not None or _may_have_arrived(connection, reference)
        _end_open_attempts(connection, reference, now)
        if row.purged_at is None:
            connection.execute(
                update(table)
                .where(table.c.reference == reference, table.c.state == row.state)
                .values(state=ReferralState.CLOSED, reason=ERASED, sealed=None, purged_at=now, updated_at=now)
            )
        emptying.empty(connection, reference, work)
        # Even whether two sends held the same answers is something about them.
        instances = tables.instances
        connection.execute(update(instances).where(instances.c.reference == reference).values(digest=None))
        audit.write(
            connection,
            actor=actor,
            action="erase",
            organisation=row.organisation,
            reference=reference,
            detail="it may have arrived at the destination" if arrived else "it had gone nowhere",
            now=now,
        )
        ledger.erased([reference], now)  # last, so that what fails before leaves no line
    return Erased(reference, row.organisation, arrived, row.purged_at is not None, records)


def _refuse_while_under_way(connection: Connection, reference: str, work: Sequence[emptying.Work]) -> None:
    at = clock(connection)
    leases = [each.leased_until for each in work if each.leased_until is not None and each.leased_until > at]
    if leases:
        seconds = int((max(leases) - at).total_seconds()) + 1
        raise UnderWay(f"a worker is at {reference} just now: try again in {seconds} seconds")


def _may_have_arrived(connection: Connection, reference: str) -> bool:
    table = tables.attempts
    doubtful = table.c.outcome.in_(_MAY_HAVE_ARRIVED) | table.c.ended_at.is_(None)
    return connection.scalar(select(table.c.id).where(table.c.reference == reference, doubtful).limit(1)) is not None


def _records(connection: Connection, reference: str) -> tuple[str, ...]:
    table = tables.jobs
    wanted = select(table.c.kind, table.c.result).where(table.c.reference == reference, table.c.result.is_not(None))
    found = {_record(row.kind, row.result) for row in connection.execute(wanted) if row.result}
    return tuple(sorted(found))  # a relationship has no record of its own


def _record(kind: str, result: str) -> str:
    """Say what kind of record a number is of: a person and a referral may bear the same one."""
    return f"{_REFERRAL if kind == _REFERRAL else _PERSON} {result}" if result.isdecimal() else result


def _end_open_attempts(connection: Connection, reference: str, now: datetime) -> None:
    # Of a worker that died: its lease is over, and nobody will settle it any more.
    table = tables.attempts
    connection.execute(
        update(table)
        .where(table.c.reference == reference, table.c.ended_at.is_(None))
        .values(ended_at=now, outcome="unknown")
    )


def _rows(connection: Connection, name: str, reference: str) -> Sequence[Row[Any]]:
    table = tables.metadata.tables[name]
    order = table.c.version if "version" in table.c else table.c.id
    return connection.execute(select(table).where(table.c.reference == reference).order_by(order)).all()


def _opened(ring: KeyRing, table: str, place: str, row: Row[Any]) -> Sealed:
    if row.sealed is None:
        return Sealed(row, None, None)
    try:
        return Sealed(row, ring.open(row.sealed, table=table, row=place, column="sealed"), None)
    except KeyMissing:
        return Sealed(row, None, "its key is not in GATEWAY_KEYS")
    except SealBroken:
        return Sealed(row, None, "it was changed in the store")
