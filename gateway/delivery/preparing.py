"""From claimed jobs to calls that may begin: unseal and compose ahead, open the attempts when the calls begin.

What cannot be composed is set aside for a person and named by its reference, never by its content.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.delivery.stepping import Among
from gateway.destinations.seam import Destination, Step
from gateway.keys import KeyMissing, KeyRing, SealBroken
from gateway.store import jobs, payloads
from gateway.store.database import Database, Transaction
from gateway.store.jobs import Job
from gateway.store.payloads import Outgoing
from gateway.store.reasons import CANNOT_BE_COMPOSED
from gateway.store.states import JobStatus

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """A call that may begin: its attempt is open on the disk."""

    job: Job
    attempt: int
    step: Step
    among: Among


@dataclass(frozen=True, slots=True)
class Composed:
    """A job whose call could begin: nothing of it is on the disk yet but the lease."""

    job: Job
    payload: Outgoing
    is_new: bool
    step: Step
    among: Among


class _NotItsTurn(Exception):
    """A step before it is open: it becomes due when that is done."""


def compose(
    database: Database, ring: KeyRing, destinations: Mapping[str, Destination], claimed: Sequence[Job], *, now: datetime
) -> list[Composed]:
    """Compose what goes out for every claimed job that can be sent; the others are parked."""
    if not claimed:
        return []
    composed: list[Composed] = []
    unreadable: list[Job] = []
    early: list[Job] = []
    with database.read() as connection:
        found = payloads.sources(connection, claimed)
    for job in claimed:
        try:
            composed.append(_compose(ring, destinations[job.organisation], job, found[job.id]))
        except _NotItsTurn:
            early.append(job)
        except (KeyMissing, SealBroken, LookupError, ValueError, TypeError, AttributeError) as error:
            log.error("cannot compose reference=%s error=%s", job.reference, type(error).__name__)  # noqa: TRY400 - a traceback shows values
            unreadable.append(job)
    if unreadable or early:
        with database.write() as connection:
            for job in early:
                jobs.free(connection, job, status=JobStatus.DONE)
            for job in unreadable:
                jobs.park(connection, job, reason=f"{CANNOT_BE_COMPOSED}: see the worker's log", now=now)
    return composed


def begin(
    connection: Transaction, ring: KeyRing, composed: Sequence[Composed], *, now: datetime, at: datetime
) -> list[Ready]:
    """Open an attempt for every job that is still to be sent, in the caller's transaction; the others are let go.

    `at` is the time on the database's clock, by which leases end.
    """
    if not composed:
        return []
    begun = jobs.begin(connection, {each.job: each.payload.version for each in composed}, now, at=at)
    starting = [each for each in composed if each.job.id in begun]
    payloads.add(connection, ring, {each.job.reference: each.payload for each in starting if each.is_new}, now)
    jobs.let_go(connection, [each.job for each in composed if each.job.id not in begun])
    return [Ready(each.job, begun[each.job.id], each.step, each.among) for each in starting]


def _compose(ring: KeyRing, destination: Destination, job: Job, source: payloads.Source) -> Composed:
    """Take the newest payload as it is, or compose the next version where it lacks a correction or a mark."""
    if source.done is None:
        raise _NotItsTurn
    latest = payloads.open_latest(ring, job.reference, source)
    referral = payloads.open_referral(ring, job.reference, source)
    steps = destination.steps(referral, repeat=source.may_have_arrived)
    step, among = steps[job.position], Among.of(steps, job.position, source.done)
    if latest is not None and latest.marked >= source.may_have_arrived and latest.corrections == source.corrections:
        stored = replace(step, content_type=latest.content_type, body=latest.body)
        return Composed(job, latest, False, stored, among)
    outgoing = Outgoing(
        source.versions + 1,
        source.may_have_arrived,
        step.content_type,
        step.body,
        source.corrections,
        job.position,
    )
    return Composed(job, outgoing, True, step, among)
