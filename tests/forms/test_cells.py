"""The cells of a row become what the pages take, or a sentence at their column."""

import pytest

from gateway.definitions.schema import Form
from gateway.forms import cells
from gateway.forms.build import filled
from gateway.forms.cells import (
    AS_NUMBER,
    NO_CENTURY,
    NOT_A_DATE,
    NOT_ASKED,
    NOT_OFFERED,
    NOT_YES_OR_NO,
    SHORTENED,
    TOO_NARROW,
)  # fmt: skip
from gateway.forms.columns import columns_of, names_by_path
from gateway.forms.examples import EXAMPLE, accepts, example, is_example, offered
from tests.forms.making import TODAY, definition, look_up, page, question

ETHNIC = "organisations/ethnic_group"
OTHER = {"value": "other", "label": "Something else", "ask": "What is it?"}
CARERS = [{"id": "client"}, {"id": "carer", "min": "0", "max": "3"}]


def read(form: Form, row: dict[str, str], **given: str) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """Give the answers of a row that are not empty, and what is wrong with it."""
    columns = {column.name: column for column in columns_of(form, "en")}
    typed = {columns[name]: cell for name, cell in row.items()}
    inputs, wrong = cells.inputs_of(form, typed, lambda field: offered(field, look_up, "en"), given)
    pages = filled(form, inputs, language="en", choices=look_up, today=TODAY)
    wrong = wrong or cells.judged(form, typed, inputs, pages, names_by_path(columns.values()))
    return {name: values for name, values in inputs.items() if values}, [tuple(each) for each in wrong]


def one(kind: str, cell: str, **more: object) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """Read a row with a single answer."""
    return read(definition(page("only", question("answer", kind, label="Answer", **more))), {"answer": cell})


@pytest.mark.parametrize(
    "cell",
    ["1990-05-03", "3/5/1990", "03/05/1990", "3.5.1990", "3-5-1990", "1990-05-03 00:00:00", "1990-05-03T00:00:00Z",
     "03/05/1990 00:00", "3 May 1990", "3-May-1990"],
)  # fmt: skip
def test_a_date_is_read_as_spreadsheets_write_it(cell: str) -> None:
    inputs, wrong = one("date", cell)

    assert wrong == []
    assert [int(inputs["answer-day"][0]), int(inputs["answer-year"][0])] == [3, 1990]


@pytest.mark.parametrize("cell", ["soon", "1990-05", "3/5/1990 12:30"])
def test_what_is_no_whole_date_is_asked_for_again(cell: str) -> None:
    assert one("date", cell)[1] == [("answer", NOT_A_DATE)]


@pytest.mark.parametrize(
    ("kind", "cell", "said"),
    [
        ("date", "3/5/90", NO_CENTURY),
        ("date", "31-May-90", NO_CENTURY),
        ("date", "32994", AS_NUMBER),
        ("date", "########", TOO_NARROW),
        ("phone", "4.41633E+11", SHORTENED),
        ("phone", "4,41633E+11", SHORTENED),
        ("nhs_number", "9.43477E+09", SHORTENED),
        ("number", "#####", TOO_NARROW),
    ],
)
def test_what_a_spreadsheet_has_made_of_a_cell_is_told_with_the_way_out(kind: str, cell: str, said: str) -> None:
    assert one(kind, cell)[1] == [("answer", said)]


def test_a_day_that_is_none_is_judged_by_the_page() -> None:
    assert one("date", "31/02/1990")[1] == [
        ("answer", "Answer must be a real date. Check the day and the month.")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "cell", "answers"),
    [
        ("yes_no", "Yes", ["Y"]),
        ("yes_no", "TRUE", ["Y"]),
        ("yes_no", "n", ["N"]),
        ("consent", "x", ["Y"]),
        ("agreement", "agreed", ["agreed"]),
        ("agreement", "they know about this referral and agree to it", ["agreed"]),
        ("safe_contact", "Phone call; letter", ["phone", "letter"]),
    ],
)
def test_choices_are_read_by_value_or_words(kind: str, cell: str, answers: list[str]) -> None:
    assert one(kind, cell) == ({"answer": answers}, [])


@pytest.mark.parametrize("cell", ["36", "Welsh", "welsh"])
def test_a_choice_of_a_dictionary_is_found_by_value_or_words(cell: str) -> None:
    assert one("select", cell, dictionary=ETHNIC) == ({"answer": ["36"]}, [])


@pytest.mark.parametrize(
    ("kind", "cell", "more", "said"),
    [
        ("yes_no", "perhaps", {}, NOT_YES_OR_NO),
        ("consent", "perhaps", {}, NOT_YES_OR_NO),
        ("select", "Martian", {"dictionary": ETHNIC}, "Write one of its choices: “White British”; “Welsh”."),
        ("select", "White Britsh", {"dictionary": ETHNIC}, "Write one of its choices. Do you mean “White British”?"),
        ("checkboxes", "a; z", {"choices": list("abcdefgh")}, NOT_OFFERED),
        ("email", "nobody", {}, "Answer must be an email address, like name@example.org"),
        ("text", "two\nlines", {}, "Answer has a character that we cannot read. Delete it and type it again."),
        ("text", "\x07", {}, "Answer has a character that we cannot read. Delete it and type it again."),
        ("text", "x" * 201, {}, "Answer must be 200 characters or fewer. You typed 201."),
        ("number", "1e3", {}, "Answer must be a whole number, like 5"),
    ],
)
def test_what_a_page_refuses_a_row_refuses(kind: str, cell: str, more: dict[str, object], said: str) -> None:
    assert one(kind, cell, **more)[1] == [("answer", said)]


