"""What no page documents can be answered in each shape that it may have, and always says that it is invented."""

import itertools
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.sandbox.state import SHAPES
from tests.sandbox.conftest import KEYS


def get(client: FlaskClient, path: str, **shapes: str) -> TestResponse:
    assert client.post("/_sandbox/answers", json=shapes).status_code == 200
    answer = client.get(f"/v2/{path}", headers=KEYS)
    assert answer.headers["X-Sandbox"] == "invented"
    return answer


A, B = {"id": 1}, {"id": 2}


@pytest.mark.parametrize(
    ("shape", "body"),
    [("list", [A, B]), ("data", {"data": [A, B]}), ("results", {"results": [A, B]}), ("map", {"1": A, "2": B})],
)
def test_a_list_comes_in_the_chosen_shape(client: FlaskClient, shape: str, body: object) -> None:
    assert get(client, "clients/id/1;2/field/id", list_shape=shape).json == body


@pytest.mark.parametrize(("shape", "body"), [("list", [A]), ("object", A), ("data", {"data": A})])
def test_a_single_record_comes_in_the_chosen_shape(client: FlaskClient, shape: str, body: object) -> None:
    assert get(client, "clients/id/1/field/id", single_shape=shape).json == body
    assert client.get("/v2/clients/1/field/id", headers=KEYS).json == body
    assert client.get("/v2/clients/id/1;2/field/id", headers=KEYS).json == [A, B]


@pytest.mark.parametrize(
    ("shape", "status", "body"),
    [
        ("empty", 200, "[]"),
        ("object", 200, "{}"),
        ("nothing", 200, ""),
        ("message", 200, '{"message": "Nothing was found.", "invented_by_the_sandbox": true}'),
        ("404", 404, '{"error": "Nothing was found.", "problems": [], "invented_by_the_sandbox": true}'),
    ],
)
@pytest.mark.parametrize("path", ["clients/type/99", "clients/id/99"])
def test_nothing_found_is_said_in_the_chosen_way(
    client: FlaskClient, shape: str, status: int, body: str, path: str
) -> None:
    answer = get(client, path, none_shape=shape)

    assert answer.status_code == status
    assert _squeezed(answer.text) == _squeezed(body)


@pytest.mark.parametrize(
    ("shape", "body"),
    [("map", {"1": "Sampleshire", "2": "Elsewhere"}),
     ("list", [{"id": "1", "name": "Sampleshire"}, {"id": "2", "name": "Elsewhere"}]),
     ("data", {"data": [{"id": "1", "name": "Sampleshire"}, {"id": "2", "name": "Elsewhere"}]})],
)  # fmt: skip
def test_a_dictionary_comes_in_the_chosen_shape(client: FlaskClient, shape: str, body: object) -> None:
    assert get(client, "dictionary/organisations/county", dictionary_shape=shape).json == body
    assert client.get("/v2/dictionary", headers=KEYS).json["organisations/county"] == body  # type: ignore[index]


@pytest.mark.parametrize("path", ["workers/selectable_fields", "clients/filterable_fields", "done_contacts/metrics"])
def test_a_list_of_fields_comes_as_names_labels_or_objects(client: FlaskClient, path: str) -> None:
    names = get(client, path, fields_shape="list").json
    labels = get(client, path, fields_shape="map").json
    objects = get(client, path, fields_shape="objects").json

    assert names == list(labels or {})
    assert objects == [{"name": name, "label": label} for name, label in (labels or {}).items()]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("mixed", {"id": 503, "client": 1, "project": "1", "description": "7"}),
        ("string", {"id": "503", "client": "1", "project": "1", "description": "7"}),
        ("number", {"id": 503, "client": 1, "project": 1, "description": "7"}),
    ],
)
def test_ids_are_written_as_the_chosen_kind(client: FlaskClient, kind: str, body: dict[str, Any]) -> None:
    client.post("/v2/referrals/id/503", json={"description": "7"}, headers=KEYS)

    assert get(client, "referrals/id/503/field/id;client;project;description", id_type=kind).json == [body]


def test_ids_of_dictionaries_and_reports_can_be_numbers(client: FlaskClient) -> None:
    listed = get(client, "dictionary/organisations/county", id_type="number", dictionary_shape="list")
    report = client.get("/v2/clients/dimension/county", headers=KEYS)

    assert [each["id"] for each in listed.json or []] == [1, 2]
    assert report.json == [{"county": 1, "count": 13}]


@pytest.mark.parametrize(("kind", "id_"), [("string", "14"), ("number", 14), ("mixed", 14)])
def test_the_number_of_a_new_record_follows(client: FlaskClient, kind: str, id_: object) -> None:
    client.post("/_sandbox/answers", json={"id_type": kind})

    answer = client.put("/v2/clients", json={"first_name": "Alys", "surname": "Testperson"}, headers=KEYS)

    assert answer.json["id"] == id_  # type: ignore[index]


@pytest.mark.parametrize(
    ("shape", "body"),
    [("null", {"id": 2, "nhs_number": None, "school": None}),
     ("empty-text", {"id": 2, "nhs_number": "", "school": ""}),
     ("left-out", {"id": 2})],
)  # fmt: skip
def test_empty_values(client: FlaskClient, shape: str, body: object) -> None:
    client.post("/v2/clients/id/2", json={"school": ""}, headers=KEYS)

    assert get(client, "clients/id/2/field/id;nhs_number;school", null_shape=shape).json == [body]


@pytest.mark.parametrize(
    ("shape", "kind", "words"),
    [
        ("object", "application/json", '{"error":'),
        ("list", "application/json", '[{"error":'),
        ("text", "text/plain", "Filters come in pairs"),
        ("html", "text/html", "<!doctype html>"),
        ("empty", "text/html", ""),
    ],
)
def test_errors_keep_their_status(client: FlaskClient, shape: str, kind: str, words: str) -> None:
    answer = get(client, "clients/type", error_shape=shape)

    assert (answer.status_code, answer.mimetype) == (404, kind)
    assert _squeezed(answer.text).startswith(_squeezed(words))
    assert shape == "empty" or "invented" in answer.text.lower()
    assert (answer.text == "") == (shape == "empty")


def test_what_the_sandbox_says_of_itself_keeps_its_shape(client: FlaskClient) -> None:
    client.post("/_sandbox/answers", json={"error_shape": "empty"})

    assert client.post("/_sandbox/answers", json={"colour": "red"}).json["error"]  # type: ignore[index]


@pytest.mark.parametrize("status", ["401", "403"])
def test_keys_that_are_not_accepted(client: FlaskClient, status: str) -> None:
    client.post("/_sandbox/answers", json={"keys_status": int(status)})

    assert client.get("/v2/clients", headers=KEYS | {"Org": "wrong"}).status_code == int(status)


PATHS = ["clients/id/1", "clients/id/1;2", "clients/type/99", "clients/dimension/type", "clients/selectable_fields",
         "dictionary/client_type", "clients/shoe_size/7"]  # fmt: skip


def test_every_two_shapes_go_together_and_say_that_they_are_invented(client: FlaskClient) -> None:
    for (first, others), (second, more) in itertools.combinations(list(SHAPES.items())[1:], 2):
        # The last of each is one that the sandbox does not do unasked.
        client.post("/_sandbox/reset")
        for path in PATHS:
            assert get(client, path, **{first: others[-1], second: more[-1]}).status_code < 500


def _squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_friendly_names_of_schedules_come_in_the_shape_of_a_dictionary(client: FlaskClient) -> None:
    assert {"id": "worker", "name": "Worker"} in get(client, "schedules/friendly_names", dictionary_shape="list").json  # type: ignore[operator]
