"""How the tests of records write to the sandbox, and read what it kept."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.sandbox.conftest import FORM, KEYS

ALYS = {"first_name": "Alys", "surname": "Testperson", "type": "7"}
REFERRAL = {
    "client_type": "7", "date": "2026-05-31", "project": "7", "template": "3", "stage": "2",
    "response_description": "Invented. Reference: RG-7K3F-9Q2M",
}  # fmt: skip


def write(client: FlaskClient, path: str, fields: object, method: str = "PUT", *, json: bool = False) -> TestResponse:
    sent: dict[str, Any] = {"json": fields} if json else {"data": fields, "content_type": FORM}
    return client.open(f"/v2/{path}", method=method, headers=KEYS, **sent)


def made(answer: TestResponse) -> int:
    """The number of the record that was made, in the shape in which the sandbox answers unasked."""
    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["invented_by_the_sandbox"] is True
    return int(answer.json["id"])


def make(client: FlaskClient, external_id: str = "RG-7K3F-9Q2M-0", **changes: str) -> int:
    return made(write(client, f"clients/external_id/{external_id}", ALYS | changes))


def refer(client: FlaskClient) -> int:
    """Make a client and a referral of it."""
    return made(write(client, "referrals", REFERRAL | {"client": str(make(client))}))


def known(client: FlaskClient, **query: str) -> list[dict[str, Any]]:
    found = client.get("/_sandbox/records", query_string=query).json
    assert isinstance(found, list)
    return found


def referral(client: FlaskClient, number: int) -> dict[str, Any]:
    (found,) = [each for one in known(client) for each in one["referrals"] if each["id"] == number]
    return dict(found)
