"""The second factor: on once a code was right, asked for after the password, each code once, and a way back in."""

import base64
import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.identity.codes import STEP_SECONDS, Factor
from gateway.identity.roles import Role
from gateway.keys import KeyRing, new_key
from gateway.store import accounts, second_factor, sessions
from gateway.store.accounts import Account
from gateway.store.database import Database
from gateway.store.tries import FREE

from .conftest import PASSWORD, As, join, post, tire, token_of

EMAIL = "ada@riverside.example"
PAGE = "/staff/account/second-factor"
FACTOR = Factor(b"12345678901234567890", ("0123456789", "abcdefghjk"))


@pytest.fixture
def ada(database: Database, ring: KeyRing) -> str:
    """An account with a second factor, no code of which was taken yet."""
    account = join(database, EMAIL, Role.OPERATOR)
    with database.write() as connection:
        second_factor.switch_on(connection, account, second_factor.seal(ring, account, FACTOR), 0)
    return account


def code(factor: Factor, steps: int = 0) -> str:
    """What the telephone shows now, or that many steps of time later."""
    at = int(datetime.now(UTC).timestamp()) + steps * STEP_SECONDS
    return factor._totp().generate(at).decode()


def found(database: Database, email: str = EMAIL) -> Account:
    account = accounts.find(database, email)
    assert account is not None
    return account


def test_it_is_on_once_a_code_was_right_and_not_before(signed_in: As, database: Database, ring: KeyRing) -> None:
    client, email = signed_in(Role.VIEWER), "viewer@riverside.example"
    page = client.get(PAGE).get_data(as_text=True)
    assert "<svg" in page
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert key is not None
    offered = Factor(base64.b32decode(key[1].replace(" ", "")), ())

    assert post(client, PAGE, code="000000").status_code == 422
    assert found(database, email).sealed_secret is None
    assert post(client, PAGE, code=code(offered)).status_code == 303

    assert second_factor.of(ring, found(database, email)) is not None
    assert len(re.findall(r"<li><code>", client.get(PAGE).get_data(as_text=True))) == 8
    assert "<li><code>" not in client.get(PAGE).get_data(as_text=True)


def test_nobody_chooses_the_key_for_somebody_else(signed_in: As, database: Database, ring: KeyRing) -> None:
    client = signed_in(Role.VIEWER)
    other = join(database, "other@riverside.example", Role.VIEWER)
    with client.session_transaction("/staff/") as cookie:
        cookie["factor"] = base64.b64encode(second_factor.seal(ring, other, FACTOR)).decode()

    answer = client.post(PAGE, data={"csrf_token": token_of(client.get("/staff/account").text), "code": code(FACTOR)})

    assert answer.status_code == 303
    assert found(database, "viewer@riverside.example").sealed_secret is None


def test_the_password_alone_opens_nothing(app: Flask, ada: str) -> None:
    client = app.test_client()
    answer = post(client, "/staff/sign-in", email=EMAIL, password=PASSWORD, next="/staff/riverside/")

    assert answer.headers["Location"] == "/staff/sign-in/code?next=%2Fstaff%2Friverside%2F"
    assert client.get("/staff/riverside/").status_code == 303
    answer = post(client, answer.headers["Location"], code=code(FACTOR), next="/staff/riverside/")
    assert answer.headers["Location"] == "/staff/riverside/"
    assert client.get("/staff/riverside/").status_code == 200


def test_no_code_is_taken_twice_by_whomever(app: Flask, database: Database, ring: KeyRing, ada: str) -> None:
    now, typed = datetime.now(UTC), code(FACTOR)
    before = found(database)

    assert second_factor.take(database, ring, before, typed, now)
    # What was read before the code was taken is no way round that.
    assert not second_factor.take(database, ring, before, typed, now)
    assert not second_factor.take(database, ring, found(database), typed, now)


def test_a_spare_code_lets_in_once(app: Flask, database: Database, ada: str) -> None:
    for location in ("/staff/", None):
        client = app.test_client()
        post(client, "/staff/sign-in", email=EMAIL, password=PASSWORD)
        answer = post(client, "/staff/sign-in/code", code="01234 56789")
        assert answer.headers.get("Location") == location


