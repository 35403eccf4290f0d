"""docs/console.md says of every address who may open it, and has every role."""

from gateway.identity.roles import Role
from tests.docs.reading import table, words

from .test_matrix import ROWS


def test_every_address_is_documented_with_whom_it_is_for() -> None:
    documented = {}
    for address, methods, who, _ in table("docs/console.md", "## Addresses"):
        documented |= {(method, each): who for method in methods.split(", ") for each in words(address)}
    assert documented == {(method, rule): role.removesuffix("*") for method, rule, role in ROWS}


def test_every_role_is_documented_and_no_other() -> None:
    assert {words(row[0])[0] for row in table("docs/console.md", "## Who may sign in")} == {each.value for each in Role}
