"""Dictionaries and reports tell what the sandbox has."""

import pytest

from gateway.charitylog import Client, Count
from tests.whole_api.conftest import Service

LETTERS = {"first_name": "Ada", "surname": "Testperson"}
DICTIONARIES = {
    "organisations/district": "Sampleford",
    "referrals/project": "Triage",
    "contacts/contact_type": "Enquiry",
    "client_type": "Service user",
    "relationships": "Cares for",
    "carer_relationships": "Has as main carer",
}


@pytest.mark.parametrize("path", DICTIONARIES)
def test_a_dictionary_gives_names_by_id(client: Client, path: str) -> None:
    found = client.dictionaries.one(path).choices()

    assert DICTIONARIES[path] in found.values()
    assert all(number.isdecimal() for number in found)


def test_the_dictionaries_that_have_a_call_of_their_own_are_the_same(client: Client) -> None:
    own = client.dictionaries

    for answer, path in [
        (own.client_types(), "client_type"),
        (own.relationships(), "relationships"),
        (own.carer_relationships(), "carer_relationships"),
    ]:
        assert answer.choices() == own.one(path).choices()


def test_all_dictionaries_hold_each_one(client: Client) -> None:
    found = client.dictionaries.all().json()

    assert isinstance(found, dict)
    assert all(found[path] == client.dictionaries.one(path).json() for path in DICTIONARIES)


@pytest.mark.parametrize(("path", "term", "expected"), [("project", "CARERS", 2), ("referrer", "invented", 4)])
def test_a_dictionary_is_searched(client: Client, path: str, term: str, expected: int) -> None:
    found = client.dictionaries.search(f"referrals/{path}", term).choices()

    assert len(found) == expected
    assert found.items() < client.dictionaries.one(f"referrals/{path}").choices().items()


def test_the_options_of_an_extension_field_are_a_dictionary(client: Client) -> None:
    assert set(client.dictionaries.options("website_photo_consent").choices()) == {"109", "110", "111"}


# --- reports --------------------------------------------------------------------------------------


def counted(client: Client, service: Service, *names: str) -> dict[tuple[str, ...], int]:
    """Count clients by some of their fields, as they stand in the sandbox."""
    found: dict[tuple[str, ...], int] = {}
    for each in service.clients().values():
        place = tuple(str(each["fields"].get(name, "")) for name in names)
        found[place] = found.get(place, 0) + 1
    return found


def given(counts: list[Count]) -> dict[tuple[str, ...], int]:
    return {(each.dimension, *([] if each.metric is None else [each.metric])): each.count for each in counts}


def test_a_report_counts_by_a_dimension(client: Client, service: Service) -> None:
    client.clients.create(LETTERS | {"district": 5})

    assert given(client.clients.report("district").counts()) == counted(client, service, "district")


def test_a_report_counts_by_a_dimension_and_a_metric(client: Client, service: Service) -> None:
    assert given(client.clients.report("district", "gender").counts()) == counted(client, service, "district", "gender")


def test_a_report_counts_what_passes_its_filters(client: Client) -> None:
    for disability, badge in [(7, "Y"), (8, "Y"), (7, "N"), (6, "Y")]:
        told = {"district": 2, "gender": 1, "main_disability": disability, "blue_badge_holder": badge}
        client.clients.create(LETTERS | told)

    asked = client.clients.filter(main_disability=[7, 8], blue_badge_holder="Y")

    assert given(asked.report("district", "gender").counts()) == {("2", "1"): 2}


def test_the_contacts_of_a_user_are_counted_by_day(client: Client) -> None:
    october = client.done_contacts.filter(date_active=("2018-10-01", "2018-10-31"))

    assert given(october.filter(user=3).report("day").counts()) == {("2018-10-02",): 1, ("2018-10-11",): 1}
    assert sum(count.count for count in october.report("day").counts()) == 4
