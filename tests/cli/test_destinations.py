"""`flask destinations`: what is asked of a person, what an answer does, and what a pause keeps waiting."""

import json

import pytest
from sqlalchemy import select, update

from gateway.keys import KeyRing
from gateway.store import destinations, tables
from gateway.store.database import Database

from ..store.making import NOW, rows, send, state_of
from ..store.test_proving import EMPTY, NUMBER, tried
from .conftest import Typing


def ask(database: Database, reference: str) -> None:
    with database.write() as connection:
        destinations.remember(connection, "riverside", asked_about=reference, asked_at=NOW, shape=NUMBER)


def test_the_status_asks_its_question_with_the_commands_that_answer_it(
    typed: Typing, database: Database, ring: KeyRing
) -> None:
    reference = tried(database, ring)
    ask(database, reference)

    shown = typed("destinations", "status").stdout

    assert f"Do you see {reference} in the External Referral Manager? It was accepted on 2026-05-04 at 12:00" in shown
    assert "flask destinations prove riverside --yes" in shown
    assert "flask destinations prove riverside --no" in shown
    plain = json.loads(typed("destinations", "status", "--json").stdout)
    assert (plain["asked_about"], plain["proven"], plain["waiting"]) == (reference, False, {})


def test_a_direct_referral_is_looked_for_where_it_was_made(typed: Typing, database: Database, ring: KeyRing) -> None:
    reference = tried(database, ring)
    with database.write() as connection:
        connection.execute(update(tables.jobs).where(tables.jobs.c.reference == reference).values(kind="referral"))
    ask(database, reference)

    assert f"Do you see {reference} among your referrals?" in typed("destinations", "status").stdout


def test_nothing_is_asked_of_an_organisation_whose_folder_is_gone(typed: Typing, database: Database) -> None:
    with database.write() as connection:
        destinations.remember(connection, "gone", asked_about="RG-7K3F-9Q2M", asked_at=NOW, shape=NUMBER)

    shown = typed("destinations", "status").stdout

    assert "Its folder is gone" in shown
    assert "Do you see" not in shown


def test_a_yes_says_what_waits_for_a_person_and_the_question_is_gone(
    typed: Typing, database: Database, ring: KeyRing
) -> None:
    seen, other = tried(database, ring), tried(database, ring, shape=EMPTY)
    ask(database, seen)

    would = typed("destinations", "prove", "riverside", "--yes", "--dry-run").stdout
    assert "would be proven" in would
    assert "1 referral accepted by another answer, would be unknown" in would
    assert state_of(database, other) == "delivered"

    done = typed("destinations", "prove", "riverside", "--yes")

    assert done.exit_code == 0
    assert f"riverside is proven: {seen} was seen there." in done.stdout
    assert "1 referral accepted by another answer, now unknown" in done.stdout
    assert state_of(database, other) == "unknown"
    assert "riverside: going, proven; 1 unknown\n" in typed("destinations", "status").stdout


def test_another_yes_after_the_answer_was_changed_says_how_many_are_delivered(
    typed: Typing, database: Database, ring: KeyRing
) -> None:
    ask(database, tried(database, ring))
    typed("destinations", "prove", "riverside", "--yes")
    seen, _ = (tried(database, ring, shape=EMPTY, known=False) for _ in range(2))

    done = typed("destinations", "prove", "riverside", seen.lower(), "--yes")

    assert "2 referrals unknown only for this answer, now delivered." in done.stdout


def test_a_no_pauses_and_says_how_many_go_out_again(typed: Typing, database: Database, ring: KeyRing) -> None:
    references = [tried(database, ring) for _ in range(2)]
    ask(database, references[0])

    assert "2 referrals accepted since" in typed("destinations", "prove", "riverside", "--no", "--dry-run").stdout
    assert state_of(database, references[0]) == "delivered"
    done = typed("destinations", "prove", "riverside", "--no")

    assert "2 referrals accepted since 2026-05-04 12:00 UTC will be sent again, each marked." in done.stdout
    assert "flask destinations resume riverside" in done.stdout
    assert {state_of(database, each) for each in references} == {"pending"}
    shown = typed("destinations", "status").stdout
    assert "nobody saw at the destination what it had accepted" in shown
    assert "2 pending" in shown


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["riverside"], "Say --yes if you saw it there"),
        (["riverside", "--yes", "--no"], "Say --yes if you saw it there"),
        (["riverside", "--yes"], "nothing was accepted yet"),
        (["riverside", "--no"], "nothing was accepted yet"),
        (["riverside", "RG-0000-0000", "--yes"], "RG-0000-0000 was never accepted"),
        (["riverside", "RG-0000-0000", "--no"], "name no reference"),
        (["nowhere", "--yes"], "There is no organisation nowhere"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_refused_in_words(typed: Typing, words: list[str], told: str) -> None:
    result = typed("destinations", "prove", *words)

    assert result.exit_code != 0
    assert told in result.stderr
    assert "Traceback" not in result.output


def test_pause_and_resume_say_what_waits(typed: Typing, database: Database, ring: KeyRing) -> None:
    send(database, ring)
    send(database, ring)
    failed = send(database, ring)
    with database.write() as connection:
        connection.execute(
            tables.referrals.update().where(tables.referrals.c.reference == failed).values(state="failed")
        )

    assert typed("destinations", "pause", "riverside").stdout == "riverside is paused: 2 pending, 1 failed.\n"
    resumed = typed("destinations", "resume", "riverside").stdout

    assert "riverside goes on: 2 pending, 1 failed." in resumed
    assert "flask referrals retry --organisation riverside --state failed" in resumed
    assert [row.action for row in rows(database, select(tables.audit))] == ["pause", "resume"]
