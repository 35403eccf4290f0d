"""How a charity answers a person who asks what is kept of them, and wants it or wants it gone."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

from gateway.keys import KeyRing, new_key
from gateway.store import tables
from gateway.store.database import Database
from gateway.store.states import FileState

from ..store.keeping import CANARY, LETTER, ended, files_are, laden
from ..store.making import rows, send, state_of
from .conftest import Typing

REASON = "a request of a subject, letter 12"


@pytest.fixture
def reference(database: Database, ring: KeyRing) -> str:
    """A delivered referral with everything that can belong to one, and another one beside it."""
    send(database, ring)
    found = laden(database, ring).reference
    ended(database, found, "delivered")
    return found


def trail(database: Database) -> list[tuple[str, str, str | None, str]]:
    return [(row.actor, row.action, row.reference, row.detail) for row in rows(database, select(tables.audit))]


def test_find_asks_why_and_for_whom_and_shows_no_answer(typed: Typing, database: Database, reference: str) -> None:
    result = typed("referrals", "find", "--organisation", "riverside", stdin=f"{REASON}\nzebedee testperson\n")

    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    assert line.startswith(f"{reference}  2026-05-04 12:00  support  delivered  First name, Surname")
    assert CANARY not in result.stdout
    assert "1 found among 2." in result.stderr
    assert trail(database) == [("command line", "find", None, REASON)]


def test_find_gives_objects_for_programs(typed: Typing, reference: str) -> None:
    result = typed("referrals", "find", "--organisation", "riverside", "--json", stdin=f"{REASON}\nzebedee\n")

    found = json.loads(result.stdout)
    assert (found["reference"], found["state"]) == (reference, "delivered")
    assert found["matched"] == ["First name", "Description", "the name of a file"]


@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        ("about Oddname\noddname\n", "leave what you look for out of it"),
        ("\n\n", "Aborted"),
        (f"{REASON}\n", "Aborted"),
    ],
)
def test_find_opens_nothing_without_a_reason_that_can_be_kept(
    typed: Typing, database: Database, reference: str, stdin: str, said: str
) -> None:
    result = typed("referrals", "find", "--organisation", "riverside", stdin=stdin)

    assert result.exit_code == 1
    assert said in result.stderr
    assert trail(database) == []
    assert reference


def test_find_names_what_it_could_not_open(typed: Typing, database: Database, reference: str) -> None:
    lost = send(database, KeyRing(new_key()))

    result = typed("referrals", "find", "--organisation", "riverside", stdin=f"{REASON}\nzebedee\n")

    assert result.exit_code == 1
    assert reference in result.stdout
    assert f"{lost} cannot be opened: its key is not in GATEWAY_KEYS" in result.stderr
    assert "1 of 3 referrals could not be opened" in result.stderr
    assert "Traceback" not in result.output


def test_find_of_an_unknown_organisation_ends_in_words(typed: Typing) -> None:
    result = typed("referrals", "find", "--organisation", "elsewhere")

    assert "There is nothing of elsewhere." in result.stderr


def test_export_writes_text_and_files_for_one_user_alone(
    typed: Typing, database: Database, reference: str, tmp_path: Path
) -> None:
    result = typed("referrals", "export", reference.lower(), "--to", str(tmp_path / "out"))

    assert result.exit_code == 0, result.output
    folder = tmp_path / "out" / reference
    text, letter = folder / "referral.json", folder / f"1 {CANARY}.pdf"
    assert {path.name for path in folder.iterdir()} == {text.name, letter.name}
    assert letter.read_bytes() == LETTER
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    found = json.loads(text.read_text(encoding="utf-8"))
    assert found["reference"] == reference
    assert found["state"] == "delivered"
    assert {"question": "First name", "answer": CANARY, "value": CANARY, "sent_on_as": "first_name"} in (
        found["people"][0]["answers"]
    )
    assert found["files"][0]["name"] == f"{CANARY}.pdf"
    assert found["sent_to_the_destination"][0]["content"] == CANARY
    assert found["tries"][0]["answer_of_the_destination"] == {"content": CANARY}
    assert f"{CANARY}@example.org" in found["mails_that_wait"][0]["content"]
    assert trail(database) == [("command line", "export", reference, "")]
    assert CANARY not in result.output


def test_export_does_not_write_over_what_is_there(typed: Typing, reference: str, tmp_path: Path) -> None:
    (tmp_path / "out" / reference).mkdir(parents=True)

    result = typed("referrals", "export", reference, "--to", str(tmp_path / "out"))

    assert result.exit_code == 1
    assert "cannot be written: File exists" in result.stderr


def test_export_says_which_files_are_missing(typed: Typing, database: Database, reference: str, tmp_path: Path) -> None:
    files_are(database, reference, FileState.QUARANTINED)

    result = typed("referrals", "export", reference, "--to", str(tmp_path / "out"))

    assert result.exit_code == 1
    assert f"{reference} exported, without 1 of its files" in result.stdout
    again = typed("referrals", "export", reference, "--unchecked", "--to", str(tmp_path / "again"))
    assert again.exit_code == 0


def test_export_of_one_whose_key_is_gone_names_it_and_goes_on(
    typed: Typing, database: Database, reference: str, tmp_path: Path
) -> None:
    lost = send(database, KeyRing(new_key()))

    result = typed("referrals", "export", lost, reference, "--to", str(tmp_path / "out"))

    assert result.exit_code == 1
    assert f"{lost} cannot be opened" in result.stderr
    assert (tmp_path / "out" / reference / "referral.json").exists()
    assert "Traceback" not in result.output


def test_export_says_of_a_part_that_its_key_is_gone(
    typed: Typing, database: Database, reference: str, tmp_path: Path
) -> None:
    lost = KeyRing(new_key()).seal(b"x", table="payloads", row=f"{reference}/1", column="sealed")
    with database.write() as connection:
        connection.execute(update(tables.payloads).values(sealed=lost))

    typed("referrals", "export", reference, "--to", str(tmp_path / "out"))

    found = json.loads((tmp_path / "out" / reference / "referral.json").read_text())
    assert found["sent_to_the_destination"][0]["why"] == "its key is not in GATEWAY_KEYS"


def test_erase_asks_then_says_where_else_it_is(typed: Typing, database: Database, reference: str) -> None:
    assert typed("referrals", "erase", reference, stdin="n\n").exit_code == 1
    assert state_of(database, reference) == "delivered"

    result = typed("referrals", "erase", reference, stdin="y\n")

    assert result.exit_code == 0
    assert (
        f"{reference} is erased. It was sent on, and riverside's own system may hold it still (person 4711)"
        in result.stdout
    )
    assert state_of(database, reference) == "closed"
    assert trail(database) == [("command line", "erase", reference, "it may have arrived at the destination")]


def test_erase_of_one_that_is_unknown_does_nothing_at_all(typed: Typing, database: Database, reference: str) -> None:
    result = typed("referrals", "erase", reference, "RG-0000-0000", "--yes")

    assert result.exit_code == 1
    assert "There is no referral RG-0000-0000." in result.stderr
    assert state_of(database, reference) == "delivered"


def test_erase_says_when_a_worker_is_at_it(typed: Typing, database: Database, ring: KeyRing) -> None:
    busy, idle = laden(database, ring).reference, send(database, ring)

    result = typed("referrals", "erase", busy, idle, "--yes")

    assert result.exit_code == 1
    assert f"{busy} is not erased: a worker is at {busy} just now: try again in" in result.stderr
    assert f"{idle} is erased. It had gone nowhere else." in result.stdout
    assert "1 of 2 were not erased." in result.stderr


@pytest.mark.parametrize("words", [("show",), ("files",), ("export", "--to", "out")])
def test_what_was_erased_is_told_in_words(typed: Typing, reference: str, words: tuple[str, ...]) -> None:
    typed("referrals", "erase", reference, "--yes")

    result = typed("referrals", words[0], reference, *words[1:])

    assert "closed" in result.output or f"{reference} holds nothing any more: it was deleted on" in result.output
    assert "Traceback" not in result.output


@pytest.fixture
def lost(database: Database) -> Callable[[], str]:
    """Send a referral whose key nobody has."""
    return lambda: laden(database, KeyRing(new_key())).reference


@pytest.mark.parametrize("words", [("files",), ("files", "--to", "out")])
def test_files_of_one_whose_key_is_gone(typed: Typing, lost: Callable[[], str], words: tuple[str, ...]) -> None:
    reference = lost()

    result = typed("referrals", words[0], reference, *words[1:])

    assert result.exit_code == 1
    assert result.stderr == f"Error: {reference} cannot be opened: its key is not in GATEWAY_KEYS, or it was changed.\n"


def test_show_list_and_erase_need_no_key(typed: Typing, database: Database, lost: Callable[[], str]) -> None:
    reference = lost()
    ended(database, reference, "failed")

    assert reference in typed("referrals", "show", reference).stdout
    assert reference in typed("referrals", "list").stdout
    assert typed("referrals", "erase", reference, "--yes").exit_code == 0
