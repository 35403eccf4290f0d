"""What ends in the very moment in which somebody presses a button: nothing is done any more, and the page says so."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from gateway.identity.roles import Role
from gateway.store import accounts, agencies, audit, people, people_tables, tables
from gateway.store.database import Database, Transaction
from gateway.store.people import Deciding

from ...store.meeting import meet
from .conftest import RIVERSIDE, As, an_agency, join, post, token_of
from .test_partners import CARER, HOME, REFERRER, begin, fill, inputs

ENDED = "Your agency has ended here"


def deciding() -> Deciding:
    return Deciding(audit.COMMAND_LINE, RIVERSIDE, datetime.now(UTC))


def end_access(database: Database, account: str, connection: Transaction) -> None:
    found = accounts.by_id(database, account)
    assert found is not None
    people.end_access(connection, deciding(), found)


def end_agency(database: Database, connection: Transaction) -> None:
    assert agencies.end(connection, deciding(), an_agency(database))


@pytest.mark.parametrize("act", ["role", "end", "reset"])
def test_a_press_that_comes_just_after_somebodys_end_says_so(signed_in: As, database: Database, act: str) -> None:
    admin, ben = signed_in(Role.ADMIN), join(database, "ben@riverside.example", Role.OPERATOR)
    page = f"/staff/riverside/people/{ben}"
    fields = {"csrf_token": token_of(admin.get(page).text), "role": "viewer"}

    answer = meet(
        database,
        lambda connection: end_access(database, ben, connection),
        lambda: admin.post(f"{page}/{act}", data=fields),
    ).result()

    assert answer.headers["Location"] == "/staff/riverside/people"
    assert "Nothing was changed." in admin.get("/staff/riverside/people").text
    found = accounts.by_id(database, ben)
    assert found is not None
    assert found.memberships == {}


def test_somebody_is_taken_out_of_an_agency_once(signed_in: As, database: Database) -> None:
    admin, agency = signed_in(Role.ADMIN), an_agency(database)
    ada = join(database, "ada@northside.example", Role.PARTNER, agency=agency)
    page = f"/staff/riverside/agencies/{agency}"
    token = token_of(admin.get(page).text)

    answer = meet(
        database,
        lambda connection: end_access(database, ada, connection),
        lambda: admin.post(f"{page}/people/{ada}/end", data={"csrf_token": token}),
    ).result()

    assert answer.status_code == 303
    assert "had left the agency before" in admin.get(page).text


@pytest.fixture
def ada(signed_in: As) -> FlaskClient:
    return signed_in(Role.PARTNER, email="ada@northside.example")


def test_nothing_is_begun_for_an_agency_that_ends_meanwhile(ada: FlaskClient, database: Database) -> None:
    token = token_of(ada.get(HOME).text)

    answer = meet(
        database,
        lambda connection: end_agency(database, connection),
        lambda: ada.post("/partner/riverside/forms/refer", data={"csrf_token": token}),
    ).result()

    assert (answer.status_code, ENDED in answer.text) == (410, True)
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.drafts)) == 0


def test_nothing_is_sent_for_an_agency_that_ends_meanwhile(ada: FlaskClient, database: Database) -> None:
    check = fill(ada, fill(ada, begin(ada), **CARER), **REFERRER)
    fields = {**inputs(ada.get(check).text), "action": "send"}

    answer = meet(
        database,
        lambda connection: end_agency(database, connection),
        lambda: ada.post(check, data=fields),
    ).result()

    assert (answer.status_code, ENDED in answer.text) == (410, True)
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.referrals)) == 0


def test_whoever_is_of_an_ended_agency_still_opens_nothing_of_it(ada: FlaskClient, database: Database) -> None:
    """Whatever brought that about: a row that was put back, or a version of the gateway that did not look."""
    ben = accounts.find(database, "ada@northside.example")
    assert ben is not None
    agency = an_agency(database)
    with database.write() as connection:
        agencies.end(connection, deciding(), agency)
        values = {"account": ben.id, "organisation": RIVERSIDE, "role": Role.PARTNER, "agency": agency}
        connection.execute(insert(people_tables.memberships).values(**values, created_at=datetime.now(UTC)))

    for address in (HOME, f"{HOME}details", f"{HOME}forms/refer", f"{HOME}forms/refer/many"):
        answer = ada.get(address)
        assert (answer.status_code, ENDED in answer.text) == (410, True)


def test_an_invitation_is_not_taken_of_an_agency_that_ends_meanwhile(
    app: Flask, signed_in: As, database: Database
) -> None:
    admin, page = signed_in(Role.ADMIN), f"/staff/riverside/agencies/{an_agency(database)}"
    post(admin, f"{page}/invite", page=page, email="ben@northside.example")
    link = admin.get(page).text.split('class="link">')[1].split("<")[0].removeprefix("http://localhost")
    ben = app.test_client()
    fields = {"csrf_token": token_of(ben.get(link).text), "password": "four words that differ"}

    answer = meet(
        database,
        lambda connection: end_agency(database, connection),
        lambda: ben.post(link, data=fields),
    ).result()

    assert (answer.status_code, "This link has ended" in answer.text) == (410, True)
    assert accounts.find(database, "ben@northside.example") is None
