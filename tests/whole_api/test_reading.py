"""What is read comes as it was asked for: by id, by filters, with chosen fields, with names for ids."""

from datetime import date
from typing import Any

import pytest

from gateway.charitylog import Client, NotThere, Query, Record, extension_name, text_of
from tests.whole_api.conftest import Service

LETTERS = {"first_name": "Ada", "surname": "Testperson"}


def ids(found: Query | list[Record]) -> list[str]:
    return [text_of(each, "id") for each in found]


def some(name: str) -> str | tuple[str, str]:
    """Give a value for a filter: a range for a date, as the pages do, else an id."""
    return ("2018-10-01", "2018-10-31") if name in ("date", "updated") or "date_" in name or "_date" in name else "1"


def made(client: Client, **fields: object) -> str:
    number = client.clients.create(LETTERS | fields).new_id()
    assert number
    return number


@pytest.mark.parametrize("group", ["clients", "referrals", "due_contacts", "done_contacts", "workers", "schedules"])
def test_all_records_of_a_group_are_listed(client: Client, group: str) -> None:
    found = ids(getattr(client, group))

    assert len(found) == len(set(found)) > 2
    assert all(ids(getattr(client, group).filter(id=number)) == [number] for number in found[:2])


def test_clients_are_those_that_the_sandbox_has(client: Client, service: Service) -> None:
    client.clients.create(LETTERS)

    assert ids(client.clients) == [str(number) for number in service.clients()]


def test_filters_take_several_values_and_add_up(client: Client) -> None:
    first = made(client, religion=1, ethnicity=52, type=7)
    second = made(client, religion=10, ethnicity=52)
    made(client, religion=2, ethnicity=52)
    made(client, religion=3, ethnicity=51)

    asked = client.clients.filter(religion=[1, 3, 10], ethnicity=52)

    assert ids(asked) == [first, second]
    assert ids(asked.filter(type=7)) == [first]
    assert ids(asked.filter(type=8)) == []
    assert {text_of(each, "type") for each in client.clients.filter(type=7).fields("type")} == {"7"}


@pytest.mark.parametrize("group", ["clients", "referrals", "done_contacts"])
def test_every_filter_that_a_page_lists_is_taken(client: Client, group: str, filters: dict[str, list[str]]) -> None:
    for name in filters[group]:
        assert getattr(client, group).filter({name: some(name)}).fields("id").answer().status == 200


def test_a_client_is_found_by_an_email_address(client: Client) -> None:
    number = made(client, email="jsmith@example.com")

    assert ids(client.clients.filter(email="jsmith@example.com")) == [number]


def test_clients_are_found_by_a_field_of_an_extension_database(client: Client, service: Service) -> None:
    expected = [number for number, each in service.clients().items() if "109" in each["fields"].values()]

    assert ids(client.clients.filter(website_photo_consent=109)) == [str(number) for number in expected] != []


def test_contacts_are_found_by_fields_of_their_client_and_referral(client: Client) -> None:
    before = client.done_contacts.one(131)
    client.clients.update(text_of(before, "client"), {"registered_disabled": "Y", "employment_status": 8})

    asked = client.done_contacts.filter(client_registered_disabled="Y", client_employment_status=8, project=2)

    assert ids(asked) == ["131", "132"]
    assert ids(asked.filter(referral=510, user=3)) == []


def test_one_record_is_read_by_its_id(client: Client) -> None:
    assert text_of(client.referrals.one(510), "client") == "4"
    assert client.referrals.get(510).records() == [client.referrals.one("510")]
    with pytest.raises(NotThere):
        client.referrals.one(511)


def test_a_range_of_dates_has_both_its_days(client: Client) -> None:
    def active(first: date, last: date) -> list[str]:
        return ids(client.referrals.filter(date_active=(first, last)))

    assert active(date(2018, 10, 1), date(2018, 10, 31)) == ["503", "507", "510"]
    assert active(date(2018, 10, 2), date(2018, 10, 2)) == ["503"]
    assert active(date(2018, 10, 11), date(2018, 10, 17)) == ["503", "507"]  # of any contact, not the first alone
    assert active(date(2018, 10, 3), date(2018, 10, 10)) == []


