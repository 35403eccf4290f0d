"""Days and weeks are those of the United Kingdom, also where the clocks change."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.store.page_counts import KEPT
from gateway.web.staff.periods import PERIODS, buckets

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # a Sunday


@pytest.mark.parametrize(
    ("period", "number", "first"),
    [
        ("7-days", 7, date(2026, 11, 16)),
        ("30-days", 30, date(2026, 10, 24)),
        ("90-days", 90, date(2026, 8, 25)),
        ("12-weeks", 12, date(2026, 8, 31)),
        ("52-weeks", 52, date(2025, 11, 24)),
    ],
)
def test_a_period_ends_with_today(period: str, number: int, first: date) -> None:
    found = buckets(PERIODS[period], NOW)

    assert (len(found), found[0].first) == (number, first)
    assert found[-1].first <= NOW.date() <= found[-1].last
    assert all(one.span.ends == other.span.begins for one, other in itertools.pairwise(found))


def test_weeks_begin_on_monday() -> None:
    assert {each.first.weekday() for each in buckets(PERIODS["12-weeks"], NOW)} == {0}
    assert buckets(PERIODS["12-weeks"], NOW + timedelta(hours=12))[-1].first == date(2026, 11, 23)


def test_just_after_midnight_in_summer_it_is_the_next_day_there() -> None:
    assert buckets(PERIODS["7-days"], datetime(2026, 7, 1, 23, 30, tzinfo=UTC))[-1].first == date(2026, 7, 2)


def test_the_days_on_which_clocks_change_are_longer_and_shorter() -> None:
    lengths = {
        each.first: each.span.ends - each.span.begins
        for now in (datetime(2026, 3, 30, 12, tzinfo=UTC), datetime(2026, 10, 26, 12, tzinfo=UTC))
        for each in buckets(PERIODS["7-days"], now)
    }

    odd = {day: length for day, length in lengths.items() if length != timedelta(hours=24)}
    assert odd == {date(2026, 3, 29): timedelta(hours=23), date(2026, 10, 25): timedelta(hours=25)}


def test_names_say_which_days_they_are() -> None:
    day, week = buckets(PERIODS["7-days"], NOW)[0], buckets(PERIODS["12-weeks"], NOW)[0]

    assert (day.short, day.name) == ("16 Nov", "Mon 16 November 2026")
    assert (week.short, week.name) == ("31 Aug", "31 Aug to 6 Sep 2026")


def test_no_period_is_longer_than_pages_are_counted() -> None:
    assert max(period.buckets * period.days for period in PERIODS.values()) < KEPT.days
