"""Choices: what is in the list, how many, and what a template is told of them."""

from collections.abc import Collection

import pytest

from gateway.definitions.text import Text
from tests.forms.making import Posted, alone, definition, errors, fill, page, question, wire

COLOURS = ({"value": "r", "label": "Red"}, {"value": "g", "label": "Green", "hint": "as grass"}, "blue")
GROUPS = "organisations/ethnic_group"


@pytest.mark.parametrize("kind", ["select", "radios"])
def test_one_choice_is_the_answer(kind: str) -> None:
    form = alone(kind, {"answer": "g"}, choices=COLOURS)

    assert wire(form) == "g"
    assert form.questions[0].words == "Green"


@pytest.mark.parametrize("kind", ["select", "radios", "checkboxes"])
@pytest.mark.parametrize("posted", ["purple", "Red", " r", "\udcff", "r\0"])
def test_a_value_that_is_not_in_the_list_is_refused(kind: str, posted: str) -> None:
    assert errors(alone(kind, {"answer": posted}, choices=COLOURS)) == ["Choose one of the answers in the list."]


@pytest.mark.parametrize("kind", ["select", "radios"])
def test_several_answers_to_a_single_choice_are_refused(kind: str) -> None:
    assert errors(alone(kind, {"answer": ["r", "g"]}, choices=COLOURS)) == ["Choose one answer only."]


def test_ticks_come_once_each_in_the_order_of_the_list() -> None:
    form = alone("checkboxes", {"answer": ["blue", "r", "blue"]}, choices=COLOURS)

    assert wire(form) == ("r", "blue")
    assert form.questions[0].words == "Red, blue"


def test_too_few_and_too_many_ticks_are_refused() -> None:
    assert errors(alone("checkboxes", {"answer": ["r"]}, choices=COLOURS, min="2")) == ["Choose 2 or more."]
    assert errors(alone("checkboxes", {"answer": ["r", "g"]}, choices=COLOURS, max="1")) == ["Choose 1 or fewer."]
    assert wire(alone("checkboxes", {}, choices=COLOURS, min="2")) is None


def test_a_dictionary_gives_its_choices_in_the_language_of_the_page() -> None:
    form = definition(page("only", question("answer", "select", dictionary=GROUPS)))
    shown = fill(form, "only", {"answer": "36"}, language="cy")

    assert wire(shown) == "36"
    assert [option.label for option in shown.questions[0].options] == ["White British", "Cymreig"]
    assert errors(fill(form, "only", {"answer": "37"})) == ["Choose one of the answers in the list."]


def test_options_tell_a_template_everything() -> None:
    (first, second, third) = alone("radios", {"answer": "g"}, choices=COLOURS).questions[0].options

    assert (first.id, second.id, third.id) == ("answer", "answer-2", "answer-3")
    assert (second.label, second.hint, second.checked) == ("Green", "as grass", True)
    assert (third.value, third.label, third.hint, third.checked) == ("blue", "blue", "", False)


@pytest.mark.parametrize(("posted", "kept"), [("Y", "Y"), ("N", "N")])
def test_yes_and_no_are_letters_on_the_wire(posted: str, kept: str) -> None:
    assert wire(alone("yes_no", {"answer": posted})) == kept


def test_anything_else_is_neither_yes_nor_no() -> None:
    assert errors(alone("yes_no", {"answer": "yes"})) == ["Choose one of the answers in the list."]


def test_safe_contact_brings_its_own_choices() -> None:
    form = alone("safe_contact", {"answer": ["text", "phone"]})

    assert wire(form) == ("phone", "text")
    assert form.questions[0].words == "Phone call, Text message"


@pytest.mark.parametrize("posted", [{}, {"answer": ""}])
def test_a_consent_that_is_needed_must_be_ticked(posted: Posted) -> None:
    assert errors(alone("consent", posted, required="true")) == [
        "Tick the box to show that you agree, or call us instead"
    ]
    assert wire(alone("consent", posted)) is None


