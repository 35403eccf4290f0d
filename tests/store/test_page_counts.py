"""Pages that people got past are numbers by day, form and page; nothing else, and not for ever."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.store import page_counts
from gateway.store.database import Database
from gateway.store.page_counts import Passed

DAY = date(2026, 5, 4)
PASSED = Passed(DAY, "riverside", "support", "about")


def count(database: Database, *passed: Passed) -> None:
    """Count each in a transaction of its own."""
    for each in passed:
        with database.write() as connection:
            page_counts.add(connection, each)


def test_each_form_page_and_day_is_counted_apart(database: Database) -> None:
    later, other = replace(PASSED, day=DAY + timedelta(days=1)), replace(PASSED, page="contact")
    count(database, PASSED, PASSED, later, other, replace(PASSED, organisation="hillside"))

    assert page_counts.read(database, "riverside", DAY, DAY) == {("support", "about"): 2, ("support", "contact"): 1}
    assert page_counts.read(database, "riverside", DAY, later.day)["support", "about"] == 3
    assert page_counts.read(database, "riverside", later.day, later.day) == {("support", "about"): 1}


def test_what_is_undone_is_not_counted(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        page_counts.add(connection, PASSED)
        _ = 1 / 0

    assert page_counts.read(database, "riverside", DAY, DAY) == {}


def test_after_400_days_it_is_gone(database: Database) -> None:
    count(database, PASSED, replace(PASSED, day=DAY + timedelta(days=1)))
    now = datetime(2026, 5, 4, 12, tzinfo=UTC) + timedelta(days=400)

    assert page_counts.forget_old(database, now) == 0
    assert page_counts.forget_old(database, now + timedelta(days=1)) == 1
    assert page_counts.read(database, "riverside", DAY, DAY + timedelta(days=9)) == {("support", "about"): 1}
