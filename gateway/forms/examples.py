"""What may stand in the columns of a table, in words, and a row that shows it. That row is nobody's, and never sent."""

from collections.abc import Mapping, Sequence

from gateway.definitions.fields import (
    AgreementField,
    CheckboxesField,
    ConsentField,
    DateField,
    EmailField,
    NhsNumberField,
    NumberField,
    PhoneField,
    PostcodeField,
    Question,
    RadiosField,
    SafeContactField,
    SelectField,
    TextareaField,
    TextField,
    YesNoField,
)
from gateway.forms.build import Choices
from gateway.forms.cells import SEPARATOR
from gateway.forms.columns import Column
from gateway.forms.outline import NO_ADDRESS
from gateway.languages import catalogue

EXAMPLE = "EXAMPLE, delete this row"
_LINES: Mapping[type[Question], tuple[str, str]] = {
    DateField: ("A date, as 31/05/1990 or 1990-05-31", "31/05/1990"),
    YesNoField: ("yes or no", "yes"),
    ConsentField: ("yes, where they agree to these words", "yes"),
    EmailField: ("An email address", "name@example.org"),
    PhoneField: ("A phone number", "01632 960001"),
    PostcodeField: ("A full UK postcode", "HR9 7US"),
    NhsNumberField: ("An NHS number of 10 figures", "943 476 5919"),
}


def offered(field: Question, choices: Choices, language: str) -> list[tuple[str, str]]:
    """List what a question offers: each value with its words."""
    written = getattr(field, "choices", None)
    if written is None:
        dictionary = getattr(field, "dictionary", None)
        found = choices(dictionary, ()) if dictionary else ()
        return [(value, label if isinstance(label, str) else label.within(language)) for value, label in found]
    own = isinstance(field, AgreementField | SafeContactField)
    say = catalogue(language).gettext if own else str
    return [(choice.value, say(choice.label.within(language))) for choice in written]


def accepts(column: Column) -> str:
    """Say what may stand in a column, as far as it is the same for all questions of its kind."""
    field = column.field
    if column.suffix == NO_ADDRESS:
        return "yes, where they have no fixed address"
    if column.suffix:
        return "Text, only with the choice that asks for it"
    match field:
        case SelectField() | RadiosField() | AgreementField():
            return "One of these"
        case CheckboxesField() | SafeContactField():
            return f"Any of these, with {SEPARATOR} between them"
        case TextareaField():
            return f"Text, also in several lines, up to {field.max_length:,} characters"
        case TextField():
            return f"Text, up to {field.max_length:,} characters"
        case NumberField():
            return _number(field)
    return _LINES[type(field)][0] if type(field) in _LINES else "Text"


def example(column: Column, words: Sequence[tuple[str, str]]) -> str:
    """Give what stands in a column of the row that shows how; `words` is what its question offers."""
    if column.suffix:
        return ""
    match column.field:
        case TextField() | TextareaField():
            return EXAMPLE
        case CheckboxesField() | SafeContactField():
            return f"{SEPARATOR} ".join(label for _, label in words[:2])
        case NumberField(min=least):
            return str(least or 1)
    return words[0][1] if words else _LINES.get(type(column.field), ("", ""))[1]


def is_example(row: Mapping[Column, str]) -> bool:
    """Tell whether a row is the one that shows how, or what somebody has left of it."""
    return EXAMPLE in row.values()


def _number(field: NumberField) -> str:
    kind = "A whole number" if field.whole else "A number"
    match field.min, field.max:
        case None, None:
            return kind
        case least, None:
            return f"{kind}, {least} or more"
        case None, most:
            return f"{kind}, {most} or less"
    return f"{kind} from {field.min} to {field.max}"
