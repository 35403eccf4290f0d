"""What the destination does, and what becomes of the referral: the table of outcomes through real sockets."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.house import House, wait_for
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A gateway with short time-outs, so that silence is short."""
    built = House(
        tmp_path_factory.mktemp("faults"),
        GATEWAY_CONNECT_TIMEOUT_SECONDS="0.5",
        GATEWAY_READ_TIMEOUT_SECONDS="0.5",
        GATEWAY_LEASE_SECONDS="2",
        GATEWAY_UNKNOWN_RESEND_SECONDS="3600",
        GATEWAY_PAUSE_PROBE_SECONDS="0.2",
    )
    with built.running():
        yield built


@pytest.fixture
def send(house: House) -> Callable[[], str]:
    """Send a referral, give its reference."""

    def one() -> str:
        visitor = Visitor(house.base).open("/riverside/contact-me").submit(CONTACT)
        return visitor.reference

    return one


@pytest.mark.parametrize("status", [408, 429, 503])
def test_a_refusal_for_now_is_tried_again_until_it_is_taken(house: House, send: Callable[[], str], status: int) -> None:
    house.faults(calls=2, methods=["PUT"], status=status)
    reference = send()
    wait_for(lambda: house.state(reference) == "delivered", "its delivery")
    (staged,) = house.staged(reference)
    assert "Possible repeat" not in staged["people"][0]["description"]


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [
        ({"status": 500}, False),
        ({"status": 502, "processed": True}, True),
        ({"status": 504}, False),
        ({"cut": "before"}, False),
        ({"cut": "after"}, True),
        ({"cut": "body"}, True),
        ({"garbage": True}, True),
        ({"hang": True}, False),
        ({"drip": 0.2}, True),
    ],
    ids=lambda value: str(value),
)
def test_what_may_have_arrived_is_unknown_and_not_silently_repeated(
    house: House, send: Callable[[], str], fault: dict[str, object], arrives: bool
) -> None:
    house.faults(calls=1, methods=["PUT"], **fault)
    reference = send()
    wait_for(lambda: house.state(reference) == "unknown", "its being unknown")
    assert len(house.staged(reference)) == arrives
    house.flask("referrals", "settle", reference, "resend")
    wait_for(lambda: house.state(reference) == "delivered", "its delivery")
    repeat = house.staged(reference)[-1]
    assert repeat["people"][0]["description"].startswith(f"Possible repeat of {reference}")


def test_wrong_keys_pause_the_destination_burn_nothing_and_resume_by_themselves(
    house: House, send: Callable[[], str]
) -> None:
    house.ask("POST", "/_sandbox/keys", {"org": "rotated"})
    reference = send()
    wait_for(lambda: "paused" in house.flask("destinations", "status").stdout, "the pause")
    assert house.state(reference) == "pending"
    house.ask("POST", "/_sandbox/keys", {"org": "sandbox-org"})
    wait_for(lambda: house.state(reference) == "delivered", "its delivery")
    assert len(house.staged(reference)) == 1


def test_a_rejected_referral_waits_for_a_person_who_can_send_it_again(house: House, send: Callable[[], str]) -> None:
    house.faults(calls=1, methods=["PUT"], status=422)
    reference = send()
    wait_for(lambda: house.state(reference) == "failed", "its failure")
    shown = house.flask("referrals", "show", reference).stdout
    assert "rejected" in shown
    assert "Testperson" not in shown
    house.flask("referrals", "settle", reference, "resend")
    wait_for(lambda: house.state(reference) == "delivered", "its delivery")


def test_a_dead_destination_costs_the_pages_nothing_and_the_referral_arrives_when_it_is_back(
    house: House, send: Callable[[], str]
) -> None:
    house.kill("sandbox")
    try:
        reference = send()
        wait_for(lambda: house.state(reference) == "pending", "the end of a try")
    finally:
        house.start("sandbox")
    wait_for(lambda: house.state(reference) == "delivered", "its delivery")
    assert len(house.staged(reference)) == 1


def test_a_settlement_that_does_not_fit_is_refused_in_words(house: House, send: Callable[[], str]) -> None:
    reference = send()
    wait_for(lambda: house.state(reference) == "delivered", "its delivery")
    refused = house.flask("referrals", "settle", reference, "arrived", check=False)
    assert refused.returncode == 1
    assert f"{reference} is delivered; `arrived` is for one that is unknown or failed." in refused.stderr


def test_no_log_holds_an_answer(house: House, send: Callable[[], str], tmp_path: Path) -> None:
    send()
    for name in ("web", "worker"):
        assert "Testperson" not in house.log(name)
        assert "960001" not in house.log(name)
