"""Whatever a program may send, in whatever place, it is judged: each complaint has a path, and no value is guessed."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.definitions.schema import Form
from gateway.forms import objects
from gateway.forms.build import filled
from gateway.forms.collect import collect
from gateway.forms.sampled import sample_of
from gateway.web.api import reading

from .making import TODAY
from .test_sampled import forms, look_up

LIKELY = ["", "Y", "other", "hillside", "1980-05-31", "HR9 7US", "\0", "\ud800", "value", "e\u0301", "9" * 400]
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(LIKELY), st.text(max_size=5),
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from(["value", "text", "reason", "no_fixed_address", "client", "first_name"]), st.text(max_size=3)
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
(FORM,) = [form for form in forms() if form.slug == "advice"]
GOOD: dict[str, Any] = (sample_of(FORM, "en", look_up, TODAY) or {})["people"]
NAMED = {"first_name": "Example", "surname": "Example"}
OTHERS: dict[str, dict[str, Any]] = {
    "referrer": {"name": "Example", "knows": "agreed"},
    "carer": NAMED,
    "child": NAMED,
}
PLACES = [(person.id, name) for person in FORM.people for name in objects.questions_of(FORM, person.id)]


def judged(form: Form, people: object) -> set[str]:
    """Judge people as a program sent them; give what is complained of, by path."""
    inputs, wrong = objects.inputs_of(form, reading.read(json.dumps(people).encode()))
    if not wrong:
        pages = filled(form, inputs, language="en", choices=look_up, today=TODAY)
        wrong = objects.wrong_on(pages)
        if not wrong:
            collect(form, pages, destination="charitylog")
    assert all(message and json.dumps(message) for _, message in wrong)
    return {path for path, _ in wrong}


@pytest.mark.parametrize(("person", "name"), PLACES)
def test_anything_may_stand_for_an_answer(person: str, name: str) -> None:
    repeats = FORM.person(person).repeats
    path = f"people.{person}{'[0]' if repeats else ''}.{name}"
    there = {"referrer": {"who_asks": "other"}, "carer": {"has_carer": True}, "child": {"has_children": True}}

    @given(ANYTHING)
    @settings(max_examples=15, deadline=None, derandomize=True, database=None)
    def said(value: object) -> None:
        mine = {**(GOOD["client"] if person == "client" else OTHERS[person]), name: value}
        client = {**GOOD["client"], **there.get(person, {})}
        others = {} if person == "client" else {person: [mine] if repeats else mine}
        complained = judged(FORM, {"client": mine if person == "client" else client, **others})
        # Where it is no answer, it alone is complained of: all the rest is right. An answer may call for others.
        assert path not in complained or complained == {path}

    said()


@given(ANYTHING)
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
def test_anything_may_stand_for_people(value: object) -> None:
    judged(FORM, value)
    judged(FORM, {**GOOD, "client": value})
    judged(FORM, {**GOOD, "carer": value})
    judged(FORM, {**GOOD, "child": [value]})
