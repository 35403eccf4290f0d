"""Dead and slow workers: what they had begun may have arrived, what they had not begun is simply due again."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import event, update

from gateway.delivery import closing, preparing
from gateway.delivery.preparing import Ready
from gateway.delivery.worker import Worker
from gateway.destinations.seam import (
    Busy,
    CredentialsRefused,
    DestinationError,
    NotSent,
    Receipt,
    Rejected,
    Unknown,
)
from gateway.keys import KeyRing
from gateway.store import claims, destinations, payloads, referrals, settling, tables
from gateway.store.database import Database
from gateway.store.database import clock as database_clock
from gateway.store.jobs import Job
from gateway.store.states import JobStatus, ReferralState

from ..store.making import a_person, a_referral, change_job, claim, job_of, send, state_of
from .conftest import HOUR, MINUTE, RULES, Clock
from .scripted import ACCEPTED, Ending, Scripted, end_calls, work

Sending = Callable[..., str]
Hiring = Callable[..., Worker]
CANARY = "Zebedee-Canary-7731"
REFUSALS = [NotSent("refused"), Busy("answered 503"), Rejected("answered 400"), CredentialsRefused("answered 401")]


def lease_ends(database: Database, reference: str, clock: Clock) -> None:
    change_job(database, reference, leased_until=clock.time - HOUR)


def claimed_by_the_dead(database: Database) -> Job:
    (job,) = claim(database, worker="dead", limit=1, lease=HOUR)
    return job


def begin(database: Database, ring: KeyRing, job: Job, clock: Clock) -> list[Ready]:
    composed = preparing.compose(database, ring, {"riverside": Scripted()}, [job], now=clock.time)
    with database.write() as connection:
        return preparing.begin(connection, ring, composed, now=clock.time, at=database_clock(connection))


def test_a_call_of_a_dead_worker_may_have_arrived_and_is_repeated_with_a_mark(
    database: Database, ring: KeyRing, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference, destination = sent(), Scripted()
    begin(database, ring, claimed_by_the_dead(database), clock)
    lease_ends(database, reference, clock)
    worker = hire(destination)

    assert work(worker) == 0

    job = job_of(database, reference)
    assert (state_of(database, reference), job.status, job.due_at) == ("unknown", "due", clock.time + 2 * HOUR)
    assert destination.calls == []

    change_job(database, reference, due_at=clock.time)
    assert work(worker) == 1

    assert state_of(database, reference) == "delivered"
    assert destination.bodies[0].startswith(f"Possible repeat of {reference}")
    assert [(each.version, each.marked) for each in payloads.bodies(database, ring, reference)] == [
        (1, False),
        (2, True),
    ]
    tried = [(each.outcome, each.payload, each.marked) for each in referrals.tries(database, reference)]
    assert tried == [("unknown", 1, False), ("delivered", 2, True)]


def test_a_job_that_a_dead_worker_had_not_begun_is_simply_due_again(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference, destination = sent(), Scripted()
    claimed_by_the_dead(database)
    worker = hire(destination)
    assert work(worker) == 0  # the lease runs

    lease_ends(database, reference, clock)
    clock.time += MINUTE  # a worker looks for the dead when it shows that it lives
    work(worker)

    found = referrals.find(database, reference)
    assert found is not None
    assert (found.state, found.attempts) == ("delivered", 1)
    assert "repeat" not in destination.bodies[0]


def taken_over(database: Database, hire: Hiring, clock: Clock, reference: str, ending: Ending) -> Worker:
    """Let a worker's answer come after another one took its job over."""
    slow = Scripted(ending)
    slow.gate.clear()
    late = hire(slow, name="late")
    late.round()
    lease_ends(database, reference, clock)
    work(hire(Scripted(), name="other"))
    assert state_of(database, reference) == "unknown"
    slow.gate.set()
    end_calls(late)
    return late


