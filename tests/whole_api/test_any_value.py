"""Whatever a value holds, it is a value: it survives the way through an address and changes nothing of the path."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gateway.charitylog import Client, Upload, text_of
from tests.whole_api.conftest import Service

MARKS = [
    "/",
    ";",
    ",",
    "%",
    "?",
    "#",
    ".",
    "..",
    "&",
    "+",
    "=",
    ":",
    "@",
    "\\",
    " ",
    "%2F",
    "%3B",
    "%25",
    "%zz",
    "\x00",
]
MARKS += [
    "\r\n",
    "field",
    "id",
    "e\u0301",
    "\u00e9",
    "👩‍🦽",
    "\u2028",
    "\ufffe",
    "'",
    '"',
    "[",
    "]",
    "~",
    "|",
    "dimension",
]
texts = st.lists(st.sampled_from(MARKS) | st.text(st.characters(codec="utf-8"), max_size=3), max_size=5).map("".join)
STEPS = ("", ".", "..")  # no server would keep them apart from the steps of a path
values = texts.filter(lambda text: text not in STEPS)


@settings(deadline=None, database=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(value=values, others=st.lists(values, max_size=2))
@example(value="2018-10-01,2018-10-31", others=["1;3;10"])
@example(value="../../../_sandbox/reset", others=["selectable_fields", "uploads"])
def test_any_value_is_found_by_a_filter(
    running: Service, clients: Callable[..., Client], value: str, others: list[str]
) -> None:
    client = clients()
    number = client.clients.create({"first_name": "Ada", "surname": "Testperson", "gp_name": value}).new_id()

    def found(*wanted: str) -> dict[str, str]:
        asked = client.clients.filter(gp_name=list(wanted), type=1).fields("id", "gp_name")
        return {text_of(each, "id"): text_of(each, "gp_name") for each in asked}

    assert found(value)[str(number)] == value
    assert set(found(value).values()) == {value}
    assert number in found(*others, value)
    assert number not in found(f"{value}x", *(each for each in others if each != value))


@settings(deadline=None, database=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(external_id=values)
def test_any_id_of_another_system_is_kept_and_found(
    running: Service, clients: Callable[..., Client], external_id: str
) -> None:
    client = clients()

    number = client.clients.create_by_external_id(external_id, {"first_name": "Ada", "surname": "Testperson"}).new_id()

    assert number in [text_of(each, "id") for each in client.clients.filter(external_id=external_id)]
    assert client.clients.one(number or "")["external_id"] == external_id


@settings(deadline=None, database=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(value=values)
def test_any_value_of_a_referral_and_of_an_extension_database_is_found(
    running: Service, clients: Callable[..., Client], value: str
) -> None:
    notes, referrals = clients().extension_database("wellcheck_notes_9"), clients().referrals

    said = f"Invented.{value}"  # a description must not be blank

    notes.update(17, {"text_23": value})
    referrals.update(2289, {"description": said})

    assert [text_of(each, "id") for each in notes.filter(referral=2289, text_23=value)] == ["17"]
    assert [text_of(each, "id") for each in referrals.filter(client=3, description=said)] == ["2289"]


@settings(deadline=None, database=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(term=values)
def test_any_term_is_searched_for(running: Service, clients: Callable[..., Client], term: str) -> None:
    running.ask("dictionaries/referrals/project", {"7": f"Before {term} behind"})

    assert list(clients().dictionaries.search("referrals/project", term).choices()) == ["7"]


CALLS: dict[str, Callable[[Client, str], object]] = {
    "filter": lambda client, step: client.clients.filter(gp_name=step).answer(),
    "one of several": lambda client, step: client.clients.filter(gp_name=["Dr Sample", step]).answer(),
    "name of a filter": lambda client, step: client.clients.filter({step: "1"}).answer(),
    "field": lambda client, step: client.clients.fields("id", step).answer(),
    "dimension": lambda client, step: client.clients.report(step),
    "metric": lambda client, step: client.clients.report("district", step),
    "record": lambda client, step: client.clients.get(step),
    "external id": lambda client, step: client.clients.create_by_external_id(step, {"surname": "Testperson"}),
    "changed record": lambda client, step: client.referrals.update(step, {"priority": 1}),
    "referral of an action": lambda client, step: client.due_contacts.create(step, {"user": 1}),
    "completed action": lambda client, step: client.done_contacts.complete(step, "2026-01-01", "2026-01-01"),
    "related client": lambda client, step: client.relationships.put(1, step, {"relation_first_to_second": 1}),
    "extension database": lambda client, step: list(client.extension_database(step)),
    "term": lambda client, step: client.dictionaries.search("referrals/project", step),
    "dictionary": lambda client, step: client.dictionaries.one(step),
    "options": lambda client, step: client.dictionaries.options(step),
    "record of an upload": lambda client, step: client.uploads.post(
        "clients", step, Upload("a.txt", "text/plain", 1, [b"a"]), user_visibility="1", group_visibility="1"
    ),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("call", CALLS)
def test_a_step_of_a_path_is_no_value(client: Client, service: Service, call: str, step: str) -> None:
    with pytest.raises(ValueError, match=r'empty, "\." or "\.\."'):
        CALLS[call](client, step)
    assert service.arrived == []


def test_a_filter_that_is_a_step_of_a_path_is_refused_by_its_name(client: Client) -> None:
    for values in ("..", ["Dr Sample", ""]):
        with pytest.raises(ValueError, match=r"^gp_name: "):
            client.clients.filter(gp_name=values)


@pytest.mark.parametrize("call", CALLS)
def test_half_a_character_is_refused_without_showing_the_rest(client: Client, service: Service, call: str) -> None:
    with pytest.raises(ValueError, match="valid Unicode") as refused:
        CALLS[call](client, "secret words \ud800")

    assert "secret" not in repr(refused.value)
    assert refused.value.__suppress_context__
    assert service.arrived == []
