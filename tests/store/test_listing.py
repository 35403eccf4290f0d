"""Lists go page by page over everything that was asked for, once each, forth and back, however many rows are walked."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import insert

from gateway.store import definitions, listing, tables
from gateway.store.database import Database
from gateway.store.listing import Page, Sort, Wanted
from gateway.store.people_tables import agencies
from gateway.store.states import ReferralState
from gateway.store.walking import Place

from .making import DEFINITION, NOW
from .stepping import steps_of

HOUR = timedelta(hours=1)
STATES = (ReferralState.DELIVERED, ReferralState.FAILED, ReferralState.DELIVERED)
ALL = Wanted("riverside")


@pytest.fixture
def filled(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A store of two organisations, with pages of 4, of which 12 rows are walked at most."""
    monkeypatch.setattr(listing, "PER_PAGE", 4)
    monkeypatch.setattr(listing, "AT_MOST", 12)
    definitions.keep(database, [DEFINITION], NOW)
    with database.write() as connection:
        for name in ("Alpha", "Beta"):
            row = {"id": name.lower(), "organisation": "riverside", "name": name, "created_at": NOW}
            connection.execute(insert(agencies).values(**row))
        connection.execute(insert(tables.referrals), [referral(number) for number in range(60)])
    return database


def referral(number: int) -> dict[str, object]:
    """Invent a row; several were sent at one moment."""
    theirs = number % 10 == 9
    return {
        "reference": f"RG-{number * 7919 % 10000:04}-{number + 1:04}",
        "organisation": "hilltop" if theirs else "riverside",
        "form": ("support", "contact-me")[number % 4 == 3],
        "definition": DEFINITION.hash,
        "language": "en",
        "state": STATES[number % 3],
        "test": number % 5 == 0,
        "agency": None if theirs else (None, "alpha", "beta", None)[number % 4],
        "created_at": NOW + (number // 3) * HOUR,
        "updated_at": NOW + (number * 7 % 20) * HOUR,
    }


def expected(wanted: Wanted) -> list[str]:
    """Say what a list holds, without any database."""
    fields = ("organisation", "state", "form", "agency", "test")
    asked = {name: value for name in fields if (value := getattr(wanted, name)) is not None}
    found = [
        each
        for each in map(referral, range(60))
        if all(each[name] == value for name, value in asked.items())
        and (not wanted.since or each["created_at"] >= wanted.since)
        and (not wanted.before or each["created_at"] < wanted.before)
    ]
    key = "created_at" if wanted.sort is Sort.SENT else "updated_at"
    return [each["reference"] for each in sorted(found, key=lambda each: (each[key], each["reference"]), reverse=True)]


def shown(page: Page) -> list[str]:
    """The references of a page."""
    return [each.listed.reference for each in page.entries]


def walk_down(database: Database, wanted: Wanted) -> list[Page]:
    """Every page, from the newest on."""
    pages = [listing.page(database, wanted)]
    while pages[-1].older:
        pages.append(listing.page(database, wanted, behind=pages[-1].older))
        assert len(pages) < 60
    return pages


def walk_up(database: Database, wanted: Wanted, place: Place | None) -> list[str]:
    """Every row ahead of a place, the newest first."""
    found: list[str] = []
    while place:
        page = listing.page(database, wanted, ahead=place)
        found, place = shown(page) + found, page.newer
    return found


DAY = (NOW + 5 * HOUR, NOW + 15 * HOUR)
LISTS = [
    Wanted("riverside", state, form, agency, test, since, before, sort)
    for state, form, agency, test, (since, before), sort in product(
        (None, ReferralState.FAILED, ReferralState.HELD),
        (None, "contact-me"),
        (None, "alpha"),
        (None, True),
        ((None, None), DAY),
        Sort,
    )
]


def test_every_list_holds_what_was_asked_for_once_each_in_order(filled: Database) -> None:
    for wanted in LISTS:
        pages = walk_down(filled, wanted)

        assert [each for page in pages for each in shown(page)] == expected(wanted), wanted
        assert all(len(page.entries) <= 4 for page in pages), wanted


def test_the_way_back_leads_over_the_same_rows(filled: Database) -> None:
    for wanted in LISTS:
        *before, last = walk_down(filled, wanted)
        if before:
            rows = [each for page in before for each in shown(page)]
            assert walk_up(filled, wanted, last.newer) == rows, wanted


def test_what_is_much_is_not_counted_to_its_end(filled: Database) -> None:
    few = listing.page(filled, replace(ALL, state=ReferralState.FAILED, since=NOW + 10 * HOUR))
    many, rare = listing.page(filled, ALL), listing.page(filled, replace(ALL, form="support", test=True))

    assert few.total == len(expected(replace(ALL, state=ReferralState.FAILED, since=NOW + 10 * HOUR)))
    assert (many.total, many.cut) == (None, False)
    assert (rare.total, rare.cut) == (None, True)
    assert len(rare.entries) < 4
    assert rare.older is not None


def test_the_first_page_has_none_before_it_and_the_last_none_behind_it(filled: Database) -> None:
    first, *_, last = walk_down(filled, ALL)

    assert first.newer is None
    assert last.older is None


def test_a_list_names_the_agency_that_sent_it(filled: Database) -> None:
    page = listing.page(filled, replace(ALL, agency="beta"))

    assert {each.agency for each in page.entries} == {"Beta"}


MANY = 10_000


def one_of_many(number: int) -> dict[str, object]:
    """Invent one of the many that were delivered, by the form and the agency of most."""
    at = NOW + HOUR * 6 + timedelta(seconds=number)
    many = {"state": "delivered", "form": "most", "test": False, "agency": "alpha", "organisation": "riverside"}
    return {**referral(0), **many, "reference": f"RG-{number:04}-ZZZZ", "created_at": at, "updated_at": at}


@pytest.mark.parametrize("known", [False, True], ids=["as it comes", "analysed"])
def test_no_list_walks_through_all_that_was_ever_sent(filled: Database, known: bool) -> None:
    with filled.write() as connection:
        connection.execute(insert(tables.referrals), [one_of_many(number) for number in range(MANY)])
        if known:
            connection.exec_driver_sql("ANALYZE")
    place = Place(NOW + 8 * HOUR, "RG-0000-0000")
    with steps_of(filled) as steps:
        for wanted, where in product(LISTS, ({}, {"behind": place}, {"ahead": place})):
            listing.page(filled, wanted, **where)

            assert steps.taken() < MANY, (wanted, where)


def test_a_time_that_nobody_sent_at_is_an_empty_page(filled: Database) -> None:
    far = datetime.max.replace(tzinfo=NOW.tzinfo)

    assert shown(listing.page(filled, replace(ALL, since=far))) == []
    assert listing.page(filled, replace(ALL, organisation="nobody")).total == 0
