"""Files for clients and referrals, and clients found by external id: what is kept, what is refused, what faults do."""

import hashlib
import http.client
import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.sandbox.conftest import FORM, KEYS, PERSON, Wire

CONTENT = b"An invented letter.\r\n--not the end--\r\n" * 1000
SEEN = {"user_visibility": "1,2", "group_visibility": "3"}


def upload(
    client: FlaskClient, path: str, content: bytes = CONTENT, part: str = "file", **changes: str
) -> TestResponse:
    fields = {name: value for name, value in (SEEN | changes).items() if value}
    data = fields | {part: (io.BytesIO(content), "letter.pdf", "application/pdf")}
    return client.post(f"/v2/{path}/uploads", headers=KEYS, data=data)


def kept(client: FlaskClient) -> list[dict[str, Any]]:
    found = client.get("/_sandbox/uploads").json
    assert isinstance(found, list)
    return found


def stage_and_import(client: FlaskClient, external_id: str = "RG-7K3F-9Q2M", **choices: str) -> tuple[int, int]:
    """Stage a referral and import it; give the numbers of the client and of the referral."""
    person = PERSON | {"external_id": external_id}
    assert client.put("/v2/external_referral", headers=KEYS, json=[person]).status_code == 200
    number = client.get("/_sandbox/staged").json[-1]["id"]  # type: ignore[index]
    assert client.post(f"/external-referral-manager/{number}/import", data=choices).status_code == 303
    staged = client.get("/_sandbox/staged").json[-1]  # type: ignore[index]
    return staged["clients"][0], staged["referral"]


def find(client: FlaskClient, path: str) -> Any:
    answer = client.get(f"/v2/clients/{path}", headers=KEYS)
    assert answer.status_code == 200
    return answer.json


@pytest.mark.parametrize("part", ["file", "upload"])
def test_a_file_is_kept_by_what_it_was_with_its_visibilities(client: FlaskClient, part: str) -> None:
    answer = upload(client, "clients/id/3", part=part)

    assert answer.status_code == 201
    assert kept(client) == [
        {
            "kind": "client",
            "record": 3,
            "part": part,
            "name": "letter.pdf",
            "media_type": "application/pdf",
            "size": len(CONTENT),
            "sha256": hashlib.sha256(CONTENT).hexdigest(),
            "user_visibility": "1,2",
            "group_visibility": "3",
        }
    ]


def test_several_files_come_in_one_call_and_of_a_visibility_that_comes_twice_the_later_stands(
    client: FlaskClient,
) -> None:
    files = [(io.BytesIO(b"one"), "one.txt"), (io.BytesIO(b"two"), "two.txt")]
    data = {"user_visibility": ["1", "4,5"], "group_visibility": "3", "file": files}

    assert client.post("/v2/referrals/id/510/uploads", headers=KEYS, data=data).status_code == 201

    told = [(each["name"], each["user_visibility"], each["group_visibility"]) for each in kept(client)]
    assert told == [("one.txt", "4,5", "3"), ("two.txt", "4,5", "3")]


def test_a_repeat_makes_a_second_one(client: FlaskClient) -> None:
    upload(client, "clients/id/3")
    upload(client, "clients/id/3")

    assert len(kept(client)) == 2


def test_files_are_shown_with_their_record(client: FlaskClient) -> None:
    number, referral = stage_and_import(client)
    upload(client, f"clients/id/{number}")
    assert client.get(f"/clients/{number}").text.count("letter.pdf") == 1

    assert upload(client, f"referrals/id/{referral}").status_code == 201
    assert client.get(f"/clients/{number}").text.count("letter.pdf") == 2
    assert [each["kind"] for each in kept(client)] == ["client", "referral"]


@pytest.mark.parametrize("path", ["clients/id/999", "referrals/id/999"])
def test_a_file_for_a_record_that_is_not_there_is_refused(client: FlaskClient, path: str) -> None:
    assert upload(client, path).status_code == 404
    assert not kept(client)


@pytest.mark.parametrize("changes", [{"user_visibility": ""}, {"group_visibility": "all"}])
def test_a_visibility_that_is_missing_or_no_id_is_refused(client: FlaskClient, changes: dict[str, str]) -> None:
    assert upload(client, "clients/id/3", **changes).status_code == 422
    assert not kept(client)


