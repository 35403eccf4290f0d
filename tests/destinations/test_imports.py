"""Imports found by our references, and files uploaded: what each answer means, and what is never believed."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from gateway.destinations.blocks import OrganisationBlock
from gateway.destinations.charitylog import Charitylog
from gateway.destinations.imports import found_among, marked
from gateway.destinations.seam import (
    Attachment,
    Busy,
    CredentialsRefused,
    DestinationError,
    Following,
    Misconfigured,
    NotSent,
    Receipt,
    Record,
    Rejected,
    Unknown,
    Unsupported,
)
from tests.charitylog.server import http

from .test_making import Wire

FIRST, SECOND = "RG-7K3F-9Q2M", "RG-0000-0001"
LOOK = f"GET /v2/clients/external_id/{FIRST};{SECOND}/field/id;external_id"
UPLOAD = "POST /v2/clients/id/12/uploads"
PROBE = "GET /v2/clients/selectable_fields"
NAME = "From Dr Testperson.pdf"


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire() as wire:
        yield wire


@contextmanager
def charitylog(wire: Wire, **block: object) -> Iterator[Charitylog]:
    keys = {"url": wire.url, "source": "one", "org": "two", "user": "three", "correlate": "external_id"}
    made = Charitylog(
        OrganisationBlock.model_validate({**keys, **block}), connect_timeout=5, read_timeout=5, deadline=10
    )
    yield made
    made.close()


def look(wire: Wire) -> dict[str, str | None]:
    with charitylog(wire) as destination:
        return {reference: each.record for reference, each in destination.find([FIRST, SECOND]).items()}


def upload(wire: Wire, *, repeat: bool = False, record: Record = Record("person", "12")) -> Receipt:  # noqa: B008 - frozen
    attachment = Attachment(NAME, "application/pdf", 6, [b"%PDF", b"-1"], repeat)
    with charitylog(wire, uploads={"when": "imported", "user_visibility": "4,5"}) as destination:
        return destination.upload(record, attachment)


def receipt(body: bytes) -> Receipt:
    return Receipt(200, "200 json []", body)


def test_what_follows_is_what_the_block_says(wire: Wire) -> None:
    with charitylog(wire) as found, charitylog(wire, correlate="none", uploads={"when": "imported"}) as sent:
        assert found.following == Following(finds=True)
        assert sent.following == Following(uploads=True)
        with pytest.raises(Unsupported):
            sent.find([FIRST])
    assert not wire.requests


def test_imports_are_found_with_their_records_in_one_call(wire: Wire) -> None:
    body = f'{{"data": [{{"id": "12", "external_id": "{FIRST}"}}]}}'.encode()
    wire.answers = {LOOK: [http(body)]}

    assert look(wire) == {FIRST: "12"}
    assert wire.lines == [LOOK]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"[]", {}),
        (b"", {}),
        # A system that ignores the filter answers with everybody.
        (b'[{"id": 1}, {"id": 2, "external_id": null}, {"id": 3, "external_id": "RG-9999-9999"}]', {}),
        (f'[{{"id": 9, "external_id": "{FIRST}"}}, {{"id": 12, "external_id": "{FIRST}"}}]'.encode(), {FIRST: "9"}),
        (f'[{{"id": "x/../7", "external_id": "{FIRST}"}}]'.encode(), {}),
        (f'[{{"id": "{"9" * 10_000}", "external_id": "{FIRST}"}}]'.encode(), {}),
        (f'{{"12": {{"external_id": "{SECOND}"}}}}'.encode(), {SECOND: "12"}),
    ],
)
def test_nothing_but_exactly_what_was_asked_for_counts(body: bytes, found: dict[str, str]) -> None:
    among = found_among(receipt(body), [FIRST, SECOND])

    assert {reference: each.record for reference, each in among.items()} == found
    assert all(each.answer == b"" for each in among.values())


def test_what_is_no_list_is_not_taken_for_an_empty_one() -> None:
    with pytest.raises(Unknown, match="could not be read"):
        found_among(receipt(b"<html>"), [FIRST])


def test_a_404_means_none_where_the_keys_are_good_and_trouble_where_they_are_not(wire: Wire) -> None:
    wire.answers = {LOOK: [http(b"", "404 Not Found")], PROBE: [http()]}
    assert look(wire) == {}

    wire.answers[PROBE] = [http(b"", "404 Not Found")]
    with pytest.raises(Misconfigured):
        look(wire)


@pytest.mark.parametrize(
    ("record", "line"), [(Record("person", "12"), UPLOAD), (Record("referral", "7"), "POST /v2/referrals/id/7/uploads")]
)
def test_a_file_goes_to_its_record(wire: Wire, record: Record, line: str) -> None:
    wire.answers = {line: [http(b'{"success": true}', "201 Created")]}

    assert upload(wire, record=record).status == 201

    (request,) = wire.requests
    assert f'filename="{NAME}"'.encode() in request.body
    assert b'name="user_visibility"\r\n\r\n4,5\r\n' in request.body
    assert b'name="group_visibility"\r\n\r\n1\r\n' in request.body
    assert b"%PDF-1" in request.body


def test_a_repeat_says_so_in_its_name(wire: Wire) -> None:
    wire.answers = {UPLOAD: [http()]}

    upload(wire, repeat=True)

    assert b'filename="From Dr Testperson (possible repeat).pdf"' in wire.requests[0].body
    assert [marked(name) for name in ("a.b.pdf", "letter", ".pdf")] == [
        "a.b (possible repeat).pdf",
        "letter (possible repeat)",
        ".pdf (possible repeat)",
    ]


@pytest.mark.parametrize(
    ("status", "probe", "error"),
    [
        ("401 Unauthorized", "200 OK", CredentialsRefused),
        ("403 Forbidden", "200 OK", Rejected),
        ("403 Forbidden", "403 Forbidden", CredentialsRefused),
        ("404 Not Found", "200 OK", Rejected),
        ("405 Method Not Allowed", "200 OK", Rejected),
        ("415 Unsupported Media Type", "200 OK", Rejected),
        ("404 Not Found", "404 Not Found", Misconfigured),
        ("302 Found", "200 OK", Misconfigured),
        ("413 Content Too Large", "200 OK", Rejected),
        ("429 Too Many Requests", "200 OK", Busy),
        ("503 Service Unavailable", "200 OK", Busy),
        ("500 Internal Server Error", "200 OK", Unknown),
    ],
)
def test_what_an_answer_to_an_upload_means(wire: Wire, status: str, probe: str, error: type[DestinationError]) -> None:
    wire.answers = {UPLOAD: [http(b"", status)], PROBE: [http(b"", probe)]}

    with pytest.raises(error) as raised:
        upload(wire)

    assert "Testperson" not in f"{raised.value!r} {raised.value}"


def test_a_cut_upload_may_have_arrived_and_one_that_reached_nobody_has_not(wire: Wire) -> None:
    with pytest.raises(Unknown) as raised:
        upload(wire)
    assert "Testperson" not in f"{raised.value!r} {raised.value.__cause__!r}"

    with charitylog(wire, url="http://127.0.0.1:1/v2") as nobody, pytest.raises(NotSent):
        nobody.upload(Record("person", "12"), Attachment(NAME, "", 1, [b"x"]))


def test_a_record_and_an_attachment_show_nothing_of_a_person() -> None:
    record = Record("person", "987654")
    assert Record.read(str(record)) == record
    assert "987654" not in repr(record)
    assert "Testperson" not in repr(Attachment(NAME, "application/pdf", 1, [b"x"]))
    for text in ("", "person", "person ", "elephant 7"):
        with pytest.raises(ValueError, match="names no record"):
            Record.read(text)
