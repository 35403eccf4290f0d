"""The way through a form: what is shown, what comes next, what leads back, and people who come and go."""

import pytest

from gateway.definitions.schema import Form
from gateway.forms.journey import (
    Step,
    can_add,
    first_gap,
    kept,
    next_step,
    number_of_people,
    prefix_of,
    previous_step,
    step_at,
    steps,
)
from tests.forms.making import definition, page, question

PEOPLE = [{"id": "client"}, {"id": "carer", "min": "0", "max": "3"}]
ABOUT = Step("about", "client")
WHY = Step("why", "client")
LIST = Step("carer", "carer", listing=True)


def carer(index: int) -> Step:
    return Step("carer", "carer", index)


def details(index: int) -> Step:
    return Step("details", "carer", index)


@pytest.fixture
def form() -> Form:
    return definition(
        page("about", question("name"), question("has_carer", "yes_no")),
        page("carer", question("name"), question("works", "yes_no"), person="carer", show_when={"has_carer": "Y"}),
        page("details", question("hours"), person="carer", show_when={"works": "Y", "has_carer": "Y"}),
        page("why", question("description", "textarea")),
        people=PEOPLE,
    )


ALONE = {"name": ["Ann"], "has_carer": ["N"]}
CARED_FOR = {"name": ["Ann"], "has_carer": ["Y"]}
BETH = {"carer-0-name": ["Beth"], "carer-0-works": ["N"]}
CARL = {"carer-1-name": ["Carl"], "carer-1-works": ["Y"], "carer-1-hours": ["30"]}


def test_inputs_of_the_main_person_are_bare(form: Form) -> None:
    assert prefix_of(form, None, 0) == prefix_of(form, "client", 0) == ""
    assert prefix_of(form, "carer", 1) == "carer-1-"


def test_a_page_is_hidden_until_its_answer_is_given(form: Form) -> None:
    assert list(dict.fromkeys(each.page_id for each in steps(form, {}))) == ["about", "why"]
    assert list(dict.fromkeys(each.page_id for each in steps(form, CARED_FOR))) == ["about", "carer", "why"]
    assert steps(form, ALONE) == [ABOUT, WHY]


def test_a_later_page_of_a_person_looks_at_that_persons_own_answers(form: Form) -> None:
    assert steps(form, CARED_FOR | BETH | CARL) == [ABOUT, carer(0), carer(1), details(1), LIST, WHY]


def test_a_shown_page_of_a_repeated_person_asks_for_one_at_least(form: Form) -> None:
    assert steps(form, CARED_FOR) == [ABOUT, carer(0), LIST, WHY]
    assert number_of_people(form, "carer", CARED_FOR) == 0


def test_a_minimum_is_asked_for() -> None:
    form = definition(
        page("carer", question("name"), person="carer"),
        page("why", question("x")),
        people=[{"id": "client"}, {"id": "carer", "min": "2", "max": "3"}],
    )

    assert steps(form, {}) == [carer(0), carer(1), LIST, WHY]
    assert next_step(form, carer(0), {"carer-0-name": ["Beth"]}) == carer(1)


def test_somebody_who_is_one_alone_has_no_list() -> None:
    form = definition(
        page("a", question("x")),
        page("b", question("x"), person="partner"),
        people=[{"id": "client"}, {"id": "partner"}],
    )

    assert steps(form, {}) == [Step("a", "client"), Step("b", "partner")]


def test_the_way_forward(form: Form) -> None:
    answers = CARED_FOR | BETH

    assert next_step(form, ABOUT, answers) == carer(0)
    assert next_step(form, carer(0), answers) == LIST
    assert next_step(form, LIST, answers) == WHY
    assert next_step(form, WHY, answers) is None


def test_one_more_is_walked_to_the_end_and_leads_to_the_list(form: Form) -> None:
    answers = CARED_FOR | BETH | {"carer-1-name": ["Carl"], "carer-1-works": ["Y"]}

    assert next_step(form, carer(1), answers) == details(1)
    assert next_step(form, details(1), answers | CARL) == LIST


def test_changing_an_earlier_person_leads_back_to_the_list(form: Form) -> None:
    assert next_step(form, carer(0), CARED_FOR | BETH | CARL) == LIST


