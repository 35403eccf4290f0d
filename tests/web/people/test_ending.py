"""What ends in the very moment in which somebody presses a button: nothing is done any more, and the page says so."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from gateway.identity import passwords
from gateway.identity.roles import Role
from gateway.keys import KeyRing
from gateway.store import (
    accounts,
    agencies,
    audit,
    people,
    people_tables,
    second_factor,
    sessions,
    tables,
)
from gateway.store.database import Database, Transaction
from gateway.store.people import Deciding

from ...store.meeting import meet
from .conftest import PASSWORD, RIVERSIDE, As, an_agency, join, post, token_of
from .test_partners import CARER, HOME, REFERRER, begin, fill, inputs
from .test_second_factor import FACTOR, code

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


def reset(database: Database, ring: KeyRing, account: str, connection: Transaction) -> None:
    found = accounts.by_id(database, account)
    assert found is not None
    people.let_choose(connection, deciding(), ring, found, Role.OPERATOR)


def alive(database: Database, account: str) -> int:
    return len(sessions.alive(database, account, datetime.now(UTC)))


def counted(database: Database) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.sum(people_tables.tries.c.failures))) or 0


@pytest.mark.parametrize("ended", ["reset", "shut out", "new password"])
def test_an_old_password_that_is_just_being_looked_at_begins_nothing(
    app: Flask, database: Database, ring: KeyRing, ended: str
) -> None:
    """It takes a moment to look at a password: what is decided meanwhile counts."""
    ben, client = join(database, "ben@riverside.example", Role.OPERATOR), app.test_client()
    fields = {
        "csrf_token": token_of(client.get("/staff/sign-in").text), "email": "ben@riverside.example",
        "password": PASSWORD,
    }  # fmt: skip

    def end(connection: Transaction) -> None:
        if ended == "reset":
            reset(database, ring, ben, connection)
        elif ended == "shut out":
            accounts.disable(connection, ben, datetime.now(UTC))
        else:
            accounts.set_password(connection, ben, "another one")

    with ThreadPoolExecutor(1) as pool, passwords._one_at_a_time:  # as long as somebody else's is looked at
        coming = pool.submit(client.post, "/staff/sign-in", data=fields)
        while not counted(database):
            pass  # it is on its way: each try is counted, and then looked at
        with database.write() as connection:
            end(connection)
    answer = coming.result()

    assert (answer.status_code, alive(database, ben)) == (422, 0)


@pytest.mark.parametrize("act", ["password", "second-factor", "second-factor/off"])
def test_a_session_that_ends_meanwhile_changes_nothing_any_more(
    app: Flask, signed_in: As, database: Database, ring: KeyRing, act: str
) -> None:
    """Somebody whose account was taken over is given a new password: whoever is in there still must not be faster."""
    client = signed_in(Role.OPERATOR, email="ben@riverside.example")
    ben = accounts.find(database, "ben@riverside.example")
    assert ben is not None
    page = f"/staff/account/{act.removesuffix('/off')}"
    fields = {"csrf_token": token_of(client.get(page).text), "password": "four words that differ"}
    if act == "second-factor":
        with client.session_transaction("/staff/") as cookie:
            offered = second_factor.opened(ring, ben.id, base64.b64decode(cookie["factor"]))
        fields["code"] = code(offered)

    answer = meet(
        database,
        lambda connection: reset(database, ring, ben.id, connection),
        lambda: client.post(f"/staff/account/{act}", data=fields),
    ).result()

    assert answer.headers["Location"].startswith("/staff/sign-in")
    after = accounts.by_id(database, ben.id)
    assert after is not None
    assert (after.password, after.sealed_secret, alive(database, ben.id)) == (None, None, 0)
    with database.read() as connection:
        actions = list(connection.scalars(select(tables.audit.c.action)))
    assert actions == ["reset user"]


def test_a_link_to_a_new_password_ends_with_a_new_password(
    app: Flask, signed_in: As, database: Database, ring: KeyRing
) -> None:
    client = signed_in(Role.OPERATOR, email="ben@riverside.example")
    ben = accounts.find(database, "ben@riverside.example")
    assert ben is not None
    with database.write() as connection:
        link = people.let_choose(connection, deciding(), ring, ben, Role.OPERATOR)
        secret = sessions.begin(connection, ben.id, datetime.now(UTC))  # by an account elsewhere
    with client.session_transaction("/staff/") as cookie:
        cookie["session"] = secret

    post(client, "/staff/account/password", password="four words that differ")

    assert app.test_client().get(f"/staff/invitation/{link.secret}").status_code == 410


def test_half_a_sign_in_ends_with_a_new_password(app: Flask, database: Database, ring: KeyRing) -> None:
    ben, client = join(database, "ben@riverside.example", Role.OPERATOR), app.test_client()
    with database.write() as connection:
        second_factor.switch_on(connection, ben, second_factor.seal(ring, ben, FACTOR), 0)
    post(client, "/staff/sign-in", email="ben@riverside.example", password=PASSWORD)
    token = token_of(client.get("/staff/sign-in/code").text)
    with database.write() as connection:
        accounts.set_password(connection, ben, "another one")

    answer = client.post("/staff/sign-in/code", data={"csrf_token": token, "code": FACTOR.spares[0]})

    assert answer.headers["Location"] == "/staff/sign-in"
    assert alive(database, ben) == 0
