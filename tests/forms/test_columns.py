"""A form as columns: what they are called, by which names they are found, and which forms have none."""

import pytest

from gateway.forms.columns import Column, Unfit, WrongHeader, columns_of, files_of, found_in, letter_of
from tests.forms.making import definition, page, question

ADVICE = "Delete it, or take a name from the template."
PEOPLE = [{"id": "client"}, {"id": "carer", "label": "Their carer", "min": "0", "max": "2"}, {"id": "referrer"}]
OTHER = {"value": "other", "label": "Something else", "ask": "What is it?"}


def columns(*pages: dict[str, object], people: list[dict[str, str]] | None = None) -> tuple[Column, ...]:
    return columns_of(definition(*pages, people=people or [{"id": "client"}]), "en")


ABOUT = page(
    "about",
    question("first_name", required="true", label="First name"),
    question("born", "date", label="Date of birth"),
    question("has_carer", "yes_no", label="Is there a carer?"),
    question("needs", "radios", choices=["help", OTHER], label="What they need"),
    question("agree", "agreement", label="Do they know?"),
    question("postcode", "postcode", no_fixed_address="true", label="Postcode"),
)
CARER = page("carer", question("name", required="true", label="Name"), person="carer", show_when={"has_carer": "Y"})
REFERRER = page("referrer", question("name", required="true", label="Your name"), person="referrer")


def test_each_answer_about_each_person_has_a_column_with_a_name_of_its_own() -> None:
    found = columns(ABOUT, CARER, REFERRER, people=PEOPLE)

    assert [(column.name, column.label, column.input) for column in found] == [
        ("first_name", "First name", "first_name"),
        ("born", "Date of birth", "born"),
        ("has_carer", "Is there a carer?", "has_carer"),
        ("needs", "What they need", "needs"),
        ("needs_text_2", "What they need – What is it?", "needs-text-2"),
        ("agree", "Do they know?", "agree"),
        ("agree_reason", "Do they know? – Why is it in their interest?", "agree-reason"),
        ("postcode", "Postcode", "postcode"),
        ("postcode_none", "Postcode – No fixed address", "postcode-none"),
        ("carer_1_name", "Their carer 1: Name", "carer-0-name"),
        ("carer_2_name", "Their carer 2: Name", "carer-1-name"),
        ("referrer_name", "Referrer: Your name", "referrer-0-name"),
    ]
    assert [column.name for column in found if column.required] == ["first_name", "referrer_name"]
    assert [column.path for column in found[-2:]] == ["people.carer[1].name", "people.referrer.name"]


@pytest.mark.parametrize("header", ["first_name", "FIRST NAME", " First  name ", "First-name:", "firſt name"])
def test_a_column_is_found_by_its_name_or_its_label_however_they_are_written(header: str) -> None:
    found = columns(page("about", question("first_name", label="First name")))

    assert found_in(found, [header]) == list(found)


def test_a_name_counts_more_than_the_label_of_another_and_a_label_of_two_for_neither() -> None:
    found = columns(
        page("about", question("phone", label="Mobile"), question("mobile", label="Phone"), question("a", label="Same"),
             question("b", label="Same"))
    )  # fmt: skip

    assert [column.name for column in found_in(found, ["Mobile", "Phone"])] == ["mobile", "phone"]
    with pytest.raises(WrongHeader, match="1 problem"):
        found_in(found, ["Same"])


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (["first_nmae"], "The form has no column “first_nmae”. Do you mean “first_name”?"),
        (["first_name", "shoe size"], f"The form has no column “shoe size”. {ADVICE}"),
        (["first_name", "x" * 500], f"The form has no column “{'x' * 60}…”. {ADVICE}"),
        (["first_name", "", "born"], "Column B has no name. Give it one, or delete it."),
        (["first_name", "First name"], "There are two columns for “first_name”. Delete one of them."),
        (["born"], "There is no column for “First name” (first_name), and it must be answered."),
    ],
)  # fmt: skip
def test_a_header_that_is_not_the_forms_is_refused_by_name(header: list[str], said: str) -> None:
    found = columns(
        page(
            "about", question("first_name", label="First name", required="true"), question("born", "date", label="Born")
        )
    )

    with pytest.raises(WrongHeader) as refused:
        found_in(found, header)

    assert refused.value.problems == (said,)


def test_a_form_that_insists_on_a_file_is_unfit_and_one_that_does_not_says_what_is_left_out() -> None:
    letter = question("letter", "file", label="A letter", accept=["pdf"])
    form = definition(page("about", question("name"), letter))

    assert [column.name for column in columns_of(form, "en")] == ["name"]
    assert files_of(form, "en") == ("A letter",)
    with pytest.raises(Unfit, match="A letter"):
        columns(page("about", question("name"), {**letter, "required": "true"}))


def test_a_form_of_which_two_questions_would_have_one_name_is_unfit() -> None:
    with pytest.raises(Unfit, match="referrer_name"):
        columns(page("about", question("referrer_name")), REFERRER, people=[{"id": "client"}, {"id": "referrer"}])


@pytest.mark.parametrize("name", ["token", "csrf_token", "lang", "test", "~agency", "source", "website_address"])
def test_nothing_but_a_question_can_be_answered(name: str) -> None:
    fixed = {"name": "source", "type": "hidden", "value": "3"}
    found = columns(page("about", question("first_name"), fixed))

    with pytest.raises(WrongHeader):
        found_in(found, ["first_name", name])


@pytest.mark.parametrize(("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_a_column_has_the_letters_of_a_spreadsheet(place: int, letters: str) -> None:
    assert letter_of(place) == letters
