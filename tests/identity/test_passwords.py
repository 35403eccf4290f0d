"""Passwords: long enough, not common, kept as Argon2id; the same work is done for nobody's."""

import pytest

from gateway.identity import passwords
from tests.web.people.conftest import PASSWORD, kept

EMAIL = "adalovelace@riverside.example"


@pytest.mark.parametrize(
    "password",
    ["short", "", "passwordpassword", "Password1234567!", "qwertyuiop12345", "aaaaaaaaaaaaaaaa", "abababababab",
     "my adalovelace pass", "x" * 300],
)  # fmt: skip
def test_what_is_guessed_first_is_refused_with_words(password: str) -> None:
    assert (passwords.problem(password, EMAIL) or "").endswith((".", "good."))


@pytest.mark.parametrize(
    "password", [PASSWORD, "ffordd hir i'r môr", "correct-kettle-91-river", "四つの 長い 言葉 の列 です 。"]
)
def test_long_ones_are_taken_whatever_they_are_made_of(password: str) -> None:
    assert passwords.problem(password, EMAIL) is None


def test_accents_match_however_a_keyboard_writes_them() -> None:
    assert passwords.matches("cafe\u0301 kettle river", passwords.hashed("caf\u00e9 kettle river"))


class Counting:
    """Stands where the passwords wait in line, and counts who comes by: whoever hashes does."""

    def __init__(self) -> None:
        self.passed = 0

    def __enter__(self) -> None:
        self.passed += 1

    def __exit__(self, *_: object) -> None:
        """Let go of nothing."""


def test_nobody_costs_as_much_as_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash of nobody has the cost of a real one, and is worked out as often."""
    ada, line = kept(), Counting()
    monkeypatch.setattr(passwords, "_one_at_a_time", line)

    assert not passwords.matches(PASSWORD, None)
    assert not passwords.matches("another kettle", ada)
    assert line.passed == 2
    assert costs(passwords._of_nobody()) == costs(ada)


def costs(hashed: str) -> list[str]:
    """What comes before salt and digest, and how long those are."""
    *parameters, salt, digest = hashed.split("$")
    return [*parameters, str(len(salt)), str(len(digest))]
