"""A corrected referral goes out in the next version of its payload; what went out before stays as it was."""

from collections.abc import Callable

from gateway.delivery.worker import Worker
from gateway.destinations.seam import NotSent, Rejected, Unknown
from gateway.keys import KeyRing
from gateway.store import correcting, payloads
from gateway.store.database import Database

from ..store.making import change_job, state_of
from ..store.test_correcting import CANARY, rename
from .conftest import Clock
from .scripted import ACCEPTED, Scripted, work

Sending = Callable[..., str]
Hiring = Callable[..., Worker]


def correct(database: Database, ring: KeyRing, reference: str, clock: Clock, *, seen: int = 0) -> None:
    correcting.correct(
        database, ring, reference, rename, question="client.surname", seen=seen, actor="somebody", now=clock.time
    )


def test_a_correction_makes_the_next_version_and_a_further_try_sends_the_same_bytes(
    database: Database, ring: KeyRing, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference, destination = sent(), Scripted(NotSent("refused"), NotSent("refused"), ACCEPTED)
    worker = hire(destination)
    work(worker)

    correct(database, ring, reference, clock)
    for _ in range(2):
        change_job(database, reference, due_at=clock.time)
        work(worker)

    assert [CANARY in body for body in destination.bodies] == [False, True, True]
    kept = payloads.bodies(database, ring, reference)
    assert [(each.version, each.corrections, CANARY in each.body.decode()) for each in kept] == [
        (1, 0, False),
        (2, 1, True),
    ]
    assert state_of(database, reference) == "delivered"


def test_a_correction_of_what_may_have_arrived_is_marked_as_a_repeat(
    database: Database, ring: KeyRing, sent: Sending, hire: Hiring, clock: Clock
) -> None:
    reference, destination = sent(), Scripted(Unknown("cut"), Rejected("answered 400"), ACCEPTED)
    worker = hire(destination)
    work(worker)
    correct(database, ring, reference, clock)
    correct(database, ring, reference, clock, seen=1)
    change_job(database, reference, due_at=clock.time)
    work(worker)

    assert destination.bodies[1].startswith(f"Possible repeat of {reference}")
    assert CANARY in destination.bodies[1]
    assert payloads.bodies(database, ring, reference)[-1].corrections == 2
