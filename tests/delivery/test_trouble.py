"""Referrals that cannot be sent, calls that break off, and what may have arrived: told without a word of a person."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.delivery.worker import Worker
from gateway.destinations.seam import (
    Busy,
    CredentialsRefused,
    NotSent,
    Receipt,
    Rejected,
    Unknown,
)
from gateway.keys import KeyRing, new_key
from gateway.store import payloads, referrals, tables
from gateway.store.database import Database

from ..store.making import a_person, a_referral, an_answer, change_job, job_of, rows, send, state_of
from .conftest import HOUR, Clock
from .scripted import Ending, Scripted, work

Sending = Callable[..., str]
Hiring = Callable[..., Worker]
CANARY = "Zebedee-Canary-7731"


def test_a_referral_whose_key_is_gone_waits_for_a_person_and_the_others_go_on(
    database: Database, sent: Sending, hire: Hiring, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    lost = send(database, KeyRing(new_key()), now=clock.time)
    fine = [sent(), sent()]

    work(hire(Scripted()))

    found = referrals.find(database, lost)
    assert found is not None
    assert (found.state, found.attempts, job_of(database, lost).status) == ("failed", 0, "parked")
    assert [state_of(database, reference) for reference in fine] == ["delivered", "delivered"]
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert lost in record.getMessage()
    assert "KeyMissing" in record.getMessage()
    assert record.exc_info is None


@pytest.mark.parametrize("error", [ValueError, TypeError, KeyError, IndexError, AttributeError])
def test_a_referral_that_cannot_be_composed_waits_for_a_person_and_the_others_go_on(
    database: Database, sent: Sending, hire: Hiring, error: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    class Picky(Scripted):
        def steps(self, referral, *, repeat):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            if referral.language == "xx":
                raise error(CANARY)
            return super().steps(referral, repeat=repeat)

    odd, fine = sent(language="xx"), sent()

    work(hire(Picky()))

    assert (state_of(database, odd), state_of(database, fine)) == ("failed", "delivered")
    assert CANARY not in caplog.text


def test_a_purged_referral_is_not_sent(database: Database, sent: Sending, hire: Hiring) -> None:
    reference, destination = sent(), Scripted()
    with database.write() as connection:
        connection.execute(tables.referrals.update().values(sealed=None))

    work(hire(destination))

    assert (state_of(database, reference), destination.calls) == ("failed", [])


def test_a_job_that_was_left_over_of_a_tombstone_holds_nobody_up(
    database: Database, sent: Sending, hire: Hiring, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    erased, fine = sent(), sent()
    with database.write() as connection:
        table = tables.referrals
        connection.execute(
            table.update()
            .where(table.c.reference == erased)
            .values(state="closed", reason="erased", sealed=None, purged_at=clock.time)
        )

    work(hire(Scripted()))

    assert (state_of(database, erased), state_of(database, fine)) == ("closed", "delivered")
    assert job_of(database, erased).status == "done"
    assert "round failed" not in caplog.text


@pytest.mark.parametrize("broken", [RuntimeError(CANARY), KeyError(CANARY), OSError(5, CANARY)], ids=repr)
def test_a_call_that_breaks_off_inside_the_gateway_may_have_arrived(
    database: Database, sent: Sending, hire: Hiring, clock: Clock, broken: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    reference = sent()

    work(hire(Scripted(broken)))

    assert state_of(database, reference) == "unknown"
    assert job_of(database, reference).due_at == clock.time + 2 * HOUR
    assert type(broken).__name__ in caplog.text
    assert CANARY not in caplog.text


def test_what_may_have_arrived_stays_marked_through_later_failures(
    database: Database, ring: KeyRing, sent: Sending, hire: Hiring
) -> None:
    reference = sent()
    destination = Scripted(Unknown("cut"), Busy("answered 503"), NotSent("refused"), Receipt(200, "200 empty", b""))
    worker = hire(destination)
    states = []
    for _ in range(4):
        change_job(database, reference, due_at=worker._now())
        work(worker)
        states.append(state_of(database, reference))

    assert states == ["unknown", "unknown", "unknown", "delivered"]
    assert [body.startswith("Possible repeat") for body in destination.bodies] == [False, True, True, True]
    assert [each.version for each in payloads.bodies(database, ring, reference)] == [1, 2]


def test_an_unknown_referral_is_repeated_three_times_and_then_waits_for_a_person(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference, destination = sent(), Scripted(Unknown("cut"))
    worker = hire(destination)
    pauses = []
    for _ in range(4):
        change_job(database, reference, due_at=clock.time)
        work(worker)
        pauses.append(job_of(database, reference).due_at - clock.time)

    assert pauses == [2 * HOUR, 8 * HOUR, 24 * HOUR, timedelta()]
    assert (state_of(database, reference), job_of(database, reference).status) == ("unknown", "parked")
    assert work(worker) == 0


def test_a_round_that_fails_is_told_and_the_next_one_goes_on(
    database: Database, sent: Sending, hire: Hiring, caplog: pytest.LogCaptureFixture
) -> None:
    reference = sent()
    worker = hire(Scripted())
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE payloads RENAME TO away")
    assert worker._safe_round() == 0
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO payloads")

    change_job(database, reference, status="due")
    work(worker)

    assert "round failed" in caplog.text
    assert "Traceback" not in caplog.text
    assert state_of(database, reference) == "delivered"


@pytest.mark.parametrize(
    "ending",
    [
        Receipt(200, "200 other", CANARY.encode()),
        Rejected("answered 400", status=400, answer=CANARY.encode(), shape="400 other"),
        Unknown("answered 500", status=500, answer=CANARY.encode(), shape="500 other"),
        CredentialsRefused("answered 401", status=401, answer=CANARY.encode(), shape="401 other"),
        RuntimeError(CANARY),
    ],
    ids=lambda ending: type(ending).__name__,
)
def test_no_answer_and_no_name_is_in_a_log_or_in_the_store(
    database: Database, hire: Hiring, ring: KeyRing, clock: Clock, ending: Ending, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    person = a_person(an_answer(CANARY, CANARY, label=CANARY), first_name=CANARY, surname=CANARY)
    reference = send(database, ring, a_referral(person), now=clock.time)

    destination = Scripted(ending)
    work(hire(destination))

    assert CANARY in destination.bodies[0]  # or nothing is shown here
    assert reference in caplog.text or isinstance(ending, RuntimeError)
    assert not any(CANARY in f"{record.__dict__} {record.getMessage()}" for record in caplog.records)
    for table in tables.metadata.sorted_tables:
        assert CANARY.encode() not in b"".join(
            value if isinstance(value, bytes) else str(value).encode()
            for row in rows(database, select(table))
            for value in row
        )
