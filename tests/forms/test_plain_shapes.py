"""What is judged by its plain shape is judged as the libraries would judge it."""

import email_validator
import phonenumbers
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gateway.forms import validators

from .making import alone, wire

MARKS = st.sampled_from([*"abcXYZ019._-@+ ", "example", ".com", ".co.uk", ".org", "--", "xn--", "test."])
NEARLY_EMAILS = st.one_of(
    st.from_regex(validators._PLAIN_EMAIL, fullmatch=True),
    st.tuples(st.lists(MARKS, max_size=12).map("".join), st.lists(MARKS, max_size=12).map("".join)).map("@".join),
)
NEARLY_PHONES = st.one_of(
    st.from_regex(validators._PLAIN_PHONE, fullmatch=True),
    st.from_regex(r"( ?\+ ?44|0)( {0,2}[0-9]){8,12} ?", fullmatch=True),
    st.from_regex(r"(\+44|0)(800|180020|1800)[0-9 ]{3,10}", fullmatch=True),
)


@settings(max_examples=400, deadline=None)
@given(NEARLY_EMAILS)
def test_a_plain_email_address_is_what_the_library_takes(typed: str) -> None:
    plain = validators._PLAIN_EMAIL.fullmatch(typed)
    assume(plain is not None)
    assert plain
    short = max(len(plain["local"]), len(plain["domain"])) <= 63

    try:
        known = email_validator.validate_email(typed, check_deliverability=False).normalized
    except email_validator.EmailNotValidError:
        known = None
    assert known == typed if short else known in (typed, None)
    assert wire(alone("email", {"answer": typed})) == typed if short else True


@settings(max_examples=400, deadline=None)
@given(NEARLY_PHONES)
def test_a_plain_phone_number_is_what_the_library_makes_of_it(typed: str) -> None:
    plain = validators._PLAIN_PHONE.fullmatch(typed.replace(" ", ""))
    assume(plain is not None)
    assert plain

    number = phonenumbers.parse(typed, "GB")

    assert validators._is_callable(number)
    known = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert f"+44{plain['national']}" == known == wire(alone("phone", {"answer": typed}))


def test_no_ending_of_a_plain_address_is_set_aside_for_another_use() -> None:
    assert {"com", "net", "org", "uk"}.isdisjoint(email_validator.SPECIAL_USE_DOMAIN_NAMES)
