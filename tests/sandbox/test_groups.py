"""Every record of a group, flat: its own fields, its client's, its referral's, and the days that it is about."""

import pytest
from flask.testing import FlaskClient

from gateway.sandbox.charity.database import Database
from gateway.sandbox.charity.groups import GROUPS, everything
from gateway.sandbox.state import Sandbox
from tests.sandbox.conftest import KEYS, PERSON


@pytest.fixture
def database(client: FlaskClient) -> Database:
    sandbox: Sandbox = client.application.extensions["sandbox"]
    return sandbox.database


@pytest.mark.parametrize(
    "group",
    [*GROUPS, "extension_database/wellcheck_notes_9", "extension_database/wellcheck_notes",
     "extension_database/staff_disciplinary_13"],
)  # fmt: skip
def test_every_group_has_records_with_numbers_of_their_own(database: Database, group: str) -> None:
    numbers = [each["id"] for each in everything(database, group)]

    assert numbers
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("group", ["colours", "extension_database/colours", "extension_database/"])
def test_no_such_group(database: Database, group: str) -> None:
    with pytest.raises(KeyError):
        everything(database, group)


def test_a_referral_bears_what_its_client_and_its_project_are(database: Database) -> None:
    (found,) = [each for each in everything(database, "referrals", {"4": "Counselling"}) if each["id"] == 2289]

    assert (found["client"], found["client_surname"], found["client_main_language"]) == (3, "Inventona", "2")
    assert (found["project"], found["project_name"], found["project_active"]) == ("4", "Counselling", "Y")
    assert (found["date"], found["date_active"]) == ("2026-09-10", ["2026-09-10"])
    assert found["referral_complete"] == "N"


def test_a_contact_bears_what_its_referral_and_its_client_are_and_its_own_comes_first(database: Database) -> None:
    (found,) = [each for each in everything(database, "done_contacts") if each["id"] == 124]

    assert (found["referral"], found["client"], found["client_type"]) == (503, 1, "7")
    assert (found["project"], found["referrer"], found["contact_type"]) == ("1", "3", "2")
    assert (found["day"], found["date_active"]) == ("2018-10-11", ["2018-10-11"])
    assert "response_description" not in found


def test_due_and_done_contacts_share_their_numbers(database: Database) -> None:
    done, due = ({each["id"] for each in everything(database, group)} for group in ("done_contacts", "due_contacts"))

    assert not done & due


def test_a_client_says_how_it_is_related(database: Database) -> None:
    by_number = {each["id"]: each for each in everything(database, "clients")}

    assert by_number[2]["relationship_details"] == [
        {"id_second": 1, "relationship": "15", "carer_relationship": "3", "major": "Y", "send_one_letter_to_both": "Y"}
    ]
    assert by_number[13]["relationship_details"] == []


def test_no_field_that_was_sent_takes_the_place_of_a_number(client: FlaskClient, database: Database) -> None:
    client.put("/v2/external_referral", json=[PERSON | {"id": "999"}], headers=KEYS)
    client.post("/external-referral-manager/1/import")

    assert everything(database, "clients")[-1]["id"] == 14
