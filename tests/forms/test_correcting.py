"""A corrected answer is judged by the rules of its form, and is what the page would have made of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from gateway.definitions.schema import Form
from gateway.forms.build import filled
from gateway.forms.collect import collect
from gateway.forms.correcting import Refused, corrected, place_of
from gateway.referral import Answer, Referral
from tests.forms.making import TODAY, definition, look_up, page, question

HEARD = [{"value": "1", "label": "A friend"}, {"value": "9", "label": "Other: which?", "ask": "What else"}]
CHOICES = [{"value": "1", "label": "Bus"}, {"value": "2", "label": "Car"}, {"value": "3", "label": "None of these"}]
QUESTIONS: Sequence[dict[str, Any]] = (
    question("first_name", required=True),
    question("surname", required=True, max_length=20),
    question("date_of_birth", "date", past=True),
    question("telephone", "phone"),
    question("postcode", "postcode", no_fixed_address=True),
    question("ethnicity", "select", dictionary="organisations/ethnic_group"),
    question("travels", "checkboxes", choices=CHOICES),
    question("smokes", "yes_no"),
    question("heard", "radios", choices=HEARD),
    question("reads", "checkboxes", choices=HEARD),
    question("description", "textarea"),
    question("nhs_number", "nhs_number"),
    question("letter", "file", accept=["pdf"]),
    question("agreed", "consent", label="I agree"),
    question("team", "hidden", value="blue"),
    {"type": "note", "name": "remark", "text": "Thank you"},
)
FORM = definition(
    page("about", *QUESTIONS),
    page("carers", question("first_name"), question("relation", show_when={"first_name": "Nobody"}), person="carer"),
    people=[{"id": "client"}, {"id": "carer", "min": 0, "max": 3}],
)
ANSWERS = {"first_name": "Old", "surname": "Testperson", "travels": ["1", "2"], "smokes": "Y"}
CARERS = {"carer-0-first_name": "Zed", "carer-1-first_name": "Zod"}


def referral(form: Form = FORM, language: str = "en", **posted: Any) -> Referral:
    given = MultiDict(ANSWERS | posted).to_dict(flat=False)
    pages = filled(form, given, language=language, choices=look_up, today=TODAY)
    for each in pages:
        each.validate()
    collected = collect(form, pages, destination="charitylog")
    return Referral(
        reference="RG-7K3F-9Q2M",
        organisation="riverside",
        form="support",
        definition=form.hash,
        language=language,
        created_at=datetime(2026, 5, 4, tzinfo=UTC),
        destination="charitylog",
        options={},
        people=collected.people,
    )


def correct(name: str, typed: str, found: Referral | None = None, place: int = 0) -> list[Answer]:
    """Correct an answer and give what stands under its name."""
    changed = corrected(FORM, found or referral(), place, name, typed, choices=look_up, today=TODAY)
    return [answer for answer in changed.people[place].answers if answer.name == name]


@pytest.mark.parametrize(
    ("name", "typed", "value", "shown"),
    [
        ("surname", " Zzyzx ", "Zzyzx", "Zzyzx"),
        ("date_of_birth", "1990-05-01", "1990-05-01", "1 May 1990"),
        ("date_of_birth", "1/5/1990", "1990-05-01", "1 May 1990"),
        ("date_of_birth", "1 May 1990", "1990-05-01", "1 May 1990"),
        ("telephone", "01632 960001", "+441632960001", "01632 960001"),
        ("postcode", "hr97us", "HR9 7US", "HR9 7US"),
        ("ethnicity", "36", "36", "Welsh"),
        ("ethnicity", "white british", "35", "White British"),
        ("travels", "Car\nnone of these\n", ("2", "3"), "Car, None of these"),
        ("smokes", "No", "N", "No"),
        ("reads", "A friend\nOther: which?: at 9: Radio", ("1", "9"), "A friend, Other: which?: at 9: Radio"),
        ("description", "One line\nand another", "One line\nand another", "One line\nand another"),
        ("nhs_number", "943 476 5919", "9434765919", "943 476 5919"),
    ],
)
def test_value_and_words_are_those_of_the_page(name: str, typed: str, value: object, shown: str) -> None:
    (answer,) = correct(name, typed)

    assert (answer.value, answer.shown) == (value, shown)
    posted = {"travels": ["2", "3"], "date_of_birth-day": "1", "date_of_birth-month": "5", "date_of_birth-year": "1990"}
    posted |= {"reads": ["1", "9"], "reads-text-2": "at 9: Radio"}
    if name not in ("travels", "date_of_birth", "reads"):
        posted = {name: shown if name == "telephone" else str(value)}
    by_the_page = [each for each in referral(**posted).people[0].answers if each.name == name]
    assert [answer] == by_the_page


@pytest.mark.parametrize("typed", ["9: the radio", "other: WHICH?:  the radio "])
def test_a_choice_takes_along_the_words_that_it_asks_for(typed: str) -> None:
    by_the_page = referral(**{"heard": "9", "heard-text-2": "the radio"})

    assert correct("heard", typed) == [each for each in by_the_page.people[0].answers if each.name == "heard"]
    assert [each.shown for each in correct("heard", "A friend", by_the_page)] == ["A friend"]


def test_the_answer_keeps_its_place_and_the_others_stay() -> None:
    before = referral()
    after = corrected(FORM, before, 0, "surname", "Zzyzx", choices=look_up, today=TODAY)

    assert [each.name for each in after.people[0].answers] == [each.name for each in before.people[0].answers]
    assert [each for each in after.people[0].answers if each.name != "surname"] == [
        each for each in before.people[0].answers if each.name != "surname"
    ]
    assert after.people[1:] == before.people[1:]


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("surname", "", "Enter surname"),
        ("surname", "z" * 21, "must be 20 characters or fewer"),
        ("surname", "Zed\x07", "character that we cannot read"),
        ("surname", "Zed\nZod", "character that we cannot read"),
        ("date_of_birth", "2030-01-01", "must be today or in the past"),
        ("date_of_birth", "1990", "must include"),
        ("telephone", "none", "must be a phone number"),
        ("postcode", "nowhere", "must be a full UK postcode"),
        ("ethnicity", "99", "Choose one of the answers in the list."),
        ("travels", "1\n9", "Choose one of the answers in the list."),
        ("heard", "9", "Enter what else"),
        ("heard", "9: ", "Enter what else"),
        ("heard", "A friend: the radio", "Choose one of the answers in the list."),
        ("letter", "letter.pdf", "nobody typed or chose it"),
        ("agreed", "Y", "nobody typed or chose it"),
        ("team", "red", "nobody typed or chose it"),
    ],
)
def test_what_the_page_would_refuse_is_refused_without_a_word_of_it(name: str, typed: str, told: str) -> None:
    with pytest.raises(Refused, match=told) as caught:
        correct(name, typed)

    assert not typed or len(typed) < 3 or typed not in str(caught.value)


def test_an_answer_that_may_be_left_empty_can_be_taken_away() -> None:
    assert correct("smokes", "") == []


def test_a_question_nobody_answered_gets_its_answer() -> None:
    assert [answer.shown for answer in correct("telephone", "01632 960001")] == ["01632 960001"]


def test_words_are_in_the_language_of_the_referral_and_errors_in_english() -> None:
    form = definition(
        page("about", question("smokes", "yes_no", {"en": "Smokes", "cy": "Yn ysmygu"})), people=[{"id": "client"}]
    )
    welsh = referral(form.model_copy(update={"languages": ("en", "cy")}), "cy")

    changed = corrected(form, welsh, 0, "smokes", "N", choices=look_up, today=TODAY)

    assert [(each.label, each.value, each.shown) for each in changed.people[0].answers] == [("Yn ysmygu", "N", "Na")]
    with pytest.raises(Refused, match="Choose one of the answers in the list"):
        corrected(form, welsh, 0, "smokes", "perhaps", choices=look_up, today=TODAY)


def test_somebody_else_s_answer_is_corrected_where_they_are_named() -> None:
    found = referral(**CARERS)

    place = place_of(FORM, found, "first_name", "carer", 2)
    (answer,) = correct("first_name", "Zad", found, place)

    assert (found.people[place].id, answer.shown) == ("carer", "Zad")
    assert [person.id for person in found.people].index("carer") + 1 == place


def test_a_question_of_one_person_alone_needs_no_name() -> None:
    assert place_of(FORM, referral(**CARERS), "surname", None, None) == 0
    assert place_of(FORM, referral(), "first_name", None, None) == 0


@pytest.mark.parametrize(
    ("name", "person", "number", "told"),
    [
        ("shoe_size", None, None, "The form asks no shoe_size. It asks: .*surname"),
        ("remark", None, None, "The form asks no remark"),
        ("first_name", None, None, "asked of 3 people: say --person carer, --person client"),
        ("first_name", "carer", None, "by --number"),
        ("first_name", "carer", 3, "by --number"),
        ("surname", "carer", None, "surname is asked of client"),
    ],
)
def test_whose_answer_is_meant_has_to_be_clear(name: str, person: str | None, number: int | None, told: str) -> None:
    with pytest.raises(Refused, match=told):
        place_of(FORM, referral(**CARERS), name, person, number)
