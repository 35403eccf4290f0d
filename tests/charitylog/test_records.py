"""Clients, relationships and referrals: which verb goes where, with which bytes, in either reading of the pages."""

from collections.abc import Callable

import pytest

from gateway.charitylog import Client, encode, encode_fields
from gateway.charitylog.verbs import verbs

from .server import Server

ClientOf = Callable[..., Client]
FIELDS = encode_fields({"first_name": "Alys & Bob", "surname": "Tëst", "type": 7})
PAIR = encode([{"relation_first_to_second": "5", "relation_second_to_first": "8"}], "json")


@pytest.mark.parametrize(
    ("call", "classic", "current"),
    [
        (lambda c: c.clients.create(FIELDS), "PUT clients", "POST clients"),
        (lambda c: c.clients.update("17", FIELDS), "POST clients/id/17", "PUT clients/id/17"),
        (lambda c: c.referrals.create(FIELDS), "PUT referrals", "POST referrals"),
        (lambda c: c.referrals.update("510", FIELDS), "POST referrals/id/510", "PUT referrals/id/510"),
        (
            lambda c: c.clients.create_by_external_id("RG-7K3F-9Q2M-0", FIELDS),
            "PUT clients/external_id/RG-7K3F-9Q2M-0",
            "PUT clients/external_id/RG-7K3F-9Q2M-0",
        ),
        (
            lambda c: c.relationships.put("17", "18", PAIR),
            "PUT relationship_details/17/18",
            "PUT relationship_details/17/18",
        ),
    ],
)
def test_the_verb_is_that_of_the_reading_and_the_address_is_the_documented_one(
    client_of: ClientOf, call: Callable[[Client], object], classic: str, current: str
) -> None:
    with Server() as server:
        call(client_of(server.url))
        call(client_of(server.url, writes="current"))

    lines = [request.line for request in server.requests]
    assert lines == [f"{verb} /v2/{path} HTTP/1.1" for verb, path in (classic.split(), current.split())]
    assert {request.body for request in server.requests} <= {FIELDS.content, PAIR.content}


def test_no_id_can_change_the_address(client_of: ClientOf) -> None:
    with Server() as server:
        client_of(server.url).clients.create_by_external_id("a/b;c ?d#..", FIELDS)

    assert [each.line for each in server.requests] == ["PUT /v2/clients/external_id/a%2Fb%3Bc%20%3Fd%23.. HTTP/1.1"]


def test_a_reading_that_is_none_is_refused_by_naming_those_known() -> None:
    with pytest.raises(ValueError, match="classic, current"):
        verbs("new")  # type: ignore[arg-type]


def test_fields_go_out_as_plain_pairs_in_utf_8() -> None:
    assert FIELDS.content_type == "application/x-www-form-urlencoded"
    assert FIELDS.content == b"first_name=Alys+%26+Bob&surname=T%C3%ABst&type=7"
    assert "Alys" not in repr(FIELDS)


@pytest.mark.parametrize("value", [True, None, ["canary"], {"1": "canary"}, 1.5])
def test_a_value_without_a_documented_form_is_refused_by_the_name_of_its_field(value: object) -> None:
    with pytest.raises(TypeError, match="notes") as caught:
        encode_fields({"notes": value})

    assert "canary" not in str(caught.value)


def test_half_a_character_and_a_bracketed_name_are_refused_without_being_shown() -> None:
    with pytest.raises(ValueError, match="surrogate") as half:
        encode_fields({"notes": "canary\ud800"})
    with pytest.raises(ValueError, match="square bracket"):
        encode_fields({"notes[0]": "canary"})

    assert "canary" not in str(half.value)
    assert half.value.__suppress_context__
