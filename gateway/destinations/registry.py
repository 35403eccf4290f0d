"""Which destinations there are, by the name of their block, and how one is built for an organisation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gateway.charitylog import Client
from gateway.definitions.loader import Organisation
from gateway.definitions.problems import Problem
from gateway.destinations import asking, blocks, charitylog, requirements, suggesting
from gateway.destinations.blocks import OrganisationBlock
from gateway.destinations.charitylog import Charitylog
from gateway.destinations.seam import Destination
from gateway.settings import Settings

NAMES = frozenset({charitylog.NAME})
# The schema of each destination's block in a form's file, for editors: of the form, and of a person.
BLOCKS = {
    charitylog.NAME: {
        "form": blocks.FormBlock.model_json_schema(),
        "person": blocks.PersonBlock.model_json_schema(),
    }
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for every call."""

    connect_timeout: float
    read_timeout: float
    deadline: float

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """Take them from the settings."""
        return cls(settings.connect_timeout_seconds, settings.read_timeout_seconds, settings.call_deadline_seconds)


def build(organisation: Organisation, limits: Limits) -> Destination | None:
    """Build the destination of an organisation; None where it is closed or has none."""
    if organisation.closed or organisation.profile is None:
        return None
    block = organisation.profile.blocks.get(charitylog.NAME)
    if block is None:
        return None
    return Charitylog(
        OrganisationBlock.model_validate(block),
        connect_timeout=limits.connect_timeout,
        read_timeout=limits.read_timeout,
        deadline=limits.deadline,
    )


def client(
    organisation: Organisation, limits: Limits, before: Callable[[str, str], None] | None = None
) -> Client | None:
    """Make the API client of an organisation, whatever is wrong with its forms; None where its own block is.

    `before` is told the method and address of each request.
    """
    block = organisation.profile.blocks.get(charitylog.NAME) if organisation.profile else None
    if block is None or _own(organisation):
        return None
    return charitylog.client_of(
        OrganisationBlock.model_validate(block),
        connect_timeout=limits.connect_timeout,
        read_timeout=limits.read_timeout,
        deadline=limits.deadline,
        before=before,
    )


def can_be_asked(organisation: Organisation) -> bool:
    """Tell whether the destination of an organisation may know which referrals have arrived."""
    block = organisation.profile.blocks.get(charitylog.NAME) if organisation.profile else None
    return isinstance(block, dict) and block.get("correlate") == "external_id"


def judged(organisation: Organisation) -> Organisation:
    """Add what the destination finds wrong: in the organisation's own block, and in each form."""
    if organisation.profile is None:
        return organisation
    problems = [*_own(organisation)]
    for slug, form in organisation.forms.items():
        problems += [
            Problem(organisation.files[slug], each.path, each.message) for each in requirements.problems_of(form)
        ]
    return organisation.with_problems(problems) if problems else organisation


def suggested(organisation: Organisation, destination: Destination, wishes: asking.Wishes) -> suggesting.Suggestion:
    """Suggest a form of what the destination of an organisation lists. Raises what `asking.find_out` raises."""
    found = asking.find_out(destination.choices, wishes, destination.lists({}))
    profile = organisation.profile
    charity, languages = (str(profile.name), profile.languages) if profile else (organisation.slug, ("en",))
    return suggesting.suggest(found, wishes, charity=charity, languages=languages)


def _own(organisation: Organisation) -> Sequence[Problem]:
    file = organisation.files[""]
    block = organisation.profile.blocks.get(charitylog.NAME) if organisation.profile else None
    if block is None and any(each.path.startswith(f"{charitylog.NAME}.") for each in organisation.problems):
        return []  # it is there, but something that it takes from the environment is not
    if block is None:
        return [Problem(file, "charitylog", "is missing: say where referrals go, see docs/forms.md")]
    try:
        OrganisationBlock.model_validate(block)
    except ValidationError as error:
        return [
            Problem(file, ".".join([charitylog.NAME, *map(str, each["loc"])]), _in_words(each))
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
