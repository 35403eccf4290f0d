"""What a worker does by the clock: once each time, whatever fails, and never in the way of the jobs."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from gateway.delivery.regular import Regular, Timetable
from gateway.store import tables
from gateway.store.database import Database

from .conftest import Clock
from .scripted import PATIENCE

EVERY = timedelta(minutes=1)


def done(table: Timetable) -> None:
    table.begin()
    table.close()


def test_what_is_due_is_done(database: Database, clock: Clock) -> None:
    times = []
    done(Timetable(database, [Regular("tidy", EVERY, times.append)], now=clock))

    assert times == [clock.time]


def test_a_second_worker_leaves_it_to_the_first(database: Database, clock: Clock) -> None:
    times = []
    for _ in range(2):
        done(Timetable(database, [Regular("tidy", EVERY, times.append)], now=clock))

    assert len(times) == 1


def test_one_that_fails_keeps_no_other_from_being_done(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise ValueError("Zebedee")

    times = []
    done(Timetable(database, [Regular("fails", EVERY, fail), Regular("tidy", EVERY, times.append)], now=clock))

    assert len(times) == 1
    assert "name=fails error=ValueError" in caplog.text
    assert "Zebedee" not in caplog.text


def test_nothing_is_begun_while_something_is_being_done(database: Database, clock: Clock) -> None:
    gate, begun = threading.Event(), []

    def slow(_: object) -> None:
        begun.append(True)
        gate.wait(PATIENCE)

    table = Timetable(database, [Regular("slow", timedelta(), slow)], now=clock)
    table.begin()
    table.begin()
    assert table.busy
    gate.set()
    table.close()

    assert len(begun) == 1


def test_what_takes_long_keeps_nobody_from_being_told(database: Database, clock: Clock) -> None:
    told, go_on = threading.Event(), threading.Event()
    entries = [
        Regular("purge", EVERY, lambda _: go_on.wait(PATIENCE)),
        Regular("tell", EVERY, lambda _: told.set(), apart=True),
    ]
    table = Timetable(database, entries, now=clock)
    table.begin()

    assert told.wait(PATIENCE)
    assert table.busy
    go_on.set()
    table.close()


def test_a_turn_that_was_taken_a_little_late_is_not_missed_the_next_time(database: Database, clock: Clock) -> None:
    times: list[object] = []
    table = Timetable(database, [Regular("tell", EVERY, times.append)], now=clock)
    done(table)
    with database.write() as connection:  # as if a minute had passed, but for what its thread was late
        connection.execute(update(tables.turns).values(taken_at=clock.time - EVERY + timedelta(seconds=3)))

    done(Timetable(database, [Regular("tell", EVERY, times.append)], now=clock))

    assert len(times) == 2
