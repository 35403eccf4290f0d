"""How places are shared: in turn, half of them at most for one, and none kept by those who hang."""

from datetime import timedelta

import pytest

from gateway.delivery import sharing

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("places", "busy", "in_trouble", "most"),
    [
        (8, 0, False, 8),
        (8, 1, False, 8),
        (8, 2, False, 4),
        (8, 4, False, 2),
        (8, 50, False, 1),
        (1, 50, False, 1),
        (8, 1, True, 1),
        (8, 2, True, 1),
    ],
)
def test_the_busy_ones_get_equal_shares_and_whoever_is_in_trouble_one_try(
    places: int, busy: int, in_trouble: bool, most: int
) -> None:
    assert sharing.most(places, busy=busy, in_trouble=in_trouble) == most


@pytest.mark.parametrize(
    ("quick", "slow", "free"),
    [(0, 0, 8), (3, 0, 5), (8, 0, 0), (0, 8, 8), (2, 8, 6), (0, 30, 2), (0, 32, 0), (9, 0, 0)],
)
def test_a_slow_call_lends_its_place_until_there_are_too_many_threads(quick: int, slow: int, free: int) -> None:
    assert sharing.free(8, quick=quick, slow=slow) == free


@pytest.mark.parametrize(
    ("free", "rooms", "given"),
    [
        (8, {"a": 4, "b": 4}, {"a": 4, "b": 4}),
        (5, {"a": 4, "b": 4}, {"a": 3, "b": 2}),
        (5, {"a": 1, "b": 4, "c": 0}, {"a": 1, "b": 4}),
        (2, {"a": 4, "b": 4, "c": 4}, {"a": 1, "b": 1}),
        (8, {"a": -1, "b": 2}, {"b": 2}),
        (0, {"a": 4}, {}),
        (-1, {"a": 4}, {}),
        (8, {}, {}),
    ],
)
def test_free_places_are_given_out_in_turn(free: int, rooms: dict[str, int], given: dict[str, int]) -> None:
    assert sharing.shared(free, rooms) == given


@pytest.mark.parametrize(
    ("took", "destinations", "ahead"),
    [
        (None, 1, 0),
        (30 * SECOND, 1, 0),
        (SECOND, 1, 8),
        (SECOND / 5, 1, 40),
        (SECOND / 100, 1, 64),
        (timedelta(), 1, 64),
        (SECOND / 100, 4, 16),
        (SECOND / 100, 100, 0),
    ],
)
def test_no_more_is_claimed_ahead_than_ends_within_a_poll(
    took: timedelta | None, destinations: int, ahead: int
) -> None:
    assert sharing.ahead(8, took, SECOND, destinations) == ahead
