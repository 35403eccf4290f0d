"""What is over goes whole and leaves a tombstone; what may still be needed stays, whatever the calendar says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from gateway.delivery import purging as regular
from gateway.keys import KeyRing
from gateway.ledger import Event, Ledger, LedgerProblem
from gateway.store import purging, referrals, sending, settling, tables
from gateway.store.database import Database
from gateway.store.drafts import instance_hash
from gateway.store.purging import Retention
from gateway.store.sending import SentBefore
from gateway.store.states import FileState, JobStatus, ReferralState

from .keeping import CANARY, INSTANCE, a_due_errand, ended, files_are, laden, proven
from .making import NOW, change_job, rows, send
from .test_secrecy import everything_in

DAY = timedelta(days=1)
KEPT = Retention(delivered=30 * DAY, undelivered=90 * DAY, answers=7 * DAY)
LATER, MUCH_LATER = NOW + 31 * DAY, NOW + 91 * DAY


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.jsonl")


@pytest.fixture
def reference(database: Database, ring: KeyRing) -> str:
    """A delivered referral with everything that can belong to one."""
    proven(database)
    found = laden(database, ring).reference
    ended(database, found, "delivered")
    return found


def purged(database: Database, ledger: Ledger, now: object = LATER) -> int:
    return regular.purge(database, ledger, {"riverside": KEPT}, now)  # type: ignore[arg-type]  # a time or the default


def test_purge_takes_everything_together_and_leaves_a_tombstone(
    database: Database, ledger: Ledger, reference: str
) -> None:
    # Raw answers have days of their own; those that are left go with the rest.
    assert regular.purge(database, ledger, {"riverside": replace(KEPT, answers=999 * DAY)}, LATER) == 1

    (row,) = rows(database, select(tables.referrals))
    assert (row.reference, row.state, row.sealed, row.purged_at) == (reference, "delivered", None, LATER)
    assert (row.created_at, row.delivered_at) == (NOW, NOW)
    for table in (tables.files, tables.chunks, tables.mails, tables.drafts, tables.saved):
        assert rows(database, select(table)) == [], table.name
    assert [row.sealed for row in rows(database, select(tables.payloads))] == [None]
    assert [row.sealed for row in rows(database, select(tables.attempts))] == [None]
    assert {(row.status, row.result) for row in rows(database, select(tables.jobs))} == {("done", None)}
    assert [(entry.event, entry.reference) for entry in ledger.entries()] == [(Event.PURGED, reference)]
    (trail,) = rows(database, select(tables.audit))
    assert (trail.actor, trail.action, trail.organisation, trail.reference) == (
        "worker", "purge", "riverside", reference
    )  # fmt: skip


def test_no_byte_of_it_is_left_in_the_database_or_its_log(database: Database, ledger: Ledger, ring: KeyRing) -> None:
    proven(database)
    reference = laden(database, ring).reference
    ended(database, reference, "delivered")
    sealed = [*_sealed(database)]
    assert len(sealed) > 4
    assert any(each[:64] in content for each in sealed for content in everything_in(database))

    purged(database, ledger)

    left = b"".join(everything_in(database))
    assert [each for each in sealed if each[:64] in left or each[-64:] in left] == []
    assert CANARY.encode() not in left


def test_the_same_form_sent_again_is_still_known(
    database: Database, ledger: Ledger, ring: KeyRing, reference: str
) -> None:
    purged(database, ledger)

    again = sending.sent_before(database, ring, instance=instance_hash(INSTANCE), answers=CANARY.encode())
    found = referrals.find_sent(database, instance_hash(INSTANCE))

    assert again == SentBefore(reference, True)
    assert found is not None
    assert (found.reference, found.purged_at) == (reference, LATER)


def test_before_its_day_nothing_goes(database: Database, ledger: Ledger, reference: str) -> None:
    assert purged(database, ledger, NOW + 30 * DAY - timedelta(seconds=1)) == 0
    assert referrals.find(database, reference).purged_at is None  # type: ignore[union-attr]  # it is there
    assert purged(database, ledger, NOW + 30 * DAY) == 1


def test_purged_once_it_is_not_purged_again(database: Database, ledger: Ledger, reference: str) -> None:
    purged(database, ledger)

    assert purged(database, ledger, MUCH_LATER) == 0
    assert len(list(ledger.entries())) == 1


@pytest.mark.parametrize("state", ["held", "pending", "sending", "unknown", "failed"])
def test_what_was_not_delivered_is_never_purged(database: Database, ledger: Ledger, reference: str, state: str) -> None:
    ended(database, reference, state)

    assert purged(database, ledger, NOW + 5000 * DAY) == 0
    assert rows(database, select(tables.referrals.c.sealed))[0].sealed


def test_undelivered_and_closed_it_goes_once_both_times_are_over(
    database: Database, ledger: Ledger, reference: str
) -> None:
    ended(database, reference, "closed", at=NOW + 80 * DAY)

    assert purged(database, ledger, NOW + 91 * DAY) == 0
    assert purged(database, ledger, NOW + 110 * DAY) == 1


def test_closed_at_once_it_is_kept_for_as_long_as_what_is_undelivered(
    database: Database, ledger: Ledger, reference: str
) -> None:
    ended(database, reference, "closed")

    assert purged(database, ledger, NOW + 89 * DAY) == 0
    assert purged(database, ledger, NOW + 90 * DAY) == 1


def test_a_test_that_went_nowhere_goes_with_the_delivered(database: Database, ledger: Ledger, reference: str) -> None:
    ended(database, reference, "closed")
    with database.write() as connection:
        connection.execute(update(tables.referrals).values(test=True))

    assert purged(database, ledger, NOW + 30 * DAY) == 1


def test_of_an_unproven_destination_nothing_is_purged(database: Database, ledger: Ledger, ring: KeyRing) -> None:
    reference = laden(database, ring).reference
    ended(database, reference, "delivered")

    assert purged(database, ledger, NOW + 5000 * DAY) == 0
    assert purging.unproven(database, "riverside") == 1
    assert all(row.sealed for row in rows(database, select(tables.attempts)))

    proven(database)
    assert purging.unproven(database, "riverside") == 0
    assert purged(database, ledger, NOW + 5000 * DAY) == 1


@pytest.mark.parametrize("state", [FileState.WAITING, FileState.QUARANTINED, FileState.FAILED])
def test_a_file_that_is_still_on_its_way_keeps_the_referral(
    database: Database, ledger: Ledger, reference: str, state: FileState
) -> None:
    files_are(database, reference, state)

    assert purged(database, ledger, NOW + 89 * DAY) == 0
    assert purged(database, ledger, NOW + 90 * DAY) == 1


def test_an_open_step_keeps_the_referral(database: Database, ledger: Ledger, reference: str) -> None:
    change_job(database, reference, status=JobStatus.DUE)

    assert purged(database, ledger) == 0


def test_work_that_a_worker_has_keeps_the_referral(database: Database, ledger: Ledger, reference: str) -> None:
    file = a_due_errand(database, reference)
    with database.write() as connection:
        connection.execute(
            update(tables.jobs).where(tables.jobs.c.item == file).values(status="leased", leased_until=NOW, worker="a")
        )

    assert purged(database, ledger) == 0
    assert rows(database, select(func.count()).select_from(tables.chunks)) == [(1,)]


def test_open_chores_about_its_files_end_with_it(database: Database, ledger: Ledger, reference: str) -> None:
    a_due_errand(database, reference)

    assert purged(database, ledger) == 1
    assert {row.status for row in rows(database, select(tables.jobs))} == {"done"}


def test_raw_answers_go_sooner_than_the_rest(database: Database, ledger: Ledger, reference: str) -> None:
    assert purged(database, ledger, NOW + 6 * DAY) == 0
    assert all(row.sealed for row in rows(database, select(tables.attempts)))

    assert purged(database, ledger, NOW + 7 * DAY) == 0

    assert not any(row.sealed for row in rows(database, select(tables.attempts)))
    assert all(row.sealed for row in rows(database, select(tables.payloads)))
    assert referrals.find(database, reference) is not None


def test_an_organisation_that_is_not_served_any_more_keeps_all_and_is_told(
    database: Database, ledger: Ledger, reference: str
) -> None:
    assert regular.purge(database, ledger, {"elsewhere": KEPT}, MUCH_LATER) == 0
    assert purging.kept_for_ever(database, ["elsewhere"]) == {"riverside": 1}
    assert purging.kept_for_ever(database, ["riverside"]) == {}
    assert purging.kept_for_ever(database, []) == {"riverside": 1}
    assert reference


def test_without_its_line_in_the_ledger_nothing_is_purged(database: Database, tmp_path: Path, reference: str) -> None:
    (tmp_path / "a-file").write_text("")

    with pytest.raises(LedgerProblem):
        purged(database, Ledger(tmp_path / "a-file" / "ledger.jsonl"))

    assert referrals.find(database, reference).purged_at is None  # type: ignore[union-attr]  # it is there
    assert all(row.sealed for row in rows(database, select(tables.payloads)))


def test_what_changed_since_it_was_listed_is_judged_again(
    database: Database, ledger: Ledger, ring: KeyRing, reference: str
) -> None:
    listed = purging.due(database, "riverside", KEPT, LATER)
    assert listed == [reference]
    ended(database, reference, "failed")

    assert purging.purge(database, ledger, reference, KEPT, actor="worker", now=LATER) is False
    assert send(database, ring) not in purging.due(database, "riverside", KEPT, LATER)


def test_a_purged_one_cannot_be_settled_into_a_job(database: Database, ledger: Ledger, reference: str) -> None:
    purged(database, ledger)

    with pytest.raises(referrals.StateMoved):
        settling.settle(
            database, reference, leaving=[ReferralState.FAILED], to=ReferralState.PENDING, reason="again",
            job_status=JobStatus.DUE, actor="command line", now=LATER,
        )  # fmt: skip


def _sealed(database: Database) -> Iterator[bytes]:
    for table in (tables.referrals, tables.payloads, tables.attempts, tables.files, tables.chunks, tables.mails):
        for row in rows(database, select(table.c.sealed).where(table.c.sealed.is_not(None))):
            yield bytes(row.sealed)
