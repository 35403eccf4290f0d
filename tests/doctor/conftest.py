"""A whole gateway in order, of which each test breaks one thing: sandbox, scanner, mail server and web are real."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gateway.cli import opening
from gateway.cli.dictionaries import wanted_of
from gateway.delivery.reading import Reading
from gateway.destinations import registry
from gateway.doctor.finding import Finding, State
from gateway.doctor.round import examine
from gateway.keys import KeyRing, new_key
from gateway.sandbox import create_sandbox, make_server
from gateway.store import destinations as standings
from gateway.store import workers
from gateway.store.database import Database
from tests.clamd import Clamd
from tests.mailbox import Mailbox, open_mailbox
from tests.serving import serving

ROOT = Path(__file__).parents[2]
PLAIN = registry.Limits(5, 30, 60)
FORM = """
title: Ask for support
people: [{id: client, charitylog: {org_type_id: 1}}]
pages:
  - id: about
    fields:
      - {name: first_name, type: text, label: First name, required: true}
      - {name: surname, type: text, label: Surname, required: true}
      - {name: date_of_birth, type: date, label: Date of birth}
      - {name: district, type: select, label: "Where do you live?", dictionary: organisations/district}
      - {name: description, type: textarea, label: "How can we help?"}
      - {name: letter, type: file, label: A letter, accept: [pdf]}
sent: {what_happens_next: We will call you.}
"""
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # where the database makes no difference


@dataclass
class Patient:
    """The gateway that is looked at."""

    database: Database
    folder: Path
    key: str
    clamd: Clamd
    mailbox: Mailbox
    environment: pytest.MonkeyPatch
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def ring(self) -> KeyRing:
        """The key ring of its settings."""
        return KeyRing(self.key)

    @property
    def organisations(self) -> Path:
        """The folder of its organisations."""
        return self.folder / "organisations"

    def examined(self, *, offline: bool = True, now: datetime | None = None, **changes: str | None) -> list[Finding]:
        """Look at everything, with some settings changed; None takes one away."""
        for name, value in {**self.settings, **changes}.items():
            if value is None:
                self.environment.delenv(name, raising=False)
            else:
                self.environment.setenv(name, value)
        return list(examine(opening.organisations, now=now or datetime.now(UTC), offline=offline))

    def read_lists(self, now: datetime) -> None:
        """Read every list from the sandbox."""
        loaded = opening.organisations(self.organisations)
        built = {slug: found for slug, each in loaded.items() if (found := registry.build(each, PLAIN))}
        reading = Reading(self.database, built, wanted_of(loaded, built), probe_every=timedelta(minutes=5))
        reading.due(now)
        for each in built.values():
            each.close()


class _Alive(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = self.server.body  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def web() -> Iterator[HTTPServer]:
    """What answers at the address that people know."""
    server = HTTPServer(("127.0.0.1", 0), _Alive)
    server.body = b"alive\n"  # type: ignore[attr-defined]
    with serving(server):
        yield server


@pytest.fixture
def sandbox_url() -> Iterator[str]:
    """The address of a sandbox."""
    server = make_server(create_sandbox(source="source-key", org="org-key", user="user-key"))
    with serving(server):
        yield f"http://127.0.0.1:{server.port}/v2"


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    """A scanner that listens."""
    found = Clamd().start()
    yield found
    found.stop()


@pytest.fixture
def patient(
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    web: HTTPServer,
    sandbox_url: str,
    clamd: Clamd,
) -> Iterator[Patient]:
    """A gateway in order: a worker shows life, the destination is proven, every list was read."""
    for name in list(os.environ):
        if name.startswith(("GATEWAY_", "CHARITYLOG_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "organisations", tmp_path / "organisations")
    for name in ("agency.yaml", "support.yaml"):  # long ones
        (tmp_path / "organisations" / "riverside" / "forms" / name).unlink()
    (tmp_path / "organisations" / "riverside" / "forms" / "support.yaml").write_text(FORM)
    key = new_key()
    with open_mailbox() as mailbox:
        found = Patient(database, tmp_path, key, clamd, mailbox, monkeypatch)
        found.settings = {
            "GATEWAY_KEYS": key,
            "GATEWAY_BASE_URL": f"http://127.0.0.1:{web.server_port}",
            "GATEWAY_CLAMD": clamd.address,
            "GATEWAY_SMTP_URL": mailbox.url(),
            "GATEWAY_DATABASE_URL": database.url.render_as_string(hide_password=False),
            "CHARITYLOG_URL": sandbox_url,
            "CHARITYLOG_SOURCE": "source-key",
            "CHARITYLOG_ORG": "org-key",
            "CHARITYLOG_USER": "user-key",
        }
        for name, value in found.settings.items():
            monkeypatch.setenv(name, value)
        now = datetime.now(UTC)
        workers.beat(database, worker="worker", started_at=now)
        with database.write() as connection:
            standings.remember(connection, "riverside", proven_at=now)
        found.read_lists(now)
        if database.sqlite_file:
            database.sqlite_file.chmod(0o600)
        yield found


@pytest.fixture
def told(patient: Patient) -> Callable[..., list[str]]:
    """Look at everything; give the lines about one matter that are not in order."""

    def lines(about: str, **changes: str | bool | None) -> list[str]:
        found = patient.examined(**changes)  # type: ignore[arg-type]
        return [" ".join(filter(None, (each.state, each.organisation, each.form, f"{each.what} — {each.remedy}")))
                for each in found if each.about == about and each.state is not State.OK]  # fmt: skip

    return lines
