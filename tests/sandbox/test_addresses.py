"""An address means what was written: what a value holds never becomes a part of the path."""

from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.conftest import KEYS, Wire

NAMED = {"first_name": "Alys", "surname": "Testperson"}
PIECES = [
    "id",
    "field",
    "metric",
    "dimension",
    "date",
    "/",
    "/",
    ";",
    ",",
    "1",
    "%",
    "%2F",
    "%zz",
    "%ff",
    "é",
    "\0",
    "?",
]
AWKWARD = "a/b;c,d%2Fe?f#g ..+ø€"


def external_ids(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(f"/v2/clients/{path}/field/external_id", headers=KEYS)
    assert isinstance(answer.json, list), answer.json
    return [each["external_id"] for each in answer.json]


@settings(max_examples=40, deadline=None)
@given(mine=st.text(min_size=1, max_size=12), other=st.text(max_size=12))
def test_any_value_comes_through_an_address_whole(shared: FlaskClient, mine: str, other: str) -> None:
    made = shared.put(f"/v2/clients/external_id/{quote(mine, safe='')}", json=NAMED, headers=KEYS)
    number = made.json["id"]  # type: ignore[index]

    several = f"{quote(other, safe='')};{quote(mine, safe='')}"

    assert external_ids(shared, f"external_id/{several}/id/{number}") == [mine]
    assert external_ids(shared, f"id/{number}/external_id/{several}") == [mine]


@settings(max_examples=80, deadline=None)
@given(raw=st.lists(st.sampled_from(PIECES)))
def test_no_address_brings_the_sandbox_down(shared: FlaskClient, raw: list[str]) -> None:
    for group in ("referrals", "extension_database", "dictionary/search"):
        assert shared.get(f"/v2/{group}/{''.join(raw)}", headers=KEYS).status_code in (200, 400, 404)


def test_an_awkward_value_comes_through_a_real_connection(wire: Wire) -> None:
    raw = quote(AWKWARD, safe="")
    wire.call("PUT", f"/v2/clients/external_id/{raw}", NAMED)

    assert [each["external_id"] for each in wire.call("GET", f"/v2/clients/external_id/{raw}").json] == [AWKWARD]  # type: ignore[index]
    assert wire.calls()["calls"] == {"GET /v2/clients": 1, "PUT /v2/clients": 1}


def test_only_a_raw_semicolon_separates(client: FlaskClient) -> None:
    for external_id in ("1;3", "1", "3"):
        client.put(f"/v2/clients/external_id/{quote(external_id)}", json=NAMED, headers=KEYS)

    assert external_ids(client, "external_id/1%3B3") == ["1;3"]
    assert external_ids(client, "external_id/1;3") == ["1", "3"]


@pytest.mark.parametrize("value", ["a%", "a%2", "a%zz", "%FF", "%C3"])
def test_an_address_that_cannot_be_decoded_is_refused(client: FlaskClient, value: str) -> None:
    answer = client.get(f"/v2/clients/external_id/{value}", headers=KEYS)

    assert answer.status_code == 400
    assert "%" in answer.json["error"] or "UTF-8" in answer.json["error"]  # type: ignore[index]


def test_a_fixed_word_may_be_escaped_needlessly(client: FlaskClient) -> None:
    assert client.get("/v2/clients/selectable%5ffields", headers=KEYS).status_code == 200


def test_an_escaped_slash_never_names_another_address(client: FlaskClient) -> None:
    assert client.get("/v2%2Fclients/selectable_fields", headers=KEYS).status_code == 404
    assert client.get("/v2/clients%2Fselectable_fields", headers=KEYS).status_code == 404


def test_an_address_may_name_the_host_as_to_a_proxy(app: Flask) -> None:
    environ = {"REQUEST_URI": "http://sandbox/v2/clients/external_id/a%2Fb?x=/", "PATH_INFO": "/v2/clients/x"}

    answer = app.test_client().get("/v2/clients/x", headers=KEYS, environ_overrides=environ)

    assert answer.json == []


def test_letters_beyond_ascii_need_no_escape(client: FlaskClient) -> None:
    client.put("/v2/clients/external_id/%C3%B8", json=NAMED, headers=KEYS)

    assert external_ids(client, "external_id/ø") == ["ø"]
