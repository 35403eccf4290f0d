"""Claims: leased in order, by one worker at a time, and never out of reach when that worker ends or dies."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from gateway.keys import KeyRing
from gateway.store import claims, jobs, referrals, tables
from gateway.store.database import Database, clock
from gateway.store.jobs import Job
from gateway.store.states import JobStatus, ReferralState

from .making import LEASE, NOW, begin, change_job, claim, job_of, rows, send
from .noting import noted, plans

ENDED = timedelta(seconds=-1)  # a lease that is over on the database's clock as soon as it begins
HOUR = timedelta(hours=1)


def test_the_job_that_has_been_due_longest_is_claimed_first(database: Database, ring: KeyRing) -> None:
    references = [send(database, ring) for _ in range(4)]
    for reference, minutes in zip(references, (3, 1, 4, 2), strict=True):
        change_job(database, reference, due_at=NOW - timedelta(minutes=minutes))

    claimed = [claim(database, limit=1)[0].reference for _ in range(4)]

    assert claimed == [references[index] for index in (2, 0, 3, 1)]


def test_a_claim_takes_as_many_as_it_may(database: Database, ring: KeyRing) -> None:
    for _ in range(5):
        send(database, ring)

    assert [len(claim(database, limit=3)) for _ in range(3)] == [3, 2, 0]


def test_a_claim_is_for_one_destination(database: Database, ring: KeyRing) -> None:
    send(database, ring)
    other = send(database, ring, organisation="hillside")

    assert [job.reference for job in claim(database, organisation="hillside")] == [other]


def test_what_is_not_due_yet_is_not_claimed(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)
    change_job(database, reference, due_at=datetime.now(UTC) + HOUR)

    assert claim(database) == []


@pytest.mark.parametrize("status", [JobStatus.DONE, JobStatus.PARKED, JobStatus.LEASED])
def test_what_is_done_parked_or_leased_is_not_claimed(database: Database, ring: KeyRing, status: JobStatus) -> None:
    reference = send(database, ring)
    change_job(database, reference, status=status)

    assert claim(database) == []


def test_a_lease_ends_on_the_clock_of_the_database(database: Database, ring: KeyRing) -> None:
    send(database, ring)
    before = datetime.now(UTC)

    (job,) = claim(database, lease=LEASE)

    assert job.leased_until is not None
    assert before <= job.leased_until - LEASE + timedelta(milliseconds=1)  # SQLite's clock counts milliseconds
    assert job.leased_until - LEASE <= datetime.now(UTC)


def test_parallel_workers_claim_each_job_once(database: Database, ring: KeyRing) -> None:
    references = {send(database, ring) for _ in range(24)}
    together = Barrier(8)

    def work(number: int) -> list[Job]:
        together.wait()
        return [job for _ in range(4) for job in claim(database, worker=f"worker-{number}", limit=2)]

    with ThreadPoolExecutor(8) as pool:
        claimed = [job for found in pool.map(work, range(8)) for job in found]
    claimed += claim(database, limit=24)  # what was locked for a moment when everybody looked

    assert len(claimed) == 24
    assert {job.reference for job in claimed} == references


def test_a_lease_that_is_over_shows_its_job_as_abandoned(database: Database, ring: KeyRing) -> None:
    send(database, ring)
    send(database, ring)
    (dead,) = claim(database, worker="dead", limit=1, lease=ENDED)
    claim(database, worker="alive", limit=1, lease=LEASE)

    (found,) = claims.abandoned(database)

    assert (found.job, found.attempt) == (dead, None)
    assert claim(database) == []  # it is the policy that frees it


def test_an_abandoned_job_tells_of_its_open_attempt(database: Database, ring: KeyRing) -> None:
    send(database, ring)
    (job,) = claim(database)
    attempt = begin(database, ring, job)
    claims.renew(database, worker="a", ids=[job.id], lease=ENDED)

    (found,) = claims.abandoned(database)

    assert found.attempt == attempt


def test_a_renewed_lease_is_not_abandoned(database: Database, ring: KeyRing) -> None:
    send(database, ring)
    (job,) = claim(database, lease=ENDED)

    claims.renew(database, worker="a", ids=[job.id], lease=LEASE)

    assert claims.abandoned(database) == []


def test_a_worker_renews_its_own_leases_alone(database: Database, ring: KeyRing) -> None:
    send(database, ring)
    (job,) = claim(database, worker="a", lease=ENDED)

    claims.renew(database, worker="b", ids=[job.id], lease=LEASE)

    assert len(claims.abandoned(database)) == 1


def test_one_look_names_the_organisations_that_have_jobs_due(database: Database, ring: KeyRing) -> None:
    for organisation, minutes in (("riverside", -1), ("hillside", -1), ("hillside", 1), ("lakeside", 60)):
        reference = send(database, ring, organisation=organisation)
        change_job(database, reference, due_at=datetime.now(UTC) + timedelta(minutes=minutes))
    done = send(database, ring, organisation="seaside")
    change_job(database, done, status=JobStatus.DONE)

    with database.read() as connection:
        assert sorted(claims.waiting(connection, datetime.now(UTC))) == ["hillside", "riverside"]


def test_what_an_ending_worker_had_not_begun_is_due_again_at_once(database: Database, ring: KeyRing) -> None:
    for _ in range(3):
        send(database, ring)
    begun, left, _ = claim(database, worker="ending")
    begin(database, ring, begun)
    change_job(database, left.reference, worker="another")

    assert claims.give_back(database, worker="ending") == 1

    states = {row.status: row.worker for row in rows(database, select(tables.jobs.c.status, tables.jobs.c.worker))}
    assert states == {"leased": "another", "due": None}
    assert job_of(database, begun.reference).worker == "ending"
    assert len(claim(database, worker="next")) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_claim_walks_the_index_without_a_sort(database: Database, ring: KeyRing) -> None:
    send(database, ring)
    asked = noted(database)

    with database.read() as connection:
        claims.waiting(connection, datetime.now(UTC))
    claim(database)

    looked = [each for each in asked if each[0].startswith(("SELECT jobs", "WITH"))]
    assert len(looked) == 2
    for plan in plans(database, looked):
        on_jobs = [step for step in plan if " jobs" in step]
        assert on_jobs
        assert all("INDEX ix_jobs_claim" in step for step in on_jobs), plan
        assert not any("B-TREE" in step for step in plan)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_to_begin_and_to_finish_many_reads_none_that_waits(database: Database, ring: KeyRing) -> None:
    for _ in range(8):
        send(database, ring)
    asked = noted(database)

    claimed = claim(database)
    with database.write() as connection:
        jobs.begin(connection, dict.fromkeys(claimed, 1), NOW, at=clock(connection))
        referrals.move(
            connection,
            *(job.reference for job in claimed),
            leaving=[ReferralState.SENDING],
            to=ReferralState.DELIVERED,
            reason=None,
            now=NOW,
        )

    looked = [each for each in asked if each[0].startswith("UPDATE referrals")]
    assert len(looked) == 2
    for plan in plans(database, looked):
        assert [step for step in plan if "(reference=?)" in step], plan
