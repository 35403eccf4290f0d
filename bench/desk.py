"""Somebody who is signed in on a gateway that holds so many referrals: staff, a partner, or an agency's software."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from gateway.cli.migrate import upgrade
from gateway.factory import create_app
from gateway.identity.roles import Role
from gateway.keys import KeyRing, new_key
from gateway.referral import Answer, Person, Referral
from gateway.settings import Settings
from gateway.store import accounts, agencies, api_tokens, sessions, tables
from gateway.store.database import Database
from gateway.store.people import Deciding
from gateway.store.people_tables import agencies as agencies_table
from gateway.store.walking import Place
from gateway.web.places import written

NOW = datetime.now(UTC)
OF, NEIGHBOUR = "bench", "neighbour"
FORMS = 10
SELDOM = f"form-{FORMS}"  # by which hardly anybody sends
IMPORTS = "agency-0"  # of which all that arrived was taken into the records of the charity, but for tests
OPENED = 2000  # the newest, which a search by name opens
# Of each of these there are as many, however many were delivered: a page that shows more rows takes longer to draw.
RARE = ("failed", "unknown", "held", "pending", "sending", "closed", "a test", "imported")
RARE_OF_EACH = 60
APART = timedelta(seconds=30)  # between one referral and the next
_AGENCIES = 30
_PROFILE = """name: Bench
contact: {phone: 01632 960001, email: help@bench.example}
charitylog: {url: "http://127.0.0.1:1/v2", source: bench, org: bench, user: bench}
"""
_FORM = """title: Ask
charitylog: {delivery: staged, source: 1, project: 7}
people: [{id: client, charitylog: {org_type_id: 9, role: 1}}]
pages:
  - id: about
    fields:
      - {name: first_name, type: text, label: First name, required: true}
      - {name: surname, type: text, label: Last name, required: true}
      - {name: description, type: textarea, label: How can we help}
"""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for: of the console unless the address says otherwise, and posted where there is something.

    In an address `{agency}` stands for who sent most, `{colleague}` for who did that there, `{early}` for a time before
    which a tenth of all was sent, and `{place}` for the place of that time in a list. Partners are of `agency`.
    """

    address: str
    posted: Mapping[str, str] | None = None
    status: int = 200
    agency: str = "{agency}"


