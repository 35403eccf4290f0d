"""Many destinations and one worker: who hangs keeps its own share, and what is claimed ahead stands in nobody's way."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from gateway.delivery.worker import Worker
from gateway.destinations.seam import CredentialsRefused, NotSent
from gateway.store import destinations
from gateway.store.database import Database

from ..store.making import change_job, job_of, state_of
from .conftest import MINUTE, Clock
from .scripted import ACCEPTED, Scripted, end_calls, work

Sending = Callable[..., str]
Hiring = Callable[..., Worker]


def hanging() -> Scripted:
    destination = Scripted()
    destination.gate.clear()
    return destination


def until(worker: Worker, ended: Callable[[], bool]) -> None:
    for _ in range(1000):
        worker.round()
        if ended():
            return
        worker._rest_for_calls()
    raise AssertionError("it does not come to that")


def under_way(worker: Worker) -> Counter[str]:
    return worker._calls.by_destination()


def test_a_hanging_destination_has_its_share_under_way_and_the_others_go_on(
    database: Database, sent: Sending, hire: Hiring
) -> None:
    others = [sent(organisation="hillside") for _ in range(6)]
    for _ in range(6):
        sent()
    worker = hire(hanging(), others={"hillside": Scripted()}, concurrency=4)

    shares: list[int] = []

    def delivered() -> bool:
        states = {state_of(database, reference) for reference in others}
        if "pending" in states:
            shares.append(under_way(worker)["riverside"])
        return states == {"delivered"}

    until(worker, delivered)

    assert max(shares) <= 2
    assert under_way(worker)["riverside"] >= 2


def test_where_all_places_hang_they_are_lent_to_the_others_after_a_while(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    for organisation in ("riverside", "lakeside"):
        for _ in range(4):
            sent(organisation=organisation)
    worker = hire(hanging(), others={"lakeside": hanging(), "hillside": Scripted()}, concurrency=2)
    worker.round()
    reference = sent(organisation="hillside")
    worker.round()
    assert under_way(worker) == {"riverside": 1, "lakeside": 1}

    clock.time += timedelta(seconds=3)
    until(worker, lambda: state_of(database, reference) == "delivered")

    assert under_way(worker) == {"riverside": 1, "lakeside": 1}


def test_a_late_comer_takes_turns_with_those_who_have_long_queues(
    database: Database, sent: Sending, hire: Hiring
) -> None:
    queues = [sent(organisation=organisation) for organisation in ("riverside", "lakeside") for _ in range(9)]
    worker = hire(Scripted(), others={"lakeside": Scripted(), "hillside": Scripted()}, concurrency=2)
    work(worker)
    work(worker)
    reference = sent(organisation="hillside")

    for _ in range(4):
        work(worker)

    assert state_of(database, reference) == "delivered"
    assert "pending" in {state_of(database, waiting) for waiting in queues}


def test_what_was_claimed_ahead_goes_back_when_its_destination_shuts(
    database: Database, sent: Sending, hire: Hiring
) -> None:
    references = [sent() for _ in range(9)]
    destination = Scripted(ACCEPTED, CredentialsRefused("answered 401"))
    worker = hire(destination, concurrency=1)
    work(worker)
    worker.round()
    assert len(worker._backlog.ids) > 1

    end_calls(worker)
    worker.round()

    assert worker._backlog.ids == []
    assert len(destination.calls) == 2
    assert Counter(job_of(database, reference).status for reference in references) == {"done": 1, "due": 8}
    assert Counter(state_of(database, reference) for reference in references) == {"delivered": 1, "pending": 8}


def test_a_destination_that_could_not_be_reached_gets_one_try_until_it_answers(
    database: Database, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    references = [sent() for _ in range(9)]
    destination = Scripted(NotSent("refused"), NotSent("refused"), NotSent("refused"), NotSent("refused"), ACCEPTED)
    worker = hire(destination, concurrency=3)
    work(worker)
    for reference in references:
        change_job(database, reference, due_at=clock.time)

    taken = []
    for _ in range(4):
        clock.time += 2 * MINUTE
        taken.append(work(worker))

    assert taken[:2] == [1, 1]
    assert min(taken[2:]) > 1
    assert destinations.standings(database)["riverside"].broken_until is None
