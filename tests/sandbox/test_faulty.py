"""Each fault as a client meets it on a real socket, and what was staged all the same."""

import http.client

import pytest

from gateway.sandbox import SandboxServer
from gateway.sandbox.faulty import GARBAGE
from tests.sandbox.conftest import BODY, HEAD, KEYS, PERSON, Wire, exchange, wait_until


def test_a_status_is_answered_instead_of_processing(wire: Wire) -> None:
    wire.fault(status=503, headers={"Retry-After": "30"}, calls=2, methods=["PUT"])

    first, second = wire.put([PERSON]), wire.put([PERSON])

    assert (first.status, first.headers["Retry-After"], second.status) == (503, "30", 503)
    assert first.json["invented_by_the_sandbox"] is True
    assert first.headers["X-Sandbox"] == "invented"
    assert (wire.staged(), wire.calls()["put_bodies_read"]) == ([], 2)
    assert wire.put([PERSON]).status == 200


def test_a_status_may_hide_that_the_referral_was_staged(wire: Wire) -> None:
    wire.fault(status=500, processed=True)

    assert wire.put([PERSON]).status == 500
    assert len(wire.staged()) == 1


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_body_leaves_the_connection_usable(wire: Wire, status: int) -> None:
    wire.fault(status=status)

    assert wire.put([PERSON]).status == status
    assert wire.put([PERSON]).status == 200


def test_headers_alone_are_added_to_the_usual_answer(wire: Wire) -> None:
    wire.fault(headers={"Content-Type": "text/html"})

    answer = wire.put([PERSON])

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html")


def test_latency_delays_and_then_goes_on(wire: Wire) -> None:
    wire.fault(latency=0.01)

    assert wire.put([PERSON]).status == 200
    assert len(wire.staged()) == 1


def test_cut_before_ends_the_connection_with_nothing_processed(wire: Wire, other: Wire) -> None:
    wire.fault(cut="before")

    with pytest.raises(ConnectionError):
        wire.put([PERSON])

    assert other.staged() == []
    assert other.calls()["put_bodies_read"] == 0
    assert other.calls()["calls"]["PUT /v2/external_referral"] == 1


def test_cut_after_ends_the_connection_with_the_referral_staged(wire: Wire, other: Wire) -> None:
    wire.fault(cut="after")

    with pytest.raises(http.client.RemoteDisconnected):
        wire.put([PERSON])

    assert len(other.staged()) == 1
    assert other.calls()["put_bodies_read"] == 1


def test_cut_in_the_body_sends_half_of_it(wire: Wire, other: Wire) -> None:
    wire.fault(cut="body")

    with pytest.raises(http.client.IncompleteRead) as caught:
        wire.put([PERSON])

    assert caught.value.partial.startswith(b'{"')
    assert len(other.staged()) == 1


def test_cut_in_the_body_of_an_empty_answer_cuts_its_head(server: SandboxServer, wire: Wire) -> None:
    wire.call("POST", "/_sandbox/answers", {"shape": "empty"})
    wire.fault(cut="body")

    head = f"PUT /v2/external_referral HTTP/1.1\r\n{HEAD}Content-Length: {len(BODY)}\r\n\r\n".encode()
    answer = exchange(server.port, head + BODY)

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\n\r\n" not in answer
    assert len(wire.staged()) == 1


def test_a_dripped_answer_arrives_whole(wire: Wire) -> None:
    wire.fault(drip=0.0001)

    answer = wire.put([PERSON])

    assert (answer.status, answer.json["success"], answer.headers["Connection"]) == (200, True, "close")
    assert len(wire.staged()) == 1


def test_garbage_is_not_http(server: SandboxServer, wire: Wire) -> None:
    wire.fault(garbage=True)

    head = f"PUT /v2/external_referral HTTP/1.1\r\n{HEAD}Content-Length: {len(BODY)}\r\n\r\n".encode()

    assert exchange(server.port, head + BODY) == GARBAGE
    assert len(wire.staged()) == 1


def test_a_hanging_call_ends_when_its_client_goes(wire: Wire, other: Wire) -> None:
    wire.fault(hang=True)
    wire.connection.request("PUT", "/v2/external_referral", BODY, KEYS | {"Content-Type": "application/json"})
    wait_until(lambda: other.calls()["put_bodies_read"] == 1)

    wire.connection.close()

    assert other.staged() == []
    assert other.put([PERSON]).status == 200


def test_a_hanging_call_may_have_been_processed(wire: Wire, other: Wire) -> None:
    wire.fault(hang=True, processed=True)
    wire.connection.request("PUT", "/v2/external_referral", BODY, KEYS | {"Content-Type": "application/json"})

    wait_until(lambda: len(other.staged()) == 1)

    assert other.calls()["put_bodies_read"] == 1


def test_no_fault_writes_a_traceback(wire: Wire, server: SandboxServer, capfd: pytest.CaptureFixture[str]) -> None:
    for wish in ({"cut": "before"}, {"cut": "after"}, {"cut": "body"}, {"garbage": True}):
        wire.fault(**wish)
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            wire.put([PERSON])
        wire.connection.close()

    assert wire.call("GET", "/_sandbox/calls").status == 200
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")
