"""A form as JSON Schema: what a program may send, with the words that a person would read beside each answer.

What depends on another answer is not required here: the page decides that, and so says the description.
"""

from collections.abc import Mapping
from typing import Any

from gateway.definitions.base import Condition
from gateway.definitions.fields import (
    AgreementField,
    CheckboxesField,
    ConsentField,
    DateField,
    EmailField,
    Field,
    FileField,
    NumberField,
    Passage,
    PostcodeField,
    RadiosField,
    SafeContactField,
    SelectField,
    TextareaField,
    TextField,
    YesNoField,
)
from gateway.definitions.schema import INTEREST, Choice, Form, PersonDefinition
from gateway.definitions.text import Text
from gateway.forms.build import Choices
from gateway.forms.objects import DATE, NO, NO_FIXED_ADDRESS, PEOPLE, REASON, VALUE, WORDS, YES, path_of, questions_of

Schema = dict[str, Any]
_NULL: Schema = {"type": "null"}


def schema_of(form: Form, language: str, choices: Choices) -> Schema:
    """Describe what is sent of a form, in the words of a language; `choices` looks dictionaries up."""
    people = {person.id: _person(form, person, language, choices) for person in form.people}
    required = [person.id for person in form.people if _must_be_there(form, person)]
    return {
        "type": "object",
        "title": form.title.within(language),
        "additionalProperties": False,
        "required": ["form", PEOPLE],
        "properties": {
            "form": {"const": form.slug},
            "language": {"enum": list(form.languages), "description": "The language of the words that are kept."},
            PEOPLE: _object(people, required),
        },
    }


def file_parts_of(form: Form, language: str) -> dict[str, Schema]:
    """Describe the parts of files by name; of several people, the first."""
    one = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {
        f"{path_of(person, 0)}.{name}": {
            **(one if field.max_files == 1 else {"type": "array", "items": one, "maxItems": field.max_files}),
            "title": field.label.within(language),
            "description": f"{', '.join(field.accept)}; up to {field.max_mb} MB each.",
        }
        for person in form.people
        for name, field in questions_of(form, person.id).items()
        if isinstance(field, FileField)
    }


def _person(form: Form, person: PersonDefinition, language: str, choices: Choices) -> Schema:
    questions = questions_of(form, person.id)
    asked = {name: field for name, field in questions.items() if not isinstance(field, FileField)}
    found = _object(
        {name: _question(form, person, field, language, choices) for name, field in asked.items()},
        [name for name, field in asked.items() if _is_required(form, person, field)],
    )
    if person.label:
        found["title"] = person.label.within(language)
    if not person.repeats:
        return found
    return {"type": "array", "items": found, "maxItems": person.max}


def _object(properties: Mapping[str, Schema], required: list[str]) -> Schema:
    found: Schema = {"type": "object", "additionalProperties": False, "properties": dict(properties)}
    return {**found, "required": required} if required else found


def _must_be_there(form: Form, person: PersonDefinition) -> bool:
    return any(_is_required(form, person, field) for field in questions_of(form, person.id).values())


def _is_required(form: Form, person: PersonDefinition, field: Field) -> bool:
    return not isinstance(field, Passage) and field.required and not _conditions(form, person, field)


def _conditions(form: Form, person: PersonDefinition, field: Field) -> list[Condition]:
    page = next(page for page in form.pages if form.whose(page) == person.id and field in page.fields)
    return [each for each in (page.show_when, field.show_when) if each]


def _question(form: Form, person: PersonDefinition, field: Field, language: str, choices: Choices) -> Schema:
    if isinstance(field, Passage):
        raise TypeError("nothing is asked here")
    found = _answer(field, language, choices)
    if not _is_required(form, person, field):
        found = {**found, "type": [found["type"], "null"]} if isinstance(found.get("type"), str) else _or_null(found)
    found["title"] = field.label.within(language)
    said = [field.hint.within(language)] if field.hint else []
    said += [
        "Asked where " + " and ".join(f"{name} is {' or '.join(values)}" for name, values in each.items()) + "."
        for each in _conditions(form, person, field)
    ]
    return {**found, "description": " ".join(said)} if said else found


def _or_null(found: Schema) -> Schema:
    if "enum" in found:
        return {**found, "enum": [*found["enum"], None]}
    return {"anyOf": [*found["anyOf"], _NULL]}


def _answer(field: Field, language: str, choices: Choices) -> Schema:
    match field:
        case TextField() | TextareaField():
            return {"type": "string", "maxLength": field.max_length}
        case EmailField():
            return {"type": "string", "format": "email"}
        case DateField():
            return {"type": "string", "format": "date", "pattern": f"^({DATE})?$"}
        case NumberField():
            return {"anyOf": [{"type": "integer" if field.whole else "number"}, {"type": "string"}]}
        case YesNoField():
            return {"enum": [True, False, YES, NO]}
        case ConsentField():
            return {"enum": [True, YES] if field.required else [True, False, YES]}
        case AgreementField():
            return {"anyOf": [_choice(each, REASON, each.value == INTEREST, language) for each in field.choices]}
        case SelectField() | RadiosField():
            return {"anyOf": _choices(field, language, choices)}
        case CheckboxesField() | SafeContactField():
            return {"type": "array", "items": {"anyOf": _choices(field, language, choices)}}
        case PostcodeField(no_fixed_address=True):
            none = _object(
                {VALUE: {"type": ["string", "null"]}, NO_FIXED_ADDRESS: {"type": "boolean"}}, [NO_FIXED_ADDRESS]
            )
            return {"anyOf": [{"type": "string"}, none]}
    return {"type": "string"}


def _choices(
    field: SelectField | RadiosField | CheckboxesField | SafeContactField, language: str, choices: Choices
) -> list[Schema]:
    if field.choices is not None:
        return [_choice(each, WORDS, bool(each.ask), language) for each in field.choices]
    offered = choices(field.dictionary or "", ())
    # Nothing is offered where the list was never read.
    return [{"const": value, "title": _plain(label, language)} for value, label in offered] or [{"type": "string"}]


def _choice(choice: Choice, member: str, asks: bool, language: str) -> Schema:
    const: Schema = {"const": choice.value, "title": choice.label.within(language)}
    if not asks:
        return const
    return _object({VALUE: const, member: {"type": "string", "minLength": 1}}, [VALUE, member])


def _plain(label: str | Text, language: str) -> str:
    return label if isinstance(label, str) else label.within(language)
