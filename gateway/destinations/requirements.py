"""What a form must have so that Charitylog can take its referrals: every revision of the page is satisfied at once.

Source: API External Referrals (2019: org_type_id, surname, description); API external referrals (2023: first_name,
surname, org_type_id; referral_role with source; relationships in pairs both ways).
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from gateway.definitions.schema import Form, Page, PersonDefinition, Question
from gateway.destinations.seam import Problem

# Set by the gateway itself, from the form's and the person's block.
RESERVED = frozenset({"org_type_id", "source", "referral_role", "relationships", "carer_relationships"})
_NAMES = ("first_name", "surname")

_DIGITS = r"^[0-9]+$"
# Ours keeps ids as text; an editor's YAML reader makes numbers of them.
Id = Annotated[
    str,
    Field(pattern=_DIGITS),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": _DIGITS}]}),
]


class FormBlock(BaseModel):
    """`charitylog:` of a form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    delivery: Literal["staged", "direct"] = "staged"
    source: Id | None = None
    project: Id | None = None


class PersonBlock(BaseModel):
    """`charitylog:` of a person."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    org_type_id: Id
    role: Id | None = None
    to_main: Id | None = None
    from_main: Id | None = None
    carer_to_main: Id | None = None
    carer_from_main: Id | None = None


def problems_of(form: Form) -> list[Problem]:
    """List what is missing or wrong, each with its place in the form's file and what to do."""
    return [*_form(form), *_people(form), *_fields(form)]


def _form(form: Form) -> Iterator[Problem]:
    block = form.blocks.get("charitylog", {})
    yield from _wrong_keys(FormBlock, block, "charitylog")
    if isinstance(block, dict) and block.get("delivery") == "direct":
        yield Problem("charitylog.delivery", "direct delivery is not available yet: write `delivery: staged`")


def _people(form: Form) -> Iterator[Problem]:
    block = form.blocks.get("charitylog", {})
    has_source = isinstance(block, dict) and "source" in block
    for index, person in enumerate(form.people):
        path = f"people[{index}].charitylog"
        own = person.blocks.get("charitylog")
        if person.described:
            if own is not None:
                yield Problem(path, f"'{person.id}' only stands in the description, so nobody reads this: remove it")
            continue
        if own is None:
            yield Problem(path, f"is missing: give '{person.id}' at least an org_type_id, as in {{org_type_id: 1}}")
            continue
        yield from _wrong_keys(PersonBlock, own, path)
        if not isinstance(own, dict):
            continue
        if has_source and "role" not in own:
            yield Problem(
                f"{path}.role", "is missing: the form has a source, so Charitylog needs a role for each person"
            )
        yield from _relationships(own, path, is_main=index == 0)


def _relationships(own: dict[str, Any], path: str, *, is_main: bool) -> Iterator[Problem]:
    for there, back in (("to_main", "from_main"), ("carer_to_main", "carer_from_main")):
        if is_main and (there in own or back in own):
            yield Problem(path, f"the main person has no {there} or {back}: write them at the other person")
        elif (there in own) != (back in own):
            missing = back if there in own else there
            yield Problem(f"{path}.{missing}", "is missing: relationships go both ways, so write both or neither")


def _fields(form: Form) -> Iterator[Problem]:
    for index, person in enumerate(form.people):
        if person.described:
            continue
        questions = _sent_as(form, person)
        for name in _NAMES:
            yield from _needed(questions.get(name), name, person, index, is_main=index == 0)
    if "description" not in _sent_as(form, form.main):
        yield Problem(
            "pages",
            f"'{form.main.id}' has no question called description: add one, such as a textarea (it may be optional)",
        )
    for position, page in enumerate(form.pages):
        if not form.person(page.person or form.main.id).described:
            yield from _unsendable(page, position)


def _needed(
    question: Question | None, name: str, person: PersonDefinition, index: int, *, is_main: bool
) -> Iterator[Problem]:
    if question is None:
        yield Problem(
            f"people[{index}]", f"'{person.id}' has no question called {name}, which Charitylog needs: add one"
        )
    elif is_main and not (question.required and question.show_when is None):
        yield Problem(
            f"people[{index}]",
            f"Charitylog needs {name} for '{person.id}': write `required: true` at that question, and no show_when",
        )


def _unsendable(page: Page, position: int) -> Iterator[Problem]:
    for number, field in enumerate(page.fields):
        if not isinstance(field, Question) or field.sending != "field":
            continue
        path = f"pages[{position}].fields[{number}]"
        if field.sent_as in RESERVED:
            yield Problem(
                path, f"the gateway itself sets '{field.sent_as}': give the question another name, or another `as`"
            )
        if field.type in {"checkboxes", "safe_contact"}:
            yield Problem(
                f"{path}.send", "Charitylog documents no field that takes several answers: write `send: description`"
            )


def _sent_as(form: Form, person: PersonDefinition) -> dict[str, Question]:
    return {
        field.sent_as: field
        for page in form.pages
        if (page.person or form.main.id) == person.id
        for field in page.fields
        if isinstance(field, Question) and field.sending == "field"
    }


def _wrong_keys(model: type[BaseModel], block: object, path: str) -> Iterator[Problem]:
    try:
        model.model_validate(block)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            place = ".".join([path, *map(str, problem["loc"])])
            yield Problem(place, _in_words(problem["type"], model))


def _in_words(kind: str, model: type[BaseModel]) -> str:
    match kind:
        case "missing":
            return "is missing: add it"
        case "extra_forbidden":
            return f"unknown key: use one of {', '.join(model.model_fields)}"
        case "string_pattern_mismatch" | "string_type":
            return "is not an id: write the number that Charitylog shows, such as 7"
        case "literal_error":
            return "is none of the words that are known here: see docs/forms.md"
        case _:
            return "must be a map of keys: see docs/forms.md"
