"""The blocks that Charitylog has in a form: of the form itself, of its referral, of a person. The adapter owns them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

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
