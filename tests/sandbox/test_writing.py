"""Clients, relationships and referrals at /v2: made by either verb, kept, refused in words; doubled by a repeat."""

import pytest
from flask.testing import FlaskClient

from tests.sandbox.conftest import KEYS, Wire
from tests.sandbox.writes import ALYS, REFERRAL, known, make, refer, referral, write


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


@pytest.mark.parametrize("json", [True, False])
def test_relationship_details_take_the_keys_without_a_list(client: FlaskClient, json: bool) -> None:
    pair = {"relation_first_to_second": "5", "relation_second_to_first": "8"}

    assert write(client, f"relationship_details/{make(client)}/1", pair, json=json).status_code == 200

    assert known(client)[-1]["relationships"] == [{"to": 1, "kind": "relationships", "relationship": "5"}]


@pytest.mark.parametrize("raw", [b"", b"[]", b"[{}, {}]", b"0[major", b"\xff"])
def test_a_relationship_of_no_object_or_two_is_refused(client: FlaskClient, raw: bytes) -> None:
    assert write(client, "relationship_details/1/2", raw).status_code == 400


def test_a_relationship_to_nobody_is_refused_and_not_left_out(client: FlaskClient) -> None:
    number = make(client)
    both = {"relationship_first_to_second": "5", "relationship_second_to_first": "8"}

    answer = write(client, f"clients/id/{number}", both, "POST")

    assert (answer.status_code, "id_second is missing" in answer.text) == (422, True)


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_client_and_a_schedule_are_changed_under_their_number_alone(client: FlaskClient, method: str) -> None:
    for path, fields in (("clients/1", {"school": "Invented"}), ("schedules/21", {"status": "Done"})):
        assert write(client, path, fields, method).status_code == 200
        (told,) = client.get(f"/v2/{path}", headers=KEYS).json or ()
        assert told.items() >= fields.items()


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("id/21", {"client": "5", "end_date": "2026-11-24 13:00:00"}, 200),
        ("id/21", {"client": "999"}, 404),
        ("id/99", {"status": "Done"}, 404),
        ("21", {"id": "22"}, 422),
        ("21", {"start_date": "tomorrow"}, 422),
        ("21", {"client": ""}, 422),
    ],
)
def test_a_schedule_is_changed_or_what_is_wrong_is_said(
    client: FlaskClient, path: str, fields: dict[str, str], status: int
) -> None:
    assert write(client, f"schedules/{path}", fields, "POST").status_code == status

    (told,) = client.get("/v2/schedules/21", headers=KEYS).json or ()
    assert (told["client"], told["end_date"]) == (
        (5, "2026-11-24 13:00:00") if status == 200 else (2, "2026-11-24 12:30:00")
    )


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


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("address", ["referrals/id/{}", "referrals/{}"])
def test_a_referral_is_changed(client: FlaskClient, address: str, method: str) -> None:
    number = refer(client)

    assert write(client, address.format(number), {"priority": "2"}, method).status_code == 200

    fields = referral(client, number)["fields"]
    assert (fields["priority"], fields["project"]) == ("2", "7")
    assert fields["updated"]


def test_a_referral_can_be_given_to_another_client(client: FlaskClient) -> None:
    number, other = refer(client), make(client, "RG-7K3F-9Q2M-1")

    assert write(client, f"referrals/id/{number}", {"client": str(other)}, "POST").status_code == 200

    assert [(each["id"], [one["id"] for one in each["referrals"]]) for each in known(client)[-2:]] == [
        (other - 1, []),
        (other, [number]),
    ]


def test_a_relationship_carries_what_else_is_said_of_the_two(client: FlaskClient) -> None:
    first, second = make(client), make(client, "RG-7K3F-9Q2M-1")
    said = {"major": "Y", "send_one_letter_to_both": "N", "joint_address": "2"}
    pair = {"relation_first_to_second": "5", "relation_second_to_first": "8"}

    assert write(client, f"relationship_details/{first}/{second}", [pair | said], json=True).status_code == 200

    for one, other, relationship in zip(known(client)[-2:], (second, first), ("5", "8"), strict=True):
        tie = {"to": other, "kind": "relationships", "relationship": relationship}
        assert one["relationships"] == [tie | said]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"relation_second_to_first": ""}, "relation_second_to_first is missing"),
        ({"carer_relation_first_to_second": "3"}, "carer_relation_second_to_first is missing"),
        ({"major": "yes"}, "major must be Y or N"),
        ({"send_one_letter_to_both": ""}, "send_one_letter_to_both must be Y or N"),
        ({"joint_address": ["1"]}, "must be a text or a number"),
    ],
)
def test_a_relationship_that_is_one_sided_or_unclear_is_refused(
    client: FlaskClient, changes: dict[str, object], word: str
) -> None:
    first, second = make(client), make(client, "RG-7K3F-9Q2M-1")
    pair = {"relation_first_to_second": "5", "relation_second_to_first": "8"}

    answer = write(client, f"relationship_details/{first}/{second}", [pair | changes], json=True)

    assert (answer.status_code, word in answer.text) == (422, True)
    assert known(client)[-1]["relationships"] == []


@pytest.mark.parametrize("path", ["clients/id/{client}", "referrals/id/{referral}"])
def test_the_number_of_a_record_comes_from_the_address(client: FlaskClient, path: str) -> None:
    number = refer(client)
    numbers = {"client": known(client)[-1]["id"], "referral": number}
    own = numbers[path.rpartition("{")[2].rstrip("}")]

    assert write(client, path.format(**numbers), {"id": str(own), "priority": "1"}, "POST").status_code == 200
    answer = write(client, path.format(**numbers), {"id": "1", "priority": "1"}, "POST")

    assert (answer.status_code, "another id" in answer.text) == (422, True)
    assert "id" not in known(client)[-1]["fields"] | referral(client, number)["fields"]


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
        ("referrals/id/503", {"client": "9999"}, 404, "no such client"),
        ("referrals/id/503", {"date": "yesterday"}, 422, "must be a date such as 2018-11-08"),
        ("referrals/id/503", {"stage": ""}, 422, "stage is sent without a value"),
        ("clients/id/1", {"surname": " "}, 422, "surname is sent without a value"),
        ("referrals", {"client": "1", **REFERRAL, "date": "31/05/2026"}, 422, "must be a date"),
        ("referrals", {"client": "1", **REFERRAL, "date": "2026-02-30"}, 422, "must be a date"),
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


def test_an_update_of_a_referral_needs_at_least_one_field(client: FlaskClient) -> None:
    answer = write(client, "referrals/id/503", {}, json=True)

    assert (answer.status_code, "at least one field" in answer.text) == (422, True)


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


@pytest.mark.parametrize(
    ("shape", "status", "body"),
    [("success", 200, None), ("empty", 200, b""), ("text", 200, b"OK"), ("no-content", 204, b"")],
)
def test_a_change_is_answered_in_the_chosen_shape(
    client: FlaskClient, shape: str, status: int, body: bytes | None
) -> None:
    client.post("/_sandbox/answers", json={"update_shape": shape})

    for path in (
        "clients/1",
        "referrals/510",
        "due_contacts/405",
        "schedules/21",
        "extension_database/wellcheck_notes/id/17",
    ):
        answer = write(client, path, {"text_23": "Invented"}, "POST")
        assert (answer.status_code, answer.headers["X-Sandbox"]) == (status, "invented")
        assert answer.data == body or answer.json == {"success": True, "invented_by_the_sandbox": True}
    assert known(client)[0]["fields"]["text_23"] == "Invented"


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
