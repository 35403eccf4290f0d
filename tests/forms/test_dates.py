"""Dates: three inputs, one answer, and an error that leads to the part that is wrong."""

from datetime import date, datetime

import pytest

from gateway.forms.dates import in_words, moment_in_words
from gateway.languages import catalogue
from tests.forms.making import META, alone, definition, errors, fill, page, question, wire

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
        (("1af", "Mai", "1990"), "1990-05-01"),
        (("22ain", "tach", "1990"), "1990-11-22"),
        (("3ydd", "Medi", "1990"), "1990-09-03"),
        (("11eg", "MEHEFIN", "1990"), "1990-06-11"),
    ],
)
def test_a_date_is_read(typed: tuple[str, str, str], kept: str) -> None:
    assert wire(alone("date", parts(*typed))) == kept


def test_a_date_is_shown_in_words() -> None:
    form = alone("date", parts("1", "5", "1990"))
    form.validate()

    assert form.questions[0].words == "1 May 1990"


@pytest.mark.parametrize(
    ("month", "words"),
    [
        (1, "1 Ionawr 2026"), (2, "1 Chwefror 2026"), (3, "1 Mawrth 2026"), (4, "1 Ebrill 2026"), (5, "1 Mai 2026"),
        (6, "1 Mehefin 2026"), (7, "1 Gorffennaf 2026"), (8, "1 Awst 2026"), (9, "1 Medi 2026"),
        (10, "1 Hydref 2026"), (11, "1 Tachwedd 2026"), (12, "1 Rhagfyr 2026"),
    ],
)  # fmt: skip
def test_a_date_has_its_words_in_welsh_too(month: int, words: str) -> None:
    assert in_words(date(2026, month, 1), catalogue("cy").gettext) == words


@pytest.mark.parametrize(
    ("language", "words"), [("en", "22 November 2026 at 14:05"), ("cy", "22 Tachwedd 2026 am 14:05")]
)
def test_a_time_of_a_day_is_written_as_people_read_it(language: str, words: str) -> None:
    assert moment_in_words(datetime(2026, 11, 22, 14, 5), catalogue(language).gettext) == words  # noqa: DTZ001 - local


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (("", "5", "1990"), "Dyddiad geni: rhowch y diwrnod hefyd"),
        (("1", "5", ""), "Dyddiad geni: rhowch y flwyddyn hefyd"),
        (("1", "", ""), "Dyddiad geni: rhowch y mis a’r flwyddyn hefyd"),
        (("1", "13", "1990"), "Dyddiad geni: rhaid i’r mis fod yn rhif o 1 i 12, neu’n enw’r mis"),
    ],
)
def test_a_wrong_date_names_the_part_in_welsh(typed: tuple[str, str, str], message: str) -> None:
    form = definition(page("only", question("answer", "date", "Dyddiad geni")))
    filled = fill(form, "only", parts(*typed), language="cy", meta={**META, "translations": catalogue("cy")})

    assert errors(filled) == [message]


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


def test_a_date_that_was_left_out_is_not_marked() -> None:
    form = alone("date", parts("", "", ""))
    form.validate()

    assert not any(part.error for part in form.questions[0].parts)


def test_past_and_future_are_judged_by_the_day_that_was_passed_in() -> None:
    yesterday, tomorrow = parts("13", "5", "2026"), parts("15", "5", "2026")

    assert errors(alone("date", tomorrow, label=BORN, past="true")) == ["Date of birth must be today or in the past"]
    assert errors(alone("date", yesterday, future="true")) == ["Answer must be today or in the future"]
    assert wire(alone("date", yesterday, past="true")) == "2026-05-13"
    assert wire(alone("date", tomorrow, future="true")) == "2026-05-15"


@pytest.mark.parametrize("direction", ["past", "future"])
def test_today_is_neither_too_early_nor_too_late(direction: str) -> None:
    assert wire(alone("date", parts("14", "5", "2026"), **{direction: "true"})) == "2026-05-14"


def test_three_empty_parts_are_no_date() -> None:
    assert wire(alone("date", parts("", " ", ""))) is None
    required = alone("date", parts("", "", ""), label=BORN, required="true")
    required.validate()

    assert required.errors_summary == [("answer-day", "Enter date of birth")]


def test_parts_carry_what_browsers_can_fill_in() -> None:
    form = fill(definition(page("a", question("born", "date", autocomplete="bday"))), "a", None)

    assert [part.autocomplete for part in form.questions[0].parts] == ["bday-day", "bday-month", "bday-year"]
    assert form.questions[0].id == form.questions[0].parts[0].id == "born-day"


def test_an_empty_date_that_may_be_empty_has_no_part_that_is_wrong() -> None:
    form = fill(definition(page("only", question("answer", "date"))), "only", {})

    assert form.validate()
    assert not any(part.error for part in form.questions[0].parts)
