"""What an agency has sent, in its own words, in parts and in order; never what another one sent."""

import operator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise, product
from typing import Any

import pytest
from sqlalchemy import insert, update

from gateway.keys import KeyRing
from gateway.store import definitions, sending, sent_lists, tables
from gateway.store.database import Database
from gateway.store.people_tables import agencies
from gateway.store.sending import Sender
from gateway.store.sent_lists import Condition, Part, Wanted
from gateway.store.states import ReferralState, Stands, stands
from gateway.store.walking import Place

from .making import DEFINITION, NOW, a_referral
from .stepping import steps_of

AGENCY, OTHER = "a" * 22, "b" * 22


@pytest.fixture(autouse=True)
def _both_are_there(database: Database) -> None:
    with database.write() as connection:
        rows = [{"id": each, "organisation": "riverside", "name": each, "created_at": NOW} for each in (AGENCY, OTHER)]
        connection.execute(insert(agencies), rows)


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
    wanted = Wanted(**{"descending": False, "limit": 100, **more}, conditions=conditions)
    return [each.reference for each in sent_lists.listed(database, AGENCY, wanted).objects]


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
    part = sent_lists.listed(database, AGENCY, Wanted("updated_at", limit=2, offset=3))
    assert (part.total, part.end, len(part.objects)) == (5, None, 2)


def test_more_than_can_be_counted_is_said_and_not_counted(
    database: Database, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent_lists, "MOST", 2)
    totals = []
    for _ in range(3):
        sent(database, ring)
        totals.append(sent_lists.listed(database, AGENCY, Wanted(limit=1)).total)

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


def test_the_times_of_a_list_are_in_order(database: Database, ring: KeyRing) -> None:
    for minute in (3, 1, 2):
        sent(database, ring, minutes=minute)
    part = sent_lists.listed(database, AGENCY, Wanted())

    assert all(one.created_at > other.created_at for one, other in pairwise(part.objects))


HOUR = timedelta(hours=1)
MIDDLE = NOW + 8 * HOUR
STATES = ["delivered", "delivered", "pending", "delivered", "failed", "delivered", "delivered", "closed"]
ASKED: list[tuple[Condition, ...]] = [
    (),
    *((Condition("state", "in", (word,)),) for word in Stands),
    (Condition("state", "in", (Stands.RECEIVED, Stands.CLOSED)),),
    (Condition("state", "in", (Stands.IMPORTED, Stands.CLOSED)),),
    (Condition("state", "in", (Stands.IMPORTED, Stands.CLOSED)), Condition("state", "in", (Stands.CLOSED,))),
    (Condition("form", "in", ("contact-me",)),),
    (Condition("form", "in", ("contact-me", "support")), Condition("form", "startswith", ("con",))),
    (Condition("form", "startswith", ("s",)),),
    (Condition("reference", "startswith", ("RG-0",)),),
    (Condition("reference", "startswith", ("RG-00",)), Condition("form", "in", ("support",))),
    (Condition("reference", "in", ("RG-0000-0000", "RG-0013-0013")),),
    *(
        (Condition(column, operation, (MIDDLE,)),)
        for column in ("created_at", "updated_at", "passed_on_at", "imported_at")
        for operation in ("gt", "gte", "lt", "lte")
    ),
    (Condition("created_at", "gt", (NOW + 2 * HOUR,)), Condition("updated_at", "lt", (MIDDLE,))),
    (Condition("created_at", "lt", (MIDDLE,)), Condition("created_at", "lte", (NOW + 2 * HOUR,))),
    (Condition("form", "in", ("support",)), Condition("state", "in", (Stands.PASSED_ON,))),
    (Condition("form", "in", ("contact-me", "gone", "support")),),
    (Condition("form", "in", ("gone",)), Condition("form", "startswith", ("m",))),
    (Condition("passed_on_at", "lt", (MIDDLE,)), Condition("form", "in", ("contact-me",))),
    *((Condition("account", "in", one),) for one in (("ada",), ("a token", "gone"), ())),
    (Condition("account", "in", ("ada",)), Condition("state", "in", (Stands.PASSED_ON,))),
    (Condition("account", "in", ("ada",)), Condition("form", "in", ("support",))),
    (Condition("account", "in", ("a token",)), Condition("created_at", "gte", (MIDDLE,))),
]


