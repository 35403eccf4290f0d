"""The audit trail in the console: of one organisation, the newest first, by people and not by ids."""

import re
from datetime import UTC, datetime

from gateway.identity.roles import Role
from gateway.store import accounts, audit
from gateway.store.database import Database
from gateway.web.staff.deeds import deed
from tests.docs.reading import ROOT

from .conftest import HILLTOP, RIVERSIDE, As, join

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def note(database: Database, actor: str, action: str, organisation: str = RIVERSIDE) -> None:
    audit.note(database, actor=actor, action=action, detail="some words", now=NOW, organisation=organisation)


def test_an_administrator_reads_who_did_what(signed_in: As, database: Database) -> None:
    client = signed_in(Role.ADMIN)
    mine = accounts.find(database, "admin@riverside.example")
    assert mine is not None
    note(database, mine.id, "found-first")
    note(database, audit.COMMAND_LINE, "found-second")
    note(database, "an-id-that-nobody-has", "found-third")
    note(database, mine.id, "of-others", HILLTOP)

    page = client.get("/staff/riverside/trail").get_data(as_text=True)

    assert page.index("found-third") < page.index("found-second") < page.index("found-first")
    assert "admin@riverside.example" in page
    assert "command line" in page
    assert "somebody who has left" in page
    assert "of-others" not in page
    assert mine.id not in page


def test_it_names_whose_account_it_is_about_also_of_a_leaver(signed_in: As, database: Database) -> None:
    client = signed_in(Role.ADMIN)
    left = join(database, "left@riverside.example", Role.VIEWER, HILLTOP)
    audit.note(
        database, actor=left, action="end access", detail=f"{left} viewer", now=NOW, organisation=RIVERSIDE
    )  # fmt: skip

    page = client.get("/staff/riverside/trail").get_data(as_text=True)

    assert page.count("left@riverside.example") == 2
    assert left not in page


def test_all_that_is_noted_can_be_told_in_words() -> None:
    code = "".join(file.read_text() for file in (ROOT / "gateway").rglob("*.py"))
    found = re.findall(r'action="([^"]+)"(?: if \w+ else "([^"]+)")?', code)
    actions = {action for pair in found for action in pair if action}

    assert len(actions) > 30
    assert {action for action in actions if deed(action) == action} == set()
    assert deed("settle closed") == "Decided: closed"


def test_older_entries_are_a_page_away_and_odd_wishes_are_none(signed_in: As, database: Database) -> None:
    client = signed_in(Role.ADMIN)
    for number in range(101):
        note(database, "worker", f"action-{number:03}")

    first = client.get("/staff/riverside/trail").get_data(as_text=True)
    older = client.get("/staff/riverside/trail?before=2").get_data(as_text=True)

    assert "action-100" in first
    assert "action-000" not in first
    assert 'href="?before=2"' in first
    assert "action-000" in older
    for odd in ("before=x", "before=-1", "before=9999999999999", "reference=%3Cb%3E", "before=\u0661"):
        assert client.get(f"/staff/riverside/trail?{odd}").status_code == 200
