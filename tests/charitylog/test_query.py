"""What a query asks for, byte by byte, and what it gives back."""

import pickle
from collections.abc import Callable
from datetime import date, datetime

import pytest

from gateway.charitylog import Client, NotThere, Query
from gateway.charitylog.filters import Filter

from .server import Server, answering, http

ClientOf = Callable[..., Client]
MAY = (date(2026, 5, 1), date(2026, 5, 31))


@pytest.mark.parametrize(
    ("ask", "path"),
    [
        (lambda c: c.clients, "clients"),
        (lambda c: c.clients.filter(religion=[1, 3, 10], ethnicity=1), "clients/religion/1;3;10/ethnicity/1"),
        (
            lambda c: c.referrals.filter(project=[1, 3], date_active=MAY).fields("id", "description"),
            "referrals/project/1;3/date_active/2026-05-01,2026-05-31/field/id;description",
        ),
        (lambda c: c.clients.fields("id").fields("surname").filter(type=7), "clients/type/7/field/id;surname"),
        (lambda c: c.clients.filter({"a field": "a/b;c,d ?#%"}), "clients/a%20field/a%2Fb%3Bc%2Cd%20%3F%23%25"),
        (lambda c: c.clients.filter(date=("2026-05-01", "2026-05-31")), "clients/date/2026-05-01,2026-05-31"),
        (lambda c: c.clients.filter(updated=date(2026, 5, 1)), "clients/updated/2026-05-01"),
        (lambda c: c.clients.filter(updated=[MAY[0], "2026-05-09"]), "clients/updated/2026-05-01;2026-05-09"),
        (lambda c: c.clients.filter(project={3: "Carers"}.keys()), "clients/project/3"),
        (
            lambda c: c.clients.resolve("ethnicity", "main_language"),
            "clients?resolveIds%5B%5D=ethnicity&resolveIds%5B%5D=main_language",
        ),
        (lambda c: c.workers.resolve(), "workers?resolveIds%5B%5D=ALL"),
        (lambda c: c.schedules.filter(date_active=MAY), "schedules/date_active/2026-05-01,2026-05-31"),
        (
            lambda c: c.extension_database("wellcheck_notes_9").filter(referral=2289),
            "extension_database/wellcheck_notes_9/referral/2289",
        ),
    ],
)  # fmt: skip
def test_a_query_becomes_the_documented_path(client_of: ClientOf, ask: Callable[[Client], Query], path: str) -> None:
    with Server(answering(http(b"[]"))) as server:
        assert list(ask(client_of(server.url))) == []

    assert [each.line for each in server.requests] == [f"GET /v2/{path} HTTP/1.1"]


@pytest.mark.parametrize(
    ("ask", "path"),
    [
        (lambda c: c.clients.report("district"), "clients/dimension/district"),
        (
            lambda c: c.clients.filter(main_disability=[7, 9], blue_badge_holder="Y").report("district", "gender"),
            "clients/dimension/district/metric/gender/main_disability/7;9/blue_badge_holder/Y",
        ),
        (lambda c: c.clients.filterable_fields(), "clients/filterable_fields"),
        (lambda c: c.done_contacts.filterable_fields(), "done_contacts/filterable_fields"),
        (lambda c: c.due_contacts.metrics(), "due_contacts/metrics"),
        (lambda c: c.schedules.friendly_names(), "schedules/friendly_names"),
        (lambda c: c.workers.selectable_fields(), "workers/selectable_fields"),
        (lambda c: c.referrals.get(510), "referrals/id/510"),
        (lambda c: c.clients.bare(37), "clients/37"),
        (lambda c: c.dictionaries.options("wellcheck_notes"), "dictionary/extension_database/wellcheck_notes"),
        (lambda c: c.dictionaries.client_types(), "dictionary/client_type"),
    ],
)
def test_every_other_question_goes_to_its_path(client_of: ClientOf, ask: Callable[[Client], object], path: str) -> None:
    with Server() as server:
        ask(client_of(server.url))

    assert [each.line for each in server.requests] == [f"GET /v2/{path} HTTP/1.1"]


