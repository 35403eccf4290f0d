"""What the vendor's pages print works as printed, slips and former names included."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.sandbox import create_sandbox
from tests.sandbox.conftest import KEYS, PERSON
from tests.sandbox.writes import known, made, refer, write


def test_an_address_without_v2_is_the_same_one_for_who_has_keys(client: FlaskClient) -> None:
    asked = "clients/field/id;surname;website_photo_consent"

    assert client.get(f"/{asked}", headers=KEYS).json == client.get(f"/v2/{asked}", headers=KEYS).json
    assert client.get(f"/{asked}", headers=KEYS | {"Org": "wrong"}).status_code == 401
    assert client.get("/clients").mimetype == "text/html"
    assert client.get("/_sandbox/calls").json["calls"]["GET /v2/clients"] == 3  # type: ignore[index]


def test_a_contact_is_made_at_the_address_without_v2(client: FlaskClient) -> None:
    body = {"user": "3", "start_date": "2021-08-12", "end_date": "2021-08-12", "description": "Invented"}

    answer = client.post("/due_contacts/referral/503", data=body, headers=KEYS)

    assert made(answer) > 413


def test_the_plural_of_external_referral_is_taken(client: FlaskClient) -> None:
    told = client.get("/v2/external_referrals/selectable_fields", headers=KEYS)

    assert told.json == client.get("/v2/external_referral/selectable_fields", headers=KEYS).json
    assert client.put("/v2/external_referrals", json=[PERSON], headers=KEYS).status_code == 200
    assert client.put("/v2/external_referrals_of_ours", json=[PERSON], headers=KEYS).status_code == 404


@pytest.mark.parametrize("brackets", ["[]", "%5B%5D", "[0]"])
def test_a_list_of_what_to_resolve_is_written_as_php_writes_one(client: FlaskClient, brackets: str) -> None:
    wished = f"?resolveIds{brackets}=ethnicity&resolveIds{brackets.replace('0', '1')}=main_language"

    answer = client.get(f"/v2/clients/1/field/ethnicity;main_language/{wished}", headers=KEYS)

    assert answer.json == [{"ethnicity": "White British", "main_language": "English"}]


def test_the_date_of_a_referral_is_that_of_its_first_done_contact(client: FlaskClient) -> None:
    number = refer(client)
    asked = f"/v2/referrals/{number}/field/date;date_active"
    assert client.get(asked, headers=KEYS).json == [{"date": "2026-05-31", "date_active": ["2026-05-31"]}]

    for day in ("2026-07-02", "2026-06-01"):
        act = {"user": "3", "stage": "2", "start_date": day, "end_date": day, "description": "Invented"}
        made(write(client, f"done_contacts/referral/{number}", act, "POST"))

    days = ["2026-06-01", "2026-07-02"]
    assert client.get(asked, headers=KEYS).json == [{"date": days[0], "date_active": days}]
    assert client.get(f"/v2/referrals/date/2026-05-31/id/{number}", headers=KEYS).json == []
    assert client.get(f"/v2/referrals/date_active/{days[1]}/id/{number}/field/id", headers=KEYS).json == [
        {"id": number}
    ]


def test_an_imported_referral_has_all_that_the_api_needs_to_see_it(lasting: Flask, client: FlaskClient) -> None:
    client.put("/v2/external_referral", json=[PERSON], headers=KEYS)
    client.post("/external-referral-manager/1/import")

    told = client.get("/v2/referrals", headers=KEYS).json[-1]  # type: ignore[index]

    needed = lasting.extensions["sandbox"].seeds.dictionaries
    assert told["template"] in needed["referrals/template"]
    assert told["stage"] in needed["referrals/stage"]
    assert told["client_type"] == "1"


def test_the_shortest_example_of_february_2023_is_taken_and_its_description_recorded() -> None:
    client = create_sandbox(source=KEYS["Source"], org=KEYS["Org"], user=KEYS["User"], strict=True).test_client()
    person = {"first_name": "Alys", "surname": "Testperson", "org_type_id": 1, "date": "2023-01-30 13:45:00"}
    former = {"diary_description": "Invented words", "field_display_key": "1"}

    assert client.put("/v2/external_referral", json=[person | former], headers=KEYS).status_code == 200
    page = client.get("/external-referral-manager/1").text
    assert "Invented words</textarea>" in page
    assert "No description was sent" not in page
    assert [each["id"] for each in client.get("/_sandbox/staged?source=1").json or ()] == [1]
    assert client.post("/external-referral-manager/1/import").status_code == 303

    made_of_it = known(client)[-1]
    assert made_of_it["fields"] == {"type": "1", "first_name": "Alys", "surname": "Testperson"}
    assert made_of_it["referrals"][0]["fields"]["response_description"] == "Invented words"


def test_a_referral_is_filtered_and_told_by_a_field_of_a_single_record_too(client: FlaskClient) -> None:
    path = "referrals/wishes_for_a_break/122/field/id;wishes_for_a_break?resolveIds[]=ALL"

    assert client.get(f"/v2/{path}", headers=KEYS).json == [{"id": 507, "wishes_for_a_break": "A day"}]
