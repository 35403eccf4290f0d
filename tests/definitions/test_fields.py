"""Every type of field: what it may hold, what it refuses, and what becomes of its answer."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from gateway.definitions.fields import FIELD_TYPES, Field

from .writing import a_field

FIELDS: TypeAdapter[Field] = TypeAdapter(Field)

GOOD = [
    a_field("text", min_length="2", max_length="60", autocomplete="given-name", prefill="true"),
    a_field("textarea", rows="3", required="yes", required_message="Tell us"),
    a_field("email"),
    a_field("phone", **{"as": "telephone"}),
    a_field("postcode"),
    a_field("postcode", no_fixed_address="true"),
    a_field("select", choices=["One", {"value": "2", "label": "Something else", "ask": "What is it?"}]),
    a_field("nhs_number"),
    a_field("date", past="true"),
    a_field("date", future="true", past="false"),
    a_field("number", min="0", max="2.5", whole="no"),
    a_field("yes_no", required="no"),
    a_field("select", dictionary="organisations/ethnic_group"),
    a_field("radios", choices=["No", {"value": "35", "label": "White British", "hint": "One of many"}]),
    a_field("checkboxes", choices=["One", "Two", "Three"], min="1", max="2"),
    a_field("file", accept=["pdf", "JPG"], max_files="3", max_mb="10", attach_to="referral"),
    a_field("consent", version="2026-05"),
    a_field("agreement"),
    a_field("safe_contact"),
    a_field("safe_contact", choices=[{"value": "text", "label": "Text message"}]),
    {"name": "campaign", "type": "hidden", "value": "poster"},
    {"name": "campaign", "type": "hidden", "prefill": "true"},
    a_field("phone", prefill="agency"),
    a_field("select", choices=["One"], prefill="again"),
    {"type": "note", "text": "Some words"},
    {"type": "exit", "text": "Sorry", "show_when": {"district": ["6", "7"]}},
]


@pytest.mark.parametrize("given", GOOD, ids=lambda field: field["type"])
def test_a_field_as_people_write_it_is_read_and_survives_being_stored(given: object) -> None:
    field = FIELDS.validate_python(given)

    assert FIELDS.validate_json(FIELDS.dump_json(field, by_alias=True)) == field


def test_every_type_is_among_the_good_ones() -> None:
    assert {field["type"] for field in GOOD} == set(FIELD_TYPES)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (a_field(name="First-name"), "cannot be a name"),
        (a_field(name="1st"), "cannot be a name"),
        (a_field(name="n" * 65), "cannot be a name"),
        (a_field(**{"as": "first name"}), "cannot be a name"),
        (a_field(required="on"), "true or false"),
        (a_field(required="1"), "true or false"),
        (a_field(autocomplete=""), "is empty"),
        (a_field(min_length="9", max_length="8"), "above"),
        (a_field(max_length="0"), "greater than or equal"),
        (a_field(show_when={}), "at least 1"),
        (a_field(show_when={"reach": []}), "at least 1"),
        (a_field(show_when={"reach": ""}), "is empty"),
        (a_field("date", past="true", future="true"), "both 'past' and 'future'"),
        (a_field("number", min="3", max="2"), "above"),
        (a_field("number", min="NaN"), "finite number"),
        (a_field("select"), "either 'choices' or 'dictionary'"),
        (a_field("select", choices=["One"], dictionary="one"), "either 'choices' or 'dictionary'"),
        (a_field("select", choices=[]), "at least 1"),
        (a_field("radios", choices=["One", "One"]), "stands twice"),
        (a_field("radios", choices=[{"value": "1"}]), "Field required"),
        (a_field("safe_contact", choices=["One", "One"]), "stands twice"),
        (a_field("select", dictionary="../secrets"), "cannot be the name"),
        (a_field("checkboxes", choices=["One"], min="2", max="1"), "above"),
        (a_field("file", accept=[]), "at least 1"),
        (a_field("file", accept=[".pdf"]), "ending of a file"),
        (a_field("file", accept=["exe"]), "Choose from: csv, doc, docx"),
        (a_field("file", accept=["pdf"], send="field"), "travels apart"),
        (a_field("date", prefill="true"), "'prefill' is for"),
        (a_field("select", choices=["One"], prefill="agency"), "'again' for this one too"),
        (a_field("text", prefill="mine"), "true, agency, again or false"),
        ({"name": "campaign", "type": "hidden"}, "either 'value' or 'prefill"),
        ({"name": "campaign", "type": "hidden", "value": "1", "prefill": "yes"}, "either 'value' or 'prefill"),
        ({"type": "exit", "text": "Sorry"}, "Field required"),
        ({"type": "note", "text": "Words", "label": "Words"}, "not permitted"),
    ],
)
def test_a_wrong_field_is_refused(given: object, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        FIELDS.validate_python(given)


@pytest.mark.parametrize(
    ("kind", "more", "sending"),
    [
        ("text", {}, "field"),
        ("yes_no", {}, "field"),
        ("hidden", {"value": "1"}, "field"),
        ("checkboxes", {"choices": ["One"]}, "description"),
        ("safe_contact", {}, "description"),
        ("consent", {}, "none"),
        ("agreement", {}, "none"),
        ("file", {"accept": ["pdf"]}, "none"),
        ("consent", {"send": "field"}, "field"),
        ("checkboxes", {"choices": ["One"], "send": "field"}, "field"),
        ("text", {"send": "none"}, "none"),
    ],
)
def test_an_answer_travels_as_its_type_or_its_author_says(kind: str, more: dict[str, Any], sending: str) -> None:
    assert FIELDS.validate_python(a_field(kind, **more)).sending == sending


def test_words_between_questions_are_never_sent() -> None:
    assert FIELDS.validate_python({"type": "note", "text": "Words"}).sending == "none"


def test_an_answer_is_sent_under_the_name_of_the_destination() -> None:
    assert FIELDS.validate_python(a_field("phone", **{"as": "telephone"})).sent_as == "telephone"
    assert FIELDS.validate_python(a_field("phone")).sent_as == "first_name"


def test_a_plain_choice_is_its_own_label() -> None:
    [choice, _] = FIELDS.validate_python(a_field("radios", choices=["No", "Yes please"])).choices

    assert (choice.value, str(choice.label)) == ("No", "No")


def test_a_changed_wording_is_a_new_version() -> None:
    versions = [
        FIELDS.validate_python(a_field("consent", **changes)).version
        for changes in ({}, {"label": "I agree"}, {"hint": "As the notice says"}, {"label": {"en": "First name"}})
    ]

    assert len(set(versions)) == 4
    assert {len(version) for version in versions} == {12}
    assert versions[0] == FIELDS.validate_python(a_field("consent", required="true", name="other")).version


def test_a_stated_version_stands() -> None:
    assert FIELDS.validate_python(a_field("agreement", version="2026-05")).version == "2026-05"


def test_an_agreement_has_two_answers() -> None:
    assert [choice.value for choice in FIELDS.validate_python(a_field("agreement")).choices] == ["agreed", "interest"]


def test_there_are_five_safe_ways_unless_somebody_says_otherwise() -> None:
    ways = FIELDS.validate_python(a_field("safe_contact")).choices

    assert [way.value for way in ways] == ["phone", "voicemail", "text", "email", "letter"]


def test_a_safe_way_named_by_its_word_alone_keeps_our_label() -> None:
    own = {"value": "bell", "label": "Ring the bell"}
    ways = FIELDS.validate_python(a_field("safe_contact", choices=["text", own, "Pigeon"])).choices

    assert [str(way.label) for way in ways] == ["Text message", "Ring the bell", "Pigeon"]


def test_a_hidden_field_needs_no_label() -> None:
    hidden = FIELDS.validate_python({"name": "campaign", "type": "hidden", "value": "poster"})

    assert str(hidden.label) == "campaign"
