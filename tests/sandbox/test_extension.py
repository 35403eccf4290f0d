"""Extension databases at /v2: records made and changed under either name; fields of a single record on clients."""

import pytest
from flask.testing import FlaskClient

from tests.sandbox.writes import known, made, make, refer, referral, write

NAMES = ["wellcheck_notes_9", "wellcheck_notes"]


def test_a_record_is_made_as_on_the_page(client: FlaskClient) -> None:
    body = {"referral": "2289", "date_43": "2018-11-08"}

    number = made(write(client, "extension_database/staff_disciplinary_13", body))

    assert referral(client, 2289)["extension_records"][-1] == {
        "id": number, "database": "staff_disciplinary_13", "fields": {"date_43": "2018-11-08"},
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_record_is_changed_under_either_name(client: FlaskClient, name: str) -> None:
    assert write(client, f"extension_database/{name}/id/17", {"option_22": 43}, "POST", json=True).status_code == 200

    (changed,) = [each for each in referral(client, 2289)["extension_records"] if each["id"] == 17]
    assert changed["fields"]["option_22"] == 43
    assert changed["fields"]["date_21"] == "2026-09-10"


def test_a_record_can_be_moved_to_another_referral(client: FlaskClient) -> None:
    number = refer(client)

    assert write(client, "extension_database/wellcheck_notes/id/17", {"referral": number}, "POST").status_code == 200

    assert [each["id"] for each in referral(client, number)["extension_records"]] == [17]


@pytest.mark.parametrize(
    ("method", "path", "fields", "status", "word"),
    [
        ("PUT", "colours_1", {"referral": "2289"}, 404, "no such extension database"),
        ("POST", "staff_disciplinary_13/id/17", {"date_43": "2018-11-08"}, 404, "no such record"),
        ("PUT", "wellcheck_notes_9", {"text_23": "Invented."}, 422, "referral is missing"),
        ("PUT", "wellcheck_notes_9", {"referral": "9999"}, 404, "no such referral"),
        ("PUT", "wellcheck_notes_9", {"referral": "one"}, 422, "number of a referral must be a whole number"),
        ("PUT", "wellcheck_notes_9", {"referral": "2289", "date_21": "8 Nov 2018"}, 422, "must be a date such as"),
        ("PUT", "wellcheck_notes_9", {"referral": "2289", "option_22": "9"}, 422, "extension_database/option_22"),
        ("POST", "wellcheck_notes_9/id/17", {"referral": ""}, 422, "referral is sent without a value"),
        ("POST", "wellcheck_notes_9/id/17", {"id": "18"}, 422, "The address says another id"),
        ("POST", "wellcheck_notes_9/id/17", b"", 400, "empty"),
    ],
)
def test_what_is_wrong_with_a_record_is_said_and_nothing_is_written(
    client: FlaskClient, method: str, path: str, fields: object, status: int, word: str
) -> None:
    before = known(client)

    answer = write(client, f"extension_database/{path}", fields, method)

    assert (answer.status_code, word in answer.text) == (status, True)
    assert known(client) == before


def test_a_field_of_a_single_record_is_one_of_the_clients_with_ids_of_its_own_list(client: FlaskClient) -> None:
    number = make(client, website_photo_consent="109")

    assert write(client, f"clients/id/{number}", {"website_photo_consent": "111"}, "POST").status_code == 200
    wrong = write(client, f"clients/id/{number}", {"website_photo_consent": "Y"}, "POST")

    assert known(client)[-1]["fields"]["website_photo_consent"] == "111"
    assert (wrong.status_code, "extension_database/website_photo_consent" in wrong.text) == (422, True)
