"""Whatever a machine may post, a page answers with a judgement; what passes is text that can be stored and sent."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from gateway.definitions.schema import Form
from gateway.forms.build import FIELDS, PageForm, filled, page_form
from gateway.forms.collect import answer_rows, collect
from tests.forms.making import META, TODAY, TOKEN, definition, look_up, page, question

COLOURS = ["r", "g", "b"]
OPTIONS: dict[str, dict[str, object]] = {
    "postcode": {"no_fixed_address": "true"},
    "select": {"choices": [*COLOURS, {"value": "else", "label": "Something else", "ask": "What is it?"}]},
    "radios": {"dictionary": "organisations/ethnic_group"},
    "checkboxes": {"choices": COLOURS, "min": "1", "max": "2"},
    "date": {"past": "true"},
    "number": {"min": "-5", "whole": "false"},
    "hidden": {"prefill": "true"},
    "file": {"accept": ["pdf"]},
}
NAMES = ["answer", "answer-day", "answer-month", "answer-year", "answer-reason", "answer-none",
         "answer-text-4", "first"]  # fmt: skip
LIKELY = ["", "Y", "N", "r", "35", "agreed", "interest", "1", "29", "may", "1990", "ann@riverside.example", "HR9 7US",
          "943 476 5919", "07700 900123", "+44x", "-1.50", "\0", "\udcff", "e\u0301\r\n", "[1]", "a[b][c]"]  # fmt: skip
TEXTS = st.one_of(st.sampled_from(LIKELY), st.text(st.characters(exclude_categories=()), max_size=40))
POSTS = st.lists(st.tuples(st.one_of(st.sampled_from(NAMES), TEXTS), TEXTS), max_size=20)


def asking(kind: str, **more: object) -> Form:
    if kind in ("note", "exit"):
        field = {"type": kind, "text": "Words", "show_when": {"first": "Y"}}
    else:
        field = question("answer", kind, **{**OPTIONS.get(kind, {}), "show_when": {"first": "Y"}, **more})
    return definition(page("only", question("first", "yes_no"), field))


@pytest.mark.parametrize("kind", sorted(FIELDS))
@pytest.mark.parametrize("required", ["true", "false"])
def test_any_post_is_judged(kind: str, required: str) -> None:
    form = asking(kind, required=required)

    @given(POSTS, TEXTS, st.booleans())
    @settings(max_examples=60, deadline=None)
    def judged(pairs: list[tuple[str, str]], answer: str, shown: bool) -> None:
        showing = [("first", "Y"), ("answer", answer)] if shown else []
        judge(form, MultiDict([("token", TOKEN), *showing, *pairs]))

    judged()


def judge(form: Form, posted: MultiDict[str, str]) -> None:
    shown = page_form(form, form.page("only"))(posted, meta=META, language="en", choices=look_up, today=TODAY)
    valid = shown.validate()

    assert valid in (True, False)
    assert valid or shown.errors_summary or shown.token.errors
    kept = [value for values in shown.raw().values() for value in values]
    rendered = [field.shown for field in shown.questions] + [error for _, error in shown.errors_summary]
    for text in kept + rendered:
        assert "\0" not in text
        text.encode()
    if valid:
        check_collected(form, shown)
        (again,) = filled(form, shown.raw(), language="en", choices=look_up, today=TODAY)
        assert again.validate()
        assert again.values == shown.values


def check_collected(form: Form, valid: PageForm) -> None:
    result = collect(form, [valid], destination="charitylog")
    texts = [row.shown for row in answer_rows(valid)]
    for answer in result.people[0].answers:
        texts += [answer.shown, *([answer.value] if isinstance(answer.value, str) else answer.value)]
    texts += [consent.reason for consent in result.consents]
    for text in texts:
        assert isinstance(text, str)
        assert "\0" not in text
        assert unicodedata.is_normalized("NFC", text)
        text.encode()


@pytest.mark.parametrize("kind", sorted(FIELDS))
@pytest.mark.parametrize(
    "pairs",
    [
        [(f"name-{number}", "x") for number in range(10_000)],
        [("answer", "Y")] * 10_000,
        [("answer", "9" * 100_000), ("answer-year", "9" * 100_000), ("first", "Y")],
        [("answer", "\u0301" * 10_000), ("answer-reason", "\u200b" * 10_000), ("first", "Y")],
        [("answer", "a@" + "b." * 5_000), ("first", "Y")],
        [("answer", "((((" * 5_000), ("first", "Y")],
    ],
    ids=["many names", "many values", "long digits", "long marks", "long address", "long brackets"],
)
def test_a_huge_post_is_judged(kind: str, pairs: list[tuple[str, str]]) -> None:
    judge(asking(kind), MultiDict([("token", TOKEN), *pairs]))
