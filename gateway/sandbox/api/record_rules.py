"""What is wrong with the fields of a client, a referral, a relationship or an extension record. Pure.

Which fields are needed comes from the vendor's pages; that a wrong id or date is refused, and each word, is invented.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from gateway.sandbox.api.rules import Refusal
from gateway.sandbox.charity.database import as_text
from gateway.sandbox.charity.extension import ExtensionDatabase
from gateway.sandbox.charity.seeds import Field, Seeds

CLIENT = ("first_name", "surname")
REFERRAL = ("client", "client_type", "date", "project", "template", "stage")
DESCRIPTIONS = ("response_description", "description")  # since April 2024, and before
# On an update of a client, then on relationship_details: there and back, and the same in the list for carers.
OF_AN_UPDATE = {
    "relationships": ("relationship_first_to_second", "relationship_second_to_first"),
    "carer_relationships": ("relationship_first_to_second_carer", "relationship_second_to_first_carer"),
}
OF_DETAILS = {
    "relationships": ("relation_first_to_second", "relation_second_to_first"),
    "carer_relationships": ("carer_relation_first_to_second", "carer_relation_second_to_first"),
}
RELATING = frozenset({"id_second", *(name for pair in OF_AN_UPDATE.values() for name in pair)})
FLAGS_OF_DETAILS = ("major", "send_one_letter_to_both")
NESTED = "The value must be a text or a number."
Pairs = Mapping[str, tuple[str, str]]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2})?", re.ASCII)


def judge_client(fields: Mapping[str, Any], seeds: Seeds, *, strict: bool) -> list[Refusal]:
    """List what is wrong with a new client."""
    return [*missing(fields, CLIENT), *values(fields, seeds.selectable["clients"], seeds, strict)]


def judge_client_update(client: int, fields: Mapping[str, Any], seeds: Seeds, *, strict: bool) -> list[Refusal]:
    """List what is wrong with changes to a client."""
    ours = {name: value for name, value in fields.items() if name not in RELATING}
    return [
        *emptied(ours, CLIENT),
        *other_than_said(ours, {"id": client}),
        *values(ours, seeds.selectable["clients"], seeds, strict),
    ]


def judge_referral(fields: Mapping[str, Any], seeds: Seeds, *, strict: bool) -> list[Refusal]:
    """List what is wrong with a new referral."""
    described = [] if any(present(fields, name) for name in DESCRIPTIONS) else [DESCRIPTIONS[0]]
    return [*missing(fields, (*REFERRAL, *described)), *_of_a_referral(fields, seeds, strict)]


def judge_referral_update(referral: int, fields: Mapping[str, Any], seeds: Seeds, *, strict: bool) -> list[Refusal]:
    """List what is wrong with changes to a referral: at least one field is needed ("API referrals")."""
    if not fields:
        return [Refusal(0, "body", "Send at least one field.")]
    return [
        *emptied(fields, (*REFERRAL, *DESCRIPTIONS)),
        *other_than_said(fields, {"id": referral}),
        *_of_a_referral(fields, seeds, strict),
    ]


def judge_extension(
    database: ExtensionDatabase, fields: Mapping[str, Any], seeds: Seeds, *, strict: bool
) -> list[Refusal]:
    """List what is wrong with a record of an extension database, new or changed."""
    return [
        *values(fields, database.fields, seeds, strict),
        *dates(fields, [name for name in fields if name.startswith("date_")]),
    ]


def judge_relationship(fields: Mapping[str, Any], pairs: Pairs, seeds: Seeds) -> list[Refusal]:
    """List what is wrong with a relationship: both ways, known ids, that of carers only beside the other one."""
    found = list(missing(fields, pairs["relationships"]))
    if any(present(fields, name) for name in pairs["carer_relationships"]):
        found += missing(fields, pairs["carer_relationships"])
    for kind, names in pairs.items():
        known = seeds.dictionaries[kind]
        found += [
            Refusal(0, name, f"This id is not in the dictionary {kind}.")
            for name in names
            if present(fields, name) and as_text(fields[name]) not in known
        ]
    return found


def judge_details(fields: Mapping[str, Any]) -> list[Refusal]:
    """List what is wrong with the details of a relationship."""
    shared = fields.get("joint_address")
    nested = [Refusal(0, "joint_address", NESTED)] if isinstance(shared, dict | list) else []
    return nested + [
        Refusal(0, name, f"{name} must be Y or N.")
        for name in FLAGS_OF_DETAILS
        if name in fields and fields[name] not in ("Y", "N")
    ]


def present(fields: Mapping[str, Any], name: str) -> bool:
    """Is there anything in this field?"""
    value = fields.get(name)
    return value is not None and as_text(value).strip() != ""


def missing(fields: Mapping[str, Any], names: Collection[str]) -> Iterator[Refusal]:
    """Name the fields that a new record needs and does not have."""
    return (Refusal(0, name, f"{name} is missing.") for name in names if not present(fields, name))


def emptied(fields: Mapping[str, Any], names: Collection[str]) -> Iterator[Refusal]:
    """Name the fields that "need a value if present" ("API Details", on updates) and have none."""
    return (
        Refusal(0, name, f"{name} is sent without a value.")
        for name in names
        if name in fields and not present(fields, name)
    )


def other_than_said(fields: Mapping[str, Any], said: Mapping[str, int]) -> Iterator[Refusal]:
    """Name the fields that differ from what the address says."""
    return (
        Refusal(0, name, f"The address says another {name}: leave it out of the body.")
        for name, number in said.items()
        if name in fields and as_text(fields[name]) != str(number)
    )


def dates(fields: Mapping[str, Any], names: Collection[str]) -> Iterator[Refusal]:
    """Name the fields whose value is no date."""
    return (
        Refusal(0, name, "The value must be a date such as 2018-11-08 or 2018-11-08 14:30:00.")
        for name in names
        if present(fields, name) and not _is_date(as_text(fields[name]))
    )


def values(fields: Mapping[str, Any], known: Mapping[str, Field], seeds: Seeds, strict: bool) -> Iterator[Refusal]:
    """Name the fields whose value cannot be, or that are not known where `strict` asks for it."""
    for name, value in fields.items():
        field = known.get(name)
        if isinstance(value, dict | list):
            yield Refusal(0, name, NESTED)
        elif field is None:
            if strict:
                yield Refusal(0, name, "This is not a known field.")
        elif field.dictionary and present(fields, name) and as_text(value) not in seeds.dictionaries[field.dictionary]:
            yield Refusal(0, name, f"This id is not in the dictionary {field.dictionary}.")


def _of_a_referral(fields: Mapping[str, Any], seeds: Seeds, strict: bool) -> Iterator[Refusal]:
    told = {name: value for name, value in fields.items() if name not in DESCRIPTIONS}
    yield from values(told, seeds.selectable["referrals"], seeds, strict)
    yield from dates(fields, ("date",))


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and datetime.fromisoformat(text))
    except ValueError:
        return False
