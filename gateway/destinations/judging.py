"""What is right and wrong about an organisation and its forms, by the destination that it names. Calls nothing.

The web judges its organisations by this alone: it never makes a destination, nor loads what it takes to call one.
"""

from collections.abc import Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gateway.definitions.loader import Organisation
from gateway.definitions.problems import Problem
from gateway.destinations import blocks, requirements
from gateway.destinations.blocks import CHARITYLOG, OrganisationBlock

NAMES = frozenset({CHARITYLOG})
# The schema of each destination's block in a form's file, for editors: of the form, and of a person.
BLOCKS = {
    CHARITYLOG: {
        "form": blocks.FormBlock.model_json_schema(),
        "person": blocks.PersonBlock.model_json_schema(),
    }
}


def can_be_asked(organisation: Organisation) -> bool:
    """Tell whether the destination of an organisation may know which referrals have arrived."""
    block = organisation.profile.blocks.get(CHARITYLOG) if organisation.profile else None
    return isinstance(block, dict) and block.get("correlate") == "external_id"


def judged(organisation: Organisation) -> Organisation:
    """Add what the destination finds wrong: in the organisation's own block, and in each form."""
    if organisation.profile is None:
        return organisation
    problems = [*own_problems(organisation)]
    for slug, form in organisation.forms.items():
        problems += [
            Problem(organisation.files[slug], each.path, each.message) for each in requirements.problems_of(form)
        ]
    return organisation.with_problems(problems) if problems else organisation


def own_problems(organisation: Organisation) -> Sequence[Problem]:
    """List what is wrong with the block of a destination in organisation.yaml itself."""
    file = organisation.files[""]
    block = organisation.profile.blocks.get(CHARITYLOG) if organisation.profile else None
    if block is None and any(each.path.startswith(f"{CHARITYLOG}.") for each in organisation.problems):
        return []  # it is there, but something that it takes from the environment is not
    if block is None:
        return [Problem(file, "charitylog", "is missing: say where referrals go, see docs/forms.md")]
    try:
        OrganisationBlock.model_validate(block)
    except ValidationError as error:
        return [
            Problem(file, ".".join([CHARITYLOG, *map(str, each["loc"])]), _in_words(each))
            for each in error.errors(include_url=False, include_input=False)
        ]
    return []


def _in_words(error: ErrorDetails) -> str:
    match error["type"]:
        case "missing":
            return "is missing: add it, see docs/forms.md"
        case "extra_forbidden":
            return "unknown key: docs/forms.md has those that are known"
        case "literal_error":
            return f"write {error['ctx']['expected']}, see docs/forms.md"
        case "string_pattern_mismatch" | "value_error":
            if error["loc"][-1] == "url":
                return "is no address: write all of it, such as https://api.example.org/v2"
            if error["loc"][-1] in ("source", "org", "user"):
                return "must be plain characters without spaces: copy the key once more"
            return "is no list of ids: write numbers, with commas between them, such as 1 or 1,7"
        case _:
            return "correct it, see docs/forms.md"
