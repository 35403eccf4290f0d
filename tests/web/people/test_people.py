"""People of an organisation: invited, changed, let in anew and gone, each by an administrator of that organisation."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from gateway.identity.roles import Role
from gateway.store import accounts, invitations, mails, people_tables, sessions, tables
from gateway.store.accounts import Account
from gateway.store.database import Database
from gateway.store.invitations import OPEN_FOR

from .conftest import HILLTOP, PASSWORD, RIVERSIDE, As, join, post, token_of

PEOPLE = "/staff/riverside/people"
BEN, NEW = "ben@riverside.example", "four words that differ"


@pytest.fixture
def admin(signed_in: As) -> FlaskClient:
    return signed_in(Role.ADMIN)


def invite(admin: FlaskClient, email: str = BEN, role: str = "operator") -> str:
    """Invite somebody; give the address that the next page shows."""
    assert post(admin, f"{PEOPLE}/invite", email=email, role=role).headers["Location"] == PEOPLE
    return link_of(admin)


def link_of(admin: FlaskClient) -> str:
    found = re.search(r"http://localhost(/staff/invitation/[\w-]{43})", admin.get(PEOPLE).text)
    assert found is not None
    return found[1]


def found(database: Database, email: str) -> Account:
    account = accounts.find(database, email)
    assert account is not None
    return account


def did(database: Database) -> list[tuple[str, str]]:
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(select(tables.audit.c.action, tables.audit.c.detail))]


def test_an_invitation_makes_an_account_once(app: Flask, admin: FlaskClient, database: Database) -> None:
    link = invite(admin)
    assert "/staff/invitation/" not in admin.get(PEOPLE).text  # shown once
    ben = app.test_client()
    for _ in range(3):  # mail scanners open links before people do
        assert "You are invited by" in ben.get(link).text
        assert ben.head(link).status_code == 200

    assert post(ben, link, password="too short").status_code == 422
    assert post(ben, link, password=NEW).headers["Location"] == "/staff/riverside/"

    assert ben.get("/staff/riverside/").status_code == 200
    assert found(database, BEN).memberships[RIVERSIDE].role is Role.OPERATOR
    assert app.test_client().get(link).status_code == 410
    assert post(app.test_client(), link, page="/staff/sign-in", password=NEW).status_code == 410
    assert [action for action, _ in did(database)] == ["invite user", "accept invitation"]
    assert BEN not in str(did(database))


def test_the_link_is_mailed_where_mail_is_sent(app: Flask, admin: FlaskClient, database: Database) -> None:
    link = invite(admin)
    assert "No email was sent" in post_shown(admin)
    app.extensions["gateway"].sends_mail = True
    assert "by email too" in post_shown(admin)

    with database.read() as connection:
        (mail_id,) = connection.scalars(select(tables.mails.c.id))
    mail = mails.load(database, app.extensions["gateway"].ring, mail_id)
    assert mail is not None
    assert (mail.kind, mail.recipient) == (mails.INVITATION, BEN)
    assert str(mail.facts["link"]).startswith("http://localhost/staff/invitation/")
    assert link not in str(mail.facts["link"])


def post_shown(admin: FlaskClient) -> str:
    """Invite once more, and give the page that follows."""
    post(admin, f"{PEOPLE}/invite", email=BEN, role="viewer")
    return str(admin.get(PEOPLE).text)


@pytest.mark.parametrize("fields", [{"role": "admin", "email": "eve@evil.example"}, {"organisation": HILLTOP}])
def test_an_invitation_gives_what_it_says_and_nothing_that_is_added(
    app: Flask, admin: FlaskClient, database: Database, fields: dict[str, str]
) -> None:
    post(app.test_client(), invite(admin), password=NEW, **fields)

    assert {slug: each.role for slug, each in found(database, BEN).memberships.items()} == {RIVERSIDE: Role.OPERATOR}
    assert accounts.find(database, "eve@evil.example") is None


@pytest.mark.parametrize("role", ["partner", "owner", "", "ADMIN"])
def test_nobody_is_invited_to_a_role_that_staff_do_not_have(admin: FlaskClient, database: Database, role: str) -> None:
    assert post(admin, f"{PEOPLE}/invite", email=BEN, role=role).status_code == 422
    assert invitations.open_of(database, RIVERSIDE, datetime.now(UTC)) == []


def test_whoever_has_an_account_signs_in_and_has_the_role_added(
    app: Flask, admin: FlaskClient, database: Database
) -> None:
    join(database, BEN, Role.VIEWER, HILLTOP)
    link, ben = invite(admin), app.test_client()
    assert "who has an account already" in ben.get(link).text
    assert post(ben, link, page="/staff/sign-in", password=NEW).status_code == 200  # no new password for an old account
    assert RIVERSIDE not in found(database, BEN).memberships

    post(ben, f"/staff/sign-in?next={link}", email=BEN, password=PASSWORD)
    assert post(ben, link).headers["Location"] == "/staff/riverside/"

    assert {slug: each.role for slug, each in found(database, BEN).memberships.items()} == {
        RIVERSIDE: Role.OPERATOR,
        HILLTOP: Role.VIEWER,
    }


def test_an_invitation_is_for_nobody_else(app: Flask, admin: FlaskClient, signed_in: As, database: Database) -> None:
    join(database, BEN, Role.VIEWER, HILLTOP)
    link, other = invite(admin), signed_in(Role.VIEWER, HILLTOP)

    assert post(other, link, page="/staff/account").status_code == 200
    assert RIVERSIDE not in found(database, "viewer@hilltop.example").memberships


@pytest.mark.parametrize("ended", ["withdrawn", "replaced", "too old"])
def test_an_invitation_ends(app: Flask, admin: FlaskClient, database: Database, ended: str) -> None:
    link = invite(admin)
    if ended == "withdrawn":
        shown = re.search(r'name="invitation" value="(\w+)"', admin.get(PEOPLE).text)
        assert shown is not None
        post(admin, f"{PEOPLE}/withdraw", page=PEOPLE, invitation=shown[1])
    elif ended == "replaced":
        invite(admin)
    else:
        with database.write() as connection:
            past = datetime.now(UTC) - timedelta(seconds=1)
            connection.execute(update(people_tables.invitations).values(expires_at=past, created_at=past - OPEN_FOR))

    assert app.test_client().get(link).status_code == 410


def test_an_administrator_elsewhere_withdraws_nothing_here(admin: FlaskClient, signed_in: As) -> None:
    invite(admin)
    shown = re.search(r'name="invitation" value="(\w+)"', admin.get(PEOPLE).text)
    assert shown is not None
    other = signed_in(Role.ADMIN, HILLTOP)
    post(other, "/staff/hilltop/people/withdraw", page="/staff/hilltop/people", invitation=shown[1])

    assert BEN in admin.get(PEOPLE).text


def test_a_leaver_is_out_with_the_next_click(admin: FlaskClient, signed_in: As, database: Database) -> None:
    ben = signed_in(Role.OPERATOR)
    account = found(database, "operator@riverside.example")
    assert ben.get("/staff/riverside/").status_code == 200

    post(admin, f"{PEOPLE}/{account.id}/end", page=f"{PEOPLE}/{account.id}")

    assert ben.get("/staff/riverside/").status_code == 303
    assert sessions.alive(database, account.id, datetime.now(UTC)) == []
    assert ("end access", account.id) in did(database)


def test_a_leaver_comes_back_by_no_old_link(app: Flask, admin: FlaskClient, database: Database) -> None:
    account = join(database, BEN, Role.VIEWER)
    post(admin, f"{PEOPLE}/{account}/reset", page=f"{PEOPLE}/{account}")
    link = link_of(admin)
    post(admin, f"{PEOPLE}/{account}/end", page=f"{PEOPLE}/{account}")

    assert app.test_client().get(link).status_code == 410


def test_a_role_counts_from_the_next_click_on(admin: FlaskClient, signed_in: As, database: Database) -> None:
    ben = signed_in(Role.OPERATOR)
    account = found(database, "operator@riverside.example").id
    assert ben.get(PEOPLE).status_code == 403
    assert post(admin, f"{PEOPLE}/{account}/role", page=f"{PEOPLE}/{account}", role="admin").status_code == 303
    assert ben.get(PEOPLE).status_code == 200
    assert post(admin, f"{PEOPLE}/{account}/role", page=f"{PEOPLE}/{account}", role="partner").status_code == 422


@pytest.mark.parametrize("act", ["end", "role"])
def test_the_last_administrator_stays_one(admin: FlaskClient, database: Database, act: str) -> None:
    me = found(database, "admin@riverside.example").id
    answer = post(admin, f"{PEOPLE}/{me}/{act}", page=f"{PEOPLE}/{me}", role="viewer")
    assert (answer.status_code, "Make somebody else one first." in answer.text) == (422, True)

    shut_out = join(database, "shut@riverside.example", Role.ADMIN)
    with database.write() as connection:
        accounts.disable(connection, shut_out, datetime.now(UTC))
    assert post(admin, f"{PEOPLE}/{me}/{act}", page=f"{PEOPLE}/{me}", role="viewer").status_code == 422

    join(database, "second@riverside.example", Role.ADMIN)
    answer = post(admin, f"{PEOPLE}/{me}/{act}", page=f"{PEOPLE}/{me}", role="viewer")
    assert answer.headers["Location"] == "/staff/"


def test_somebody_who_cannot_sign_in_chooses_a_new_password(
    app: Flask, admin: FlaskClient, signed_in: As, database: Database
) -> None:
    ben = signed_in(Role.OPERATOR)
    email = "operator@riverside.example"
    account = found(database, email).id
    post(admin, f"{PEOPLE}/{account}/reset", page=f"{PEOPLE}/{account}")
    link = link_of(admin)
    assert ben.get("/staff/riverside/").status_code == 303
    assert post(app.test_client(), "/staff/sign-in", email=email, password=PASSWORD).status_code == 422

    assert post(app.test_client(), link, password=NEW).headers["Location"] == "/staff/sign-in"
    assert post(app.test_client(), "/staff/sign-in", email=email, password=NEW).status_code == 303
    assert app.test_client().get(link).status_code == 410


def test_a_link_that_an_administrator_has_seen_ends_where_its_person_joins_another_organisation(
    app: Flask, admin: FlaskClient, database: Database
) -> None:
    ben = join(database, BEN, Role.VIEWER)
    post(admin, f"{PEOPLE}/{ben}/reset", page=f"{PEOPLE}/{ben}")
    link = link_of(admin)
    page = app.test_client()
    token = token_of(page.get(link).text)
    with database.write() as connection:
        accounts.join(connection, ben, HILLTOP, Role.ADMIN, now=datetime.now(UTC))

    assert page.post(link, data={"csrf_token": token, "password": NEW}).status_code == 410
    assert found(database, BEN).password is None


def test_an_administrator_becomes_nobody_of_another_organisation(admin: FlaskClient, database: Database) -> None:
    """Whoever could give a new password to somebody of two organisations could be them in the other one."""
    both = join(database, BEN, Role.VIEWER)
    with database.write() as connection:
        accounts.join(connection, both, HILLTOP, Role.ADMIN, now=datetime.now(UTC))
    theirs = join(database, "cy@hilltop.example", Role.ADMIN, HILLTOP)

    answer = post(admin, f"{PEOPLE}/{both}/reset", page=f"{PEOPLE}/{both}")

    assert (answer.status_code, "flask users reset" in answer.text) == (422, True)
    assert found(database, BEN).password is not None
    for act in ("reset", "end", "role"):
        token = token_of(admin.get(PEOPLE).text)
        assert admin.post(f"{PEOPLE}/{theirs}/{act}", data={"csrf_token": token, "role": "viewer"}).status_code == 404
    assert "cy@hilltop.example" not in admin.get(PEOPLE).text
