"""Attempts are counted by how they ended, in the commit that ends them: also those of a worker that died."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from gateway.delivery import closing
from gateway.delivery.worker import Worker
from gateway.destinations.seam import Busy, NotSent
from gateway.keys import KeyRing
from gateway.store import tables, tallies
from gateway.store.database import Database

from ..store.making import begin, change_job, claim
from .conftest import RULES, Clock
from .scripted import ACCEPTED, Scripted, work


def test_attempts_are_counted_by_outcome(
    database: Database, sent: Callable[..., str], hire: Callable[..., Worker]
) -> None:
    for _ in range(3):
        sent()
    worker = hire(Scripted(Busy("answered 503"), NotSent("could not connect"), ACCEPTED), concurrency=1)
    while sum(tallies.read(database).values()) < 3:
        work(worker)

    # One that is put off may be due at once: how long it waits is drawn by lot.
    with database.read() as connection:
        made = connection.scalars(select(tables.attempts.c.outcome)).all()
    assert tallies.read(database) == {("riverside", outcome): made.count(outcome) for outcome in set(made)}
    assert set(made) == {"busy", "not_sent", "delivered"}


def test_an_attempt_that_a_dead_worker_left_open_is_counted_as_unknown(
    database: Database, ring: KeyRing, sent: Callable[..., str], clock: Clock
) -> None:
    reference = sent()
    (job,) = claim(database)
    begin(database, ring, job)
    change_job(database, reference, leased_until=clock.time - timedelta(hours=1))

    closing.settle_abandoned(database, rules=RULES, now=clock.time)

    assert tallies.read(database) == {("riverside", "unknown"): 1}
