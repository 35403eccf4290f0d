"""The example of a form is one that its pages take, and that its schema allows; where there is none, there is none."""

import json
from typing import Any

import jsonschema_rs
import pytest

from gateway.definitions.loader import load_organisations
from gateway.definitions.schema import Form
from gateway.destinations.judging import NAMES
from gateway.forms import objects
from gateway.forms.build import filled
from gateway.forms.described import schema_of
from gateway.forms.sampled import sample_of
from gateway.web.api import reading
from tests.docs.reading import ROOT
from tests.end_to_end.every_feature.test_every_feature import HILLSIDE

from .making import TODAY, definition, page, question

KEYS = {f"CHARITYLOG_{key}": "https://api.example.org/v2" for key in ("URL", "SOURCE", "ORG", "USER")}


def look_up(dictionary: str, _: object) -> list[tuple[str, str]]:
    """Every dictionary offers the same."""
    return [("1", "One"), ("2", dictionary)]


def forms() -> list[Form]:
    """Those of the example, and the one that has every question."""
    found = [
        load_organisations(folder, environment=KEYS, blocks=NAMES)
        for folder in (ROOT / "organisations", HILLSIDE.parent)
    ]
    return [form for each in found for organisation in each.values() for form in organisation.forms.values()]


def taken(form: Form) -> dict[str, Any]:
    """The example of a form, once its pages and its schema have judged it."""
    sample = sample_of(form, "en", look_up, TODAY)
    assert sample is not None
    inputs, wrong = objects.inputs_of(form, reading.read(json.dumps(sample).encode())["people"])  # type: ignore[index]  # an object
    assert wrong == []
    assert objects.wrong_on(filled(form, inputs, language="en", choices=look_up, today=TODAY)) == []
    assert jsonschema_rs.validator_for(schema_of(form, "en", look_up)).is_valid(sample)
    return sample


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.slug)
def test_every_form_has_an_example_that_it_takes(form: Form) -> None:
    assert taken(form)["form"] == form.slug


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("text", {"min_length": 3}), ("text", {"min_length": 59, "max_length": 60}), ("text", {"max_length": 2}),
        ("textarea", {}), ("email", {}), ("phone", {}), ("postcode", {}), ("postcode", {"no_fixed_address": True}),
        ("nhs_number", {}), ("date", {}), ("date", {"past": True}), ("date", {"future": True}),
        ("number", {}), ("number", {"min": "18"}), ("number", {"max": "-1"}),
        ("number", {"min": "0.5", "max": "0.7", "whole": False}),
        ("yes_no", {}), ("consent", {}), ("agreement", {}), ("safe_contact", {}),
        ("select", {"dictionary": "organisations/ethnic_group"}),
        ("radios", {"choices": [{"value": "a", "label": "A", "ask": "What?"}]}),
        ("checkboxes", {"choices": ["a", "b", {"value": "c", "label": "C", "ask": "What?"}], "min": 3}),
        ("hidden", {"prefill": True}),
    ],
)  # fmt: skip
def test_every_type_of_question_has_an_answer(kind: str, more: dict[str, Any]) -> None:
    required = {} if kind == "hidden" else {"required": True}
    taken(definition(page("one", question("answer", kind, **required, **more))))


def test_an_answer_that_would_end_the_journey_gives_way_to_another() -> None:
    form = definition(
        page(
            "one",
            question("area", "radios", required=True, choices=["Far", "Near"]),
            {"type": "exit", "text": "We help nearby alone.", "show_when": {"area": "Far"}},
            question("street", required=True, show_when={"area": "Near"}),
        ),
        page("two", question("name", required=True), person="child", show_when={"area": "Near"}),
        people=({"id": "client"}, {"id": "child", "label": "A child", "max": 3}),
    )

    people = {"client": {"area": "Near", "street": "Example"}, "child": [{"name": "Example"}]}
    assert taken(form) == {"form": "support", "people": people}


def test_a_form_that_needs_a_file_has_none() -> None:
    needs = definition(page("one", question("letter", "file", required=True, accept=["pdf"])))

    assert sample_of(needs, "en", look_up, TODAY) is None
