"""`flask api` as somebody types it, against a sandbox of one server for all; it tells what went over the wire."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from gateway.cli import Commands
from gateway.sandbox import create_sandbox, make_server
from tests.serving import serving

ORGANISATION = """
name: Invented Carers
languages: [en]
contact: {phone: 01632 960123}
privacy_notice: {url: "https://carers.example/privacy", version: "1"}
charitylog:
  url: ${CHARITYLOG_URL}
  source: ${CHARITYLOG_SOURCE}
  org: ${CHARITYLOG_ORG}
  user: ${CHARITYLOG_USER}
"""

Typing = Callable[..., Result]


@dataclass
class Wire:
    """A sandbox behind its address, and the calls that arrived there: method and address as it was written."""

    app: Flask
    port: int = 0
    sent: list[str] = field(default_factory=list)

    @property
    def sandbox(self) -> Any:
        return self.app.extensions["sandbox"]

    def listening(self, inner: WSGIApplication) -> WSGIApplication:
        def listen(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            self.sent.append(f"{environ['REQUEST_METHOD']} {environ['REQUEST_URI']}")
            return inner(environ, start_response)

        return listen


@pytest.fixture(scope="session")
def served() -> Iterator[Wire]:
    """One served sandbox for the session."""
    app = create_sandbox(source="invented-source", org="invented-org", user="invented-user")
    wire = Wire(app)
    app.wsgi_app = wire.listening(app.wsgi_app)  # type: ignore[method-assign]
    server = make_server(app)
    wire.port = server.port
    with serving(server):
        yield wire


@pytest.fixture
def wire(served: Wire) -> Wire:
    """The sandbox in its first state."""
    served.sandbox.reset()
    served.sent.clear()
    return served


@pytest.fixture
def typed(wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typing:
    """Type a command of `flask api`, with no more settings than it needs; `stdin` is what is typed into it."""
    folder = tmp_path / "organisations" / "carers"
    folder.mkdir(parents=True)
    (folder / "organisation.yaml").write_text(ORGANISATION, encoding="utf-8")
    monkeypatch.chdir(tmp_path)  # no .env of ours is read, and the folder is where it is looked for unless said
    for name in ("GATEWAY_KEYS", "GATEWAY_ORGANISATIONS", "GATEWAY_BASE_URL", "GATEWAY_CLAMD", "GATEWAY_SMTP_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "CHARITYLOG_URL": f"http://127.0.0.1:{wire.port}/v2",
        "CHARITYLOG_SOURCE": "invented-source",
        "CHARITYLOG_ORG": "invented-org",
        "CHARITYLOG_USER": "invented-user",
    }.items():
        monkeypatch.setenv(name, value)

    def type_(*words: str, stdin: str | IO[bytes] = "") -> Result:
        return CliRunner().invoke(Commands("flask"), ["api", *words], input=stdin, catch_exceptions=False)

    return type_
