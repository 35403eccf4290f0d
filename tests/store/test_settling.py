"""Settling: a person's decision and a worker's claim never both win."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from gateway.keys import KeyRing
from gateway.store import chores, claims, settlements, settling, tables
from gateway.store.database import Database
from gateway.store.jobs import Finish
from gateway.store.reasons import ENDED, REOPENED
from gateway.store.referrals import StateMoved
from gateway.store.states import JobStatus, ReferralState

from .making import NOW, begin, claim, finish, job_of, rows, send, state_of

HOUR = timedelta(hours=1)
UNKNOWN = Finish("unknown", ReferralState.UNKNOWN, "may have arrived", JobStatus.DUE, NOW + HOUR, 0, 1)


def test_nothing_begins_for_a_referral_that_was_closed_in_the_meantime(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)
    (job,) = claim(database)
    settle(database, reference, leaving=ReferralState.PENDING, to=ReferralState.CLOSED, job=JobStatus.DONE)

    assert begin(database, ring, job) is None
    assert (state_of(database, reference), job_of(database, reference).status) == ("closed", "done")


def settle(database: Database, reference: str, *, leaving: ReferralState, to: ReferralState, job: JobStatus) -> None:
    settling.settle(
        database, reference, leaving=[leaving], to=to, reason="seen", job_status=job, actor="somebody", now=NOW
    )


def test_a_person_sends_an_unknown_one_again_with_fresh_counts(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)
    (job,) = claim(database)
    parked = replace(UNKNOWN, job_status=JobStatus.PARKED, failures=7, repeats=3)
    finish(database, job, begin(database, ring, job), parked)

    settle(database, reference, leaving=ReferralState.UNKNOWN, to=ReferralState.PENDING, job=JobStatus.DUE)

    row = job_of(database, reference)
    assert (row.status, row.failures, row.repeats, row.due_at, row.since) == ("due", 0, 0, NOW, NOW)
    (written,) = rows(database, select(tables.audit))
    assert (written.actor, written.action, written.reference) == ("somebody", "settle pending", reference)
    assert [each.reference for each in claim(database, worker="b")] == [reference]


def test_nobody_settles_a_referral_that_is_being_sent(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)
    (job,) = claim(database)
    begin(database, ring, job)

    with pytest.raises(StateMoved):
        settle(database, reference, leaving=ReferralState.PENDING, to=ReferralState.CLOSED, job=JobStatus.DONE)

    assert job_of(database, reference).status == "leased"
    assert rows(database, select(tables.audit)) == []


def test_a_settled_referral_is_never_claimed_again(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)

    settle(database, reference, leaving=ReferralState.PENDING, to=ReferralState.CLOSED, job=JobStatus.DONE)

    assert claim(database) == []
    assert claims.abandoned(database) == []


def test_of_a_claim_and_a_settlement_at_once_the_referral_ends_in_one_place(database: Database, ring: KeyRing) -> None:
    references = [send(database, ring) for _ in range(12)]
    together = Barrier(2)

    def work() -> set[str]:
        together.wait()
        return {job.reference for job in claim(database, limit=12) if begin(database, ring, job)}

    def decide() -> set[str]:
        together.wait()
        done = set()
        for reference in references:
            try:
                settle(database, reference, leaving=ReferralState.PENDING, to=ReferralState.CLOSED, job=JobStatus.DONE)
            except StateMoved:
                continue
            done.add(reference)
        return done

    with ThreadPoolExecutor(2) as pool:
        begun, settled = pool.submit(work), pool.submit(decide)

    assert begun.result() | settled.result() == set(references)
    assert begun.result().isdisjoint(settled.result())


def upload_of(database: Database, reference: str) -> None:
    """Write a job about a file of the referral, which waits its turn."""
    with database.write() as connection:
        chores.add(
            connection, kind="upload", item="f" * 32, organisation="riverside", now=NOW + 9 * HOUR, reference=reference
        )


@pytest.mark.parametrize(
    ("leaving", "to", "job", "left"),
    [
        (ReferralState.UNKNOWN, ReferralState.PENDING, JobStatus.DUE, "due"),
        (ReferralState.UNKNOWN, ReferralState.DELIVERED, JobStatus.DONE, "due"),
        (ReferralState.UNKNOWN, ReferralState.CLOSED, JobStatus.DONE, "done"),
    ],
)
def test_the_jobs_of_files_go_on_unless_the_referral_is_closed(
    database: Database, ring: KeyRing, leaving: ReferralState, to: ReferralState, job: JobStatus, left: str
) -> None:
    reference = send(database, ring)
    (claimed,) = claim(database)
    finish(database, claimed, begin(database, ring, claimed), UNKNOWN)
    upload_of(database, reference)

    settle(database, reference, leaving=leaving, to=to, job=job)

    table = tables.jobs
    (row,) = rows(database, select(table).where(table.c.item.is_not(None)))
    assert row.status == left
    assert left == "done" or row.due_at == NOW + 9 * HOUR


def test_of_several_those_that_fit_are_moved_and_named(database: Database, ring: KeyRing) -> None:
    unknown, pending = send(database, ring), send(database, ring)
    with database.write() as connection:
        connection.execute(
            tables.referrals.update().where(tables.referrals.c.reference == unknown).values(state="unknown")
        )

    with database.write() as connection:
        moved = settling.move(
            connection,
            [unknown, pending],
            leaving=[ReferralState.UNKNOWN],
            to=ReferralState.CLOSED,
            reason="seen",
            job_status=JobStatus.DONE,
            actor="somebody",
            action="close",
            now=NOW,
        )

    assert moved == {unknown}
    assert [job_of(database, each).status for each in (unknown, pending)] == ["done", "due"]
    assert [row.reference for row in rows(database, select(tables.audit))] == [unknown]


@pytest.mark.parametrize(("word", "state"), [("arrived", "unknown"), ("by-hand", "held"), ("close", "failed")])
def test_what_was_decided_by_mistake_is_opened_again_and_waits_for_a_person(
    database: Database, ring: KeyRing, word: str, state: str
) -> None:
    reference = send(database, ring)
    with database.write() as connection:
        connection.execute(tables.referrals.update().values(state=state))
        connection.execute(tables.jobs.update().values(status=JobStatus.PARKED))
    settlements.settle(database, reference, word, actor="somebody", now=NOW)
    assert job_of(database, reference).status == "done"

    settlements.settle(database, reference, "reopen", actor="somebody else", now=NOW)

    assert (state_of(database, reference), job_of(database, reference).status) == ("failed", "parked")
    assert claim(database) == []
    settlements.settle(database, reference, "resend", actor="somebody else", now=NOW)
    assert [each.reference for each in claim(database)] == [reference]
    told = [row.detail for row in rows(database, select(tables.audit).order_by(tables.audit.c.id))]
    assert told[1:] == [REOPENED, "a person sent it again"]


@pytest.mark.parametrize(
    ("state", "reason", "purged"),
    [
        ("delivered", None, None),
        ("closed", "a test: sent nowhere", None),
        ("closed", "erased", NOW),
        ("closed", ENDED, NOW),
        ("failed", ENDED, None),
    ],
)
def test_nothing_else_is_opened_again(
    database: Database, ring: KeyRing, state: str, reason: str | None, purged: datetime | None
) -> None:
    reference = send(database, ring)
    with database.write() as connection:
        connection.execute(tables.referrals.update().values(state=state, reason=reason, purged_at=purged))
        connection.execute(tables.jobs.update().values(status=JobStatus.DONE))

    with pytest.raises(StateMoved):
        settlements.settle(database, reference, "reopen", actor="somebody", now=NOW)

    assert (state_of(database, reference), job_of(database, reference).status) == (state, "done")


def test_what_went_in_several_steps_is_not_opened_again(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)
    step = {**job_of(database, reference)._mapping, "kind": "client", "position": 1, "status": JobStatus.DONE}
    with database.write() as connection:
        connection.execute(tables.referrals.update().values(state="closed", reason=ENDED))
        connection.execute(tables.jobs.update().values(status=JobStatus.DONE))
        connection.execute(tables.jobs.insert().values(**{name: step[name] for name in step if name != "id"}))

    with pytest.raises(StateMoved):
        settlements.settle(database, reference, "reopen", actor="somebody", now=NOW)
