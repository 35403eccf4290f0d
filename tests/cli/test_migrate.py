"""A database that is older than the program: who meets it says so in words, until `flask migrate` was typed."""

import pytest

from gateway.cli.migrate import upgrade
from gateway.factory import create_app
from gateway.serving import CannotStart
from gateway.settings import load_settings
from gateway.store.database import Database

from .conftest import Typing

OLDER = "the database is older than this version of the gateway: run `flask migrate`"


@pytest.fixture
def database(empty_database: Database) -> Database:
    """A store as the version before left it."""
    upgrade(empty_database, to="0002")
    return empty_database


@pytest.mark.parametrize("words", [("worker", "--once"), ("referrals", "list"), ("destinations", "status")])
def test_commands_that_need_the_newest_tables_say_what_to_type(typed: Typing, words: tuple[str, ...]) -> None:
    result = typed(*words)

    assert result.exit_code == 1
    assert result.stderr == f"Error: {OLDER[0].upper()}{OLDER[1:]}.\n"


def test_the_web_does_not_start_until_it_was_migrated(typed: Typing, database: Database) -> None:
    with pytest.raises(CannotStart, match="run `flask migrate`"):
        create_app(load_settings())

    assert typed("migrate").stdout == "The database is up to date.\n"
    assert database.problem() is None
    assert typed("referrals", "list").exit_code == 0


def test_a_database_that_cannot_be_reached_is_told_without_a_traceback(
    typed: Typing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_DATABASE_URL", "postgresql://somebody:canary@127.0.0.1:1/name")

    for words in (("migrate",), ("backup", "one")):
        result = typed(*words)
        assert result.exit_code == 1
        assert "The database cannot be reached: look at GATEWAY_DATABASE_URL" in result.stderr
        assert "canary" not in result.output
