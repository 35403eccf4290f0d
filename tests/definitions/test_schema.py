"""A form knows its parts, survives being stored, and is named by its content."""

import json

import pytest
from pydantic import ValidationError

from gateway.definitions.schema import Form, QuickExit

from .writing import a_field, a_page, valid

CARER = {"id": "carer", "min": "0", "max": "2", "blocks": {"crm": {"role": "2"}}}


def a_large_form(**changes: object) -> Form:
    return valid(
        a_page(a_field(), a_field("consent", name="agree", label={"en": "I agree", "cy": "Cytunaf"})),
        a_page(a_field("number", min="0.50"), id="carer", person="carer", show_when={"agree": "Y"}),
        people=[{"id": "client"}, CARER],
        quick_exit="true",
        basis={"article_6": "legitimate_interests", "article_9": "social_care"},
        blocks={"crm": {"source": "1"}},
        sent={"what_happens_next": "We will call you."},
        **changes,
    )


def test_a_form_read_back_from_the_store_equals_the_one_put_in() -> None:
    form = a_large_form()

    again = Form.model_validate_json(form.model_dump_json(by_alias=True))

    assert again == form
    assert again.hash == form.hash


def test_the_hash_is_64_hex_digits_and_the_same_each_time() -> None:
    assert a_large_form().hash == a_large_form().hash
    assert len(bytes.fromhex(a_large_form().hash)) == 32


@pytest.mark.parametrize("changes", [{"title": "Ask"}, {"open": "false"}, {"blocks": {"crm": {"source": "2"}}}])
def test_the_hash_changes_with_the_content(changes: object) -> None:
    assert valid(**changes).hash != valid().hash


def test_the_hash_does_not_depend_on_the_order_of_keys() -> None:
    assert valid(blocks={"crm": {"a": "1", "b": "2"}}).hash == valid(blocks={"crm": {"b": "2", "a": "1"}}).hash


def test_a_form_knows_its_people_and_pages() -> None:
    form = a_large_form()

    assert form.main.id == "client"
    assert form.person("carer") is form.people[1]
    assert form.page("carer") is form.pages[1]
    assert (form.main.repeats, form.person("carer").repeats) == (False, True)


def test_nobody_found_is_an_error_and_not_somebody_else() -> None:
    with pytest.raises(KeyError):
        valid().page("nowhere")


def test_a_form_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        valid().slug = "other"


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("true", QuickExit()),
        ("false", None),
        ({"url": "https://www.bbc.co.uk/weather"}, QuickExit(url="https://www.bbc.co.uk/weather")),
    ],
)
def test_quick_exit_is_a_word_or_an_address(given: object, read: object) -> None:
    assert valid(quick_exit=given).quick_exit == read


@pytest.mark.parametrize("given", ["on", {"url": "javascript:alert(1)"}, {"url": ""}, {"address": "https://x.example"}])
def test_a_quick_exit_to_nowhere_is_refused(given: object) -> None:
    with pytest.raises(ValidationError):
        valid(quick_exit=given)


def test_show_when_takes_one_value_or_several() -> None:
    page = a_page(a_field(show_when={"reach": "phone"}), a_field(name="b", show_when={"reach": ["phone", "email"]}))

    first, second = valid(page).pages[0].fields

    assert (first.show_when, second.show_when) == ({"reach": ("phone",)}, {"reach": ("phone", "email")})


def test_text_that_looks_like_a_number_or_a_truth_stays_text() -> None:
    field = a_field("radios", choices=[{"value": "No", "label": "07700"}])

    [choice] = valid(a_page(field)).pages[0].fields[0].choices

    assert (choice.value, str(choice.label)) == ("No", "07700")


def test_a_form_of_an_older_version_can_be_read_and_keeps_its_name() -> None:
    form = a_large_form()
    plain = form.model_dump(mode="json", by_alias=True)
    for person in plain["people"]:
        del person["send"]
    older = json.dumps(plain)
    assert older != form.model_dump_json(by_alias=True)

    again = Form.from_store("0" * 64, older)

    assert again == form
    assert again.hash == "0" * 64


def test_choices_and_postcodes_of_an_older_version_can_be_read() -> None:
    form = valid(a_page(a_field("radios", choices=["One"]), a_field("postcode", name="postcode")))
    plain = form.model_dump(mode="json", by_alias=True)
    del plain["pages"][0]["fields"][0]["choices"][0]["ask"]
    del plain["pages"][0]["fields"][1]["no_fixed_address"]

    assert Form.from_store(form.hash, json.dumps(plain)) == form
