"""When a person is told: at once, then once a day, and once that it is over. A flood makes one mail."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from gateway.delivery.alerts import Decision, Kind, decide
from gateway.store.alerts import Matter, Told

from ..store.making import NOW
from .conftest import HOUR, MINUTE

DAY = timedelta(days=1)
FAILED, PAUSED, HELD = Matter.FAILED, Matter.PAUSED, Matter.HELD


class Person:
    """Somebody who is told, minute by minute."""

    def __init__(self) -> None:
        self.now = NOW
        self.known: Mapping[Matter, Told] = {}

    def sees(self, counts: Mapping[Matter, int], *, after: timedelta = MINUTE, allowed: bool = True) -> Kind | None:
        self.now += after
        decision = decide(counts, self.known, now=self.now, allowed=allowed)
        self.known = decision.after
        return decision.kind


def test_nothing_open_is_nothing_to_tell() -> None:
    assert decide({}, {}, now=NOW, allowed=True) == Decision(None, {})


def test_the_first_failure_is_told_at_once_and_ten_more_wait_for_the_digest() -> None:
    person = Person()

    assert person.sees({FAILED: 1}) is Kind.ALERT
    assert [person.sees({FAILED: number}) for number in range(2, 12)] == [None] * 10
    assert person.sees({FAILED: 11}, after=23 * HOUR) is None
    assert person.sees({FAILED: 11}, after=HOUR) is Kind.DIGEST
    assert person.sees({FAILED: 11}) is None


def test_a_flood_makes_one_mail() -> None:
    assert Person().sees({FAILED: 10_000}) is Kind.ALERT


def test_another_matter_is_told_at_once_too_and_both_come_in_one_digest() -> None:
    person = Person()
    person.sees({FAILED: 1})

    assert person.sees({FAILED: 1, PAUSED: 1}, after=20 * HOUR) is Kind.ALERT
    assert person.sees({FAILED: 1, PAUSED: 1}, after=5 * HOUR) is None
    assert person.sees({FAILED: 1, PAUSED: 1}, after=20 * HOUR) is Kind.DIGEST


def test_the_end_is_told_once_when_nothing_is_open_any_more() -> None:
    person = Person()
    person.sees({FAILED: 1, PAUSED: 1})

    assert person.sees({FAILED: 1}) is None
    assert person.sees({}) is Kind.WELL
    assert person.known == {}
    assert person.sees({}) is None


def test_what_comes_back_within_a_day_while_others_are_open_waits_for_the_digest() -> None:
    person = Person()
    person.sees({FAILED: 1, PAUSED: 1})
    person.sees({FAILED: 1})

    assert person.sees({FAILED: 1, PAUSED: 1}) is None
    assert person.sees({FAILED: 1, PAUSED: 1}, after=DAY) is Kind.DIGEST


def test_what_comes_back_later_is_told_at_once() -> None:
    person = Person()
    person.sees({FAILED: 1, PAUSED: 1})
    person.sees({FAILED: 1}, after=23 * HOUR)
    person.sees({FAILED: 1}, after=2 * HOUR)

    assert person.sees({FAILED: 1, PAUSED: 1}) is Kind.ALERT


@pytest.mark.parametrize("counts", [{FAILED: 1}, {}])
def test_what_may_not_be_written_now_is_told_later(counts: Mapping[Matter, int]) -> None:
    person = Person()
    person.sees({HELD: 1})

    assert person.sees(counts, allowed=False) is None
    assert person.sees(counts) is (Kind.ALERT if counts else Kind.WELL)


def test_what_ended_before_anybody_was_told_is_forgotten() -> None:
    person = Person()

    assert person.sees({FAILED: 1}, allowed=False) is None
    assert person.sees({}) is None
    assert person.known == {}


def test_a_silence_that_is_over_needs_no_second_mail() -> None:
    person = Person()

    assert person.sees({Matter.SILENCE: 90}) is Kind.ALERT
    assert person.sees({}) is None
    assert person.known == {}


def test_since_is_when_it_began_and_begins_again() -> None:
    person = Person()
    person.sees({FAILED: 1, HELD: 1})
    began = person.now
    person.sees({FAILED: 5, HELD: 1})
    assert person.known[FAILED] == Told(began, began, 5)
    person.sees({HELD: 1})
    person.sees({FAILED: 2, HELD: 1})

    assert person.known[FAILED].since == person.now
