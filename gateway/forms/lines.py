"""The fields that are filled in by typing: lines of text and what is made of them, dates, and the hidden line."""

from collections.abc import Sequence
from datetime import date
from typing import Unpack

from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from gateway.definitions.fields import Question as Definition
from gateway.forms import dates, typos, wording
from gateway.forms.fields import GIVEN, Bound, FormData, Host, Option, Part, QuestionField
from gateway.forms.outline import NO_ADDRESS, suffixes_of
from gateway.forms.typed import is_blank, is_readable, tidy
from gateway.forms.wording import say

LONGEST_HIDDEN = 200
LONGEST_POSTCODE = 40


class TextField(QuestionField):
    """A single line. The kinds of line differ in their validators only."""

    kind = "text"

    @property
    def shown(self) -> str:
        """The answer as typed."""
        return self._as_typed(self.name)

    @property
    def words(self) -> str:
        """The answer as the person knows it."""
        return tidy(self.shown)

    def read(self) -> object:
        """Give the tidy text."""
        return self._one(self.name)


class TextareaField(TextField):
    """Several lines."""

    kind = "textarea"

    @property
    def max_length(self) -> int | None:
        """How many characters may be typed."""
        return int(self.definition.max_length)

    @property
    def rows(self) -> int:
        """How many lines are seen at once."""
        return int(self.definition.rows)


class EmailField(TextField):
    """An email address. What it was probably meant to be is asked, and what was typed is taken."""

    kind = inputmode = "email"
    common, others = " ".join(typos.COMMON), " ".join(typos.OTHERS)

    @property
    def meant(self) -> str:
        """The address that was probably meant, where it may be another."""
        return typos.meant(tidy(self.shown))


class PhoneField(TextField):
    """A telephone number."""

    kind = "phone"
    inputmode = "tel"
    width = "medium"


class PostcodeField(TextField):
    """A British postcode; where the definition allows it, with a box for whoever has no fixed address."""

    kind = "postcode"
    width = "short"

    def __init__(self, definition: Definition, **bound: Unpack[Bound]) -> None:
        super().__init__(definition, **bound)
        self.suffixes = suffixes_of(self.definition)

    @property
    def box(self) -> Option | None:
        """The box under the line."""
        if NO_ADDRESS not in self.suffixes:
            return None
        name = self.name + NO_ADDRESS
        return Option(GIVEN, self.gettext(wording.NO_FIXED_ADDRESS), "", self._ticked, name)

    @property
    def words(self) -> str:
        """The postcode with its usual space."""
        return self.data or self.beside

    @property
    def beside(self) -> str:
        """That there is no fixed address. A postcode typed all the same may be where somebody can be found."""
        if not self._ticked:
            return ""
        typed = tidy(self.shown)
        words = self.gettext(wording.NO_FIXED_ADDRESS)
        return f"{words} ({typed})" if typed and not is_blank(typed) else words

    @property
    def _ticked(self) -> bool:
        return NO_ADDRESS in self.suffixes and GIVEN in self.posted[self.name + NO_ADDRESS]

    def pre_validate(self, form: BaseForm) -> None:
        """Ask for no postcode where there is no address; then nothing goes out in the field."""
        if not self._ticked:
            super().pre_validate(form)
            return
        typed = self._one(self.name)
        if not is_readable(typed):
            raise StopValidation(say(self, wording.UNREADABLE))
        if len(typed) > LONGEST_POSTCODE:
            raise StopValidation(say(self, wording.POSTCODE))
        raise StopValidation


class NhsNumberField(TextField):
    """An NHS number."""

    kind = "nhs_number"
    inputmode = "numeric"
    width = "medium"

    @property
    def words(self) -> str:
        """The number in the groups that stand in letters from the NHS."""
        return f"{self.data[:3]} {self.data[3:6]} {self.data[6:]}" if self.data else ""


class NumberField(TextField):
    """A number."""

    kind = "number"
    width = "short"

    def __init__(self, definition: Definition, **bound: Unpack[Bound]) -> None:
        super().__init__(definition, **bound)
        # The numeric keyboard of a telephone may lack the point and the minus.
        if self.definition.whole and self.definition.min is not None and self.definition.min >= 0:
            self.inputmode = "numeric"


class DateField(QuestionField):
    """A date in three inputs."""

    kind = "date"
    suffixes = tuple(f"-{part}" for part in dates.PARTS)
    inputmode = "numeric"

    def __init__(self, definition: Definition, **bound: Unpack[Bound]) -> None:
        super().__init__(definition, **bound)
        self.attach(bound["_form"])
        self.wrong: tuple[str, ...] = ()
        self.id = f"{self.name}-day"

    def attach(self, form: Host) -> None:
        """Take the form's day."""
        self.today: date = form.today

    @property
    def error_id(self) -> str:
        """The first part that is wrong."""
        return f"{self.name}-{self.wrong[0]}" if self.errors and self.wrong else self.id

    @property
    def shown(self) -> str:
        """The parts as typed, one after the other."""
        return " ".join(filter(None, (part.value for part in self.parts)))

    @property
    def words(self) -> str:
        """The date in words."""
        return dates.in_words(date.fromisoformat(self.data), self.gettext) if self.data else ""

    @property
    def parts(self) -> list[Part]:
        """Day, month and year, as a template needs them."""
        return [self._part(part) for part in dates.PARTS]

    def _part(self, part: str) -> Part:
        name = f"{self.name}-{part}"
        return Part(
            name=name,
            id=name,
            label=self.gettext(dates.HEADINGS[part]),
            value=self._as_typed(name),
            width="4" if part == "year" else "2",
            error=bool(self.errors) and part in self.wrong,
            autocomplete=f"{self.autocomplete}-{part}" if self.autocomplete else "",
        )

    def read(self) -> object:
        """Give the date as YYYY-MM-DD."""
        self.wrong = dates.PARTS
        typed = [self._one(f"{self.name}-{part}") for part in dates.PARTS]
        if not any(typed):
            return None
        try:
            day = dates.read_date(typed, self.gettext)
            dates.check_direction(day, self.today, self.definition)
        except dates.Wrong as problem:
            self.wrong = problem.parts
            raise StopValidation(say(self, problem.sentence, **problem.words)) from problem
        self.wrong = ()
        return day.isoformat()


class HiddenField(QuestionField):
    """A value that nobody sees: from the definition, or from the address of the page."""

    kind = "hidden"

    def __init__(self, definition: Definition, **bound: Unpack[Bound]) -> None:
        super().__init__(definition, **bound)
        self.required = False
        self.fixed: str | None = self.definition.value

    def process(self, formdata: FormData | None, data: object = None, extra_filters: object = None) -> None:
        """Take the definition's value whatever was posted."""
        super().process(formdata)
        if self.fixed is not None:
            self.posted = {}

    @property
    def shown(self) -> str:
        """The value that the input carries."""
        return self.fixed if self.fixed is not None else self._as_typed(self.name)

    @property
    def words(self) -> str:
        """The value itself: there are no words for it."""
        return self.data or ""

    def read(self) -> object:
        """Give the value. What cannot be kept counts as none: nobody could correct it."""
        if self.fixed is not None:
            return self.fixed
        values: Sequence[str] = self.posted[self.name]
        text = tidy(values[0]) if len(values) == 1 else ""
        return text if len(text) <= LONGEST_HIDDEN and is_readable(text) and not is_blank(text) else None
