"""The limit by address: how much was used within the last window's length, and how long to wait; no address is kept."""

import multiprocessing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.limits import Limit, Rate, Tally, network_of

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HERE, THERE = "192.0.2.7", "192.0.2.8"


@pytest.fixture
def limit() -> Limit:
    """Four in a minute."""
    return Limit(Rate(4, 60))


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("30 per minute", Rate(30, 60)),
        ("1 per second", Rate(1, 1)),
        ("7 per hour", Rate(7, 3600)),
        ("2 per day", Rate(2, 86400)),
        ("off", None),
    ],
)
def test_a_rate_is_read_as_it_is_written_in_the_settings(text: str, rate: Rate | None) -> None:
    assert Rate.parse(text) == rate


def test_each_use_counts_against_the_rate_of_its_address_alone(limit: Limit) -> None:
    assert [limit.use(HERE, NOON) for _ in range(5)] == [0.25, 0.5, 0.75, 1, 1.25]
    assert limit.use(THERE, NOON) == 0.25


def test_uses_fade_over_the_next_window_and_not_at_its_beginning(limit: Limit) -> None:
    for _ in range(8):
        limit.use(HERE, NOON)

    assert limit.use(HERE, NOON + timedelta(seconds=75)) == pytest.approx((1 + 8 * 0.75) / 4)
    assert limit.use(HERE, NOON + timedelta(seconds=105)) == pytest.approx((2 + 8 * 0.25) / 4)
    assert limit.use(HERE, NOON + timedelta(seconds=300)) == 0.25


def test_whoever_waits_as_long_as_said_is_below_the_limit_again(limit: Limit) -> None:
    for _ in range(50):
        limit.use(HERE, NOON + timedelta(seconds=20))
    seconds = limit.seconds_until(10, HERE, NOON + timedelta(seconds=20))

    assert 40 < seconds < 100
    assert limit.seconds_until(10, HERE, NOON + timedelta(seconds=20 + seconds)) == 0
    assert limit.seconds_until(10, HERE, NOON + timedelta(seconds=20 + seconds - 2)) > 0


@given(
    st.integers(0, 1000),
    st.integers(0, 1000),
    st.floats(0, 1, exclude_max=True),
    st.floats(0.5, 2000),
)
def test_rest_is_exactly_as_long_as_it_must_be(here: int, before: int, into: float, most: float) -> None:
    tally = Tally(7, here, before)
    rest = tally.rest(into, most)

    window, later = divmod(into + rest, 1)
    after = tally.moved(7 + int(window)).used(later)

    assert after <= most + 1e-6
    assert rest == 0 or after == pytest.approx(most, abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 3)), max_size=60))
def test_a_count_is_never_less_than_the_uses_of_this_window_nor_more_than_those_of_two(
    moments: list[tuple[int, int]],
) -> None:
    limit, used = Limit(Rate(10, 60)), list[float]()
    for seconds, times in sorted(moments):
        for _ in range(times):
            used.append(seconds)
            share = limit.use(HERE, NOON + timedelta(seconds=seconds))
        this_window = [each for each in used if each // 60 == seconds // 60]
        two_windows = [each for each in used if each // 60 >= seconds // 60 - 1]
        assert len(this_window) <= share * 10 + 1e-6
        assert share * 10 <= len(two_windows) + 1e-6


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "192.0.2.1:50123", True),
        ("2001:db8:1:2::1", "[2001:db8:1:2::1]:50123", True),
    ],
)
def test_an_address_counts_as_the_network_of_one_household(one: str, other: str, same: bool) -> None:
    assert network_of(one) is not None
    assert (network_of(one) == network_of(other)) is same


@pytest.mark.parametrize("address", ["", "unix:", "localhost", "[", "1.2.3", "@", "192.0.2.1, 192.0.2.2"])
def test_what_is_no_address_is_not_counted(limit: Limit, address: str) -> None:
    assert [limit.use(address, NOON) for _ in range(9)] == [0] * 9
    assert limit.seconds_until(1, address, NOON) == 0


@given(st.text(max_size=60))
def test_any_text_can_stand_where_an_address_should(text: str) -> None:
    network = network_of(text)
    assert network is None or len(network) in {4, 8}


def test_no_rate_counts_nothing() -> None:
    limit = Limit(None)

    assert [limit.use(HERE, NOON) for _ in range(9)] == [0] * 9


def test_processes_that_were_forked_count_together(limit: Limit) -> None:
    # Forked as the web server's are. Nothing else runs in this process that a fork could hurt.
    child = multiprocessing.get_context("fork").Process(target=limit.use, args=(HERE, NOON))
    child.start()
    child.join()

    assert child.exitcode == 0
    assert limit.use(HERE, NOON) == 0.5


def test_no_address_can_be_found_in_what_is_kept(limit: Limit) -> None:
    limit.use(HERE, NOON)

    assert HERE not in repr(limit)
    assert bytes([192, 0, 2, 7]) not in bytes(limit._table or b"")
