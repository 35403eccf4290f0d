"""What may be typed: every kind of line, in tables of good and bad."""

import pytest

from tests.forms.making import alone, errors, wire


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ann \t", "Ann"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("\u0645\u06cc\u200c\u0622", "\u0645\u06cc\u200c\u0622"),  # a joiner inside a Persian word
        ("a\tb", "a\tb"),
        ("Ann\r\n", "Ann"),
        ("n\u0303" * 200, "\u00f1" * 200),  # counted after composing
    ],
)
def test_a_line_is_made_regular(typed: str, kept: str) -> None:
    assert wire(alone("text", {"answer": typed})) == kept


@pytest.mark.parametrize("mark", ["\0", "\x07", "\x1c", "\x7f", "\x85", chr(0xDCFF), "\ufffd", "\n"])
def test_a_character_that_cannot_travel_is_refused_and_shown_as_a_mark(mark: str) -> None:
    form = alone("text", {"answer": f"An{mark}n"})

    assert errors(form) == ["Answer has a character that we cannot read. Delete it and type it again."]
    assert form.questions[0].shown == ("An\nn" if mark == "\n" else "An\ufffdn")


@pytest.mark.parametrize("posted", [{}, {"answer": ""}, {"answer": " \u00a0\n"}, {"answer": "\u200b\u200d"}])
def test_what_nobody_can_see_is_no_answer(posted: dict[str, str]) -> None:
    assert errors(alone("text", posted, required="true")) == ["Enter answer"]
    assert wire(alone("text", posted)) is None


def test_newlines_are_one_character_each_and_stay_in_a_textarea() -> None:
    assert wire(alone("textarea", {"answer": "a\r\nb\rc"}, max_length="5")) == "a\nb\nc"


def test_a_message_says_the_limit_and_what_was_typed() -> None:
    too_long = alone("text", {"answer": "abcdef"}, max_length="5", label="What helps?")
    too_short = alone("text", {"answer": "ab"}, min_length="3")

    assert errors(too_long) == ["Your answer to “What helps?” must be 5 characters or fewer. You typed 6."]
    assert errors(too_short) == ["Answer must be 3 characters or more. You typed 2."]


def test_two_values_for_one_line_are_an_error_rather_than_a_silent_drop() -> None:
    assert errors(alone("text", {"answer": ["Ann", "Beth"]})) == ["Answer was sent more than once. Give one answer."]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ann.Testperson@Riverside.EXAMPLE", "Ann.Testperson@riverside.example"),
        (" ann+1@mail.riverside.example ", "ann+1@mail.riverside.example"),
    ],
)
def test_email_keeps_what_stands_before_the_at_sign(typed: str, kept: str) -> None:
    assert wire(alone("email", {"answer": typed})) == kept


@pytest.mark.parametrize("typed", ["ann", "ann@", "ann@riverside", "a b@riverside.example", "a@b@riverside.example"])
def test_what_is_no_email_address_is_refused(typed: str) -> None:
    assert errors(alone("email", {"answer": typed})) == ["Answer must be an email address, like name@example.org"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("01632 960001", "+441632960001"),
        ("07700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("(020) 7946-0000", "+442079460000"),
        ("0044 7700 900123", "+447700900123"),
        ("+33 1 23 45 67 89", "+33123456789"),
        ("0800 1111", "+448001111"),
    ],
)
def test_phone_goes_out_in_one_form_and_is_shown_as_typed(typed: str, kept: str) -> None:
    form = alone("phone", {"answer": typed})

    assert wire(form) == kept
    assert form.questions[0].words == typed


@pytest.mark.parametrize(
    "typed", ["12345", "07700 90012", "0770 0900 1234 5", "ask my sister 07700 900123", "+999 123", "07700 900123;1"]
)
def test_what_cannot_be_called_is_refused(typed: str) -> None:
    assert errors(alone("phone", {"answer": typed})) == [
        "Answer must be a phone number, like 01632 960001 or +44 7700 900123"
    ]


@pytest.mark.parametrize("typed", ["01632 960001 x123", "01632 960001 ext. 12", "01632 960001#4"])
def test_an_extension_is_refused_by_name(typed: str) -> None:
    assert "Leave out the extension" in errors(alone("phone", {"answer": typed}))[0]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("hr97us", "HR9 7US"), (" HR9  7US", "HR9 7US"), ("sw1a1aa", "SW1A 1AA"), ("m1 1ae", "M1 1AE"),
     ("bfpo 801", "BFPO 801"), ("BFPO c/o 12", "BFPO 12"), ("gir 0aa", "GIR 0AA"), ("bf1 4fb", "BF1 4FB"),
     ("HR9-7US", "HR9 7US"), ("(hr9 7us).", "HR9 7US"), ("H R 9 7 U S", "HR9 7US")],
)  # fmt: skip
def test_postcode_is_spaced_as_usual(typed: str, kept: str) -> None:
    assert wire(alone("postcode", {"answer": typed})) == kept