def test_a_ticked_consent_is_a_yes() -> None:
    form = alone("consent", {"answer": "Y"}, label="I agree that you keep this")

    assert wire(form) == "Y"
    assert form.questions[0].words == "Yes"
    assert [option.label for option in form.questions[0].options] == ["I agree that you keep this"]
    assert errors(alone("consent", {"answer": "on"})) == ["Choose one of the answers in the list."]


def test_an_agreement_in_somebodys_interest_needs_a_reason() -> None:
    lacking = alone("agreement", {"answer": "interest", "answer-reason": "  "})
    lacking.validate()

    assert lacking.errors_summary == [("answer-reason", "Tell us why this referral is in their interest")]
    assert lacking.questions[0].reason.error


def test_a_reason_is_kept_with_the_answer_that_needs_it() -> None:
    given = alone("agreement", {"answer": "interest", "answer-reason": "She is\r\nunconscious"})
    agreed = alone("agreement", {"answer": "agreed", "answer-reason": "left over"})

    assert wire(given) == "interest"
    assert given.questions[0].reason_given == "She is\nunconscious"
    assert wire(agreed) == "agreed"
    assert agreed.questions[0].reason_given == ""


@pytest.mark.parametrize(("reason", "message"), [("x" * 1001, "1000 characters or fewer"), ("a\0b", "cannot read")])
def test_a_reason_has_its_limits(reason: str, message: str) -> None:
    assert message in errors(alone("agreement", {"answer": "interest", "answer-reason": reason}))[0]


HOBBIES = ("Reading", {"value": "else", "label": "Something else", "ask": "What is it?"})
KINDS = ["select", "radios", "checkboxes"]


@pytest.mark.parametrize("kind", KINDS)
def test_something_else_is_told_in_words(kind: str) -> None:
    form = alone(kind, {"answer": "else", "answer-text-2": " keeping bees "}, choices=HOBBIES)

    assert wire(form) in ("else", ("else",))
    assert form.questions[0].words == "Something else: keeping bees"
    assert form.raw()["answer-text-2"] == [" keeping bees "]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", "Answer this question: What is it?"),
        ("x" * 201, "Your answer to “What is it?” must be 200 characters or fewer. You typed 201."),
        ("a\nb", "Your answer to “What is it?” has a character that we cannot read. Delete it and type it again."),
        (["a", "b"], "Answer was sent more than once. Give one answer."),
    ],
)
def test_words_beside_a_choice_have_rules_and_an_error_leads_to_them(
    kind: str, written: str | list[str], message: str
) -> None:
    form = alone(kind, {"answer": "else", "answer-text-2": written}, choices=HOBBIES)
    form.validate()

    assert form.errors_summary == [("answer-text-2", message)]
    line = form.questions[0].options[1].line
    assert line.error
    assert (line.name, line.label) == ("answer-text-2", "What is it?")


@pytest.mark.parametrize("kind", KINDS)
def test_words_beside_what_was_not_chosen_do_not_count(kind: str) -> None:
    form = alone(kind, {"answer": "Reading", "answer-text-2": "left over"}, choices=HOBBIES)

    assert wire(form) in ("Reading", ("Reading",))
    assert form.questions[0].words == "Reading"
    assert form.questions[0].beside == ""


def test_a_choice_that_asks_for_nothing_has_no_line() -> None:
    first, second = alone("radios", {}, choices=HOBBIES).questions[0].options

    assert first.line is None
    assert second.line is not None


def test_a_choice_that_has_gone_is_kept_only_where_the_caller_still_lists_it() -> None:
    def look_up(_: str, chosen: Collection[str]) -> list[tuple[str, str | Text]]:
        return [("1", "Upper"), *([("2", "Lower")] if "2" in chosen else [])]

    form = definition(page("only", question("answer", "select", dictionary="organisations/district")))

    fresh, posted = fill(form, "only", {}, choices=look_up), fill(form, "only", {"answer": "2"}, choices=look_up)
    assert [option.value for option in fresh.questions[0].options] == ["1"]
    assert wire(posted) == "2"
    assert [(option.value, option.checked) for option in posted.questions[0].options] == [("1", False), ("2", True)]
    assert errors(fill(form, "only", {"answer": "3"}, choices=look_up)) == ["Choose one of the answers in the list."]
