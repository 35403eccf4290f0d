"""Correcting: the referral is sealed anew, nobody reads the value elsewhere, and nothing on its way is changed."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from gateway.keys import KeyRing
from gateway.referral import Referral
from gateway.store import correcting, referrals, tables
from gateway.store.correcting import CorrectedMeanwhile
from gateway.store.database import Database
from gateway.store.referrals import StateMoved

from .making import NOW, begin, claim, rows, send

CANARY = "Zebedee-Canary-7731"


def rename(referral: Referral) -> Referral:
    main, *others = referral.people
    answers = tuple(
        replace(answer, value=CANARY, shown=CANARY) if answer.name == "surname" else answer for answer in main.answers
    )
    return replace(referral, people=(replace(main, answers=answers), *others))


def correct(database: Database, ring: KeyRing, reference: str, seen: int = 0) -> None:
    correcting.correct(
        database, ring, reference, rename, question="client.surname", seen=seen, actor="somebody", now=NOW
    )


def surname_of(database: Database, ring: KeyRing, reference: str) -> str:
    with database.read() as connection:
        referral = referrals.opened(connection, ring, reference)
    assert referral is not None
    return next(answer.shown for answer in referral.people[0].answers if answer.name == "surname")


@pytest.mark.parametrize("state", ["held", "pending", "unknown", "failed"])
def test_a_correction_is_sealed_and_the_trail_names_the_question_alone(
    database: Database, ring: KeyRing, state: str
) -> None:
    reference = send(database, ring)
    with database.write() as connection:
        connection.execute(tables.referrals.update().values(state=state))

    correct(database, ring, reference)

    assert surname_of(database, ring, reference) == CANARY
    (row,) = rows(database, select(tables.referrals))
    assert (row.corrections, row.state) == (1, state)
    assert CANARY not in str(row)
    (written,) = rows(database, select(tables.audit))
    assert (written.action, written.reference, written.detail) == ("correct", reference, "client.surname")


def test_who_read_it_before_somebody_else_corrected_it_overwrites_nothing(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)
    correct(database, ring, reference)

    with pytest.raises(CorrectedMeanwhile):
        correct(database, ring, reference)

    correct(database, ring, reference, seen=1)
    (row,) = rows(database, select(tables.referrals))
    assert row.corrections == 2


@pytest.mark.parametrize("state", ["sending", "delivered", "closed"])
def test_what_is_on_its_way_or_ended_is_not_corrected(database: Database, ring: KeyRing, state: str) -> None:
    reference = send(database, ring)
    with database.write() as connection:
        connection.execute(tables.referrals.update().values(state=state))

    with pytest.raises(StateMoved):
        correct(database, ring, reference)

    assert surname_of(database, ring, reference) == "Testperson"
    assert rows(database, select(tables.audit)) == []


def test_what_a_worker_has_claimed_is_not_corrected_behind_its_back(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)
    (job,) = claim(database)

    with pytest.raises(StateMoved, match="about to be sent"):
        correct(database, ring, reference)

    begin(database, ring, job)
    with pytest.raises(StateMoved):
        correct(database, ring, reference)


def test_a_purged_referral_is_not_corrected(database: Database, ring: KeyRing) -> None:
    reference = send(database, ring)
    with database.write() as connection:
        connection.execute(tables.referrals.update().values(sealed=None))

    with pytest.raises(StateMoved, match="not there"):
        correct(database, ring, reference)
