"""Delivery that can be trusted: it looks whether things are really there, resumes by itself, and sends corrections."""

from collections.abc import Callable, Iterator

import pytest

from tests.end_to_end.following import bring_in, follow
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT

CORRECTED = "Zzyzx"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A gateway that probes often, and finds what was imported by its reference."""
    built = House(tmp_path_factory.mktemp("trust"), GATEWAY_PAUSE_PROBE_SECONDS="0.2")
    follow(built)
    with built.running():
        yield built


@pytest.fixture
def send(house: House) -> Callable[[], str]:
    """Send a referral, give its reference."""
    return lambda: Visitor(house.base).open("/riverside/contact-me").submit(CONTACT).reference


def descriptions(house: House, reference: str) -> list[str]:
    return [each["people"][0]["description"] for each in house.staged(reference)]


def test_a_destination_that_was_not_there_for_a_while_goes_on_by_itself_and_nothing_is_doubled(
    house: House, send: Callable[[], str]
) -> None:
    house.faults(calls=2, methods=["PUT"], status=404)
    reference = send()

    wait_for(lambda: house.state(reference) == "delivered", "its delivery")

    (description,) = descriptions(house, reference)
    assert "Possible repeat" not in description
    assert "misconfigured" in house.flask("referrals", "show", reference).stdout
    assert "destination resumed" in house.log("worker")


def test_a_corrected_referral_goes_out_as_the_next_version_and_no_value_is_left_anywhere(
    house: House, send: Callable[[], str]
) -> None:
    house.faults(calls=1, methods=["PUT"], status=422)
    reference = send()
    wait_for(lambda: house.state(reference) == "failed", "its failure")
    assert "What to do: Read why" in house.flask("referrals", "show", reference).stdout
    assert "invented_by_the_sandbox" in house.flask("referrals", "answer", reference).stdout

    done = house.flask("referrals", "correct", reference, "surname", stdin=CORRECTED)
    assert CORRECTED not in done.stdout + done.stderr
    house.flask("referrals", "retry", reference, "--yes")
    wait_for(lambda: house.state(reference) == "delivered", "its delivery")

    (staged,) = house.staged(reference)
    assert staged["people"][0]["surname"] == CORRECTED
    shown = house.flask("referrals", "show", reference).stdout
    assert "corrected once" in shown
    assert "delivered, answered 200, version 2" in shown
    assert CORRECTED not in shown + house.log("worker") + house.log("web")


def test_what_was_imported_after_a_cut_answer_is_found_and_not_repeated(house: House, send: Callable[[], str]) -> None:
    house.faults(calls=1, methods=["PUT"], status=502, processed=True)
    reference = send()
    wait_for(lambda: house.state(reference) == "unknown", "its being unknown")
    bring_in(house, reference)

    house.flask("referrals", "retry", reference, "--yes")
    wait_for(lambda: house.state(reference) == "delivered", "its being found")

    assert "(found at the destination)" in house.flask("referrals", "show", reference).stdout
    assert len(house.staged(reference)) == 1


def test_a_person_proves_the_destination_and_a_no_sends_again_what_nobody_saw(
    house: House, send: Callable[[], str]
) -> None:
    reference = send()
    wait_for(lambda: house.state(reference) == "delivered", "its delivery")
    assert "in the External Referral Manager?" in house.flask("destinations", "status").stdout

    house.flask("destinations", "prove", "riverside", "--no")
    status = house.flask("destinations", "status").stdout
    assert "nobody saw at the destination what it had accepted" in status
    assert house.state(reference) == "pending"
    house.flask("destinations", "resume", "riverside")
    wait_for(lambda: house.state(reference) == "delivered", "its second delivery")
    first, again = descriptions(house, reference)
    assert not first.startswith("Possible repeat")
    assert again.startswith(f"Possible repeat of {reference}")

    house.flask("destinations", "prove", "riverside", reference, "--yes")
    house.ask("POST", "/_sandbox/answers", {"shape": "201-id"})
    other = send()
    wait_for(lambda: house.state(other) == "unknown", "its being unknown")
    told = house.flask("destinations", "prove", "riverside", other, "--yes").stdout
    assert "1 referral unknown only for this answer, now delivered." in told
    assert house.state(other) == "delivered"
    assert len(house.staged(other)) == 1
