"""A file that the sandbox keeps its records in: found again, or refused in words and left as it is."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from gateway.cli.sandbox import command
from gateway.sandbox import create_sandbox
from gateway.sandbox.charity import contacts
from gateway.sandbox.charity.database import Database, UnusableFile
from tests.sandbox.conftest import KEYS
from tests.sandbox.writes import known, make


def start(file: Path) -> FlaskClient:
    return create_sandbox(
        source=KEYS["Source"], org=KEYS["Org"], user=KEYS["User"], database=str(file)
    ).test_client()  # fmt: skip


def test_a_file_is_found_again_as_it_was_left(tmp_path: Path) -> None:
    first = start(tmp_path / "kept.db")
    number = make(first)

    again = start(tmp_path / "kept.db")

    assert known(again) == known(first)
    assert make(again) == number + 1


def test_a_file_of_another_schema_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "older.db"
    with closing(sqlite3.connect(file)) as older:
        older.execute("CREATE TABLE clients (id INTEGER PRIMARY KEY, fields TEXT NOT NULL)")
    before = file.read_bytes()

    with pytest.raises(UnusableFile, match="another version of the sandbox"):
        Database(str(file))

    assert file.read_bytes() == before


def test_a_file_that_is_no_database_or_nowhere_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("An invented letter, and no database. " * 100)

    for path in (tmp_path / "letter.txt", tmp_path / "nowhere" / "kept.db", tmp_path):
        with pytest.raises(UnusableFile, match="Name another file"):
            Database(str(path))


def test_nothing_is_hung_on_a_record_that_is_gone() -> None:
    database = Database(":memory:")

    with pytest.raises(sqlite3.IntegrityError), database.transaction() as connection:
        contacts.insert(connection, 510, {}, done=False)

    with database.transaction() as connection:
        assert contacts.find(connection, 1) is None


@pytest.mark.parametrize("wrong", [["--database", "/nowhere/kept.db"], ["--source", ""], ["--profile", "2024"]])
def test_the_command_says_what_is_wrong_without_a_traceback(wrong: list[str]) -> None:
    told = CliRunner().invoke(command, wrong)

    assert told.exit_code in (1, 2)
    assert told.output.splitlines()[-1].startswith("Error: ")
