"""What may have arrived is looked for before it is sent once more, and looking burns nothing."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.delivery import looking_again
from gateway.delivery.looking_again import LookingAgain
from gateway.delivery.worker import Worker
from gateway.destinations.seam import (
    Busy,
    CredentialsRefused,
    Following,
    Misconfigured,
    NotSent,
    Rejected,
    Unknown,
)
from gateway.store import destinations, referrals, settling, tables, watching
from gateway.store.database import Database
from gateway.store.states import JobStatus, ReferralState

from ..store.making import change_job, job_of, rows, state_of
from .conftest import HOUR, MINUTE, Clock
from .scripted import ACCEPTED, Scripted, look, probe, work

Sending = Callable[..., str]
Hiring = Callable[..., Worker]
CANARY = "Zebedee-Canary-7731"


@pytest.fixture
def doubtful(database: Database, sent: Sending, hire: Hiring, clock: Clock) -> Callable[[int], list[str]]:
    """Store referrals whose first try was cut off, and whose marked repeat is due."""

    def make(count: int) -> list[str]:
        references = [sent() for _ in range(count)]
        work(hire(Scripted(Unknown("cut")), concurrency=count, name="before"))
        for reference in references:
            change_job(database, reference, due_at=clock.time)
        return references

    return make


def attempts_of(database: Database, reference: str) -> list[str | None]:
    table = tables.attempts
    return [row.outcome for row in rows(database, select(table.c.outcome).where(table.c.reference == reference))]


def test_what_is_found_at_the_destination_is_delivered_and_not_repeated(
    database: Database, doubtful: Callable[[int], list[str]], hire: Hiring
) -> None:
    (reference,) = doubtful(1)
    destination = Scripted()
    destination.there = {reference}

    worker = hire(destination)
    work(worker)

    found = referrals.find(database, reference)
    assert found is not None
    assert (found.state, found.reason, found.attempts) == ("delivered", "found at the destination", 1)
    assert found.delivered_at is not None
    assert (destination.calls, attempts_of(database, reference)) == ([], ["unknown"])
    assert job_of(database, reference).status == "done"
    (written,) = rows(database, select(tables.audit))
    assert (written.actor, written.action, written.reference) == ("worker", "found", reference)


def test_several_are_asked_for_in_one_call_and_those_that_are_not_there_go_out_marked(
    database: Database, doubtful: Callable[[int], list[str]], hire: Hiring
) -> None:
    first, second, third = doubtful(3)
    destination = Scripted()
    destination.there = {second}

    work(hire(destination))

    assert [sorted(each) for each in destination.asked] == [sorted([first, second, third])]
    assert [state_of(database, each) for each in (first, second, third)] == ["delivered"] * 3
    assert sorted(body.split()[3].rstrip(".") for body in destination.bodies) == sorted([first, third])
    assert all(body.startswith("Possible repeat") for body in destination.bodies)


def test_not_to_be_found_proves_nothing_so_the_repeats_go_on(
    database: Database, doubtful: Callable[[int], list[str]], hire: Hiring, clock: Clock
) -> None:
    (reference,) = doubtful(1)
    destination = Scripted(Unknown("cut"))
    destination.there = set()
    worker = hire(destination)
    pauses = []
    for _ in range(3):
        change_job(database, reference, due_at=clock.time)
        work(worker)
        pauses.append(job_of(database, reference).due_at - clock.time)

    assert pauses == [8 * HOUR, 24 * HOUR, timedelta()]
    assert (state_of(database, reference), job_of(database, reference).status) == ("unknown", "parked")
    assert len(destination.asked) == 3


def test_a_destination_that_cannot_look_is_asked_once_and_never_again(
    database: Database, doubtful: Callable[[int], list[str]], hire: Hiring, clock: Clock
) -> None:
    references = doubtful(2)
    destination = Scripted()
    worker = hire(destination, concurrency=1)

    for _ in references:
        work(worker)

    assert len(destination.asked) == 1
    assert {state_of(database, reference) for reference in references} == {"delivered"}
    assert all(body.startswith("Possible repeat") for body in destination.bodies)


def test_what_goes_out_for_the_first_time_is_not_looked_for(sent: Sending, hire: Hiring) -> None:
    sent()
    destination = Scripted()
    destination.there = set()

    work(hire(destination))

    assert (len(destination.calls), destination.asked) == (1, [])


def test_what_a_person_sends_again_is_looked_for_too(
    database: Database, doubtful: Callable[[int], list[str]], hire: Hiring, clock: Clock
) -> None:
    (reference,) = doubtful(1)
    settling.settle(
        database,
        reference,
        leaving=[ReferralState.UNKNOWN],
        to=ReferralState.PENDING,
        reason="a person sent it again",
        job_status=JobStatus.DUE,
        actor="somebody",
        now=clock.time,
    )
    destination = Scripted()
    destination.there = {reference}

    work(hire(destination))

    assert (state_of(database, reference), destination.calls) == ("delivered", [])


@pytest.mark.parametrize(
    ("error", "paused"),
    [
        (NotSent("the connection was refused"), False),
        (Busy("answered 503"), False),
        (Unknown("cut"), False),
        (Rejected("answered 400"), False),
        (Misconfigured("answered 404"), False),
        (CredentialsRefused("answered 401"), True),
        (RuntimeError(CANARY), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_look_that_fails_is_put_off_and_burns_no_repeat(
    database: Database,
    doubtful: Callable[[int], list[str]],
    hire: Hiring,
    error: BaseException,
    paused: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (reference,) = doubtful(1)
    before = job_of(database, reference)
    destination = Scripted()
    destination.look_ending = error

    work(hire(destination))

    after = job_of(database, reference)
    assert (state_of(database, reference), after.status, after.worker) == ("unknown", "due", None)
    assert (after.repeats, destination.calls) == (before.repeats, [])
    assert attempts_of(database, reference) == ["unknown"]
    assert (destinations.standings(database)["riverside"].paused_at is not None) == paused
    assert CANARY not in caplog.text


def test_a_look_that_fails_again_and_again_makes_no_doubt_newer(
    database: Database, doubtful: Callable[[int], list[str]], hire: Hiring, clock: Clock
) -> None:
    (reference,) = doubtful(1)
    since = clock.time
    destination = Scripted()
    destination.look_ending = Unknown("cut")
    worker = hire(destination)

    for _ in range(3):
        clock.time += HOUR
        change_job(database, reference, due_at=since)
        work(worker)

    assert watching.doubtful(database, clock.time - 2 * HOUR) == {"riverside": 1}


def test_looking_goes_on_where_the_keys_are_right_again(
    database: Database, doubtful: Callable[[int], list[str]], hire: Hiring, clock: Clock
) -> None:
    (reference,) = doubtful(1)
    destination = Scripted()
    destination.look_ending = CredentialsRefused("answered 401")
    worker = hire(destination)
    work(worker)
    assert work(worker) == 0

    destination.there, destination.look_ending = {reference}, None
    clock.time += 5 * MINUTE
    probe(worker)
    work(worker)

    assert (state_of(database, reference), destination.calls) == ("delivered", [])


def test_what_was_looked_for_is_not_sent_to_a_destination_that_was_paused_meanwhile(
    database: Database, doubtful: Callable[[int], list[str]], hire: Hiring, clock: Clock
) -> None:
    (reference,) = doubtful(1)
    destination = Scripted()
    destination.there = set()
    worker = hire(destination)
    look(worker)
    with database.write() as connection:
        destinations.pause(connection, "riverside", reason="paused by a person", now=clock.time)

    work(worker)

    assert (destination.calls, state_of(database, reference)) == ([], "unknown")
    assert (job_of(database, reference).status, job_of(database, reference).worker) == ("due", None)


def test_a_person_who_settles_while_it_is_looked_for_wins(
    database: Database, doubtful: Callable[[int], list[str]], hire: Hiring, clock: Clock
) -> None:
    (reference,) = doubtful(1)

    def close() -> None:
        settling.settle(
            database,
            reference,
            leaving=[ReferralState.UNKNOWN],
            to=ReferralState.CLOSED,
            reason="delivered by hand",
            job_status=JobStatus.DONE,
            actor="somebody",
            now=clock.time,
        )

    destination = Scripted()
    destination.there, destination.during_look = {reference}, close

    work(hire(destination))

    assert (state_of(database, reference), job_of(database, reference).status) == ("closed", "done")
    assert [row.action for row in rows(database, select(tables.audit))] == ["settle closed"]


def test_no_transaction_is_open_while_a_destination_is_asked(
    database: Database, doubtful: Callable[[int], list[str]], hire: Hiring
) -> None:
    (reference,) = doubtful(1)
    destination = Scripted()

    def write() -> None:
        with database.write() as connection:  # would wait for ever if the worker held the lock
            destinations.remember(connection, "elsewhere", shape="x")

    destination.there, destination.during_look = {reference}, write

    work(hire(destination))

    assert state_of(database, reference) == "delivered"


def test_a_worker_that_ends_gives_back_what_it_had_looked_for(
    database: Database, doubtful: Callable[[int], list[str]], hire: Hiring
) -> None:
    (reference,) = doubtful(1)
    destination = Scripted()
    destination.there = set()
    worker = hire(destination)
    look(worker)

    worker._end_calls()

    assert (job_of(database, reference).status, destination.calls) == ("due", [])


def test_the_line_of_the_log_names_the_reference_and_nothing_else(
    doubtful: Callable[[int], list[str]], hire: Hiring, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    (reference,) = doubtful(1)
    destination = Scripted(ACCEPTED)
    destination.there = {reference}

    work(hire(destination))

    assert f"found at the destination reference={reference}" in caplog.text


def parked(database: Database, references: list[str]) -> None:
    for reference in references:
        change_job(database, reference, status="parked")


def test_what_waits_for_a_person_is_found_once_somebody_has_imported_it(
    database: Database, doubtful: Callable[[int], list[str]], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    references = sorted(doubtful(5))
    parked(database, references[:4])
    destination = Scripted()
    destination.there, destination.following = {references[1], references[3], references[4]}, Following(finds=True)
    monkeypatch.setattr(looking_again, "AT_ONCE", 3)

    LookingAgain(database, {"riverside": destination})(clock.time)

    assert destination.asked == [references[:3], references[3:4]]
    states = [state_of(database, reference) for reference in references]
    assert states == ["unknown", "delivered", "unknown", "delivered", "unknown"]
    assert [job_of(database, each).status for each in references] == ["parked", "done", "parked", "done", "due"]


@pytest.mark.parametrize("ending", [Busy("answered 503"), CredentialsRefused("answered 401")], ids=repr)
def test_a_look_for_what_is_parked_that_fails_changes_nothing(
    database: Database, doubtful: Callable[[int], list[str]], clock: Clock, ending: BaseException
) -> None:
    (reference,) = doubtful(1)
    parked(database, [reference])
    destination = Scripted()
    destination.look_ending, destination.following = ending, Following(finds=True)

    LookingAgain(database, {"riverside": destination})(clock.time)

    assert (state_of(database, reference), job_of(database, reference).status) == ("unknown", "parked")
    assert destinations.standings(database)["riverside"].paused_at is None


@pytest.mark.parametrize(("finds", "paused"), [(False, False), (True, True)])
def test_only_a_destination_that_is_open_and_can_tell_is_asked_for_what_is_parked(
    database: Database, doubtful: Callable[[int], list[str]], clock: Clock, finds: bool, paused: bool
) -> None:
    parked(database, doubtful(1))
    destination = Scripted()
    destination.following = Following(finds=finds)
    if paused:
        with database.write() as connection:
            destinations.pause(connection, "riverside", reason="paused by a person", now=clock.time)

    LookingAgain(database, {"riverside": destination})(clock.time)

    assert destination.asked == []
