"""Workers, referrals and files: at work, and silent, late, left behind, waiting for a person."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, update

from gateway.store import destinations as standings
from gateway.store import tables
from gateway.store.states import FileState, JobStatus, ReferralState

from ..store.making import begin, change_job, claim, send
from .conftest import SQLITE, Patient

Told = Callable[..., list[str]]
HOUR = timedelta(hours=1)


def sent(patient: Patient, *, ago: timedelta = timedelta()) -> str:
    return send(patient.database, patient.ring, now=datetime.now(UTC) - ago)


def test_a_worker_without_a_sign_of_life_is_told(patient: Patient, told: Told) -> None:
    assert told("worker") == []
    with patient.database.write() as connection:
        connection.execute(update(tables.workers).values(seen_at=datetime.now(UTC) - HOUR))
    assert told("worker")[0].startswith("wrong the last sign of life is 60 minutes old")
    with patient.database.write() as connection:
        connection.execute(delete(tables.workers))
    assert told("worker") == ["wrong none has shown a sign of life — start `flask worker`"]


@SQLITE
@pytest.mark.parametrize(("paused", "state"), [(False, "wrong"), (True, "look")])
def test_what_is_late_is_told(patient: Patient, told: Told, paused: bool, state: str) -> None:
    sent(patient, ago=3 * HOUR)
    if paused:
        with patient.database.write() as connection:
            standings.pause(connection, "riverside", reason="paused by a person", now=datetime.now(UTC))

    assert told("worker")[0].startswith(f"{state} riverside the oldest job has been due for 3 hours")


def test_what_a_dead_worker_left_is_told(patient: Patient, told: Told) -> None:
    reference = sent(patient)
    (job,) = claim(patient.database)
    begin(patient.database, patient.ring, job)
    assert told("worker") == []

    long_ago = datetime.now(UTC) - HOUR
    change_job(patient.database, reference, leased_until=long_ago)
    assert "1 jobs have a lease that ran out" in told("worker")[0]

    change_job(patient.database, reference, status=JobStatus.PARKED, leased_until=None)
    with patient.database.write() as connection:
        connection.execute(update(tables.attempts).values(started_at=long_ago))
    assert "1 attempts are open" in told("worker")[0]


@SQLITE
@pytest.mark.parametrize("state", [ReferralState.HELD, ReferralState.UNKNOWN, ReferralState.FAILED])
def test_what_waits_for_a_person_is_told(patient: Patient, told: Told, state: ReferralState) -> None:
    reference = sent(patient)
    assert told("referrals") == []
    table = tables.referrals
    with patient.database.write() as connection:
        connection.execute(update(table).where(table.c.reference == reference).values(state=state))

    (line,) = told("referrals")
    assert line.startswith(f"look riverside 1 {state}, the oldest for less than a minute")
    assert reference not in line


def test_referrals_of_an_organisation_that_is_gone_are_told(patient: Patient, told: Told) -> None:
    sent(patient)
    assert told("retention") == []
    with patient.database.write() as connection:
        connection.execute(update(tables.referrals).values(organisation="elsewhere"))

    (line,) = told("retention")
    assert line.startswith("look elsewhere has no folder any more, so its 1 referrals stay for ever")


@SQLITE
@pytest.mark.parametrize("state", [FileState.QUARANTINED, FileState.WAITING, FileState.FAILED])
def test_files_that_wait_are_told(patient: Patient, told: Told, state: FileState) -> None:
    assert told("files") == []
    now = datetime.now(UTC)
    with patient.database.write() as connection:
        connection.execute(insert(tables.instances).values(hash="0" * 64, created_at=now))
        row = {"id": "f" * 32, "instance": "0" * 64, "state": state, "complete": True, "size": 1, "created_at": now}
        connection.execute(insert(tables.files).values(**row))

    assert told("files")[0].startswith(f"look 1 {state}")
    if state is FileState.QUARANTINED:
        assert "set GATEWAY_CLAMD" in told("files", GATEWAY_CLAMD="off")[0]


@SQLITE
def test_chores_that_were_given_up_are_told(patient: Patient, told: Told) -> None:
    now = datetime.now(UTC)
    row = {"organisation": "riverside", "kind": "mail", "position": 0, "item": "0" * 32, "status": JobStatus.PARKED,
           "due_at": now, "since": now}  # fmt: skip
    with patient.database.write() as connection:
        connection.execute(insert(tables.jobs).values(**row))

    assert told("files")[0].startswith("look 1 chores were given up")
