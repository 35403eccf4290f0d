"""Wishes for faults are read exactly, queued, and used up call by call."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.sandbox.faults import KEYS as FAULT_KEYS
from gateway.sandbox.faults import Fault, FaultQueue, parse_fault
from tests.sandbox.conftest import KEYS


def test_json_and_form_values_mean_the_same() -> None:
    wish = {"calls": 2, "status": 503, "headers": {"Retry-After": "30"}, "latency": 0.5, "methods": ["PUT", "GET"]}
    form = {"calls": "2", "status": "503", "headers": '{"Retry-After": "30"}', "latency": ".5", "methods": "put, GET"}

    assert parse_fault(wish) == parse_fault(form)
    assert parse_fault({"garbage": "true"}) == Fault(garbage=True)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"colour": "green"}, "The keys are: calls, methods, groups, latency"),
        ({}, "does nothing"),
        ({"calls": 3}, "does nothing"),
        ({"status": 503, "calls": 0}, "calls must be"),
        ({"status": 503, "calls": True}, "calls must be"),
        ({"status": 99}, "between 200 and 599"),
        ({"status": "soon"}, "status must be"),
        ({"cut": "middle"}, "before, after, body"),
        ({"latency": -1}, "latency must be"),
        ({"latency": "nan"}, "latency must be"),
        ({"drip": [1]}, "drip must be"),
        ({"garbage": "perhaps"}, "true or false"),
        ({"hang": True, "cut": "after"}, "cut, hang"),
        ({"status": 500, "methods": [1]}, "methods must be"),
        ({"status": 500, "headers": "no"}, "headers must be"),
        ({"status": 500, "headers": [1]}, "headers must be"),
        ({"status": 500, "headers": {"A": "b\r\nC: d"}}, "control characters"),
        ({"status": 500, "headers": {"A": "\u2013"}}, "headers must be"),
        ({"cut": "after", "processed": True}, "processed goes with"),
    ],
)
def test_a_wrong_wish_is_refused_in_words(client: FlaskClient, wish: dict[str, Any], said: str) -> None:
    answer = client.post("/_sandbox/faults", json=wish)

    assert answer.status_code == 400
    assert answer.json is not None
    assert said in answer.json["error"]


def test_broken_json_is_refused(client: FlaskClient) -> None:
    assert client.post("/_sandbox/faults", data="{", content_type="application/json").status_code == 400


def test_faults_are_used_up_in_their_order_by_the_calls_that_match() -> None:
    queue = FaultQueue()
    queue.add(Fault(status=503, methods=("PUT",), calls=2))
    queue.add(Fault(status=500))

    taken = [queue.take(method) for method in ("GET", "PUT", "PUT", "PUT", "GET")]

    assert [fault and fault.status for fault in taken] == [500, 503, 503, None, None]


def test_waiting_faults_are_listed_and_cleared(client: FlaskClient) -> None:
    client.post("/_sandbox/faults", json={"status": 503, "calls": 2})
    client.post("/_sandbox/faults", json={"cut": "body"})
    client.get("/v2/dictionary", headers=KEYS)

    waiting = client.get("/_sandbox/faults").json
    assert waiting is not None
    assert [(fault["status"], fault["cut"], fault["calls"]) for fault in waiting["faults"]] == [
        (503, None, 1),
        (None, "body", 1),
    ]
    assert set(waiting["faults"][0]) == set(FAULT_KEYS)

    assert client.delete("/_sandbox/faults").json["faults"] == []  # type: ignore[index]
    assert client.get("/v2/dictionary", headers=KEYS).status_code == 200


def test_faults_leave_the_manager_and_the_sandbox_itself_alone(client: FlaskClient) -> None:
    client.post("/_sandbox/faults", json={"status": 503})

    assert client.get("/external-referral-manager").status_code == 200
    assert client.get("/_sandbox/staged").status_code == 200
    assert client.get("/v2/dictionary", headers=KEYS).status_code == 503


def test_a_fault_of_the_connection_needs_one(client: FlaskClient) -> None:
    client.post("/_sandbox/faults", json={"garbage": True})

    with pytest.raises(RuntimeError, match="make_server"):
        client.get("/v2/dictionary", headers=KEYS)
