"""What a restored store is told: nothing goes out unmarked that may have arrived, nothing deleted comes back."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from gateway.keys import KeyRing
from gateway.ledger import Ledger
from gateway.store import attaching, jobs, referrals, reviving, tables, workers
from gateway.store.database import Database
from gateway.store.drafts import instance_hash
from gateway.store.jobs import Finish
from gateway.store.reviving import Revived
from gateway.store.states import JobStatus, ReferralState

from .keeping import INSTANCE, a_due_errand, ended, laden
from .making import NOW, begin, change_job, claim, finish, job_of, rows, send, state_of

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
MADE_AT, LATER = NOW + HOUR, NOW + 3 * HOUR
Told = Callable[..., Revived]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """What happened outside the database."""
    return Ledger(tmp_path / "ledger.jsonl")


@pytest.fixture
def told(database: Database, ledger: Ledger) -> Told:
    """Tell the store, as if it had just been restored."""

    def tell(resend_after: timedelta | None = 2 * HOUR) -> Revived:
        with database.migrate() as connection:
            heard = reviving.hear(ledger.entries(), since=MADE_AT)
            return reviving.revive(connection, heard, made_at=MADE_AT, resend_after=resend_after, now=LATER)

    return tell


def set_state(database: Database, reference: str, state: ReferralState, job: JobStatus) -> None:
    with database.write() as connection:
        connection.execute(
            update(tables.referrals).where(tables.referrals.c.reference == reference).values(state=state)
        )
        connection.execute(update(tables.jobs).where(tables.jobs.c.reference == reference).values(status=job))


def is_marked(database: Database, reference: str) -> bool:
    with database.read() as connection:
        return jobs.may_have_arrived(connection, [reference]) == {reference}


def test_what_was_on_its_way_is_unknown_and_waits_before_it_is_repeated(
    database: Database, ring: KeyRing, told: Told
) -> None:
    pending, begun = send(database, ring), send(database, ring)
    (job,) = [job for job in claim(database) if job.reference == begun]
    begin(database, ring, job)

    assert told().unknown == 2

    for reference in (pending, begun):
        row = job_of(database, reference)
        assert state_of(database, reference) == "unknown"
        assert (row.status, row.due_at, row.leased_until, row.worker) == ("due", LATER + 2 * HOUR, None, None)
        assert is_marked(database, reference)
    assert rows(database, select(tables.attempts).where(tables.attempts.c.ended_at.is_(None))) == []
    found = referrals.find(database, pending)
    assert found is not None
    assert found.reason == "may have arrived: restored from a backup of 2026-05-04 13:00 UTC"


def test_where_nothing_is_resent_by_itself_a_person_decides(database: Database, ring: KeyRing, told: Told) -> None:
    reference = send(database, ring)

    told(None)

    assert job_of(database, reference).status == "parked"


@pytest.mark.parametrize("state", [ReferralState.HELD, ReferralState.FAILED, ReferralState.UNKNOWN])
def test_what_waited_for_a_person_waits_on_and_goes_out_marked(
    database: Database, ring: KeyRing, told: Told, state: ReferralState
) -> None:
    reference = send(database, ring)
    set_state(database, reference, state, JobStatus.PARKED)

    told()

    assert state_of(database, reference) == state
    assert job_of(database, reference).status == "parked"
    assert is_marked(database, reference)


@pytest.mark.parametrize("state", [ReferralState.PENDING, ReferralState.HELD, ReferralState.UNKNOWN])
def test_what_the_ledger_says_was_delivered_since_is_delivered(
    database: Database, ring: KeyRing, told: Told, ledger: Ledger, state: ReferralState
) -> None:
    reference = send(database, ring)
    set_state(database, reference, state, JobStatus.DUE)
    ledger.delivered([reference, "RG-NEWER"], MADE_AT)

    result = told()

    found = referrals.find(database, reference)
    assert found is not None
    assert (found.state, found.delivered_at) == ("delivered", MADE_AT)
    assert job_of(database, reference).status == "done"
    assert (result.delivered, result.unknown, result.newer) == (1, 0, 1)


def test_what_a_person_closed_since_is_closed(database: Database, ring: KeyRing, told: Told, ledger: Ledger) -> None:
    reference = send(database, ring)
    ledger.closed([reference], MADE_AT)

    assert told().closed == 1
    assert (state_of(database, reference), job_of(database, reference).status) == ("closed", "done")


def test_what_was_delivered_before_and_sent_again_by_a_person_is_not_taken_for_delivered(
    database: Database, ring: KeyRing, told: Told, ledger: Ledger
) -> None:
    reference = send(database, ring)
    ledger.delivered([reference], MADE_AT - HOUR)

    told()

    assert state_of(database, reference) == "unknown"


def test_what_was_sent_again_after_the_backup_is_on_its_way_again(
    database: Database, ring: KeyRing, told: Told, ledger: Ledger
) -> None:
    old, new = send(database, ring), send(database, ring)
    set_state(database, old, ReferralState.DELIVERED, JobStatus.DONE)
    ledger.reopened([old], MADE_AT)
    ledger.delivered([new], MADE_AT)
    ledger.reopened([new], MADE_AT + HOUR)

    told()

    for reference in (old, new):
        assert (state_of(database, reference), job_of(database, reference).status) == ("unknown", "due")
        assert is_marked(database, reference)


def test_what_was_sent_again_while_the_backup_was_made_is_not_taken_for_delivered(
    database: Database, ring: KeyRing, told: Told, ledger: Ledger
) -> None:
    reference, ended_again = send(database, ring), send(database, ring)
    for each in (reference, ended_again):
        set_state(database, each, ReferralState.DELIVERED, JobStatus.DONE)
    # Many are sent again in one go, and written in small steps: the backup can be older than its later ones.
    ledger.reopened([reference, ended_again], MADE_AT - MINUTE)
    ledger.delivered([ended_again], MADE_AT - SECOND)

    told()

    assert (state_of(database, reference), job_of(database, reference).status) == ("unknown", "due")
    assert (state_of(database, ended_again), job_of(database, ended_again).status) == ("delivered", "done")


@pytest.mark.parametrize("event", ["erased", "purged"])
@pytest.mark.parametrize("at", [MADE_AT - HOUR, MADE_AT + HOUR])
def test_what_was_deleted_is_deleted_again_with_all_that_belonged_to_it(
    database: Database, ring: KeyRing, told: Told, ledger: Ledger, event: str, at: object
) -> None:
    reference = laden(database, ring).reference
    ended(database, reference, "delivered")
    getattr(ledger, event)([reference], at)

    result = told()

    assert (result.erased, result.purged) == ((1, 0) if event == "erased" else (0, 1))
    found = referrals.find(database, reference)
    assert found is not None
    assert found.state == ("closed" if event == "erased" else "delivered")
    assert found.purged_at == LATER
    for table in (tables.referrals, tables.payloads, tables.attempts):
        assert [row.sealed for row in rows(database, select(table)) if row.sealed] == []
    for table in (tables.files, tables.chunks, tables.mails):
        assert rows(database, select(table)) == []
    (spent,) = rows(database, select(tables.instances))
    assert (spent.hash, spent.reference) == (instance_hash(INSTANCE), reference)


@pytest.mark.parametrize("event", ["erased", "purged"])
def test_what_was_deleted_while_it_was_on_its_way_in_the_backup_goes_nowhere(
    database: Database, ring: KeyRing, told: Told, ledger: Ledger, event: str
) -> None:
    reference = laden(database, ring).reference
    getattr(ledger, event)([reference], LATER)

    told()

    assert state_of(database, reference) == "closed"
    open_ones = select(tables.jobs).where(tables.jobs.c.status != JobStatus.DONE)
    assert rows(database, open_ones) == []
    assert rows(database, select(tables.attempts).where(tables.attempts.c.ended_at.is_(None))) == []


def test_a_step_that_follows_one_that_was_restored_is_in_doubt_too(
    database: Database, ring: KeyRing, told: Told
) -> None:
    reference = send(database, ring)
    told()
    change_job(database, reference, due_at=NOW)
    (job,) = claim(database)
    attempt = begin(database, ring, job)
    step = Finish("delivered", ReferralState.PENDING, None, JobStatus.DONE, NOW, 0, 0, result="7", following="referral")

    assert finish(database, job, attempt, step)

    (following,) = rows(database, select(tables.jobs).where(tables.jobs.c.position == 1))
    with database.read() as connection:
        assert jobs.doubtful(connection, [following.id]) == {following.id}


def test_a_file_that_waited_goes_up_marked_and_later(database: Database, ring: KeyRing, told: Told) -> None:
    reference = laden(database, ring).reference
    ended(database, reference, "delivered")
    file = a_due_errand(database, reference)
    with database.write() as connection:
        errand = update(tables.jobs).where(tables.jobs.c.item == file, tables.jobs.c.kind == "upload")
        connection.execute(errand.values(reference=reference))

    told()

    (upload,) = rows(database, select(tables.jobs).where(tables.jobs.c.kind == "upload"))
    assert (upload.status, upload.due_at, upload.repeats) == ("due", LATER + 2 * HOUR, 1)
    tried = rows(database, select(tables.attempts.c.outcome).where(tables.attempts.c.worker == "restore"))
    assert [row.outcome for row in tried] == [attaching.UNKNOWN]


def test_mails_that_waited_are_given_up_and_other_chores_are_due(database: Database, ring: KeyRing, told: Told) -> None:
    reference = laden(database, ring, clean=False).reference
    a_due_errand(database, reference)
    with database.write() as connection:
        chores = update(tables.jobs).where(tables.jobs.c.item.is_not(None))
        connection.execute(chores.values(status="leased", leased_until=LATER, worker="a"))

    told()

    (mail,) = rows(database, select(tables.mails))
    assert (mail.sealed, mail.ended_at) == (None, LATER)
    found = rows(database, select(tables.jobs.c.kind, tables.jobs.c.status).where(tables.jobs.c.item.is_not(None)))
    assert sorted(tuple(row) for row in found) == [("mail", "parked"), ("scan", "due"), ("upload", "due")]


def test_who_was_at_work_and_what_was_told_is_forgotten(database: Database, told: Told) -> None:
    workers.beat(database, worker="a", started_at=NOW)
    with database.write() as connection:
        connection.execute(tables.turns.insert().values(name="purge", taken_at=NOW))
        connection.execute(
            tables.alerts.insert().values(organisation="riverside", matter="failed", since=NOW, told_at=NOW)
        )

    told()

    assert rows(database, select(tables.workers)) == []
    assert rows(database, select(tables.turns)) == []
    assert [row.told_at for row in rows(database, select(tables.alerts))] == [None]
    (trail,) = rows(database, select(tables.audit))
    assert trail.action == "restore"
    assert trail.detail == "backup of 2026-05-04 13:00:00 UTC: 0 unknown, 0 delivered, 0 closed"
