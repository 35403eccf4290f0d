"""Lists go page by page over everything that was asked for, once each, forth and back, however many rows are walked."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event, insert

from gateway.store import definitions, listing, tables
from gateway.store.database import Database
from gateway.store.listing import Page, Place, Sort, Wanted
from gateway.store.people_tables import agencies
from gateway.store.states import ReferralState

from .making import DEFINITION, NOW

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


def test_no_list_walks_through_all_that_was_ever_sent(filled: Database) -> None:
    if filled.sqlite_file is None:
        pytest.skip("PostgreSQL plans by what its tables hold")
    asked: list[tuple[str, Any]] = []
    event.listen(filled.engine, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))
    place = Place(NOW + 20 * HOUR, "RG-0000-0000")
    for wanted in LISTS:
        listing.page(filled, wanted, behind=place)
        listing.page(filled, wanted, ahead=place)

    with filled.read() as connection:
        plans = {
            row.detail
            for statement, parameters in {(each, tuple(more)) for each, more in asked if "FROM" in each}
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        }
    assert not [plan for plan in plans if plan.startswith("SCAN referrals")]
    led = {plan.split("ix_")[1] for plan in plans if "ix_" in plan}
    assert {each.split()[0] for each in led} <= {
        "referrals_organisation_created_at", "referrals_organisation_updated_at", "referrals_agency",
        "referrals_agency_updated_at", "referrals_agency_form_created_at", "referrals_agency_state_created_at",
        "referrals_agency_account_created_at",  # to count them, of which it knows as much
        "referrals_state_organisation_created_at", "referrals_organisation_form_created_at",
    }  # fmt: skip


def test_a_time_that_nobody_sent_at_is_an_empty_page(filled: Database) -> None:
    far = datetime.max.replace(tzinfo=NOW.tzinfo)

    assert shown(listing.page(filled, replace(ALL, since=far))) == []
    assert listing.page(filled, replace(ALL, organisation="nobody")).total == 0
