"""Pages of people who sign in are kept nowhere and framed nowhere, also those that only lead on or refuse."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.identity.roles import Role
from gateway.store.database import Database

from .conftest import As, an_agency
from .test_matrix import FILLED, ROWS, fill_in

OPEN = [(method, rule) for method, rule, _ in ROWS if rule.startswith(("/staff", "/partner"))]


@pytest.mark.parametrize("whose", ["nobody", "theirs"])
def test_every_answer_is_kept_nowhere_and_framed_nowhere(
    app: Flask, database: Database, signed_in: As, whose: str
) -> None:
    address_of = fill_in(app, database)
    by_area = {"staff": signed_in(Role.ADMIN), "partner": signed_in(Role.PARTNER)}
    for method, rule in OPEN:
        client: FlaskClient = app.test_client() if whose == "nobody" else by_area[rule.split("/")[1]]
        answer = client.open(address_of(rule), method=method)
        told = (answer.headers.get("Cache-Control"), answer.headers.get("X-Frame-Options"),
                answer.headers.get("X-Content-Type-Options"))  # fmt: skip
        assert told == ("no-store", "DENY", "nosniff"), (method, rule, answer.status_code)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], (method, rule)
        assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer"), (method, rule)


def test_signing_out_empties_what_the_browser_kept(signed_in: As) -> None:
    client = signed_in(Role.VIEWER)
    page = client.get("/staff/riverside/").text

    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post("/staff/sign-out", data={"csrf_token": token})

    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_people_of_one_agency_reach_nothing_of_another(app: Flask, database: Database, signed_in: As) -> None:
    """Every address of an agency, with the ids of what another one of the same organisation has."""
    address_of = fill_in(app, database)
    other = an_agency(database, name="Eastside School")
    client = signed_in(Role.PARTNER, agency=other, email="bo@eastside.example")
    ids = {"<reference>", "<draft>", "<instance>", "<table>"}
    named = [(method, rule) for method, rule in OPEN if ids & set(rule.split("/"))]

    reached = {
        (method, rule): client.open(address_of(rule), method=method).status_code
        for method, rule in named
        if rule.startswith("/partner/")
    }

    assert len(reached) >= 10
    assert not [key for key, status in reached.items() if status not in (400, 404, 410)], reached
    assert FILLED["reference"] not in client.get("/partner/riverside/").text