@pytest.mark.parametrize("half", [None, ["nobody", 1], ["", ""], "ada", ["ada"], [1, 2, 3]])
def test_without_a_password_a_moment_ago_no_code_is_asked_for(app: Flask, ada: str, half: object) -> None:
    client = app.test_client()
    with client.session_transaction("/staff/") as cookie:
        cookie["half"] = [ada, 0] if half is None else half  # none: right, but long ago

    assert client.get("/staff/sign-in/code").headers["Location"] == "/staff/sign-in"
    answer = post(client, "/staff/sign-in/code", page="/staff/sign-in", code=code(FACTOR))
    assert answer.headers["Location"] == "/staff/sign-in"


def test_codes_cannot_be_tried_out(app: Flask, database: Database, ada: str) -> None:
    client = app.test_client()
    post(client, "/staff/sign-in", email=EMAIL, password=PASSWORD)
    answers = [post(client, "/staff/sign-in/code", code="000000").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]

    assert post(client, "/staff/sign-in/code", code=code(FACTOR)).status_code == 429


def test_where_a_code_is_asked_for_it_alone_proves_somebody(signed_in: As, database: Database, ring: KeyRing) -> None:
    client, email = signed_in(Role.VIEWER), "viewer@riverside.example"
    account = found(database, email).id
    with database.write() as connection:
        second_factor.switch_on(connection, account, second_factor.seal(ring, account, FACTOR), 0)
    tire(database)
    assert client.get(PAGE).headers["Location"] == "/staff/prove?next=%2Fstaff%2Faccount%2Fsecond-factor"

    assert post(client, "/staff/prove", password=PASSWORD, next=PAGE).status_code == 422
    assert client.get(PAGE).status_code == 303
    assert post(client, "/staff/prove", code="000000").status_code == 422
    assert post(client, "/staff/prove", code=code(FACTOR), next=PAGE).headers["Location"] == PAGE
    assert client.get(PAGE).status_code == 200


def test_switching_it_off_needs_a_proof_and_is_written_down(
    client_with_factor: FlaskClient, database: Database
) -> None:
    assert post(client_with_factor, f"{PAGE}/off", page=PAGE).status_code == 303

    assert found(database).sealed_secret is None


@pytest.fixture
def client_with_factor(app: Flask, database: Database, ada: str) -> FlaskClient:
    """A browser on which Ada is signed in."""
    client = app.test_client()
    with database.write() as connection:
        secret = sessions.begin(connection, ada, datetime.now(UTC))
    with client.session_transaction("/staff/") as cookie:
        cookie["session"] = secret
    return client


LOCKED = "Your second factor cannot be checked at the moment"


@pytest.fixture
def of_another_key(database: Database) -> str:
    """An account whose second factor was sealed with a key that is not in the ring any more."""
    account = join(database, EMAIL, Role.ADMIN)
    with database.write() as connection:
        sealed = second_factor.seal(KeyRing(new_key()), account, FACTOR)
        second_factor.switch_on(connection, account, sealed, 0)
    return account


def test_a_factor_whose_key_is_gone_is_a_plain_page_and_a_line_for_the_operator(
    app: Flask, of_another_key: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = app.test_client()
    post(client, "/staff/sign-in", email=EMAIL, password=PASSWORD)

    for _ in range(FREE + 1):  # and it is nobody's wrong try
        answer = post(client, "/staff/sign-in/code", code="000000")
        assert (answer.status_code, LOCKED in answer.text) == (503, True)

    assert client.get("/staff/").status_code == 303
    line = "a second factor cannot be opened error=KeyMissing"
    assert line in [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]
    assert EMAIL not in caplog.text


def test_whoever_is_signed_in_meanwhile_goes_on_and_proves_nothing(
    app: Flask, database: Database, of_another_key: str
) -> None:
    client = app.test_client()
    with database.write() as connection:
        secret = sessions.begin(connection, of_another_key, datetime.now(UTC))
    with client.session_transaction("/staff/") as cookie:
        cookie["session"] = secret
    tire(database)

    page = client.get("/staff/account")
    assert (page.status_code, "cannot be checked at the moment" in page.text) == (200, True)
    answer = post(client, "/staff/prove", page="/staff/account", code="000000")
    assert (answer.status_code, LOCKED in answer.text) == (503, True)
    assert client.get("/staff/riverside/people/invite").status_code == 303


def test_an_administrator_helps_whoever_has_such_a_factor(
    app: Flask, signed_in: As, database: Database, of_another_key: str
) -> None:
    page = f"/staff/riverside/people/{of_another_key}"

    assert post(signed_in(Role.ADMIN), f"{page}/reset", page=page).status_code == 303

    assert found(database).sealed_secret is None
