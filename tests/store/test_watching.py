"""What is open is counted by organisation and state; what was delivered is not even looked at."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, update

from gateway.keys import KeyRing
from gateway.store import tables, tallies, watching
from gateway.store.database import Database
from gateway.store.states import FileState, ReferralState
from gateway.store.watching import Queued, Waiting

from .making import NOW, change_job, send

HOUR = timedelta(hours=1)
REASON = "rejected: the destination answered 422"


def put(
    database: Database, ring: KeyRing, state: str, *, hours: int = 0, organisation: str = "riverside", **values: object
) -> str:
    """Store a referral that was sent so many hours ago and stands as given."""
    reference = send(database, ring, now=NOW - hours * HOUR, organisation=organisation, created_at=NOW - hours * HOUR)
    table = tables.referrals
    with database.write() as connection:
        connection.execute(update(table).where(table.c.reference == reference).values(state=state, **values))
    return reference


def leave(
    database: Database, kind: str, *, status: str = "due", hours: int = 0, organisation: str = "riverside"
) -> None:
    """Store a chore that has been tried for so many hours."""
    since = NOW - hours * HOUR
    values = {"organisation": organisation, "kind": kind, "item": f"{kind}{status}{hours}{organisation}"}
    with database.write() as connection:
        connection.execute(insert(tables.jobs).values(**values, position=0, status=status, due_at=since, since=since))


def test_the_queue_has_what_is_not_delivered_and_since_when(database: Database, ring: KeyRing) -> None:
    put(database, ring, "failed", hours=1)
    put(database, ring, "failed", hours=5)
    put(database, ring, "pending", organisation="hillside")
    put(database, ring, "delivered", hours=9)
    put(database, ring, "closed", hours=9)

    found = watching.queue(database)

    assert sorted(found, key=lambda each: each.organisation) == [
        Queued("hillside", ReferralState.PENDING, 1, NOW),
        Queued("riverside", ReferralState.FAILED, 2, NOW - 5 * HOUR),
    ]


def test_what_is_older_than_a_time_is_counted_by_organisation(database: Database, ring: KeyRing) -> None:
    for hours in (1, 5, 6):
        put(database, ring, "pending", hours=hours)
    put(database, ring, "failed", hours=9)

    assert watching.older(database, [ReferralState.PENDING], NOW - 4 * HOUR) == {"riverside": 2}


def test_some_are_named_the_oldest_first_with_their_reason(database: Database, ring: KeyRing) -> None:
    put(database, ring, "failed", hours=1)
    put(database, ring, "failed", hours=3, organisation="hillside")
    oldest = put(database, ring, "failed", hours=5, reason=REASON)

    found = watching.some(database, "riverside", [ReferralState.FAILED], at_most=1)

    assert found == [Waiting(oldest, "failed", REASON, NOW - 5 * HOUR)]
    assert watching.some(database, "riverside", [ReferralState.FAILED], at_most=9, before=NOW - 6 * HOUR) == []


def test_chores_that_are_not_done_are_counted_by_kind_and_status(database: Database) -> None:
    leave(database, "mail", hours=1)
    leave(database, "mail", hours=2)
    leave(database, "scan", status="parked", hours=3)
    leave(database, "scan", status="done", hours=4)

    found = {(each.kind, each.status): (each.count, each.oldest) for each in watching.chores(database)}

    assert found == {("mail", "due"): (2, NOW - 2 * HOUR), ("scan", "parked"): (1, NOW - 3 * HOUR)}
    assert watching.chores_since(database, NOW - HOUR, "due") == {("riverside", "mail"): 1}


def test_files_that_wait_are_counted_and_no_others(database: Database) -> None:
    with database.write() as connection:
        connection.execute(insert(tables.instances).values(hash="i", created_at=NOW))
        for number, state in enumerate(FileState):
            connection.execute(
                insert(tables.files).values(
                    id=str(number), instance="i", state=state, complete=True, size=1, created_at=NOW
                )
            )

    assert watching.open_files(database) == dict.fromkeys(watching.OPEN_FILES, 1)


def test_the_oldest_due_job_is_found_for_each_organisation(database: Database, ring: KeyRing) -> None:
    first = put(database, ring, "pending", hours=2)
    put(database, ring, "pending", hours=1)
    put(database, ring, "pending", hours=1, organisation="hillside")
    change_job(database, first, status="parked")

    found = watching.oldest_due(database)

    assert {slug: age >= HOUR for slug, age in found.items()} == {"riverside": True, "hillside": True}


def test_nothing_walks_through_what_was_delivered(database: Database) -> None:
    if database.sqlite_file is None:
        pytest.skip("PostgreSQL plans by what its tables hold")
    asked: list[tuple[str, Any]] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))
    open_ones = [ReferralState.PENDING, ReferralState.FAILED]
    watching.queue(database)
    watching.older(database, open_ones, NOW)
    watching.doubtful(database, NOW)
    watching.some(database, "riverside", open_ones, at_most=3)
    watching.chores(database)
    watching.chores_since(database, NOW, "due")
    watching.some_chores(database, "riverside", "import", at_most=3, before=NOW)
    watching.open_files(database)
    watching.oldest_due(database)

    plans = set()
    with database.read() as connection:
        for statement, parameters in [each for each in asked if "FROM" in each[0]]:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans |= {row.detail for row in rows if "INDEX" in row.detail or "SCAN" in row.detail}
    used = {word for plan in plans for word in plan.split() if word.startswith("ix_")}
    by_what_is_open = {"ix_referrals_state_organisation_created_at", "ix_jobs_chores", "ix_files_open", "ix_jobs_claim"}
    assert used == {*by_what_is_open, "ix_attempts_reference"}  # the tries of one that is open
    assert all("ix_" in plan for plan in plans)


def test_tallies_add_up(database: Database) -> None:
    with database.write() as connection:
        tallies.add(connection, [("riverside", "delivered"), ("riverside", "busy"), ("riverside", "delivered")])
    with database.write() as connection:
        tallies.add(connection, [("riverside", "delivered"), ("hillside", "delivered")])

    assert tallies.read(database) == {
        ("riverside", "delivered"): 3,
        ("riverside", "busy"): 1,
        ("hillside", "delivered"): 1,
    }
