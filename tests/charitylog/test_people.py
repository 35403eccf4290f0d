"""People of an external referral: what a page asks for is seen to before anything is sent."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from gateway.charitylog import Client, with_ids

from .server import Server

ClientOf = Callable[..., Client]
ADA: dict[str, Any] = {
    "org_type_id": 7,
    "first_name": "Ada",
    "surname": "Testperson",
    "description": "Help",
    "project": "3",
}
BOB: dict[str, Any] = {"org_type_id": "9", "first_name": "Bob", "surname": "Testperson"}


def without(person: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in person.items() if name not in names}


@pytest.mark.parametrize(
    ("people", "minimum", "missing"),
    [
        ([without(ADA, "first_name")], "both", "person 1: first_name is missing"),
        ([without(ADA, "description")], "both", "person 1: description is missing"),
        ([without(ADA, "description")], "2019", "person 1: description is missing"),
        ([ADA | {"surname": " "}], "2023", "person 1: surname is missing"),
        ([ADA, without(BOB, "first_name")], "2023", "person 2: first_name is missing"),
        ([ADA | {"source": "1"}], "both", "person 1: referral_role is missing"),
        ([ADA | {"source": "1", "referral_role": " "}], "both", "person 1: referral_role is missing"),
        ([ADA | {"relationships": {"1": "5"}}, BOB], "both", "relationships with person 2 is missing its way back"),
        ([ADA | {"carer_relationships": {1: "5"}}, BOB], "both", "carer_relationships with person 2"),
        ([ADA | {"relationships": {"2": "5"}}, BOB], "both", "names somebody who is no other person"),
        ([ADA | {"relationships": ["5"]}, BOB], "both", "relationships must be a map of other people's places"),
        ([ADA | {"relationships": {"0": "5"}}], "both", "names somebody who is no other person"),
    ],
)
def test_what_a_page_asks_for_and_is_not_there_is_named_and_nothing_is_sent(
    client_of: ClientOf, people: list[dict[str, Any]], minimum: str, missing: str
) -> None:
    with Server() as server, pytest.raises(ValueError, match=missing) as caught:
        client_of(server.url, minimum=minimum).external_referral.put(people)

    assert server.connections == 0
    assert "Ada" not in str(caught.value)


@pytest.mark.parametrize(
    ("person", "minimum"),
    [(without(ADA, "first_name"), "2019"), (without(ADA, "description"), "2023"), (ADA, "both")],
)
def test_what_a_reading_takes_is_sent(client_of: ClientOf, person: dict[str, Any], minimum: str) -> None:
    with Server() as server:
        client_of(server.url, minimum=minimum).external_referral.put([person])

    assert len(server.requests) == 1


def test_relationships_both_ways_are_sent(client_of: ClientOf) -> None:
    people = [ADA | {"relationships": {"1": "8"}}, BOB | {"relationships": {"0": "5"}, "source": 1, "referral_role": 2}]
    with Server() as server:
        client_of(server.url, body="json", ids="number").external_referral.put(people)

    first, second = json.loads(server.requests[0].body)
    assert (first["relationships"], second["relationships"]) == ({"1": "8"}, {"0": "5"})


@pytest.mark.parametrize(("ids", "expected"), [("string", ("7", "3", "9")), ("number", (7, 3, 9))])
def test_ids_are_written_as_the_reading_says(client_of: ClientOf, ids: str, expected: tuple[object, ...]) -> None:
    with Server() as server:
        client_of(server.url, body="json", ids=ids).external_referral.put([ADA, BOB])

    first, second = json.loads(server.requests[0].body)
    assert (first["org_type_id"], first["project"], second["org_type_id"]) == expected
    assert first["surname"] == "Testperson"


@pytest.mark.parametrize("text", ["007", " 7", "0", "-7", "٧", "7" * 5000])
def test_what_is_no_id_is_never_made_a_number(text: str) -> None:
    assert with_ids({"project": text}, "number") == {"project": text}


@pytest.mark.parametrize("people", [ADA, "Testperson", b"Testperson", None, 7, [ADA, "Testperson"], [None]])
def test_what_are_no_people_is_said_in_words_and_nothing_is_sent(client_of: ClientOf, people: Any) -> None:
    with Server() as server, pytest.raises(TypeError, match=r"must be a (list|map)") as caught:
        client_of(server.url).external_referral.put(people)

    assert server.connections == 0
    assert "Testperson" not in str(caught.value)


@pytest.mark.parametrize("gathered", [list, tuple, iter])
def test_people_may_be_gathered_in_any_way(client_of: ClientOf, gathered: Callable[[Any], Any]) -> None:
    with Server() as server:
        client_of(server.url, body="json").external_referral.put(gathered([ADA, BOB]))

    assert [each["first_name"] for each in json.loads(server.requests[0].body)] == ["Ada", "Bob"]


def test_nobody_is_refused(client_of: ClientOf) -> None:
    with pytest.raises(ValueError, match="one person at least"):
        client_of("http://127.0.0.1:1/v2").external_referral.put([])
