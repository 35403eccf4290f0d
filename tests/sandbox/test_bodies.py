"""Each encoding of external_referral gives the people that were meant, or is refused in words."""

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from gateway.sandbox.api.bodies import FORM, JSON, BadBody, decode

PEOPLE: list[dict[str, Any]] = [
    {"first_name": "Siân & Æthel", "surname": "O'Test=person", "org_type_id": "7", "relationships": {"1": "8"}},
    {"first_name": "名前", "surname": "Testperson", "org_type_id": "9", "relationships": {"0": "5"}},
]
PAIRS = [
    (f"{number}[{name}][{inner}]" if inner else f"{number}[{name}]", value)
    for number, person in enumerate(PEOPLE)
    for name, sent in person.items()
    for inner, value in (sent.items() if isinstance(sent, dict) else [("", sent)])
]


def test_json_text_in_a_form_body_is_encoding_a() -> None:
    body = decode(json.dumps(PEOPLE).encode(), FORM)

    assert (body.encoding, body.people) == ("A", PEOPLE)


def test_json_is_encoding_d() -> None:
    body = decode(json.dumps(PEOPLE, ensure_ascii=False).encode(), JSON)

    assert (body.encoding, body.people) == ("D", PEOPLE)


@pytest.mark.parametrize("safe", ["", "[]"], ids=["brackets percent-encoded", "brackets raw"])
def test_bracketed_pairs_are_encoding_b(safe: str) -> None:
    raw = "&".join(f"{quote(key, safe=safe)}={quote(value)}" for key, value in PAIRS).encode()

    body = decode(raw, FORM)

    assert (body.encoding, body.people) == ("B", PEOPLE)


def test_a_plus_is_a_space_and_a_line_break_survives_in_pairs() -> None:
    body = decode(urlencode({"0[description]": "two words\nand a + line"}).encode(), FORM)

    assert body.people == [{"description": "two words\nand a + line"}]


def test_pairs_may_come_in_any_order() -> None:
    assert decode(b"1[surname]=B&0[surname]=A", FORM).people == [{"surname": "A"}, {"surname": "B"}]


@pytest.mark.parametrize("kind", [FORM, JSON])
def test_the_comma_too_many_of_the_printed_example_is_taken_unless_strict(kind: str) -> None:
    printed = b'[\n {\n "first_name": "A, }", "surname": "\\",}",\n "org_type_id": 1,\n }\n]'

    assert decode(printed, kind).people == [{"first_name": "A, }", "surname": '",}', "org_type_id": 1}]
    with pytest.raises(BadBody, match="not valid JSON"):
        decode(printed, kind, strict=True)


def test_relationships_may_be_the_lists_that_php_makes_of_arrays() -> None:
    sent = [{"relationships": [None, "5", "5"]}, {"relationships": ["8"], "carer_relationships": []}]

    first, second = decode(json.dumps(sent).encode(), JSON).people

    assert first == {"relationships": {"1": "5", "2": "5"}}
    assert second == {"relationships": {"0": "8"}, "carer_relationships": {}}


def test_white_space_before_json_text_does_not_make_it_pairs() -> None:
    assert decode(b' \n[{"surname": "A"}]', FORM).encoding == "A"


@pytest.mark.parametrize("kind", [FORM, JSON])
@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "empty"),
        (b"  ", "empty"),
        (b"[]", "list of people is empty"),
        (b'{"surname": "A"}', "must be a list"),
        (b'["A"]', "must be an object"),
        (b"[{", "not valid JSON"),
        (b'[{"surname": "A",,}]', "not valid JSON"),
        (b'[{"people_in_household": 1e400}]', "not valid JSON"),
        (b'[{"people_in_household": NaN}]', "not valid JSON"),
        (b'[{"surname": "\xff"}]', "not valid UTF-8"),
        (b'[{"surname": "\\ud800"}]', "half of a character"),
        (b"[" * 100_000, "not valid JSON"),
        (b"[" + b"{}," * 10_000 + b"{}]", "At most 10000 people"),
    ],
)
def test_a_bad_json_body_is_refused(kind: str, raw: bytes, why: str) -> None:
    with pytest.raises(BadBody, match=why):
        decode(raw, kind)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"surname=A", "not of the form"),
        (b"0[]=A", "not of the form"),
        (b"0[a][b][c]=A", "not of the form"),
        (b"00[surname]=A", "not of the form"),
        (b"1[surname]=A", "numbered from 0"),
        (b"0[surname]=A&2[surname]=B", "numbered from 0"),
        (b"0[surname]=A&0[surname][1]=B", "both as a value and as a group"),
        (b"0[surname]=%FF", "percent-encoded value is not valid UTF-8"),
        (b"no pairs at all", "neither JSON text nor pairs"),
    ],
)
def test_bad_pairs_are_refused(raw: bytes, why: str) -> None:
    with pytest.raises(BadBody, match=why):
        decode(raw, FORM)


def test_a_refusal_repeats_nothing_of_the_body() -> None:
    with pytest.raises(BadBody) as caught:
        decode(b'[{"surname": "Canaryperson"', JSON)

    assert "Canaryperson" not in str(caught.value)
    assert caught.value.__cause__ is None
