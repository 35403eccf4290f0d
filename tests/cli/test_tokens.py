"""`flask tokens`: shown once, for known forms and one agency, listed without the secret, ended at once; all audited."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from gateway.store import agencies, api_tokens, tables
from gateway.store.database import Database
from gateway.store.people import Deciding

from .conftest import Typing

SURGERY = "Invented Surgery"


def deciding() -> Deciding:
    return Deciding("nobody", "riverside", datetime.now(UTC))


@pytest.fixture
def surgery(database: Database) -> str:
    """An agency."""
    with database.write() as connection:
        return agencies.add(connection, deciding(), SURGERY)


def added(typed: Typing, *more: str) -> str:
    """Make a token; give its text, which stands alone on the standard output."""
    made = typed("tokens", "add", "riverside", SURGERY, "--form", "agency", "--name", "their system", *more)
    assert made.exit_code == 0, made.output
    return made.stdout.strip()


def test_a_token_is_shown_once_and_opens_what_was_said(typed: Typing, database: Database, surgery: str) -> None:
    text = added(typed, "--days", "7")
    now = datetime.now(UTC)

    found = api_tokens.find(database, text, now)
    assert found is not None
    assert (found.agency, found.forms, found.name) == (surgery, ("agency",), "their system")
    assert timedelta(days=6) < found.expires_at - now < timedelta(days=7)
    listed = typed("tokens", "list", "riverside").stdout
    assert listed.startswith(f"{found.id}  good  until ")
    assert f"{SURGERY}  their system  (agency; used " in listed
    assert text.split(".")[2] not in listed
    (line,) = typed("tokens", "list", "riverside", "--json").stdout.splitlines()
    assert json.loads(line)["stands"] == "good"
    assert text.split(".")[2] not in line


def test_a_token_is_ended_once_and_for_its_organisation_alone(typed: Typing, database: Database, surgery: str) -> None:
    text = added(typed)
    (known,) = api_tokens.listed(database, "riverside")
    assert (known.id + surgery).isalnum()  # what begins with a hyphen would be taken for an option

    assert typed("tokens", "end", "riverside", known.id).exit_code == 0
    again = typed("tokens", "end", "riverside", known.id)

    assert "There is no such token" in again.output
    assert api_tokens.find(database, text, datetime.now(UTC)) is None
    assert f"{known.id}  ended" in typed("tokens", "list", "riverside").stdout
    with database.read() as connection:
        did = connection.execute(select(tables.audit.c.action, tables.audit.c.detail).order_by(tables.audit.c.id)).all()
    assert [tuple(each) for each in did if each.action != "add agency"] == [
        ("add token", f"token {known.id}"),
        ("end token", f"token {known.id}"),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("riverside", "Nobody", "--form", "agency"), "riverside has no agency Nobody. There are: Invented Surgery."),
        (("riverside", SURGERY, "--form", "nothing"), "There is no form nothing. There are: "),
        (("nowhere", SURGERY, "--form", "agency"), "There is no organisation nowhere"),
        (("riverside", SURGERY, "--form", "agency", "--days", "0"), "0 is not in the range"),
        (("riverside", SURGERY, "--form", "agency", "--name", " "), "Say in --name what it is for"),
    ],
)
def test_what_is_not_known_is_refused_in_words(
    typed: Typing, database: Database, surgery: str, words: tuple[str, ...], said: str
) -> None:
    result = typed("tokens", "add", "--name", "their system", *words)

    assert result.exit_code != 0
    assert said in result.output
    assert api_tokens.listed(database, "riverside") == []


def test_an_agency_that_has_ended_gets_none_and_one_of_two_names_is_asked_for(
    typed: Typing, database: Database, surgery: str
) -> None:
    with database.write() as connection:
        twin = agencies.add(connection, deciding(), SURGERY.upper())

    asked = typed("tokens", "add", "riverside", SURGERY, "--form", "agency", "--name", "x").output
    assert surgery in asked
    assert twin in asked
    assert typed("tokens", "add", "riverside", twin, "--form", "agency", "--name", "x").exit_code == 0
    with database.write() as connection:
        agencies.end(connection, deciding(), twin)
    assert typed("tokens", "add", "riverside", twin, "--form", "agency", "--name", "x").exit_code == 1
