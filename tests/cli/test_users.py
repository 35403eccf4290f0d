"""`flask users`: who may sign in, from the command line; each decision is in the audit trail, and no address is."""

import json
from datetime import UTC, datetime

from sqlalchemy import select

from gateway.identity.roles import Role
from gateway.keys import KeyRing
from gateway.store import accounts, invitations, sessions, tables, tries
from gateway.store.accounts import Account
from gateway.store.database import Database
from gateway.store.tries import FREE, NONE
from tests.web.people.conftest import join

from .conftest import Typing

ADA, BEN = "ada@riverside.example", "ben@riverside.example"


def found(database: Database, email: str) -> Account:
    account = accounts.find(database, email)
    assert account is not None
    return account


def did(database: Database) -> list[str]:
    with database.read() as connection:
        rows = connection.execute(select(tables.audit)).all()
    assert not [row for row in rows if "@" in str(row)]
    return [f"{row.actor}: {row.action}" for row in rows]


def secret_of(printed: str) -> str:
    (line,) = (line for line in printed.splitlines() if line.startswith("http://localhost/staff/invitation/"))
    return line.rpartition("/")[2]


def test_whoever_may_sign_in_is_listed_without_what_proves_them(typed: Typing, database: Database) -> None:
    join(database, ADA, Role.ADMIN)
    join(database, BEN, Role.VIEWER, "hilltop")

    listed = [json.loads(line) for line in typed("users", "list", "--json").output.splitlines()]

    assert [each["email"] for each in listed] == [ADA, BEN]
    assert listed[0]["roles"] == {"riverside": "admin"}
    assert not {"password", "sealed_secret"} & listed[0].keys()
    assert BEN not in typed("users", "list", "--organisation", "riverside").output


def test_an_invitation_is_printed_once(typed: Typing, database: Database) -> None:
    result = typed("users", "invite", "riverside", BEN, "--role", "viewer")

    leads_to = invitations.find(database, secret_of(result.output), datetime.now(UTC))
    assert leads_to is not None
    assert (leads_to.email, leads_to.role, leads_to.invited_by) == (BEN, Role.VIEWER, None)
    assert did(database) == ["command line: invite user"]


def test_whoever_is_there_is_not_invited_again(typed: Typing, database: Database) -> None:
    join(database, BEN, Role.VIEWER)

    result = typed("users", "invite", "riverside", BEN)

    assert (result.exit_code, "flask users role" in result.output) == (1, True)


def test_a_role_changes_and_ends(typed: Typing, database: Database) -> None:
    join(database, BEN, Role.VIEWER)

    assert typed("users", "role", "riverside", BEN, "admin").exit_code == 0
    assert found(database, BEN).memberships["riverside"].role is Role.ADMIN
    assert typed("users", "role", "riverside", BEN, "none").exit_code == 0
    assert found(database, BEN).memberships == {}
    assert did(database) == ["command line: change role", "command line: end access"]


def test_whoever_is_shut_out_is_out_at_once_and_can_be_let_in_again(typed: Typing, database: Database) -> None:
    ben, now = join(database, BEN, Role.VIEWER), datetime.now(UTC)
    with database.write() as connection:
        secret = sessions.begin(connection, ben, now)

    assert typed("users", "disable", BEN).exit_code == 0
    assert sessions.find(database, secret, now) is None
    assert found(database, BEN).disabled_at is not None
    assert "enable" in typed("users", "reset", BEN).output
    assert typed("users", "enable", BEN).exit_code == 0
    assert found(database, BEN).disabled_at is None
    assert did(database) == ["command line: disable user", "command line: enable user"]


def test_a_reset_ends_what_was_and_every_wait(typed: Typing, database: Database, ring: KeyRing) -> None:
    ben, now = join(database, BEN, Role.VIEWER), datetime.now(UTC)
    who = tries.who(ring, BEN, b"home")
    assert [tries.begin(database, who, now) for _ in range(FREE)] == [NONE] * FREE

    result = typed("users", "reset", BEN)

    leads_to = invitations.find(database, secret_of(result.output), datetime.now(UTC))
    assert leads_to is not None
    assert leads_to.account == ben
    assert found(database, BEN).password is None
    assert tries.begin(database, who, now) == NONE
    assert did(database) == ["command line: reset user"]


def test_nobody_of_that_address_is_said_so(typed: Typing) -> None:
    for words in (("disable", BEN), ("reset", BEN), ("role", "riverside", BEN, "admin")):
        result = typed("users", *words)
        assert (result.exit_code, "flask users list" in result.output) == (1, True)
