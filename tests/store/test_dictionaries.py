"""Lists that were read: a good one replaces a good one, and a choice that has gone keeps the time when it went."""

from datetime import datetime, timedelta

from gateway.store import dictionaries
from gateway.store.database import Database
from gateway.store.dictionaries import Change, Entry, Listed

HOUR = timedelta(hours=1)
NAME = "organisations/district"
BOTH = [("1", "Upper Sample"), ("2", "Lower Sample")]


def keep(database: Database, found: list[Entry], now: datetime, **more: list[Entry]) -> Change:
    return dictionaries.keep(database, "riverside", NAME, found, now=now, **more)


def stand(database: Database) -> dictionaries.Reading:
    return dictionaries.readings(database)["riverside", NAME]


def load(database: Database) -> tuple[Listed, ...] | None:
    return dictionaries.load(database, "riverside", NAME)


def test_a_list_comes_back_in_its_order(database: Database, now: datetime) -> None:
    assert keep(database, [("9", "Zebra Row"), ("1", "Upper Sample")], now) == Change(1, new=2)

    assert load(database) == (Listed("9", "Zebra Row"), Listed("1", "Upper Sample"))
    assert dictionaries.versions(database) == {("riverside", NAME): 1}
    assert dictionaries.count(database, "riverside", NAME) == 2


def test_the_version_grows_only_when_something_changed(database: Database, now: datetime) -> None:
    keep(database, BOTH, now)

    assert keep(database, BOTH, now + HOUR) == Change(1)
    assert stand(database).read_at == now + HOUR
    assert keep(database, [BOTH[0], ("2", "Lower Sample and Hill")], now + 2 * HOUR) == Change(2, renamed=1)
    assert keep(database, [("2", "Lower Sample and Hill"), BOTH[0]], now + 3 * HOUR) == Change(3)


def test_what_has_gone_keeps_its_time_until_it_comes_back(database: Database, now: datetime) -> None:
    keep(database, BOTH, now)

    assert keep(database, BOTH[:1], now + HOUR) == Change(2, withdrawn=1)
    assert load(database) == (Listed("1", "Upper Sample"), Listed("2", "Lower Sample", now + HOUR))
    assert dictionaries.count(database, "riverside", NAME) == 1
    assert keep(database, BOTH[:1], now + 2 * HOUR) == Change(2)
    assert (load(database) or ())[1].withdrawn_at == now + HOUR

    assert keep(database, BOTH, now + 3 * HOUR) == Change(3, new=1)
    assert load(database) == (Listed("1", "Upper Sample"), Listed("2", "Lower Sample"))


def test_what_was_offered_until_the_first_reading_is_withdrawn_by_it(database: Database, now: datetime) -> None:
    change = keep(database, BOTH, now, before=[("2", "Lower Sample"), ("3", "Old Sample")])

    assert change == Change(1, new=1, withdrawn=1)
    assert load(database) == (*(Listed(*each) for each in BOTH), Listed("3", "Old Sample", now))
    assert keep(database, BOTH, now, before=[("4", "Older Sample")]) == Change(1)


def test_what_went_long_ago_is_forgotten(database: Database, now: datetime) -> None:
    keep(database, BOTH, now)
    keep(database, BOTH[:1], now + HOUR)
    keep(database, BOTH[:1], now + timedelta(days=500))

    assert load(database) == (Listed("1", "Upper Sample"),)


def test_a_problem_is_noted_and_changes_no_list(database: Database, now: datetime) -> None:
    keep(database, BOTH, now)
    dictionaries.note(database, "riverside", NAME, "answered 500", now=now + HOUR)

    assert stand(database) == dictionaries.Reading("riverside", NAME, 1, now, now + HOUR, "answered 500")
    assert len(load(database) or ()) == 2
    keep(database, BOTH, now + 2 * HOUR)
    assert stand(database).problem is None


def test_what_could_never_be_read_has_no_version(database: Database, now: datetime) -> None:
    dictionaries.note(database, "riverside", NAME, "connection refused", now=now)

    assert stand(database).version == 0
    assert dictionaries.versions(database) == {}
    assert keep(database, BOTH, now, before=[("3", "Old Sample")]) == Change(1, new=2, withdrawn=1)


def test_organisations_and_names_are_apart(database: Database, now: datetime) -> None:
    keep(database, BOTH, now)
    dictionaries.keep(database, "hillside", NAME, BOTH[:1], now=now)
    dictionaries.keep(database, "riverside", "client_type", [("7", "Service user")], now=now)

    assert len(load(database) or ()) == 2
    assert dictionaries.load(database, "hillside", NAME) == (Listed("1", "Upper Sample"),)


def test_a_store_that_cannot_be_asked_says_nothing(empty_database: Database) -> None:
    assert dictionaries.versions(empty_database) is None
    assert dictionaries.load(empty_database, "riverside", NAME) is None
