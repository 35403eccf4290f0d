"""The calls of direct delivery on the wire: what goes where, which id is taken, and that nobody is made twice."""

import socket
from collections.abc import Iterator, Sequence
from typing import get_args

import pytest

from gateway.charitylog import Writes
from gateway.destinations.blocks import OrganisationBlock
from gateway.destinations.charitylog import Charitylog
from gateway.destinations.direct import Wording, steps_of
from gateway.destinations.seam import Busy, CredentialsRefused, Misconfigured, Receipt, Rejected, Step, Unknown
from tests.charitylog.server import Received, Server, http

from .test_direct import BOTH_WAYS, REFERENCE, a_main, another, referred

WORDING = Wording("classic", "form", "response_description")
FIRST = f"{REFERENCE}-0"
CLIENT = f"PUT /v2/clients/external_id/{FIRST}"
LOOK = f"GET /v2/clients/external_id/{FIRST}/field/id;external_id"
REFERRAL = "PUT /v2/referrals"
LOOK_FOR_REFERRAL = "GET /v2/referrals/client/17"
FOUND = http(f'[{{"id": 17, "external_id": "{FIRST}"}}]'.encode())
NOTHING = http(b"[]")
SILENT = http(b'{"success": true}')


class Wire(Server):
    """Answers each address as told, in turn; the last answer stays. Nothing told: the connection is cut."""

    def __init__(self) -> None:
        super().__init__(lambda _, peer, request: self._answer(peer, request))
        self.answers: dict[str, list[bytes]] = {}

    @property
    def lines(self) -> list[str]:
        """What was called so far."""
        return [request.line.removesuffix(" HTTP/1.1") for request in self.requests]

    def _answer(self, peer: socket.socket, request: Received) -> bool:
        told = self.answers.get(request.line.removesuffix(" HTTP/1.1"))
        if not told:
            return False
        peer.sendall(told.pop(0) if len(told) > 1 else told[0])
        return True


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire() as wire:
        yield wire


def making(wire: Wire, writes: str = "classic") -> Charitylog:
    block = {"url": wire.url, "source": "one", "org": "two", "user": "three", "writes": writes}
    return Charitylog(OrganisationBlock.model_validate(block), connect_timeout=5, read_timeout=5, deadline=10)


def run(wire: Wire, step: Step, done: Sequence[str] = (), writes: str = "classic") -> Receipt:
    destination = making(wire, writes)
    try:
        return destination.run(step, done)
    finally:
        destination.close()


def a_client(*, repeat: bool = False) -> Step:
    return steps_of(referred(), WORDING, repeat=repeat)[0]


def a_referral_of(*, repeat: bool = False) -> Step:
    return steps_of(referred(), WORDING, repeat=repeat)[-1]


def bodies(wire: Wire) -> list[str]:
    return [request.body.decode() for request in wire.requests if request.body]


@pytest.mark.parametrize("body", [b'{"id": 17}', b'{"data": {"id": "17"}}', b'[{"id": 17}]'])
def test_the_id_of_a_new_client_is_taken_where_it_is_called_one(wire: Wire, body: bytes) -> None:
    wire.answers = {CLIENT: [http(body)]}

    assert run(wire, a_client()).record == "17"
    assert wire.lines == [CLIENT]


@pytest.mark.parametrize("body", [b"1", b'{"success": true}', b"", b"OK", b"[1]"])
def test_where_the_answer_tells_no_id_the_client_is_looked_up_at_once(wire: Wire, body: bytes) -> None:
    wire.answers = {CLIENT: [http(body)], LOOK: [FOUND]}

    receipt = run(wire, a_client())

    assert receipt.record == "17"
    assert receipt.answer == body


@pytest.mark.parametrize("looked", [NOTHING, http(b"no JSON"), http(b"", "404 Not Found"), http(b"", "500 Oops")])
def test_where_nobody_tells_the_id_it_is_unknown(wire: Wire, looked: bytes) -> None:
    wire.answers = {CLIENT: [SILENT], LOOK: [looked]}

    with pytest.raises(Unknown, match="no id that can be read") as caught:
        run(wire, a_client())

    assert not caught.value.for_a_person  # it is never made again but where it certainly is not there


@pytest.mark.parametrize(
    ("looked", "for_a_person"), [(NOTHING, True), (http(b"?"), True), (http(b"", "503 Busy"), False)]
)
def test_a_referral_whose_answers_never_tell_is_not_made_again_and_again(
    wire: Wire, looked: bytes, for_a_person: bool
) -> None:
    wire.answers = {REFERRAL: [SILENT], LOOK_FOR_REFERRAL: [looked]}

    with pytest.raises(Unknown, match="no id that can be read") as caught:
        run(wire, a_referral_of(), ["17"])

    assert caught.value.for_a_person is for_a_person


def test_somebody_elses_record_is_never_taken(wire: Wire) -> None:
    wire.answers = {CLIENT: [SILENT], LOOK: [http(b'[{"id": 1, "external_id": ""}, {"id": 2}]')]}

    with pytest.raises(Unknown):
        run(wire, a_client())


def test_what_may_have_been_made_is_looked_for_first_and_not_made_again(wire: Wire) -> None:
    wire.answers = {LOOK: [FOUND]}

    assert run(wire, a_client(repeat=True)).record == "17"
    assert [line[:3] for line in wire.lines] == ["GET"]


def test_what_is_not_there_is_made(wire: Wire) -> None:
    wire.answers = {LOOK: [NOTHING], CLIENT: [http(b'{"id": 18}')]}

    assert run(wire, a_client(repeat=True)).record == "18"


