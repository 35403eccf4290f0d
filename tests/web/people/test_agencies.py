"""Agencies in the console: added, invited to, left and ended by administrators; those of others are not there."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gateway.identity.roles import Role
from gateway.store import accounts, agencies, invitations, tables
from gateway.store.database import Database

from .conftest import HILLTOP, PASSWORD, RIVERSIDE, As, an_agency, join, post

ALL = "/staff/riverside/agencies"


@pytest.fixture
def admin(signed_in: As) -> FlaskClient:
    return signed_in(Role.ADMIN)


def test_an_agency_is_added_and_its_people_come_by_a_link(app: Flask, admin: FlaskClient, database: Database) -> None:
    made = post(admin, ALL, name="  Northside   Surgery ")
    one = str(made.headers["Location"])
    assert "Northside Surgery" in admin.get(ALL).get_data(as_text=True)

    post(admin, f"{one}/invite", page=one, email="ada@northside.example")
    page = admin.get(one).get_data(as_text=True)
    link = page.split('class="link">')[1].split("<")[0].removeprefix("http://localhost")
    ada = app.test_client()
    assert post(ada, link, password=PASSWORD).status_code == 303

    assert link.startswith("/partner/invitation/")
    assert "Our referrals" in ada.get("/partner/", follow_redirects=True).get_data(as_text=True)
    assert ada.get("/staff/riverside/").status_code == 403
    with database.read() as connection:
        actions = list(connection.scalars(select(tables.audit.c.action).order_by(tables.audit.c.id)))
    assert actions == ["add agency", "invite user", "accept invitation"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "Northside\x00", "northside surgery"])
def test_a_name_that_is_none_or_taken_is_refused(admin: FlaskClient, database: Database, name: str) -> None:
    an_agency(database)

    answer = post(admin, ALL, name=name)

    assert answer.status_code == 422
    assert 'href="#name"' in answer.get_data(as_text=True)
    assert len(agencies.listed(database, RIVERSIDE)) == 1


@pytest.mark.parametrize(
    ("email", "said"), [("nobody", "like name@example.org"), ("ada@riverside.example", "as staff or for an agency")]
)
def test_nobody_is_invited_who_cannot_come(admin: FlaskClient, database: Database, email: str, said: str) -> None:
    join(database, "ada@riverside.example", Role.OPERATOR)
    one = f"{ALL}/{an_agency(database)}"

    answer = post(admin, f"{one}/invite", page=one, email=email)

    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert invitations.open_of(database, RIVERSIDE, datetime.now(UTC)) == []


def test_an_invitation_is_taken_back(admin: FlaskClient, database: Database) -> None:
    one = f"{ALL}/{an_agency(database)}"
    post(admin, f"{one}/invite", page=one, email="ada@northside.example")
    (found,) = invitations.open_of(database, RIVERSIDE, datetime.now(UTC))

    post(admin, f"{one}/withdraw", page=one, invitation=found.hash)

    assert invitations.open_of(database, RIVERSIDE, datetime.now(UTC)) == []


def test_somebody_is_taken_out_at_once(admin: FlaskClient, signed_in: As, database: Database) -> None:
    ada = signed_in(Role.PARTNER, email="ada@northside.example")
    account = accounts.find(database, "ada@northside.example")
    assert account is not None
    one = f"{ALL}/{an_agency(database)}"

    asked = admin.get(one).get_data(as_text=True)
    assert "They are out at once" in asked.split("Take out", 1)[1].split("</details>")[0]
    assert post(admin, f"{one}/people/{account.id}/end", page=one).status_code == 303
    assert ada.get("/partner/riverside/").status_code == 303


def test_an_agency_ends_with_all_who_are_there(admin: FlaskClient, signed_in: As, database: Database) -> None:
    ada, one = signed_in(Role.PARTNER), f"{ALL}/{an_agency(database)}"
    assert ada.get("/partner/riverside/").status_code == 200

    post(admin, f"{one}/end", page=one)

    assert ada.get("/partner/riverside/").status_code == 404
    assert "It ended on" in admin.get(one).get_data(as_text=True)
    assert post(admin, f"{one}/invite", page=ALL, email="bo@northside.example").status_code == 404


@pytest.mark.parametrize("part", ["", "/invite", "/withdraw", "/end", "/people/{account}/end"])
def test_another_organisations_agencies_and_people_are_not_there(
    admin: FlaskClient, database: Database, part: str
) -> None:
    theirs = an_agency(database, HILLTOP)
    account = join(database, "ada@hilltop.example", Role.PARTNER, HILLTOP, theirs)
    address = f"{ALL}/{theirs}{part.format(account=account)}"

    answer = post(admin, address, page=ALL) if part else admin.get(address)

    assert answer.status_code == 404
    found = agencies.find(database, HILLTOP, theirs)
    assert found is not None
    assert found.ended_at is None
    assert len(agencies.people(database, theirs)) == 1


def test_people_of_one_agency_are_not_taken_out_through_another(admin: FlaskClient, database: Database) -> None:
    account = join(database, "ada@northside.example", Role.PARTNER, agency=an_agency(database))
    other = an_agency(database, name="Eastside School")

    assert post(admin, f"{ALL}/{other}/people/{account}/end", page=ALL).status_code == 404


def test_an_invitation_to_an_agency_is_sent_again_for_that_agency_alone(admin: FlaskClient, database: Database) -> None:
    one, other = (f"{ALL}/{an_agency(database, name=name)}" for name in ("Northside Surgery", "Eastside School"))
    post(admin, f"{one}/invite", page=one, email="ada@northside.example")
    (before,) = invitations.open_of(database, RIVERSIDE, datetime.now(UTC))

    post(admin, f"{other}/again", page=other, invitation=before.hash)
    assert invitations.open_of(database, RIVERSIDE, datetime.now(UTC)) == [before]
    post(admin, f"{one}/again", page=one, invitation=before.hash)

    (after,) = invitations.open_of(database, RIVERSIDE, datetime.now(UTC))
    assert after.hash != before.hash
    assert (after.email, after.agency, after.role) == (before.email, before.agency, Role.PARTNER)
