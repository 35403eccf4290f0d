"""What a form must have so that Charitylog can take its referrals: every revision of the page is satisfied at once.

Source: API External Referrals (2019: org_type_id, surname, description); API external referrals (2023: first_name,
surname, org_type_id; referral_role with source; relationships in pairs both ways). For direct delivery: API clients
(2025: first_name, surname); API referrals (2024: project, template, stage); API relationships (2022: both ways).
"""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from gateway.definitions.schema import Form, Page, PersonDefinition, Question
from gateway.destinations.blocks import FormBlock, PersonBlock, ReferralBlock
from gateway.destinations.seam import Problem

# Set by the gateway itself, from the form's and the person's block.
RESERVED = frozenset({"org_type_id", "source", "referral_role", "relationships", "carer_relationships"})
# The same for those who are made as clients, beside what the gateway knows of them once they are there.
RESERVED_DIRECT = RESERVED | {"type", "external_id", "client", "client_type", "date", "response_description"}
_NAMES = ("first_name", "surname")


def problems_of(form: Form) -> list[Problem]:
    """List what is missing or wrong, each with its place in the form's file and what to do."""
    return [*_form(form), *_people(form), *_fields(form)]


def _form(form: Form) -> Iterator[Problem]:
    block = form.blocks.get("charitylog", {})
    yield from _wrong_keys(FormBlock, block, "charitylog")
    if not isinstance(block, dict):
        return
    if is_direct(form):
        yield from _direct(form, block)
    elif "referral" in block:
        yield Problem("charitylog.referral", "only `delivery: direct` makes a referral of its own: remove it")


def is_direct(form: Form) -> bool:
    """Tell whether a form makes records at once, instead of staging a referral."""
    block = form.blocks.get("charitylog", {})
    return isinstance(block, dict) and block.get("delivery") == "direct"


def _direct(form: Form, block: dict[str, Any]) -> Iterator[Problem]:
    if "referral" not in block:
        yield Problem(
            "charitylog.referral",
            "is missing: direct delivery makes the referral itself, so write {template: …, stage: …} with the ids that "
            "your Charitylog shows",
        )
    if "source" in block:
        yield Problem(
            "charitylog.source", "is for the External Referral Manager, which direct delivery passes by: remove it"
        )
    asked = _sent_as(form, form.main).get("project")
    if "project" not in block and not (asked and asked.required and asked.show_when is None):
        yield Problem(
            "charitylog.project",
            "is missing: with direct delivery nobody chooses a project, so name one, or ask with a question called "
            "project that is `required: true`",
        )


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
        if has_source and not is_direct(form) and "role" not in own:
            yield Problem(
                f"{path}.role", "is missing: the form has a source, so Charitylog needs a role for each person"
            )
        yield from _relationships(own, path, is_main=index == 0)
        if is_direct(form) and "carer_to_main" in own and "to_main" not in own:
            yield Problem(
                f"{path}.to_main",
                "is missing: direct delivery can write the relationship of a carer only beside the ordinary one",
            )


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
        if not form.person(form.whose(page)).described:
            yield from _unsendable(page, position, RESERVED_DIRECT if is_direct(form) else RESERVED)


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


def _unsendable(page: Page, position: int, reserved: frozenset[str]) -> Iterator[Problem]:
    for number, field in enumerate(page.fields):
        if not isinstance(field, Question) or field.sending != "field":
            continue
        path = f"pages[{position}].fields[{number}]"
        if field.sent_as in reserved:
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
        if form.whose(page) == person.id
        for field in page.fields
        if isinstance(field, Question) and field.sending == "field"
    }


def _wrong_keys(model: type[BaseModel], block: object, path: str) -> Iterator[Problem]:
    try:
        model.model_validate(block)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            place = ".".join([path, *map(str, problem["loc"])])
            inner = len(problem["loc"]) > 1 and problem["loc"][0] == "referral"
            yield Problem(place, _in_words(problem["type"], ReferralBlock if inner else model))


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