def test_what_must_be_answered_is_asked_for() -> None:
    form = definition(page("only", question("answer", required="true"), question("more")))

    assert read(form, {"more": "this"})[1] == [("answer", "Enter answer")]


def test_what_is_known_without_the_row_is_filled_in_and_the_row_counts_more() -> None:
    form = definition(page("only", question("answer", required="true"), question("more")))

    assert read(form, {"more": "this"}, answer="known") == ({"answer": ["known"], "more": ["this"]}, [])
    assert read(form, {"answer": "typed"}, answer="known")[0] == {"answer": ["typed"]}


def test_a_cell_that_the_form_does_not_ask_for_is_no_answer_that_is_lost_in_silence() -> None:
    form = definition(
        page("only", question("has_carer", "yes_no"), question("who", show_when={"has_carer": "Y"})),
        page("more", question("needs", "radios", choices=["help", OTHER]), question("agree", "agreement")),
    )

    assert read(form, {"has_carer": "no", "who": "Ada"})[1] == [("who", NOT_ASKED)]
    assert read(form, {"needs": "help", "needs_text_2": "a lift"})[1] == [("needs_text_2", NOT_ASKED)]
    assert read(form, {"agree": "agreed", "agree_reason": "why"})[1] == [("agree_reason", NOT_ASKED)]
    assert read(form, {"has_carer": "yes", "who": "Ada", "needs": "other", "needs_text_2": "a lift"})[1] == []


def test_a_place_without_a_fixed_address_is_said_in_a_column_of_its_own() -> None:
    form = definition(page("only", question("postcode", "postcode", no_fixed_address="true", required="true")))

    assert read(form, {"postcode_none": "yes"})[1] == []
    assert read(form, {"postcode_none": "no"})[1] == [("postcode", "Enter postcode")]


def test_several_people_stand_beside_each_other_and_leave_no_gap() -> None:
    carers = page("carers", question("name", required="true"), question("born", "date"), person="carer",
                  show_when={"has_carer": "Y"})  # fmt: skip
    form = definition(page("only", question("has_carer", "yes_no")), carers, people=CARERS)

    inputs, wrong = read(form, {"has_carer": "yes", "carer_1_name": "Ada", "carer_2_name": "Zoe"})
    assert (inputs["carer-0-name"], inputs["carer-1-name"], wrong) == (["Ada"], ["Zoe"], [])
    assert read(form, {"has_carer": "yes"})[1] == [("carer_1_name", "Enter name")]
    assert read(form, {"has_carer": "yes", "carer_1_name": "Ada", "carer_2_born": "3/5/1990"})[1] == [
        ("carer_2_name", "Enter name")
    ]
    assert read(form, {"has_carer": "yes", "carer_1_name": "Ada", "carer_3_name": "Zoe"})[1] == [
        ("carer_3_name", "Fill in number 2 first, or move this person there.")
    ]
    assert read(form, {"has_carer": "no", "carer_1_name": "Ada"})[1] == [("carer_1_name", NOT_ASKED)]


def test_where_the_form_ends_a_journey_the_row_ends_too() -> None:
    leave = {"type": "exit", "text": "Call 999.", "show_when": {"danger": "Y"}}
    form = definition(page("only", question("danger", "yes_no"), leave))

    assert read(form, {"danger": "yes"})[1] == [("danger", "Call 999.")]


def test_every_kind_of_column_is_explained_and_shown_and_what_is_shown_is_never_taken_for_somebody() -> None:
    form = definition(
        page("only", question("name"), question("why", "textarea"), question("born", "date", past="true"),
             question("email", "email"), question("phone", "phone"), question("postcode", "postcode"),
             question("nhs", "nhs_number"), question("age", "number", min="18", max="99"), question("well", "yes_no"),
             question("ethnic", "select", dictionary=ETHNIC), question("ways", "safe_contact"),
             question("needs", "radios", choices=["help", OTHER]), question("agree", "agreement"),
             question("ok", "consent"))
    )  # fmt: skip
    columns = columns_of(form, "en")
    row = {column: example(column, offered(column.field, look_up, "en")) for column in columns}
    shown = {column.name: cell for column, cell in row.items() if cell}

    assert read(form, shown)[1] == []
    assert is_example({column: cell for column, cell in row.items() if cell})
    assert not is_example({columns[0]: "Ada", columns[2]: "31/05/1990"})
    assert shown["name"] == EXAMPLE
    assert all(accepts(column) for column in columns)
    assert {column.name: accepts(column) for column in columns}["age"] == "A whole number from 18 to 99"
