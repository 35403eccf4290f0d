"""People who sign in: links, codes and the last administrator hold, whoever is at it at the same moment."""

from datetime import timedelta

import pytest

from gateway.identity.codes import Factor
from gateway.identity.roles import Role
from gateway.keys import KeyRing
from gateway.store import accounts, audit, invitations, people, second_factor, sessions
from gateway.store.database import Database
from gateway.store.invitations import KEPT_FOR, OPEN_FOR, Link
from gateway.store.people import Deciding, LastAdmin, Taken

from .making import NOW

DECIDING = Deciding(audit.COMMAND_LINE, "riverside", NOW)


@pytest.fixture
def link(database: Database) -> Link:
    with database.write() as connection:
        return people.invite(connection, DECIDING, "Ben@Riverside.example", Role.VIEWER)


def test_what_two_take_at_one_moment_one_of_them_gets(database: Database, link: Link) -> None:
    both = [invitations.find(database, link.secret, NOW) for _ in range(2)]
    assert both == [link.leads_to] * 2
    with database.write() as connection:
        ben = accounts.write(connection, "ben@riverside.example", password=None, now=NOW)
        people.accept(connection, link.leads_to, ben, NOW)

    with pytest.raises(Taken), database.write() as connection:
        people.accept(connection, link.leads_to, ben, NOW)


def test_the_store_has_no_link(database: Database, link: Link) -> None:
    assert link.secret not in f"{link}{link.leads_to}"
    assert link.secret not in str(invitations.open_of(database, "riverside", NOW))
    assert invitations.find(database, link.leads_to.hash, NOW) is None


def test_it_is_open_for_some_days_and_then_deleted(database: Database, link: Link) -> None:
    end = NOW + OPEN_FOR
    assert invitations.find(database, link.secret, end - timedelta(seconds=1)) == link.leads_to
    assert invitations.find(database, link.secret, end) is None

    assert invitations.forget_old(database, end) == 0
    assert invitations.forget_old(database, end + KEPT_FOR + timedelta(seconds=1)) == 1


def test_the_last_administrator_is_held_to_it(database: Database) -> None:
    with database.write() as connection:
        ada, ben = (
            accounts.write(connection, f"{name}@riverside.example", password=None, now=NOW) for name in ("ada", "ben")
        )
        people.give_role(connection, DECIDING, ada, Role.ADMIN)
        people.give_role(connection, DECIDING, ben, Role.VIEWER)
        people.keep_an_admin(connection, "riverside", ben)
        with pytest.raises(LastAdmin):
            people.keep_an_admin(connection, "riverside", ada)
        people.change_role(connection, DECIDING, ben, Role.ADMIN)
        people.keep_an_admin(connection, "riverside", ada)


def test_a_code_is_taken_once_in_either_database(database: Database, ring: KeyRing) -> None:
    factor = Factor(b"12345678901234567890", ("0123456789",))
    with database.write() as connection:
        ada = accounts.write(connection, "ada@riverside.example", password=None, now=NOW)
        second_factor.switch_on(connection, ada, second_factor.seal(ring, ada, factor), 0)
    read = accounts.by_id(database, ada)
    assert read is not None

    assert [second_factor.take(database, ring, read, "0123456789", NOW) for _ in range(2)] == [True, False]


def test_sessions_that_ended_by_themselves_are_deleted(database: Database) -> None:
    with database.write() as connection:
        ada = accounts.write(connection, "ada@riverside.example", password=None, now=NOW)
        secret = sessions.begin(connection, ada, NOW)
        later = sessions.begin(connection, ada, NOW + sessions.LONGEST)

    assert sessions.forget_old(database, NOW + sessions.LONGEST + timedelta(seconds=1)) == 1
    assert sessions.find(database, secret, NOW) is None
    assert sessions.find(database, later, NOW + sessions.LONGEST) is not None


def test_the_id_of_an_account_can_be_typed_behind_a_command(database: Database) -> None:
    with database.write() as connection:
        made = [
            accounts.write(connection, f"{number}@riverside.example", password=None, now=NOW) for number in range(64)
        ]

    assert all(each.isalnum() for each in made)  # what begins with a hyphen would be taken for an option
