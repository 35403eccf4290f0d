"""The fields that may stand on a page, one model per `type`.

Every question knows how its answer travels and under which name.
"""

import hashlib
import json
import re
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

import pydantic

from gateway.definitions.base import Condition, Flag, Model, Name, Prefill, Wire, Word
from gateway.definitions.choices import AGREEMENTS, SAFE_WAYS, Choice, SafeWay, refuse_repeated
from gateway.definitions.text import Text
from gateway.uploads.kinds import ENDINGS

Send = Literal["field", "description", "none"]
DICTIONARY = re.compile(r"[a-zA-Z0-9_-]+(/[a-zA-Z0-9_-]+)*")
ENDING = re.compile(r"[A-Za-z0-9]{1,8}")
LONGEST = 20_000


def _read_ending(value: str) -> str:
    if not ENDING.fullmatch(value):
        raise ValueError("is not the ending of a file name. Write it without a dot, as in pdf")
    if value.lower() not in ENDINGS:
        raise ValueError(f"{value!r} is no kind of file that can be taken. Choose from: {', '.join(sorted(ENDINGS))}")
    return value.lower()


def _version_of_wording(data: dict[str, Any]) -> str:
    """Name a wording by its content, so that a changed word is a new version without anybody's care."""
    wording = [data[key].root if data.get(key) else None for key in ("label", "hint")]
    return hashlib.sha256(json.dumps(wording, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:12]


Ending = Annotated[str, pydantic.AfterValidator(_read_ending)]


class Question(Model):
    """What is common to everything that a person can answer."""

    default_send: ClassVar[Send] = "field"
    prefillable: ClassVar[bool] = False

    name: Name
    label: Text
    hint: Text | None = None
    required: Flag = False
    required_message: Text | None = None
    as_: Name | None = pydantic.Field(default=None, alias="as")
    send: Send | None = None
    show_when: Condition | None = None
    autocomplete: Word | None = None
    prefill: Prefill = False

    @pydantic.model_validator(mode="after")
    def _prefill_fits(self) -> Self:
        chosen = getattr(self, "type", "") in ("select", "radios", "yes_no")
        if self.prefill and not self.prefillable and not (chosen and self.prefill == "again"):
            also = "; 'again' for this one too" if chosen else ""
            raise ValueError(f"'prefill' is for text, textarea, email, phone, postcode and hidden{also}. Remove it")
        return self

    @property
    def sending(self) -> Send:
        """How the answer travels: in its own field, as a line of the description, or not at all."""
        return self.send or self.default_send

    @property
    def sent_as(self) -> str:
        """The destination's name of the field."""
        return self.as_ or self.name


class TextField(Question):
    prefillable = True

    type: Literal["text"]
    min_length: int = pydantic.Field(default=0, ge=0)
    max_length: int = pydantic.Field(default=200, ge=1, le=LONGEST)

    @pydantic.model_validator(mode="after")
    def _lengths_fit(self) -> Self:
        _check_order(self.min_length, self.max_length, "min_length", "max_length")
        return self


class TextareaField(Question):
    prefillable = True

    type: Literal["textarea"]
    min_length: int = pydantic.Field(default=0, ge=0)
    max_length: int = pydantic.Field(default=4000, ge=1, le=LONGEST)
    rows: int = pydantic.Field(default=5, ge=2, le=40)

    @pydantic.model_validator(mode="after")
    def _lengths_fit(self) -> Self:
        _check_order(self.min_length, self.max_length, "min_length", "max_length")
        return self


class EmailField(Question):
    prefillable = True

    type: Literal["email"]


class PhoneField(Question):
    prefillable = True

    type: Literal["phone"]


class PostcodeField(Question):
    prefillable = True

    type: Literal["postcode"]
    no_fixed_address: Flag = False


class NhsNumberField(Question):
    type: Literal["nhs_number"]


class DateField(Question):
    type: Literal["date"]
    past: Flag = False
    future: Flag = False

    @pydantic.model_validator(mode="after")
    def _one_direction(self) -> Self:
        if self.past and self.future:
            raise ValueError("no date is both 'past' and 'future'. Remove one of the two")
        return self


class NumberField(Question):
    type: Literal["number"]
    min: Decimal | None = None
    max: Decimal | None = None
    whole: Flag = True

    @pydantic.model_validator(mode="after")
    def _range_fits(self) -> Self:
        _check_order(self.min, self.max, "min", "max")
        return self


class YesNoField(Question):
    type: Literal["yes_no"]


class _ChoosingField(Question):
    """A question with choices: written here, or a dictionary of the destination."""

    choices: tuple[Choice, ...] | None = pydantic.Field(default=None, min_length=1)
    dictionary: str | None = None

    @pydantic.field_validator("dictionary")
    @classmethod
    def _dictionary_is_a_name(cls, value: str | None) -> str | None:
        if value is not None and not DICTIONARY.fullmatch(value):
            raise ValueError("cannot be the name of a dictionary. Write it as in organisations/ethnic_group")
        return value

    @pydantic.model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.choices is None) == (self.dictionary is None):
            raise ValueError("needs either 'choices' or 'dictionary'. Write one of the two")
        refuse_repeated(self.choices or ())
        return self


