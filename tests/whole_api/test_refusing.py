"""What the pages say is wrong is refused, by the sandbox whoever sends it and by the client before it is sent."""

import http.client
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from gateway.charitylog import Client, KeysRefused, Rejected, Upload, encode
from tests.whole_api.conftest import KEYS, Service, a_sandbox

ADA: dict[str, object] = {
    "org_type_id": "7", "first_name": "Ada", "surname": "Testperson", "description": "Invented: asks for a visit.",
}  # fmt: skip
BOB: dict[str, object] = {"org_type_id": "9", "first_name": "Bob", "surname": "Testperson"}

# For each revision of the page: what the main person, and what every other one needs.
MINIMUM = {
    "2019": (["org_type_id", "surname", "description"], ["org_type_id", "surname"]),
    "2023": (["first_name", "surname", "org_type_id"], ["first_name", "surname", "org_type_id"]),
}
INCOMPLETE = [(profile, place, name) for profile, needs in MINIMUM.items() for place in (0, 1) for name in needs[place]]


def without(person: dict[str, object], name: str) -> dict[str, object]:
    return {key: value for key, value in person.items() if key != name}


@pytest.fixture(scope="module")
def by_profile() -> Iterator[dict[str, Service]]:
    """A sandbox for each revision of the minimum fields."""
    with a_sandbox("2019") as older, a_sandbox("2023") as newer:
        yield {"2019": older, "2023": newer}


@pytest.fixture
def pair(by_profile: dict[str, Service]) -> Iterator[Callable[[str], tuple[Client, Service]]]:
    """Give a client of one revision, and its sandbox in its first state."""
    made: list[Client] = []

    def give(profile: str) -> tuple[Client, Service]:
        service = by_profile[profile]
        service.ask("reset", {})
        service.arrived.clear()
        made.append(Client(service.url, KEYS, minimum=cast("Any", profile)))
        return made[-1], service

    yield give
    for each in made:
        each.close()


def refused(client: Client, service: Service, people: list[dict[str, object]], name: str) -> None:
    """Show that the client does not send these people, and that the sandbox does not take them; both name the field."""
    with pytest.raises(ValueError, match=name):
        client.external_referral.put(people)
    assert service.arrived == []
    with pytest.raises(Rejected) as answered:
        client.external_referral.put(encode(people, "form"))
    problems = cast("dict[str, Any]", answered.value.answer.json())["problems"]
    assert {problem["field"] for problem in problems} == {name}
    assert service.ask("staged") == []


@pytest.mark.parametrize(("profile", "place", "name"), INCOMPLETE)
def test_a_person_without_what_the_page_asks_for_is_refused(
    pair: Callable[[str], tuple[Client, Service]], profile: str, place: int, name: str
) -> None:
    people = [ADA, BOB]
    people[place] = without(people[place], name)

    refused(*pair(profile), people, name)


@pytest.mark.parametrize("profile", MINIMUM)
def test_a_person_with_no_more_than_the_page_asks_for_is_taken(
    pair: Callable[[str], tuple[Client, Service]], profile: str
) -> None:
    client, service = pair(profile)
    main, other = ({name: person[name] for name in MINIMUM[profile][place]} for place, person in enumerate([ADA, ADA]))

    client.external_referral.put([main, other])

    assert [staged["people"] for staged in service.ask("staged")] == [[main, other]]


def test_a_source_without_a_role_is_refused(client: Client, service: Service) -> None:
    refused(client, service, [ADA | {"source": "1"}], "referral_role")

    client.external_referral.put([ADA | {"source": "1", "referral_role": "2"}])


@pytest.mark.parametrize("kind", ["relationships", "carer_relationships"])
@pytest.mark.parametrize("back", [{}, {"relationships": {"1": "5"}, "carer_relationships": {"1": "3"}}])
def test_a_one_sided_relationship_is_refused(
    client: Client, service: Service, kind: str, back: dict[str, object]
) -> None:
    carol = ADA | {kind: back[kind]} if back else ADA

    refused(client, service, [ADA | {kind: {"1": "1", "2": "2"}}, BOB | {kind: {"0": "2"}}, carol], kind)


def test_a_one_sided_relationship_is_refused_on_both_of_its_other_addresses(client: Client, service: Service) -> None:
    with pytest.raises(Rejected):
        client.clients.update(5, {"id_second": 7, "relationship_first_to_second": 5})
    with pytest.raises(Rejected):
        client.relationships.put(5, 7, {"relation_first_to_second": 5})
    carers_alone = {"carer_relation_first_to_second": 3, "carer_relation_second_to_first": 4}
    with pytest.raises(Rejected):
        client.relationships.put(5, 7, carers_alone)

    assert service.clients()[5]["relationships"] == []


def status_of(service: Service, path: str) -> int:
    """Read a path as no client of ours would write it."""
    connection = http.client.HTTPConnection(urlsplit(service.address).netloc)
    connection.request("GET", path, headers={"Source": KEYS.source, "Org": KEYS.org, "User": KEYS.user})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


@pytest.mark.parametrize("group", ["clients", "referrals", "done_contacts"])
def test_an_eleventh_pair_is_refused(
    client: Client, service: Service, filters: dict[str, list[str]], group: str
) -> None:
    eleven = dict.fromkeys(filters[group][:11], "1")
    ten = dict(list(eleven.items())[:10])

    with pytest.raises(ValueError, match="10 filters"):
        getattr(client, group).filter(eleven)
    with pytest.raises(ValueError, match="10 filters"):
        getattr(client, group).filter(ten).filter({filters[group][10]: "1"})
    assert service.arrived == []
    assert status_of(service, f"/v2/{group}/" + "/".join(f"{name}/1" for name in eleven)) == 400
    assert getattr(client, group).filter(ten).fields("id").answer().status == 200
    assert getattr(client, group).filter(ten).report("project" if group != "clients" else "district").status == 200


CALLS: dict[str, Callable[[Client], object]] = {
    "read": lambda client: list(client.clients),
    "fields": lambda client: client.clients.selectable_fields(),
    "dictionary": lambda client: client.dictionaries.all(),
    "report": lambda client: client.clients.report("district"),
    "stage": lambda client: client.external_referral.put([ADA]),
    "create": lambda client: client.clients.create(BOB),
    "update": lambda client: client.clients.update(3, {"postcode": "SA1 1ZZ"}),
    "upload": lambda client: client.uploads.post(
        "clients", 3, Upload("a.txt", "text/plain", 1, [b"a"]), user_visibility="1", group_visibility="1"
    ),
}


@pytest.mark.parametrize("wrong", ["source", "org", "user"])
@pytest.mark.parametrize("call", CALLS)
def test_each_of_the_three_keys_is_needed(service: Service, wrong: str, call: str) -> None:
    before = service.clients()
    stranger = Client(service.url, replace(KEYS, **{wrong: "not-the-key"}))

    with pytest.raises(KeysRefused) as refused:
        CALLS[call](stranger)

    stranger.close()
    assert "not-the-key" not in f"{refused.value!r} {refused.value}"
    assert (service.clients(), service.ask("staged"), service.ask("uploads")) == (before, [], [])
