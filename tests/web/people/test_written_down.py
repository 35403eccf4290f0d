"""What people do at the doors is written down, for each of their organisations, and never with an address."""

import base64
import io
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gateway.identity.codes import Factor
from gateway.identity.roles import Role
from gateway.keys import KeyRing
from gateway.spreadsheets.writing import write
from gateway.store import accounts, api_tokens, second_factor, sums, tables
from gateway.store.database import Database
from gateway.store.people import Deciding
from gateway.store.tries import FREE

from .conftest import HILLTOP, PASSWORD, RIVERSIDE, As, an_agency, join, post, token_of
from .test_partners import CARER, HOME, begin, fill
from .test_second_factor import FACTOR, code

EMAIL = "ada@riverside.example"


def written(database: Database, organisation: str | None = RIVERSIDE) -> list[tuple[str, str, str]]:
    """What the trail of an organisation says: who, what, and a few words."""
    table = tables.audit
    with database.read() as connection:
        rows = connection.execute(select(table).order_by(table.c.id)).all()
    assert not [row for row in rows if "@" in str(row) or PASSWORD in str(row)]
    return [(row.actor, row.action, row.detail) for row in rows if row.organisation == organisation]


@pytest.fixture
def ada(database: Database) -> str:
    """Somebody of two organisations."""
    account = join(database, EMAIL, Role.OPERATOR)
    with database.write() as connection:
        accounts.join(connection, account, HILLTOP, Role.VIEWER, now=datetime.now(UTC))
    return account


def sign_in(app: Flask, password: str = PASSWORD, email: str = EMAIL) -> FlaskClient:
    client = app.test_client()
    post(client, "/staff/sign-in", email=email, password=password)
    return client


def test_coming_and_going_stand_in_the_trail_of_each_organisation(app: Flask, database: Database, ada: str) -> None:
    client = sign_in(app)
    sign_in(app)
    post(client, "/staff/account/sign-out-elsewhere", page="/staff/account")
    post(client, "/staff/sign-out", page="/staff/account")

    expected = [
        (ada, "sign in", "staff"),
        (ada, "sign in", "staff"),
        (ada, "end sessions", "1 elsewhere"),
        (ada, "sign out", "their own"),
    ]
    assert written(database) == written(database, HILLTOP) == expected
    assert written(database, None) == []


def test_wrong_passwords_stand_in_the_trail_and_so_does_the_wait(app: Flask, database: Database, ada: str) -> None:
    for _ in range(FREE + 2):  # the last two are not judged
        sign_in(app, "wrong password here")

    failed = ("whoever tried", "sign in failed", f"{ada} wrong password")
    waits = ("whoever tried", "sign in locked", f"{ada} has to wait 1 minute")
    assert written(database) == written(database, HILLTOP) == [failed] * FREE + [waits]


def test_wrong_codes_stand_in_the_trail(app: Flask, database: Database, ring: KeyRing, ada: str) -> None:
    with database.write() as connection:
        second_factor.switch_on(connection, ada, second_factor.seal(ring, ada, FACTOR), 0)
    client = sign_in(app)

    post(client, "/staff/sign-in/code", code="000000")
    post(client, "/staff/sign-in/code", code=FACTOR.spares[0])

    assert written(database) == [
        ("whoever tried", "sign in failed", f"{ada} wrong code"),
        (ada, "use spare code", "1 left"),
        (ada, "sign in", "staff"),
    ]


def test_of_addresses_that_nobody_has_there_is_a_number_alone(app: Flask, database: Database) -> None:
    for number in range(3):
        sign_in(app, email=f"nobody-{number}@riverside.example")
    assert written(database, None) == []

    assert sums.write_down(database, datetime.now(UTC)) == 0
    assert sums.write_down(database, datetime.now(UTC) + sums.EVERY) == 1

    ((actor, action, detail),) = written(database, None)
    assert (actor, action) == ("whoever tried", "sign in failed")
    assert detail.startswith("3 times since ")
    assert sums.write_down(database, datetime.now(UTC) + 3 * sums.EVERY) == 0


def test_a_second_factor_on_and_off_stands_in_the_trail(signed_in: As, database: Database, ring: KeyRing) -> None:
    client = signed_in(Role.VIEWER, email=EMAIL)
    account = accounts.find(database, EMAIL)
    assert account is not None
    page = "/staff/account/second-factor"
    client.get(page)
    with client.session_transaction("/staff/") as cookie:
        offered: Factor = second_factor.opened(ring, account.id, base64.b64decode(cookie["factor"]))
    post(client, page, code=code(offered))
    post(client, f"{page}/off", page=page)

    assert written(database) == [
        (account.id, "second factor on", "their own, 8 spare codes"),
        (account.id, "second factor off", "their own"),
    ]


def test_a_colleague_with_a_draft_is_written_down_once_for_each_visit(signed_in: As, database: Database) -> None:
    ada, bo = (signed_in(Role.PARTNER, email=f"{name}@northside.example") for name in ("ada", "bo"))
    first = begin(ada)
    fill(ada, first, **CARER)
    mine = accounts.find(database, "bo@northside.example")
    assert mine is not None
    assert written(database) == [written(database)[0]]  # the agency alone: one's own draft is one's own

    for _ in range(2):
        assert bo.get(first).status_code == 200
        fill(bo, first, **CARER)
    draft = bo.get(HOME).text.split("/drafts/")[1].split('"')[0].split("/")[0]
    post(bo, f"{HOME}drafts/{draft}/delete", page=HOME)

    assert written(database)[1:] == [
        (mine.id, "open draft", f"draft {draft[:8]}"),
        (mine.id, "change draft", f"draft {draft[:8]}"),
        (mine.id, "delete draft", f"draft {draft[:8]}"),
    ]


def test_a_table_that_is_chosen_and_deleted_stands_in_the_trail(signed_in: As, database: Database) -> None:
    client, page = signed_in(Role.PARTNER, email="ada@northside.example"), f"{HOME}forms/refer/many"
    table = write([["first_name", "surname", "telephone", "project", "description", "agreement", "referrer_name",
                    "referrer_organisation", "referrer_phone"], ["Maia", "Testperson", *[""] * 7]])  # fmt: skip
    token = token_of(client.get(page).text)

    chosen = client.post(page, data={"csrf_token": token, "table": (io.BytesIO(table), "carers.csv")})
    client.post(f"{chosen.headers['Location']}/delete", data={"csrf_token": token})

    account = accounts.find(database, "ada@northside.example")
    assert account is not None
    assert written(database)[-2:] == [
        (account.id, "choose table", "refer, rows: 1"),
        (account.id, "delete table", "refer, rows: 1"),
    ]
    assert "carers" not in str(written(database))


def test_what_software_reads_is_summed_up_by_the_hour(app: Flask, database: Database) -> None:
    now = datetime.now(UTC)
    agency = an_agency(database)
    with database.write() as connection:
        deciding = Deciding("somebody", RIVERSIDE, now)
        token = api_tokens.add(connection, deciding, agency, "Theirs", expires_at=now + timedelta(days=1))
    client, mine = app.test_client(), token.split(".")[1]
    before = len(written(database))

    for address in ("", "", "?limit=1", "/RG-7K3F-9Q2M"):
        client.get(f"/api/v1/referrals{address}", headers={"Authorization": f"Bearer {token}"})
    assert len(written(database)) == before
    assert sums.write_down(database, now + 2 * sums.EVERY) == 1

    actor, action, detail = written(database)[-1]
    assert (actor, action) == (f"token {mine}", "read by software")
    assert detail.startswith("4 times since ")
