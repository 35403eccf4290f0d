"""`flask agencies`: made, listed, invited to and ended by name; each refusal says what to do."""

import json

from gateway.store import agencies
from gateway.store.database import Database

from .conftest import Typing

NAME = "Northside Surgery"


def test_an_agency_is_made_invited_to_and_ended(typed: Typing, database: Database) -> None:
    assert typed("agencies", "add", "riverside", NAME).exit_code == 0
    invited = typed("agencies", "invite", "riverside", NAME.lower(), "ada@northside.example")
    assert "http://localhost/partner/invitation/" in invited.output

    (listed,) = typed("agencies", "list", "riverside", "--json").output.splitlines()
    assert json.loads(listed)["name"] == NAME
    assert "nobody yet" in typed("agencies", "list", "riverside").output

    assert typed("agencies", "end", "riverside", NAME, "--yes").exit_code == 0
    (found,) = agencies.listed(database, "riverside")
    assert found.ended_at is not None
    assert "ended" in typed("agencies", "list", "riverside").output


def test_what_cannot_be_done_is_said_in_words(typed: Typing) -> None:
    typed("agencies", "add", "riverside", NAME)
    typed("users", "add", "riverside", "bo@riverside.example", stdin="tall river blue kettle\ntall river blue kettle\n")

    assert "There is an agency" in typed("agencies", "add", "riverside", NAME).output
    assert "no agency Eastside" in typed("agencies", "end", "riverside", "Eastside", "--yes").output
    assert "no organisation nowhere" in typed("agencies", "add", "nowhere", NAME).output
    there = typed("agencies", "invite", "riverside", NAME, "bo@riverside.example")
    assert "nobody is staff and partner" in there.output
    assert there.exit_code == 1
