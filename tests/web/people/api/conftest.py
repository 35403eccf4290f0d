"""Software of an agency: a client of the web that brings a token."""

import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.store import agencies, api_tokens
from gateway.store.database import Database
from gateway.store.people import Deciding
from tests import postgres

from ..conftest import RIVERSIDE, a_web

REFERRALS = "/api/v1/referrals"
ANSWERS: dict[str, Any] = {
    "client": {
        "first_name": "Maia",
        "surname": "Testperson",
        "date_of_birth": "1961-02-28",
        "telephone": "01632 960001",
        "postcode": {"no_fixed_address": True},
        "safe_contact": ["phone", "letter"],
        "say_who": False,
        "description": "She looks after her brother.",
        "soon": "Within 2 weeks",
        "agreement": "agreed",
    },
    "referrer": {"name": "Ben Invented", "organisation": "Invented Surgery", "phone": "01632 960002"},
}


# A text by its name; a file by the name of its part, its own name, and what is in it.
Part = tuple[str, str] | tuple[str, str, str]


class _Slow(io.RawIOBase):
    """A body whose end comes after something else has happened."""

    def __init__(self, body: bytes, end: bytes, meanwhile: Callable[[], object]) -> None:
        self._pieces, self._meanwhile = [io.BytesIO(body), io.BytesIO(end)], meanwhile

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._pieces[0].readinto(buffer)
        if count or len(self._pieces) == 1:
            return count
        self._pieces.pop(0)
        self._meanwhile()
        return self._pieces[0].readinto(buffer)


class Software:
    """Calls the API with one token."""

    def __init__(self, client: FlaskClient, token: str, agency: str) -> None:
        self.client, self.token, self.agency = client, token, agency
        self._keys = 0

    def get(self, address: str, **query: object) -> TestResponse:
        return self.client.get(address, query_string=query, headers=self.headers())

    def send(self, people: object = ANSWERS, *, key: str = "", form: object = "agency", **more: object) -> TestResponse:
        return self.post({"form": form, "people": people, **more}, key=key)

    def post(self, said: object, *, key: str = "", **more: Any) -> TestResponse:
        body = {"data": said, "content_type": "application/json"} if isinstance(said, bytes) else {"json": said}
        return self.client.post(REFERRALS, headers=self.headers(key or self.new_key()), **body, **more)

    def send_parts(
        self, parts: list[Part], *, key: str = "", meanwhile: Callable[[], object] | None = None
    ) -> TestResponse:
        """Send parts in their order, which a form of the client would not keep; `meanwhile` comes before their end."""
        body = b"".join(b"--b\r\n%s\r\n%s\r\n" % (_head(part), part[-1].encode()) for part in parts)
        return self.client.post(
            REFERRALS,
            headers=self.headers(key or self.new_key()),
            environ_overrides={
                "CONTENT_TYPE": "multipart/form-data; boundary=b",
                "wsgi.input": _Slow(body, b"--b--\r\n", meanwhile or (lambda: None)),
                "CONTENT_LENGTH": str(len(body) + len(b"--b--\r\n")),
            },
        )

    def headers(self, key: str = "") -> dict[str, str]:
        found = {"Authorization": f"Bearer {self.token}"}
        return {**found, "Idempotency-Key": key} if key else found

    def new_key(self) -> str:
        self._keys += 1
        return f"key-{self._keys}"


Make = Callable[..., Software]


# What a module marks with this is shown on each of the two databases; all else on SQLite alone.
on_both_databases = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="package")
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Database]:
    """One store for all: each test has agencies of its own, and sees what they sent alone."""
    with ExitStack() as stack:
        if getattr(request, "param", "sqlite") == "postgresql":
            template = request.getfixturevalue("postgres_template")
            server = request.getfixturevalue("postgres_server")
            address = stack.enter_context(postgres.a_database(server, template=template))
        else:
            file = tmp_path_factory.mktemp("api") / "gateway.db"
            shutil.copyfile(sqlite_template, file)
            address = f"sqlite:///{file}"
        found = Database(address)
        stack.callback(found.close)
        yield found


@pytest.fixture(scope="package")
def app(database: Database, organisations: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The web on that store, for all."""
    with pytest.MonkeyPatch.context() as patching:
        made = a_web(database, organisations, tmp_path_factory.mktemp("ledger"), patching)
        yield made
        made.extensions["gateway"].database.close()


@pytest.fixture(scope="package")
def software(app: Flask, database: Database) -> Make:
    """Make an agency with a token; give its software."""

    def make(*forms: str, organisation: str = RIVERSIDE, agency: str = "", days: float = 30) -> Software:
        deciding = Deciding("nobody", organisation, datetime.now(UTC))
        with database.write() as connection:
            whose = agency or agencies.add(connection, deciding, "Invented Surgery")
            token = api_tokens.add(
                connection,
                deciding,
                whose,
                "the practice's system",
                forms=forms or ("agency", "support"),
                expires_at=deciding.now + timedelta(days=days),
            )
        return Software(app.test_client(), token, whose)

    return make


@pytest.fixture
def surgery(software: Make) -> Software:
    """The software of one agency."""
    return software()


def _head(part: Part) -> bytes:
    name = f'; filename="{part[1]}"' if len(part) == 3 else ""
    return f'Content-Disposition: form-data; name="{part[0]}"{name}\r\n'.encode()


def errors(answer: TestResponse) -> dict[str, str]:
    """The errors of a problem, by field."""
    assert answer.content_type == "application/problem+json", answer.get_data(as_text=True)
    return {each["field"]: each["message"] for each in answer.json.get("errors", [])}
