"""Signing in: by the password alone, into a session of its own, and out again."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.identity.roles import Role
from gateway.keys import KeyRing, new_key
from gateway.store import accounts, sessions
from gateway.store.database import Database
from gateway.web.auth import cookie

from .conftest import PASSWORD, As, join, post, token_of

EMAIL = "ada@riverside.example"


@pytest.fixture
def client(app: Flask, database: Database) -> FlaskClient:
    """A browser; Ada has an account."""
    join(database, EMAIL, Role.OPERATOR)
    return app.test_client()


def test_the_right_password_opens_the_console(client: FlaskClient) -> None:
    assert client.get("/staff/").headers["Location"] == "/staff/sign-in?next=%2Fstaff%2F"

    answer = post(client, "/staff/sign-in", email=EMAIL.upper(), password=PASSWORD)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/")
    assert client.get("/staff/riverside/").status_code == 200
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(("email", "password"), [(EMAIL, "another kettle"), ("nobody@riverside.example", PASSWORD)])
def test_nobody_learns_whether_address_or_password_is_wrong(client: FlaskClient, email: str, password: str) -> None:
    answer = post(client, "/staff/sign-in", email=email, password=password)

    assert answer.status_code == 422
    assert "The email address or the password is not right." in answer.get_data(as_text=True)
    assert client.get("/staff/").status_code == 303


def test_a_session_is_a_new_one_whatever_the_browser_had_before(client: FlaskClient, database: Database) -> None:
    with client.session_transaction("/staff/") as cookie:
        cookie["session"] = "planted"
    post(client, "/staff/sign-in", email=EMAIL, password=PASSWORD)

    with client.session_transaction("/staff/") as cookie:
        assert cookie["session"] != "planted"
    assert sessions.find(database, "planted", datetime.now(UTC)) is None


def test_what_a_browser_had_before_is_worth_nothing_afterwards(client: FlaskClient, database: Database) -> None:
    """A token or session that somebody left on this browser, to know it later, dies with the sign-in."""
    before = token_of(client.get("/staff/sign-in").text)
    post(client, "/staff/sign-in", email=EMAIL, password=PASSWORD)
    with client.session_transaction("/staff/") as cookie:
        first = cookie["session"]
    assert client.post("/staff/sign-out", data={"csrf_token": before}).status_code == 400

    post(client, "/staff/sign-in", email=EMAIL, password=PASSWORD)

    assert sessions.find(database, first, datetime.now(UTC)) is None


def test_a_cookie_that_somebody_wrote_themselves_is_none(client: FlaskClient) -> None:
    client.set_cookie("gateway", "eyJzZXNzaW9uIjoicGxhbnRlZCJ9.aaaaaa.bbbbbb")

    assert client.get("/staff/").status_code == 303


@pytest.mark.parametrize(
    ("base", "name"), [("https://refer.example", "__Host-gateway"), ("http://localhost", "gateway")]
)
def test_the_cookie_is_for_this_host_alone_wherever_there_is_tls(base: str, name: str) -> None:
    app, ring = Flask("cookies"), KeyRing(new_key())
    cookie.init_app(app, SimpleNamespace(ring=ring, settings=SimpleNamespace(base_url=base)))  # type: ignore[arg-type]  # all that is asked for
    app.add_url_rule("/staff/", "begin", lambda: cookie.begin("secret") or "")

    (found,) = app.test_client().get("/staff/").headers.getlist("Set-Cookie")

    assert found.startswith(f"{name}=")
    parts = set(found.split("; ")[1:])
    assert parts == {"HttpOnly", "Path=/", "SameSite=Lax"} | ({"Secure"} if base.startswith("https") else set())


def test_signing_out_ends_the_session_and_not_only_the_cookie(client: FlaskClient, database: Database) -> None:
    post(client, "/staff/sign-in", email=EMAIL, password=PASSWORD)
    with client.session_transaction("/staff/") as cookie:
        secret = cookie["session"]
    post(client, "/staff/sign-out", page="/staff/riverside/")

    assert sessions.find(database, secret, datetime.now(UTC)) is None
    assert client.get("/staff/riverside/").status_code == 303


@pytest.mark.parametrize("later", [sessions.IDLE, sessions.LONGEST])
def test_a_session_ends_by_itself(client: FlaskClient, database: Database, later: timedelta) -> None:
    post(client, "/staff/sign-in", email=EMAIL, password=PASSWORD)
    with client.session_transaction("/staff/") as cookie:
        secret = cookie["session"]
    now = datetime.now(UTC)

    assert sessions.find(database, secret, now) is not None
    assert sessions.find(database, secret, now + later) is None


def test_whoever_is_shut_out_is_out_at_once(signed_in: As, database: Database) -> None:
    client = signed_in(Role.ADMIN)
    account = accounts.find(database, "admin@riverside.example")
    assert account is not None
    with database.write() as connection:
        accounts.disable(connection, account.id, datetime.now(UTC))

    assert client.get("/staff/riverside/").status_code == 303
    assert post(client, "/staff/sign-in", email=account.email, password=PASSWORD).status_code == 422


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "/\\evil.example", "/riverside/", ""])
def test_signing_in_leads_nowhere_but_to_our_own_pages(client: FlaskClient, address: str) -> None:
    answer = post(client, "/staff/sign-in", email=EMAIL, password=PASSWORD, next=address)

    assert answer.headers["Location"] == "/staff/"


def test_somebody_of_an_agency_begins_where_agencies_do(signed_in: As) -> None:
    assert signed_in(Role.PARTNER).get("/staff/").headers["Location"] == "/partner/"


def test_a_post_without_our_token_or_from_elsewhere_does_nothing(client: FlaskClient) -> None:
    assert client.post("/staff/sign-in", data={"email": EMAIL, "password": PASSWORD}).status_code == 400
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/staff/sign-in", data={"email": EMAIL}, headers=headers).status_code == 403


def test_public_pages_set_no_cookie(client: FlaskClient) -> None:
    post(client, "/staff/sign-in", email=EMAIL, password=PASSWORD)

    assert "Set-Cookie" not in client.get("/riverside/").headers


def test_a_host_that_somebody_invents_stands_in_no_link_and_leads_nowhere(
    app: Flask, client: FlaskClient, signed_in: As
) -> None:
    headers = {"Host": "evil.example"}
    assert client.get("/staff/", headers=headers).headers["Location"] == "/staff/sign-in?next=%2Fstaff%2F"
    admin, page = signed_in(Role.ADMIN), "/staff/riverside/people"
    token = token_of(admin.get(page).text)
    with admin.session_transaction("/staff/") as cookie:
        kept = dict(cookie)
    at_evil = app.test_client()
    with at_evil.session_transaction("/staff/", base_url="http://evil.example") as cookie:
        cookie.update(kept)

    fields = {"csrf_token": token, "email": "ben@riverside.example", "role": "viewer"}
    answer = at_evil.post(f"{page}/invite", data=fields, base_url="http://evil.example")

    assert answer.headers["Location"] == page
    shown = at_evil.get(page, base_url="http://evil.example").text
    assert "http://localhost/staff/invitation/" in shown
    assert "evil.example" not in shown


def test_what_leads_to_signing_in_leads_back_to_our_own_pages_alone(client: FlaskClient) -> None:
    for referrer in ("http://evil.example/staff/account", "http://localhost//evil.example/", "http://localhost/\\evil"):
        answer = client.post("/staff/account/sign-out-elsewhere", headers={"Referer": referrer})
        assert answer.headers["Location"] == "/staff/sign-in"
