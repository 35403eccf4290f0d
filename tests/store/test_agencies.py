"""Agencies: what they sent, page by page; what fills itself in; and that an end, or a leaver, is one at once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from gateway.identity.roles import Role
from gateway.keys import KeyRing
from gateway.store import accounts, agencies, agency_drafts, definitions, sending, tables
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


def test_the_list_goes_on_where_the_last_page_ended_and_misses_none(
    database: Database, ring: KeyRing, agency: str
) -> None:
    # Three at one moment: a page that ends among them must not lose one.
    wanted = {sent_by(database, ring, agency, NOW + timedelta(minutes=each // 3)) for each in range(7)}

    seen, before = [], None
    while page := agencies.sent(database, RIVERSIDE, agency, before=before, limit=2):
        seen += [each.reference for each in page]
        before = (page[-1].created_at, page[-1].reference)

    assert len(seen) == 7
    assert set(seen) == wanted
    newest = agencies.sent(database, RIVERSIDE, agency, limit=7)
    assert [each.created_at for each in newest] == sorted((each.created_at for each in newest), reverse=True)


def test_the_list_walks_its_index_however_many_others_there_are(database: Database, agency: str) -> None:
    if database.url.get_backend_name() != "sqlite":
        pytest.skip("PostgreSQL takes no index for a table of no rows")
    wanted = (
        "SELECT reference FROM referrals WHERE agency = 'a' AND organisation = 'o' ORDER BY created_at DESC LIMIT 9"
    )
    with database.read() as connection:
        plan = " ".join(row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {wanted}")))

    assert "ix_referrals_agency" in plan
    assert "TEMP B-TREE" not in plan


def test_no_agency_sees_what_another_one_sent(database: Database, ring: KeyRing, agency: str) -> None:
    other, elsewhere = made(database, name="Eastside School"), made(database, HILLTOP)
    reference = sent_by(database, ring, agency)

    assert agencies.find_sent(database, RIVERSIDE, agency, reference) is not None
    for organisation, somebody in ((RIVERSIDE, other), (HILLTOP, elsewhere), (HILLTOP, agency)):
        assert agencies.sent(database, organisation, somebody, limit=9) == []
        assert agencies.find_sent(database, organisation, somebody, reference) is None
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
    assert agencies.find_sent(database, RIVERSIDE, agency, reference) is not None  # the charity still knows whose it is
