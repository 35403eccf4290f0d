"""Dictionaries and lists of fields, in each shape that the vendor's pages leave open."""

import pytest
from flask.testing import FlaskClient

from tests.sandbox.conftest import KEYS


def test_a_dictionary_comes_as_a_map_or_as_a_list(client: FlaskClient) -> None:
    assert client.get("/v2/dictionary/client_type", headers=KEYS).json["7"] == "Service user"  # type: ignore[index]

    client.post("/_sandbox/answers", data={"dictionary_shape": "list"})

    answer = client.get("/v2/dictionary/organisations/ethnic_group", headers=KEYS)
    assert answer.json is not None
    assert answer.json[0] == {"id": "35", "name": "White British"}
    assert answer.headers["X-Sandbox"] == "invented"


@pytest.mark.parametrize(
    "name",
    ["client_type", "relationships", "carer_relationships", "referrals/project", "organisations/district",
     "contacts/contact_type", "contacts/contact_method"],
)  # fmt: skip
def test_the_documented_dictionaries_are_there(client: FlaskClient, name: str) -> None:
    one = client.get(f"/v2/dictionary/{name}", headers=KEYS)

    assert one.json
    assert client.get("/v2/dictionary", headers=KEYS).json[name] == one.json  # type: ignore[index]


def test_a_dictionary_keeps_its_order(client: FlaskClient) -> None:
    names = list(client.get("/v2/dictionary/organisations/ethnic_group", headers=KEYS).json)  # type: ignore[arg-type]

    assert names == [str(number) for number in range(35, 54)]


@pytest.mark.parametrize("term", ["triage", "TRI", "riag"])
def test_a_dictionary_can_be_searched(client: FlaskClient, term: str) -> None:
    answer = client.get(f"/v2/dictionary/search/referrals/project/{term}", headers=KEYS)

    assert answer.json == {"7": "Triage"}


def test_a_search_may_find_nothing_or_hold_a_slash(client: FlaskClient) -> None:
    assert client.get("/v2/dictionary/search/referrals/project/a%2Fb", headers=KEYS).json == {}


@pytest.mark.parametrize("path", ["dictionary/no/such", "dictionary/search/no/such/x", "nothing/selectable_fields"])
def test_what_is_not_there_is_not_found_in_json(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/v2/{path}", headers=KEYS)

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["invented_by_the_sandbox"] is True


@pytest.mark.parametrize(
    ("group", "field"),
    [("clients", "nhs_number"), ("workers", "surname"), ("referrals", "project"), ("due_contacts", "start_date"),
     ("done_contacts", "travel_time"), ("schedules", "id"), ("external_referral", "referral_role")],
)  # fmt: skip
def test_every_group_lists_its_fields(client: FlaskClient, group: str, field: str) -> None:
    assert field in client.get(f"/v2/{group}/selectable_fields", headers=KEYS).json  # type: ignore[operator]


def test_fields_come_with_labels_on_request(client: FlaskClient) -> None:
    client.post("/_sandbox/answers", json={"fields_shape": "map"})

    assert client.get("/v2/clients/selectable_fields", headers=KEYS).json["surname"] == "Surname"  # type: ignore[index]


def test_clients_can_be_filtered_by_what_the_pages_list(client: FlaskClient) -> None:
    fields = client.get("/v2/clients/filterable_fields", headers=KEYS).json

    assert fields is not None
    assert {"type", "email", "postcode", "external_id"} <= set(fields)


def test_a_dictionary_can_be_changed_until_a_reset(client: FlaskClient) -> None:
    changed = client.post("/_sandbox/dictionaries/referrals/project", json={"7": "Triage", "60": "Befriending"})

    assert changed.status_code == 200
    one = client.get("/v2/dictionary/referrals/project", headers=KEYS)
    assert one.json == {"7": "Triage", "60": "Befriending"}

    client.post("/_sandbox/reset")
    assert "60" not in (client.get("/v2/dictionary/referrals/project", headers=KEYS).json or {})


@pytest.mark.parametrize(
    ("name", "wish", "status"),
    [("no/such", {"1": "x"}, 404), ("client_type", {"1": 7}, 400), ("client_type", [], 400)],
)
def test_a_dictionary_is_changed_only_to_ids_and_names(
    client: FlaskClient, name: str, wish: object, status: int
) -> None:
    assert client.post(f"/_sandbox/dictionaries/{name}", json=wish).status_code == status
