"""Bodies that nobody sends by mistake: each is refused in words, none breaks anything, none means two things."""

import gzip
import json
from typing import Any

import pytest

from gateway.store.states import Stands

from .conftest import ANSWERS, REFERRALS, Software, errors

GOOD = json.dumps({"form": "agency", "people": ANSWERS}).encode()


def with_name(text: str) -> bytes:
    """The body with what stands in JSON for the first name."""
    return GOOD.replace(b'"Maia"', text.encode())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b'{"form": "agency", "form": "support"}',
        GOOD.replace(b'"surname"', b'"first_name": "Another", "surname"'),
        with_name("NaN"),
        with_name("Infinity"),
        with_name("-Infinity"),
        with_name('"\t"'),
        with_name("'Maia'"),
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"form":' * 5000 + b"1" + b"}" * 5000,
        GOOD.replace(b'"Maia"', b'"\xe9"'),
        GOOD + b"{}",
        GOOD.decode().encode("utf-16"),
    ],
    ids=range(16),
)
def test_what_cannot_be_read_in_one_way_is_refused(surgery: Software, body: bytes) -> None:
    answer = surgery.post(body)

    assert (answer.status_code, answer.json["code"]) == (400, "not_json")
    assert "Maia" not in answer.json["detail"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r'"\ud800"', "First name has a character that we cannot read. Delete it and type it again."),
        (r'"\u0000"', "First name has a character that we cannot read. Delete it and type it again."),
        (r'"Ma\u0007ia"', "First name has a character that we cannot read. Delete it and type it again."),
        (json.dumps("x" * 100_000), "First name must be 60 characters or fewer. You typed 100000."),
        ("9" * 100_000, "Give a text."),
        ("1e999999999", "Give a text."),
        ('["Maia"]', "Give a text."),
        ("{}", "Give a text."),
    ],
)
def test_a_text_is_a_text_that_the_page_would_take(surgery: Software, text: str, message: str) -> None:
    assert errors(surgery.post(with_name(text))) == {"people.client.first_name": message}


def test_a_mark_of_the_byte_order_says_nothing(surgery: Software) -> None:
    assert surgery.post(b"\xef\xbb\xbf" + GOOD).status_code == 201


@pytest.mark.parametrize("body", [b"null", b"7", b'"agency"', b"[]", b"true", b"{}", b'{"form": null}'])
def test_json_of_another_shape_is_refused(surgery: Software, body: bytes) -> None:
    assert surgery.post(body).status_code == 422


@pytest.mark.parametrize("form", [None, 7, [], {}, True, "", "\ud800", "agency\0", "../riverside", "Agency"])
def test_a_form_that_is_none_is_refused(surgery: Software, form: object) -> None:
    assert surgery.send(form=form).status_code in (403, 422)


@pytest.mark.parametrize("language", [7, [], {}, False, "", "EN"])
def test_a_language_that_is_none_is_refused(surgery: Software, language: object) -> None:
    assert list(errors(surgery.send(language=language))) == ["language"]


def test_a_name_is_repeated_short_and_readable(surgery: Software) -> None:
    answer = surgery.post({"form": "agency", "people": {}, "\ud800" + "x" * 10_000: 1})

    assert list(errors(answer)) == ["\ufffd" + "x" * 63]
    json.loads(answer.get_data().decode("ascii"))


def test_many_members_are_all_named_and_cost_little(surgery: Software) -> None:
    people = {**ANSWERS, "client": {**ANSWERS["client"], **{f"n{number}": 1 for number in range(5000)}}}

    assert len(errors(surgery.send(people))) == 5000


def test_what_is_too_large_is_refused(surgery: Software) -> None:
    answer = surgery.post(GOOD + b" " * 3_000_000)

    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    assert "2 MB of JSON" in answer.json["detail"]


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "application/json5", "a" * 5000],
)
def test_what_is_no_json_by_its_type_is_not_read(surgery: Software, content_type: str) -> None:
    answer = surgery.client.post(
        REFERRALS, data=GOOD, content_type=content_type, headers=surgery.headers(surgery.new_key())
    )

    assert (answer.status_code, answer.json["code"]) == (415, "media_type")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "identity, gzip", "x" * 300])
