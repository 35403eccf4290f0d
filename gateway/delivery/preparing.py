"""From claimed jobs to calls that may begin: unseal and compose ahead, open the attempts when the calls begin.

What cannot be composed is set aside for a person and named by its reference, never by its content.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.destinations.seam import Destination, Step
from gateway.keys import KeyMissing, KeyRing, SealBroken
from gateway.store import jobs, payloads
from gateway.store.database import Database, Transaction
from gateway.store.jobs import Job
from gateway.store.payloads import Outgoing

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """A call that may begin: its attempt is open on the disk."""

    job: Job
    attempt: int
    step: Step


@dataclass(frozen=True, slots=True)
class Composed:
    """A job whose call could begin: nothing of it is on the disk yet but the lease."""

    job: Job
    payload: Outgoing
    is_new: bool


def compose(
    database: Database, ring: KeyRing, destinations: Mapping[str, Destination], claimed: Sequence[Job], *, now: datetime
) -> list[Composed]:
    """Compose what goes out for every claimed job that can be sent; the others are parked."""
    if not claimed:
        return []
    composed: list[Composed] = []
    unreadable: list[Job] = []
    with database.read() as connection:
        found = payloads.sources(connection, [job.reference for job in claimed])
    for job in claimed:
        try:
            composed.append(_compose(ring, destinations[job.organisation], job, found[job.reference]))
        except (KeyMissing, SealBroken, LookupError, ValueError, TypeError, AttributeError) as error:
            log.error("cannot compose reference=%s error=%s", job.reference, type(error).__name__)  # noqa: TRY400 - a traceback shows values
            unreadable.append(job)
    if unreadable:
        with database.write() as connection:
            for job in unreadable:
                jobs.park(connection, job, reason="it cannot be read or composed: see the worker's log", now=now)
    return composed


def begin(connection: Transaction, ring: KeyRing, composed: Sequence[Composed], *, now: datetime) -> list[Ready]:
    """Open an attempt for every job that is still to be sent, in the caller's transaction; the others are let go."""
    if not composed:
        return []
    begun = jobs.begin(connection, {each.job: each.payload.version for each in composed}, now)
    starting = [each for each in composed if each.job.id in begun]
    payloads.add(connection, ring, {each.job.reference: each.payload for each in starting if each.is_new}, now)
    jobs.let_go(connection, [each.job for each in composed if each.job.id not in begun])
    return [
        Ready(each.job, begun[each.job.id], Step(each.job.kind, each.payload.content_type, each.payload.body))
        for each in starting
    ]


def _compose(ring: KeyRing, destination: Destination, job: Job, source: payloads.Source) -> Composed:
    """Take the newest payload as it is, or compose the next version where it lacks a correction or a mark."""
    latest = payloads.open_latest(ring, job.reference, source)
    if latest is not None and latest.marked >= source.may_have_arrived and latest.corrections == source.corrections:
        return Composed(job, latest, is_new=False)
    referral = payloads.open_referral(ring, job.reference, source)
    (step,) = destination.steps(referral, repeat=source.may_have_arrived)
    version = latest.version + 1 if latest else 1
    outgoing = Outgoing(version, source.may_have_arrived, step.content_type, step.body, source.corrections)
    return Composed(job, outgoing, is_new=True)
