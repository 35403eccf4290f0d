"""Drafts: sealed twice, changed in turn, gone when they are old or left."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gateway.keys import InstanceSeal, KeyRing, SealBroken, new_key
from gateway.store import definitions, sending, tables
from gateway.store.database import Database
from gateway.store.drafts import Draft, DraftMoved, Drafts, forget_expired, instance_hash

from .making import DEFINITION, NOW, a_referral, rows

INSTANCE, OTHER = b"an-instance-only", b"another-instance"
HOUR = timedelta(hours=1)
DRAFT = Draft("riverside", "support", DEFINITION.hash, "en", {"surname": ["Testperson"]}, 1, NOW, NOW + HOUR)


@pytest.fixture
def drafts(database: Database, ring: KeyRing) -> Drafts:
    """Drafts with the definition that they name."""
    definitions.keep(database, [DEFINITION], NOW)
    return Drafts(database, ring)


def stored(database: Database) -> tuple[int, int]:
    """Count drafts and instances."""
    wanted = select(
        select(func.count()).select_from(tables.drafts).scalar_subquery(),
        select(func.count()).select_from(tables.instances).scalar_subquery(),
    )
    (found,) = rows(database, wanted)
    return found[0], found[1]


def test_a_draft_comes_back_as_it_was(drafts: Drafts) -> None:
    drafts.create(INSTANCE, DRAFT)

    assert drafts.load(INSTANCE, NOW) == DRAFT


def test_a_draft_is_found_by_its_own_instance_alone(drafts: Drafts) -> None:
    drafts.create(INSTANCE, DRAFT)

    assert drafts.load(OTHER, NOW) is None


def test_the_ring_alone_opens_no_draft(database: Database, ring: KeyRing, drafts: Drafts) -> None:
    drafts.create(INSTANCE, DRAFT)
    (row,) = rows(database, select(tables.drafts))

    inner = ring.open(row.sealed, table="drafts", row=row.instance, column="sealed")

    assert b"Testperson" not in inner
    assert b"surname" not in inner
    with pytest.raises(SealBroken):
        InstanceSeal(bytes.fromhex(row.instance)).open(inner)  # the hash, which the store holds, is not enough
    assert json.loads(InstanceSeal(INSTANCE).open(inner)) == {"surname": ["Testperson"]}


def test_the_instance_alone_opens_no_draft(database: Database, drafts: Drafts) -> None:
    drafts.create(INSTANCE, DRAFT)

    assert Drafts(database, KeyRing(new_key())).load(INSTANCE, NOW) is None


def test_the_store_holds_no_instance(database: Database, drafts: Drafts) -> None:
    drafts.create(INSTANCE, DRAFT)
    (row,) = rows(database, select(tables.instances))

    assert row.hash == instance_hash(INSTANCE)
    assert row.digest is None
    assert INSTANCE.hex() not in row.hash


def test_saving_makes_the_next_version(drafts: Drafts) -> None:
    drafts.create(INSTANCE, DRAFT)

    later = NOW + 2 * HOUR
    drafts.save(INSTANCE, {"surname": ["Otherperson"]}, version=1, language="cy", expires_at=later)

    expected = replace(DRAFT, answers={"surname": ["Otherperson"]}, version=2, language="cy", expires_at=later)
    assert drafts.load(INSTANCE, NOW) == expected


def test_of_two_changes_to_one_version_the_second_is_told(drafts: Drafts) -> None:
    drafts.create(INSTANCE, DRAFT)
    drafts.save(INSTANCE, {"surname": ["First"]}, version=1, language="en", expires_at=NOW + HOUR)

    with pytest.raises(DraftMoved):
        drafts.save(INSTANCE, {"surname": ["Second"]}, version=1, language="en", expires_at=NOW + HOUR)

    found = drafts.load(INSTANCE, NOW)
    assert found is not None
    assert found.answers == {"surname": ["First"]}


def test_an_instance_gets_one_draft(drafts: Drafts) -> None:
    drafts.create(INSTANCE, DRAFT)

    with pytest.raises(DraftMoved):
        drafts.create(INSTANCE, replace(DRAFT, answers={}))

    assert drafts.load(INSTANCE, NOW) == DRAFT


def test_an_instance_that_was_sent_gets_no_draft_again(database: Database, ring: KeyRing, drafts: Drafts) -> None:
    drafts.create(INSTANCE, DRAFT)
    sending.send(database, ring, a_referral(), instance=instance_hash(INSTANCE), answers=b"{}", now=NOW)

    with pytest.raises(DraftMoved):
        drafts.create(INSTANCE, DRAFT)
    with pytest.raises(DraftMoved):
        drafts.save(INSTANCE, {}, version=1, language="en", expires_at=NOW + HOUR)


def test_an_expired_draft_is_not_shown(drafts: Drafts) -> None:
    drafts.create(INSTANCE, DRAFT)

    assert drafts.load(INSTANCE, NOW + HOUR - timedelta(milliseconds=1)) == DRAFT
    assert drafts.load(INSTANCE, NOW + HOUR) is None


def test_expired_drafts_are_deleted_with_their_instances_and_others_stay(database: Database, drafts: Drafts) -> None:
    drafts.create(INSTANCE, DRAFT)
    drafts.create(OTHER, replace(DRAFT, expires_at=NOW + 2 * HOUR))

    assert forget_expired(database, NOW + HOUR) == 1

    assert stored(database) == (1, 1)
    assert drafts.load(OTHER, NOW) is not None
    assert forget_expired(database, NOW + HOUR) == 0


def test_expired_drafts_are_deleted_a_few_at_a_time(database: Database, drafts: Drafts) -> None:
    for number in range(5):
        drafts.create(bytes([number]) * 16, DRAFT)

    assert forget_expired(database, NOW + HOUR, at_most=3) == 3
    assert forget_expired(database, NOW + HOUR, at_most=3) == 2
    assert stored(database) == (0, 0)


def test_a_draft_that_is_left_is_gone_with_its_instance(database: Database, drafts: Drafts) -> None:
    drafts.create(INSTANCE, DRAFT)

    drafts.forget(INSTANCE)
    drafts.forget(INSTANCE)

    assert stored(database) == (0, 0)


def test_leaving_after_sending_keeps_the_instance_spent(database: Database, ring: KeyRing, drafts: Drafts) -> None:
    drafts.create(INSTANCE, DRAFT)
    sent = sending.send(database, ring, a_referral(), instance=instance_hash(INSTANCE), answers=b"{}", now=NOW)

    drafts.forget(INSTANCE)
    forget_expired(database, NOW + 2 * HOUR)

    before = sending.sent_before(database, ring, instance=instance_hash(INSTANCE))
    assert before is not None
    assert before.reference == sent.reference


def test_a_draft_shows_its_form_and_no_answer() -> None:
    assert repr(DRAFT) == str(DRAFT) == "Draft(riverside/support)"