def test_a_body_without_a_file_or_of_another_kind_is_refused(client: FlaskClient) -> None:
    bare = client.post("/v2/clients/id/3/uploads", headers=KEYS, data=SEEN, content_type="multipart/form-data")
    form = client.post("/v2/clients/id/3/uploads", headers=KEYS, data=SEEN, content_type=FORM)

    assert (bare.status_code, form.status_code) == (422, 415)
    assert client.post("/v2/clients/id/3/uploads", data=SEEN).status_code == 401


def test_an_import_keeps_the_external_id_and_clients_are_found_by_it(client: FlaskClient) -> None:
    first, _ = stage_and_import(client)
    second, _ = stage_and_import(client, "RG-0000-0001")

    found = find(client, "external_id/RG-7K3F-9Q2M;RG-0000-0001;RG-0000-0002/field/id;external_id")

    assert found == [
        {"id": first, "external_id": "RG-7K3F-9Q2M"},
        {"id": second, "external_id": "RG-0000-0001"},
    ]
    assert find(client, f"id/{first}")[0]["surname"] == "Testperson"
    assert find(client, "external_id/RG-0000-0003/field/id") == []


def test_a_client_that_has_an_external_id_keeps_it_when_it_is_linked(client: FlaskClient) -> None:
    known, _ = stage_and_import(client)

    assert stage_and_import(client, "RG-0000-0001", client_id=str(known))[0] == known
    assert stage_and_import(client, "RG-0000-0002", client_id="3")[0] == 3

    assert find(client, "external_id/RG-7K3F-9Q2M;RG-0000-0001;RG-0000-0002/field/id;external_id") == [
        {"id": 3, "external_id": "RG-0000-0002"},
        {"id": known, "external_id": "RG-7K3F-9Q2M"},
    ]


@pytest.mark.parametrize(
    ("shape", "answer"),
    [
        ("data", {"data": [{"id": 3, "external_id": "RG-0000-0002"}]}),
        ("map", {"3": {"id": 3, "external_id": "RG-0000-0002"}}),
    ],
)
def test_the_shape_of_a_list_can_be_chosen(client: FlaskClient, shape: str, answer: object) -> None:
    stage_and_import(client, "RG-0000-0002", client_id="3")
    client.post("/_sandbox/answers", data={"list_shape": shape})

    assert find(client, "external_id/RG-0000-0002/field/id;external_id") == answer


@pytest.mark.parametrize(("path", "status"), [("shoe_size/7", 400), ("id/3/field", 404)])
def test_a_filter_that_nobody_knows_or_half_of_one_is_refused(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(f"/v2/clients/{path}", headers=KEYS).status_code == status


# --- faults, on a real socket ---------------------------------------------------------------------

BOUNDARY = "invented"
BODY = (
    "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in SEEN.items()
    ).encode()
    + f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'.encode()
    + CONTENT
    + f"\r\n--{BOUNDARY}--\r\n".encode()
)
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def on_wire(wire: Wire) -> int:
    return len(wire.call("GET", "/_sandbox/uploads").json)


@pytest.mark.parametrize(("cut", "processed"), [("before", 0), ("after", 1), ("body", 1)])
def test_a_cut_leaves_a_file_or_none(wire: Wire, other: Wire, cut: str, processed: int) -> None:
    wire.fault(cut=cut, groups=["clients/uploads"])

    with pytest.raises((ConnectionError, http.client.HTTPException)):
        wire.call("POST", "/v2/clients/id/3/uploads", BODY, MULTIPART)

    assert on_wire(other) == processed


def test_a_status_swallows_the_file(wire: Wire) -> None:
    wire.fault(status=503, groups=["clients/uploads"])

    assert wire.call("POST", "/v2/clients/id/3/uploads", BODY, MULTIPART).status == 503
    assert wire.call("POST", "/v2/clients/id/3/uploads", BODY, MULTIPART).status == 201
    assert on_wire(wire) == 1


def test_a_file_that_was_cut_off_is_not_kept(wire: Wire, other: Wire) -> None:
    wire.connection.putrequest("POST", "/v2/clients/id/3/uploads")
    for name, value in {**KEYS, **MULTIPART, "Content-Length": str(len(BODY))}.items():
        wire.connection.putheader(name, value)
    wire.connection.endheaders(BODY[:20_000])
    wire.connection.close()

    assert other.calls()
    assert on_wire(other) == 0


def test_a_large_file_is_taken(wire: Wire) -> None:
    large = BODY.replace(CONTENT, b"x" * 40 * 1024 * 1024)

    assert wire.call("POST", "/v2/clients/id/3/uploads", large, MULTIPART).status == 201
