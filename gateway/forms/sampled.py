"""An example of what a program sends of a form: no more answers than it needs, and the form's own pages take them.

Nobody is in it. It is found by trying: whatever the pages refuse is answered, or answered in another way.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from gateway.definitions.fields import (
    AgreementField,
    CheckboxesField,
    ConsentField,
    DateField,
    EmailField,
    Field,
    NhsNumberField,
    NumberField,
    PhoneField,
    PostcodeField,
    RadiosField,
    SafeContactField,
    SelectField,
    TextareaField,
    TextField,
    YesNoField,
)
from gateway.definitions.schema import INTEREST, Form
from gateway.forms.build import Choices, filled
from gateway.forms.objects import PEOPLE, REASON, VALUE, WORDS, Figure, inputs_of, questions_of, wrong_on

WORD = "Example"
_MOST_TRIES = 40  # each answers all that was refused: a form needs few more than it has pages
_PATH = re.compile(rf"{PEOPLE}\.(?P<person>[^.\[]+)(\[(?P<index>\d+)\])?\.(?P<name>.+)")
_Answers = dict[str, Any]


def sample_of(form: Form, language: str, choices: Choices, today: date) -> dict[str, Any] | None:
    """Make an example; None where none was found, as for a form that needs a file."""
    people: dict[str, Any] = {person.id: [] if person.repeats else {} for person in form.people}
    untried: dict[str, Iterator[object]] = {}
    for _ in range(_MOST_TRIES):
        inputs, unplaced = inputs_of(form, people)
        pages = filled(form, inputs, language=language, choices=choices, today=today)
        refused = {wrong.field for wrong in unplaced or wrong_on(pages)}
        if not refused:
            return {"form": form.slug, PEOPLE: _plain({id_: said for id_, said in people.items() if said})}
        for path in sorted(refused):
            found = _PATH.fullmatch(path)
            field = questions_of(form, found["person"]).get(found["name"]) if found else None
            if found is None or field is None:
                return None
            answer = next(untried.setdefault(path, _answers(field, choices)), None)
            if answer is None:
                return None
            _whom(people, found["person"], found["index"])[found["name"]] = answer
    return None


def _whom(people: dict[str, Any], person: str, index: str | None) -> _Answers:
    said = people[person]
    if index is None:
        return said  # type: ignore[no-any-return]  # one person is an object
    said += [{} for _ in range(int(index) + 1 - len(said))]
    return said[int(index)]  # type: ignore[no-any-return]  # several are a list of them


def _answers(field: Field, choices: Choices) -> Iterator[object]:
    """Give answers to try, the likeliest first."""
    match field:
        case TextField() | TextareaField():
            yield (WORD + " " + WORD.lower() * (field.min_length // len(WORD)))[: field.max_length].strip()
        case EmailField():
            yield "name@example.org"
        case PhoneField():
            yield "01632 960001"
        case PostcodeField():
            yield "HR9 7US"
        case NhsNumberField():
            yield "943 476 5919"
        case DateField():
            yield from ("1990-05-31", "2099-03-01")
        case NumberField():
            yield from (Figure(each) for each in (1, field.min, field.max) if each is not None)
        case YesNoField():
            yield from (False, True)
        case ConsentField():
            yield True
        case AgreementField():
            yield from (_chosen(each.value, REASON, asks=each.value == INTEREST) for each in field.choices)
        case SelectField() | RadiosField():
            yield from _offered(field, choices)
        case CheckboxesField():
            offered = _offered(field, choices)
            yield from (offered[start : start + (field.min or 1)] for start in range(len(offered)))
        case SafeContactField():
            yield [field.choices[0].value]


def _offered(field: SelectField | RadiosField | CheckboxesField, choices: Choices) -> list[object]:
    if field.choices is not None:
        return [_chosen(each.value, WORDS, asks=bool(each.ask)) for each in field.choices]
    return [value for value, _ in choices(field.dictionary or "", ())]


def _chosen(value: str, member: str, *, asks: bool) -> object:
    return {VALUE: value, member: WORD} if asks else value


def _plain(said: Any) -> Any:  # noqa: ANN401 - JSON is of any shape
    """Write numbers as JSON has them."""
    match said:
        case dict():
            return {name: _plain(value) for name, value in said.items()}
        case list():
            return [_plain(value) for value in said]
        case Figure():
            return float(said) if "." in said else int(said)
    return said
