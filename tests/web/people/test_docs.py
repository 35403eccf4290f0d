"""docs/console.md and docs/partners.md say of every address who may open it; and every role is documented."""

from gateway.identity.roles import Role
from tests.docs.reading import signed_in_addresses, table, words

from .test_matrix import ROWS


def test_every_address_is_documented_with_whom_it_is_for() -> None:
    documented = {
        (method, address): who for address, methods, who in signed_in_addresses() for method in methods.split(", ")
    }
    assert documented == {(method, rule): role.removesuffix("*") for method, rule, role in ROWS}


def test_every_role_is_documented_and_no_other() -> None:
    assert {words(row[0])[0] for row in table("docs/console.md", "## Who may sign in")} == {each.value for each in Role}
