"""A worker that is killed or ended in mid-call, and two that share the work; `test_chaos.py` kills at random."""

from collections.abc import Callable

import pytest

from tests.end_to_end.house import House, wait_for
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT

SHORT = {
    "GATEWAY_CONNECT_TIMEOUT_SECONDS": "0.3",
    "GATEWAY_READ_TIMEOUT_SECONDS": "0.5",
    "GATEWAY_LEASE_SECONDS": "1",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both databases in turn; "" is a new SQLite file."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


def a_put_arrived(house: House) -> bool:
    """Tell whether the sandbox has a PUT before it, answered or not."""
    return any(name.startswith("PUT") for name in house.ask("GET", "/_sandbox/calls")["calls"])


def test_a_worker_killed_between_request_and_answer_leaves_unknown_not_a_repeat(
    build: Callable[..., House], database_url: str
) -> None:
    house = build(database_url, **SHORT).start("sandbox", "web", "worker")
    house.faults(calls=1, methods=["PUT"], latency=0.4)
    reference = Visitor(house.base).open("/riverside/contact-me").submit(CONTACT).reference
    wait_for(lambda: a_put_arrived(house), "the call")
    house.kill("worker")
    assert house.state(reference) == "sending"
    house.start("worker")
    wait_for(lambda: house.state(reference) == "unknown", "its being unknown")
    assert "may have arrived" in house.flask("referrals", "list").stdout
    assert len(house.staged(reference)) == 1  # it had arrived, and nobody sent it again
    house.flask("referrals", "settle", reference, "arrived")
    assert house.state(reference) == "delivered"


def test_a_worker_that_is_asked_to_stop_ends_its_call_first(build: Callable[..., House]) -> None:
    house = build(GATEWAY_READ_TIMEOUT_SECONDS="5").start("sandbox", "web", "worker")
    house.faults(calls=1, methods=["PUT"], latency=0.5)
    reference = Visitor(house.base).open("/riverside/contact-me").submit(CONTACT).reference
    wait_for(lambda: a_put_arrived(house), "the call")
    house.kill("worker", number=15)
    assert house.state(reference) == "delivered"


def test_the_whole_way_works_on_postgresql_with_two_workers(build: Callable[..., House], postgres_url: str) -> None:
    house = build(postgres_url).start("sandbox", "web", "worker")
    first = house.processes.pop("worker")
    house.start("worker")
    house.processes["first worker"] = first
    references = {Visitor(house.base).open("/riverside/contact-me").submit(CONTACT).reference for _ in range(10)}
    wait_for(lambda: all(each["state"] == "delivered" for each in house.referrals()), "all deliveries")
    assert len(house.staged()) == len(references) == 10
