"""Paused, broken and hanging destinations: nothing is burnt, and nobody else waits."""

import threading
from collections.abc import Callable
from queue import Queue

import pytest

from gateway.delivery.worker import Worker
from gateway.destinations.seam import (
    CredentialsRefused,
    DestinationError,
    Misconfigured,
    NotSent,
    Rejected,
)
from gateway.store import destinations
from gateway.store.database import Database

from ..store.making import change_job, job_of, state_of
from .conftest import HOUR, MINUTE, Clock
from .scripted import ACCEPTED, PATIENCE, Scripted, probe, work

Sending = Callable[..., str]
Hiring = Callable[..., Worker]


def standing(database: Database) -> destinations.Standing:
    return destinations.standings(database).get("riverside", destinations.Standing("riverside"))


def test_a_reason_longer_than_its_column_stops_nobody(database: Database, sent: Sending, hire: Hiring) -> None:
    first, second = sent(), sent()

    work(hire(Scripted(Misconfigured("x" * 500), Rejected("y" * 500))))

    assert sorted([state_of(database, first), state_of(database, second)]) == ["failed", "pending"]
    assert standing(database).paused_at is not None


def test_refused_keys_pause_the_destination_and_burn_nothing(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    references = [sent() for _ in range(3)]
    destination = Scripted(CredentialsRefused("answered 401"))
    worker = hire(destination, concurrency=1)

    work(worker)

    assert [worker.round(), worker.round()] == [0, 0]
    assert len(destination.calls) == 1
    assert {state_of(database, reference) for reference in references} == {"pending"}
    assert {job_of(database, reference).failures for reference in references} == {0}
    assert standing(database).probe_at == clock.time + 5 * MINUTE


def test_a_paused_destination_is_probed_and_goes_on(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference, destination = sent(), Scripted(CredentialsRefused("answered 401"), ACCEPTED)
    worker = hire(destination)
    work(worker)
    destination.probe_ending = CredentialsRefused("answered 401")

    clock.time += 5 * MINUTE
    probe(worker)
    assert (destination.probes, standing(database).probe_at) == (1, clock.time + 5 * MINUTE)
    probe(worker)
    assert destination.probes == 1

    destination.probe_ending = None
    clock.time += 5 * MINUTE
    probe(worker)
    work(worker)
    assert state_of(database, reference) == "delivered"
    assert standing(database).paused_at is None


@pytest.mark.parametrize("ending", [Misconfigured("answered 404"), Misconfigured("answered 302")])
def test_a_misconfigured_destination_that_answers_its_probe_gets_one_try_and_goes_on_when_that_is_taken(
    database: Database, sent: Sending, hire: Hiring, clock: Clock, ending: DestinationError
) -> None:
    references, began = [sent() for _ in range(4)], clock.time
    destination = Scripted(*[ending] * 4, ending, ACCEPTED)
    worker = hire(destination)
    work(worker)
    assert len(destination.calls) == 4  # they were under way together

    clock.time += 5 * MINUTE
    probe(worker)
    assert (destination.probes, len(destination.calls)) == (1, 5)
    assert standing(database).probe_at == clock.time + 10 * MINUTE

    clock.time += 10 * MINUTE
    probe(worker)
    assert len(destination.calls) == 6
    for reference in references:
        change_job(database, reference, due_at=began)  # due by the database's clock too, which nobody moved
    work(worker)
    assert {state_of(database, reference) for reference in references} == {"delivered"}
    assert {job_of(database, reference).failures for reference in references} == {0}
    assert standing(database).misconfigured_in_a_row == 0


def test_a_misconfigured_destination_whose_probe_fails_stays_paused(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference, destination = sent(), Scripted(Misconfigured("answered 404"))
    destination.probe_ending = Misconfigured("answered 404")
    worker = hire(destination)
    work(worker)

    for _ in range(3):
        clock.time += 5 * MINUTE
        probe(worker)

    assert (len(destination.calls), destination.probes, state_of(database, reference)) == (1, 3, "pending")


def test_the_pause_of_a_person_holds_where_keys_had_paused_it_before(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    sent()
    destination = Scripted(CredentialsRefused("answered 401"), ACCEPTED)
    worker = hire(destination)
    work(worker)
    with database.write() as connection:
        destinations.pause(connection, "riverside", reason="paused by a person", now=clock.time)

    clock.time += HOUR
    probe(worker)

    assert (len(destination.calls), destination.probes) == (1, 0)


def test_a_pause_by_a_person_holds_until_the_person_resumes(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference, destination = sent(), Scripted()
    with database.write() as connection:
        destinations.pause(connection, "riverside", reason="paused by a person", now=clock.time)
    worker = hire(destination)
    clock.time += 100 * HOUR

    assert work(worker) == 0
    with database.write() as connection:
        destinations.resume(connection, "riverside")
    assert work(worker) == 1

    assert (state_of(database, reference), destination.probes) == ("delivered", 0)


def test_a_probe_that_hangs_keeps_nobody_else_waiting(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    sent(organisation="hillside")
    delivered, waited = threading.Event(), Queue[bool]()
    hanging, healthy = Scripted(), Scripted(during=lambda _: delivered.set())
    hanging.during_probe = lambda: waited.put(delivered.wait(PATIENCE))
    with database.write() as connection:
        destinations.remember(connection, "riverside", paused_at=clock.time, pause_reason="x", probe_at=clock.time)

    worker = hire(hanging, others={"hillside": healthy})
    work(worker)
    work(worker)

    assert hanging.probes == 1
    assert waited.get(timeout=PATIENCE)


def test_a_destination_that_cannot_be_reached_is_left_alone_for_a_while_and_then_tried_once(
    sent: Sending, hire: Hiring, clock: Clock
) -> None:
    for _ in range(9):
        sent()
    destination = Scripted(NotSent("refused"))
    worker = hire(destination, concurrency=3)
    work(worker)
    assert [work(worker), len(destination.calls)] == [0, 3]

    clock.time += MINUTE
    assert [work(worker), work(worker), len(destination.calls)] == [1, 0, 4]


def test_three_different_rejections_pause_the_destination(database: Database, sent: Sending, hire: Hiring) -> None:
    references = [sent() for _ in range(4)]
    worker = hire(Scripted(Rejected("answered 400")), concurrency=1)

    assert [work(worker) for _ in references] == [1, 1, 1, 0]

    assert sorted(state_of(database, reference) for reference in references) == ["failed"] * 3 + ["pending"]
