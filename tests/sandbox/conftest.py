"""A sandbox for the pure parts (Flask's test client), and one on a real socket."""

import http.client
import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.sandbox import SandboxServer, create_sandbox, make_server
from gateway.sandbox.state import Sandbox
from tests.serving import serving

KEYS = {"Source": "source-key", "Org": "org-key", "User": "user-key"}
PERSON = {"first_name": "Alys", "surname": "Testperson", "org_type_id": "1", "description": "RG-7K3F-9Q2M\nInvented."}
FORM = "application/x-www-form-urlencoded"

HEAD = (
    "".join(f"{name}: {key}\r\n" for name, key in KEYS.items()) + "Host: sandbox\r\nContent-Type: application/json\r\n"
)
BODY = json.dumps([PERSON]).encode()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class Wire:
    """One keep-alive connection to a served sandbox."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def call(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Answer:
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        kind = {} if raw is None else {"Content-Type": "application/json"}
        self.connection.request(method, path, raw, KEYS | kind | (headers or {}))
        response = self.connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())

    def put(self, people: object, **headers: str) -> Answer:
        return self.call("PUT", "/v2/external_referral", people, headers)

    def fault(self, **wish: object) -> None:
        assert self.call("POST", "/_sandbox/faults", wish).status == 200

    def staged(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.call("GET", "/_sandbox/staged").body)
        return found

    def calls(self) -> dict[str, Any]:
        return self.call("GET", "/_sandbox/calls").json


def exchange(port: int, sent: bytes) -> bytes:
    """Send bytes, say no more, and read until the sandbox closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def read(client: FlaskClient, path: str) -> Any:
    """Read what an address of the API answers."""
    answer = client.get(f"/v2/{path}", headers=KEYS)
    assert answer.status_code == 200, answer.json
    return answer.json


def wait_until(came_true: Callable[[], bool]) -> None:
    """Look again and again, each look being a whole HTTP call, but not for ever."""
    if not any(came_true() for _ in range(5000)):
        pytest.fail("It never happened.")


@pytest.fixture
def app() -> Flask:
    return create_sandbox(source=KEYS["Source"], org=KEYS["Org"], user=KEYS["User"])


@pytest.fixture(scope="session")
def lasting() -> Flask:
    """One sandbox for every test without a socket, so that its pages are compiled once."""
    return create_sandbox(source=KEYS["Source"], org=KEYS["Org"], user=KEYS["User"])


@pytest.fixture
def client(lasting: Flask) -> FlaskClient:
    """A client of a sandbox in its first state."""
    sandbox: Sandbox = lasting.extensions["sandbox"]
    sandbox.reset()
    return lasting.test_client()


@pytest.fixture(scope="module")
def shared() -> FlaskClient:
    """One sandbox of a module for all that only reads, or keeps to records of its own."""
    return create_sandbox(source=KEYS["Source"], org=KEYS["Org"], user=KEYS["User"]).test_client()


@pytest.fixture
def server(app: Flask) -> Iterator[SandboxServer]:
    server = make_server(app)
    with serving(server):
        yield server


@pytest.fixture
def wire(server: SandboxServer) -> Iterator[Wire]:
    wire = Wire(server.port)
    yield wire
    wire.connection.close()


@pytest.fixture
def other(server: SandboxServer) -> Iterator[Wire]:
    """A second connection, for looking on while the first one suffers."""
    wire = Wire(server.port)
    yield wire
    wire.connection.close()
