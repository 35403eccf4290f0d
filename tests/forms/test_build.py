"""A page of a definition as a form: words, token, what is shown when, and what is kept of a post."""

import json

import pytest
from werkzeug.datastructures import MultiDict

from gateway.definitions.schema import Form
from gateway.forms.build import filled, page_form
from tests.forms.making import META, TODAY, TOKEN, alone, definition, errors, fill, look_up, page, question

DISABLED = question("disabled", "yes_no")
HELPS = question("helps", label="What helps?", required="true", show_when={"disabled": "Y"})
MORE = question("more", required="true", show_when={"helps_list": "ramp"})
CARER = [{"id": "client"}, {"id": "carer", "min": "0", "max": "2"}]


def test_equal_definitions_share_a_class() -> None:
    form = definition(page("a", question("first_name")))
    again = Form.model_validate_json(form.model_dump_json(by_alias=True))

    assert page_form(form, form.page("a")) is page_form(again, again.page("a"))


def test_the_token_keeps_its_name_where_a_person_has_a_prefix() -> None:
    form = definition(page("a", question("x")), page("b", question("first_name"), person="carer"), people=CARER)
    posted = fill(form, "b", {"carer-1-first_name": "Beth"}, prefix="carer-1-")

    assert posted.token.name == "token"
    assert posted.token.current_token == TOKEN
    assert [field.name for field in posted.questions] == ["carer-1-first_name"]
    assert posted.validate()
    assert (posted.person_id, posted.index) == ("carer", 1)


def test_a_wrong_token_makes_a_form_invalid_but_is_no_error_of_a_question() -> None:
    form = fill(definition(page("a", question("x"))), "a", {"token": "forged"})

    assert not form.validate()
    assert form.token.errors == ["This page is too old."]
    assert form.errors_summary == []


@pytest.mark.parametrize("name", ["data", "errors", "validate", "process", "meta", "raw", "page", "questions", "q_x"])
def test_a_question_may_have_the_name_of_something_inside(name: str) -> None:
    form = fill(definition(page("a", question(name, required="true"))), "a", {name: "Ann"})

    assert form.validate()
    assert form.values == {name: "Ann"}


def test_words_come_in_the_language_of_the_page() -> None:
    label = {"en": "First name", "cy": "Enw cyntaf"}
    asked = {"name": "x", "type": "text", "label": label, "hint": {"en": "As on letters", "cy": "Fel ar lythyrau"}}
    form = fill(definition(page("a", asked)), "a", None, language="cy")

    assert (form.questions[0].label.text, form.questions[0].hint) == ("Enw cyntaf", "Fel ar lythyrau")


def test_messages_go_through_the_translations_of_the_caller() -> None:
    class Welsh:
        def gettext(self, message: str) -> str:
            return {"Enter {label}": "Rhowch {label}"}.get(message, message)

        def ngettext(self, singular: str, plural: str, count: int) -> str:
            return singular if count == 1 else plural

    form = definition(page("a", question("enw", required="true")))

    assert errors(fill(form, "a", {}, meta={**META, "translations": Welsh()})) == ["Rhowch enw"]


@pytest.mark.parametrize(
    ("kind", "label", "message"),
    [
        ("text", "First name", "Enter first name"),
        ("text", "First name:", "Enter first name"),
        ("nhs_number", "NHS number", "Enter NHS number"),
        ("textarea", "How can we help?", "Answer this question: How can we help?"),
        ("yes_no", "Are you safe?", "Answer this question: Are you safe?"),
        ("safe_contact", "Safe ways to contact you", "Choose an answer: Safe ways to contact you"),
        ("text", "100% {sure}", "Enter 100% {sure}"),
    ],
)
def test_a_missing_answer_is_asked_for_in_words_that_fit(kind: str, label: str, message: str) -> None:
    assert errors(alone(kind, {}, label=label, required="true")) == [message]


def test_a_definition_may_bring_its_own_words_for_a_missing_answer() -> None:
    own = {"en": "Tell us what to call you", "cy": "Dywedwch eich enw"}

    assert errors(alone("text", {}, required="true", required_message=own)) == ["Tell us what to call you"]


def test_errors_stand_in_page_order_with_their_ids() -> None:
    form = fill(
        definition(page("a", question("x", required="true"), question("y"), question("z", required="true"))), "a", {}
    )
    form.validate()

    assert form.errors_summary == [("x", "Enter x"), ("z", "Enter z")]
    assert form.questions[0].errors == ["Enter x"]


def test_a_hidden_question_is_neither_asked_for_nor_kept() -> None:
    form = fill(definition(page("a", DISABLED, HELPS)), "a", {"disabled": "N", "helps": "A\0ramp"})

    assert form.validate()
    assert form.values == {"disabled": "N"}
    assert form.raw() == {"disabled": ["N"]}


def test_a_shown_question_is_asked_for() -> None:
    form = definition(page("a", DISABLED, HELPS))

    assert errors(fill(form, "a", {"disabled": "Y"})) == ["Answer this question: What helps?"]
    assert fill(form, "a", {"disabled": "Y", "helps": "A ramp"}).validate()


