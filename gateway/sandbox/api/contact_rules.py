"""What is wrong with the fields of a contact. Pure.

Which fields are needed comes from "API due contacts" (2021) and "API done contacts" (2024); the rest is invented.
"""

from collections.abc import Mapping
from typing import Any

from gateway.sandbox.api.record_rules import dates, emptied, missing, other_than_said, values
from gateway.sandbox.api.rules import Refusal
from gateway.sandbox.charity.contacts import Contact
from gateway.sandbox.charity.seeds import Seeds

DATES = ("start_date", "end_date")
MINIMUM = {
    "due_contacts": ("user", *DATES, "description"),
    "done_contacts": ("user", "stage", *DATES, "description"),
}


def judge_contact(group: str, referral: int, fields: Mapping[str, Any], seeds: Seeds, *, strict: bool) -> list[Refusal]:
    """List what is wrong with a new contact of this group (`due_contacts`, `done_contacts`)."""
    return [
        *missing(fields, MINIMUM[group]),
        *other_than_said(fields, {"referral": referral}),
        *values(fields, seeds.selectable[group], seeds, strict),
        *dates(fields, DATES),
    ]


def judge_contact_update(
    group: str, contact: Contact, fields: Mapping[str, Any], seeds: Seeds, *, strict: bool
) -> list[Refusal]:
    """List what is wrong with changes to a contact."""
    return [
        *emptied(fields, MINIMUM[group]),
        *other_than_said(fields, {"id": contact.id, "referral": contact.referral}),
        *values(fields, seeds.selectable[group], seeds, strict),
        *dates(fields, DATES),
    ]


def judge_completion(fields: Mapping[str, Any]) -> list[Refusal]:
    """List what an outstanding action needs to be a completed one ("API Details": both dates in the body)."""
    return [each for each in missing(fields, DATES) if each.field not in fields]
