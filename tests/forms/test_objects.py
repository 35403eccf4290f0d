"""Answers as an object: several people, what is hidden, where a journey ends, words beside a choice; their schema."""

from typing import Any

import jsonschema_rs
import pytest

from gateway.definitions.schema import Form
from gateway.forms import objects
from gateway.forms.build import filled
from gateway.forms.collect import collect
from gateway.forms.described import schema_of
from gateway.forms.objects import Figure

from .making import TODAY, definition, look_up, page, question

FORM = definition(
    page(
        "you",
        question("first_name", required=True),
        question("has_children", "yes_no", required=True),
        question("abroad", "yes_no"),
        {"type": "exit", "text": "We help in Wales alone.", "show_when": {"abroad": "Y"}},
        question("age", "number", min="0", max="120"),
        question("origin", "select", dictionary="organisations/ethnic_group"),
        question("source", "hidden", value="web"),
        question("campaign", "hidden", prefill=True),
    ),
    page(
        "them",
        question("name", required=True),
        question("likes", "checkboxes", choices=["Music", {"value": "other", "label": "Other", "ask": "What?"}]),
        question("school", required=True, show_when={"likes": "Music"}),
        person="child",
        show_when={"has_children": "Y"},
    ),
    people=({"id": "client"}, {"id": "child", "label": "A child", "max": 3}),
)
ME: dict[str, Any] = {"first_name": "Maia", "has_children": False}


def wrong(people: object, form: Form = FORM) -> dict[str, str]:
    """What is wrong with an object, by path."""
    inputs, found = objects.inputs_of(form, people)
    return dict(found or objects.wrong_on(filled(form, inputs, language="en", choices=look_up, today=TODAY)))


def answers(people: object) -> dict[str, list[tuple[str, object]]]:
    """The answers that a referral would have, by person."""
    inputs, found = objects.inputs_of(FORM, people)
    assert found == []
    pages = filled(FORM, inputs, language="en", choices=look_up, today=TODAY)
    assert objects.wrong_on(pages) == []
    theirs = enumerate(collect(FORM, pages, destination="").people)
    return {f"{each.id} {n}": [(one.name, one.value) for one in each.answers] for n, each in theirs}


def test_several_people_stand_in_a_list_and_each_has_a_path() -> None:
    me = {**ME, "has_children": True}
    both = [{"name": "Ann Sample"}, {"name": "Bob Sample", "likes": ["Music"], "school": "Hill"}]

    assert answers({"client": me, "child": both})["child 2"] == [
        ("name", "Bob Sample"), ("likes", ("Music",)), ("school", "Hill")
    ]  # fmt: skip
    assert wrong({"client": me, "child": [both[0], {"likes": ["Music"]}]}) == {
        "people.child[1].name": "Enter name",
        "people.child[1].school": "Enter school",
    }
    assert wrong({"client": me}) == {"people.child[0].name": "Enter name"}
    assert wrong({"client": me, "child": both * 2}) == {"people.child": "Give 3 or fewer."}
    assert wrong({"client": me, "child": both[0]}) == {"people.child": "Give a list of objects: there may be several."}


def test_what_the_answers_hide_is_dropped_as_on_the_page() -> None:
    hidden = answers({"client": ME, "child": [{"name": "Ann Sample"}]})
    assert list(hidden) == ["client 0"]

    me = {**ME, "has_children": True}
    shown = answers({"client": me, "child": [{"name": "Ann Sample", "school": "Hill"}]})
    assert shown["child 1"] == [("name", "Ann Sample")]


def test_where_a_journey_ends_nothing_is_sent_and_the_answer_that_ends_it_is_named() -> None:
    assert wrong({"client": {**ME, "abroad": True}}) == {"people.client.abroad": "We help in Wales alone."}


def test_words_beside_a_choice_are_asked_for_and_kept() -> None:
    me = {**ME, "has_children": True}

    def child(*likes: object) -> dict[str, object]:
        return {"client": me, "child": [{"name": "Ann Sample", "likes": list(likes)}]}

    assert answers(child({"value": "other", "text": "Chess"}))["child 1"][1] == ("likes", ("other",))
    assert list(wrong(child("other"))) == ["people.child[0].likes"]
    assert "asks for none" in wrong(child({"value": "Music", "text": "Jazz"}))["people.child[0].likes"]
    assert wrong(child("Dance")) == {"people.child[0].likes": "Choose one of the answers in the list."}


@pytest.mark.parametrize(("value", "sent"), [(Figure("7"), "7"), ("7", "7"), (Figure("-0"), "0"), (" 1 ", "1")])
def test_a_number_stays_as_it_was_written(value: object, sent: str) -> None:
    assert ("age", sent) in answers({"client": {**ME, "age": value}})["client 0"]


@pytest.mark.parametrize("value", [Figure("121"), Figure("1e1"), Figure("9" * 500), Figure("1.5"), "seven"])
def test_a_number_is_judged_as_on_the_page(value: object) -> None:
    assert list(wrong({"client": {**ME, "age": value}})) == ["people.client.age"]


def test_what_stands_in_the_form_cannot_be_sent_and_what_an_address_may_fill_in_can() -> None:
    assert wrong({"client": {**ME, "source": "me"}}) == {"people.client.source": "The form asks no such question."}
    assert ("campaign", "spring") in answers({"client": {**ME, "campaign": "spring"}})["client 0"]
    assert ("source", "web") in answers({"client": ME})["client 0"]


def test_its_schema_is_one_and_agrees() -> None:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema_of(FORM, "en", look_up)}
    jsonschema_rs.meta.validate(schema)
    judge = jsonschema_rs.validator_for(schema)

    def allows(people: object) -> bool:
        return judge.is_valid({"form": "support", "people": people})

    child = {"name": "Ann Sample", "likes": ["Music", {"value": "other", "text": "Chess"}], "school": "Hill"}
    assert allows({"client": {**ME, "age": 7, "origin": "35", "campaign": None}, "child": [child]})
    for wrong_one in ({"source": "me"}, {"origin": "99"}, {"age": []}, {"first_name": None}, {"has_children": "yes"}):
        assert not allows({"client": {**ME, **wrong_one}}), wrong_one
    assert not allows({"client": ME, "child": [child] * 4})
    assert not allows({"client": ME, "child": child})
    assert not allows({"child": [child]})
