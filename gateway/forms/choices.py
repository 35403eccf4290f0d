"""The fields that offer choices. Only a value that is in the list becomes an answer."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Unpack

from wtforms.validators import StopValidation

from gateway.definitions.choices import SAFE_WAYS
from gateway.definitions.fields import Question as Definition
from gateway.definitions.schema import INTEREST, Text
from gateway.forms import wording
from gateway.forms.fields import Bound, Host, Part, QuestionField
from gateway.forms.typed import is_readable
from gateway.forms.wording import say

# A value, its words, and its hint.
Listed = tuple[str, str | Text, Text | None]

GIVEN = "Y"
LONGEST_REASON = 1000
# What the gateway itself offers is in its catalogues; the words of an organisation are not looked up there.
OWN_LABELS = tuple(choice.label for choice in SAFE_WAYS)


@dataclass(frozen=True)
class Option:
    """One choice as a template needs it."""

    value: str
    label: str
    hint: str
    checked: bool
    id: str


class ChoosingField(QuestionField):
    """One choice out of a list."""

    choosing = True

    def __init__(self, definition: Definition, **bound: Unpack[Bound]) -> None:
        super().__init__(definition, **bound)
        self.attach(bound["_form"])

    def attach(self, form: Host) -> None:
        """Take the form's way to look choices up."""
        self.choices_of = form.choices

    def listed(self) -> Iterable[Listed]:
        """List the choices as they stand in the definition or the dictionary."""
        written = self.definition.choices
        if written is None:
            return [(value, label, None) for value, label in self.choices_of(self.definition.dictionary)]
        return [(each.value, each.label, each.hint) for each in written]

    def _plain(self, label: str | Text) -> str:
        return label if isinstance(label, str) else label.within(self.language)

    @property
    def options(self) -> list[Option]:
        """The choices as a template needs them."""
        chosen = self.posted[self.name]
        ids = (self.id if count == 1 else f"{self.id}-{count}" for count in itertools.count(1))
        return [
            Option(value, self._plain(label), self._plain(hint) if hint else "", value in chosen, option_id)
            for (value, label, hint), option_id in zip(self.listed(), ids, strict=False)
        ]

    @property
    def shown(self) -> str:
        """The value posted."""
        return self._as_typed(self.name)

    @property
    def words(self) -> str:
        """The words of what was chosen."""
        chosen = (self.data,) if isinstance(self.data, str) else self.data or ()
        return ", ".join(self._plain(label) for value, label, _ in self.listed() if value in chosen)

    def _chosen(self) -> list[str]:
        """Give the values posted, all of them in the list."""
        chosen = [value for value in self.posted[self.name] if value]
        if chosen and not set(chosen).issubset(value for value, *_ in self.listed()):
            raise StopValidation(say(self, wording.NOT_IN_LIST))
        return chosen

    def read(self) -> object:
        """Give the value chosen."""
        chosen = self._chosen()
        if len(chosen) > 1:
            raise StopValidation(say(self, wording.ONLY_ONE))
        return chosen[0] if chosen else None


class SelectField(ChoosingField):
    """A list that unfolds."""

    kind = "select"


class RadiosField(ChoosingField):
    """A list with a round button before each choice."""

    kind = "radios"


class YesNoField(ChoosingField):
    """Yes or no."""

    kind = "yes_no"

    def listed(self) -> Iterable[Listed]:
        """Yes before no."""
        return (("Y", wording.YES, None), ("N", wording.NO, None))

    def _plain(self, label: str | Text) -> str:
        return self.gettext(super()._plain(label))


class CheckboxesField(ChoosingField):
    """A list of which any number may be ticked."""

    kind = "checkboxes"

    def read(self) -> object:
        """Give the values ticked, each once, in the order of the list."""
        chosen = set(self._chosen())
        return tuple(value for value, *_ in self.listed() if value in chosen) if chosen else ()


class SafeContactField(CheckboxesField):
    """The ways in which somebody may be contacted without danger."""

    kind = "safe_contact"

    def _plain(self, label: str | Text) -> str:
        text = super()._plain(label)
        return self.gettext(text) if label in OWN_LABELS else text


class ConsentField(ChoosingField):
    """A box to tick, whose label is the wording agreed to."""

    kind = "consent"

    def listed(self) -> Iterable[Listed]:
        """The box."""
        return ((GIVEN, self.label.text, None),)

    @property
    def words(self) -> str:
        """Yes, since the wording is the label already."""
        return self.gettext(wording.YES) if self.data else ""

    def _missing(self) -> str:
        message = self.definition.required_message
        return message.within(self.language) if message else self.gettext(wording.TICK)


class AgreementField(ChoosingField):
    """Whether the person referred agrees; if they cannot, a reason must be given."""

    kind = "agreement"
    suffixes = ("", "-reason")

    def __init__(self, definition: Definition, **bound: Unpack[Bound]) -> None:
        super().__init__(definition, **bound)
        self.reason_given = ""
        self.reason_wrong = False

    def _plain(self, label: str | Text) -> str:
        return self.gettext(super()._plain(label))

    @property
    def error_id(self) -> str:
        """The reason, where that is what is wrong."""
        return self.reason.id if self.reason_wrong else self.id

    @property
    def reason(self) -> Part:
        """The textarea for the reason."""
        name = f"{self.name}-reason"
        value = self._as_typed(name)
        return Part(name=name, id=name, label=self.gettext(wording.REASON), value=value, error=self.reason_wrong)

    @property
    def answer(self) -> str:
        """The words of the answer alone."""
        return super().words

    @property
    def words(self) -> str:
        """The words of the answer, and the reason behind them."""
        return f"{self.answer}: {self.reason_given}" if self.reason_given else self.answer

    def read(self) -> object:
        """Give the answer; a reason counts only with the answer that needs one."""
        self.reason_given, self.reason_wrong = "", False
        chosen = super().read()
        if chosen == INTEREST:
            self.reason_wrong = True
            self.reason_given = self._read_reason()
            self.reason_wrong = False
        return chosen

    def _read_reason(self) -> str:
        reason = self._one(f"{self.name}-reason")
        if not reason:
            raise StopValidation(self.gettext(wording.GIVE_REASON))
        if not is_readable(reason, lines=True):
            raise StopValidation(say(self, wording.UNREADABLE))
        if len(reason) > LONGEST_REASON:
            raise StopValidation(say(self, wording.TOO_LONG, limit=LONGEST_REASON, count=len(reason)))
        return reason
