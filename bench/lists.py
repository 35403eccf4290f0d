"""Whether every list of staff, of agencies and of their software stays quick however many referrals there are."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from bench.report import Row
from bench.servers import new_folder
from gateway.cli.migrate import upgrade
from gateway.factory import create_app
from gateway.identity.roles import Role
from gateway.keys import KeyRing, new_key
from gateway.referral import Answer, Person, Referral
from gateway.settings import Settings
from gateway.store import accounts, agencies, api_tokens, definitions, sessions, tables
from gateway.store.database import Database
from gateway.store.definitions import StoredDefinition
from gateway.store.people import Deciding
from tests import postgres

_NOW = datetime.now(UTC)
_OF = "bench"
_LONGER = 0.5  # ms; below that a page is as quick as one that holds nothing, and its ratio is chance
_OPENED = 2000  # the newest, which a search by name opens
_HASH = "d" * 64
# Of each of these there are as many, however many were delivered: a page that shows more rows takes longer to draw.
_OPEN = ("failed", "unknown", "held", "pending", "closed")
_OPEN_OF_EACH = 60
_DAYS = "from={:%Y-%m-%d}&to={:%Y-%m-%d}"


def lists(many: int, few: int, rounds: int) -> Iterator[Row]:
    """Measure every list with many referrals in the store against few, in turn."""
    with ExitStack() as stack:
        folder = stack.enter_context(new_folder())
        server = stack.enter_context(postgres.a_server())
        files = {count: f"sqlite:///{folder}/{count}.db" for count in (few, many)}
        yield from _of("SQLite", files, folder, rounds)
        fresh = {count: stack.enter_context(postgres.a_database(server)) for count in (few, many)}
        yield from _of("PostgreSQL", fresh, folder, rounds)


def _of(name: str, urls: Mapping[int, str], folder: Path, rounds: int) -> Iterator[Row]:
    few, many = urls
    desks = [_Desk(folder / f"{name}-{count}", url, count) for count, url in urls.items()]
    ratios, errors = {}, 0
    for what, ask in _LISTS.items():
        times: list[list[float]] = [[], []]
        for number in range(rounds + 1):
            for desk, own in zip(desks, times, strict=True):
                took, status = desk.timed(ask)
                errors += status != 200
                if number:  # the first time warms up
                    own.append(took)
        short, long = (1000 * min(own) for own in times)
        ratios[what] = (long / max(short, _LONGER), long, short)
    for desk in desks:
        desk.close()
    worst = max(ratios, key=lambda each: ratios[each][0])
    ratio, long, short = ratios[worst]
    yield Row(f"{len(ratios)} lists of {many:,} referrals, against {few:,}", ratio, " x", 1.5, at_most=True,
              errors=errors, notes=f"{name}; the worst, {worst}: {long:.1f} ms and {short:.1f} ms")  # fmt: skip


class _Desk:
    """Somebody who is signed in on a gateway with so many referrals."""

    def __init__(self, folder: Path, url: str, count: int) -> None:
        (folder / _OF / "forms").mkdir(parents=True)
        (folder / _OF / "organisation.yaml").write_text(_PROFILE)
        for number in range(_FORMS):
            (folder / _OF / "forms" / f"form-{number}.yaml").write_text(_FORM)
        keys = new_key()
        self._database = Database(url)
        upgrade(self._database)
        self._agency = _fill(self._database, KeyRing(keys), count)
        self._app = create_app(
            Settings(_env_file=None, keys=keys, base_url="http://localhost", clamd="off", smtp_url="off",
                     database_url=url, organisations=folder)
        )  # fmt: skip
        self._client = _signed_in(self._app, self._database, Role.ADMIN)
        self._partner = _signed_in(self._app, self._database, Role.PARTNER, self._agency)
        self._bearer = {"Authorization": f"Bearer {_software(self._database, self._agency)}"}
        self._token = _token(self._client)

    def timed(self, ask: "str | dict[str, str]") -> tuple[float, int]:
        """Open a list; give how long it took, and its status."""
        began = time.perf_counter()
        if isinstance(ask, str) and ask.startswith("/api/"):
            answer = self._client.get(ask, headers=self._bearer)
        elif isinstance(ask, str) and ask.startswith("/partner/"):
            answer = self._partner.get(ask)
        elif isinstance(ask, str):
            answer = self._client.get(f"/staff/{_OF}/{ask.replace('{agency}', self._agency)}")
        else:
            answer = self._client.post(f"/staff/{_OF}/referrals/search", data={**ask, "csrf_token": self._token})
        answer.get_data()
        return time.perf_counter() - began, answer.status_code

    def close(self) -> None:
        """Let go of the store."""
        self._app.extensions["gateway"].database.close()
        self._database.close()


_FORMS = 10
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
_LISTS: dict[str, "str | dict[str, str]"] = {
    "to do": "",
    "all": "referrals",
    "further back": f"referrals?behind={int((_NOW - timedelta(hours=5)).timestamp())}000000-RG-0000-0000",
    "changed last": "referrals?sort=changed",
    **{f"{state}": f"referrals?state={state}" for state in ("delivered", *_OPEN)},
    "failed, changed last": "referrals?state=failed&sort=changed",
    "delivered, changed last": "referrals?state=delivered&sort=changed",
    "one form": "referrals?form=form-3",
    "one form, failed": "referrals?form=form-3&state=failed",
    "one form, held, changed last": "referrals?form=form-3&state=held&sort=changed",
    "one agency": "referrals?agency={agency}",
    "one agency, one form": "referrals?agency={agency}&form=form-3",
    "tests": "referrals?test=yes",
    "some days": "referrals?" + _DAYS.format(_NOW - timedelta(days=1), _NOW),
    "some days, changed last": "referrals?sort=changed&" + _DAYS.format(_NOW - timedelta(days=1), _NOW),
    "what would be sent again": "referrals/again",
    "what would be sent again, of one form": "referrals/again?form=form-3",
    "audit trail": "trail",
    "of an agency": f"/partner/{_OF}/",
    "of an agency's software": "/api/v1/referrals",
    "of an agency's software, changed last": "/api/v1/referrals?sort=updated_at&dir=desc",
    "of an agency's software, a later part": "/api/v1/referrals?limit=50&offset=300",
    "search by name": {"words": "Quuxley", "reason": "A benchmark"},
}


def _fill(database: Database, ring: KeyRing, count: int) -> str:
    """Write so many referrals, one every thirty seconds, the newest now; give the agency that sent some of them."""
    definitions.keep(database, [StoredDefinition(_HASH, _OF, "form-0", "{}")], _NOW)
    with database.write() as connection:
        agency = agencies.add(connection, Deciding("bench", _OF, _NOW), "An agency")
    for start in range(0, count, 5000):
        numbers = range(start, min(start + 5000, count))
        with database.write() as connection:
            connection.execute(insert(tables.referrals), [_referral(ring, number, count, agency) for number in numbers])
            connection.execute(insert(tables.audit), [_entry(number) for number in numbers])
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE")  # as autovacuum does by itself within a minute
    return agency


def _referral(ring: KeyRing, number: int, count: int, agency: str) -> dict[str, object]:
    reference, at = f"RG-{number:08X}"[:7] + "-" + f"{number:08X}"[4:], _NOW - timedelta(seconds=30 * number)
    return {
        "reference": reference,
        "organisation": _OF,
        "form": f"form-{number // 7 % _FORMS}",
        "definition": _HASH,
        "language": "en",
        "state": _state(number, count),
        "test": number % (count // _OPEN_OF_EACH) == len(_OPEN),
        "agency": agency if number % 2 else None,
        "created_at": at,
        "updated_at": at + timedelta(hours=number * 7919 % 48),
        "sealed": _sealed(ring, reference) if number < _OPENED else bytes(900),
    }


def _state(number: int, count: int) -> str:
    place = number % (count // _OPEN_OF_EACH)
    return _OPEN[place] if place < len(_OPEN) else "delivered"


def _sealed(ring: KeyRing, reference: str) -> bytes:
    answers = [Answer(f"field_{each}", "A question", "An answer", "An answer", "field", "") for each in range(12)]
    person = Person("client", {}, tuple(answers))
    plain = Referral(reference, _OF, "form-0", _HASH, "en", _NOW, "charitylog", {}, (person,))
    return ring.seal(plain.to_json(), table="referrals", row=reference, column="sealed")


def _entry(number: int) -> dict[str, object]:
    return {"at": _NOW, "actor": "worker", "action": "settle", "organisation": _OF, "detail": f"{number}"}


def _software(database: Database, agency: str) -> str:
    forms = [f"form-{number}" for number in range(_FORMS)]
    until = datetime.now(UTC) + timedelta(days=1)
    with database.write() as connection:
        deciding = Deciding("bench", _OF, _NOW)
        return api_tokens.add(connection, deciding, agency, "bench", forms=forms, expires_at=until)


def _signed_in(app: Flask, database: Database, role: Role, agency: str | None = None) -> FlaskClient:
    with database.write() as connection:
        account = accounts.write(connection, f"{role}@bench.example", password=None, now=_NOW)
        accounts.join(connection, account, _OF, role, now=_NOW, agency=agency)
        secret = sessions.begin(connection, account, datetime.now(UTC))
    client = app.test_client()
    with client.session_transaction("/staff/") as cookie:
        cookie["session"] = secret
    return client


def _token(client: FlaskClient) -> str:
    page = client.get(f"/staff/{_OF}/referrals/search").get_data(as_text=True)
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]
