"""People of an organisation: invited, changed, let in anew and gone, each by an administrator of that organisation."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from sqlalchemy import select, update

from gateway.identity.roles import Role
from gateway.store import accounts, invitations, mails, people_tables, sessions, tables
from gateway.store.accounts import Account
from gateway.store.database import Database
from gateway.store.invitations import OPEN_FOR
from gateway.store.mails import Mail
from gateway.web.public.letters import MOST_MAILS

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


def test_the_cookie_that_keeps_a_link_for_the_next_page_does_not_tell_it(app: Flask, admin: FlaskClient) -> None:
    post(admin, f"{PEOPLE}/invite", email=BEN, role="operator")
    carried = admin.get_cookie("gateway")
    link = link_of(admin)

    assert carried is not None
    assert isinstance(app.session_interface, SecureCookieSessionInterface)
    signing = app.session_interface.get_signing_serializer(app)
    assert signing is not None
    assert link.rsplit("/", 1)[1] not in str(signing.loads(carried.value))


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


def mailed(app: Flask, database: Database) -> list[mails.Mail]:
    """Open the mails that wait, the oldest first."""
    with database.read() as connection:
        ids = list(
            connection.scalars(
                select(tables.jobs.c.item).where(tables.jobs.c.kind == mails.KIND).order_by(tables.jobs.c.id)
            )
        )
    return [mail for each in ids if (mail := mails.load(database, app.extensions["gateway"].ring, each))]


def test_where_no_mail_is_sent_whoever_makes_a_link_hands_it_over(admin: FlaskClient) -> None:
    post(admin, f"{PEOPLE}/invite", email=BEN, role="viewer")

    page = admin.get(PEOPLE).text
    assert "No email is sent from here" in page
    assert "http://localhost/staff/invitation/" in page


@pytest.mark.parametrize("for_what", ["an invitation", "a new password"])
def test_where_mail_is_sent_nobody_sees_the_link_but_whom_it_is_for(
    app: Flask, admin: FlaskClient, database: Database, for_what: str
) -> None:
    """Else whoever invites could make the account themselves, and be somebody else in the audit trail."""
    app.extensions["gateway"].sends_mail = True
    if for_what == "an invitation":
        answer = post(admin, f"{PEOPLE}/invite", email=BEN, role="viewer")
    else:
        page = f"{PEOPLE}/{join(database, BEN, Role.VIEWER)}"
        answer = post(admin, f"{page}/reset", page=page)

    page = admin.get(PEOPLE).text
    assert f"We have sent it to {BEN}" in page
    (mail,) = mailed(app, database)
    link = str(mail.facts["link"])
    secret = link.rpartition("/")[2]
    assert (mail.recipient, link.startswith("http://localhost/staff/invitation/")) == (BEN, True)
    assert app.test_client().get(link).status_code == 200
    with admin.session_transaction("/staff/") as cookie:
        kept = str(dict(cookie))
    assert secret not in f"{page}{kept}{answer.headers}{did(database)}"


def test_an_invitation_is_sent_again_and_the_one_before_ends(
    app: Flask, admin: FlaskClient, database: Database
) -> None:
    app.extensions["gateway"].sends_mail = True
    post(admin, f"{PEOPLE}/invite", email=BEN, role="viewer")
    (open_one,) = invitations.open_of(database, RIVERSIDE, datetime.now(UTC))

    post(admin, f"{PEOPLE}/again", page=PEOPLE, invitation=open_one.hash)

    assert f"We have sent it to {BEN}" in admin.get(PEOPLE).text
    first, second = (str(each.facts["link"]) for each in mailed(app, database))
    assert [app.test_client().get(each).status_code for each in (first, second)] == [410, 200]
    (now_open,) = invitations.open_of(database, RIVERSIDE, datetime.now(UTC))
    assert (now_open.email, now_open.role) == (BEN, Role.VIEWER)


@pytest.mark.parametrize("whose", ["nobody's", "another organisation's", "taken"])
def test_what_is_no_open_invitation_here_is_not_sent_again(
    app: Flask, admin: FlaskClient, signed_in: As, database: Database, whose: str
) -> None:
    app.extensions["gateway"].sends_mail = True
    wanted = "0" * 64
    if whose == "another organisation's":
        other = signed_in(Role.ADMIN, HILLTOP)
        post(other, "/staff/hilltop/people/invite", email=BEN, role="viewer")
        wanted = invitations.open_of(database, HILLTOP, datetime.now(UTC))[0].hash
    if whose == "taken":
        post(admin, f"{PEOPLE}/invite", email=BEN, role="viewer")
        wanted = invitations.open_of(database, RIVERSIDE, datetime.now(UTC))[0].hash
        post(app.test_client(), str(mailed(app, database)[0].facts["link"]), password=NEW)
        admin.get(PEOPLE)
    before = len(mailed(app, database))

    post(admin, f"{PEOPLE}/again", page=PEOPLE, invitation=wanted)

    assert "The invitation had ended before." in admin.get(PEOPLE).text
    assert len(mailed(app, database)) == before


def test_nobodys_mailbox_is_filled_by_links(app: Flask, admin: FlaskClient, database: Database) -> None:
    app.extensions["gateway"].sends_mail = True
    for _ in range(MOST_MAILS):
        post(admin, f"{PEOPLE}/invite", email=BEN, role="viewer")
    admin.get(PEOPLE)

    post(admin, f"{PEOPLE}/invite", email=BEN, role="viewer")

    page = admin.get(PEOPLE).text
    assert "No more links can be sent to" in page
    assert "/staff/invitation/" not in page
    assert len(mailed(app, database)) == MOST_MAILS


def test_what_others_have_mailed_to_somebody_holds_no_link_back(
    app: Flask, admin: FlaskClient, database: Database
) -> None:
    """Anybody can have ten mails of a public form sent to an address in a day."""
    site = app.extensions["gateway"]
    site.sends_mail = True
    now = datetime.now(UTC)
    with database.write() as connection:
        for _ in range(MOST_MAILS):
            mails.write(connection, mails.rows(site.ring, Mail(mails.RECEIPT, RIVERSIDE, BEN, "en", {}, ""), now))

    post(admin, f"{PEOPLE}/invite", email=BEN, role="viewer")

    assert f"We have sent it to {BEN}" in admin.get(PEOPLE).text


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
