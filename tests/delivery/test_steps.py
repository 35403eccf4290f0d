"""A referral in several steps: each is a job, nothing known to be made is made twice, and it goes on where it was."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from gateway.delivery.worker import Worker
from gateway.destinations.seam import CredentialsRefused, Following, NotSent, Receipt, Rejected, Step, Unknown
from gateway.keys import KeyRing
from gateway.store import destinations, following, payloads, proving, referrals, settling, tables
from gateway.store.database import Database
from gateway.store.states import JobStatus, ReferralState

from ..store.making import claim, rows, state_of
from .conftest import HOUR, MINUTE, Clock
from .scripted import ACCEPTED, Scripted, end_calls, work
from .stepping import KINDS, Stepping, made
from .test_following import BOTH, Charity

Sending = Callable[..., str]
Hiring = Callable[..., Worker]
ALL_DONE = [("stage", 0, "done", "a client"), ("relationship", 1, "done", "a relationship"),
            ("referral", 2, "done", "a referral")]  # fmt: skip


def jobs_of(database: Database, reference: str) -> list[Row[Any]]:
    table = tables.jobs
    return list(rows(database, select(table).where(table.c.reference == reference).order_by(table.c.position)))


def told(database: Database, reference: str) -> list[tuple[str, int, str, str | None]]:
    return [(job.kind, job.position, job.status, job.result) for job in jobs_of(database, reference)]


def change_open_job(database: Database, reference: str, **values: object) -> None:
    table = tables.jobs
    with database.write() as connection:
        still_open = (table.c.reference == reference, table.c.status != JobStatus.DONE)
        connection.execute(update(table).where(*still_open).values(**values))


def work_on(worker: Worker, rounds: int = 4) -> None:
    for _ in range(rounds):
        work(worker)


def settle(database: Database, reference: str, clock: Clock, *, resend: bool) -> None:
    to, job = (ReferralState.PENDING, JobStatus.DUE) if resend else (ReferralState.CLOSED, JobStatus.DONE)
    leaving = [ReferralState.FAILED, ReferralState.UNKNOWN, ReferralState.PENDING]
    settling.settle(
        database, reference, leaving=leaving, to=to, reason="a person", job_status=job, actor="somebody", now=clock.time
    )


def test_each_step_is_a_job_and_the_last_one_delivers(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference, destination = sent(), Stepping()
    worker = hire(destination)

    seen = []
    for _ in KINDS:
        work(worker)
        seen.append((state_of(database, reference), told(database, reference)[-1]))

    assert seen == [
        ("pending", ("relationship", 1, "due", None)),
        ("pending", ("referral", 2, "due", None)),
        ("delivered", ALL_DONE[2]),
    ]
    assert told(database, reference) == ALL_DONE
    assert destination.kinds == list(KINDS)
    assert destination.done == [(), ("a client",), ("a client", "a relationship")]
    found = referrals.find(database, reference)
    assert found is not None
    assert (found.delivered_at, found.attempts) == (clock.time, 3)


def test_each_step_has_its_own_payload(database: Database, ring: KeyRing, sent: Sending, hire: Hiring) -> None:
    reference, destination = sent(), Stepping(NotSent("refused"))
    worker = hire(destination)
    work(worker)
    change_open_job(database, reference, due_at=worker._now())

    work_on(worker)

    kept = payloads.bodies(database, ring, reference)
    assert [(each.version, each.step, each.marked) for each in kept] == [(1, 0, False), (2, 1, False), (3, 2, False)]
    assert [each.body for each in kept] == [step.body for step in destination.calls[1:]]


def test_between_two_steps_it_says_what_comes_next(database: Database, sent: Sending, hire: Hiring) -> None:
    reference = sent()

    work(hire(Stepping()))

    found = referrals.find(database, reference)
    assert found is not None
    assert (found.state, found.reason, found.delivered_at) == ("pending", "next step: relationship", None)


def test_another_worker_goes_on_where_one_has_stopped(database: Database, sent: Sending, hire: Hiring) -> None:
    reference, first, second = sent(), Stepping(), Stepping()
    work(hire(first, name="first"))

    work_on(hire(second, name="second"))

    assert state_of(database, reference) == "delivered"
    assert (first.kinds, second.kinds) == (["client"], ["relationship", "referral"])
    assert second.done[-1] == ("a client", "a relationship")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_was_certainly_not_made_is_tried_again_alone(
    database: Database, sent: Sending, hire: Hiring, clock: Clock, place: int
) -> None:
    reference = sent()
    destination = Stepping(*(made(f"a {kind}") for kind in KINDS[:place]), NotSent("refused"))
    worker = hire(destination)
    work_on(worker, place + 1)
    assert state_of(database, reference) == "pending"
    change_open_job(database, reference, due_at=clock.time)

    work_on(worker)

    assert destination.kinds == [*KINDS[: place + 1], *KINDS[place:]]
    assert told(database, reference) == ALL_DONE
    assert not any(step.repeat for step in destination.calls)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_may_have_been_made_is_a_repeat_and_nothing_else_is(
    database: Database, ring: KeyRing, sent: Sending, hire: Hiring, clock: Clock, place: int
) -> None:
    reference = sent()
    destination = Stepping(*(made(f"a {kind}") for kind in KINDS[:place]), Unknown("cut"))
    worker = hire(destination)
    work_on(worker, place + 1)
    job = jobs_of(database, reference)[-1]
    assert (state_of(database, reference), job.status, job.due_at) == ("unknown", "due", clock.time + 2 * HOUR)
    change_open_job(database, reference, due_at=clock.time)

    work_on(worker)

    assert state_of(database, reference) == "delivered"
    assert [step.kind for step in destination.calls if step.repeat] == [KINDS[place]]
    assert [each.step for each in payloads.bodies(database, ring, reference) if each.marked] == [place]
    assert destination.bodies[-1].startswith("Possible repeat of") is (place == 2)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_worker_that_died_in_a_step_leaves_that_one_unknown(
    database: Database, sent: Sending, hire: Hiring, clock: Clock, place: int
) -> None:
    reference, destination = sent(), Stepping()
    worker = hire(destination, name="dying")
    work_on(worker, place)
    destination.gate.clear()
    worker.round()
    change_open_job(database, reference, leased_until=clock.time - HOUR)
    clock.time += MINUTE  # a worker looks for the dead when it shows that it lives
    others = Stepping()
    other = hire(others, name="other")
    work(other)
    clock.time -= MINUTE

    assert state_of(database, reference) == "unknown"
    assert [job.status for job in jobs_of(database, reference)] == ["done"] * place + ["due"]
    destination.gate.set()
    end_calls(worker)  # an answer after all
    assert state_of(database, reference) == ("delivered" if place == 2 else "pending")
    work_on(other)
    assert told(database, reference) == ALL_DONE
    assert others.kinds == list(KINDS[place + 1 :])


def test_a_refusal_half_way_waits_for_a_person_who_sends_on_what_is_open(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference = sent()
    destination = Stepping(made("a client"), Rejected("answered 422"))
    worker = hire(destination)
    work_on(worker)
    assert state_of(database, reference) == "failed"
    assert [job.status for job in jobs_of(database, reference)] == ["done", "parked"]
    found = referrals.find(database, reference)
    assert found is not None
    assert found.reason == "rejected: the destination answered 422 (step 2 of 3: relationship)"

    settle(database, reference, clock, resend=True)
    work_on(worker)

    assert destination.kinds == ["client", "relationship", "relationship", "referral"]
    assert told(database, reference) == ALL_DONE


def test_what_a_person_closed_half_way_goes_no_further(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference, destination = sent(), Stepping()
    worker = hire(destination)
    work(worker)

    settle(database, reference, clock, resend=False)
    work_on(worker)

    assert (state_of(database, reference), destination.kinds) == ("closed", ["client"])


def test_wrong_keys_half_way_burn_nothing(database: Database, sent: Sending, hire: Hiring, clock: Clock) -> None:
    reference = sent()
    destination = Stepping(made("a client"), CredentialsRefused("answered 401"))
    worker = hire(destination)
    work_on(worker)
    assert state_of(database, reference) == "pending"
    assert destination.kinds == ["client", "relationship"]
    with database.write() as connection:
        destinations.resume(connection, "riverside")

    work_on(worker)

    assert told(database, reference) == ALL_DONE


def test_several_referrals_do_not_wait_for_each_other(database: Database, sent: Sending, hire: Hiring) -> None:
    references = [sent() for _ in range(3)]
    destination = Stepping()

    work_on(hire(destination), 6)

    assert {state_of(database, reference) for reference in references} == {"delivered"}
    assert sorted(destination.kinds) == sorted(KINDS * 3)


def test_the_shape_of_an_answer_that_tells_an_id_binds_nobody(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    with database.write() as connection:
        destinations.remember(connection, "riverside", proven_at=clock.time, shape=ACCEPTED.shape)
    reference = sent()

    work_on(hire(Stepping()))

    assert state_of(database, reference) == "delivered"
    assert destinations.standings(database)["riverside"].shape == ACCEPTED.shape


def test_only_a_whole_referral_is_asked_about_and_a_yes_binds_no_shape(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference = sent()
    worker = hire(Stepping())
    work(worker)
    assert destinations.standings(database).get("riverside", destinations.Standing("riverside")).asked_about is None
    work_on(worker)
    assert destinations.standings(database)["riverside"].asked_about == reference

    answer = proving.answer_of(database, "riverside", reference)
    proving.yes(database, "riverside", answer, actor="somebody", now=clock.time)

    standing = destinations.standings(database)["riverside"]
    assert (standing.proven_at, standing.shape) == (clock.time, None)
    assert state_of(database, reference) == "delivered"


def test_a_yes_to_a_staged_one_doubts_nothing_that_was_made(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    staged = sent()
    work(hire(Scripted(), name="first"))
    direct = sent()
    work_on(hire(Stepping(), name="second"))

    answer = proving.answer_of(database, "riverside", staged)
    proving.yes(database, "riverside", answer, actor="somebody", now=clock.time)

    assert (state_of(database, staged), state_of(database, direct)) == ("delivered", "delivered")
    assert destinations.standings(database)["riverside"].shape == ACCEPTED.shape


def test_what_nobody_saw_goes_through_all_its_steps_again_in_order_each_as_a_repeat(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference, destination = sent(), Stepping()
    worker = hire(destination)
    work_on(worker)
    proving.no(database, "riverside", actor="somebody", now=clock.time)
    with database.write() as connection:
        destinations.resume(connection, "riverside")

    work_on(worker, 8)

    assert destination.kinds == [*KINDS, *KINDS]
    assert [step.repeat for step in destination.calls] == [False] * 3 + [True] * 3
    assert destination.done[3:] == [(), ("a client",), ("a client", "a relationship")]
    assert told(database, reference) == ALL_DONE
    assert state_of(database, reference) == "delivered"


def test_a_step_whose_turn_has_not_come_waits_for_it(database: Database, sent: Sending, hire: Hiring) -> None:
    reference = sent()
    worker = hire(Stepping())
    work(worker)
    (later,) = claim(database, worker="worker")
    table = tables.jobs
    with database.write() as connection:
        first = (table.c.reference == reference, table.c.position == 0)
        connection.execute(update(table).where(*first).values(status=JobStatus.DUE))

    assert worker._compose([replace(later, worker="worker")]) == 0

    assert [job.status for job in jobs_of(database, reference)] == ["due", "done"]
    work_on(worker)
    assert told(database, reference) == ALL_DONE


def test_a_step_that_made_nothing_with_an_id_is_done_too(database: Database, sent: Sending, hire: Hiring) -> None:
    reference = sent()
    destination = Stepping(made("17"), Receipt(200, "200 empty", b"", record=""))

    work_on(hire(destination))

    assert [job.result for job in jobs_of(database, reference)] == ["17", "", "a referral"]
    assert destination.done[-1] == ("17", "")


def test_at_the_moment_of_each_call_the_step_before_is_done_on_the_disk(
    database: Database, sent: Sending, hire: Hiring
) -> None:
    reference, seen = sent(), []

    def look(_: Step) -> None:
        other = Database(database.url.render_as_string(hide_password=False))
        seen.append([job.status for job in jobs_of(other, reference)])
        other.close()

    work_on(hire(Stepping(during=look)))

    assert seen == [["leased"], ["done", "leased"], ["done", "done", "leased"]]


def uploads_of(database: Database, reference: str) -> set[tuple[str, str | None]]:
    return {(job.item, job.result) for job in jobs_of(database, reference) if job.kind == following.UPLOAD}


@pytest.mark.parametrize("late", [False, True])
def test_files_go_at_once_to_the_records_that_were_made_and_nobody_looks_for_an_import(
    database: Database, ring: KeyRing, hire: Hiring, clock: Clock, late: bool
) -> None:
    charity = Charity(database, ring, clock)
    sent = charity.referral({}, {"name": "note.pdf", "about": "referral"})
    letter, note = (file.id for file in sent.files)
    destination = Stepping(made("17"), made(""), made("510"))
    destination.following = BOTH
    worker = hire(destination)
    work_on(worker, 2)
    assert uploads_of(database, sent.reference) == set()
    if late:
        destination.gate.clear()
        worker.round()
        change_open_job(database, sent.reference, leased_until=clock.time - HOUR)
        clock.time += MINUTE
        work(hire(Stepping(), name="other"))
        clock.time -= MINUTE
        destination.gate.set()
        end_calls(worker)
    else:
        work(worker)

    charity.expect()

    assert state_of(database, sent.reference) == "delivered"
    assert uploads_of(database, sent.reference) == {(letter, "person 17"), (note, "referral 510")}
    assert {file.state for file in rows(database, select(tables.files))} == {"waiting"}
    assert [job for job in jobs_of(database, sent.reference) if job.kind == following.IMPORT] == []


def test_files_stay_where_the_organisation_wants_no_uploads(
    database: Database, ring: KeyRing, hire: Hiring, clock: Clock
) -> None:
    charity = Charity(database, ring, clock)
    sent = charity.referral({})
    destination = Stepping()
    destination.following = Following(finds=True, uploads=False)

    work_on(hire(destination))

    assert state_of(database, sent.reference) == "delivered"
    assert uploads_of(database, sent.reference) == set()
