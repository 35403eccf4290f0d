"""No page shows an answer, so the sandbox can give many: whatever it does, a client reads the same from it."""

from collections.abc import Callable, Iterable

import pytest

from gateway.charitylog import Client, KeysRefused, NotAllowed, NotThere, Record, Rejected, Upload, text_of
from gateway.sandbox.state import SHAPES
from tests.whole_api.conftest import Service

PERSON = {"first_name": "Ada", "surname": "Testperson"}
REFERRAL = {
    "client": 3, "client_type": 9, "date": "2026-11-20", "project": 7, "template": 3, "stage": 2,
    "response_description": "Invented.",
}  # fmt: skip
ACTION = {"user": 3, "start_date": "2026-12-01", "end_date": "2026-12-01", "description": "Invented."}
STAGED = [PERSON | {"org_type_id": 1, "description": "Invented."}]
BOTH_WAYS = {"relation_first_to_second": 5, "relation_second_to_first": 8}


def told(records: Iterable[Record], *names: str) -> list[tuple[str, ...]]:
    """Give these fields of records, as text."""
    return [tuple(text_of(each, name) for name in names) for each in records]


def absent(call: Callable[[], object]) -> object:
    """Give what a call gives, or nothing where the API says by its status that there is nothing."""
    try:
        return call()
    except NotThere:
        return []


def letter() -> Upload:
    return Upload("letter.txt", "text/plain", 7, [b"letter."])


READS: dict[str, Callable[[Client], object]] = {
    "all records": lambda client: told(client.clients, "id", "surname", "gender"),
    "filtered": lambda client: told(client.referrals.filter(project=[1, 2]), "id", "client", "description"),
    "chosen fields": lambda client: told(client.done_contacts.fields("id", "user"), "id", "user"),
    "with names": lambda client: told(client.clients.fields("id", "district").resolve(), "id", "district"),
    "one record": lambda client: told([client.referrals.one(510)], "id", "client", "project"),
    "got": lambda client: told(client.workers.get(4).records(), "id", "surname"),
    "none found": lambda client: absent(lambda: list(client.clients.filter(postcode="nowhere"))),
    "no such record": lambda client: absent(lambda: client.clients.one(999)),
    "of an extension": lambda client: told(client.extension_database("wellcheck_notes_9"), "id", "referral"),
    "fields to choose": lambda client: set(client.clients.selectable_fields().field_names()),
    "fields to filter": lambda client: set(client.done_contacts.filterable_fields().field_names()),
    "metrics": lambda client: set(client.due_contacts.metrics().field_names()),
    "friendly names": lambda client: set(client.schedules.friendly_names().field_names()),
    "dictionary": lambda client: client.dictionaries.one("organisations/district").choices(),
    "search": lambda client: client.dictionaries.search("referrals/project", "care").choices(),
    "options": lambda client: client.dictionaries.options("website_photo_consent").choices(),
    "all dictionaries": lambda client: set(client.dictionaries.all().json()),  # type: ignore[call-overload]
    "report": lambda client: set(client.clients.report("district").counts()),
    "report by a metric": lambda client: set(client.clients.report("district", "gender").counts()),
    "no report": lambda client: absent(lambda: client.clients.filter(postcode="nowhere").report("district").counts()),
}

# Each makes a record, and gives the id that it was told.
CREATES: dict[str, Callable[[Client], str | None]] = {
    "client": lambda client: client.clients.create(PERSON).new_id(),
    "client by external id": lambda client: client.clients.create_by_external_id("RG-1", PERSON).new_id(),
    "referral": lambda client: client.referrals.create(REFERRAL).new_id(),
    "due contact": lambda client: client.due_contacts.create(2289, ACTION).new_id(),
    "done contact": lambda client: client.done_contacts.create(2289, ACTION | {"stage": 2}).new_id(),
    "extension": lambda client: client.extension_database("staff_disciplinary_13").create({"referral": 510}).new_id(),
}

CHANGES: dict[str, Callable[[Client], object]] = {
    "client": lambda client: client.clients.update(3, {"postcode": "SA1 1ZZ"}),
    "referral": lambda client: client.referrals.update(510, {"priority": 1}),
    "due contact": lambda client: client.due_contacts.update(405, {"user": 4}),
    "done contact": lambda client: client.done_contacts.update(127, {"travel_time": 5}),
    "extension": lambda client: client.extension_database("wellcheck_notes_9").update(17, {"text_23": "Invented."}),
    "relationship": lambda client: client.relationships.put(5, 7, BOTH_WAYS),
    "external referral": lambda client: client.external_referral.put(STAGED),
    "upload": lambda client: client.uploads.post("clients", 3, letter(), user_visibility="1", group_visibility="1"),
}

REFUSALS: dict[str, Callable[[Client], object]] = {
    "client": lambda client: client.clients.create({"surname": "Testperson"}),
    "external referral": lambda client: client.external_referral.put([STAGED[0] | {"project": 999}]),
    "filter": lambda client: list(client.clients.filter(shoe_size=9)),
}


ALL = [(key, choice) for key, choices in SHAPES.items() for choice in choices]
every_shape = pytest.mark.parametrize(("key", "choice"), ALL)


@pytest.fixture(scope="module")
def unasked(running: Service, clients: Callable[..., Client]) -> dict[str, object]:
    """What is read, and made, while the sandbox answers as it does unless told otherwise."""
    running.ask("reset", {})
    client = clients()
    return {kind: call(client) for kind, call in (READS | CREATES).items()}


def test_the_sandbox_can_be_told_each_of_these_shapes(service: Service) -> None:
    choices = service.ask("answers")["choices"]

    assert [(key, choice) for key in choices for choice in choices[key]] == ALL
    assert len(ALL) > 45


@every_shape
def test_a_reader_gives_the_same_in_every_shape(
    client: Client, service: Service, unasked: dict[str, object], key: str, choice: str
) -> None:
    service.ask("answers", {key: choice})

    found = {kind: read(client) for kind, read in READS.items()}

    assert found == {kind: unasked[kind] for kind in READS}
    assert all(unasked[kind] for kind in READS if not kind.startswith("no"))


@every_shape
def test_a_new_id_is_read_in_every_shape_that_tells_it(
    client: Client, service: Service, unasked: dict[str, object], key: str, choice: str
) -> None:
    service.ask("answers", {key: choice})

    found = {kind: create(client) for kind, create in CREATES.items()}

    told_none = (key, choice) == ("record_shape", "success")
    assert found == {kind: None if told_none else unasked[kind] for kind in CREATES}
    assert all(unasked[kind] for kind in CREATES)


@every_shape
def test_a_yes_and_a_no_are_told_apart_in_every_shape(client: Client, service: Service, key: str, choice: str) -> None:
    service.ask("answers", {key: choice})

    for change in CHANGES.values():
        change(client)  # it raises where a yes is taken for a no
    for refusal in REFUSALS.values():
        with pytest.raises(Rejected) as refused:
            refusal(client)
        assert "Testperson" not in f"{refused.value!r} {refused.value} {refused.value.answer!r}"
    service.ask("keys", {"org": "another"})
    with pytest.raises(NotAllowed if choice == "403" else KeysRefused):
        client.clients.selectable_fields()
