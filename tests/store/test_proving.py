"""Proving: what a person's yes and no change, and that a command which broke off can be typed again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from gateway.keys import KeyRing
from gateway.store import destinations, jobs, proving, tables
from gateway.store.database import Database
from gateway.store.destinations import Standing
from gateway.store.jobs import Finish
from gateway.store.proving import Answer, NotAccepted, Numbers
from gateway.store.states import JobStatus, ReferralState

from .making import NOW, begin, claim, finish, job_of, rows, send, state_of

HOUR = timedelta(hours=1)
NUMBER, EMPTY = "200 json {id:number}", "200 empty"
DELIVERED = Finish("delivered", ReferralState.DELIVERED, None, JobStatus.DONE, NOW, 0, 0, 200, NUMBER)
UNKNOWN = Finish("unknown", ReferralState.UNKNOWN, "may have arrived", JobStatus.PARKED, NOW, 0, 3)


def tried(database: Database, ring: KeyRing, *, shape: str = NUMBER, known: bool = True, **changes: object) -> str:
    """Send a referral whose one try was answered in a shape."""
    reference = send(database, ring, **changes)
    organisation = str(changes.get("organisation", "riverside"))
    claimed = claim(database, organisation=organisation)
    (job,) = [each for each in claimed if each.reference == reference]
    end = DELIVERED if known else UNKNOWN
    finish(database, job, begin(database, ring, job), replace(end, status=200, shape=shape))
    return reference


def remember(database: Database, **values: object) -> Standing:
    with database.write() as connection:
        destinations.remember(connection, "riverside", **values)
        return destinations.standing(connection, "riverside")


def standing(database: Database) -> Standing:
    return destinations.standings(database)["riverside"]


def yes(database: Database, reference: str) -> Numbers:
    answer = proving.answer_of(database, "riverside", reference)
    return proving.yes(database, "riverside", answer, actor="somebody", now=NOW + HOUR)


def no(database: Database) -> Numbers:
    return proving.no(database, "riverside", actor="somebody", now=NOW + HOUR)


def outcomes(database: Database, reference: str) -> list[str | None]:
    table = tables.attempts
    return [row.outcome for row in rows(database, select(table.c.outcome).where(table.c.reference == reference))]


def test_a_yes_keeps_the_shape_of_what_was_seen(database: Database, ring: KeyRing) -> None:
    reference = tried(database, ring)
    remember(database, asked_about=reference, asked_at=NOW, shape=EMPTY)

    assert yes(database, reference) == Numbers()

    found = standing(database)
    assert (found.proven_at, found.shape, found.asked_about) == (NOW + HOUR, NUMBER, reference)
    (written,) = rows(database, select(tables.audit))
    assert (written.action, written.organisation) == ("prove yes", "riverside")
    assert reference in written.detail


def test_what_was_accepted_otherwise_before_the_yes_waits_for_a_person(database: Database, ring: KeyRing) -> None:
    seen, other, elsewhere = (
        tried(database, ring),
        tried(database, ring, shape=EMPTY),
        tried(database, ring, shape=EMPTY, organisation="hillside"),
    )
    before = remember(database, asked_about=seen, asked_at=NOW, shape=NUMBER)
    answer = proving.answer_of(database, "riverside", seen)
    assert proving.numbers_of_yes(database, before, answer) == Numbers(doubtful=1)

    assert yes(database, seen) == Numbers(doubtful=1)

    assert [state_of(database, each) for each in (seen, other, elsewhere)] == ["delivered", "unknown", "delivered"]
    assert (job_of(database, other).status, outcomes(database, other)) == ("parked", ["unknown"])


def test_after_the_vendor_changed_the_answer_another_yes_believes_what_was_unknown_for_it_alone(
    database: Database, ring: KeyRing
) -> None:
    old = tried(database, ring)
    remember(database, asked_about=old, asked_at=NOW, shape=NUMBER)
    yes(database, old)
    new, too, cut = (tried(database, ring, shape=EMPTY, known=False) for _ in range(3))
    with database.write() as connection:
        connection.execute(
            update(tables.attempts).where(tables.attempts.c.reference == cut).values(status=None, shape=None)
        )

    assert proving.numbers_of_yes(database, standing(database), Answer(new, NOW, EMPTY)) == Numbers(delivered=2)
    assert yes(database, new) == Numbers(delivered=2)

    assert [state_of(database, each) for each in (old, new, too, cut)] == ["delivered"] * 3 + ["unknown"]
    assert (job_of(database, too).status, outcomes(database, too)) == ("done", ["delivered"])
    assert (standing(database).shape, standing(database).asked_about) == (EMPTY, new)


def test_a_yes_typed_again_changes_nothing_more(database: Database, ring: KeyRing) -> None:
    seen, other = tried(database, ring), tried(database, ring, shape=EMPTY)
    remember(database, asked_about=seen, asked_at=NOW, shape=NUMBER)

    assert [yes(database, seen), yes(database, seen)] == [Numbers(doubtful=1), Numbers()]
    assert (state_of(database, seen), state_of(database, other)) == ("delivered", "unknown")


def test_a_no_sends_again_what_was_accepted_since_marked_by_its_history(database: Database, ring: KeyRing) -> None:
    references = [tried(database, ring) for _ in range(3)]
    before = remember(database, asked_about=references[0], asked_at=NOW, shape=NUMBER)
    assert proving.numbers_of_no(database, before) == Numbers(again=3)

    assert no(database) == Numbers(again=3)

    assert {state_of(database, each) for each in references} == {"pending"}
    assert {job_of(database, each).status for each in references} == {"due"}
    with database.read() as connection:
        assert jobs.may_have_arrived(connection, references) == set(references)
    (row, *_) = rows(database, select(tables.referrals))
    assert row.delivered_at is None
    found = standing(database)
    assert (found.proven_at, found.shape, found.asked_about, found.asked_at) == (None, None, None, None)
    assert (found.paused_at, found.probe_at, found.pause_reason) == (NOW + HOUR, None, proving.NOT_SEEN)
    actions = [row.action for row in rows(database, select(tables.audit))]
    assert sorted(actions) == ["prove no", "send again", "send again", "send again"]


def test_a_no_leaves_alone_what_somebody_saw_and_what_was_there_before_the_question(
    database: Database, ring: KeyRing
) -> None:
    imported, settled, purged, early, plain = (tried(database, ring) for _ in range(5))
    changes: list[tuple[str, dict[str, object]]] = [
        (imported, {"imported_at": NOW}),
        (purged, {"sealed": None}),
        (early, {"delivered_at": NOW - HOUR}),
    ]
    with database.write() as connection:
        for reference, values in changes:
            connection.execute(
                update(tables.referrals).where(tables.referrals.c.reference == reference).values(**values)
            )
        connection.execute(
            update(tables.attempts).where(tables.attempts.c.reference == settled).values(outcome="unknown")
        )
    remember(database, asked_about=plain, asked_at=NOW, shape=NUMBER)

    assert no(database) == Numbers(again=1)
    assert state_of(database, plain) == "pending"


def test_a_no_sends_again_what_a_worker_accepted_whose_clock_is_behind(database: Database, ring: KeyRing) -> None:
    asked, behind = tried(database, ring), tried(database, ring)
    with database.write() as connection:
        table = tables.referrals
        connection.execute(
            update(table).where(table.c.reference == behind).values(delivered_at=NOW - timedelta(minutes=5))
        )
    remember(database, asked_about=asked, asked_at=NOW, shape=NUMBER)

    assert no(database) == Numbers(again=2)
    assert state_of(database, behind) == "pending"


def test_a_no_that_broke_off_goes_on_when_it_is_typed_again(
    database: Database, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    references = [tried(database, ring) for _ in range(3)]
    remember(database, asked_about=references[0], asked_at=NOW, shape=NUMBER)
    monkeypatch.setattr(proving, "AT_ONCE", 1)
    with database.write() as connection:  # what is done before it breaks off
        destinations.pause(connection, "riverside", reason=proving.NOT_SEEN, now=NOW)
        proving._send_again(connection, "riverside", "somebody", NOW, at_once=1)

    assert no(database) == Numbers(again=2)
    assert {state_of(database, each) for each in references} == {"pending"}


def test_what_nobody_saw_proves_nothing_later(database: Database, ring: KeyRing) -> None:
    reference = tried(database, ring)
    doubtful = tried(database, ring, shape=EMPTY, known=False)
    remember(database, asked_about=reference, asked_at=NOW, shape=NUMBER)
    no(database)

    for each in (reference, doubtful):
        with pytest.raises(NotAccepted):
            proving.answer_of(database, "riverside", each)
    later = tried(database, ring, shape=EMPTY)
    yes(database, later)
    assert state_of(database, doubtful) == "unknown"


@pytest.mark.parametrize("reference", ["RG-0000-0000", "not one"])
def test_what_was_never_accepted_proves_nothing(database: Database, ring: KeyRing, reference: str) -> None:
    send(database, ring)
    with pytest.raises(NotAccepted):
        proving.answer_of(database, "riverside", reference)


def test_the_referral_of_another_organisation_proves_nothing(database: Database, ring: KeyRing) -> None:
    reference = tried(database, ring, organisation="hillside")
    with pytest.raises(NotAccepted):
        proving.answer_of(database, "riverside", reference)


def test_many_are_changed_in_small_steps(database: Database, ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    references = [tried(database, ring, shape=EMPTY) for _ in range(5)]
    seen = tried(database, ring)
    remember(database, asked_about=seen, asked_at=NOW, shape=NUMBER)
    monkeypatch.setattr(proving, "AT_ONCE", 2)

    assert yes(database, seen) == Numbers(doubtful=5)
    assert yes(database, seen) == Numbers()
    assert {state_of(database, each) for each in references} == {"unknown"}
