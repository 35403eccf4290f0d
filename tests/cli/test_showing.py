"""`flask referrals show` and `answer`: why it stands there, what to do, and an answer only on purpose."""

import json

import pytest
from sqlalchemy import insert, select, update

from gateway.keys import KeyRing, new_key
from gateway.store import destinations, tables
from gateway.store.database import Database

from ..store.making import NOW, begin, change_job, claim, rows, send
from .conftest import Typing

CANARY = "Zebedee-Canary-7731"


@pytest.fixture
def rejected(database: Database, ring: KeyRing) -> str:
    """Store a referral that was refused, with an answer that names somebody and rings a bell."""
    reference = send(database, ring)
    (job,) = claim(database)
    attempt = begin(database, ring, job)
    answer = f'{{"error": "surname {CANARY} is odd\x1b[31m"}}'.encode()
    with database.write() as connection:
        sealed = ring.seal(answer, table="attempts", row=str(attempt), column="sealed")
        ended = {"ended_at": NOW, "outcome": "rejected", "status": 422, "sealed": sealed}
        connection.execute(update(tables.attempts).values(**ended))
        connection.execute(
            update(tables.referrals).values(state="failed", reason="rejected: the destination answered 422")
        )
    return reference


def test_it_says_why_and_what_to_do_and_never_what_was_answered(typed: Typing, rejected: str) -> None:
    shown = typed("referrals", "show", rejected).stdout

    assert "failed  1 try  (rejected: the destination answered 422)" in shown
    assert "1. " in shown
    assert "rejected, answered 422" in shown
    assert f"What to do: Read why: flask referrals answer {rejected}." in shown
    assert CANARY not in shown
    plain = json.loads(typed("referrals", "show", rejected, "--json").stdout)
    assert plain["what_to_do"].startswith("Read why")
    assert (plain["corrections"], plain["tries"][0]["kind"], plain["tries"][0]["payload"]) == (0, "stage", 1)


def test_after_the_last_repeat_it_says_that_nothing_goes_by_itself(
    typed: Typing, database: Database, ring: KeyRing
) -> None:
    reference = send(database, ring)
    with database.write() as connection:
        connection.execute(update(tables.referrals).values(state="unknown", reason="may have arrived: it is silent"))

    waits = typed("referrals", "show", reference).stdout
    change_job(database, reference, status="parked", repeats=3)
    ended = typed("referrals", "show", reference).stdout

    assert "it may be sent again by itself after some hours" in waits
    assert "by itself after some hours" not in ended
    assert "It is not sent again by itself" in ended


def test_a_try_without_a_payload_of_its_own_is_shown_too(typed: Typing, database: Database, rejected: str) -> None:
    with database.write() as connection:
        job = connection.execute(
            insert(tables.jobs).values(
                organisation="riverside", kind="upload", reference=rejected, position=0, item="f" * 32,
                status="done", due_at=NOW, since=NOW,
            ).returning(tables.jobs.c.id)
        ).scalar_one()  # fmt: skip
        connection.execute(
            insert(tables.attempts).values(
                job=job, reference=rejected, payload=0, worker="a", started_at=NOW, ended_at=NOW, outcome="delivered"
            )
        )

    assert "2. 2026-05-04 12:00:00  upload: delivered" in typed("referrals", "show", rejected).stdout


def test_a_paused_destination_is_named_where_one_waits_for_it(typed: Typing, database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)
    with database.write() as connection:
        destinations.pause(connection, "riverside", reason="our keys were refused", now=NOW)

    shown = typed("referrals", "show", reference).stdout

    assert "riverside is paused (our keys were refused): see flask destinations status" in shown


def test_the_answer_is_shown_on_purpose_audited_and_commands_no_terminal(
    typed: Typing, database: Database, rejected: str
) -> None:
    result = typed("referrals", "answer", rejected)

    assert result.stdout == f'{{"error": "surname {CANARY} is odd\ufffd[31m"}}\n'
    assert "rejected, answered 422" in result.stderr
    (written,) = rows(database, select(tables.audit))
    assert (written.action, written.reference) == ("read answer", rejected)
    assert CANARY not in written.detail


def test_where_no_answer_was_kept_that_is_said(typed: Typing, database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)

    result = typed("referrals", "answer", reference)

    assert result.exit_code == 1
    assert f"No answer to {reference} was kept" in result.stderr


def test_an_answer_whose_key_is_gone_is_told_by_reference(
    typed: Typing, rejected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_KEYS", new_key())

    result = typed("referrals", "answer", rejected)

    assert f"The answer to {rejected} cannot be opened: its key is not in GATEWAY_KEYS" in result.stderr
