"""The blocks that Charitylog has: of an organisation, a form, its referral, a person. The adapter owns them."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

CHARITYLOG = "charitylog"  # the name of these blocks in the files of an organisation
_DIGITS = r"^[0-9]+$"
# Ours keeps ids as text; an editor's YAML reader makes numbers of them.
Id = Annotated[
    str,
    Field(pattern=_DIGITS),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": _DIGITS}]}),
]


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReferralBlock(_Block):
    """`referral:` within it: what a referral needs that nobody answers, for `delivery: direct`.

    Source: API referrals, 2024: template and stage are required, branch where branches are used, the rest optional.
    """

    template: Id
    stage: Id
    branch: Id | None = None
    project_category: Id | None = None
    contact_method: Id | None = None
    contact_type: Id | None = None
    funding_sponsor: Id | None = None
    introduction_source: Id | None = None
    priority: Id | None = None
    referrer: Id | None = None


class FormBlock(_Block):
    """`charitylog:` of a form."""

    delivery: Literal["staged", "direct"] = "staged"
    source: Id | None = None
    project: Id | None = None
    referral: ReferralBlock | None = None


class PersonBlock(_Block):
    """`charitylog:` of a person."""

    org_type_id: Id
    role: Id | None = None
    to_main: Id | None = None
    from_main: Id | None = None
    carer_to_main: Id | None = None
    carer_from_main: Id | None = None


# What is copied often brings a space or the end of the line along.
Key = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[!-~]+$")]
_IDS = r"^[0-9]+( ?, ?[0-9]+)*$"


class Uploads(_Block):
    """How files reach a client or referral (API Details, File Uploads): ids, comma-separated if several."""

    when: Literal["never", "imported"] = "never"
    user_visibility: str = Field(default="1", pattern=_IDS)
    group_visibility: str = Field(default="1", pattern=_IDS)


def _that_can_be_called(url: str) -> str:
    parts = urlsplit(url)
    if not url.isascii() or not parts.hostname or parts.port == 0:
        raise ValueError("is no address")
    return url


Url = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^https?://[^\s@?#\\]+$"),
    AfterValidator(_that_can_be_called),
]


class OrganisationBlock(_Block):
    """`charitylog:` of organisation.yaml. Source: API Authentication; API external referrals; API clients."""

    url: Url = Field(repr=False)
    source: Key = Field(repr=False)
    org: Key = Field(repr=False)
    user: Key = Field(repr=False)
    body: Literal["form", "form-json", "json"] = "form"
    ids: Literal["string", "number"] = "string"
    writes: Literal["classic", "current"] = "classic"
    minimum: Literal["both", "2019", "2023"] = "both"
    correlate: Literal["none", "external_id"] = "none"
    description: Literal["response_description", "description"] = "response_description"
    uploads: Uploads = Uploads()
