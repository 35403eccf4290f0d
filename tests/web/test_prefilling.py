"""Answers from an address: of questions that allow it, kept apart from what was posted, and such as can be stored."""

from urllib.parse import quote

import pytest
from flask import Flask, request
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from gateway.forms.journey import Step, first_gap, kept, number_of_people
from gateway.web.posted import read_query
from gateway.web.public import prefilling
from tests.forms.making import definition, page, question

FORM = definition(
    page(
        "about", question("first_name", prefill="true"), question("surname"), question("tag", "hidden", prefill="true")
    ),
    page("carer", question("first_name", prefill="true"), person="carer"),
    people=({"id": "client"}, {"id": "carer", "min": 0, "max": 2}),
)
BROUGHT = {"first_name": "Alba", "tag": "poster", "carer-1-first_name": "Bruno"}


def test_only_questions_that_say_so_are_filled_in() -> None:
    asked = MultiDict({**BROUGHT, "surname": "Testperson", "carer-2-first_name": "Cleo", "lang": "cy"})

    assert prefilling.given(FORM, asked) == BROUGHT


def test_what_an_address_brought_is_no_answer_and_nobody() -> None:
    draft = prefilling.marked(BROUGHT)

    assert kept(FORM, draft) == {}
    assert first_gap(FORM, draft) == Step("about", "client")
    assert number_of_people(FORM, "carer", draft) == 0


def test_it_stands_on_its_page_until_that_page_was_posted() -> None:
    draft = {**prefilling.marked(BROUGHT), "tag": []}

    assert prefilling.on_page(FORM, Step("about", "client"), draft) == {"first_name": "Alba"}
    assert prefilling.on_page(FORM, Step("carer", "carer", 1), draft) == {"carer-1-first_name": "Bruno"}
    assert prefilling.on_page(FORM, Step("carer", "carer", 0), draft) == {}


@pytest.mark.parametrize(("length", "there"), [(200, True), (201, False)])
def test_a_hidden_value_that_nobody_could_correct_is_left_out(length: int, there: bool) -> None:
    assert ("tag" in prefilling.given(FORM, MultiDict({"tag": "x" * length}))) is there


@given(st.binary(max_size=60), st.text(max_size=40))
@example(b"\r", "")
def test_any_address_gives_text_that_can_be_stored(raw: bytes, text: str) -> None:
    query = "&".join(f"{name}={quote(value)}" for name in ("first_name", "tag") for value in (raw, text))
    with Flask("test").test_request_context(f"/?{query}"):
        found = prefilling.given(FORM, read_query(request))

    assert set(found) <= {"first_name", "tag"}
    for value in found.values():
        assert value.encode().decode() == value
        assert value.strip()
