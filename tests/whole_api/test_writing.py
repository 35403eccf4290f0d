"""What is written is there afterwards, in both readings of the verbs: clients, ties, referrals, contacts, and more."""

from collections.abc import Callable
from typing import Any

import pytest

from gateway.charitylog import Client, text_of
from tests.whole_api.conftest import Service

LETTERS = {"first_name": "Ada", "surname": "Testperson"}
REFERRAL = {
    "client": 3, "client_type": 9, "date": "2026-11-20", "project": 7, "template": 3, "stage": 2,
    "response_description": "Invented: asks for a visit.",
}  # fmt: skip
ACTION = {"user": 3, "start_date": "2026-12-01", "end_date": "2026-12-02", "description": "Invented: ring back."}
BOTH_WAYS = {"there": "5", "back": "8"}


@pytest.fixture(params=["classic", "current"])
def writer(request: pytest.FixtureRequest, service: Service, clients: Callable[..., Client]) -> Client:
    """A client in each reading of the verbs."""
    return clients(writes=request.param)


def has(record: Any, expected: dict[str, object]) -> bool:
    """Are all of these in a record, as text or as numbers?"""
    return {name: text_of(record, name) for name in expected} == {name: str(each) for name, each in expected.items()}


# --- clients --------------------------------------------------------------------------------------


def test_a_client_is_made(writer: Client, service: Service) -> None:
    before = service.clients()

    number = writer.clients.create(LETTERS | {"type": 8}).new_id()
    plain = writer.clients.create(LETTERS).new_id()

    made = {each: fields["fields"] for each, fields in service.clients().items() if each not in before}
    assert [str(each) for each in made] == [number, plain]
    assert has(made[int(number or 0)], LETTERS | {"type": 8})
    assert has(made[int(plain or 0)], LETTERS | {"type": 1})  # as the page says of a client without a type


def test_a_client_is_made_with_an_id_of_another_system(writer: Client) -> None:
    number = writer.clients.create_by_external_id("RG/0000;0000-0", LETTERS).new_id()

    (found,) = writer.clients.filter(external_id="RG/0000;0000-0")
    assert has(found, LETTERS | {"id": number, "external_id": "RG/0000;0000-0"})


def test_a_client_is_changed(writer: Client) -> None:
    before = dict(writer.clients.one(3))

    assert writer.clients.update(3, {"postcode": "SA9 9ZZ", "district": 4}).status == 200

    after = dict(writer.clients.one(3))
    assert has(after, {"postcode": "SA9 9ZZ", "district": 4})
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert changed == {"postcode", "district"}


def ties(service: Service, first: int, second: int) -> dict[str, str]:
    """Give what the first client is to the second."""
    related = service.clients()[first]["relationships"]
    return {tie["kind"]: tie["relationship"] for tie in related if tie["to"] == second}


def test_an_update_relates_two_clients(writer: Client, service: Service) -> None:
    tie = {"id_second": 7, "relationship_first_to_second": 5, "relationship_second_to_first": 8}
    carers = {"relationship_first_to_second_carer": 3, "relationship_second_to_first_carer": 4}

    writer.clients.update(5, tie)
    assert (ties(service, 5, 7), ties(service, 7, 5)) == ({"relationships": "5"}, {"relationships": "8"})

    writer.clients.update(5, tie | carers)
    assert ties(service, 5, 7) == {"relationships": "5", "carer_relationships": "3"}
    assert ties(service, 7, 5) == {"relationships": "8", "carer_relationships": "4"}


@pytest.mark.parametrize("body", ["form", "form-json", "json"])
def test_relationship_details_relate_two_clients(service: Service, clients: Callable[..., Client], body: str) -> None:
    client = clients(body=body)
    details = {"relation_first_to_second": 5, "relation_second_to_first": 8, "major": "Y", "joint_address": "N"}

    client.relationships.put(5, 7, details)

    assert (ties(service, 5, 7), ties(service, 7, 5)) == ({"relationships": "5"}, {"relationships": "8"})
    (found,) = client.clients.filter(id=5).fields("relationship_details")
    (told,) = found["relationship_details"]  # type: ignore[misc]
    assert has(told, {"id_second": 7, "relationship": 5, "major": "Y", "joint_address": "N"})


# --- referrals and contacts -----------------------------------------------------------------------


def test_a_referral_is_made(writer: Client, service: Service) -> None:
    number = writer.referrals.create(REFERRAL).new_id()

    assert has(writer.referrals.one(number or ""), REFERRAL | {"referral_complete": "Y"})
    assert [str(each["id"]) for each in service.clients()[3]["referrals"]].count(str(number)) == 1


def test_a_referral_is_changed(writer: Client) -> None:
    writer.referrals.update(510, {"priority": 1, "stage": 4})

    assert has(writer.referrals.one(510), {"priority": 1, "stage": 4, "project": 2})
    assert not has(writer.referrals.one(507), {"priority": 1})


def test_an_action_is_made_for_a_referral(writer: Client) -> None:
    number = writer.due_contacts.create(2289, ACTION).new_id()

    assert has(writer.due_contacts.one(number or ""), ACTION | {"referral": 2289, "client": 3})
    assert [text_of(each, "id") for each in writer.due_contacts.filter(referral=2289)] == ["405", number]


def test_an_action_is_changed(writer: Client) -> None:
    writer.due_contacts.update(405, {"user": 4, "start_date": "2026-12-04 15:00:00"})

    assert has(writer.due_contacts.one(405), {"user": 4, "start_date": "2026-12-04 15:00:00", "referral": 2289})


def test_an_action_is_completed_and_keeps_its_id(writer: Client) -> None:
    writer.done_contacts.complete(405, "2026-12-03 15:05:00", "2026-12-03 15:40:00", {"stage": 4})

    done = {"referral": 2289, "start_date": "2026-12-03 15:05:00", "end_date": "2026-12-03 15:40:00", "stage": 4}
    assert has(writer.done_contacts.one(405), done)
    assert list(writer.due_contacts.filter(referral=2289)) == []


def test_a_completed_contact_is_changed(writer: Client) -> None:
    writer.done_contacts.update(127, {"travel_time": 20, "travel_mileage": 3})

    assert has(writer.done_contacts.one(127), {"travel_time": 20, "travel_mileage": 3, "referral": 507})


def test_what_was_done_is_recorded_for_a_referral(writer: Client) -> None:
    number = writer.done_contacts.create(2289, ACTION | {"stage": 3}).new_id()

    assert has(writer.done_contacts.one(number or ""), ACTION | {"stage": 3, "referral": 2289})


# --- extension databases --------------------------------------------------------------------------


def test_a_record_of_an_extension_database_is_made_and_changed(client: Client) -> None:
    staff, notes = (client.extension_database(name) for name in ("staff_disciplinary_13", "wellcheck_notes_9"))

    number = staff.create({"referral": 2289, "date_43": "2018-11-08"}).new_id()
    notes.update(17, {"text_23": "Invented: rested."})

    assert has(staff.one(number or ""), {"referral": 2289, "date_43": "2018-11-08"})
    assert has(notes.one(17), {"text_23": "Invented: rested.", "referral": 2289, "option_22": 42})
    assert [text_of(each, "id") for each in notes] == ["15", "17", "18"]


def test_the_single_record_of_an_extension_database_is_a_field_of_its_client(client: Client) -> None:
    client.clients.update(6, {"website_photo_consent": 109})

    assert "6" in [text_of(each, "id") for each in client.clients.filter(website_photo_consent=109)]
