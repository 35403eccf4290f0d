"""The short form of `make chaos`: everything goes wrong at once, and nothing is lost or doubled without a mark."""

from collections.abc import Callable

import pytest

from tests.chaos.storm import SETTINGS, storm
from tests.end_to_end.house import House


@pytest.mark.parametrize(("on_postgres", "workers"), [(False, 1), (True, 2)], ids=["sqlite", "postgresql"])
def test_whatever_goes_wrong_nothing_is_lost_and_only_doubts_are_doubled(
    build: Callable[..., House], request: pytest.FixtureRequest, on_postgres: bool, workers: int
) -> None:
    house = build(request.getfixturevalue("postgres_url") if on_postgres else "", **SETTINGS)

    counts = storm(house, people=4, forms=6, workers=workers, kills=4, seed=7)

    assert counts.shown == 24
    assert not counts.wrong, f"\n{counts}"
    assert counts.doubled_with_mark > 0, f"nothing was put to the test\n{counts}"
