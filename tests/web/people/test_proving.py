"""Proving once more who one is, before what matters; one's own account, where that is asked for."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.identity.roles import Role
from gateway.store import accounts, sessions
from gateway.store.database import Database

from .conftest import PASSWORD, As, post, tire, token_of

EMAIL = "viewer@riverside.example"
PAGE = "/staff/account/password"
NEW = "four words that differ"


@pytest.fixture
def client(signed_in: As) -> FlaskClient:
    return signed_in(Role.VIEWER)


def test_a_proof_that_is_old_is_asked_for_again_and_leads_back(client: FlaskClient, database: Database) -> None:
    assert client.get(PAGE).status_code == 200
    tire(database)
    assert client.get(PAGE).headers["Location"] == "/staff/prove?next=%2Fstaff%2Faccount%2Fpassword"

    wrong = post(client, "/staff/prove", password=NEW, next=PAGE)
    assert (wrong.status_code, "This password is not right." in wrong.text) == (422, True)
    assert client.get(PAGE).status_code == 303
    assert post(client, "/staff/prove", password=PASSWORD, next=PAGE).headers["Location"] == PAGE
    assert client.get(PAGE).status_code == 200


def test_what_was_to_be_done_without_a_proof_is_not_done(client: FlaskClient, database: Database) -> None:
    token = token_of(client.get(PAGE).text)
    tire(database)

    answer = client.post(PAGE, data={"csrf_token": token, "password": NEW})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/prove")
    assert post(client, "/staff/prove", password=PASSWORD).status_code == 303  # the password is the old one still


@pytest.mark.parametrize(
    ("referrer", "back"),
    [
        (f"http://localhost{PAGE}", "?next=%2Fstaff%2Faccount%2Fpassword"),
        ("http://evil.example/staff/account", ""),
        ("http://localhost//evil.example/staff/", ""),
        ("http://localhost/riverside/", ""),
        ("http://[", ""),
    ],
)
def test_whoever_pressed_a_button_comes_back_to_its_page(
    client: FlaskClient, database: Database, referrer: str, back: str
) -> None:
    tire(database)

    assert client.post(PAGE, headers={"Referer": referrer}).headers["Location"] == f"/staff/prove{back}"


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_proof_leads_nowhere_but_to_our_own_pages(client: FlaskClient, address: str) -> None:
    assert post(client, "/staff/prove", password=PASSWORD, next=address).headers["Location"] == "/staff/"
    assert "evil" not in client.get("/staff/prove", query_string={"next": address}).text


def test_whoever_found_the_screen_open_cannot_try_passwords_out(client: FlaskClient) -> None:
    answers = [post(client, "/staff/prove", password=NEW).status_code for _ in range(7)]

    assert answers == [422] * 5 + [429] * 2
    assert post(client, "/staff/prove", password=PASSWORD).status_code == 429


def test_a_new_password_ends_every_other_session(client: FlaskClient, app: Flask, database: Database) -> None:
    account = accounts.find(database, EMAIL)
    assert account is not None
    now = datetime.now(UTC)
    with database.write() as connection:
        elsewhere = sessions.begin(connection, account.id, now)
    with client.session_transaction("/staff/") as cookie:
        before = cookie["session"]

    assert post(client, PAGE, password="passwordpassword").status_code == 422
    assert post(client, PAGE, password=NEW).headers["Location"] == "/staff/account"

    assert "Your password is changed" in client.get("/staff/account").text
    assert [sessions.find(database, each, now) for each in (elsewhere, before)] == [None, None]
    answers = [post(app.test_client(), "/staff/sign-in", email=EMAIL, password=each) for each in (PASSWORD, NEW)]
    assert [each.status_code for each in answers] == [422, 303]


def test_one_sees_where_one_is_signed_in_and_ends_that(client: FlaskClient, database: Database) -> None:
    account = accounts.find(database, EMAIL)
    assert account is not None
    now = datetime.now(UTC)
    with database.write() as connection:
        elsewhere = sessions.begin(connection, account.id, now)
    page = client.get("/staff/account").text
    assert (page.count("This browser"), page.count("Another browser")) == (1, 1)
    assert elsewhere not in page

    post(client, "/staff/account/sign-out-elsewhere", page="/staff/account")

    assert sessions.find(database, elsewhere, now) is None
    assert "Another browser" not in client.get("/staff/account").text
