"""The fields that offer choices. Only a value that is in the list becomes an answer."""

import itertools
from collections.abc import Iterable
from typing import Unpack

from wtforms.validators import StopValidation

from gateway.definitions.choices import SAFE_WAYS
from gateway.definitions.fields import Question as Definition
from gateway.definitions.schema import INTEREST, Choice, Text
from gateway.forms import wording
from gateway.forms.fields import GIVEN, Bound, Host, Option, Part, QuestionField
from gateway.forms.outline import asked_by, suffixes_of
from gateway.forms.typed import is_readable
from gateway.forms.wording import missing_of, say, say_of

# A value, its words, and its hint.
Listed = tuple[str, str | Text, Text | None]

LONGEST_REASON = 1000
LONGEST_LINE = 200
MOST_IN_SIGHT = 12
# What the gateway itself offers is in its catalogues; the words of an organisation are not looked up there.
OWN_LABELS = tuple(choice.label for choice in SAFE_WAYS)


class ChoosingField(QuestionField):
    """One choice out of a list."""

    choosing = True

    def __init__(self, definition: Definition, **bound: Unpack[Bound]) -> None:
        super().__init__(definition, **bound)
        self.attach(bound["_form"])
        written: tuple[Choice, ...] = getattr(definition, "choices", None) or ()
        self.written: tuple[Listed, ...] = tuple((each.value, each.label, each.hint) for each in written)
        self.asks = {each.value: each.ask.within(self.language) for each in written if each.ask}
        self.inputs = asked_by(written)
        if self.asks:
            self.suffixes = suffixes_of(self.definition)
        self.told: dict[str, str] = {}
        self.wrong_line = ""

    def attach(self, form: Host) -> None:
        """Take the form's way to look choices up."""
        self.choices_of = form.choices

    def listed(self) -> Iterable[Listed]:
        """List the choices as they stand in the definition or the dictionary."""
        if self.definition.choices is not None:
            return self.written
        offered = self.choices_of(self.definition.dictionary, self.posted.get(self.name, ()))
        return [(value, label, None) for value, label in offered]

    def _plain(self, label: str | Text) -> str:
        return label if isinstance(label, str) else label.within(self.language)

    @property
    def options(self) -> list[Option]:
        """The choices as a template needs them."""
        chosen = self.posted[self.name]
        ids = (self.id if count == 1 else f"{self.id}-{count}" for count in itertools.count(1))
        return [
            Option(
                value, self._plain(label), self._plain(hint) if hint else "", value in chosen, option_id,
                self._line(value) if self.asks else None,
            )
            for (value, label, hint), option_id in zip(self.listed(), ids, strict=False)
        ]  # fmt: skip

    @property
    def error_id(self) -> str:
        """The line that is wrong, where it is one; else the first choice."""
        return self.name + self.wrong_line if self.wrong_line else self.id

    @property
    def shown(self) -> str:
        """The value posted."""
        return self._as_typed(self.name)

    @property
    def words(self) -> str:
        """The words of what was chosen."""
        chosen = (self.data,) if isinstance(self.data, str) else self.data or ()
        return ", ".join(self._in_words(value, label) for value, label, _ in self.listed() if value in chosen)

    @property
    def beside(self) -> str:
        """What was chosen with what was written beside it."""
        return self.words if self.told else ""

    def _in_words(self, value: str, label: str | Text) -> str:
        plain = self._plain(label)
        return f"{plain}: {self.told[value]}" if value in self.told else plain

    def _line(self, value: str) -> Part | None:
        if value not in self.asks:
            return None
        suffix = self.inputs[value]
        name = self.name + suffix
        return Part(name, name, self.asks[value], self._as_typed(name), error=suffix == self.wrong_line)

    def _chosen(self) -> list[str]:
        """Give the values posted, all of them in the list."""
        chosen = [value for value in self.posted[self.name] if value]
        if chosen and not set(chosen).issubset(value for value, _, _ in self.listed()):
            raise StopValidation(say(self, wording.NOT_IN_LIST))
        if self.asks:
            self._read_lines(chosen)
        return chosen

    def _read_lines(self, chosen: Iterable[str]) -> None:
        """Read the words beside what was chosen. Those beside anything else do not count."""
        self.told, self.wrong_line = {}, ""
        for value in chosen:
            if value in self.asks:
                self.wrong_line = self.inputs[value]
                self.told[value] = self._written(self.name + self.wrong_line, self.asks[value])
                self.wrong_line = ""

    def _written(self, name: str, label: str) -> str:
        words = self._one(name)
        if not words:
            raise StopValidation(missing_of(self, label))
        if not is_readable(words):
            raise StopValidation(say_of(self, label, wording.UNREADABLE))
        if len(words) > LONGEST_LINE:
            raise StopValidation(say_of(self, label, wording.TOO_LONG, limit=LONGEST_LINE, count=len(words)))
        return words

    def read(self) -> object:
        """Give the value chosen."""
        chosen = self._chosen()
        if len(chosen) > 1:
            raise StopValidation(say(self, wording.ONLY_ONE))
        return chosen[0] if chosen else None


class SelectField(ChoosingField):
    """A list that unfolds; where it is long, scripts make a line to search in of it."""

    kind = "select"

    @property
    def scripted(self) -> bool:
        """Whether the list is too long to be looked through."""
        return len(tuple(self.listed())) > MOST_IN_SIGHT


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
