"""Clients, relationships and referrals at /v2: made by either verb, kept, refused in words; doubled by a repeat."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.sandbox.conftest import FORM, KEYS, Wire

ALYS = {"first_name": "Alys", "surname": "Testperson", "type": "7"}
REFERRAL = {
    "client_type": "7", "date": "2026-05-31", "project": "7", "template": "3", "stage": "2",
    "response_description": "Invented. Reference: RG-7K3F-9Q2M",
}  # fmt: skip


def write(client: FlaskClient, path: str, fields: object, method: str = "PUT", *, json: bool = False) -> TestResponse:
    sent: dict[str, Any] = {"json": fields} if json else {"data": fields, "content_type": FORM}
    return client.open(f"/v2/{path}", method=method, headers=KEYS, **sent)


def make(client: FlaskClient, external_id: str = "RG-7K3F-9Q2M-0", **changes: str) -> int:
    answer = write(client, f"clients/external_id/{external_id}", ALYS | changes)
    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["invented_by_the_sandbox"] is True
    return int(answer.json["id"])


def known(client: FlaskClient, **query: str) -> list[dict[str, Any]]:
    found = client.get("/_sandbox/records", query_string=query).json
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_client_is_made_by_either_verb(client: FlaskClient, method: str) -> None:
    before = len(known(client))

    answer = write(client, "clients", {"first_name": "Alys", "surname": "Testperson"}, method)

    assert answer.status_code == 201
    assert len(known(client)) == before + 1
    assert known(client)[-1]["fields"] == {"type": "1", "first_name": "Alys", "surname": "Testperson"}


def test_a_client_made_by_external_id_bears_it_and_a_second_call_makes_another(client: FlaskClient) -> None:
    first, second = make(client), make(client)

    found = known(client, external_id="RG-7K3F-9Q2M-0")
    assert [each["id"] for each in found] == [first, second]
    assert found[0]["fields"]["surname"] == "Testperson"


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_client_is_changed_and_related_in_one_call(client: FlaskClient, method: str) -> None:
    first, second = make(client), make(client, "RG-7K3F-9Q2M-1")
    relating = {
        "id_second": str(second),
        "relationship_first_to_second": "5",
        "relationship_second_to_first": "8",
        "relationship_first_to_second_carer": "3",
        "relationship_second_to_first_carer": "4",
    }

    answer = write(client, f"clients/id/{first}", {"postcode": "SA1 1ZZ", **relating}, method)

    assert answer.status_code == 200
    one, other = known(client)[-2:]
    assert one["fields"] == ALYS | {"external_id": "RG-7K3F-9Q2M-0", "postcode": "SA1 1ZZ"}
    said = {(tie["to"], tie["kind"]): tie["relationship"] for tie in one["relationships"]}
    assert said == {(second, "relationships"): "5", (second, "carer_relationships"): "3"}
    assert {tie["relationship"] for tie in other["relationships"]} == {"8", "4"}


@pytest.mark.parametrize("json", [True, False])
def test_relationship_details_take_a_list_of_one_object(client: FlaskClient, json: bool) -> None:
    first, second = make(client), make(client, "RG-7K3F-9Q2M-1")
    pair = {"relation_first_to_second": "5", "relation_second_to_first": "8"}
    body = [pair] if json else {f"0[{name}]": value for name, value in pair.items()}

    answer = write(client, f"relationship_details/{first}/{second}", body, json=json)

    assert answer.status_code == 200
    assert known(client)[-1]["relationships"] == [{"to": first, "kind": "relationships", "relationship": "8"}]


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("name", ["response_description", "description"])
def test_a_referral_is_made_by_either_verb_with_the_description_of_either_revision(
    client: FlaskClient, method: str, name: str
) -> None:
    number = make(client)
    fields = {key: value for key, value in REFERRAL.items() if key != "response_description"}

    answer = write(client, "referrals", fields | {name: "Invented words", "client": str(number)}, method)

    assert answer.status_code == 201
    (referral,) = known(client)[-1]["referrals"]
    assert referral["fields"] == fields | {name: "Invented words", "referral_complete": "Y"}
    assert "Invented words" in client.get(f"/clients/{number}").text


def test_a_referral_is_changed(client: FlaskClient) -> None:
    answer = write(client, "referrals", REFERRAL | {"client": str(make(client))})
    assert answer.json is not None

    assert write(client, f"referrals/id/{answer.json['id']}", {"priority": "2"}, "POST").status_code == 200

    assert known(client)[-1]["referrals"][0]["fields"]["priority"] == "2"


@pytest.mark.parametrize(
    ("path", "fields", "status", "word"),
    [
        ("clients", {"surname": "Testperson"}, 422, "first_name is missing"),
        ("clients", ALYS | {"type": "999"}, 422, "not in the dictionary client_type"),
        ("referrals", {"client": "1", **REFERRAL, "stage": " "}, 422, "stage is missing"),
        ("referrals", {"client": "1", **REFERRAL, "response_description": ""}, 422, "response_description is missing"),
        ("referrals", {"client": "1", **REFERRAL, "project": "999"}, 422, "not in the dictionary"),
        ("referrals", {"client": "9999", **REFERRAL}, 404, "no such client"),
        ("referrals", {"client": "somebody", **REFERRAL}, 422, "whole number"),
        ("clients/id/9999", ALYS, 404, "no such client"),
        ("clients/id/1", {"id_second": "2", "relationship_first_to_second": "5"}, 422, "relationship_second_to_first"),
        (
            "clients/id/1",
            {
                "id_second": "2",
                "relationship_first_to_second_carer": "3",
                "relationship_second_to_first_carer": "4",
            },
            422,
            "relationship_first_to_second is missing",
        ),
        ("clients/id/1", {"id_second": "2", **dict.fromkeys(["relationship_first_to_second"], "999")}, 422, "not in"),
        ("relationship_details/1/2", b"[]", 400, "empty"),
        ("relationship_details/1/2", b"[{}, {}]", 400, "one object"),
        ("referrals/id/9999", {"priority": "1"}, 404, "no such referral"),
        ("referrals", b"%", 400, "neither JSON text nor pairs"),
        ("referrals", b"", 400, "empty"),
    ],
)
def test_what_is_wrong_is_said_in_words_without_a_value(
    client: FlaskClient, path: str, fields: object, status: int, word: str
) -> None:
    answer = write(client, path, fields)

    assert answer.status_code == status
    assert word in answer.text
    assert "Alys" not in answer.text


def test_a_body_of_another_kind_is_refused(client: FlaskClient) -> None:
    answer = client.put("/v2/clients", data=b"first_name: Alys", content_type="text/plain", headers=KEYS)

    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("shape", "status", "text"),
    [("number", 200, "{}"), ("text", 200, "{}"), ("list", 200, "[{}]"), ("data", 201, '"id":"{}"')],
)
def test_the_number_of_a_new_record_is_answered_in_the_chosen_shape(
    client: FlaskClient, shape: str, status: int, text: str
) -> None:
    client.post("/_sandbox/answers", json={"record_shape": shape})

    answer = write(client, "clients", ALYS)

    assert (answer.status_code, answer.headers["X-Sandbox"]) == (status, "invented")
    assert text.format(known(client)[-1]["id"]) in answer.text.strip()


def test_an_answer_may_tell_no_number_at_all(client: FlaskClient) -> None:
    client.post("/_sandbox/answers", json={"record_shape": "success"})

    assert write(client, "clients", ALYS).json == {"success": True, "invented_by_the_sandbox": True}


def test_a_fault_for_one_group_leaves_the_others_alone(wire: Wire) -> None:
    wire.fault(groups=["referrals"], status=503)

    assert wire.call("PUT", "/v2/clients", ALYS).status == 201
    assert wire.call("PUT", "/v2/referrals", REFERRAL).status == 503


def test_referrals_are_found_by_their_client_and_by_its_external_id(client: FlaskClient) -> None:
    first, second = make(client), make(client, "RG-7K3F-9Q2M-1")
    for number in (first, second):
        write(client, "referrals", REFERRAL | {"client": str(number)})

    for path in (f"client/{second}", "client_external_id/RG-7K3F-9Q2M-1", f"client/{second}/template/3/stage/2"):
        found = client.get(f"/v2/referrals/{path}", headers=KEYS).json
        assert isinstance(found, list)
        assert [(each["client"], each["response_description"]) for each in found] == [
            (second, REFERRAL["response_description"])
        ]

    assert client.get(f"/v2/referrals/client/{second}/stage/9", headers=KEYS).json == []
    assert client.get("/v2/referrals/colour/red", headers=KEYS).status_code == 400
