"""Clients, relationships and referrals: which verb goes where, with which bytes, in either reading of the pages."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

import pytest

from gateway.charitylog import Client, Upload, encode, encode_fields, extension_name
from gateway.charitylog.readings import Readings

from .server import Server, answering, http

ClientOf = Callable[..., Client]
FIELDS = encode_fields({"first_name": "Alys & Bob", "surname": "Tëst", "type": 7})
UPLOAD = Upload("letter.txt", "text/plain", 1, [b"x"])
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
        (
            lambda c: c.due_contacts.create(510, FIELDS),
            "PUT due_contacts/referral/510",
            "POST due_contacts/referral/510",
        ),
        (lambda c: c.due_contacts.update(8, FIELDS), "POST due_contacts/id/8", "POST due_contacts/8"),
        (
            lambda c: c.done_contacts.create(510, FIELDS),
            "POST done_contacts/referral/510",
            "POST done_contacts/referral/510",
        ),
        (lambda c: c.done_contacts.update(8, FIELDS), "POST done_contacts/id/8", "PUT done_contacts/8"),
        (
            lambda c: c.extension_database("staff_disciplinary_13").create(FIELDS),
            "PUT extension_database/staff_disciplinary_13",
            "PUT extension_database/staff_disciplinary_13",
        ),
        (
            lambda c: c.extension_database("wellcheck_notes_9").update(17, FIELDS),
            "POST extension_database/wellcheck_notes_9/id/17",
            "POST extension_database/wellcheck_notes_9/id/17",
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


@pytest.mark.parametrize("number", [None, True, 1.5, b"7"])
@pytest.mark.parametrize(
    "call",
    [
        lambda c, number: c.workers.get(number),
        lambda c, number: c.workers.one(number),
        lambda c, number: c.clients.update(number, FIELDS),
        lambda c, number: c.clients.create_by_external_id(number, FIELDS),
        lambda c, number: c.referrals.update(number, FIELDS),
        lambda c, number: c.due_contacts.create(number, FIELDS),
        lambda c, number: c.done_contacts.create(number, FIELDS),
        lambda c, number: c.done_contacts.update(number, FIELDS),
        lambda c, number: c.done_contacts.complete(number, "2026-05-31", "2026-05-31"),
        lambda c, number: c.extension_database("wellcheck_notes_9").update(number, FIELDS),
        lambda c, number: c.relationships.put(7, number, PAIR),
        lambda c, number: c.uploads.post("clients", number, UPLOAD, user_visibility="1", group_visibility="1"),
    ],
)
def test_what_is_no_id_names_no_record(
    client_of: ClientOf, call: Callable[[Client, object], object], number: object
) -> None:
    with Server() as server, pytest.raises(TypeError, match="An id must be"):
        call(client_of(server.url), number)
    assert server.connections == 0


class Project(int, Enum):
    TRIAGE = 3


class Title(str, Enum):  # noqa: UP042  # as older scripts have it; a StrEnum writes its value by itself
    DR = "Dr"


def test_a_member_of_an_enumeration_is_its_value_everywhere(client_of: ClientOf) -> None:
    person = {"org_type_id": Project.TRIAGE, "first_name": Title.DR, "surname": "Testperson", "description": "Help"}
    with Server(answering(http(b'[{"id": 3}]'))) as server:
        client = client_of(server.url)
        client.clients.filter(title=Title.DR, project=[Project.TRIAGE]).answer()
        client.clients.one(Project.TRIAGE)
        client.clients.create({"title": Title.DR, "project": Project.TRIAGE})
        client.external_referral.put([person])
        client_of(server.url, body="json", ids="number").external_referral.put([person])

    assert [each.line.split()[1] for each in server.requests[:2]] == [
        "/v2/clients/title/Dr/project/3",
        "/v2/clients/id/3",
    ]
    assert server.requests[2].body == b"title=Dr&project=3"
    assert server.requests[3].body.startswith(b"0%5Borg_type_id%5D=3&0%5Bfirst_name%5D=Dr&")
    assert server.requests[4].body.startswith(b'[{"org_type_id":3,"first_name":"Dr",')


@pytest.mark.parametrize(
    ("name", "there_are"),
    [("writes", "classic, current"), ("body", "form, form-json, json"), ("ids", "string, number"),
     ("minimum", "both, 2019, 2023")],
)  # fmt: skip
def test_a_reading_that_is_none_is_refused_by_naming_those_known(name: str, there_are: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be one of: {there_are}"):
        Readings(**{name: "new"})


def test_fields_go_out_as_plain_pairs_in_utf_8() -> None:
    assert FIELDS.content_type == "application/x-www-form-urlencoded"
    assert FIELDS.content == b"first_name=Alys+%26+Bob&surname=T%C3%ABst&type=7"
    assert "Alys" not in repr(FIELDS)


@pytest.mark.parametrize("value", [True, None, ["canary"], {"1": "canary"}, 1.5])
def test_a_value_without_a_documented_form_is_refused_by_the_name_of_its_field(value: object) -> None:
    with pytest.raises(TypeError, match="notes") as caught:
        encode_fields({"notes": value})

    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("fields", [None, "surname", [("surname", "Testperson")]])
def test_what_are_no_fields_is_said_in_words(client_of: ClientOf, fields: Any) -> None:
    client = client_of("http://127.0.0.1:1/v2")
    with pytest.raises(TypeError, match="must be a map of names and values"):
        client.relationships.put(7, 8, fields)
    for call in (client.clients.create, client.referrals.create, client.extension_database("wellcheck_notes_9").create):
        with pytest.raises(TypeError, match="must be a map of names and values"):
            call(fields)


def test_half_a_character_and_a_bracketed_name_are_refused_without_being_shown() -> None:
    with pytest.raises(ValueError, match="surrogate") as half:
        encode_fields({"notes": "canary\ud800"})
    with pytest.raises(ValueError, match="square bracket"):
        encode_fields({"notes[0]": "canary"})

    assert "canary" not in str(half.value)
    assert half.value.__context__ is None


def test_an_action_is_completed_by_both_its_dates(client_of: ClientOf) -> None:
    with Server() as server:
        client_of(server.url).done_contacts.complete(8, date(2026, 5, 31), datetime(2026, 5, 31, 13, 45))  # noqa: DTZ001
        client_of(server.url, writes="current").done_contacts.complete(8, "2026-05-31", "2026-05-31", {"stage": 1})

    assert [(each.line.split()[1], each.body) for each in server.requests] == [
        ("/v2/done_contacts/id/8", b"start_date=2026-05-31&end_date=2026-05-31+13%3A45%3A00"),
        ("/v2/done_contacts/8", b"stage=1&start_date=2026-05-31&end_date=2026-05-31"),
    ]


def test_a_time_in_some_zone_is_refused_since_nobody_knows_the_zone_of_the_api(client_of: ClientOf) -> None:
    with Server() as server, pytest.raises(ValueError, match=r"^end_date: the API's times have no zone"):
        client_of(server.url).done_contacts.complete(8, date(2026, 5, 31), datetime(2026, 5, 31, 13, tzinfo=UTC))
    assert server.connections == 0


def test_the_name_of_an_extension_database_is_made_as_the_page_says() -> None:
    assert extension_name("Staff Disciplinary", 13) == "staff_disciplinary_13"
    assert extension_name("Wellcheck Notes", 9) == "wellcheck_notes_9"