@pytest.mark.parametrize("typed", ["HR9", "HR97U", "9HR 7US", "HR9 7UC", "BFPO", "H\u0131R9 7US", "75001"])
def test_what_is_no_postcode_is_refused(typed: str) -> None:
    assert errors(alone("postcode", {"answer": typed})) == ["Answer must be a full UK postcode, like HR9 7US"]


@pytest.mark.parametrize("typed", ["9434765919", "943 476 5919", "943-476-5919", "943.476.5919.", "(943) 476 5919"])
def test_nhs_number_goes_out_as_ten_digits_and_is_shown_in_groups(typed: str) -> None:
    form = alone("nhs_number", {"answer": typed})

    assert wire(form) == "9434765919"
    assert form.questions[0].words == "943 476 5919"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("943476591", "must have 10 numbers"),
        ("94347659190", "must have 10 numbers"),
        ("943476591a", "must have 10 numbers"),
        ("9434765918", "is not a real NHS number"),
        ("1111111111", "is not a real NHS number"),
    ],
)
def test_a_wrong_nhs_number_is_refused(typed: str, message: str) -> None:
    assert message in errors(alone("nhs_number", {"answer": typed}))[0]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("5", "5"), ("007", "7"), ("+5", "5"), ("-3", "-3"), ("−3", "-3"), ("12,500", "12500"), ("1 250 000", "1250000"),
     ("-0", "0"), ("٣", "3")],
)  # fmt: skip
def test_number_goes_out_in_plain_digits(typed: str, kept: str) -> None:
    assert wire(alone("number", {"answer": typed})) == kept


@pytest.mark.parametrize("typed", ["five", "1,5", "1 2", "1.5", "5.", "1e3", "9" * 41, "NaN", "--1"])
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    assert errors(alone("number", {"answer": typed})) == ["Answer must be a whole number, like 5"]


def test_a_number_may_have_a_fraction_and_a_range() -> None:
    assert wire(alone("number", {"answer": "37.50"}, whole="false")) == "37.50"
    assert errors(alone("number", {"answer": "0"}, min="1")) == ["Answer must be 1 or more"]
    assert errors(alone("number", {"answer": "1,000"}, max="999")) == ["Answer must be 999 or less"]


def test_hidden_values_come_from_the_definition_and_never_from_the_post() -> None:
    form = alone("hidden", {"answer": "forged"}, value="website")

    assert wire(form) == "website"
    assert form.raw() == {}
    assert form.questions[0].shown == "website"


@pytest.mark.parametrize(("posted", "kept"), [("leaflet", "leaflet"), ("a\0b", None), ("x" * 201, None), ("", None)])
def test_a_hidden_value_from_the_address_is_kept_where_it_can_be(posted: str, kept: str | None) -> None:
    assert wire(alone("hidden", {"answer": posted}, prefill="true")) == kept


def test_no_fixed_address_answers_a_required_postcode_and_sends_none() -> None:
    form = alone("postcode", {"answer": "", "answer-none": "Y"}, required="true", no_fixed_address="true")

    assert wire(form) is None
    assert form.questions[0].words == "No fixed address"
    assert form.questions[0].box.checked


def test_a_postcode_beside_no_fixed_address_is_kept_as_words() -> None:
    form = alone("postcode", {"answer": "the hostel", "answer-none": "Y"}, no_fixed_address="true")

    assert wire(form) is None
    assert form.questions[0].words == "No fixed address (the hostel)"


@pytest.mark.parametrize("typed", ["x" * 41, "a\0b"])
def test_not_just_anything_stands_beside_no_fixed_address(typed: str) -> None:
    assert errors(alone("postcode", {"answer": typed, "answer-none": "Y"}, no_fixed_address="true"))


def test_no_fixed_address_counts_only_where_the_form_asks_for_it() -> None:
    assert errors(alone("postcode", {"answer": "", "answer-none": "Y"}, required="true")) == ["Enter answer"]
    assert alone("postcode", {}).questions[0].box is None


@pytest.mark.parametrize("kind", ["text", "textarea", "email", "postcode"])
@pytest.mark.parametrize("typed", ["\x0c", "\x1f", " \x0b "])
def test_a_character_that_nobody_can_read_is_not_taken_for_nothing(kind: str, typed: str) -> None:
    assert "cannot read" in errors(alone(kind, {"answer": typed}))[0]
