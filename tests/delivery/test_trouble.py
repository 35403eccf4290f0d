"""Workers in trouble: dead ones, late answers, broken calls, paused and hanging destinations, missing keys."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from gateway.delivery import closing, preparing
from gateway.delivery.worker import Worker
from gateway.destinations.seam import (
    Busy,
    CredentialsRefused,
    DestinationError,
    Misconfigured,
    NotSent,
    Receipt,
    Rejected,
    Unknown,
)
from gateway.keys import KeyRing, new_key
from gateway.store import destinations, jobs, payloads, referrals, tables
from gateway.store.database import Database
from gateway.store.jobs import Job

from ..store.making import a_person, a_referral, an_answer, change_job, job_of, rows, send, state_of
from .conftest import HOUR, MINUTE, RULES, Clock
from .scripted import ACCEPTED, Ending, Scripted, end_calls, work

Sending = Callable[..., str]
Hiring = Callable[..., Worker]
CANARY = "Zebedee-Canary-7731"
REFUSALS = [NotSent("refused"), Busy("answered 503"), Rejected("answered 400"), CredentialsRefused("answered 401")]


def lease_ends(database: Database, reference: str, clock: Clock) -> None:
    change_job(database, reference, leased_until=clock.time - HOUR)


def claimed_by_the_dead(database: Database) -> Job:
    (job,) = jobs.claim(database, organisation="riverside", worker="dead", limit=1, lease=HOUR)
    return job


def standing(database: Database) -> destinations.Standing:
    return destinations.standings(database).get("riverside", destinations.Standing("riverside"))


def test_a_call_of_a_dead_worker_may_have_arrived_and_is_repeated_with_a_mark(
    database: Database, ring: KeyRing, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference, destination = sent(), Scripted()
    preparing.prepare(database, ring, Scripted(), [claimed_by_the_dead(database)], now=clock.time)
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
    assert standing(database).open_at(clock.time)


@pytest.mark.parametrize("begins", [False, True])
def test_a_worker_that_shows_life_while_another_looks_keeps_its_job(
    database: Database, ring: KeyRing, sent: Sending, clock: Clock, begins: bool
) -> None:
    reference = sent()
    job, opened = claimed_by_the_dead(database), []
    if not begins:
        opened += preparing.prepare(database, ring, Scripted(), [job], now=clock.time)
    lease_ends(database, reference, clock)
    other = Database(database.url.render_as_string(hide_password=False))

    @event.listens_for(other.engine, "after_cursor_execute")
    def _wake_up(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if "LEFT OUTER JOIN attempts" in statement and not woken.is_set():
            woken.set()
            jobs.renew(database, worker="dead", ids=[job.id], lease=HOUR)
            if begins:
                opened.extend(preparing.prepare(database, ring, Scripted(), [job], now=clock.time))

    woken = threading.Event()
    closing.settle_abandoned(other, rules=RULES, now=clock.time)
    other.close()

    assert woken.is_set()
    assert (job_of(database, reference).status, job_of(database, reference).worker) == ("leased", "dead")
    ended = [closing.Ended(job, each.attempt, ACCEPTED) for each in opened]
    closing.close(database, ring, ended, rules=RULES, now=clock.time, chance=lambda: 1)
    assert (state_of(database, reference), job_of(database, reference).status) == ("delivered", "done")


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
    worker.round()
    assert (destination.probes, standing(database).probe_at) == (1, clock.time + 5 * MINUTE)
    worker.round()
    assert destination.probes == 1

    destination.probe_ending = None
    clock.time += 5 * MINUTE
    worker.round()
    work(worker)
    assert state_of(database, reference) == "delivered"
    assert standing(database).paused_at is None


@pytest.mark.parametrize("ending", [Misconfigured("answered 404"), Misconfigured("answered 302")])
def test_a_misconfigured_destination_waits_for_a_person(
    database: Database, sent: Sending, hire: Hiring, clock: Clock, ending: DestinationError
) -> None:
    sent()
    destination = Scripted(ending)
    worker = hire(destination)
    work(worker)

    clock.time += 100 * HOUR
    work(worker)

    assert (len(destination.calls), destination.probes) == (1, 0)
    assert standing(database).paused_at is not None


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
    delivered, waited = threading.Event(), []
    hanging, healthy = Scripted(), Scripted(during=lambda _: delivered.set())
    hanging.during_probe = lambda: waited.append(delivered.wait(5))
    with database.write() as connection:
        destinations.remember(connection, "riverside", paused_at=clock.time, pause_reason="x", probe_at=clock.time)

    worker = hire(hanging, others={"hillside": healthy})
    work(worker)
    work(worker)

    assert hanging.probes == 1
    assert waited == [True]


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


def test_nothing_of_a_person_is_shown_by_what_the_delivery_hands_on(
    database: Database, ring: KeyRing, clock: Clock
) -> None:
    send(database, ring, a_referral(a_person(surname=CANARY)), now=clock.time)

    (ready,) = preparing.prepare(database, ring, Scripted(), [claimed_by_the_dead(database)], now=clock.time)

    assert CANARY.encode() in ready.step.body
    assert CANARY not in f"{ready} {ready!r} {closing.Ended(ready.job, 1, Receipt(200, 'x', CANARY.encode()))}"