@pytest.mark.parametrize(
    ("filters", "why"),
    [
        ({"a": []}, "a: name one value"),
        ({"a": True}, "a: a value is text"),
        ({"a": None}, "a: a value is text"),
        ({"a": 1.5}, "a: a value is text"),
        ({"a": datetime(2026, 5, 1)}, "a: a value is text, a whole number or a date without a time"),  # noqa: DTZ001
        ({"a": ("2026-05-31", "2026-05-01")}, "a: the range ends"),
        ({"a": (1, 3)}, "a: a tuple is a range"),
        ({"a": ("2026-05-31",)}, "a: a tuple is a range"),
        ({"field": "id"}, "field is no filter"),
        ({f"f{n}": n for n in range(11)}, "10 filters at most"),
    ],
)
def test_what_is_no_filter_is_refused_by_name_and_nothing_is_sent(
    client_of: ClientOf, filters: dict[str, object], why: str
) -> None:
    with Server() as server, pytest.raises((ValueError, TypeError), match=why):
        client_of(server.url).clients.filter(**filters)
    assert server.connections == 0


@pytest.mark.parametrize("value", ["canary \ud800", ("canary", "2026-05-01")])
def test_what_is_refused_goes_along_with_no_error_as_its_context(client_of: ClientOf, value: Filter) -> None:
    with pytest.raises(ValueError, match=r"Unicode|range") as caught:
        client_of("http://127.0.0.1:1/v2").clients.filter(surname=value).answer()

    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_second_filter_of_one_name_is_refused_rather_than_dropped(client_of: ClientOf) -> None:
    query = client_of("http://127.0.0.1:1/v2").clients.filter(surname="canary")

    with pytest.raises(ValueError, match="surname is filtered by already"):
        query.filter(surname="Testperson")
    assert "canary" not in repr(query)


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_value_that_would_become_a_step_of_the_path_is_refused(client_of: ClientOf, value: str) -> None:
    with Server() as server, pytest.raises(ValueError, match="another path"):
        list(client_of(server.url).clients.filter(surname=["Testperson", value]))
    assert server.connections == 0


def test_a_query_is_refined_without_changing_the_one_before(client_of: ClientOf) -> None:
    with Server(answering(http(b"[]"))) as server:
        clients = client_of(server.url).clients
        ours = clients.filter(type=7)
        for query in (ours.filter(district=1), ours.fields("id"), ours, clients):
            list(query)

    paths = [each.line.split()[1].removeprefix("/v2/") for each in server.requests]
    assert paths == ["clients/type/7/district/1", "clients/type/7/field/id", "clients/type/7", "clients"]


def test_fields_in_a_list_are_refused_by_showing_how_they_are_named(client_of: ClientOf) -> None:
    with pytest.raises(TypeError, match=r'fields\("id", "surname"\)'):
        client_of("http://127.0.0.1:1/v2").clients.fields(["id", "surname"])  # type: ignore[arg-type]


def test_fields_have_no_place_in_a_report(client_of: ClientOf) -> None:
    with pytest.raises(ValueError, match="no fields to choose"):
        client_of("http://127.0.0.1:1/v2").clients.fields("id").report("district")


def test_iterating_gives_the_records(client_of: ClientOf) -> None:
    with Server(answering(http(b'{"data": [{"id": 3}, {"id": "4"}]}'))) as server:
        assert [record["id"] for record in client_of(server.url).clients] == [3, "4"]


def test_one_record_is_the_one_that_was_asked_for(client_of: ClientOf) -> None:
    with Server(answering(http(b'[{"id": 3}, {"id": 4, "surname": "Testperson"}]'))) as server:
        assert client_of(server.url).clients.one("4")["surname"] == "Testperson"


def test_one_record_may_come_without_its_id_when_nobody_else_comes(client_of: ClientOf) -> None:
    for body in (b'[{"surname": "Testperson"}]', b'{"surname": "Testperson"}', b'{"data": {"surname": "Testperson"}}'):
        with Server(answering(http(body))) as server:
            assert client_of(server.url).clients.one(4) == {"surname": "Testperson"}


@pytest.mark.parametrize("raw", [http(b"[]"), http(b'[{"id": 5}]'), http(b"", "404 Not Found")])
def test_a_record_that_is_not_there_is_said_in_one_way(client_of: ClientOf, raw: bytes) -> None:
    with Server(answering(raw)) as server, pytest.raises(NotThere):
        client_of(server.url).clients.one(4)


@pytest.mark.parametrize(
    "ask", [lambda c: c.clients.report(7), lambda c: c.dictionaries.search("referrals/project", 7)]
)
def test_a_step_that_is_no_text_is_refused_in_words(client_of: ClientOf, ask: Callable[[Client], object]) -> None:
    with pytest.raises(TypeError, match="must be text"):
        ask(client_of("http://127.0.0.1:1/v2"))


def test_keys_are_never_pickled(client_of: ClientOf) -> None:
    client = client_of("http://127.0.0.1:1/v2")
    for holder in (client, client.clients.filter(surname="Testperson"), client.uploads):
        with pytest.raises(TypeError, match="make one in each process"):
            pickle.dumps(holder)