def test_of_two_with_one_external_id_the_first_is_taken(wire: Wire) -> None:
    found = ", ".join(f'{{"id": "{number}", "external_id": "{FIRST}"}}' for number in (20, 9))
    wire.answers = {LOOK: [http(f"[{found}]".encode())]}

    assert run(wire, a_client(repeat=True)).record == "9"


@pytest.mark.parametrize("number", ["9" * 10_000, "\u0661\u0662", "0"])
def test_what_no_record_bears_is_no_id_and_is_kept_nowhere(wire: Wire, number: str) -> None:
    wire.answers = {LOOK: [http(f'[{{"id": "{number}", "external_id": "{FIRST}"}}]'.encode())]}

    with pytest.raises(Unknown):
        run(wire, a_client(repeat=True))


@pytest.mark.parametrize("looked", [http(b"?"), http(b"", "404 Not Found"), http(b"", "400 Bad"), http(b'[{"id": 1}]')])
def test_while_nobody_can_tell_no_client_is_made_again(wire: Wire, looked: bytes) -> None:
    wire.answers = {LOOK: [looked], CLIENT: [http(b'{"id": 18}')]}

    with pytest.raises(Unknown, match="looked for it first"):
        run(wire, a_client(repeat=True))

    assert CLIENT not in wire.lines


@pytest.mark.parametrize(
    ("looked", "error"), [(http(b"", "503 Busy"), Busy), (http(b"", "401 Who"), CredentialsRefused)]
)
def test_a_look_that_is_refused_for_now_waits(wire: Wire, looked: bytes, error: type[Exception]) -> None:
    wire.answers = {LOOK: [looked]}

    with pytest.raises(error):
        run(wire, a_client(repeat=True))


def test_a_cut_after_the_body_is_unknown(wire: Wire) -> None:
    with pytest.raises(Unknown):
        run(wire, a_client())


@pytest.mark.parametrize("answers", [[], [http(b"", "500 Oops")]])
def test_what_was_made_without_an_answer_is_found_at_once(wire: Wire, answers: list[bytes]) -> None:
    wire.answers = {CLIENT: answers, LOOK: [FOUND]}

    assert run(wire, a_client()).record == "17"
    assert wire.lines == [CLIENT, LOOK]


def test_what_is_not_there_yet_stays_unknown_and_is_not_made_again_at_once(wire: Wire) -> None:
    wire.answers = {LOOK: [NOTHING]}

    with pytest.raises(Unknown, match="closed without answer"):
        run(wire, a_client())

    assert wire.lines.count(CLIENT) == 1


@pytest.mark.parametrize(("status", "error"), [("422 No", Rejected), ("405 No", Misconfigured)])
def test_a_refusal_means_what_it_means_elsewhere(wire: Wire, status: str, error: type[Exception]) -> None:
    wire.answers = {CLIENT: [http(b"", status)]}

    with pytest.raises(error):
        run(wire, a_client())


@pytest.mark.parametrize("body", [b'{"id": 510}', b"510", b"[510]", b'"510"'])
def test_a_referral_names_its_client_and_its_id_is_read(wire: Wire, body: bytes) -> None:
    wire.answers = {REFERRAL: [http(body)]}

    assert run(wire, a_referral_of(), ["17"]).record == "510"
    assert bodies(wire)[0].endswith("&client=17")
    assert f"Reference%3A+{REFERENCE}" in bodies(wire)[0]


def test_a_referral_without_an_id_in_its_answer_is_found_by_its_client_and_our_reference(wire: Wire) -> None:
    ours = f'[{{"id": 509, "x": "other"}}, {{"id": 510, "response_description": "Reference: {REFERENCE}"}}]'
    wire.answers = {REFERRAL: [SILENT], LOOK_FOR_REFERRAL: [http(ours.encode())]}

    assert run(wire, a_referral_of(), ["17"]).record == "510"


def test_a_referral_that_is_there_is_not_made_again(wire: Wire) -> None:
    wire.answers = {LOOK_FOR_REFERRAL: [http(f'[{{"id": 510, "d": "… {REFERENCE}"}}]'.encode())]}

    assert run(wire, a_referral_of(repeat=True), ["17"]).record == "510"
    assert REFERRAL not in wire.lines


@pytest.mark.parametrize("looked", [NOTHING, http(b"?"), http(b"", "404 Not Found"), http(b'[{"id": 509}]')])
def test_a_referral_that_nobody_sees_goes_out_marked(wire: Wire, looked: bytes) -> None:
    wire.answers = {LOOK_FOR_REFERRAL: [looked], REFERRAL: [http(b"511")]}

    assert run(wire, a_referral_of(repeat=True), ["17"]).record == "511"
    assert f"Possible+repeat+of+{REFERENCE}" in bodies(wire)[0]


def test_relationships_use_the_address_of_the_reading(wire: Wire) -> None:
    people = referred(a_main(), another(**BOTH_WAYS))
    wire.answers = {"POST /v2/clients/id/18": [SILENT], "PUT /v2/relationship_details/18/17": [SILENT]}

    for writes in get_args(Writes):
        step = steps_of(people, Wording(writes, "form", "response_description"), repeat=False)[2]
        assert run(wire, step, ["17", "18"], writes).record == ""

    assert bodies(wire) == [
        "relationship_first_to_second=5&relationship_second_to_first=8&id_second=17",
        "0%5Brelation_first_to_second%5D=5&0%5Brelation_second_to_first%5D=8",
    ]


def test_no_step_can_be_run_that_nobody_composed(wire: Wire) -> None:
    with pytest.raises(ValueError, match="no step is called"):
        run(wire, Step("canary", "text/plain", b""))
