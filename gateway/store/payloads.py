"""Payloads: the exact bytes that go out, as immutable numbered versions, and what they are composed from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from gateway.keys import KeyRing
from gateway.referral import Referral
from gateway.store import tables
from gateway.store.database import Database
from gateway.store.jobs import Job
from gateway.store.jobs import doubtful as doubtful_steps
from gateway.store.many import Several
from gateway.store.states import JobStatus


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One version of what goes out; `marked` when its description begins as a possible repeat.

    `corrections` of the referral went into it; `step` is the position of the job that it is for.
    """

    version: int
    marked: bool
    content_type: str
    body: bytes = field(repr=False)
    corrections: int = 0
    step: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Source:
    """What the store holds of one step of a referral that is to be sent, still sealed.

    `done` are the results of the steps before it, by position; None while one of them is not done.
    """

    step: int
    referral: bytes | None
    version: int | None
    marked: bool
    content_type: str
    payload: bytes | None
    may_have_arrived: bool
    corrections: int  # of the referral by now
    composed_of: int  # corrections that went into the newest payload
    versions: int  # of all steps so far
    done: tuple[str, ...] | None


def sources(connection: Connection, jobs: Sequence[Job]) -> dict[int, Source]:
    """Read what sending needs, by job: the referral, its newest payload, whether it may have arrived, what is done."""
    references = [job.reference for job in jobs]
    stored = {row.reference: row for row in connection.execute(_STORED, {"references": references})}
    newest: dict[tuple[str, int], Row[Any]] = {}
    versions: dict[str, int] = {}
    for row in connection.execute(_PAYLOADS, {"references": references}):
        newest[row.reference, row.step] = row
        versions[row.reference] = row.version
    doubtful = doubtful_steps(connection, [job.id for job in jobs])
    before = _done(connection, [job for job in jobs if job.position])
    found = {}
    for job in jobs:
        whole, latest = stored[job.reference], newest.get((job.reference, job.position))
        found[job.id] = Source(
            step=job.position,
            referral=whole.sealed,
            version=latest.version if latest else None,
            marked=latest.marked if latest else False,
            content_type=latest.content_type if latest else "",
            payload=latest.sealed if latest else None,
            may_have_arrived=job.id in doubtful,
            corrections=whole.corrections,
            composed_of=latest.corrections if latest else 0,
            versions=versions.get(job.reference, 0),
            done=before.get(job.id, ()),
        )
    return found


def _done(connection: Connection, jobs: Sequence[Job]) -> dict[int, tuple[str, ...] | None]:
    """Give what the steps before each job came to, None where one of them is still open."""
    if not jobs:
        return {}
    results: dict[tuple[str, int], str] = {}
    for row in connection.execute(_RESULTS, {"references": [job.reference for job in jobs]}):
        results[row.reference, row.position] = row.result or ""
    return {
        job.id: tuple(results[job.reference, position] for position in range(job.position))
        if all((job.reference, position) in results for position in range(job.position))
        else None
        for job in jobs
    }


def open_latest(ring: KeyRing, reference: str, source: Source) -> Outgoing | None:
    """Unseal the newest payload; None where there is none yet. Raises KeyMissing or SealBroken."""
    if source.version is None or source.payload is None:
        return None
    body = ring.open(source.payload, table="payloads", row=f"{reference}/{source.version}", column="sealed")
    return Outgoing(source.version, source.marked, source.content_type, body, source.composed_of, source.step)


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
            "step": each.step,
            "content_type": each.content_type,
            "sealed": ring.seal(each.body, table="payloads", row=f"{reference}/{each.version}", column="sealed"),
            "created_at": now,
        }
        for reference, each in outgoing.items()
    ]
    if rows:
        _ADD.run_each(connection, rows)


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
            row.step,
        )
        for row in rows
        if row.sealed is not None
    ]


_ADD = Several(
    insert(tables.payloads).values(
        {name: bindparam(name) for name in tables.payloads.c.keys()}  # noqa: SIM118 - a collection of columns
    )
)
_STORED = select(tables.referrals.c.reference, tables.referrals.c.sealed, tables.referrals.c.corrections).where(
    tables.referrals.c.reference.in_(bindparam("references", expanding=True))
)
_PAYLOADS = (
    select(tables.payloads)
    .where(tables.payloads.c.reference.in_(bindparam("references", expanding=True)))
    .order_by(tables.payloads.c.version)
)
_RESULTS = select(tables.jobs.c.reference, tables.jobs.c.position, tables.jobs.c.result).where(
    tables.jobs.c.reference.in_(bindparam("references", expanding=True)),
    tables.jobs.c.item.is_(None),
    tables.jobs.c.status == JobStatus.DONE,
)
