"""kill -9 at any moment: what was seen as sent is on the disk, arrives, and is not silently repeated."""

import random
import threading
from collections import Counter
from collections.abc import Callable

import pytest
import requests

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


class Senders:
    """Several people who send one form after the other, each until its receipt is seen."""

    def __init__(self, house: House, people: int, forms: int) -> None:
        self.house = house
        self.seen: list[str] = []
        self.threads = [threading.Thread(target=self._send, args=(forms,)) for _ in range(people)]
        for thread in self.threads:
            thread.start()

    def _send(self, forms: int) -> None:
        for _ in range(forms):
            self.seen.append(wait_for(self._try, "a receipt"))

    def _try(self) -> str | None:
        try:
            visitor = Visitor(self.house.base).open("/riverside/contact-me").submit(CONTACT)
        except (requests.RequestException, AssertionError):
            return None  # the web server was killed: the page cannot be opened, or the post broke off
        return visitor.reference if visitor.response.status_code == 200 else None

    def busy(self) -> bool:
        return any(thread.is_alive() for thread in self.threads)


def test_killing_web_and_worker_at_random_loses_nothing_that_was_seen_as_sent(
    build: Callable[..., House], database_url: str
) -> None:
    house = build(database_url, **SHORT, GATEWAY_UNKNOWN_RESEND_SECONDS="0.5").start("sandbox", "web", "worker")
    house.faults(calls=1000, latency=0.02)
    chance = random.Random(7)  # noqa: S311 - when to kill is no secret
    senders = Senders(house, people=4, forms=15)
    pause = threading.Event()
    kills: Counter[str] = Counter()
    while senders.busy() or sum(kills.values()) < 6:
        pause.wait(chance.uniform(0.2, 0.6))
        name = chance.choice(["web", "worker"])
        house.kill(name)
        kills[name] += 1
        house.start(name)
    references = set(senders.seen)
    assert len(references) == 60

    def all_arrived() -> bool:
        states = {each["reference"]: each["state"] for each in house.referrals()}
        return all(states.get(reference) == "delivered" for reference in references)

    wait_for(all_arrived, "the delivery of everything that was seen as sent")
    copies: Counter[str] = Counter()
    for staged in house.staged():
        description = staged["people"][0]["description"]
        reference = description.rpartition("Reference: ")[2]
        copies[reference] += not description.startswith("Possible repeat of")
        copies[reference] += 0
    assert references <= set(copies)
    assert max(copies.values()) == 1  # whatever came twice came marked


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
