"""Agencies: what fills itself in, and that an end, or a leaver, is one at once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from gateway.identity.roles import Role
from gateway.keys import KeyRing
from gateway.store import accounts, agencies, agency_drafts, definitions, sending, sent_lists, tables
from gateway.store.database import Database
from gateway.store.drafts import Draft, Drafts, instance_hash
from gateway.store.people import Deciding
from gateway.store.people_tables import agency_drafts as shared_table
from gateway.store.sending import Sender
from tests.store.making import DEFINITION, NOW, a_referral, rows

RIVERSIDE, HILLTOP = "riverside", "hilltop"
INSTANCE = b"i" * 16


@pytest.fixture
def agency(database: Database) -> str:
    """An agency of Riverside."""
    return made(database)


def made(database: Database, organisation: str = RIVERSIDE, name: str = "Northside Surgery") -> str:
    with database.write() as connection:
        return agencies.add(connection, Deciding("nobody", organisation, NOW), name)


def sent_by(database: Database, ring: KeyRing, agency: str, at: datetime = NOW, organisation: str = RIVERSIDE) -> str:
    definitions.keep(database, [DEFINITION], NOW)
    found = a_referral(organisation=organisation)
    instance = found.reference.ljust(64, "0")
    sending.send(database, ring, found, instance=instance, answers=b"{}", now=at, sender=Sender(agency, "nobody"))
    return found.reference


def a_draft(database: Database, ring: KeyRing, agency: str, instance: bytes = INSTANCE) -> None:
    definitions.keep(database, [DEFINITION], NOW)
    later = NOW + timedelta(days=7)
    fresh = Draft(RIVERSIDE, "support", DEFINITION.hash, "en", {"surname": ["Sample"]}, 1, NOW, later)
    Drafts(database, ring).create(instance, fresh)
    agency_drafts.share(database, ring, instance, agency=agency, account="nobody", now=NOW)


def test_an_agency_is_one_of_its_organisation_alone(database: Database, agency: str) -> None:
    elsewhere = made(database, HILLTOP)

    assert agencies.find(database, HILLTOP, agency) is None
    assert [each.id for each in agencies.listed(database, HILLTOP)] == [elsewhere]


def test_drafts_are_shared_within_the_agency_alone(database: Database, ring: KeyRing, agency: str) -> None:
    a_draft(database, ring, agency)
    other, key = made(database, name="Eastside School"), instance_hash(INSTANCE)

    (shared,) = agency_drafts.listed(database, ring, RIVERSIDE, agency, NOW)
    assert (shared.instance, shared.form, shared.hash) == (INSTANCE, "support", key)
    assert "instance" not in repr(shared)
    assert agency_drafts.find(database, ring, RIVERSIDE, agency, key, NOW) == shared
    assert agency_drafts.listed(database, ring, RIVERSIDE, other, NOW) == []
    assert agency_drafts.find(database, ring, RIVERSIDE, other, key, NOW) is None
    assert agency_drafts.find(database, ring, HILLTOP, agency, key, NOW) is None
    assert agency_drafts.listed(database, ring, RIVERSIDE, agency, NOW + timedelta(days=7)) == []


@pytest.mark.parametrize("how", ["sent", "left"])
def test_a_draft_that_is_gone_is_gone_for_the_agency_too(
    database: Database, ring: KeyRing, agency: str, how: str
) -> None:
    a_draft(database, ring, agency)
    if how == "left":
        Drafts(database, ring).forget(INSTANCE)
    else:
        key = instance_hash(INSTANCE)
        sending.send(database, ring, a_referral(), instance=key, answers=b"{}", now=NOW, sender=Sender(agency))

    assert rows(database, select(shared_table)) == []
    assert rows(database, select(tables.drafts)) == []


def test_what_fills_itself_in_is_sealed(database: Database, ring: KeyRing, agency: str) -> None:
    agencies.keep_details(database, ring, agency, {"referrer_name": "Ada Sample"})

    assert agencies.details(database, ring, agency) == {"referrer_name": "Ada Sample"}
    (kept,) = rows(database, select(agencies.agencies.c.sealed))
    assert b"Sample" not in kept.sealed
    assert agencies.details(database, ring, made(database)) == {}


def test_an_agency_that_ends_leaves_nobody_in_and_nothing_half_written(
    database: Database, ring: KeyRing, agency: str
) -> None:
    reference = sent_by(database, ring, agency)
    a_draft(database, ring, agency)
    with database.write() as connection:
        account = accounts.write(connection, "ada@northside.example", password=None, now=NOW)
        accounts.join(connection, account, RIVERSIDE, Role.PARTNER, now=NOW, agency=agency)
    assert [each.email for each in agencies.people(database, agency)] == ["ada@northside.example"]
    assert agencies.how_many(database, "riverside") == {agency: 1}

    with database.write() as connection:
        assert not agencies.end(connection, Deciding("nobody", HILLTOP, NOW), agency)
        assert agencies.end(connection, Deciding("nobody", RIVERSIDE, NOW), agency)
        assert not agencies.end(connection, Deciding("nobody", RIVERSIDE, NOW), agency)

    ada = accounts.by_id(database, account)
    assert ada is not None
    assert ada.memberships == {}
    assert rows(database, select(tables.drafts)) == []
    assert sent_lists.find(database, agency, reference) is not None  # the charity still knows whose it is
