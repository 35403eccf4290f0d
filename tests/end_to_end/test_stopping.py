"""A worker that is asked to stop: its call ends in good order, and what it had not begun is another one's at once."""

import os
import signal
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import select

from gateway.keys import KeyRing
from gateway.store import tables
from gateway.store.database import Database
from tests.end_to_end.house import House, wait_for
from tests.store.making import rows, send


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_a_worker_had_not_begun_is_taken_at_once_when_it_is_asked_to_stop(
    build: Callable[..., House], request: pytest.FixtureRequest, kind: str
) -> None:
    url = "" if kind == "sqlite" else str(request.getfixturevalue("postgres_url"))
    house = build(url, GATEWAY_WORKER_CONCURRENCY="1", GATEWAY_WORKER_POLL_SECONDS="1").start("sandbox")
    house.faults(calls=1, methods=["PUT"], latency=0.01)
    house.faults(calls=1, methods=["PUT"], latency=2)  # by then it knows how quick this destination is
    database = Database(house.environment["GATEWAY_DATABASE_URL"])
    references = {send(database, KeyRing(house.environment["GATEWAY_KEYS"])) for _ in range(8)}
    status, ended = tables.jobs.c.status, tables.attempts.c.ended_at

    def jobs() -> Counter[str]:
        return Counter(row.status for row in rows(database, select(status)))

    house.start("worker")
    wait_for(lambda: jobs()["leased"] > 1, "jobs that are claimed ahead")
    worker = house.processes["worker"]
    for _ in range(2):  # the second one changes nothing
        os.kill(worker.pid, signal.SIGTERM)
        wait_for(lambda: jobs() == {"done": 1, "leased": 1, "due": 6}, "what is given back while a call is under way")

    assert worker.wait(30) == 0
    assert jobs() == {"done": 2, "due": 6}
    assert None not in {row.ended_at for row in rows(database, select(ended))}

    house.start("worker-2")
    wait_for(lambda: jobs() == {"done": 8}, "the deliveries of another worker")
    database.close()
    assert {str(each["people"][0]["description"]).split()[-1] for each in house.staged()} == references
    assert len(house.staged()) == 8
