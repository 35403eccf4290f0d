"""The audit trail as somebody reads and checks it by a command."""

import json
from datetime import UTC, datetime

import pytest

from gateway.store import audit, trail
from gateway.store.database import Database

from ..store.test_trail import unguarded
from .conftest import Typing

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def head(database: Database) -> str:
    """Two entries, and the head that sums them up."""
    for action, organisation in (("find", "riverside"), ("pause", "hilltop")):
        audit.note(database, actor="worker", action=action, detail="a word", now=NOW, organisation=organisation)
    found = trail.advance(database, datetime.now(UTC))
    assert found is not None
    return found.digest


def test_entries_are_listed_the_newest_first_in_lines_and_as_objects(typed: Typing, head: str) -> None:
    assert head
    assert typed("audit", "list").stdout.splitlines() == [
        "2026-05-04 12:00:00  worker  pause  hilltop  a word",
        "2026-05-04 12:00:00  worker  find  riverside  a word",
    ]
    (line,) = typed("audit", "list", "--organisation", "riverside", "--json").stdout.splitlines()
    assert json.loads(line)["action"] == "find"
    assert typed("audit", "list", "--reference", "rg-0000-0000").stdout == ""


def test_a_trail_that_is_as_it_was_is_told_so(typed: Typing, head: str) -> None:
    result = typed("audit", "verify", head)

    assert result.exit_code == 0
    assert result.stdout == f"2 entries, as they were written; head {head}\n"


def test_another_trail_or_a_changed_one_is_told(typed: Typing, database: Database, head: str) -> None:
    assert head
    other = typed("audit", "verify", "0" * 64)
    unguarded(database, "UPDATE audit SET actor = 'somebody' WHERE id = 1")
    changed = typed("audit", "verify")

    assert (other.exit_code, changed.exit_code) == (1, 1)
    assert "never had this head" in other.stderr
    assert "somebody has changed or deleted one" in changed.stderr


def test_entries_that_are_too_young_to_compare_are_not_said_to_be_missing(typed: Typing, database: Database) -> None:
    now = datetime.now(UTC)
    audit.note(database, actor="worker", action="find", detail="a word", now=now, organisation="riverside")

    assert typed("audit", "verify").stdout == "Nothing to compare yet: an entry counts once it is 10 minutes old.\n"
