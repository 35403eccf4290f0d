"""Tokens of an agency in the console: made for some forms until a day, shown once, ended at once."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from sqlalchemy import select

from gateway.identity.roles import Role
from gateway.store import api_tokens, tables
from gateway.store.database import Database

from .conftest import HILLTOP, RIVERSIDE, As, an_agency, post

TOKEN = re.compile(r"rgt\.[\w-]{22}\.[\w-]{43}")


@pytest.fixture
def page(database: Database) -> str:
    """The address of the page of an agency."""
    return f"/staff/riverside/agencies/{an_agency(database)}/tokens"


@pytest.fixture
def admin(signed_in: As) -> FlaskClient:
    return signed_in(Role.ADMIN)


def test_a_token_is_shown_once_and_ended_at_once(admin: FlaskClient, database: Database, page: str) -> None:
    made = post(admin, page, name="Their  software", forms=["agency", "refer"], days="30")
    shown, again = (admin.get(page).get_data(as_text=True) for _ in range(2))

    assert (made.status_code, made.headers["Location"]) == (303, page)
    (text,) = TOKEN.findall(shown)
    assert text.split(".")[2] not in again
    assert "Their software" in again
    found = api_tokens.find(database, text, datetime.now(UTC))
    assert found is not None
    assert found.forms == ("agency", "refer")
    assert post(admin, f"{page}/end", page=page, token=found.id).status_code == 303
    assert api_tokens.find(database, text, datetime.now(UTC)) is None
    assert "The token has ended." in admin.get(page).get_data(as_text=True)
    with database.read() as connection:
        rows = connection.execute(
            select(tables.audit.c.action, tables.audit.c.detail).order_by(tables.audit.c.id)
        ).all()
    assert [tuple(row) for row in rows][-2:] == [
        ("add token", f"token {found.id}"),
        ("end token", f"token {found.id}"),
    ]


def test_the_cookie_that_keeps_it_for_the_next_page_does_not_tell_it(app: Flask, admin: FlaskClient, page: str) -> None:
    post(admin, page, name="Their software", forms=["agency"], days="30")
    carried = admin.get_cookie("gateway")
    (text,) = TOKEN.findall(admin.get(page).get_data(as_text=True))

    assert carried is not None
    assert isinstance(app.session_interface, SecureCookieSessionInterface)
    signing = app.session_interface.get_signing_serializer(app)
    assert signing is not None
    read = signing.loads(carried.value)
    assert text.split(".")[2] not in str(read)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": " "}, "Write what it is for"),
        ({"name": "x" * 101}, "Write what it is for"),
        ({"forms": []}, "Choose the forms that it may send."),
        ({"forms": ["nothing"]}, "Choose the forms that it may send."),
        ({"days": "0"}, "Write for how many days"),
        ({"days": "²"}, "Write for how many days"),
        ({"days": "99999"}, "Write for how many days"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    admin: FlaskClient, database: Database, page: str, fields: dict[str, object], said: str
) -> None:
    answer = post(admin, page, **{"name": "Their software", "forms": ["agency"], "days": "30", **fields})

    assert answer.status_code == 422
    assert answer.get_data(as_text=True).count(said) == 2
    assert api_tokens.listed(database, RIVERSIDE) == []


def test_tokens_of_another_agency_or_organisation_are_not_there(
    admin: FlaskClient, database: Database, page: str
) -> None:
    post(admin, page, name="Their software", forms=["agency"], days="30")
    (mine,) = api_tokens.listed(database, RIVERSIDE)
    other = f"/staff/riverside/agencies/{an_agency(database, name='Southside School')}/tokens"
    theirs = f"/staff/riverside/agencies/{an_agency(database, HILLTOP)}/tokens"

    assert "Their software" not in admin.get(other).get_data(as_text=True)
    post(admin, f"{other}/end", page=other, token=mine.id)
    assert api_tokens.listed(database, RIVERSIDE)[0].ended_at is None
    assert admin.get(theirs).status_code == 404
