"""Whoever guesses: from one network and from many, at one account and at many; and how much work nobody is."""

import re
import threading
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.identity import passwords
from gateway.identity.roles import Role
from gateway.store import accounts
from gateway.store.database import Database
from gateway.store.tries import FREE, FREE_ELSEWHERE
from gateway.web.limits import Limit, Rate
from tests.identity.test_passwords import Counting

from .conftest import PASSWORD, join, kept, token_of

EMAIL, PAGE = "ada@riverside.example", "/staff/sign-in"
HOME = "192.0.2.7"
GUESS = "another kettle"


@pytest.fixture
def client(app: Flask, database: Database, line: Counting) -> FlaskClient:
    """A browser; Ada has an account. What passwords cost is counted, and not spent."""
    join(database, EMAIL, Role.OPERATOR)
    return app.test_client()


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """Counts whoever has a password worked out."""
    kept()
    found = Counting()
    monkeypatch.setattr(passwords, "_one_at_a_time", found)
    return found


def attempt(client: FlaskClient, email: str = EMAIL, network: str = HOME, **more: str):  # noqa: ANN201 - as the client answers
    shown = client.get(PAGE).get_data(as_text=True)
    data = {"csrf_token": token_of(shown), "email": email, "password": GUESS, **more}
    return client.post(PAGE, data=data, environ_base={"REMOTE_ADDR": network})


@pytest.mark.parametrize("email", [EMAIL, "nobody@riverside.example"])
def test_guessing_costs_a_wait_whether_somebody_has_the_address_or_nobody(
    client: FlaskClient, line: Counting, email: str
) -> None:
    answers = [attempt(client, email) for _ in range(FREE + 3)]

    assert [each.status_code for each in answers] == [422] * FREE + [429] * 3
    assert line.passed == FREE
    assert "Wait 1 minute, then try again." in answers[-1].get_data(as_text=True)
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    # The right password is not even looked at, or waiting would tell which one is right.
    assert attempt(client, email, password=PASSWORD).status_code == 429
    assert client.get("/staff/").status_code == 303


def test_strangers_shut_nobody_out_where_they_usually_are(client: FlaskClient) -> None:
    assert attempt(client, password=PASSWORD).status_code == 303
    for number in range(FREE_ELSEWHERE + 2):
        attempt(client, network=f"198.51.100.{number}")

    assert attempt(client, network="203.0.113.9").status_code == 429
    assert attempt(client, password=PASSWORD).status_code == 303


def test_one_network_tries_no_list_of_addresses(app: Flask, client: FlaskClient) -> None:
    app.extensions["gateway"].sign_ins = Limit(Rate(3, 3600))
    answers = [attempt(client, f"person{number}@riverside.example").status_code for number in range(6)]

    assert answers == [422] * 4 + [429] * 2
    assert attempt(client, network="203.0.113.9", password=PASSWORD).status_code == 303


def test_nobody_takes_as_long_as_somebody(client: FlaskClient, database: Database, line: Counting) -> None:
    """The same work and the same words: for a wrong password, nobody, who is shut out, and who has none."""
    shut_out = join(database, "out@riverside.example", Role.ADMIN)
    with database.write() as connection:
        accounts.disable(connection, shut_out, datetime.now(UTC))
        accounts.write(connection, "none@riverside.example", password=None, now=datetime.now(UTC))
    pages = set()
    for email in (EMAIL, "nobody@riverside.example", "out@riverside.example", "none@riverside.example", "\x00", ""):
        before = line.passed
        answer = attempt(client, email, password=GUESS if email == EMAIL else PASSWORD)
        assert (answer.status_code, line.passed - before) == (422, 1), email
        page = answer.get_data(as_text=True)
        pages.add(re.sub('value="[^"]*"', "", page))

    assert len(pages) == 1


def test_a_crowd_leaves_threads_for_those_who_fill_in_forms(
    client: FlaskClient, line: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = threading.BoundedSemaphore(1)
    monkeypatch.setattr(passwords, "_waiting", places)
    with places:
        answer = attempt(client, password=PASSWORD)

    assert (answer.status_code, line.passed) == (503, 0)
    assert "Try again in a few minutes." in answer.get_data(as_text=True)
    assert attempt(client, password=PASSWORD).status_code == 303
