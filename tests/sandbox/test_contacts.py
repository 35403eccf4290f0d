"""Contacts at /v2: made due or done, changed, completed under the same number; then their referral is complete."""

import pytest
from flask.testing import FlaskClient

from tests.sandbox.conftest import KEYS
from tests.sandbox.writes import known, made, refer, referral, write

DUE = {"user": "3", "start_date": "2026-12-01", "end_date": "2026-12-01 10:30:00", "description": "Invented: ring."}
DONE = DUE | {"stage": "2"}
TIMES = {"start_date": "2026-12-02 09:00:00", "end_date": "2026-12-02 09:30:00"}


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_outstanding_action_leaves_its_referral_not_complete(client: FlaskClient, method: str) -> None:
    number = refer(client)

    contact = made(write(client, f"due_contacts/referral/{number}", DUE, method))

    kept = referral(client, number)
    assert kept["contacts"] == [{"id": contact, "done": False, "fields": DUE}]
    assert kept["fields"]["referral_complete"] == "N"


def test_a_completed_action_leaves_its_referral_complete(client: FlaskClient) -> None:
    number = refer(client)

    contact = made(write(client, f"done_contacts/referral/{number}", DONE | {"travel_time": "20"}, "POST"))

    kept = referral(client, number)
    assert kept["contacts"] == [{"id": contact, "done": True, "fields": DONE | {"travel_time": "20"}}]
    assert kept["fields"]["referral_complete"] == "Y"


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("address", ["due_contacts/id/{}", "due_contacts/{}"])
def test_an_outstanding_action_is_changed(client: FlaskClient, address: str, method: str) -> None:
    number = refer(client)
    contact = made(write(client, f"due_contacts/referral/{number}", DUE))

    assert write(client, address.format(contact), {"user": "4"}, method).status_code == 200

    assert referral(client, number)["contacts"] == [{"id": contact, "done": False, "fields": DUE | {"user": "4"}}]


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("address", ["done_contacts/id/{}", "done_contacts/{}"])
def test_an_outstanding_action_is_completed_under_the_same_number(
    client: FlaskClient, address: str, method: str
) -> None:
    number = refer(client)
    contact = made(write(client, f"due_contacts/referral/{number}", DUE | {"stage": "2"}))

    assert write(client, address.format(contact), TIMES | {"stage": "3"}, method).status_code == 200

    kept = referral(client, number)
    assert kept["contacts"] == [{"id": contact, "done": True, "fields": DUE | TIMES | {"stage": "3", "due_stage": "2"}}]
    assert kept["fields"]["referral_complete"] == "Y"
    assert write(client, f"due_contacts/id/{contact}", {"user": "4"}, "POST").status_code == 404


def test_a_completed_action_is_read_as_done_and_no_more_as_due(client: FlaskClient) -> None:
    def found(group: str) -> object:
        return client.get(f"/v2/{group}/id/405/field/id;start_date", headers=KEYS).json

    assert (found("due_contacts"), found("done_contacts")) == ([{"id": 405, "start_date": "2026-12-03 15:00:00"}], [])
    write(client, "done_contacts/405", TIMES, "POST")
    assert (found("due_contacts"), found("done_contacts")) == ([], [{"id": 405, "start_date": TIMES["start_date"]}])


def test_a_completed_action_is_changed_by_any_field(client: FlaskClient) -> None:
    number = refer(client)
    contact = made(write(client, f"done_contacts/referral/{number}", DONE, "POST"))

    assert write(client, f"done_contacts/{contact}", {"travel_mileage": "12"}).status_code == 200

    assert referral(client, number)["contacts"][0]["fields"] == DONE | {"travel_mileage": "12"}


def test_a_referral_is_complete_when_its_last_action_is(client: FlaskClient) -> None:
    number = refer(client)
    first, second = (made(write(client, f"due_contacts/referral/{number}", DUE)) for _ in range(2))

    write(client, f"done_contacts/id/{first}", TIMES, "POST")
    assert referral(client, number)["fields"]["referral_complete"] == "N"
    write(client, f"done_contacts/id/{second}", TIMES, "POST")
    assert referral(client, number)["fields"]["referral_complete"] == "Y"