class Desk:
    """Asks a gateway with so many referrals for its lists, without a server between."""

    def __init__(self, folder: Path, url: str, count: int) -> None:
        (folder / OF / "forms").mkdir(parents=True)
        (folder / OF / "organisation.yaml").write_text(_PROFILE)
        for number in range(FORMS + 1):
            (folder / OF / "forms" / f"form-{number}.yaml").write_text(_FORM)
        keys = new_key()
        self._database = Database(url)
        upgrade(self._database)
        self._app = create_app(
            Settings(keys=keys, base_url="http://localhost", clamd="off", smtp_url="off",
                     database_url=url, organisations=folder, rate_limit="off")
        )  # fmt: skip
        agency, early = _agencies(self._database), NOW - APART * (count * 9 // 10)
        self._client = _signed_in(self._app, self._database, Role.ADMIN)
        self._partners = {
            named: _signed_in(self._app, self._database, Role.PARTNER, each)
            for named, each in (("{agency}", agency), (IMPORTS, IMPORTS))
        }
        self._bearer = {"Authorization": f"Bearer {_software(self._database, agency)}"}
        self._token = _token(self._client)
        (colleague,) = agencies.people(self._database, agency)
        (software,) = api_tokens.listed(self._database, OF)
        _fill(self._database, KeyRing(keys), count, _Senders(agency, colleague.account, software.id))
        self._named = {
            "{agency}": agency,
            "{colleague}": colleague.account,
            "{early}": f"{early:%Y-%m-%dT%H:%M:%SZ}",
            "{place}": written(Place(early, reference_of(0))),
        }

    def timed(self, ask: Ask) -> tuple[float, bool]:
        """Ask for a list; give how long it took, and whether it was answered as it should be."""
        began = time.perf_counter()
        answer = self._answer(ask)
        answer.get_data()
        return time.perf_counter() - began, answer.status_code == ask.status

    def close(self) -> None:
        """Let go of the store."""
        self._app.extensions["gateway"].database.close()
        self._database.close()

    def _answer(self, ask: Ask) -> TestResponse:
        address = ask.address
        for name, value in self._named.items():
            address = address.replace(name, value)
        if address.startswith("/api/"):
            return self._client.get(address, headers=self._bearer)
        if address.startswith("/partner/"):
            return self._partners[ask.agency].get(address)
        address = f"/staff/{OF}/{address}"
        if ask.posted is None:
            return self._client.get(address)
        return self._client.post(address, data={**ask.posted, "csrf_token": self._token})


def reference_of(number: int) -> str:
    """Name a referral: the newest has the number nought. They are as much apart as those that are drawn by lot."""
    digits = f"{number * 7919 % 10**8:08}"
    return f"RG-{digits[:4]}-{digits[4:]}"


@dataclass(frozen=True, slots=True)
class _Senders:
    """The agency that sends most, who of it does that, and its software."""

    agency: str
    colleague: str
    software: str


def _agencies(database: Database) -> str:
    """Make all agencies, and give the one that is to send most."""
    with database.write() as connection:
        agency = agencies.add(connection, Deciding("bench", OF, NOW), "An agency")
        others = [{"id": f"agency-{number}", "organisation": OF, "name": f"Agency {number}", "created_at": NOW}
                  for number in range(_AGENCIES)]  # fmt: skip
        connection.execute(insert(agencies_table), others)
    return agency


def _fill(database: Database, ring: KeyRing, count: int, senders: _Senders) -> None:
    """Write so many referrals, the newest now, with a call for each."""
    with database.read() as connection:
        definition = connection.scalar(select(tables.definitions.c.hash).limit(1)) or ""  # the web has kept them
    for start in range(0, count, 5000):
        numbers = range(start, min(start + 5000, count))
        rows = [{**_referral(ring, number, count, senders), "definition": definition} for number in numbers]
        with database.write() as connection:
            connection.execute(insert(tables.referrals), rows)
            connection.execute(insert(tables.jobs), [_job(number, count) for number in numbers])
            connection.execute(insert(tables.attempts), [_attempt(number) for number in numbers])
            connection.execute(insert(tables.audit), [entry for number in numbers for entry in _entries(number)])
    if database.sqlite_file is None:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")  # as autovacuum does by itself within a minute


def _referral(ring: KeyRing, number: int, count: int, senders: _Senders) -> dict[str, object]:
    reference, at, rare = reference_of(number), NOW - APART * number, _rare(number, count)
    state = rare if rare in RARE[:-2] else "delivered"
    agency = None if number % 10 == 0 else IMPORTS if number % 10 > 6 else senders.agency
    imported = rare == "imported" or (agency == IMPORTS and state == "delivered" and rare != "a test")
    delivered = at + timedelta(seconds=number * 7919 % 900) if state == "delivered" else None
    return {
        "reference": reference,
        "organisation": OF,
        "form": SELDOM if rare == "a test" else f"form-{number // 7 % FORMS}",
        "language": "en",
        "state": state,
        "test": rare == "a test",
        "agency": agency,
        "account": (senders.software if rare == "a test" else senders.colleague) if agency else None,
        "created_at": at,
        "updated_at": at + timedelta(minutes=number * 7919 % 48),
        "delivered_at": delivered,
        "imported_at": at + timedelta(hours=1) if imported else None,
        "sealed": _sealed(ring, reference) if number < OPENED else bytes(900),
    }


def _rare(number: int, count: int) -> str:
    place = number % (count // RARE_OF_EACH)
    return RARE[place] if place < len(RARE) else ""


def _sealed(ring: KeyRing, reference: str) -> bytes:
    answers = [Answer(f"field_{each}", "A question", "An answer", "An answer", "field", "") for each in range(12)]
    person = Person("client", {}, tuple(answers))
    plain = Referral(reference, OF, "form-0", "", "en", NOW, "charitylog", {}, (person,))
    return ring.seal(plain.to_json(), table="referrals", row=reference, column="sealed")


def _job(number: int, count: int) -> dict[str, object]:
    at = NOW - APART * number
    status = "parked" if _rare(number, count) in RARE[:-3] else "done"
    return {"id": number + 1, "organisation": OF, "kind": "stage", "reference": reference_of(number), "position": 0,
            "status": status, "due_at": at, "since": at}  # fmt: skip


def _attempt(number: int) -> dict[str, object]:
    at = NOW - APART * number
    return {"job": number + 1, "reference": reference_of(number), "payload": 1, "worker": "bench", "started_at": at,
            "ended_at": at, "outcome": ("delivered", "delivered", "not_sent")[number % 3], "status": 200}  # fmt: skip


def _entries(number: int) -> Iterator[dict[str, object]]:
    """What is written down of it, of its organisation, and of a neighbour."""
    plain = {"at": NOW, "actor": "worker", "action": "settle", "detail": "It is there."}
    yield {**plain, "organisation": OF, "reference": reference_of(number)}
    yield {**plain, "organisation": OF, "reference": None}
    yield {**plain, "organisation": NEIGHBOUR, "reference": None}


def _software(database: Database, agency: str) -> str:
    forms = [*(f"form-{number}" for number in range(FORMS)), SELDOM]
    until = datetime.now(UTC) + timedelta(days=1)
    with database.write() as connection:
        deciding = Deciding("bench", OF, NOW)
        return api_tokens.add(connection, deciding, agency, "bench", forms=forms, expires_at=until)


def _signed_in(app: Flask, database: Database, role: Role, agency: str | None = None) -> FlaskClient:
    with database.write() as connection:
        account = accounts.write(connection, f"{role}-{agency}@bench.example", password=None, now=NOW)
        accounts.join(connection, account, OF, role, now=NOW, agency=agency)
        secret = sessions.begin(connection, account, datetime.now(UTC))
    client = app.test_client()
    with client.session_transaction("/staff/") as cookie:
        cookie["session"] = secret
    return client


def _token(client: FlaskClient) -> str:
    page = client.get(f"/staff/{OF}/referrals/search").get_data(as_text=True)
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]
