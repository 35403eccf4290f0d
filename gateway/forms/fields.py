"""The fields of a page: what each shows to a template, reads from a post, and keeps as its answer.

`data` is the wire value once the field is valid. A field that its conditions hide has no answer and no error.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Protocol, Self, TypedDict, Unpack

from wtforms import Field
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from gateway.definitions.fields import Passage
from gateway.definitions.fields import Question as Definition
from gateway.forms import wording
from gateway.forms.typed import displayable, is_blank, tidy
from gateway.forms.wording import missing, say

Validator = Callable[[Any, Any], object]
# What a ticked box posts.
GIVEN = "Y"


class FormData(Protocol):
    """What a browser posted: any number of values under a name."""

    def getlist(self, key: str, /) -> list[str]:
        """Give all values of a name."""
        ...


class Bound(TypedDict):
    """What WTForms hands to a field when a form is made; `_form` is a PageForm."""

    name: str
    validators: tuple[Validator, ...]
    _form: Any
    _prefix: str
    _translations: Any
    _meta: Any


@dataclass(frozen=True)
class Part:
    """One input of a question that has several."""

    name: str
    id: str
    label: str
    value: str
    width: str = ""
    error: bool = False
    autocomplete: str = ""


@dataclass(frozen=True)
class Option:
    """One choice as a template needs it."""

    value: str
    label: str
    hint: str
    checked: bool
    id: str
    # The line to write in, where the choice asks for words.
    line: Part | None = None


class Host(Protocol):
    """What a field takes from the form that it stands in."""

    meta: Any
    today: date
    choices: Callable[[str, Collection[str]], Sequence[tuple[str, Any]]]
    files: Any


class PageField(Field):
    """Anything that stands on a page. The form sets `visible` and `conditions` once it knows what was posted."""

    kind: ClassVar[str]
    # What is appended to the name to make the names of the inputs.
    suffixes: tuple[str, ...] = ()
    errors: list[str]
    required = False
    inputmode = "text"
    autocomplete = ""
    width = ""

    def __init__(self, label: str, **bound: Unpack[Bound]) -> None:
        super().__init__(label, **bound)
        self.errors = []
        self.visible = True
        self.posted: dict[str, list[str]] = {}
        self.looks_at: tuple[tuple[str, frozenset[str]], ...] = ()

    @property
    def scripted(self) -> bool:
        """Whether the comforts of its kind, where it has any, are worth a script here."""
        return True

    @property
    def hint(self) -> str:
        """The help under the label."""
        return ""

    @property
    def shown(self) -> str:
        """The answer as typed or posted, for the value of an input."""
        return ""

    @property
    def words(self) -> str:
        """The valid answer as the person knows it."""
        return ""

    @property
    def conditions(self) -> str | None:
        """Say, for a script, which answers on this page show the field; None if none are needed."""
        if not self.looks_at:
            return None
        return json.dumps([{"name": name, "values": sorted(values)} for name, values in self.looks_at])

    @property
    def error_id(self) -> str:
        """The id of the element that a link to the first error focuses."""
        return self.id

    def process(self, formdata: FormData | None, data: object = None, extra_filters: object = None) -> None:
        """Keep what was posted for this field. Nothing else ever fills it."""
        self.process_errors: list[str] = []
        self.data = None
        for suffix in self.suffixes:
            name = self.name + suffix
            self.posted[name] = formdata.getlist(name) if formdata is not None else []

    def for_form(self, form: Host, translations: object) -> Self:
        """Give a fresh copy for another form: making a field anew costs more than all that it does there."""
        mine = object.__new__(type(self))
        mine.__dict__ = self.__dict__.copy()
        mine.__dict__.update(meta=form.meta, _translations=translations, errors=[], posted={})
        mine.attach(form)
        return mine

    def as_pattern(self) -> Self:
        """Let go of the form that it was made for: a pattern outlives a visit, and its answers must not."""
        self.__dict__.update(meta=None, _form=None, choices_of=None)
        return self

    def attach(self, form: Host) -> None:
        """Take what differs from form to form."""

    def pre_validate(self, form: BaseForm) -> None:
        """Read what was posted, before the validators see it."""

    def validate(self, form: BaseForm, extra_validators: tuple[Validator, ...] | list[Validator] = ()) -> bool:
        """Judge the answer; whatever is not valid leaves none behind. The first error is enough."""
        self.data = None
        self.errors = []
        if not self.visible:
            return True
        try:
            self.pre_validate(form)
            judges: Any = self.validators
            for judge in judges:
                judge(form, self)
        except StopValidation as stop:
            if stop.args and stop.args[0]:
                self.errors = [stop.args[0]]
                self.data = None
        return not self.errors


class NoteField(PageField):
    """Words between the questions."""

    kind = "note"

    def __init__(self, definition: Passage, **bound: Unpack[Bound]) -> None:
        super().__init__("", **bound)
        self.text = definition.text.within(bound["_form"].language)


class ExitField(NoteField):
    """Words that end a journey, where its conditions hold."""

    kind = "exit"


class QuestionField(PageField):
    """What can be answered. `read` gives the answer, or None if there is none, before the validators see it."""

    suffixes: tuple[str, ...] = ("",)
    choosing = False

    @property
    def beside(self) -> str:
        """What was said beside the value: it needs a line of its own where the value has a field of its own."""
        return ""

    def __init__(self, definition: Definition, **bound: Unpack[Bound]) -> None:
        self.language: str = bound["_form"].language
        super().__init__(definition.label.within(self.language), **bound)
        self.definition: Any = definition
        self.required = definition.required
        self.autocomplete = definition.autocomplete or ""

    @property
    def hint(self) -> str:
        """The help under the label."""
        return self.definition.hint.within(self.language) if self.definition.hint else ""

    def read(self) -> object:
        """Give the answer posted; raise StopValidation where it cannot be read."""
        raise NotImplementedError

    def pre_validate(self, form: BaseForm) -> None:
        """Read the answer; without one there is nothing more to judge."""
        self.data = self.read()
        if not self.data:
            self.data = None
            raise StopValidation(self._missing() if self.required else "")

    def _missing(self) -> str:
        message = self.definition.required_message
        return message.within(self.language) if message else missing(self, choosing=self.choosing)

    def _one(self, name: str) -> str:
        """Give the only value posted under a name, tidy; "" for none and for what cannot be seen."""
        values = self.posted[name]
        if len(values) > 1:
            raise StopValidation(say(self, wording.MORE_THAN_ONE))
        text = tidy(values[0]) if values else ""
        return "" if is_blank(text) else text

    def _as_typed(self, name: str) -> str:
        values = self.posted[name]
        return displayable(values[0]) if values else ""
