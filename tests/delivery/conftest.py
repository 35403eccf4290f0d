"""Workers with a clock that stands still until a test moves it."""

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from gateway.delivery.policy import Rules
from gateway.delivery.worker import Pace, Worker
from gateway.keys import KeyRing
from gateway.store.database import Database

from ..store.making import send
from .scripted import PATIENCE, Scripted

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
RULES = Rules(MINUTE, 4 * HOUR, 14 * 24 * HOUR, 2 * HOUR, 5 * MINUTE, MINUTE)


class Clock:
    """The time of the workers: a moment ago, so that what is due at it is due on the database's clock too."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC) - timedelta(seconds=1)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    """The time of the workers."""
    return Clock()


@pytest.fixture
def sent(database: Database, ring: KeyRing, clock: Clock) -> Callable[..., str]:
    """Store a referral that is due now; give its reference."""
    return lambda **changes: send(database, ring, now=clock.time, **changes)


@pytest.fixture
def hire(database: Database, ring: KeyRing, clock: Clock) -> Iterator[Callable[..., Worker]]:
    """Start workers for `riverside` and others; all of them end with the test."""
    hired: list[tuple[Worker, tuple[Scripted, ...]]] = []

    def make(
        destination: Scripted,
        *,
        name: str = "worker",
        concurrency: int = 4,
        others: Mapping[str, Scripted] | None = None,
    ) -> Worker:
        pace = Pace(timedelta(milliseconds=10), concurrency, lease=2 * MINUTE)
        known = {"riverside": destination, **(others or {})}
        worker = Worker(database, ring, known, rules=RULES, pace=pace, name=name, now=clock)
        hired.append((worker, tuple(known.values())))
        return worker

    yield make
    stopped = threading.Event()
    stopped.set()
    for worker, destinations in hired:
        for destination in destinations:
            destination.gate.set()
        ending = threading.Thread(target=worker.run, args=(stopped,), daemon=True)
        ending.start()
        ending.join(PATIENCE)
        assert not ending.is_alive()
