"""Conditions that can come true are let through."""

from pathlib import Path

import pytest

from .writing import a_field, a_form, a_page, load, problems

CARER = {"id": "carer", "max": "2"}
TWO_PEOPLE = [{"id": "client"}, CARER]
YES_NO = a_field("yes_no", name="ill")


@pytest.mark.parametrize(
    "question",
    [
        a_field("yes_no", name="q"),
        a_field("consent", name="q"),
        a_field("select", name="q", choices=["Y", "N"]),
        a_field("radios", name="q", dictionary="organisations/answers"),
        a_field("checkboxes", name="q", choices=[{"value": "Y", "label": "Yes"}]),
        a_field("hidden", name="q", value="Y"),
        a_field("hidden", name="q", prefill="true"),
    ],
    ids=lambda field: field["type"],
)
def test_every_question_with_choices_can_be_looked_at(tmp_path: Path, question: dict[str, object]) -> None:
    form = a_form(a_page(question, a_field(show_when={"q": "Y"})), a_page(YES_NO, id="b", show_when={"q": ["Y"]}))

    organisation = load(tmp_path, form, **{"dictionaries/organisations/answers.json": [{"value": "Y", "label": "Yes"}]})

    assert problems(organisation) == []


def test_an_agreement_can_be_looked_at(tmp_path: Path) -> None:
    form = a_form(a_page(a_field("agreement", name="q"), a_field(show_when={"q": ["agreed", "interest"]})))

    assert problems(load(tmp_path, form)) == []


def test_a_condition_looks_at_its_own_person_and_then_at_the_main_one(tmp_path: Path) -> None:
    own = a_field("radios", name="reach", choices=["phone", "email"])
    form = a_form(
        a_page(a_field("yes_no", name="reach"), YES_NO),
        a_page(own, a_field(show_when={"reach": "phone", "ill": "Y"}), id="carer", person="carer"),
        people=TWO_PEOPLE,
    )

    assert problems(load(tmp_path, form)) == []


@pytest.mark.parametrize(("show_when", "problem"), [({"has": "Y"}, []), ({}, ["people[1].min"])])
def test_where_there_may_be_nobody_every_page_about_them_is_conditional(
    tmp_path: Path, show_when: dict[str, str], problem: list[str]
) -> None:
    condition = {"show_when": show_when} if show_when else {}
    form = a_form(
        a_page(a_field("yes_no", name="has")),
        a_page(id="carer", person="carer", **condition),
        people=[{"id": "client"}, {**CARER, "min": "0"}],
    )

    assert [path for path, _ in problems(load(tmp_path, form))] == problem


def test_the_same_name_may_stand_for_two_people(tmp_path: Path) -> None:
    form = a_form(a_page(), a_page(id="carer", person="carer"), people=TWO_PEOPLE)

    assert problems(load(tmp_path, form)) == []


def test_pages_about_the_main_person_may_stand_apart(tmp_path: Path) -> None:
    form = a_form(a_page(), a_page(id="b", person="carer"), a_page(YES_NO, id="c"), people=TWO_PEOPLE)

    assert problems(load(tmp_path, form)) == []


def test_two_answers_may_share_a_field_where_conditions_keep_them_apart(tmp_path: Path) -> None:
    form = a_form(
        a_page(
            YES_NO, a_field(show_when={"ill": "Y"}), a_field(name="b", show_when={"ill": "N"}, **{"as": "first_name"})
        )
    )

    assert problems(load(tmp_path, form)) == []


def test_an_answer_in_the_description_shares_no_field(tmp_path: Path) -> None:
    form = a_form(a_page(a_field(), a_field(name="b", send="description", **{"as": "first_name"})))

    assert problems(load(tmp_path, form)) == []
