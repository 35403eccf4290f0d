"""The demo's sign-ins: the same two people each time, and a password that is new."""

from gateway.cli.demo_people import ADMIN, PARTNER, let_in
from gateway.identity import passwords
from gateway.identity.roles import Role
from gateway.store import accounts, agencies
from gateway.store.database import Database


def test_each_start_gives_the_same_people_a_new_password(database: Database) -> None:
    first, second = let_in(database), let_in(database)

    admin, partner = (accounts.find(database, email) for email in (ADMIN, PARTNER))
    assert admin is not None
    assert partner is not None
    assert not passwords.matches(first, admin.password)
    assert passwords.matches(second, admin.password)
    assert admin.memberships["riverside"].role is Role.ADMIN
    (agency,) = agencies.listed(database, "riverside")
    assert partner.memberships["riverside"].agency == agency.id