def row(number: int) -> dict[str, object]:
    """Invent a row; several were sent at one moment."""
    at, state = NOW + (number // 3) * HOUR, STATES[number % len(STATES)]
    return {
        "reference": f"RG-{number:04}-{number:04}",
        "organisation": "riverside",
        "form": ("support", "support", "contact-me")[number * 5 % 7 % 3],
        "definition": DEFINITION.hash,
        "language": "en",
        "state": state,
        "test": False,
        "agency": OTHER if number % 9 == 8 else AGENCY,
        "account": (None, "ada", "a token")[number * 3 % 11 % 3],
        "created_at": at,
        "updated_at": NOW + (number * 7 % 20) * HOUR,
        "delivered_at": at + HOUR if state == "delivered" else None,
        "imported_at": at + 2 * HOUR if number % 5 == 0 and state != "pending" else None,
    }


ROWS = [row(number) for number in range(60)]


@pytest.fixture
def filled(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A store of two agencies, of which a list counts 12 rows and reads 18 at most."""
    monkeypatch.setattr(sent_lists, "MOST", 12)
    monkeypatch.setattr(sent_lists, "READ", 18)
    definitions.keep(database, [DEFINITION], NOW)
    with database.write() as connection:
        connection.execute(insert(tables.referrals), ROWS)
    return database


def meets(each: dict[str, Any], asked: Condition) -> bool:
    """Judge a row without any database."""
    if asked.column == "state":
        return stands(ReferralState(each["state"]), imported=each["imported_at"] is not None) in asked.values
    value = each[sent_lists.COLUMNS[asked.column]]
    if asked.operation == "startswith":
        return str(value).startswith(asked.values)
    if asked.operation == "in":
        return value in asked.values
    return value is not None and bool(getattr(operator, asked.operation.replace("te", "e"))(value, *asked.values))


def expected(wanted: Wanted) -> list[str]:
    """Say what a list holds."""
    found = [each for each in ROWS if each["agency"] == AGENCY and all(meets(each, one) for one in wanted.conditions)]
    found.sort(key=lambda each: (each[wanted.sort], each["reference"]), reverse=wanted.descending)
    return [each["reference"] for each in found]


def walk(database: Database, wanted: Wanted) -> list[Part]:
    """Every part, each behind the one before it."""
    parts = [sent_lists.listed(database, AGENCY, wanted)]
    while (end := parts[-1].end) is not None:
        behind = replace(wanted, behind=end, offset=wanted.offset - sum(each.passed for each in parts))
        parts.append(sent_lists.listed(database, AGENCY, behind))
        assert len(parts) < 60
    return parts


LISTS = [
    Wanted(sort, descending, 4, conditions=asked)
    for asked, sort, descending in product(ASKED, ("created_at", "updated_at"), (True, False))
]


def test_every_list_holds_what_was_asked_for_once_each_in_order(filled: Database) -> None:
    for wanted in LISTS:
        parts = walk(filled, wanted)

        assert [each.reference for part in parts for each in part.objects] == expected(wanted), wanted
        assert all(len(part.objects) <= 4 for part in parts), wanted
        assert parts[0].total in {None, len(expected(wanted))}, wanted


def test_what_is_passed_over_is_passed_over_once(filled: Database) -> None:
    for wanted in (replace(each, offset=7) for each in LISTS):
        found = [each.reference for part in walk(filled, wanted) for each in part.objects]

        assert found == expected(wanted)[7:], wanted


def test_what_an_index_leads_to_is_counted_where_it_is_little(filled: Database) -> None:
    for asked, counted in (
        (Condition("state", "in", (Stands.NEEDS_ATTENTION,)), True),
        (Condition("state", "in", (Stands.IMPORTED,)), True),
        (Condition("reference", "startswith", ("RG-000",)), True),
        (Condition("form", "startswith", ("s",)), False),
        (Condition("state", "in", (Stands.PASSED_ON,)), False),
    ):
        wanted = Wanted(conditions=(asked,))
        total = sent_lists.listed(filled, AGENCY, wanted).total
        assert total == (len(expected(wanted)) if counted else None), asked


MANY = 10_000


def one_of_many(number: int, stand: Stands) -> dict[str, object]:
    """Invent one of the many that were delivered long ago, by the form and the account of most."""
    at = NOW - HOUR * (number + 1)
    delivered = {"state": "delivered", "delivered_at": at, "imported_at": at if stand is Stands.IMPORTED else None}
    most = {"reference": f"RG-{number:04}-ZZZZ", "form": "most", "account": "most"}
    return {**row(0), **delivered, **most, "created_at": at, "updated_at": at}


@pytest.mark.parametrize("known", [False, True], ids=["as it comes", "analysed"])
@pytest.mark.parametrize("stand", [Stands.PASSED_ON, Stands.IMPORTED])
def test_no_list_walks_through_all_that_was_ever_sent(filled: Database, stand: Stands, known: bool) -> None:
    with filled.write() as connection:
        connection.execute(insert(tables.referrals), [one_of_many(number, stand) for number in range(MANY)])
        if known:
            connection.exec_driver_sql("ANALYZE")
    places = (None, Place(NOW, "RG-0030-0030"), Place(NOW - 9 * HOUR, "RG-0030-0030"))
    with steps_of(filled) as steps:
        for asked, sort, descending, behind in product(ASKED, ("created_at", "updated_at"), (True, False), places):
            sent_lists.listed(filled, AGENCY, Wanted(sort, descending, 4, behind=behind, conditions=asked))

            assert steps.taken() < MANY, (asked, sort, descending, behind)