class SelectField(_ChoosingField):
    type: Literal["select"]


class RadiosField(_ChoosingField):
    type: Literal["radios"]


class CheckboxesField(_ChoosingField):
    default_send = "description"

    type: Literal["checkboxes"]
    min: int | None = pydantic.Field(default=None, ge=1)
    max: int | None = pydantic.Field(default=None, ge=1)

    @pydantic.model_validator(mode="after")
    def _range_fits(self) -> Self:
        _check_order(self.min, self.max, "min", "max")
        return self


class FileField(Question):
    default_send = "none"

    type: Literal["file"]
    accept: tuple[Ending, ...] = pydantic.Field(min_length=1)
    max_files: int = pydantic.Field(default=1, ge=1, le=20)
    max_mb: int = pydantic.Field(default=10, ge=1, le=100)
    attach_to: Name | None = None

    @pydantic.model_validator(mode="after")
    def _travels_apart(self) -> Self:
        if self.send not in (None, "none"):
            raise ValueError("a file travels apart from the answers. Remove 'send'")
        return self


class ConsentField(Question):
    default_send = "none"

    type: Literal["consent"]
    version: Word = pydantic.Field(default_factory=_version_of_wording)


class AgreementField(Question):
    """Whether the person referred knows; the two answers are fixed, and the second asks for a reason."""

    default_send = "none"

    type: Literal["agreement"]
    version: Word = pydantic.Field(default_factory=_version_of_wording)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The two answers, `agreed` and `interest`."""
        return AGREEMENTS


class SafeContactField(Question):
    default_send = "description"

    type: Literal["safe_contact"]
    choices: tuple[SafeWay, ...] = pydantic.Field(default=SAFE_WAYS, min_length=1)

    @pydantic.model_validator(mode="after")
    def _each_once(self) -> Self:
        refuse_repeated(self.choices)
        return self


class HiddenField(Question):
    prefillable = True

    type: Literal["hidden"]
    # Nobody sees it on the page, but a line of the description may need a word in front.
    label: Text = pydantic.Field(default_factory=lambda data: Text({"": data["name"]}))
    value: Wire | None = None

    @pydantic.model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.value is None) == (not self.prefill):
            raise ValueError("needs either 'value' or 'prefill: true'. Write one of the two")
        return self


class Passage(Model):
    """Words between the questions. Nothing is asked, so nothing is sent."""

    name: Name | None = None
    text: Text

    @property
    def sending(self) -> Send:
        """Never sent."""
        return "none"


class NoteField(Passage):
    type: Literal["note"]
    show_when: Condition | None = None


class ExitField(Passage):
    """Ends a journey kindly, where the organisation is the wrong one to ask."""

    type: Literal["exit"]
    show_when: Condition


def _check_order(low: Decimal | int | None, high: Decimal | int | None, first: str, second: str) -> None:
    if low is not None and high is not None and low > high:
        raise ValueError(f"{first!r} is above {second!r}. Swap the two, or correct one")


Field = Annotated[
    TextField | TextareaField | EmailField | PhoneField | PostcodeField | NhsNumberField | DateField | NumberField
    | YesNoField | SelectField | RadiosField | CheckboxesField | FileField | ConsentField | AgreementField
    | SafeContactField | HiddenField | NoteField | ExitField,
    pydantic.Field(discriminator="type"),
]  # fmt: skip
FIELD_TYPES: dict[str, type[Question | Passage]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(get_args(Field)[0])
}
