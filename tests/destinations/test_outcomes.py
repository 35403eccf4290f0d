"""What an answer means, and how its shape is told without its content."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.destinations.outcomes import judge, retry_after, shape_of
from gateway.destinations.seam import (
    Busy,
    CredentialsRefused,
    DestinationError,
    Misconfigured,
    Receipt,
    Rejected,
    Unknown,
)

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
CANARY = "Zebedee Canary"
EXPECTED = {
    **dict.fromkeys(range(200, 300), Receipt),
    **dict.fromkeys(range(300, 400), Misconfigured),
    **dict.fromkeys(range(400, 500), Rejected),
    **dict.fromkeys(range(500, 600), Unknown),
    **dict.fromkeys((408, 429, 503), Busy),
    **dict.fromkeys((404, 405, 415), Misconfigured),
    **dict.fromkeys((401, 403), CredentialsRefused),
}


@pytest.mark.parametrize(("status", "kind"), sorted(EXPECTED.items()))
def test_each_status_means_one_thing(status: int, kind: type) -> None:
    meaning = judge(status, {}, b"an answer", probe_is_good=None, now=NOW)

    assert type(meaning) is kind
    assert meaning.status == status


def test_a_403_is_our_keys_only_where_the_probe_fails_too() -> None:
    assert isinstance(judge(403, {}, b"", probe_is_good=True, now=NOW), Rejected)
    assert isinstance(judge(403, {}, b"", probe_is_good=False, now=NOW), CredentialsRefused)


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 409, 500])
def test_the_answer_is_kept_as_bytes_and_never_shown(status: int) -> None:
    meaning = judge(status, {}, CANARY.encode(), probe_is_good=None, now=NOW)

    assert meaning.answer == CANARY.encode()
    assert CANARY not in f"{meaning} {meaning!r} {meaning.shape}"


@pytest.mark.parametrize(
    ("headers", "body", "shape"),
    [
        ({}, b"", "200 empty"),
        ({}, b" \r\n", "200 empty"),
        ({}, b'{"id": 7, "name": "x"}', "200 json {id:number,name:text}"),
        ({}, b'{"name": "x", "id": 7}', "200 json {id:number,name:text}"),
        ({}, b'{"1234": true}', "200 json {*:boolean}"),
        ({}, b'{"07700 900123": 1, "Testperson, Maia": 2}', "200 json {*:number}"),
        ({}, b"[1, 2, 3]", "200 json [number]"),
        ({}, b"[]", "200 json []"),
        ({}, b"null", "200 json null"),
        ({}, b"12345", "200 json number"),
        ({}, b'"OK"', "200 json text"),
        ({"Content-Type": "text/html; charset=utf-8"}, b"<p>OK</p>", "200 text/html"),
        ({"Content-Type": "Maia Testperson"}, b"<p>OK</p>", "200 other"),
        ({}, b"\xff\xfe\x00", "200 other"),
    ],
)
def test_a_shape_tells_how_an_answer_is_built(headers: dict[str, str], body: bytes, shape: str) -> None:
    assert shape_of(200, headers, body) == shape


KEYS = st.sampled_from(["id", "status", "results", "client_id", "07700", "Zebedee Canary", "Zebedee.Canary", ""])
VALUES = st.recursive(
    st.sampled_from([CANARY, CANARY * 50]) | st.integers(7_000_000) | st.floats(7e6, 8e6) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=25,
)


@given(VALUES, st.sampled_from([200, 400]))
def test_a_shape_holds_no_value_and_fits_its_column(value: object, status: int) -> None:
    shape = shape_of(status, {}, json.dumps(value).encode())

    assert "Zebedee" not in shape
    assert not any(letter.isdigit() for letter in shape.removeprefix(str(status)))
    assert len(shape) <= 200


@given(st.binary(max_size=300), st.text(max_size=60), st.integers(100, 999))
def test_any_answer_whatever_means_something(body: bytes, header: str, status: int) -> None:
    meaning = judge(status, {"Content-Type": header, "Retry-After": header}, body, probe_is_good=None, now=NOW)

    assert isinstance(meaning, Receipt | DestinationError)


def test_an_answer_too_deep_to_read_means_something() -> None:
    assert isinstance(judge(200, {}, b"[" * 100_000, probe_is_good=None, now=NOW), Receipt)


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        ("0", timedelta()),
        (" 120 ", timedelta(minutes=2)),
        ("999999999", timedelta(days=1)),
        ("Mon, 04 May 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Mon, 04 May 2026 13:10:00 +0100", timedelta(minutes=10)),
        ("Mon, 04 May 2026 11:00:00 GMT", timedelta()),
        ("Fri, 04 May 2029 12:00:00 GMT", timedelta(days=1)),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 5000, None),
        ("Mon, 04 May 99999999999999999999 12:10:00 GMT", None),
        ("Mon, 04 May 2026 12:10:00 +99999999999", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date_and_else_left_alone(value: str, pause: timedelta | None) -> None:
    assert retry_after({"Retry-After": value}, NOW) == pause


def test_without_retry_after_there_is_no_wish() -> None:
    assert retry_after({}, NOW) is None
