"""The three readings of the request body."""

import json
from urllib.parse import parse_qsl, quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.charitylog import EncodedBody, encode

ALICE: dict[str, object] = {"first_name": "Alice", "surname": "Testperson", "org_type_id": 1}
CARER: dict[str, object] = {"surname": "Testperson", "relationships": {"1": "5", "2": "5"}}
CARED: dict[str, object] = {"surname": "Testperson", "relationships": {"0": "8"}, "carer_relationships": {"0": "3"}}

PAIR = (
    b"0%5Bsurname%5D=Testperson&0%5Brelationships%5D%5B1%5D=5&0%5Brelationships%5D%5B2%5D=5"
    b"&1%5Bsurname%5D=Testperson&1%5Brelationships%5D%5B0%5D=8&1%5Bcarer_relationships%5D%5B0%5D=3"
)

FORM = [
    (
        [ALICE],
        b"0%5Bfirst_name%5D=Alice&0%5Bsurname%5D=Testperson&0%5Borg_type_id%5D=1",
    ),
    (
        [CARER, CARED],
        PAIR,
    ),
    ([{"surname": "Siân Ŵyn"}], b"0%5Bsurname%5D=Si%C3%A2n+%C5%B4yn"),
    ([{"description": "one\ntwo\r\nthree"}], b"0%5Bdescription%5D=one%0Atwo%0D%0Athree"),
    ([{"description": "👩‍🦽"}], b"0%5Bdescription%5D=%F0%9F%91%A9%E2%80%8D%F0%9F%A6%BD"),
    ([{"description": "a&b=c[d]%e+f;g"}], b"0%5Bdescription%5D=a%26b%3Dc%5Bd%5D%25e%2Bf%3Bg"),
    ([{"district": ["7", 9]}], b"0%5Bdistrict%5D%5B0%5D=7&0%5Bdistrict%5D%5B1%5D=9"),
    ([{"surname": ""}], b"0%5Bsurname%5D="),
    ([{"surname": "Testperson", "relationships": {}}], b"0%5Bsurname%5D=Testperson"),
]

JSON = [
    ([ALICE], '[{"first_name":"Alice","surname":"Testperson","org_type_id":1}]'),
    ([CARER], '[{"surname":"Testperson","relationships":{"1":"5","2":"5"}}]'),
    ([{"surname": "Siân Ŵyn"}], '[{"surname":"Siân Ŵyn"}]'),
    ([{"description": "one\ntwo"}], '[{"description":"one\\ntwo"}]'),
    ([{"description": "👩‍🦽"}], '[{"description":"👩‍🦽"}]'),
    ([{"description": 'a&b=c[d]%e+f"g'}], '[{"description":"a&b=c[d]%e+f\\"g"}]'),
]

values = st.recursive(
    st.text(st.characters(codec="utf-8"), max_size=20) | st.integers(),
    lambda inner: st.dictionaries(st.from_regex(r"[a-z0-9_]{1,5}", fullmatch=True), inner, min_size=1, max_size=3),
    max_leaves=6,
)
people = st.lists(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), values, min_size=1), min_size=1)


def unbracketed(content: bytes) -> dict[str, object]:
    """Read bracketed pairs as a server does: `0[a][b]=c` is {"0": {"a": {"b": "c"}}}."""
    found: dict[str, object] = {}
    for key, value in parse_qsl(content.decode("ascii"), keep_blank_values=True, strict_parsing=True):
        place: dict[str, object] = found
        *steps, last = key.replace("]", "").split("[")
        for step in steps:
            place = place.setdefault(step, {})  # type: ignore[assignment]
        place[last] = value
    return found


def as_text(value: object) -> object:
    """Every leaf as text: a form knows no numbers."""
    return {key: as_text(inner) for key, inner in value.items()} if isinstance(value, dict) else str(value)


@pytest.mark.parametrize(("persons", "expected"), FORM)
def test_form_is_bracketed_pairs_percent_encoded_as_php_does(persons: list[dict[str, object]], expected: bytes) -> None:
    assert encode(persons, "form") == EncodedBody("application/x-www-form-urlencoded", expected)


@pytest.mark.parametrize(("persons", "expected"), JSON)
def test_json_is_compact_and_keeps_unicode_as_it_is(persons: list[dict[str, object]], expected: str) -> None:
    assert encode(persons, "json") == EncodedBody("application/json", expected.encode())


@pytest.mark.parametrize(("persons", "expected"), JSON)
def test_form_json_is_the_same_json_under_the_media_type_of_a_form(
    persons: list[dict[str, object]], expected: str
) -> None:
    assert encode(persons, "form-json") == EncodedBody("application/x-www-form-urlencoded", expected.encode())


@settings(deadline=None, database=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(codec="utf-8")))
def test_text_is_written_as_forms_write_it(value: str) -> None:
    assert encode([{"surname": value}], "form").content == f"0%5Bsurname%5D={quote_plus(value)}".encode()


@given(people)
def test_a_form_reads_back_as_what_was_sent(persons: list[dict[str, object]]) -> None:
    expected = {str(index): as_text(person) for index, person in enumerate(persons)}

    assert unbracketed(encode(persons, "form").content) == expected


@settings(deadline=None, database=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(people)
def test_json_reads_back_as_what_was_sent(persons: list[dict[str, object]]) -> None:
    assert json.loads(encode(persons, "json").content) == persons
    assert json.loads(encode(persons, "form-json").content) == persons


@pytest.mark.parametrize("value", [None, True, 1.5, b"bytes", object(), {"1": None}, ["5", False]])
def test_a_value_without_a_documented_form_is_refused_by_the_name_of_its_field(value: object) -> None:
    with pytest.raises(TypeError, match=r"^ethnicity: "):
        encode([{"ethnicity": value}], "json")


@pytest.mark.parametrize("person", [{"a[b": "x"}, {"a]": "x"}, {"a": {"[": "x"}}])
def test_a_bracket_in_a_name_is_refused_since_a_form_would_read_it_as_a_level(person: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="square bracket"):
        encode([person], "form")


@pytest.mark.parametrize("body", ["form", "form-json", "json"])
def test_broken_unicode_is_refused_without_showing_the_text(body: str) -> None:
    with pytest.raises(ValueError, match="valid Unicode") as caught:
        encode([{"description": "secret words \ud800"}], body)  # type: ignore[arg-type]

    assert not isinstance(caught.value, UnicodeError)
    assert caught.value.__context__ is None


def test_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="one person"):
        encode([], "json")


def test_an_unknown_encoding_is_refused_by_naming_the_known_ones() -> None:
    with pytest.raises(ValueError, match="form, form-json, json"):
        encode([ALICE], "xml")  # type: ignore[arg-type]


def test_an_encoded_body_is_shown_without_its_content() -> None:
    assert repr(encode([ALICE], "json")) == "EncodedBody(content_type='application/json')"
