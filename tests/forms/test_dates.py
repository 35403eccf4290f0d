"""Dates: three inputs, one answer, and an error that leads to the part that is wrong."""

import pytest

from tests.forms.making import alone, definition, errors, fill, page, question, wire

BORN = "Date of birth"


def parts(day: str, month: str, year: str) -> dict[str, str]:
    return {"answer-day": day, "answer-month": month, "answer-year": year}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (("1", "5", "1990"), "1990-05-01"),
        (("01", "05", "1990"), "1990-05-01"),
        ((" 1st ", "May", "1990"), "1990-05-01"),
        (("29", "feb.", "2024"), "2024-02-29"),
        (("30", "SEPT", "1975"), "1975-09-30"),
        (("٣", "12", "2001"), "2001-12-03"),
    ],
)
def test_a_date_is_read(typed: tuple[str, str, str], kept: str) -> None:
    assert wire(alone("date", parts(*typed))) == kept


def test_a_date_is_shown_in_words() -> None:
    form = alone("date", parts("1", "5", "1990"))
    form.validate()

    assert form.questions[0].words == "1 May 1990"


@pytest.mark.parametrize(
    ("typed", "message", "leads_to"),
    [
        (("1", "5", ""), "Date of birth must include a year", "answer-year"),
        (("", "", "1990"), "Date of birth must include a day and a month", "answer-day"),
        (("", "5", ""), "Date of birth must include a day and a year", "answer-day"),
        (("32", "5", "1990"), "Date of birth: the day must be a number from 1 to 31", "answer-day"),
        (("x", "5", "1990"), "Date of birth: the day must be a number from 1 to 31", "answer-day"),
        (("1", "13", "1990"), "Date of birth: the month must be a number from 1 to 12, or its name", "answer-month"),
        (("1", "Ma", "1990"), "Date of birth: the month must be a number from 1 to 12, or its name", "answer-month"),
        (("1", "5", "90"), "Date of birth: the year must have 4 numbers, like 1990", "answer-year"),
        (("1", "5", "9" * 5000), "Date of birth: the year must have 4 numbers, like 1990", "answer-year"),
        (("1", "5", "1899"), "Date of birth: the year must be between 1900 and 2200", "answer-year"),
        (("31", "2", "1990"), "Date of birth must be a real date. Check the day and the month.", "answer-day"),
    ],
)
def test_a_wrong_date_names_the_part(typed: tuple[str, str, str], message: str, leads_to: str) -> None:
    form = alone("date", parts(*typed), label=BORN)
    form.validate()

    assert form.errors_summary == [(leads_to, message)]
    assert [part.value for part in form.questions[0].parts] == list(typed)


def test_the_wrong_part_is_marked() -> None:
    form = alone("date", parts("1", "5", "90"))
    form.validate()

    assert [part.error for part in form.questions[0].parts] == [False, False, True]


def test_past_and_future_are_judged_by_the_day_that_was_passed_in() -> None:
    today = parts("14", "5", "2026")

    assert errors(alone("date", today, label=BORN, past="true")) == ["Date of birth must be in the past"]
    assert errors(alone("date", today, future="true")) == ["Answer must be in the future"]
    assert wire(alone("date", parts("13", "5", "2026"), past="true")) == "2026-05-13"
    assert wire(alone("date", parts("15", "5", "2026"), future="true")) == "2026-05-15"


def test_three_empty_parts_are_no_date() -> None:
    assert wire(alone("date", parts("", " ", ""))) is None
    required = alone("date", parts("", "", ""), label=BORN, required="true")
    required.validate()

    assert required.errors_summary == [("answer-day", "Enter date of birth")]


def test_parts_carry_what_browsers_can_fill_in() -> None:
    form = fill(definition(page("a", question("born", "date", autocomplete="bday"))), "a", None)

    assert [part.autocomplete for part in form.questions[0].parts] == ["bday-day", "bday-month", "bday-year"]
    assert form.questions[0].id == form.questions[0].parts[0].id == "born-day"
