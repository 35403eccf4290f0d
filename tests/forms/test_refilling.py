"""The questions of a referral are filled in as they were answered; only what is changed there is judged."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from gateway.definitions.schema import Form
from gateway.forms.refilling import BOTH, TAKEN, Asked, Change, Refilled, applied
from gateway.referral import Referral
from tests.forms.making import TODAY, definition, look_up, page, question
from tests.forms.test_correcting import CARERS, CHOICES, FORM, QUESTIONS, referral

OTHER = [*CHOICES, {"value": "4", "label": "Other", "ask": "Which?"}, {"value": "5", "label": "Far", "ask": "Where?"}]
ASKING = definition(
    page(
        "about",
        question("surname", required=True),
        question("travels", "checkboxes", choices=OTHER),
        question("rides", "radios", choices=OTHER, required=True, send="description"),
        question("lives", "radios", choices=OTHER),
        question("smokes", "yes_no"),
        question("how_many", "number", required=True, show_when={"smokes": "Y"}),
    ),
    people=[{"id": "client"}],
)
ASKED = {
    "surname": "Testperson",
    "travels": ["1", "4", "5"],
    "travels-text-4": "a sledge, a canoe: both",
    "travels-text-5": "Neptune",
    "rides": "4",
    "rides-text-4": "a mule",
    "lives": "5",
    "lives-text-5": "the hills",
    "smokes": "Y",
    "how_many": "5",
}


def refilled(found: Referral, form: Form = FORM) -> Refilled:
    return Refilled(form, found, choices=look_up, today=TODAY)


def inputs(asked: Sequence[Asked]) -> dict[str, list[str]]:
    """What a browser posts from these questions, where nobody touches them."""
    return {name: list(values) for each in asked for name, values in each.field.posted.items()}


def judged(
    found: Referral, form: Form = FORM, **typed: str | list[str]
) -> tuple[Mapping[str, Sequence[str]], list[Change]]:
    """Change some inputs of a page that shows a referral; give the errors by question, and the changes."""
    on_it = refilled(found, form)
    posted = inputs(on_it.asked()) | {name: [each] if isinstance(each, str) else each for name, each in typed.items()}
    asked, changes = on_it.judged(posted)
    return {each.name: each.field.errors for each in asked if each.field.errors}, changes


FILLED: dict[str, Any] = {
    "date_of_birth-day": "1",
    "date_of_birth-month": "5",
    "date_of_birth-year": "1990",
    "telephone": "01632 960001",
    "postcode": "hr97us",
    "ethnicity": "36",
    "description": "One line\nand another",
    "nhs_number": "943 476 5919",
}


def test_every_answer_stands_in_its_own_input_as_it_was_given() -> None:
    shown = inputs(refilled(referral(**FILLED, **CARERS)).asked())

    assert {name: values for name, values in shown.items() if any(values)} == {
        "first_name": ["Old"],
        "surname": ["Testperson"],
        "travels": ["1", "2"],
        "smokes": ["Y"],
        "date_of_birth-day": ["1"],
        "date_of_birth-month": ["5"],
        "date_of_birth-year": ["1990"],
        "telephone": ["01632 960001"],
        "postcode": ["HR9 7US"],
        "ethnicity": ["36"],
        "description": ["One line\nand another"],
        "nhs_number": ["943 476 5919"],
        "carer-0-first_name": ["Zed"],
        "carer-1-first_name": ["Zod"],
    }


def test_nothing_but_what_was_typed_or_chosen_is_asked() -> None:
    asked = {each.name for each in refilled(referral(**CARERS)).asked()}

    names = {each["name"] for each in QUESTIONS} - {"letter", "agreed", "team", "remark"}
    assert asked == {f"client.{name}" for name in names} | {"carer.first_name", "carer.relation"}


@pytest.mark.parametrize(
    ("form", "answers"),
    [
        (FORM, FILLED | CARERS),
        (FORM, {"postcode": "by the canal", "postcode-none": "Y"}),
        (ASKING, ASKED),
        (ASKING, ASKED | {"travels-text-4": "x, Far: y"}),
    ],
)
def test_a_page_that_nobody_touches_changes_nothing(form: Form, answers: dict[str, Any]) -> None:
    assert judged(referral(form, **answers), form) == ({}, [])


def test_what_was_written_beside_a_choice_is_there_to_be_mended() -> None:
    found = referral(ASKING, **ASKED)

    shown = inputs(refilled(found, ASKING).asked())
    _, changes = judged(found, ASKING, **{"travels-text-5": "Pluto", "rides-text-4": "a donkey"})

    assert {name: shown[name] for name in ASKED if "text" in name} == {
        name: [ASKED[name]] for name in ASKED if "text" in name
    }
    words = {answer.name: answer.shown for answer in applied(found, changes).people[0].answers}
    assert words["travels"] == "Bus, Other: a sledge, a canoe: both, Far: Pluto"
    assert (words["rides"], words["lives"]) == ("Other: a donkey", "Far: the hills")


def test_a_choice_without_the_words_that_it_asks_for_is_refused() -> None:
    errors, changes = judged(referral(ASKING, **ASKED), ASKING, **{"rides-text-4": ""})

    assert (errors, changes) == ({"client.rides": ["Answer this question: Which?"]}, [])


def test_only_what_changed_is_judged_and_what_is_wrong_names_its_question() -> None:
    found = referral(**FILLED)
    old = replace(found.people[0].answers[0], value="z" * 9_000, shown="z" * 9_000)
    main = replace(found.people[0], answers=(old, *found.people[0].answers[1:]))
    found = replace(found, people=(main, *found.people[1:]))

    errors, changes = judged(found, telephone="no number", surname="Sample")

    assert list(errors) == ["client.telephone"]
    assert [(each.person, each.question) for each in changes] == [("client", "surname")]


def test_an_answer_is_taken_away_by_emptying_it_or_by_its_box() -> None:
    found = referral(**FILLED)

    errors, changes = judged(found, telephone="", **{f"smokes{TAKEN}": "Y"})

    assert errors == {}
    assert {(each.question, each.answers) for each in changes} == {("telephone", ()), ("smokes", ())}
    names = {answer.name for answer in applied(found, changes).people[0].answers}
    assert not names & {"telephone", "smokes"}
    assert judged(found, surname="")[0] == {"client.surname": ["Enter surname"]}
    assert judged(found, smokes="N", **{f"smokes{TAKEN}": "Y"})[0] == {"client.smokes": [BOTH]}


def test_what_the_form_asks_no_more_can_be_taken_away_though_it_had_to_be_given() -> None:
    found = referral(ASKING, **ASKED)

    assert list(judged(found, ASKING, how_many="")[0]) == ["client.how_many"]
    errors, changes = judged(found, ASKING, how_many="", smokes="N")

    assert errors == {}
    assert [each.question for each in changes] == ["smokes", "how_many"]


def test_a_choice_that_is_offered_no_more_stays_where_nobody_touches_it() -> None:
    found = referral(**FILLED)
    gone = tuple(
        replace(each, value="99", shown="Gone") if each.name == "ethnicity" else each
        for each in found.people[0].answers
    )
    found = replace(found, people=(replace(found.people[0], answers=gone), *found.people[1:]))

    assert judged(found) == ({}, [])
    _, changes = judged(found, ethnicity="36")
    assert [answer.shown for answer in changes[0].answers] == ["Welsh"]


def test_words_are_kept_in_the_language_of_the_referral() -> None:
    form = definition(
        page("about", question("smokes", "yes_no", {"en": "Smokes", "cy": "Yn ysmygu"})), people=[{"id": "client"}]
    ).model_copy(update={"languages": ("en", "cy")})
    found = referral(form, "cy")

    (asked,) = refilled(found, form).asked()
    _, (change,) = judged(found, form, smokes="N")

    assert asked.field.label.text == "Smokes"
    assert [(each.label, each.value, each.shown) for each in change.answers] == [("Yn ysmygu", "N", "Na")]


def test_of_several_people_the_one_that_is_meant_is_corrected() -> None:
    found = referral(**CARERS)

    _, changes = judged(found, **{"carer-1-first_name": "Zad"})

    names = [answer.shown for person in applied(found, changes).people[1:] for answer in person.answers]
    assert names == ["Zed", "Zad"]
