"""Chores: done once while all is well, put off while it is not, given up when they never can be."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from gateway.delivery.chores import Chores, Doing, Later, Never
from gateway.store import chores, tables
from gateway.store.chores import Chore
from gateway.store.database import Database

from ..store.making import claim, rows
from .conftest import HOUR, MINUTE, RULES, Clock
from .scripted import PATIENCE

Adding = Callable[[str], None]


@pytest.fixture
def add(database: Database, clock: Clock) -> Adding:
    """Write a chore that is due now."""

    def added(item: str) -> None:
        with database.write() as connection:
            chores.add(connection, kind="mail", item=item, organisation="riverside", now=clock.time)

    return added


def hired(database: Database, clock: Clock, do: Doing, *, worker: str = "worker") -> Chores:
    return Chores(
        database, {"mail": do}, rules=RULES, lease=2 * MINUTE, worker=worker, now=clock, chance=lambda: 1.0
    )  # fmt: skip


def work(found: Chores) -> int:
    began = found.begin()
    for future in found.futures:
        future.exception(PATIENCE)
    found.end()
    return began


def job(database: Database) -> tuple[str, int]:
    (row,) = rows(database, select(tables.jobs))
    return row.status, row.failures


def test_a_chore_is_done_once(database: Database, clock: Clock, add: Adding) -> None:
    done: list[str] = []
    found = hired(database, clock, lambda chore: done.append(chore.item))
    add("one")

    assert (work(found), work(found)) == (1, 0)
    assert done == ["one"]
    assert job(database) == ("done", 0)


def test_what_cannot_be_done_now_comes_back_after_a_growing_pause(
    database: Database, clock: Clock, add: Adding
) -> None:
    def fail(_: Chore) -> None:
        raise Later("the server is away")

    add("one")
    work(hired(database, clock, fail))

    (row,) = rows(database, select(tables.jobs))
    assert (row.status, row.failures, row.due_at) == ("due", 1, clock.time + MINUTE)


@pytest.mark.parametrize("error", [Never("nobody lives there"), Later("still away")])
def test_what_never_can_be_done_waits_for_somebody(
    database: Database, clock: Clock, add: Adding, error: Exception
) -> None:
    def fail(_: Chore) -> None:
        raise error

    add("one")
    found = hired(database, clock, fail)
    if isinstance(error, Later):
        clock.time += RULES.retry_for + HOUR
    work(found)

    assert job(database) == ("parked", 1)


def test_an_unforeseen_error_is_named_by_its_class_alone(
    database: Database, clock: Clock, add: Adding, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Chore) -> None:
        raise ValueError("somebody's words")

    add("one")
    work(hired(database, clock, fail))

    assert job(database) == ("due", 1)
    assert "ValueError" in caplog.text
    assert "somebody's words" not in caplog.text


def test_the_chore_of_a_dead_worker_is_taken_up_by_another(database: Database, clock: Clock, add: Adding) -> None:
    add("one")
    chores.claim(database, kinds=["mail"], worker="dead", limit=1, lease=2 * MINUTE)
    done: list[str] = []
    found = hired(database, clock, lambda chore: done.append(chore.item))

    assert work(found) == 0
    with database.write() as connection:
        connection.execute(update(tables.jobs).values(leased_until=clock.time - timedelta(seconds=1)))

    assert work(found) == 1
    assert done == ["one"]


def test_an_end_after_the_lease_was_taken_over_changes_nothing(database: Database, clock: Clock, add: Adding) -> None:
    add("one")
    gate = threading.Event()
    found = hired(database, clock, lambda _: gate.wait(PATIENCE) and None)
    found.begin()
    with database.write() as connection:
        connection.execute(update(tables.jobs).values(worker="another"))
    gate.set()
    for future in found.futures:
        future.exception(PATIENCE)
    found.end()

    assert job(database) == ("leased", 0)
    assert found.ids == []


def test_destinations_never_see_a_chore(database: Database, clock: Clock, add: Adding) -> None:
    add("one")

    assert claim(database) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_waits_for_its_time_is_not_even_looked_at(database: Database) -> None:
    looked: list[tuple[str, tuple[object, ...]]] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def _note(_c: object, _cursor: object, statement: str, parameters: tuple[object, ...], *_: object) -> None:
        if statement.startswith("SELECT jobs"):
            looked.append((statement, parameters))

    chores.claim(database, kinds=["import"], organisations=["riverside"], worker="w", limit=2, lease=2 * MINUTE)

    ((statement, parameters),) = looked
    with database.read() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    assert ["ix_jobs_chores (due_at<?)" in step for step in plan] == [True], plan
