"""Payloads: the exact bytes that go out, as immutable numbered versions, and what they are composed from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert, select

from gateway.keys import KeyRing
from gateway.referral import Referral
from gateway.store import tables
from gateway.store.database import Database


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One version of what goes out; `marked` when its description begins as a possible repeat.

    `corrections` of the referral went into it.
    """

    version: int
    marked: bool
    content_type: str
    body: bytes = field(repr=False)
    corrections: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Source:
    """What the store holds of a referral that is to be sent, still sealed."""

    referral: bytes | None
    version: int | None
    marked: bool
    content_type: str
    payload: bytes | None
    may_have_arrived: bool
    corrections: int  # of the referral by now
    composed_of: int  # corrections that went into the newest payload


def sources(connection: Connection, references: Sequence[str]) -> dict[str, Source]:
    """Read what sending needs: the referral, its newest payload, and whether it may have arrived."""
    referral, payload, attempt = tables.referrals, tables.payloads, tables.attempts
    stored = {
        row.reference: row
        for row in connection.execute(
            select(referral.c.reference, referral.c.sealed, referral.c.corrections).where(
                referral.c.reference.in_(references)
            )
        )
    }
    newest = {
        row.reference: row
        for row in connection.execute(
            select(payload).where(payload.c.reference.in_(references)).order_by(payload.c.version)
        )
    }
    doubtful = set(
        connection.scalars(
            select(attempt.c.reference).where(attempt.c.reference.in_(references), attempt.c.outcome == "unknown")
        )
    )
    found = {}
    for reference, whole in stored.items():
        row = newest.get(reference)
        found[reference] = Source(
            referral=whole.sealed,
            version=row.version if row else None,
            marked=row.marked if row else False,
            content_type=row.content_type if row else "",
            payload=row.sealed if row else None,
            may_have_arrived=reference in doubtful,
            corrections=whole.corrections,
            composed_of=row.corrections if row else 0,
        )
    return found


def open_latest(ring: KeyRing, reference: str, source: Source) -> Outgoing | None:
    """Unseal the newest payload; None where there is none yet. Raises KeyMissing or SealBroken."""
    if source.version is None or source.payload is None:
        return None
    body = ring.open(source.payload, table="payloads", row=f"{reference}/{source.version}", column="sealed")
    return Outgoing(source.version, source.marked, source.content_type, body, source.composed_of)


def open_referral(ring: KeyRing, reference: str, source: Source) -> Referral:
    """Unseal the referral. Raises KeyMissing, SealBroken, or ValueError where it was purged."""
    if source.referral is None:
        raise ValueError("the referral was purged")
    return Referral.from_json(ring.open(source.referral, table="referrals", row=reference, column="sealed"))


def add(connection: Connection, ring: KeyRing, outgoing: Mapping[str, Outgoing], now: datetime) -> None:
    """Write a new version for each reference; it is never changed afterwards."""
    rows = [
        {
            "reference": reference,
            "version": each.version,
            "marked": each.marked,
            "corrections": each.corrections,
            "content_type": each.content_type,
            "sealed": ring.seal(each.body, table="payloads", row=f"{reference}/{each.version}", column="sealed"),
            "created_at": now,
        }
        for reference, each in outgoing.items()
    ]
    if rows:
        connection.execute(insert(tables.payloads), rows)


def bodies(database: Database, ring: KeyRing, reference: str) -> list[Outgoing]:
    """Unseal every version of one referral, the oldest first. Raises KeyMissing or SealBroken."""
    table = tables.payloads
    with database.read() as connection:
        rows = connection.execute(select(table).where(table.c.reference == reference).order_by(table.c.version)).all()
    return [
        Outgoing(
            row.version,
            row.marked,
            row.content_type,
            ring.open(row.sealed, table="payloads", row=f"{reference}/{row.version}", column="sealed"),
            row.corrections,
        )
        for row in rows
        if row.sealed is not None
    ]