@pytest.mark.parametrize(("group", "fields"), [("due_contacts", DUE), ("done_contacts", DONE)])
def test_each_minimum_field_of_a_contact_is_needed(client: FlaskClient, group: str, fields: dict[str, str]) -> None:
    number = refer(client)

    for name in fields:
        answer = write(client, f"{group}/referral/{number}", fields | {name: " "}, "POST")
        assert (answer.status_code, f"{name} is missing" in answer.text) == (422, True)

    assert referral(client, number)["contacts"] == []


@pytest.mark.parametrize(
    ("path", "fields", "status", "word"),
    [
        ("due_contacts/referral/9999", DUE, 404, "no such referral"),
        ("done_contacts/referral/9999", DONE, 404, "no such referral"),
        ("due_contacts/id/9999", DUE, 404, "no such due contact"),
        ("due_contacts/id/127", DUE, 404, "no such due contact"),
        ("done_contacts/9999", DONE, 404, "no such contact"),
        ("done_contacts/id/405", {"start_date": "2026-12-03"}, 422, "end_date is missing"),
        ("done_contacts/id/405", TIMES | {"end_date": ""}, 422, "end_date is sent without a value"),
        ("done_contacts/id/127", {"description": ""}, 422, "description is sent without a value"),
        ("done_contacts/id/127", {"contact_type": "999"}, 422, "not in the dictionary contacts/contact_type"),
        ("due_contacts/referral/503", DUE | {"referral": "510"}, 422, "The address says another referral"),
        ("due_contacts/id/405", {"id": "406"}, 422, "The address says another id"),
        ("due_contacts/referral/503", DUE | {"start_date": "soon"}, 422, "must be a date such as"),
        ("due_contacts/referral/503", DUE | {"start_date": "2026-12-01T09:00:00"}, 422, "must be a date such as"),
        ("due_contacts/referral/503", DUE | {"end_date": "2026-12-01 25:00:00"}, 422, "must be a date such as"),
        ("due_contacts/referral/503", b"", 400, "empty"),
    ],
)
def test_what_is_wrong_with_a_contact_is_said_and_nothing_is_written(
    client: FlaskClient, path: str, fields: object, status: int, word: str
) -> None:
    before = known(client)

    answer = write(client, path, fields, "POST")

    assert (answer.status_code, word in answer.text) == (status, True)
    assert known(client) == before


def test_a_reset_brings_back_what_was_due_at_first(client: FlaskClient) -> None:
    before = known(client)
    assert write(client, "done_contacts/id/405", TIMES, "POST").status_code == 200
    assert write(client, "extension_database/wellcheck_notes_9", {"referral": "510"}).status_code == 201
    assert known(client) != before

    client.post("/_sandbox/reset")

    assert known(client) == before


@pytest.mark.parametrize("path", ["done_contacts/referral/503", "workers", "schedules", "workers/3"])
def test_what_no_page_lets_anybody_put_is_not_written(client: FlaskClient, path: str) -> None:
    assert client.put(f"/v2/{path}", data=DONE, headers=KEYS).status_code in (404, 405)


def test_what_is_sent_under_a_name_of_the_client_takes_no_place_of_theirs(client: FlaskClient) -> None:
    astray = {"client": "nobody", "client_postcode": "XX1 1XX"}
    assert write(client, "due_contacts/405", astray, "POST").status_code == 200
    assert write(client, "referrals/id/2289", {"client_postcode": "XX1 1XX"}, "POST").status_code == 200

    for path in ("due_contacts/405", "referrals/2289"):
        told = client.get(f"/v2/{path}/field/client;client_postcode", headers=KEYS).json
        assert told == [{"client": 3, "client_postcode": "SA2 4ZZ"}]
    assert client.get("/workers").status_code == 200
