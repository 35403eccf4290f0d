"""Sending: one instance makes one referral with one job in one commit, however often and however parallel."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from gateway.keys import KeyRing, new_key
from gateway.referral import Referral
from gateway.store import definitions, jobs, referrals, sending, settling, tables
from gateway.store.database import Database
from gateway.store.drafts import Draft, Drafts, instance_hash
from gateway.store.referrals import StateMoved
from gateway.store.sending import Sent, SentBefore
from gateway.store.states import JobStatus, ReferralState

from . import making
from .making import DEFINITION, NOW, a_referral, job_of, rows, send, state_of

INSTANCE = b"an-instance-only"
HASH = instance_hash(INSTANCE)


@pytest.fixture
def drafts(database: Database, ring: KeyRing) -> Drafts:
    """Drafts with the definition that they name."""
    definitions.keep(database, [DEFINITION], NOW)
    return Drafts(database, ring)


@pytest.fixture
def send_it(database: Database, ring: KeyRing) -> Callable[..., Sent | SentBefore]:
    """Send one instance; what is not given stays as it is."""
    definitions.keep(database, [DEFINITION], NOW)

    def send_one(
        referral: Referral | None = None, *, answers: bytes = b"answers", keys: KeyRing = ring
    ) -> Sent | SentBefore:
        found = referral or a_referral()
        return sending.send(database, keys, found, instance=HASH, answers=answers, now=NOW)

    return send_one


def test_of_several_instances_those_that_were_sent_have_their_reference(
    database: Database, drafts: Drafts, send_it: Callable[..., Sent]
) -> None:
    begun, never = b"begun and no more", b"never heard of it"
    drafts.create(begun, Draft("riverside", "support", DEFINITION.hash, "en", {}, 1, NOW, NOW + HOUR))
    reference = send_it().reference

    found = sending.references_of(database, [HASH, instance_hash(begun), instance_hash(never)])

    assert found == {HASH: reference}


def test_what_an_instance_was_sent_as_is_read_as_lists_read_it(
    database: Database, send_it: Callable[..., Sent]
) -> None:
    reference = send_it(a_referral(test=True)).reference
    with database.write() as connection:
        later = {"leaving": [ReferralState.PENDING], "to": ReferralState.DELIVERED, "now": NOW + HOUR}
        referrals.move(connection, reference, reason=None, **later)

    found = referrals.find_sent(database, HASH)

    assert found == referrals.find(database, reference)
    assert (found.test, found.created_at, found.delivered_at) == (True, NOW, NOW + HOUR)
    assert referrals.find_sent(database, instance_hash(b"never heard of it")) is None


def count(database: Database, table: str) -> int:
    (found,) = rows(database, select(func.count()).select_from(tables.metadata.tables[table]))
    return int(found[0])


def test_a_sent_referral_has_its_job_and_its_instance_and_no_draft(
    database: Database, ring: KeyRing, drafts: Drafts, send_it: Callable[..., Sent]
) -> None:
    draft = Draft("riverside", "support", DEFINITION.hash, "en", {"surname": ["Testperson"]}, 1, NOW, NOW + HOUR)
    drafts.create(INSTANCE, draft)
    referral = a_referral()

    assert send_it(referral) == Sent(referral.reference)

    job = job_of(database, referral.reference)
    assert (job.organisation, job.kind, job.status, job.due_at) == ("riverside", "stage", "due", NOW)
    assert state_of(database, referral.reference) == "pending"
    assert drafts.load(INSTANCE, NOW) is None
    assert count(database, "drafts") == 0
    with database.read() as connection:
        assert referrals.opened(connection, ring, referral.reference) == referral


def claim(database: Database) -> list[jobs.Job]:
    """Claim whatever is due."""
    return making.claim(database, lease=HOUR)


def test_a_held_referral_waits_with_its_reason_until_it_is_released(database: Database, ring: KeyRing) -> None:
    referral = a_referral()
    definitions.keep(database, [DEFINITION], NOW)
    begins = sending.held("many were sent from one address")
    sending.send(database, ring, referral, instance=HASH, answers=b"{}", now=NOW, begins=begins)

    found = referrals.find(database, referral.reference)
    assert found is not None
    assert (found.state, found.reason) == ("held", "many were sent from one address")
    assert job_of(database, referral.reference).status == "parked"
    assert claim(database) == []

    settling.settle(
        database, referral.reference, leaving=[ReferralState.HELD], to=ReferralState.PENDING, reason="let through",
        job_status=JobStatus.DUE, actor="somebody", now=NOW,
    )  # fmt: skip

    assert [job.reference for job in claim(database)] == [referral.reference]


def test_a_test_that_goes_nowhere_is_closed_with_its_job_done(database: Database, ring: KeyRing) -> None:
    referral = a_referral(test=True)
    definitions.keep(database, [DEFINITION], NOW)
    sending.send(database, ring, referral, instance=HASH, answers=b"{}", now=NOW, begins=sending.GOES_NOWHERE)

    found = referrals.find(database, referral.reference)
    assert found is not None
    assert (found.state, found.reason, found.test) == ("closed", "a test: sent nowhere", True)
    assert job_of(database, referral.reference).status == "done"
    assert claim(database) == []


def test_nothing_of_a_send_that_breaks_off_is_stored(
    database: Database, drafts: Drafts, send_it: Callable[..., Sent]
) -> None:
    drafts.create(INSTANCE, Draft("riverside", "support", DEFINITION.hash, "en", {}, 1, NOW, NOW + HOUR))
    with database.write() as connection:
        connection.execute(text("DROP TABLE attempts"))
        connection.execute(text("DROP TABLE jobs"))

    with pytest.raises(SQLAlchemyError):
        send_it()

    assert count(database, "referrals") == 0
    assert drafts.load(INSTANCE, NOW) is not None
    assert rows(database, select(tables.instances.c.reference))[0].reference is None


def test_a_second_send_of_the_same_answers_names_the_first_referral(send_it: Callable[..., Sent]) -> None:
    first = send_it()

    assert send_it() == SentBefore(first.reference, same=True)


def test_a_second_send_of_other_answers_says_so_and_changes_nothing(
    database: Database, ring: KeyRing, send_it: Callable[..., Sent]
) -> None:
    referral = a_referral()
    send_it(referral)

    assert send_it(answers=b"others") == SentBefore(referral.reference, same=False)

    assert count(database, "referrals") == count(database, "jobs") == 1
    with database.read() as connection:
        assert referrals.opened(connection, ring, referral.reference) == referral


def test_a_second_send_after_the_key_has_gone_says_that_nobody_can_tell(send_it: Callable[..., Sent]) -> None:
    first = send_it()

    assert send_it(keys=KeyRing(new_key())) == SentBefore(first.reference, same=None)


def test_an_instance_stays_spent_after_its_referral_was_purged(
    database: Database, send_it: Callable[..., Sent]
) -> None:
    first = send_it()
    with database.write() as connection:
        connection.execute(delete(tables.jobs))
        connection.execute(delete(tables.referrals))

    assert send_it() == SentBefore(first.reference, same=True)
    assert count(database, "referrals") == 0


def test_an_instance_that_was_not_sent_is_not_found(database: Database, ring: KeyRing, drafts: Drafts) -> None:
    drafts.create(INSTANCE, Draft("riverside", "support", DEFINITION.hash, "en", {}, 1, NOW, NOW + HOUR))

    assert sending.sent_before(database, ring, instance=HASH) is None
    assert sending.sent_before(database, ring, instance="f" * 64) is None


def test_twelve_parallel_sends_make_one_referral_and_one_job(
    database: Database, send_it: Callable[..., Sent | SentBefore]
) -> None:
    together = Barrier(12)

    def click(_: int) -> Sent | SentBefore:
        together.wait()
        return send_it()

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(click, range(12)))

    assert sum(isinstance(answer, Sent) for answer in answers) == 1
    assert {answer.same for answer in answers if isinstance(answer, SentBefore)} == {True}
    assert len({answer.reference for answer in answers}) == 1
    assert count(database, "referrals") == count(database, "jobs") == count(database, "instances") == 1


def test_twelve_parallel_sends_of_different_people_make_twelve_referrals(database: Database, ring: KeyRing) -> None:
    definitions.keep(database, [DEFINITION], NOW)
    together = Barrier(12)

    def visit(_: int) -> str:
        together.wait()
        return send(database, ring)

    with ThreadPoolExecutor(12) as pool:
        references = set(pool.map(visit, range(12)))

    assert len(references) == count(database, "referrals") == count(database, "jobs") == 12


def test_a_reference_that_is_taken_is_replaced_by_a_new_one(
    database: Database, ring: KeyRing, send_it: Callable[..., Sent]
) -> None:
    taken = a_referral()
    send(database, ring, taken)
    other = a_referral(reference=taken.reference, language="cy")

    sent = send_it(other)

    assert sent.reference != taken.reference
    assert state_of(database, sent.reference) == "pending"
    with database.read() as connection:
        assert referrals.opened(connection, ring, taken.reference) == taken
        assert referrals.opened(connection, ring, sent.reference) == replace(other, reference=sent.reference)


def test_the_reference_of_a_purged_referral_is_not_given_to_another(
    database: Database, ring: KeyRing, send_it: Callable[..., Sent]
) -> None:
    taken = a_referral()
    send(database, ring, taken)
    with database.write() as connection:
        connection.execute(delete(tables.jobs))
        connection.execute(delete(tables.referrals))

    assert send_it(a_referral(reference=taken.reference)).reference != taken.reference


def test_a_move_names_the_states_it_leaves(database: Database, ring: KeyRing, now: datetime) -> None:
    reference = send(database, ring)
    leaving = [ReferralState.UNKNOWN, ReferralState.FAILED]

    with pytest.raises(StateMoved, match=f"{reference} is no longer unknown or failed"), database.write() as connection:
        referrals.move(connection, reference, leaving=leaving, to=ReferralState.CLOSED, reason="x", now=now)

    assert state_of(database, reference) == "pending"


def test_a_move_sets_state_reason_and_time_of_delivery(database: Database, ring: KeyRing, now: datetime) -> None:
    reference = send(database, ring)
    later = now + timedelta(minutes=1)

    with database.write() as connection:
        leaving = [ReferralState.PENDING]
        referrals.move(connection, reference, leaving=leaving, to=ReferralState.DELIVERED, reason="seen", now=later)

    found = referrals.find(database, reference)
    assert found is not None
    assert (found.state, found.reason, found.updated_at, found.delivered_at) == ("delivered", "seen", later, later)


def test_lists_show_the_newest_first_and_only_what_was_asked_for(database: Database, ring: KeyRing) -> None:
    first, second = send(database, ring), send(database, ring, organisation="hillside")
    with database.write() as connection:
        values = {"created_at": NOW + HOUR, "state": "failed"}
        connection.execute(tables.referrals.update().where(tables.referrals.c.reference == second).values(**values))

    assert [each.reference for each in referrals.listed(database)] == [second, first]
    assert [each.reference for each in referrals.listed(database, limit=1)] == [second]
    assert [each.reference for each in referrals.listed(database, organisation="riverside")] == [first]
    assert [each.reference for each in referrals.listed(database, states=["failed"])] == [second]
    assert referrals.find(database, "RG-0000-0000") is None


def test_a_time_without_a_zone_does_not_reach_the_store(database: Database, ring: KeyRing) -> None:
    definitions.keep(database, [DEFINITION], NOW)

    with pytest.raises(ValueError, match="without a zone"):
        sending.send(
            database,
            ring,
            a_referral(),
            instance=HASH,
            answers=b"",
            now=datetime(2026, 5, 4),  # noqa: DTZ001 - on purpose
        )


HOUR = timedelta(hours=1)