def test_an_acceptance_that_comes_after_the_lease_settles_the_referral(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference = sent()

    taken_over(database, hire, clock, reference, ACCEPTED)

    assert (state_of(database, reference), job_of(database, reference).status) == ("delivered", "done")


@pytest.mark.parametrize("ending", [*REFUSALS, Unknown("cut")], ids=lambda ending: type(ending).__name__)
def test_any_other_answer_that_comes_after_the_lease_changes_nothing(
    database: Database, sent: Sending, hire: Hiring, clock: Clock, ending: DestinationError
) -> None:
    reference = sent()

    taken_over(database, hire, clock, reference, ending)

    job = job_of(database, reference)
    assert (state_of(database, reference), job.status, job.due_at) == ("unknown", "due", clock.time + 2 * HOUR)
    assert (job.failures, job.repeats) == (0, 1)
    assert all(each.open_at(clock.time) for each in destinations.standings(database).values())


def test_a_referral_that_somebody_moved_by_hand_keeps_no_other_from_being_closed(
    database: Database, sent: Sending, hire: Hiring, caplog: pytest.LogCaptureFixture
) -> None:
    moved, other = sent(), sent()
    slow = Scripted(ACCEPTED)
    slow.gate.clear()
    worker = hire(slow)
    worker.round()
    with database.write() as connection:
        connection.execute(
            update(tables.referrals).where(tables.referrals.c.reference == moved).values(state=ReferralState.CLOSED)
        )
    slow.gate.set()
    end_calls(worker)

    assert [state_of(database, each) for each in (moved, other)] == ["closed", "delivered"]
    assert [job_of(database, each).status for each in (moved, other)] == ["done", "done"]
    assert f"reference={moved}" in caplog.text.partition("was not being sent")[2]


@pytest.mark.parametrize("begins", [False, True])
def test_a_worker_that_shows_life_while_another_looks_keeps_its_job(
    database: Database, ring: KeyRing, sent: Sending, clock: Clock, begins: bool
) -> None:
    reference = sent()
    job, opened = claimed_by_the_dead(database), []
    if not begins:
        opened += begin(database, ring, job, clock)
    lease_ends(database, reference, clock)
    other = Database(database.url.render_as_string(hide_password=False))

    @event.listens_for(other.engine, "after_cursor_execute")
    def _wake_up(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if "LEFT OUTER JOIN attempts" in statement and not woken.is_set():
            woken.set()
            claims.renew(database, worker="dead", ids=[job.id], lease=HOUR)
            if begins:
                opened.extend(begin(database, ring, job, clock))

    woken = threading.Event()
    closing.settle_abandoned(other, rules=RULES, now=clock.time)
    other.close()

    assert woken.is_set()
    assert (job_of(database, reference).status, job_of(database, reference).worker) == ("leased", "dead")
    ended = [closing.Ended(job, each.attempt, ACCEPTED, each.among) for each in opened]
    with database.write() as connection:
        closing.close(connection, ring, ended, rules=RULES, now=clock.time, chance=lambda: 1)
    assert (state_of(database, reference), job_of(database, reference).status) == ("delivered", "done")


def test_nothing_of_a_person_is_shown_by_what_the_delivery_hands_on(
    database: Database, ring: KeyRing, clock: Clock
) -> None:
    send(database, ring, a_referral(a_person(surname=CANARY)), now=clock.time)

    (ready,) = begin(database, ring, claimed_by_the_dead(database), clock)

    assert CANARY.encode() in ready.step.body
    ended = closing.Ended(ready.job, 1, Receipt(200, "x", CANARY.encode()), ready.among)
    assert CANARY not in f"{ready} {ready!r} {ended}"


def test_what_a_person_sends_on_while_it_waits_for_its_call_goes_out_once(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference, destination = sent(), Scripted()
    worker = hire(destination)
    worker._compose(claim(database, worker="worker"))
    with database.write() as connection:
        settling.move(
            connection,
            [reference],
            leaving=[ReferralState.PENDING],
            to=ReferralState.PENDING,
            reason="a person sent it again",
            job_status=JobStatus.DUE,
            actor="somebody",
            action="retry",
            now=clock.time,
        )
    worker._compose(claim(database, worker="worker"))

    worker._turn()
    end_calls(worker)

    assert len(destination.calls) == 1
    assert (state_of(database, reference), job_of(database, reference).status) == ("delivered", "done")