def test_what_looks_at_a_hidden_question_is_hidden_too() -> None:
    chain = [
        DISABLED,
        question("helps_list", "checkboxes", choices=["ramp", "lift"], show_when={"disabled": "Y"}),
        MORE,
    ]
    form = fill(definition(page("a", *chain)), "a", {"disabled": "N", "helps_list": "ramp", "more": "left over"})

    assert form.validate()
    assert form.values == {"disabled": "N"}


def test_scripts_are_told_which_inputs_of_the_page_to_watch() -> None:
    second = question("carers_help", show_when={"disabled": ["Y", "N"], "first": "Y"})
    form = definition(page("a", question("first", "yes_no")), page("b", DISABLED, second, person="carer"), people=CARER)
    shown = fill(form, "b", None, prefix="carer-0-", given={"first": ["Y"]})

    assert shown.questions[0].conditions is None
    assert json.loads(shown.questions[1].conditions) == [{"name": "carer-0-disabled", "values": ["N", "Y"]}]
    assert shown.looks_back


def test_an_answer_on_an_earlier_page_decides_whether_a_question_is_offered() -> None:
    form = definition(page("a", DISABLED), page("b", question("x"), HELPS))
    hidden, shown = (fill(form, "b", {"x": "1"}, given={"disabled": [answer]}) for answer in "NY")

    assert [field.name for field in hidden.questions] == ["x"]
    assert hidden.validate()
    assert [field.name for field in shown.questions] == ["x", "helps"]
    assert errors(shown) == ["Answer this question: What helps?"]


def test_a_stale_answer_to_a_hidden_question_shows_nothing() -> None:
    form = definition(
        page("a", DISABLED, question("list", "radios", choices=["ramp"], show_when={"disabled": "Y"})),
        page("b", question("x"), question("ramp", show_when={"list": "ramp"})),
    )
    shown = fill(form, "b", None, given={"disabled": ["N"], "list": ["ramp"]})

    assert [field.name for field in shown.questions] == ["x"]


def test_a_fixed_hidden_value_can_show_a_question() -> None:
    way = {"name": "way", "type": "hidden", "value": "website"}
    asked = question("x", required="true", show_when={"way": "website"})

    assert errors(fill(definition(page("a", way, asked)), "a", {"way": "forged"})) == ["Enter x"]


def test_an_exit_gives_its_words_once_its_answer_is_posted() -> None:
    leaving = {"type": "exit", "text": "We cannot help under 18. Call Childline.", "show_when": {"adult": "N"}}
    form = definition(page("a", question("adult", "yes_no"), leaving))

    assert fill(form, "a", None).ending == ""
    assert fill(form, "a", {"adult": "Y"}).ending == ""
    assert fill(form, "a", {"adult": "N"}).ending == "We cannot help under 18. Call Childline."


def test_a_note_carries_words_and_no_answer() -> None:
    form = fill(definition(page("a", {"type": "note", "text": "Nearly done."}, question("x"))), "a", {"note-0": "?"})

    assert form.validate()
    assert form.questions[0].text == "Nearly done."
    assert form.raw() == {"x": []}


def test_a_draft_keeps_what_was_posted_for_known_questions_alone() -> None:
    form = fill(
        definition(page("a", question("born", "date"), question("x"), question("ticks", "checkboxes", choices=["r"]))),
        "a",
        {"born-day": "1", "born-month": "May", "x": " Ann\0 ", "unknown": "y", "born": "2000-01-01"},
    )

    assert form.raw() == {
        "born-day": ["1"],
        "born-month": ["May"],
        "born-year": [],
        "x": [" Ann\ufffd "],
        "ticks": [],
    }


def test_a_form_that_was_not_posted_is_empty_and_shows_no_error() -> None:
    form = fill(definition(page("a", question("x", required="true"), question("born", "date"))), "a", None)

    assert form.errors_summary == []
    assert [field.shown for field in form.questions] == ["", ""]


def test_a_draft_gives_a_filled_form_for_each_page_and_person() -> None:
    form = definition(
        page("a", question("x", required="true"), DISABLED),
        page("b", question("first_name"), person="carer", show_when={"disabled": "Y"}),
        people=CARER,
    )
    answers = {"x": ["Ann"], "disabled": ["Y"], "carer-0-first_name": ["Beth"], "carer-1-first_name": ["Carl"]}
    read = filled(form, answers, language="en", choices=look_up, today=TODAY)

    assert all(each.validate() for each in read)
    assert [(each.page.id, each.index, each.values) for each in read] == [
        ("a", 0, {"x": "Ann", "disabled": "Y"}),
        ("b", 0, {"carer-0-first_name": "Beth"}),
        ("b", 1, {"carer-1-first_name": "Carl"}),
    ]


def test_validating_twice_gives_the_same() -> None:
    form = definition(page("a", question("born", "date"), question("tel", "phone"), question("post", "postcode")))
    posted = MultiDict(
        {"born-day": "1", "born-month": "5", "born-year": "1990", "tel": "01632 960001", "post": "m11ae"}
    )
    page_a = page_form(form, form.page("a"))(posted, meta={"csrf": False}, language="en", choices=look_up, today=TODAY)

    assert page_a.validate()
    first = page_a.values
    assert page_a.validate()
    assert page_a.values == first
