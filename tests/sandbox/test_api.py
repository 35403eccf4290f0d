"""/v2 as a client sees it: keys, staging, answers; and that what is invented says so."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.sandbox import create_sandbox
from tests.sandbox.conftest import FORM, KEYS, PERSON

PUT = "/v2/external_referral"


def put(client: FlaskClient, people: object, kind: str = "application/json", **headers: str) -> TestResponse:
    raw = people if isinstance(people, bytes) else json.dumps(people).encode()
    return client.put(PUT, data=raw, content_type=kind, headers=KEYS | headers)


def staged(client: FlaskClient, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(client.get("/_sandbox/staged", query_string=query).data)
    return found


@pytest.mark.parametrize("path", ["/v2", "/v2/dictionary", "/v2/no-such-thing", PUT])
@pytest.mark.parametrize("name", list(KEYS))
def test_each_of_the_three_keys_is_needed_everywhere(client: FlaskClient, path: str, name: str) -> None:
    for headers in ({n: k for n, k in KEYS.items() if n != name}, KEYS | {name: "wrong"}, KEYS | {name: ""}):
        answer = client.get(path, headers=headers)

        assert answer.status_code == 401
        assert answer.json is not None
        assert name in answer.json["error"]
        assert answer.json["invented_by_the_sandbox"] is True


def test_a_refused_key_stages_nothing(client: FlaskClient) -> None:
    assert put(client, [PERSON], Org="wrong").status_code == 401

    assert staged(client) == []


def test_a_sandbox_needs_keys() -> None:
    with pytest.raises(ValueError, match="Org"):
        create_sandbox(source="s", org="", user="u")


@pytest.mark.parametrize(
    ("raw", "kind", "encoding"),
    [
        (json.dumps([PERSON], indent=1).encode(), FORM, "A"),
        (b"0%5Bfirst_name%5D=Alys&0[surname]=Testperson&0[org_type_id]=1", FORM + "; charset=utf-8", "B"),
        (json.dumps([PERSON]).encode(), "application/json", "D"),
    ],
)
def test_an_accepted_referral_is_kept_as_it_came(client: FlaskClient, raw: bytes, kind: str, encoding: str) -> None:
    answer = put(client, raw, kind)

    assert (answer.status_code, answer.json) == (200, {"success": True, "invented_by_the_sandbox": True})
    (kept,) = staged(client)
    assert base64.b64decode(kept["raw_bytes"]) == raw
    assert (kept["encoding"], kept["state"], kept["headers"]["Content-Type"]) == (encoding, "staged", kind)
    assert kept["people"][0]["surname"] == "Testperson"
    assert kept["received_at"].endswith("Z")


def test_no_key_is_kept(client: FlaskClient) -> None:
    put(client, [PERSON])

    assert staged(client)[0]["headers"]["Keys"] == "Source, Org, User"
    assert not any(key in client.get("/_sandbox/staged").text for key in KEYS.values())


def test_a_repeat_makes_a_second_referral(client: FlaskClient) -> None:
    put(client, [PERSON])
    put(client, [PERSON])

    assert [item["id"] for item in staged(client)] == [1, 2]


def test_a_refusal_names_person_and_field_and_stages_nothing(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = put(client, [PERSON, {"first_name": "B", "org_type_id": 9}])

    assert "refused: person 2, surname: surname is missing." in caplog.messages

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["problems"] == [{"person": 1, "field": "surname", "message": "surname is missing."}]
    assert answer.json["invented_by_the_sandbox"] is True
    assert staged(client) == []


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (b" ", "application/json", 400),
        (b"{}", "application/json", 400),
        (b"[]", FORM, 400),
        (b"\xff", FORM, 400),
        (b"[{}]", "text/plain", 415),
        (b"[{}]", "", 415),
    ],
)
def test_a_body_that_is_no_list_of_people_is_refused(client: FlaskClient, raw: bytes, kind: str, status: int) -> None:
    assert put(client, raw, kind).status_code == status
    assert staged(client) == []


def test_a_field_whose_name_is_no_word_stays_out_of_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    astray = {"Testperson, 12 Invented Road\nrefused: nothing": []}

    assert put(client, json.dumps([PERSON | astray]).encode()).status_code == 422
    assert client.put("/v2/clients", json=astray, headers=KEYS).status_code == 422

    assert "Invented Road" not in caplog.text
    assert "(a name that is no word): The value must be a text or a number." in caplog.text


def test_a_mistake_in_the_sandbox_itself_is_answered_and_its_log_tells_no_value_of_the_path(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    del app.extensions["sandbox"].seeds.filterable["clients"]

    answer = app.test_client().get("/v2/clients/nhs_number/9999999999", headers=KEYS)

    assert (answer.status_code, answer.headers["X-Sandbox"]) == (500, "invented")
    assert "GET /v2/clients broke the sandbox" in caplog.messages
    assert "9999999999" not in caplog.text


def test_a_body_above_the_limit_is_refused(client: FlaskClient) -> None:
    answer = put(client, b" " * (32 * 1024 * 1024 + 1))

    assert answer.status_code == 413
    assert answer.json is not None
    assert answer.json["invented_by_the_sandbox"] is True


def test_a_body_of_unknown_length_is_refused(client: FlaskClient) -> None:
    assert client.put(PUT, headers=KEYS, content_type="application/json").status_code == 411


@pytest.mark.parametrize(
    ("shape", "status", "body"),
    [
        ("empty", 200, ""),
        ("created-empty", 201, ""),
        ("text", 200, "OK"),
        ("201-id", 201, {"id": 1, "invented_by_the_sandbox": True}),
        ("array", 200, [1]),
    ],
)
def test_the_shape_of_the_answer_can_be_chosen(client: FlaskClient, shape: str, status: int, body: object) -> None:
    assert client.post("/_sandbox/answers", json={"shape": shape}).status_code == 200

    answer = put(client, [PERSON])

    assert answer.status_code == status
    assert (answer.json if answer.is_json else answer.text) == body
    assert answer.headers["X-Sandbox"] == "invented"
    assert len(staged(client)) == 1


@pytest.mark.parametrize("wish", [{"shape": "round"}, {"colour": "green"}, [], "text"])
def test_an_unknown_shape_is_refused_with_the_known_ones(client: FlaskClient, wish: object) -> None:
    assert client.post("/_sandbox/answers", json=wish).status_code == 400
    assert client.get("/_sandbox/answers").json["answers"]["shape"] == "success"  # type: ignore[index]


def test_the_minimum_follows_the_profile() -> None:
    person = {name: value for name, value in PERSON.items() if name != "description"}
    profiles: dict[Any, int] = {"2019": 422, "2023": 200, "any": 200}
    for profile, status in profiles.items():
        app = create_sandbox(source=KEYS["Source"], org=KEYS["Org"], user=KEYS["User"], profile=profile)

        assert put(app.test_client(), [person]).status_code == status


def test_staged_referrals_can_be_searched_and_narrowed(client: FlaskClient) -> None:
    put(client, [PERSON])
    put(client, [PERSON | {"description": "rg-2222-aaaa", "source": "2", "referral_role": "1"}])

    assert [item["id"] for item in staged(client, search="RG-2222-AAAA")] == [2]
    assert [item["id"] for item in staged(client, search="alys  TESTPERSON")] == [1, 2]
    assert [item["id"] for item in staged(client, source="2")] == [2]
    assert staged(client, state="imported") == []
    assert client.get("/_sandbox/staged?state=lost").status_code == 400


def test_a_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    answer = client.post(PUT, headers=KEYS)

    assert (answer.status_code, answer.is_json) == (405, True)
    assert "PUT" in answer.headers["Allow"]


def test_keys_can_be_rotated(client: FlaskClient) -> None:
    assert client.post("/_sandbox/keys", json={"org": "new-org"}).status_code == 200

    assert put(client, [PERSON]).status_code == 401
    assert put(client, [PERSON], Org="new-org").status_code == 200


@pytest.mark.parametrize("wish", [{}, {"colour": "x"}, {"org": ""}, {"org": 5}])
def test_a_wrong_rotation_changes_nothing(client: FlaskClient, wish: dict[str, Any]) -> None:
    assert client.post("/_sandbox/keys", json=wish).status_code == 400
    assert put(client, [PERSON]).status_code == 200


def test_reset_goes_back_to_the_first_state(client: FlaskClient) -> None:
    put(client, [PERSON])
    client.post("/external-referral-manager/1/import")
    client.post("/_sandbox/keys", json={"org": "new-org"})
    client.post("/_sandbox/answers", json={"shape": "empty"})
    client.post("/_sandbox/faults", json={"status": 503})

    assert client.post("/_sandbox/reset").status_code == 200

    assert staged(client) == []
    assert client.get("/_sandbox/faults").json["faults"] == []  # type: ignore[index]
    assert client.get("/clients/14").status_code == 404
    calls = client.get("/_sandbox/calls").json
    assert calls is not None
    assert (calls["calls"], calls["put_bodies_read"]) == ({}, 0)
    assert put(client, [PERSON]).json == {"success": True, "invented_by_the_sandbox": True}
    assert staged(client)[0]["id"] == 1


def test_calls_are_counted_without_the_values_in_their_paths(client: FlaskClient) -> None:
    put(client, [PERSON])
    put(client, [])
    client.get("/v2/clients/nhs_number/9999999999", headers=KEYS)
    client.get("/v2/dictionary/client_type")

    calls = client.get("/_sandbox/calls").json

    assert calls is not None
    assert calls["calls"] == {"GET /v2/clients": 1, "GET /v2/dictionary": 1, "PUT /v2/external_referral": 2}
    assert calls["put_bodies_read"] == 2


def test_what_a_file_holds_survives_a_restart(tmp_path: Path) -> None:
    def start() -> Flask:
        return create_sandbox(
            source=KEYS["Source"], org=KEYS["Org"], user=KEYS["User"], database=str(tmp_path / "sandbox.db")
        )

    put(start().test_client(), [PERSON])

    again = start().test_client()
    assert len(staged(again)) == 1
    assert again.get("/clients/14").status_code == 404
