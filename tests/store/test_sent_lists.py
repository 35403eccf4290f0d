"""What an agency has sent, in its own words, in parts and in order; never what another one sent."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text, update

from gateway.keys import KeyRing
from gateway.store import definitions, sending, sent_lists, tables
from gateway.store.database import Database
from gateway.store.sending import Sender
from gateway.store.sent_lists import Condition, Stands

from .making import DEFINITION, NOW, a_referral

AGENCY, OTHER = "a" * 22, "b" * 22


def sent(database: Database, ring: KeyRing, agency: str = AGENCY, minutes: int = 0, **changes: object) -> str:
    """Store a referral of an agency."""
    definitions.keep(database, [DEFINITION], NOW)
    at = NOW + timedelta(minutes=minutes)
    referral = a_referral(created_at=at, **changes)
    instance = referral.reference.ljust(64, "0")
    sending.send(database, ring, referral, instance=instance, answers=b"{}", now=at, sender=Sender(agency))
    return referral.reference


def put(database: Database, reference: str, **values: object) -> None:
    with database.write() as connection:
        connection.execute(update(tables.referrals).where(tables.referrals.c.reference == reference).values(**values))


def references(database: Database, *conditions: Condition, **more: object) -> list[str]:
    part = sent_lists.listed(
        database, AGENCY, conditions, **{"sort": "created_at", "descending": False, "limit": 100, "offset": 0, **more}
    )
    return [each.reference for each in part.objects]


def test_every_state_has_one_word_and_the_word_finds_it(database: Database, ring: KeyRing) -> None:
    expected = {
        sent(database, ring): Stands.RECEIVED,
        sent(database, ring): Stands.RECEIVED,
        sent(database, ring): Stands.PASSED_ON,
        sent(database, ring): Stands.IMPORTED,
        sent(database, ring): Stands.NEEDS_ATTENTION,
        sent(database, ring): Stands.NEEDS_ATTENTION,
        sent(database, ring): Stands.NEEDS_ATTENTION,
        sent(database, ring): Stands.CLOSED,
        sent(database, ring): Stands.CLOSED,
    }
    values: list[dict[str, object]] = [
        {"state": "pending"},
        {"state": "sending"},
        {"state": "delivered"},
        {"state": "delivered", "imported_at": NOW},
        {"state": "held"},
        {"state": "unknown"},
        {"state": "failed"},
        {"state": "closed"},
        {"state": "closed", "imported_at": NOW},
    ]
    for reference, changes in zip(expected, values, strict=True):
        put(database, reference, **changes)

    found = {reference: sent_lists.find(database, AGENCY, reference) for reference in expected}

    assert {reference: each.state for reference, each in found.items() if each} == expected
    for word in Stands:
        theirs = {reference for reference, state in expected.items() if state is word}
        assert set(references(database, Condition("state", "in", (word,)))) == theirs


def test_nothing_of_another_agency_or_of_the_public_is_there(database: Database, ring: KeyRing) -> None:
    ours, theirs = sent(database, ring), sent(database, ring, OTHER)
    public = a_referral()
    sending.send(database, ring, public, instance="c" * 64, answers=b"{}", now=NOW)

    assert references(database) == [ours]
    assert sent_lists.find(database, AGENCY, theirs) is None
    assert sent_lists.find(database, AGENCY, public.reference) is None
    assert references(database, Condition("reference", "in", (theirs, public.reference))) == []


def test_parts_in_both_directions_have_each_once(database: Database, ring: KeyRing) -> None:
    for minute in (3, 1, 2, 1, 5):
        sent(database, ring, minutes=minute)
    forward, back = references(database), references(database, descending=True)

    assert forward == back[::-1]
    assert [*references(database, limit=2), *references(database, limit=2, offset=2)] == forward[:4]
    part = sent_lists.listed(database, AGENCY, sort="updated_at", descending=True, limit=2, offset=3)
    assert (part.total, part.more, len(part.objects)) == (5, False, 2)


def test_more_than_can_be_counted_is_said_and_not_counted(
    database: Database, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent_lists, "MOST", 2)
    totals = []
    for _ in range(3):
        sent(database, ring)
        totals.append(sent_lists.listed(database, AGENCY, sort="created_at", descending=True, limit=1, offset=0).total)

    assert totals == [1, 2, None]


@pytest.mark.parametrize(("operation", "expected"), [("gt", (2, 3)), ("gte", (1, 2, 3)), ("lt", (0,)), ("lte", (0, 1))])
def test_times_are_compared(database: Database, ring: KeyRing, operation: str, expected: tuple[int, ...]) -> None:
    all_of_them = [sent(database, ring, minutes=minute) for minute in range(4)]
    at: datetime = NOW + timedelta(minutes=1)

    found = references(database, Condition("created_at", operation, (at,)))

    assert found == [all_of_them[number] for number in expected]
    assert found == references(database, Condition("updated_at", operation, (at,)))


def test_words_are_compared(database: Database, ring: KeyRing) -> None:
    one, other = sent(database, ring, minutes=1, form="support"), sent(database, ring, minutes=2, form="contact-me")

    assert references(database, Condition("form", "in", ("contact-me", "nothing"))) == [other]
    assert references(database, Condition("form", "startswith", ("supp",))) == [one]
    assert references(database, Condition("reference", "startswith", (one[:-2],))) == [one]
    assert references(database, Condition("form", "startswith", ("%",))) == []


def test_lists_walk_an_index(database: Database, ring: KeyRing) -> None:
    """What is asked for most is found without looking at what others sent, nor sorting what this one did."""
    if database.sqlite_file is None:
        pytest.skip("PostgreSQL decides by what is in the table")
    with database.read() as connection:
        for column in ("created_at", "updated_at"):
            plan = connection.execute(
                text(
                    f"EXPLAIN QUERY PLAN SELECT form FROM referrals WHERE agency = 'a' AND agency IS NOT NULL "  # noqa: S608
                    f"ORDER BY {column} DESC, reference DESC LIMIT 21"
                )
            ).all()
            said = " ".join(row.detail for row in plan)
            assert "USING INDEX ix_referrals_agency" in said, said
            assert all("SCAN" not in row.detail for row in plan)


def test_the_times_of_a_list_are_in_order(database: Database, ring: KeyRing) -> None:
    for minute in (3, 1, 2):
        sent(database, ring, minutes=minute)
    part = sent_lists.listed(database, AGENCY, sort="created_at", descending=True, limit=10, offset=0)

    assert all(one.created_at > other.created_at for one, other in pairwise(part.objects))