def test_a_body_that_is_packed_is_refused_for_what_it_is(surgery: Software, coding: str) -> None:
    headers = {**surgery.headers(surgery.new_key()), "Content-Encoding": coding}
    answer = surgery.client.post(REFERRALS, data=gzip.compress(GOOD), content_type="application/json", headers=headers)

    assert (answer.status_code, answer.json["code"]) == (415, "packed")
    assert answer.headers["Accept-Encoding"] == "identity"


def test_a_body_that_says_that_it_is_not_packed_is_taken(surgery: Software) -> None:
    headers = {**surgery.headers(surgery.new_key()), "Content-Encoding": "Identity"}

    assert (
        surgery.client.post(REFERRALS, data=GOOD, content_type="application/json", headers=headers).status_code == 201
    )


@pytest.mark.parametrize(
    "query",
    [
        {"colour": "red"},
        {"created_at": "2026-01-01"},
        {"state__gt": "received"},
        {"created_at__in": "2026-01-01"},
        {"agency": "x"},
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "-1"},
        {"limit": "²"},
        {"limit": "9" * 5000},
        {"offset": "10001"},
        {"offset": "1.5"},
        {"sort": "sealed"},
        {"sort": "created_at", "dir": "up"},
        {"dir": "up"},
        {"state": "sealed"},
        {"state__in": "received,"},
        {"state__startswith": "x"},
        {"form": "\0"},
        {"form__in": "agency,'; DROP TABLE referrals; --"},
        {"reference": "%"},
        {"reference__startswith": "_"},
        {"search": "Test, person"},
        {"search": "\udcff"},
        {"created_at__gt": "yesterday"},
        {"created_at__gt": "0001-01-01T00:00:00+14:00"},
        {"created_at__range": "2026-01-01"},
        {"created_at__range": "2026-01-01,2026-01-02,2026-01-03"},
        {"updated_at__lt": "9999-12-31T23:59:59-14:00"},
    ],
    ids=str,
)
def test_a_list_is_asked_for_what_it_has(surgery: Software, query: dict[str, Any]) -> None:
    address = f"{REFERRALS}?" + "&".join(f"{name}={_escaped(value)}" for name, value in query.items())
    answer = surgery.client.get(address, headers=surgery.headers())

    assert (answer.status_code, answer.json["code"]) == (400, "bad_parameters")
    assert set(errors(answer)) <= set(query)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("reference", "%", "Give a reference."),
        ("reference__startswith", "", "Give a reference, or how it begins."),
        ("form__in", "agency,", "Give the slug of a form, or several with one comma between each."),
        ("state__startswith", "x", f"No state begins like that. They are: {', '.join(Stands)}."),
        ("state__startswith", "", f"No state begins like that. They are: {', '.join(Stands)}."),
        ("created_at__gt", "2026-05-31T12:00:00+01:00", "Give a time as 2026-05-31T12:00:00Z."),
    ],
)  # fmt: skip
def test_what_a_parameter_takes_is_said(surgery: Software, name: str, value: str, message: str) -> None:
    answer = surgery.client.get(f"{REFERRALS}?{name}={value}", headers=surgery.headers())

    assert errors(answer) == {name: message}


def test_many_parameters_are_refused(surgery: Software) -> None:
    answer = surgery.client.get(f"{REFERRALS}?{'limit=1&' * 1001}", headers=surgery.headers())

    assert (answer.status_code, answer.json["code"]) == (400, "bad_parameters")


def test_a_parameter_that_stands_twice_is_refused(surgery: Software) -> None:
    assert errors(surgery.get(REFERRALS, limit=[1, 2])) == {"limit": "Give it once."}


@pytest.mark.parametrize("reference", ["x", "RG-7K3F-9Q2M", "%2e%2e", "%00", "%ff", "RG-7K3F-9Q2M%27--", "'"])
def test_a_reference_that_is_none_is_not_there(surgery: Software, reference: str) -> None:
    assert surgery.get(f"{REFERRALS}/{reference}").status_code == 404


def _escaped(value: str) -> str:
    return "".join(f"%{byte:02X}" for byte in value.encode(errors="surrogateescape"))
