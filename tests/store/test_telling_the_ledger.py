"""The store tells its ledger what a restored one could not know."""

from pathlib import Path

import pytest

from gateway.keys import KeyRing
from gateway.ledger import Event, Ledger
from gateway.store import settling
from gateway.store.database import Database
from gateway.store.jobs import Finish
from gateway.store.states import JobStatus, ReferralState

from .making import NOW, begin, claim, finish, send, state_of

DELIVERED = Finish("delivered", ReferralState.DELIVERED, None, JobStatus.DONE, NOW, 0, 0)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """The ledger of one host."""
    return Ledger(tmp_path / "ledger.jsonl")


@pytest.fixture
def telling(database: Database, ledger: Ledger) -> Database:
    """The store, as a worker and a command open it."""
    return Database(database.url.render_as_string(hide_password=False), ledger)


def events(ledger: Ledger) -> list[tuple[Event, str]]:
    return [(entry.event, entry.reference) for entry in ledger.entries()]


def deliver(database: Database, ring: KeyRing) -> str:
    reference = send(database, ring)
    (job,) = claim(database)
    assert finish(database, job, begin(database, ring, job), DELIVERED)
    return reference


def settle(database: Database, reference: str, leaving: ReferralState, to: ReferralState) -> None:
    settling.settle(
        database, reference, leaving=[leaving], to=to, reason="seen", job_status=JobStatus.DUE, actor="a", now=NOW
    )


def test_it_tells_deliveries_and_what_people_decide(telling: Database, ring: KeyRing, ledger: Ledger) -> None:
    reference, other = deliver(telling, ring), send(telling, ring)
    settle(telling, other, ReferralState.PENDING, ReferralState.FAILED)
    settle(telling, other, ReferralState.FAILED, ReferralState.CLOSED)
    settle(telling, reference, ReferralState.DELIVERED, ReferralState.PENDING)

    assert events(ledger) == [
        (Event.DELIVERED, reference),
        (Event.CLOSED, other),
        (Event.REOPENED, reference),
    ]
    telling.close()


def test_the_ledger_is_told_before_the_delivery_is_committed(telling: Database, ring: KeyRing, ledger: Ledger) -> None:
    reference = send(telling, ring)

    def move() -> None:
        with telling.write() as connection:
            settling.move(
                connection, [reference], leaving=[ReferralState.PENDING], to=ReferralState.DELIVERED, reason="",
                job_status=JobStatus.DONE, actor="a", action="a", now=NOW,
            )  # fmt: skip
            raise LookupError

    with pytest.raises(LookupError):
        move()

    assert state_of(telling, reference) == "pending"
    assert events(ledger) == [(Event.DELIVERED, reference)]
    telling.close()


def test_a_ledger_that_cannot_be_written_delays_no_delivery(
    telling: Database, ring: KeyRing, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    ledger.path.mkdir()

    reference = deliver(telling, ring)

    assert state_of(telling, reference) == "delivered"
    assert "the ledger cannot be written problem=" in caplog.text
    telling.close()
