"""A web with accounts: who is signed in is somebody of an organisation, with a role there."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from gateway import web
from gateway.definitions.loader import Organisation
from gateway.factory import create_app
from gateway.identity import passwords
from gateway.identity.roles import Role
from gateway.keys import KeyRing
from gateway.ledger import Ledger
from gateway.store import accounts, agencies, people_tables, sessions
from gateway.store.database import Database
from gateway.store.people import Deciding
from gateway.web.auth.access import PROVEN_FOR
from gateway.web.site import Site
from tests.docs.reading import ROOT
from tests.opened import credentials, settings_of

PASSWORD = "tall river blue kettle"
RIVERSIDE, HILLTOP = "riverside", "hilltop"
As = Callable[..., FlaskClient]
_READ: dict[Path, dict[str, Organisation]] = {}  # organisations by their folder
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture(scope="session")
def organisations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example organisation twice, under two names: what belongs to one is nothing to the other."""
    folder = tmp_path_factory.mktemp("organisations")
    for slug in (RIVERSIDE, HILLTOP):
        shutil.copytree(ROOT / "organisations" / "riverside", folder / slug)
    return folder


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """An empty store; what is shown of it is shown alike from either database."""
    file = tmp_path / "gateway.db"
    shutil.copyfile(sqlite_template, file)
    found = Database(f"sqlite:///{file}")
    yield found
    found.close()


@pytest.fixture
def app(database: Database, organisations: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The web on that store."""
    made = a_web(database, organisations, tmp_path, monkeypatch)
    yield made
    made.extensions["gateway"].database.close()


@pytest.fixture
def ring(app: Flask) -> KeyRing:
    """The keys of the web."""
    found: KeyRing = app.extensions["gateway"].ring
    return found


def a_web(database: Database, organisations: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Make the web on a store; its ledger stands in a folder. To read the forms anew for each test would take long."""
    credentials(monkeypatch)
    url = database.url.render_as_string(hide_password=False)
    settings = settings_of(url, organisations=organisations, ledger=folder / "ledger.jsonl")
    if organisations not in _READ:
        _READ[organisations] = dict(create_app(settings).extensions["gateway"].organisations)
    store = Database(settings.database_url.get_secret_value(), Ledger(settings.ledger))
    site = Site(settings, KeyRing(settings.keys.get_secret_value()), store, dict(_READ[organisations]))
    site.keep_definitions(datetime.now(UTC))
    made = Flask("gateway", static_folder=None, template_folder=str(ROOT / "templates"))
    web.init_app(made, site)
    return made


@cache
def kept() -> str:
    """What is kept of the one password of all tests: to make it takes a moment."""
    return passwords.hashed(PASSWORD)


def join(database: Database, email: str, role: Role, organisation: str = RIVERSIDE, agency: str | None = None) -> str:
    """Make an account with a role; the password is PASSWORD."""
    now = datetime.now(UTC)
    with database.write() as connection:
        account = accounts.write(connection, email, password=kept(), now=now)
        accounts.join(connection, account, organisation, role, now=now, agency=agency)
    return account


def an_agency(database: Database, organisation: str = RIVERSIDE, name: str = "Northside Surgery") -> str:
    """Give the agency of this name; it is made where there is none yet."""
    found = next((each.id for each in agencies.listed(database, organisation) if each.name == name), None)
    if found:
        return found
    with database.write() as connection:
        return agencies.add(connection, Deciding("nobody", organisation, datetime.now(UTC)), name)


@pytest.fixture
def signed_in(app: Flask, database: Database) -> As:
    """Give a browser on which somebody with this role is signed in; without a password, for that takes a moment."""

    def browser(role: Role, organisation: str = RIVERSIDE, agency: str | None = None, email: str = "") -> FlaskClient:
        if role is Role.PARTNER and agency is None:
            agency = an_agency(database, organisation)
        account = join(database, email or f"{role}@{organisation}.example", role, organisation, agency)
        with database.write() as connection:
            secret = sessions.begin(connection, account, datetime.now(UTC))
        client = app.test_client()
        with client.session_transaction("/staff/") as cookie:
            cookie["session"] = secret
        return client

    return browser


def tire(database: Database) -> None:
    """Let whoever is signed in have proved it long ago."""
    with database.write() as connection:
        connection.execute(update(people_tables.sessions).values(proven_at=datetime.now(UTC) - 2 * PROVEN_FOR))


def token_of(page: str) -> str:
    """Read the token that a form of a page carries."""
    found = _TOKEN.search(page)
    assert found is not None
    return found[1]


def post(client: FlaskClient, address: str, *, page: str = "", **fields: object):  # noqa: ANN201 - as the client answers
    """Post a form as the browser would that has the page before it open (unless said: the one of the same address)."""
    shown = client.get(page or address).get_data(as_text=True)
    return client.post(address, data={"csrf_token": token_of(shown), **fields})
