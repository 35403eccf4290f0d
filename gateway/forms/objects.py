"""Answers as a program sends them, an object for each person, put into the inputs that the pages have.

What an answer is worth is judged by the pages. Here it is judged only whether it can stand in an input at all: a text
where one is typed, a date as 1990-05-31, and no name that no page asks for.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gateway.definitions.fields import (
    AgreementField,
    CheckboxesField,
    ConsentField,
    DateField,
    Field,
    FileField,
    HiddenField,
    NumberField,
    Passage,
    PostcodeField,
    RadiosField,
    SafeContactField,
    SelectField,
    YesNoField,
)
from gateway.definitions.schema import Form, PersonDefinition
from gateway.forms.build import PageForm
from gateway.forms.fields import GIVEN, ExitField
from gateway.forms.journey import prefix_of
from gateway.forms.outline import NO_ADDRESS, asked_by, suffixes_of
from gateway.forms.typed import displayable

PEOPLE = "people"
VALUE, WORDS, REASON, NO_FIXED_ADDRESS = "value", "text", "reason", "no_fixed_address"
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
YES, NO = "Y", "N"
_LONGEST_NAME = 64
_Inputs = dict[str, list[str]]


class Wrong(NamedTuple):
    """What is wrong with one member of the object: its path, and a sentence that says what to do."""

    field: str
    message: str


class Figure(str):
    """A number as it was written: nothing is rounded, however long it is."""

    __slots__ = ()


class _Unfit(Exception):
    """A value cannot stand in the inputs of its question. The text says what can."""


def inputs_of(form: Form, people: object) -> tuple[_Inputs, list[Wrong]]:
    """Give answers by input name, as if every page of those people had been posted, and what could not be placed."""
    if not isinstance(people, Mapping):
        return {}, [Wrong(PEOPLE, "Give an object with a member for each person.")]
    inputs: _Inputs = {}
    wrong = [
        Wrong(f"{PEOPLE}.{shown(name)}", "The form asks about nobody of this name.")
        for name in people
        if name not in {person.id for person in form.people}
    ]
    for person in form.people:
        try:
            given = _several(person, people.get(person.id))
        except _Unfit as unfit:
            wrong.append(Wrong(f"{PEOPLE}.{person.id}", str(unfit)))
            continue
        for index, one in enumerate(given):
            wrong += _place(form, person, index, one, inputs)
    return inputs, wrong


def questions_of(form: Form, person_id: str) -> dict[str, Field]:
    """The questions about a person by name, without those whose answer stands in the form."""
    return {
        field.name: field
        for page in form.pages
        if form.whose(page) == person_id
        for field in page.fields
        if not isinstance(field, Passage) and not (isinstance(field, HiddenField) and field.value is not None)
    }


def file_inputs(form: Form, answers: Mapping[str, object]) -> dict[str, tuple[str, FileField]]:
    """The inputs of the questions for files of those people of whom there are answers, by path."""
    found = {}
    for person in form.people:
        for index in range(person.max):
            prefix = prefix_of(form, person.id, index)
            if index and not any(name.startswith(prefix) for name in answers):
                break
            for name, field in questions_of(form, person.id).items():
                if isinstance(field, FileField):
                    found[f"{path_of(person, index)}.{name}"] = (prefix + name, field)
    return found


def wrong_on(pages: Sequence[PageForm]) -> list[Wrong]:
    """Judge pages, and say what is wrong with their answers; what ends a journey is wrong with it too."""
    for page in pages:
        page.validate()
    return [wrong for page in pages for wrong in _said(page)]


def shown(name: object) -> str:
    """A name as it may be repeated to whoever sent it: short, and readable."""
    return displayable(str(name)[:_LONGEST_NAME])


def _said(page: PageForm) -> Iterator[Wrong]:
    for field in page.placed:
        if isinstance(field, ExitField) and field.visible:
            look = page.conditions[field.short_name][0]
            person, index = (page.person_id, page.index) if look.own else (page.definition.main.id, 0)
            yield Wrong(f"{path_of(page.definition.person(person), index)}.{look.name}", field.text)
        for error in field.errors:
            yield Wrong(f"{path_of(page.definition.person(page.person_id), page.index)}.{field.short_name}", error)


def path_of(person: PersonDefinition, index: int) -> str:
    """Give the path of a person, such as people.carer[0]."""
    return f"{PEOPLE}.{person.id}[{index}]" if person.repeats else f"{PEOPLE}.{person.id}"


def _several(person: PersonDefinition, given: object) -> Sequence[object]:
    if not person.repeats:
        return () if given is None else (given,)
    if given is None:
        return ()
    if not isinstance(given, list):
        raise _Unfit("Give a list of objects: there may be several.")
    if len(given) > person.max:
        raise _Unfit(f"Give {person.max} or fewer.")
    return given


def _place(form: Form, person: PersonDefinition, index: int, given: object, inputs: _Inputs) -> list[Wrong]:
    path = path_of(person, index)
    if not isinstance(given, Mapping):
        return [Wrong(path, "Give an object with the answers by name.")]
    questions = questions_of(form, person.id)
    wrong = [
        Wrong(f"{path}.{shown(name)}", "The form asks no such question.") for name in given if name not in questions
    ]
    prefix = prefix_of(form, person.id, index)
    for name, field in questions.items():
        # As a page posts it: a question that nobody answered is there, and empty.
        inputs.update((prefix + name + suffix, []) for suffix in suffixes_of(field))
        value = given.get(name)
        if value is None or value == "":
            continue
        try:
            inputs.update((prefix + name + suffix, values) for suffix, values in _posted(field, value).items())
        except _Unfit as unfit:
            wrong.append(Wrong(f"{path}.{name}", str(unfit)))
    return wrong


def _posted(field: Field, value: object) -> Mapping[str, list[str]]:
    """Give what stands in the inputs of a question, by the ends of their names."""
    match field:
        case FileField():
            raise _Unfit("Send a file as a part of multipart/form-data that has this name.")
        case DateField():
            return _date(field, value)
        case YesNoField():
            return {
                "": [{True: YES, False: NO}[value] if isinstance(value, bool) else _text(value, "Give true or false.")]
            }
        case ConsentField():
            return {"": _ticked(value)}
        case AgreementField():
            return _with_words(value, REASON, {"interest": "-reason"})
        case SelectField() | RadiosField():
            return _with_words(value, WORDS, asked_by(field.choices or ()))
        case CheckboxesField() | SafeContactField():
            return _list(field, value)
        case PostcodeField(no_fixed_address=True) if isinstance(value, Mapping):
            return _address(value)
        case NumberField():
            return {"": [str(value) if isinstance(value, Figure) else _text(value, "Give a number.")]}
    return {"": [_text(value)]}


def _text(value: object, sentence: str = "Give a text.") -> str:
    if not isinstance(value, str) or isinstance(value, Figure):
        raise _Unfit(sentence)
    return value


def _date(field: DateField, value: object) -> Mapping[str, list[str]]:
    sentence = "Give a date as 1990-05-31."
    if not re.fullmatch(DATE, _text(value, sentence)):
        raise _Unfit(sentence)
    year, month, day = _text(value).split("-")
    return {suffix: [part] for suffix, part in zip(suffixes_of(field), (day, month, year), strict=True)}


def _yes_or_no(value: object) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return _text(value, "Give true or false.")


def _ticked(value: object) -> list[str]:
    if isinstance(value, bool):
        return [GIVEN] if value else []
    return [_text(value, "Give true or false.")]


def _with_words(value: object, member: str, inputs: Mapping[str, str]) -> dict[str, list[str]]:
    """Read a choice, or an object of a choice and the words that it asks for."""
    if not isinstance(value, Mapping):
        return {"": [_text(value, "Give the value of a choice, as a text.")]}
    if unknown := set(value) - {VALUE, member}:
        raise _Unfit(f"Give an object of {VALUE} and {member}, without {shown(min(unknown))}.")
    chosen = _text(value.get(VALUE), f"Give an object of {VALUE} and {member}, both texts.")
    words = value.get(member)
    if words is None or words == "":
        return {"": [chosen]}
    if chosen not in inputs:
        raise _Unfit(f"Leave {member} out: this choice asks for none.")
    return {"": [chosen], inputs[chosen]: [_text(words, f"Give {member} as a text.")]}


def _list(field: CheckboxesField | SafeContactField, value: object) -> dict[str, list[str]]:
    if not isinstance(value, list):
        raise _Unfit("Give a list of values.")
    asked = asked_by(field.choices or ())
    found: dict[str, list[str]] = {"": []}
    for each in value:
        read = _with_words(each, WORDS, asked)
        found[""] += read.pop("")
        found |= read
    return found


def _address(value: Mapping[str, object]) -> dict[str, list[str]]:
    if unknown := set(value) - {VALUE, NO_FIXED_ADDRESS}:
        raise _Unfit(f"Give an object of {VALUE} and {NO_FIXED_ADDRESS}, without {shown(min(unknown))}.")
    none = value.get(NO_FIXED_ADDRESS)
    if not isinstance(none, bool):
        raise _Unfit(f"Give {NO_FIXED_ADDRESS} as true or false.")
    typed = value.get(VALUE)
    return {"": [] if typed is None else [_text(typed)], NO_ADDRESS: [GIVEN] if none else []}
