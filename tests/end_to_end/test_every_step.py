"""A worker killed exactly between two steps of a delivery: what comes of it is known for each, on both databases."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests import postgres
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT

SHORT = {"GATEWAY_CONNECT_TIMEOUT_SECONDS": "0.3", "GATEWAY_READ_TIMEOUT_SECONDS": "0.5", "GATEWAY_LEASE_SECONDS": "1"}
# Where the worker dies; how many copies are in the staging area by then; what the next worker makes of it.
STEPS = {
    "claimed": ("before", "gateway.delivery.preparing.compose", 0, "delivered"),
    "attempt not yet on the disk": ("before", "gateway.store.jobs.begin", 0, "delivered"),
    "before the call": ("before", "gateway.destinations.charitylog.Charitylog.run", 0, "unknown"),
    "before the first byte": ("before", "gateway.charitylog.wire._Connection.send", 0, "unknown"),
    "after the first bytes": ("amid", "gateway.charitylog.wire._Connection.send", 0, "unknown"),
    "after the request": ("before", "gateway.charitylog.wire._Connection.getresponse", 1, "unknown"),
    "after the answer": ("after", "gateway.destinations.charitylog.Charitylog.run", 1, "unknown"),
    "before the outcome is on the disk": ("before", "gateway.store.jobs.finish", 1, "unknown"),
}


# What is between two databases is the transaction of an attempt: it is tried on both, all else on one.
CASES = [*(("sqlite", step) for step in STEPS), ("postgresql", "before the call"), ("postgresql", "after the answer")]


@pytest.fixture(scope="module")
def standing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A gateway without a worker, on one of the databases."""
    with ExitStack() as stack:
        url = ""
        if request.param == "postgresql":
            url = stack.enter_context(postgres.a_database(request.getfixturevalue("postgres_server")))
        house = House(tmp_path_factory.mktemp("house"), url, **SHORT)
        stack.callback(house.stop)
        house.migrate()
        house.start("sandbox", "web")
        house.flask("worker", "--once")  # it reads the dictionaries: from now on the first call is the referral's
        yield house


@pytest.mark.parametrize(("standing", "step"), CASES, indirect=["standing"])
def test_a_worker_killed_between_two_steps_loses_nothing_and_repeats_nothing_unmarked(
    standing: House, step: str
) -> None:
    when, place, copies, state = STEPS[step]
    house = standing
    reference = Visitor(house.base).open("/riverside/contact-me").submit(CONTACT).reference

    # The head goes out with the first piece of the body.
    house.dying(when, place, "worker", times=2 if when == "amid" else 1)
    wait_for(lambda: len(house.staged(reference)) == copies, "what had gone out")
    house.start("worker")

    wait_for(lambda: house.state(reference) == state, f"its being {state}")
    if state == "unknown":
        house.flask("referrals", "settle", reference, "resend")
        wait_for(lambda: house.state(reference) == "delivered", "its delivery")
    house.kill("worker", signal.SIGTERM)
    told = [str(each["people"][0]["description"]) for each in house.staged(reference)]
    assert len(told) == copies + 1
    assert [words.startswith("Possible repeat of") for words in told] == [
        state == "unknown" and number >= copies for number in range(copies + 1)
    ]
