"""What came in and what became of it is counted by span, of one organisation, from the rows of those spans alone."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, update

from gateway.keys import KeyRing
from gateway.store import figures, tables
from gateway.store.database import Database
from gateway.store.figures import Came, Ended, Span, Took

from .making import NOW, rows, send

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
SPANS = [Span(NOW - 2 * DAY, NOW - DAY), Span(NOW - DAY, NOW), Span(NOW, NOW + DAY)]


def put(database: Database, ring: KeyRing, at: datetime, *, took: int | None = None, **changes: object) -> str:
    """Store a referral that was sent at a time, and perhaps delivered so many seconds later."""
    row = {"state": changes.pop("state", "pending" if took is None else "delivered")}
    if took is not None:
        row["delivered_at"] = at + took * SECOND
    if changes.pop("purged", False):
        row |= {"sealed": None, "purged_at": NOW}
    reference = send(database, ring, now=at, created_at=at, **changes)
    with database.write() as connection:
        table = tables.referrals
        connection.execute(update(table).where(table.c.reference == reference).values(**row))
    return reference


def call(database: Database, reference: str, at: datetime, outcome: str | None) -> None:
    """Store a call for a referral, and how it ended."""
    (job,) = rows(database, tables.jobs.select().where(tables.jobs.c.reference == reference))
    values = {"job": job.id, "reference": reference, "payload": 1, "worker": "a", "started_at": at}
    with database.write() as connection:
        connection.execute(tables.attempts.insert().values(**values, outcome=outcome, ended_at=outcome and at))


def test_what_came_is_counted_by_span_and_form(database: Database, ring: KeyRing) -> None:
    put(database, ring, NOW - DAY)
    put(database, ring, NOW - SECOND, took=5)
    put(database, ring, NOW - SECOND, took=5, form="contact-me", purged=True)
    put(database, ring, NOW, state="closed")
    put(database, ring, NOW + DAY)
    put(database, ring, NOW - 2 * DAY - SECOND)

    assert figures.came(database, "riverside", SPANS) == [
        Came(1, "contact-me", sent=1, delivered=1, closed=0),
        Came(1, "support", sent=2, delivered=1, closed=0),
        Came(2, "support", sent=1, delivered=0, closed=1),
    ]


def test_nothing_is_an_empty_answer(database: Database) -> None:
    assert figures.came(database, "riverside", SPANS) == []
    assert figures.took(figures.times(database, "riverside", SPANS)) == []
    assert figures.ended(database, "riverside", SPANS) == []


def test_tests_and_other_organisations_are_not_counted(database: Database, ring: KeyRing) -> None:
    for changes in ({"test": True}, {"organisation": "hillside"}):
        call(database, put(database, ring, NOW, took=5, **changes), NOW, "delivered")

    assert figures.came(database, "riverside", SPANS) == []
    assert figures.took(figures.times(database, "riverside", SPANS)) == []
    assert figures.ended(database, "riverside", SPANS) == []


@pytest.mark.parametrize(
    ("seconds", "half", "nine_in_ten"),
    [
        ([7], 7, 7),
        ([1, 3], 1, 3),
        ([5, 1, 3], 3, 5),
        ([30] * 4, 30, 30),
        ([*range(1, 11)], 5, 9),
        ([*range(1, 12)], 6, 10),
        ([0, 14 * 86400], 0, 14 * 86400),
    ],
)
def test_half_and_nine_in_ten_took_no_longer(
    database: Database, ring: KeyRing, seconds: list[int], half: int, nine_in_ten: int
) -> None:
    for each in seconds:
        put(database, ring, NOW, took=each)
    put(database, ring, NOW)

    assert figures.took(figures.times(database, "riverside", SPANS)) == [Took(2, half * SECOND, nine_in_ten * SECOND)]


def test_a_clock_that_was_behind_makes_no_time_below_nothing(database: Database, ring: KeyRing) -> None:
    put(database, ring, NOW, took=-3)

    assert figures.took(figures.times(database, "riverside", SPANS)) == [Took(2, timedelta(), timedelta())]


def test_calls_are_counted_by_when_they_began_and_how_they_ended(database: Database, ring: KeyRing) -> None:
    reference = put(database, ring, NOW - 9 * DAY)
    call(database, reference, NOW - DAY, "not_sent")
    call(database, reference, NOW - SECOND, "not_sent")
    call(database, reference, NOW, "delivered")
    call(database, reference, NOW, None)
    call(database, reference, NOW + DAY, "busy")

    assert figures.ended(database, "riverside", SPANS) == [Ended(1, "not_sent", 2), Ended(2, "delivered", 1)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # PostgreSQL plans by what it holds
@pytest.mark.parametrize("ask", [figures.came, figures.times, figures.ended])
def test_only_rows_of_the_spans_are_looked_at(database: Database, ask: Callable[..., object]) -> None:
    plans: list[str] = []
    asked: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def explain(_connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("WITH"):
            asked.append(statement)
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(line for (*_, line) in cursor.fetchall())

    ask(database, "riverside", SPANS)

    # Not by the bounds of them all as well: SQLite would take those, and go through the whole of it for each span.
    assert sum(statement.count("created_at >=") + statement.count("started_at >=") for statement in asked) == 1
    looked = [plan for plan in plans if "referrals" in plan or "attempts" in plan]
    bounds = ("created_at>? AND created_at<?", "started_at>? AND started_at<?", "reference=?")
    assert looked
    assert [plan for plan in looked if not plan.startswith("SEARCH") or not any(each in plan for each in bounds)] == []