def test_the_way_back(form: Form) -> None:
    answers = CARED_FOR | BETH | CARL

    assert previous_step(form, None, answers) == WHY
    assert previous_step(form, WHY, answers) == LIST
    assert previous_step(form, LIST, answers) == details(1)
    assert previous_step(form, details(1), answers) == carer(1)
    assert previous_step(form, carer(1), answers) == LIST
    assert previous_step(form, carer(0), answers) == ABOUT
    assert previous_step(form, ABOUT, answers) is None


def test_the_page_of_somebody_new_leads_back_to_the_list(form: Form) -> None:
    assert previous_step(form, carer(1), CARED_FOR | BETH) == LIST


@pytest.mark.parametrize(
    ("page_id", "index", "found"),
    [
        ("about", 0, True),
        ("about", 1, False),
        ("carer", 0, True),
        ("carer", 1, True),  # one more
        ("carer", 2, False),  # one more than one more
        ("carer", -1, False),
        ("details", 0, False),  # hidden for this person
        ("nowhere", 0, False),
    ],
)
def test_an_address_has_a_step_or_none(form: Form, page_id: str, index: int, found: bool) -> None:
    assert (step_at(form, page_id, index, CARED_FOR | BETH) is not None) == found


def test_nobody_is_added_past_the_most(form: Form) -> None:
    three = {f"carer-{index}-name": ["x"] for index in range(3)}

    assert can_add(form, "carer", BETH)
    assert not can_add(form, "carer", three)
    assert step_at(form, "carer", 3, CARED_FOR | three) is None
    assert number_of_people(form, "carer", three | {"carer-3-name": ["x"]}) == 3


def test_people_are_counted_without_gaps(form: Form) -> None:
    assert number_of_people(form, "carer", CARL) == 0
    assert number_of_people(form, "client", {}) == 1


def test_the_first_page_that_was_never_posted_is_found(form: Form) -> None:
    assert first_gap(form, {}) == ABOUT
    assert first_gap(form, CARED_FOR) == carer(0)
    assert first_gap(form, CARED_FOR | BETH) == WHY
    assert first_gap(form, CARED_FOR | BETH | {"description": []}) is None


def test_a_page_posted_before_one_of_its_questions_was_shown_is_a_gap() -> None:
    form = definition(
        page("a", question("ill", "yes_no")),
        page("b", question("x"), question("since", "date", show_when={"ill": "Y"})),
    )

    assert first_gap(form, {"ill": ["N"], "x": ["1"]}) is None
    assert first_gap(form, {"ill": ["Y"], "x": ["1"]}) == Step("b", "client")


def test_a_page_of_words_alone_is_never_a_gap() -> None:
    form = definition(page("a", {"type": "note", "text": "Welcome."}), page("b", question("x")))

    assert first_gap(form, {}) == Step("b", "client")


def test_answers_to_hidden_pages_and_unknown_names_do_not_count(form: Form) -> None:
    assert kept(form, ALONE | BETH | {"unknown": ["x"]}) == {"name": ("Ann",), "has_carer": ("N",)}


def test_hiding_a_question_hides_what_looks_at_it_however_far() -> None:
    form = definition(
        page("a", question("one", "yes_no")),
        page("b", question("two", "yes_no"), show_when={"one": "Y"}),
        page("c", question("three"), show_when={"two": "Y"}),
    )

    assert steps(form, {"one": ["N"], "two": ["Y"], "three": ["x"]}) == [Step("a", "client")]


def test_a_circle_of_conditions_ends() -> None:
    form = definition(
        page(
            "a",
            question("one", "yes_no", show_when={"two": "Y"}),
            question("two", "yes_no", show_when={"one": "Y"}),
        )
    )

    assert kept(form, {"one": ["Y"], "two": ["N"]}) == {}
    assert kept(form, {"one": ["Y"], "two": ["Y"]}) == {"one": ("Y",), "two": ("Y",)}


@pytest.mark.parametrize(
    ("works", "has_carer", "shown"), [("Y", "Y", True), ("N", "Y", True), ("", "Y", False), ("Y", "N", False)]
)
def test_all_lines_of_a_condition_must_hold_and_any_value_of_a_line(works: str, has_carer: str, shown: bool) -> None:
    form = definition(
        page("about", question("works", "yes_no"), question("has_carer", "yes_no")),
        page("hours", question("hours"), show_when={"works": ["Y", "N"], "has_carer": "Y"}),
    )

    found = steps(form, {"works": [works], "has_carer": [has_carer]})

    assert (Step("hours", "client") in found) is shown
