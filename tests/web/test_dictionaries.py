"""Choices as the web offers them: the snapshot first, then what was read, and what has gone for whoever saw it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from gateway.definitions.loader import Organisation
from gateway.definitions.schema import Choice, Text
from gateway.store import dictionaries
from gateway.store.database import Database
from gateway.store.dictionaries import Entry
from gateway.web.dictionaries import LEEWAY, LOOK_SECONDS, Dictionaries, Offer

HOUR = timedelta(hours=1)
NAME = "organisations/district"
SNAPSHOT = (
    Choice(value="1", label=Text({"en": "Upper", "cy": "Uchaf"})),
    Choice(value="2", label=Text({"": "Lower"})),
)
CHARITY = Organisation("riverside", None, {}, {NAME: SNAPSHOT}, {}, ())


class Time:
    """Seconds that pass when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def passes(self) -> None:
        self.now += LOOK_SECONDS


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def offered(database: Database, time: Time, now: datetime) -> Callable[..., list[tuple[str, str]]]:
    """Give what is offered, in English unless said otherwise."""
    known = Dictionaries(database, clock=time)

    def listed(*chosen: str, since: datetime = now, language: str = "en") -> list[tuple[str, str]]:
        found = known.choices(CHARITY, NAME, chosen, since=since)
        return [(value, in_words(label, language)) for value, label in found]

    return listed


def in_words(label: Offer | str | Text, language: str) -> str:
    return label.within(language) if isinstance(label, Text) else str(label)


def keep(database: Database, found: list[Entry], now: datetime) -> None:
    dictionaries.keep(database, "riverside", NAME, found, before=[("1", "Upper"), ("2", "Lower")], now=now)


def test_the_snapshot_is_offered_until_something_was_read(
    database: Database, offered: Callable[..., object], time: Time, now: datetime
) -> None:
    assert offered() == [("1", "Upper"), ("2", "Lower")]

    dictionaries.note(database, "riverside", NAME, "connection refused", now=now)
    time.passes()
    assert offered() == [("1", "Upper"), ("2", "Lower")]


def test_what_was_read_is_offered_within_seconds_without_a_restart(
    database: Database, offered: Callable[..., object], time: Time, now: datetime
) -> None:
    assert offered() == [("1", "Upper"), ("2", "Lower")]
    keep(database, [("2", "Lower"), ("3", "Middle")], now)
    assert offered() == [("1", "Upper"), ("2", "Lower")]  # the store is not asked each time

    time.passes()
    assert offered() == [("2", "Lower"), ("3", "Middle")]


def test_a_choice_that_another_process_offers_already_is_looked_for_before_it_is_refused(
    database: Database, offered: Callable[..., object], now: datetime
) -> None:
    offered()
    keep(database, [("2", "Lower"), ("3", "Middle")], now)

    assert offered("2") == [("1", "Upper"), ("2", "Lower")]
    assert offered("3") == [("2", "Lower"), ("3", "Middle")]


def test_a_translated_label_of_the_snapshot_stays_and_a_plain_one_gives_way(
    database: Database, offered: Callable[..., object], now: datetime
) -> None:
    keep(database, [("1", "UPPER"), ("2", "LOWER"), ("3", "Middle")], now)

    assert offered() == [("1", "Upper"), ("2", "LOWER"), ("3", "Middle")]
    assert offered(language="cy") == [("1", "Uchaf"), ("2", "LOWER"), ("3", "Middle")]


def test_what_has_gone_counts_only_for_whoever_was_shown_it_and_chose_it(
    database: Database, offered: Callable[..., object], now: datetime
) -> None:
    keep(database, [("2", "Lower")], now)

    assert offered("1", since=now - HOUR) == [("2", "Lower"), ("1", "Upper")]
    assert offered("2", since=now - HOUR) == [("2", "Lower")]
    assert offered("1", since=now + HOUR) == [("2", "Lower")]


def test_a_page_shown_while_the_news_was_on_its_way_counts_too(
    database: Database, offered: Callable[..., object], now: datetime
) -> None:
    keep(database, [("2", "Lower")], now)

    assert ("1", "Upper") in offered("1", since=now + LEEWAY - timedelta(seconds=1))  # type: ignore[operator]
    assert ("1", "Upper") not in offered("1", since=now + LEEWAY)  # type: ignore[operator]


def test_what_is_known_is_served_while_the_store_is_away(database: Database, time: Time, now: datetime) -> None:
    keep(database, [("3", "Middle")], now)
    known = Dictionaries(database, clock=time)
    assert known.choices(CHARITY, NAME, (), since=now) == (("3", "Middle"),)

    known._database = Database("sqlite:////nowhere/at/all.db")
    time.passes()
    assert known.choices(CHARITY, NAME, (), since=now) == (("3", "Middle"),)


def test_a_dictionary_that_nobody_knows_offers_nothing(database: Database, time: Time, now: datetime) -> None:
    assert Dictionaries(database, clock=time).choices(CHARITY, "no/such", (), since=now) == ()


def test_the_edition_changes_with_a_dictionary_of_this_organisation_alone(
    database: Database, time: Time, now: datetime
) -> None:
    known = Dictionaries(database, clock=time)
    before = known.edition("riverside"), known.edition("hillside")
    keep(database, [("3", "Middle")], now)
    time.passes()

    assert known.edition("riverside") != before[0]
    assert known.edition("hillside") == before[1]


def test_nothing_waits_for_a_look_that_takes_long(database: Database, time: Time, now: datetime) -> None:
    keep(database, [("3", "Middle")], now)
    known = Dictionaries(database, clock=time)
    known.choices(CHARITY, NAME, (), since=now)
    keep(database, [("4", "Other")], now)
    time.passes()

    with known._turn:  # another thread is looking
        assert known.choices(CHARITY, NAME, (), since=now) == (("3", "Middle"),)
    assert known.choices(CHARITY, NAME, (), since=now) == (("4", "Other"),)


def test_a_list_that_could_not_be_loaded_makes_no_page_to_be_kept(
    database: Database, time: Time, now: datetime
) -> None:
    keep(database, [("3", "Middle")], now)
    known = Dictionaries(database, clock=time)
    edition = known.edition("riverside")
    known._database = Database("sqlite:////nowhere/at/all.db")

    assert [value for value, _ in known.choices(replace(CHARITY), NAME, (), since=now)] == ["1", "2"]
    assert known.edition("riverside") != edition
