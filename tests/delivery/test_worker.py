"""A worker with a healthy store: what it sends, what is on the disk at that moment, how it starts and ends."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, wait
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from gateway.delivery.worker import Pace, Worker
from gateway.destinations.seam import NotSent, Receipt, Rejected, Step
from gateway.keys import KeyRing
from gateway.store import payloads, referrals, tables, workers
from gateway.store.database import Database

from ..store.making import change_job, job_of, rows, state_of
from .conftest import HOUR, MINUTE, RULES, Clock
from .scripted import ACCEPTED, PATIENCE, Scripted, end_calls, work

Sending = Callable[..., str]
Hiring = Callable[..., Worker]


def test_a_referral_is_delivered_and_its_answer_kept_sealed(
    database: Database, ring: KeyRing, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference, destination = sent(), Scripted()

    assert work(hire(destination)) == 1

    found = referrals.find(database, reference)
    assert found is not None
    assert (found.state, found.attempts, found.delivered_at) == ("delivered", 1, clock.time)
    (attempt,) = rows(database, select(tables.attempts))
    assert (attempt.outcome, attempt.status, attempt.shape) == ("delivered", 200, ACCEPTED.shape)
    answer = ring.open(attempt.sealed, table="attempts", row=str(attempt.id), column="sealed")
    assert answer == ACCEPTED.answer
    assert job_of(database, reference).status == "done"


def test_what_goes_out_is_the_first_version_of_the_payload_byte_for_byte(
    database: Database, ring: KeyRing, sent: Sending, hire: Hiring
) -> None:
    reference, destination = sent(), Scripted()

    work(hire(destination))

    (payload,) = payloads.bodies(database, ring, reference)
    assert (payload.version, payload.marked) == (1, False)
    assert [step.body for step in destination.calls] == [payload.body]


def test_of_an_answer_the_first_64_kib_are_kept(database: Database, ring: KeyRing, sent: Sending, hire: Hiring) -> None:
    sent()

    work(hire(Scripted(Receipt(200, "200 other", b"x" * 100_000))))

    (attempt,) = rows(database, select(tables.attempts))
    answer = ring.open(attempt.sealed, table="attempts", row=str(attempt.id), column="sealed")
    assert len(answer) == 64 * 1024


def test_at_the_moment_of_the_call_its_attempt_is_open_on_the_disk(
    database: Database, sent: Sending, hire: Hiring
) -> None:
    reference, seen = sent(), []

    def look(_: Step) -> None:
        other = Database(database.url.render_as_string(hide_password=False))
        wanted = select(tables.attempts.c.reference, tables.attempts.c.payload, tables.attempts.c.ended_at)
        seen.extend([*rows(other, wanted), state_of(other, reference), job_of(other, reference).status])
        other.close()

    work(hire(Scripted(during=look)))

    assert seen == [(reference, 1, None), "sending", "leased"]


def test_no_transaction_is_open_while_a_call_is_under_way(database: Database, sent: Sending, hire: Hiring) -> None:
    sent()
    destination, called = Scripted(during=lambda _: called.set()), threading.Event()
    destination.gate.clear()
    worker = hire(destination)

    worker.round()

    assert called.wait(PATIENCE)
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    if database.sqlite_file:
        other = sqlite3.connect(database.sqlite_file, timeout=0, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
        other.close()
    else:
        open_ones = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
        with database.read() as connection:
            assert connection.execute(text(open_ones)).scalar_one() == 0
    destination.gate.set()
    end_calls(worker)


def test_a_second_try_sends_the_same_bytes(database: Database, ring: KeyRing, sent: Sending, hire: Hiring) -> None:
    reference, destination = sent(), Scripted(NotSent("refused"), ACCEPTED)
    worker = hire(destination)
    work(worker)
    assert state_of(database, reference) == "pending"
    change_job(database, reference, due_at=worker._now())

    work(worker)

    assert state_of(database, reference) == "delivered"
    assert destination.calls[0].body == destination.calls[1].body
    assert [each.version for each in payloads.bodies(database, ring, reference)] == [1]


def test_a_worker_does_no_more_at_once_than_it_may(sent: Sending, hire: Hiring) -> None:
    for _ in range(7):
        sent()
    destination = Scripted()
    destination.gate.clear()
    worker = hire(destination, concurrency=3)

    assert [worker.round(), worker.round()] == [3, 0]

    destination.gate.set()
    end_calls(worker)
    assert [work(worker), work(worker), work(worker)] == [3, 1, 0]


def test_a_destination_that_hangs_lends_its_places_to_the_others(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    for _ in range(6):
        sent()
    hanging, healthy = Scripted(), Scripted()
    hanging.gate.clear()
    worker = hire(hanging, others={"hillside": healthy}, concurrency=4)
    worker.round()

    reference = sent(organisation="hillside")
    clock.time += timedelta(seconds=1)
    worker.round()
    wait(worker._calls.futures, timeout=PATIENCE, return_when=FIRST_COMPLETED)
    worker._close_ended()

    assert state_of(database, reference) == "delivered"
    assert len(worker._calls.futures) == 4


def test_once_ends_when_nothing_is_due(database: Database, sent: Sending, hire: Hiring) -> None:
    due = [sent() for _ in range(9)]
    later = sent()
    change_job(database, later, due_at=job_of(database, later).due_at + HOUR)
    destination = Scripted()

    hire(destination, concurrency=2).run(threading.Event(), once=True)

    assert {state_of(database, reference) for reference in due} == {"delivered"}
    assert state_of(database, later) == "pending"
    assert destination.closed


def test_once_goes_on_after_referrals_that_cannot_be_sent(database: Database, sent: Sending, hire: Hiring) -> None:
    unreadable, fine = sent(), sent()
    with database.write() as connection:
        table = tables.referrals
        connection.execute(table.update().where(table.c.reference == unreadable).values(sealed=b"changed"))

    hire(Scripted(), concurrency=1).run(threading.Event(), once=True)

    assert (state_of(database, unreadable), state_of(database, fine)) == ("failed", "delivered")


def test_a_worker_that_is_stopped_ends_its_calls_in_good_order(database: Database, sent: Sending, hire: Hiring) -> None:
    reference, stop, called = sent(), threading.Event(), threading.Event()
    destination = Scripted(during=lambda _: called.set())
    destination.gate.clear()
    worker = hire(destination)
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    assert called.wait(PATIENCE)
    second = sent(organisation="hillside")

    stop.set()
    assert state_of(database, reference) == "sending"
    destination.gate.set()
    thread.join(PATIENCE)

    assert not thread.is_alive()
    assert (state_of(database, reference), state_of(database, second)) == ("delivered", "pending")
    assert destination.closed
    assert workers.pulse(database).since_last_worker is None


def test_two_workers_deliver_each_referral_once(database: Database, sent: Sending, hire: Hiring) -> None:
    references = {sent() for _ in range(30)}
    destination = Scripted()
    crew = [hire(destination, name=name) for name in ("first", "second")]

    threads = [threading.Thread(target=worker.run, args=(threading.Event(),), kwargs={"once": True}) for worker in crew]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    hire(destination, name="last").run(threading.Event(), once=True)

    assert {state_of(database, reference) for reference in references} == {"delivered"}
    assert sorted(body.split()[-1] for body in destination.bodies) == sorted(references)


def test_a_worker_renews_the_leases_of_its_calls_while_it_lives(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference, destination = sent(), Scripted()
    destination.gate.clear()
    worker = hire(destination)
    worker.round()
    change_job(database, reference, leased_until=clock.time)

    clock.time += timedelta(seconds=5)
    worker.round()

    assert job_of(database, reference).leased_until > clock.time + MINUTE
    assert state_of(database, reference) == "sending"
    assert len(destination.calls) == 1


def test_an_idle_worker_takes_no_write_lock(database: Database, ring: KeyRing, sent: Sending, hire: Hiring) -> None:
    sent(organisation="hillside")  # of whom this worker knows nothing
    worker, looked = hire(Scripted()), threading.Event()
    worker.round()  # it shows that it lives, now and then

    def look() -> None:
        worker.round()
        looked.set()

    thread = threading.Thread(target=look)
    with database.write():  # on SQLite nobody else can write now
        thread.start()
        assert looked.wait(PATIENCE)
    thread.join()


def test_a_worker_shows_that_it_is_alive(database: Database, hire: Hiring) -> None:
    hire(Scripted()).round()

    assert workers.pulse(database).since_last_worker is not None


@pytest.mark.parametrize(("before", "marked"), [(Rejected("answered 400"), False), (ValueError("cut"), True)])
def test_what_a_person_sends_again_is_marked_if_it_may_have_arrived(
    database: Database, sent: Sending, hire: Hiring, before: BaseException, marked: bool
) -> None:
    reference, destination = sent(), Scripted(before, ACCEPTED)
    worker = hire(destination)
    work(worker)
    change_job(database, reference, status="due", due_at=worker._now())
    with database.write() as connection:
        connection.execute(tables.referrals.update().values(state="pending"))

    work(worker)

    assert destination.bodies[1].startswith(f"Possible repeat of {reference}") is marked
    assert [tried.marked for tried in referrals.tries(database, reference)] == [False, marked]


def test_a_destination_that_answers_at_once_is_not_left_waiting_for_the_next_look(
    database: Database, ring: KeyRing, sent: Sending, clock: Clock
) -> None:
    references = [sent() for _ in range(12)]
    pace = Pace(HOUR, 2, lease=2 * HOUR)  # whoever rests where nothing is under way rests for an hour
    worker = Worker(database, ring, {"riverside": Scripted()}, rules=RULES, pace=pace, name="quick", now=clock)
    stop = threading.Event()

    ending = threading.Thread(target=worker.run, args=(stop,), kwargs={"once": True}, daemon=True)
    ending.start()
    ending.join(PATIENCE)

    stop.set()
    assert not ending.is_alive()
    assert {state_of(database, reference) for reference in references} == {"delivered"}
