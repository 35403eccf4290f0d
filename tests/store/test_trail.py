"""The audit trail: nothing in it can be changed or deleted, and what is changed all the same is found out."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import SQLAlchemyError

from gateway.keys import KeyRing
from gateway.store import audit, tables, trail
from gateway.store.database import Database

from .making import send

LONG_AGO = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def written(database: Database, number: int, at: datetime = LONG_AGO) -> None:
    for place in range(number):
        audit.note(
            database, actor="somebody", action="find", detail=f"reason {place}", now=at, organisation="riverside"
        )


def unguarded(database: Database, change: str) -> None:
    """Change the trail as whoever owns the database could: without its rules."""
    is_sqlite = database.url.get_backend_name() == "sqlite"
    drops = (
        [f"DROP TRIGGER audit_has_no_{each}" for each in ("update", "delete")]
        if is_sqlite
        else ["DROP TRIGGER audit_is_added_to ON audit"]
    )
    with database.write() as connection:
        for statement in (*drops, change):
            connection.execute(text(statement))


@pytest.mark.parametrize("table", [tables.audit, tables.audit.metadata.tables["audit_heads"]], ids=str)
@pytest.mark.parametrize("change", [update, delete])
def test_the_database_takes_no_change_and_no_deletion(database: Database, table: object, change: object) -> None:
    written(database, 1)
    trail.advance(database, LONG_AGO + timedelta(hours=1))
    statement = change(table)  # type: ignore[operator]
    if change is update:
        statement = statement.values({next(iter(table.c)): 77})  # type: ignore[attr-defined]

    with pytest.raises(SQLAlchemyError), database.write() as connection:
        connection.execute(statement)

    assert len(trail.entries(database)) == 1
    assert trail.broken(database) is None


def test_a_head_sums_up_every_entry_and_the_next_one_builds_on_it(database: Database) -> None:
    assert trail.advance(database, LONG_AGO) is None
    written(database, 2)
    first = trail.advance(database, LONG_AGO + timedelta(hours=1))
    written(database, 1, LONG_AGO + timedelta(hours=1))
    second = trail.advance(database, LONG_AGO + timedelta(hours=2))

    assert first is not None
    assert second is not None
    assert (first.entries, second.entries) == (2, 3)
    assert first.digest != second.digest
    assert trail.newest(database) == second
    assert trail.has(database, first.digest)
    assert not trail.has(database, "0" * 64)


def test_what_may_still_be_under_way_waits_for_the_next_head(database: Database) -> None:
    written(database, 1)
    written(database, 1, LONG_AGO + timedelta(minutes=55))

    head = trail.advance(database, LONG_AGO + timedelta(hours=1))

    assert head is not None
    assert head.entries == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET actor = 'somebody else' WHERE id = 2",
        "UPDATE audit SET detail = 'another reason' WHERE id = 1",
        "DELETE FROM audit WHERE id = 2",
        "DELETE FROM audit WHERE id = 3",
    ],
)
def test_a_changed_or_deleted_entry_is_found_out(database: Database, change: str) -> None:
    written(database, 3)
    head = trail.advance(database, LONG_AGO + timedelta(hours=1))
    assert trail.broken(database) is None

    unguarded(database, change)

    assert trail.broken(database) == head


def test_entries_are_those_of_an_organisation_and_of_its_referrals(
    database: Database, ring: KeyRing, now: datetime
) -> None:
    reference = send(database, ring, now=now)
    audit.note(database, actor="somebody", action="settle", detail="close", now=now, reference=reference)
    audit.note(database, actor="somebody", action="pause", detail="by hand", now=now, organisation="hilltop")

    assert [each.action for each in trail.entries(database, organisation="riverside")] == ["settle"]
    assert [each.action for each in trail.entries(database, organisation="hilltop")] == ["pause"]
    assert [each.action for each in trail.entries(database, reference=reference)] == ["settle"]
    newest, oldest = trail.entries(database)
    assert trail.entries(database, before=newest.id, limit=1) == [oldest]
