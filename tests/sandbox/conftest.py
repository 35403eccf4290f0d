"""A sandbox for the pure parts (Flask's test client), and one on a real socket."""

import http.client
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.sandbox import SandboxServer, create_sandbox, make_server

KEYS = {"Source": "source-key", "Org": "org-key", "User": "user-key"}
PERSON = {"first_name": "Alys", "surname": "Testperson", "org_type_id": "1", "description": "RG-7K3F-9Q2M\nInvented."}
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Wire:
    """One keep-alive connection to a served sandbox."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        kind = {} if raw is None else {"Content-Type": "application/json"}
        self.connection.request(method, path, raw, KEYS | kind | (headers or {}))
        response = self.connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())

    def put(self, people: Any, **headers: str) -> Answer:
        return self.call("PUT", "/v2/external_referral", people, headers)

    def fault(self, **wish: Any) -> None:
        assert self.call("POST", "/_sandbox/faults", wish).status == 200

    def staged(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", "/_sandbox/staged").json
        return found

    def calls(self) -> Any:
        return self.call("GET", "/_sandbox/calls").json


@pytest.fixture
def app() -> Flask:
    return create_sandbox(source=KEYS["Source"], org=KEYS["Org"], user=KEYS["User"])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def server(app: Flask) -> Iterator[SandboxServer]:
    server = make_server(app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()


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
