"""On a real socket: keep-alive that nothing poisons, a silent log, a quick end."""

import http.client
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from flask import Flask

from gateway.sandbox import SandboxServer, make_server
from tests.sandbox.conftest import BODY, HEAD, KEYS, PERSON, Wire, exchange, wait_until
from tests.serving import serving


def test_a_connection_serves_many_calls(wire: Wire) -> None:
    first = wire.put([PERSON])
    socket_used = wire.connection.sock
    second = wire.put([PERSON])

    assert (first.status, second.status, wire.connection.sock) == (200, 200, socket_used)
    assert len(wire.staged()) == 2


def test_a_body_that_was_not_read_does_not_become_the_next_request(wire: Wire) -> None:
    refused = wire.call("PUT", "/v2/external_referral", [PERSON], {"User": "wrong"})
    socket_used = wire.connection.sock
    lost = wire.call("PUT", "/v2/no-such-thing", [PERSON] * 100)

    assert (refused.status, lost.status, wire.put([PERSON]).status) == (401, 404, 200)
    assert wire.connection.sock is socket_used


def test_a_body_may_come_in_chunks(wire: Wire) -> None:
    wire.connection.request(
        "PUT", "/v2/external_referral", iter([BODY[:5], BODY[5:]]), KEYS | {"Content-Type": "application/json"},
        encode_chunked=True,
    )  # fmt: skip
    answer = wire.connection.getresponse()

    assert (answer.status, json.loads(answer.read())["success"]) == (200, True)
    assert wire.staged()[0]["people"] == [PERSON]


def test_a_body_in_chunks_above_the_limit_is_refused_and_not_cut_short(app: Flask, wire: Wire) -> None:
    app.config["MAX_CONTENT_LENGTH"] = len(BODY)

    wire.connection.request(
        "PUT", "/v2/external_referral", iter([BODY, b"and more"]), KEYS | {"Content-Type": "application/json"},
        encode_chunked=True,
    )  # fmt: skip

    assert wire.connection.getresponse().status == 413


def test_an_empty_body_is_refused(wire: Wire) -> None:
    assert wire.put(b"").status == 400


def test_a_body_without_length_is_refused(server: SandboxServer) -> None:
    answer = exchange(server.port, f"PUT /v2/external_referral HTTP/1.1\r\n{HEAD}\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 411 ")


def test_an_address_that_is_none_is_refused(server: SandboxServer) -> None:
    assert exchange(server.port, f"GET http://[::1/v2/clients HTTP/1.1\r\n{HEAD}\r\n".encode()).startswith(
        b"HTTP/1.1 400 "
    )


@pytest.mark.parametrize(
    "framed",
    [
        f"Content-Length: {len(BODY) + 1}\r\n\r\n".encode() + BODY,
        b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n" % (len(BODY), BODY),
        b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b" % (len(BODY) + 1, BODY),
        b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"Content-Length: many\r\n\r\n" + BODY,
    ],
    ids=["short", "no last chunk", "short chunk", "bad chunk", "bad length"],
)
def test_a_body_that_is_cut_short_is_not_staged(server: SandboxServer, wire: Wire, framed: bytes) -> None:
    answer = exchange(server.port, f"PUT /v2/external_referral HTTP/1.1\r\n{HEAD}".encode() + framed)

    assert answer.startswith(b"HTTP/1.1 4")
    assert wire.staged() == []
    assert wire.calls()["put_bodies_read"] == 0


def test_a_body_above_the_limit_gets_an_answer(wire: Wire) -> None:
    answer = wire.call("PUT", "/v2/external_referral", b" " * (32 * 1024 * 1024 + 1))

    assert answer.status == 413
    assert wire.put([PERSON]).status == 200


def test_what_is_not_http_is_answered_and_closed(server: SandboxServer) -> None:
    answer = exchange(server.port, b"canary nonsense\r\n\r\n")

    assert b"400" in answer
    assert b"canary" not in answer


def test_a_head_request_has_no_body(wire: Wire) -> None:
    answer = wire.call("HEAD", "/external-referral-manager")

    assert (answer.status, answer.body) == (200, b"")
    assert wire.call("GET", "/clients").status == 200


def taken(wire: Wire) -> bool:
    return not wire.call("GET", "/_sandbox/faults").json["faults"]


@pytest.mark.parametrize("wish", [{"hang": True}, {"latency": 3600}, {"drip": 3600}], ids=["hang", "latency", "drip"])
def test_ending_the_server_ends_whoever_waits(app: Flask, wish: dict[str, object]) -> None:
    server = make_server(app)
    with serving(server):
        waiting, looking = Wire(server.port), Wire(server.port)
        looking.fault(**wish)
        waiting.connection.request("PUT", "/v2/external_referral", BODY, KEYS | {"Content-Type": "application/json"})
        wait_until(lambda: taken(looking))

    with pytest.raises((http.client.HTTPException, ConnectionError)):
        waiting.connection.getresponse().read()
    for wire in (waiting, looking):
        wire.connection.close()


def test_an_ended_server_leaves_no_open_connection(app: Flask) -> None:
    server = make_server(app)
    with serving(server):
        wire = Wire(server.port)
        wire.put([PERSON])
        assert wire.connection.sock is not None

    assert wire.connection.sock.recv(1) == b""
    wire.connection.close()


def test_the_log_names_no_person_and_no_value(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        wire.put([PERSON])
        wire.call("GET", "/v2/clients/nhs_number/9999999999")
        wire.call("GET", "/external-referral-manager?search=Testperson")
        wire.call("GET", "/Testperson")

    assert "PUT /v2/external_referral 200" in caplog.messages
    assert "GET /v2/clients 200" in caplog.messages
    assert "Testperson" not in caplog.text
    assert "9999999999" not in caplog.text


def test_many_threads_stage_each_referral_once(server: SandboxServer, wire: Wire) -> None:
    def put_ten() -> None:
        mine = Wire(server.port)
        for _ in range(10):
            mine.put([PERSON])
        mine.connection.close()

    threads = [threading.Thread(target=put_ten) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [item["id"] for item in wire.staged()] == list(range(1, 81))


SERVE = """
import logging, socket, sys
from gateway.sandbox import create_sandbox, serve
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
print(port, flush=True)
serve(create_sandbox(source="s", org="o", user="u"), "127.0.0.1", port)
"""


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], cwd=root, env=os.environ | {"PYTHONPATH": str(root)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as started:  # fmt: skip
        yield started
        started.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_serving_with_status_zero(process: subprocess.Popen[str], number: signal.Signals) -> None:
    assert process.stdout is not None
    port = int(process.stdout.readline())
    while process.poll() is None:
        with suppress(ConnectionRefusedError), closing(Wire(port).connection) as connection:
            connection.request("GET", "/external-referral-manager")
            assert connection.getresponse().read()
            break

    process.send_signal(number)
    out, err = process.communicate(timeout=20)

    assert (process.returncode, out, err) == (0, "", "")
