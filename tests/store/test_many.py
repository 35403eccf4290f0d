"""Statements handed straight to the driver: the same rows as Core gives, of one moment, and errors without a value."""

import pytest
from sqlalchemy import String, bindparam, literal_column, select

from gateway.keys import KeyRing
from gateway.store import tables
from gateway.store.database import Database, Failed
from gateway.store.many import Several

from .making import rows, send

JOBS = tables.jobs.c
CHOSEN = select(JOBS.reference, JOBS.due_at, JOBS.leased_until).where(
    JOBS.reference.in_(bindparam("references", expanding=True)), JOBS.kind == "stage"
)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_list_of_any_length_finds_what_core_finds(database: Database, ring: KeyRing, number: int) -> None:
    references = [send(database, ring) for _ in range(3)][:number]
    statement = Several(CHOSEN)

    with database.read() as connection:
        found = [tuple(row) for row in statement.rows(connection, references=references)]
        by_core = [tuple(row) for row in connection.execute(CHOSEN, {"references": references})]

    assert len(found) == number
    assert sorted(found) == sorted(by_core)


def test_what_is_read_together_is_of_one_moment(database: Database, ring: KeyRing) -> None:
    references = [send(database, ring)]
    statement = Several(CHOSEN)
    with database.snapshot() as connection:
        before = statement.rows(connection, references=references)
        with database.write() as other:
            other.execute(tables.jobs.delete())

        assert statement.rows(connection, references=references) == before

    assert rows(database, select(tables.jobs)) == []


def test_an_error_of_the_driver_shows_no_value(database: Database) -> None:
    wrong = Several(select(literal_column("no_such_column")).where(bindparam("word", type_=String) == "x"))

    with database.read() as connection, pytest.raises(Failed) as caught:
        wrong.rows(connection, word="Testperson")

    assert "Testperson" not in f"{caught.value!r} {caught.value.__cause__}"
