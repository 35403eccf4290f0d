"""The bones of a form, worked out once for each definition: its inputs by name, and what each condition looks at.

A condition looks at its own person's question of that name, or else at the main person's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gateway.definitions.base import Condition
from gateway.definitions.fields import (
    AgreementField,
    CheckboxesField,
    DateField,
    Field,
    FileField,
    HiddenField,
    Passage,
    PostcodeField,
    RadiosField,
    SafeContactField,
    SelectField,
)
from gateway.definitions.schema import Choice, Form, Page

Answers = Mapping[str, Sequence[str]]
NO_ANSWERS: Answers = MappingProxyType({})

# The box "no fixed address" under a postcode.
NO_ADDRESS = "-none"

# Definitions come and go with restarts and drafts; so many are more than one process meets.
MOST_OUTLINES = 256
_outlines: dict[str, "Outline"] = {}


@dataclass(frozen=True)
class Look:
    """One line of a condition: a question and the values that fulfil it."""

    own: bool
    name: str
    values: frozenset[str]

    def input(self, prefix: str) -> str:
        """Name the input looked at, from a place whose inputs carry this prefix."""
        return prefix + self.name if self.own else self.name


@dataclass(frozen=True)
class Asked:
    """One question: the endings of its inputs' names, and what its conditions look at."""

    name: str
    suffixes: tuple[str, ...]
    looks: tuple[Look, ...]
    fixed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Leaf:
    """One page: whose it is, its questions and its condition."""

    id: str
    person_id: str
    repeats: bool
    main: bool
    looks: tuple[Look, ...]
    questions: tuple[Asked, ...]
    names: frozenset[str]
    files: tuple[str, ...]

    def prefix(self, index: int) -> str:
        """Say what stands before the inputs' names."""
        return "" if self.main else f"{self.person_id}-{index}-"


@dataclass(frozen=True)
class Outline:
    """All pages, in order."""

    leaves: tuple[Leaf, ...]
    by_id: Mapping[str, Leaf]


def outline_of(form: Form) -> Outline:
    """Give the bones of a form; worked out at most once for each definition."""
    known = _outlines.get(form.hash)
    if known is None:
        if len(_outlines) >= MOST_OUTLINES:
            _outlines.clear()
        known = _outlines[form.hash] = _draw(form)
    return known


def looks_of(form: Form, person_id: str, condition: Condition | None) -> tuple[Look, ...]:
    """Settle which question each line of a condition looks at."""
    own = {field.name for page in form.pages if form.whose(page) == person_id for field in page.fields}
    return tuple(Look(name in own, name, frozenset(values)) for name, values in (condition or {}).items())


def _draw(form: Form) -> Outline:
    leaves = tuple(_leaf(form, page) for page in form.pages)
    return Outline(leaves, {leaf.id: leaf for leaf in leaves})


def _leaf(form: Form, page: Page) -> Leaf:
    person = form.person(page.person) if page.person else form.main
    questions = tuple(_asked(form, person.id, field) for field in page.fields if not isinstance(field, Passage))
    return Leaf(
        id=page.id,
        person_id=person.id,
        repeats=person.repeats,
        main=person.id == form.main.id,
        looks=looks_of(form, person.id, page.show_when),
        questions=questions,
        names=frozenset(question.name for question in questions),
        files=tuple(field.name for field in page.fields if isinstance(field, FileField)),
    )


def _asked(form: Form, person_id: str, field: Field) -> Asked:
    fixed = (field.value,) if isinstance(field, HiddenField) and field.value is not None else ()
    return Asked(field.name or "", suffixes_of(field), looks_of(form, person_id, field.show_when), fixed)


def suffixes_of(field: Field) -> tuple[str, ...]:
    """List what is appended to a question's name to make the names of its inputs."""
    match field:
        case HiddenField(value=str()):
            return ()
        case DateField():
            return ("-day", "-month", "-year")
        case AgreementField():
            return ("", "-reason")
        case PostcodeField(no_fixed_address=True):
            return ("", NO_ADDRESS)
        case SelectField() | RadiosField() | CheckboxesField() | SafeContactField():
            return ("", *asked_by(field.choices or ()).values())
        case _:
            return ("",)


def asked_by(choices: Sequence[Choice]) -> dict[str, str]:
    """Name, for each choice that asks for words, the suffix of their input. No name of a question holds a hyphen."""
    return {choice.value: f"-text-{number}" for number, choice in enumerate(choices, start=1) if choice.ask}
