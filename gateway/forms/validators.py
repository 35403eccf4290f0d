"""The rules of single answers: callables that take (form, field), judge `field.data` and leave its wire value there.

They meet tidy text that is not blank. Each has its own message unless another is given.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

import email_validator
import phonenumbers
import stdnum.gb.nhs
from wtforms import Field, Form
from wtforms.validators import StopValidation

from gateway.forms import wording
from gateway.forms.typed import is_readable
from gateway.forms.wording import say

LONGEST_EMAIL = 254
LONGEST_PHONE = 40
LONGEST_NUMBER = 40
NHS_DIGITS = 10

_EXTENSION = re.compile(r"(x|ext|extn|extension|#)[\s.:]*\d+$", re.IGNORECASE)
_PHONE = re.compile(r"[\d\s+().\-‐-―/]+")
_UK_NUMBER = re.compile(r"[123578]\d{9}")
# The plainest shapes, of which the libraries would say the same at twenty times the price; tests hold them to it.
_PLAIN_PHONE = re.compile(r"(?:\+44|0)(?P<national>[123578][0-9]{9})")
_PLAIN_EMAIL = re.compile(
    r"(?P<local>[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*)"
    r"@(?P<domain>(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?:com|net|org|uk))"
)
_LONGEST_LABEL = 63
_POSTCODE = re.compile(r"(?P<outward>[A-Z]{1,2}[0-9][A-Z0-9]?|GIR)(?P<inward>[0-9][ABD-HJLNP-UW-Z]{2})")
_BFPO = re.compile(r"BFPO(C/O)?(?P<number>[0-9]{1,4})")
# What people, and programs that write down what is said, put between and behind: it never changes what is meant.
_PUNCTUATION = re.compile(r"[\s\-‐-―.,()]")
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+|\d{1,3}(\s\d{3})+)(?P<fraction>\.\d+)?")
_GROUPING = re.compile(r"[,\s]")


def refuse(field: Field, sentence: str, **words: object) -> StopValidation:
    """Make the error that ends the judging of an answer: one sentence at a time is enough."""
    return StopValidation(say(field, sentence, **words))


@dataclass(frozen=True)
class Readable:
    """Refuse control characters, and newlines where one line is asked for."""

    lines: bool = False
    message: str = wording.UNREADABLE

    def __call__(self, form: Form, field: Field) -> None:
        if not is_readable(field.data, lines=self.lines):
            raise refuse(field, self.message)


@dataclass(frozen=True)
class Length:
    """Refuse what is too short or too long, counted in characters."""

    least: int = 0
    most: int = 200
    too_short: str = wording.TOO_SHORT
    too_long: str = wording.TOO_LONG

    def __call__(self, form: Form, field: Field) -> None:
        count = len(field.data)
        if count > self.most:
            raise refuse(field, self.too_long, limit=self.most, count=count)
        if count < self.least:
            raise refuse(field, self.too_short, limit=self.least, count=count)


@dataclass(frozen=True)
class Email:
    """Take an email address, without asking the network; what stands before the @ is kept as typed."""

    message: str = wording.EMAIL

    def __call__(self, form: Form, field: Field) -> None:
        plain = _PLAIN_EMAIL.fullmatch(field.data)
        if plain and max(len(plain["local"]), len(plain["domain"])) <= _LONGEST_LABEL:
            return
        try:
            field.data = email_validator.validate_email(field.data, check_deliverability=False).normalized
        except email_validator.EmailNotValidError as error:
            raise refuse(field, self.message) from error


@dataclass(frozen=True)
class Phone:
    """Take a phone number, British unless it begins with +; the wire has it as +441632960001."""

    message: str = wording.PHONE
    extension: str = wording.EXTENSION

    def __call__(self, form: Form, field: Field) -> None:
        plain = _PLAIN_PHONE.fullmatch(field.data.replace(" ", ""))
        if plain:
            field.data = f"+44{plain['national']}"
            return
        if _EXTENSION.search(field.data):
            raise refuse(field, self.extension)
        # The library would find the number in "not 07700 900123, my sister's" and drop the words.
        if not _PHONE.fullmatch(field.data):
            raise refuse(field, self.message)
        try:
            number = phonenumbers.parse(field.data, "GB")
        except phonenumbers.NumberParseException as error:
            raise refuse(field, self.message) from error
        if not _is_callable(number):
            raise refuse(field, self.message)
        field.data = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_callable(number: phonenumbers.PhoneNumber) -> bool:
    # A British number of the full length passes also where its range is newer than the library, or set aside for
    # drama and training: whoever cannot correct it must not be stopped by it. It comes first because it is quick.
    british = number.country_code == 44 and _UK_NUMBER.fullmatch(str(number.national_number))
    return bool(british) or phonenumbers.is_valid_number(number)


@dataclass(frozen=True)
class Postcode:
    """Take a full UK postcode, BFPO included, and space it as the Royal Mail does."""

    message: str = wording.POSTCODE

    def __call__(self, form: Form, field: Field) -> None:
        close = _PUNCTUATION.sub("", field.data).upper()
        forces = _BFPO.fullmatch(close)
        ordinary = _POSTCODE.fullmatch(close)
        if forces:
            field.data = f"BFPO {forces['number']}"
        elif ordinary:
            field.data = f"{ordinary['outward']} {ordinary['inward']}"
        else:
            raise refuse(field, self.message)


@dataclass(frozen=True)
class NhsNumber:
    """Take an NHS number, spaced or not, whose check digit is right; the wire has ten digits."""

    length: str = wording.NHS_LENGTH
    message: str = wording.NHS_CHECK

    def __call__(self, form: Form, field: Field) -> None:
        digits = _PUNCTUATION.sub("", field.data)
        if not (digits.isascii() and digits.isdigit() and len(digits) == NHS_DIGITS):
            raise refuse(field, self.length)
        # Ten equal digits pass the check digit, and are what people type to get past it.
        if len(set(digits)) == 1 or not stdnum.gb.nhs.is_valid(digits):
            raise refuse(field, self.message)
        field.data = digits


@dataclass(frozen=True)
class Number:
    """Take a number; commas and spaces may group its thousands, and nothing else."""

    whole: bool = True
    least: Decimal | None = None
    most: Decimal | None = None
    not_a_number: str = wording.NUMBER
    not_whole: str = wording.WHOLE
    too_low: str = wording.TOO_LOW
    too_high: str = wording.TOO_HIGH

    def __call__(self, form: Form, field: Field) -> None:
        found = _NUMBER.fullmatch(field.data.replace("−", "-"))
        if found is None or len(field.data) > LONGEST_NUMBER:
            raise refuse(field, self.not_whole if self.whole else self.not_a_number)
        if self.whole and found["fraction"]:
            raise refuse(field, self.not_whole)
        number = Decimal(_GROUPING.sub("", found[0]))
        if self.least is not None and number < self.least:
            raise refuse(field, self.too_low, limit=self.least)
        if self.most is not None and number > self.most:
            raise refuse(field, self.too_high, limit=self.most)
        field.data = format(number or abs(number), "f")


@dataclass(frozen=True)
class Count:
    """Refuse too few or too many ticks."""

    least: int | None = None
    most: int | None = None
    too_few: str = wording.TOO_FEW
    too_many: str = wording.TOO_MANY

    def __call__(self, form: Form, field: Field) -> None:
        count = len(field.data)
        if self.least is not None and count < self.least:
            raise refuse(field, self.too_few, limit=self.least)
        if self.most is not None and count > self.most:
            raise refuse(field, self.too_many, limit=self.most)