@pytest.mark.parametrize("group", ["due_contacts", "schedules"])
def test_contacts_and_schedules_are_found_by_date_too(client: Client, group: str) -> None:
    found = ids(getattr(client, group).filter(date_active=(date(2026, 12, 1), date(2026, 12, 1))))

    assert found == {"due_contacts": ["413"], "schedules": ["22"]}[group]


def test_only_the_chosen_fields_are_told(client: Client) -> None:
    asked = client.clients.fields("id", "surname").fields("website_photo_consent")

    first = next(iter(asked))
    assert {name: text_of(first, name) for name in first} == {
        "id": "1",
        "surname": "Samplewell",
        "website_photo_consent": "109",
    }
    assert {frozenset(each) for each in asked} == {frozenset(first)}
    assert set(next(iter(client.clients))) != set(first)
    assert [set(each) for each in client.referrals.filter(id=510).fields("project")] == [{"project"}]


def test_names_come_instead_of_ids_where_they_are_asked_for(client: Client) -> None:
    number = made(client, ethnicity=35, main_language=2, gender=1)

    def told(asked: Query) -> dict[str, Any]:
        (found,) = asked.filter(id=number).fields("ethnicity", "main_language", "gender")
        return {name: str(value) for name, value in found.items()}

    by_id = {"ethnicity": "35", "main_language": "2", "gender": "1"}
    assert told(client.clients) == by_id
    named = {"ethnicity": "White British", "main_language": "Welsh"}
    assert told(client.clients.resolve("ethnicity", "main_language")) == by_id | named
    assert told(client.clients.resolve()) == {**named, "gender": "Female"}


@pytest.mark.parametrize("group", ["clients", "referrals", "due_contacts", "done_contacts", "workers", "schedules"])
def test_selectable_fields_can_be_selected(client: Client, group: str) -> None:
    asked = getattr(client, group)
    names = asked.selectable_fields().field_names()

    assert "id" in names
    assert set(next(iter(asked.fields(*names)))) == set(names)


@pytest.mark.parametrize("group", ["clients", "due_contacts", "done_contacts"])
def test_filterable_fields_can_be_filtered_by(client: Client, group: str, filters: dict[str, list[str]]) -> None:
    asked = getattr(client, group)
    names = asked.filterable_fields().field_names()

    assert set(filters.get(group, ["id", "referral", "user"])) <= set(names)
    for name in names:
        assert asked.filter({name: some(name)}).answer().status == 200


@pytest.mark.parametrize("group", ["due_contacts", "done_contacts"])
def test_metrics_can_be_reported(client: Client, group: str) -> None:
    asked = getattr(client, group)
    names = asked.metrics().field_names()

    assert names
    for name in set(names) - {"id"}:  # a row with an id may mean something else: the client does not guess
        assert sum(each.count for each in asked.report("day", name).counts()) == len(list(asked))


def test_the_fields_of_schedules_have_friendly_names(client: Client) -> None:
    assert set(client.schedules.friendly_names().field_names()) == set(
        client.schedules.selectable_fields().field_names()
    )


# --- extension databases ------------------------------------------------------------------------------------------


def test_all_records_of_an_extension_database_are_listed(client: Client) -> None:
    database = client.extension_database(extension_name("Staff Disciplinary", 13))

    assert ids(database) == ["19"]
    assert text_of(database.one(19), "date_43") == "2026-11-10"


@pytest.mark.parametrize("name", ["wellcheck_notes_9", "wellcheck_notes"])
def test_records_of_an_extension_database_are_found_by_their_referral(client: Client, name: str) -> None:
    database = client.extension_database(name)

    assert ids(database.filter(referral=2289)) == ["17", "18"]
    assert ids(database.filter(referral=[503, 2289])) == ["15", "17", "18"]
    assert [dict(each) for each in database.filter(referral=503).fields("date_21")] == [{"date_21": "2018-10-11"}]
