"""Whether each `show_when` can come true: it looks at an earlier question with choices, and at one of its values."""

from collections.abc import Iterator, Mapping

from gateway.definitions.base import Condition
from gateway.definitions.checks import Dictionaries, Finding, Placed, placed
from gateway.definitions.explain import guess
from gateway.definitions.fields import (
    AgreementField,
    CheckboxesField,
    ConsentField,
    Field,
    HiddenField,
    RadiosField,
    SelectField,
    YesNoField,
)
from gateway.definitions.schema import Form

SHOWN_AT_MOST = 8
BEFORE_ITS_FIELDS = -1

Questions = Mapping[tuple[str, str], Placed]
_Conditioned = tuple[str, str, tuple[int, int], Condition]


def check_conditions(form: Form, dictionaries: Dictionaries) -> Iterator[Finding]:
    """Find conditions that look at nothing, at something later, or for a value nobody can give."""
    questions = _by_name(form)
    for path, person, position, condition in _conditions(form):
        for name, values in condition.items():
            target = _target(form, questions, person, name)
            here = f"{path}.show_when.{name}"
            problem = _judge_target(name, target, position, questions)
            if problem or target is None:
                yield here, problem
                continue
            yield from _judge_values(here, target.field, values, dictionaries)


def looked_at(form: Form) -> Iterator[tuple[str, Field, tuple[str, ...]]]:
    """Name the place of each condition, the question that it looks at, and the values that it waits for."""
    questions = _by_name(form)
    for path, person, _, condition in _conditions(form):
        for name, values in condition.items():
            target = _target(form, questions, person, name)
            if target is not None:
                yield f"{path}.show_when.{name}", target.field, values


def _by_name(form: Form) -> Questions:
    questions: dict[tuple[str, str], Placed] = {}
    for place in placed(form):
        if place.field.name is not None:
            questions.setdefault((place.person, place.field.name), place)
    return questions


def _target(form: Form, questions: Questions, person: str, name: str) -> Placed | None:
    return questions.get((person, name)) or questions.get((form.main.id, name))


def _conditions(form: Form) -> Iterator[_Conditioned]:
    for index, page in enumerate(form.pages):
        if page.show_when:
            yield f"pages[{index}]", form.whose(page), (index, BEFORE_ITS_FIELDS), page.show_when
    for place in placed(form):
        if place.field.show_when:
            yield place.path, place.person, place.position, place.field.show_when


def _judge_target(name: str, target: Placed | None, position: tuple[int, int], questions: Questions) -> str:
    """Say what is wrong with the question that a condition looks at; nothing if it is right."""
    if target is None:
        others = [person for person, known in questions if known == name]
        if others:
            return f"{name!r} is asked about {others[0]!r}. Look at a question about the same person or the main one."
        names = {known for _, known in questions}
        return f"{guess(f'there is no question {name!r}', name, names)} Correct the name."
    if target.position == position:
        return "a question cannot depend on itself. Remove this line."
    if target.position > position:
        return f"{name!r} is asked only later ({target.path}). Move that question before this one."
    if not isinstance(target.field, AskedWithChoices):
        return (
            f"{name!r} is of type {target.field.type}, which has no choices. "
            "Look at a yes_no, select, radios, checkboxes, consent, agreement or hidden."
        )
    return ""


AskedWithChoices = (
    YesNoField | SelectField | RadiosField | CheckboxesField | ConsentField | AgreementField | HiddenField
)


def _judge_values(path: str, field: Field, values: tuple[str, ...], dictionaries: Dictionaries) -> Iterator[Finding]:
    possible = _possible_values(field, dictionaries)
    for value in values:
        if possible is None or value in possible:
            continue
        if isinstance(field, YesNoField):
            yield path, f'{value!r} is never the answer to a yes_no. Write "Y" or "N".'
        elif isinstance(field, ConsentField):
            yield path, f'{value!r} is never the answer to a consent. Write "Y".'
        else:
            shown = ", ".join(possible[:SHOWN_AT_MOST]) + (", …" if len(possible) > SHOWN_AT_MOST else "")
            yield path, f"{value!r} is not among the values of {field.name!r}. Write one of: {shown}."


def _possible_values(field: Field, dictionaries: Dictionaries) -> tuple[str, ...] | None:
    """List what a question can be answered with; None where nobody knows beforehand."""
    if isinstance(field, YesNoField):
        return ("Y", "N")
    if isinstance(field, ConsentField):
        return ("Y",)
    if isinstance(field, HiddenField):
        return None if field.value is None else (field.value,)
    if isinstance(field, AgreementField):
        return tuple(choice.value for choice in field.choices)
    if isinstance(field, SelectField | RadiosField | CheckboxesField):
        choices = field.choices or dictionaries.get(field.dictionary or "")
        return None if choices is None else tuple(choice.value for choice in choices)
    return None
