"""What is wrong with the fields of a client, a referral or a relationship. Pure.

Which fields are needed comes from the vendor's pages; that a wrong id is refused, and every word of it, is invented.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.sandbox.database import as_text
from gateway.sandbox.rules import Refusal
from gateway.sandbox.seeds import Seeds

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
Pairs = Mapping[str, tuple[str, str]]


def judge_client(fields: Mapping[str, Any], seeds: Seeds, *, strict: bool) -> list[Refusal]:
    """List what is wrong with a new client."""
    return [*_missing(fields, CLIENT), *_values(fields, "clients", seeds, strict)]


def judge_update(fields: Mapping[str, Any], group: str, seeds: Seeds, *, strict: bool) -> list[Refusal]:
    """List what is wrong with changes to a client or a referral."""
    ours = {name: value for name, value in fields.items() if name not in _relating()}
    return list(_values(ours, group, seeds, strict))


def judge_referral(fields: Mapping[str, Any], seeds: Seeds, *, strict: bool) -> list[Refusal]:
    """List what is wrong with a new referral."""
    described = [] if any(present(fields, name) for name in DESCRIPTIONS) else [DESCRIPTIONS[0]]
    told = {name: value for name, value in fields.items() if name not in DESCRIPTIONS}
    return [*_missing(fields, (*REFERRAL, *described)), *_values(told, "referrals", seeds, strict)]


def judge_relationship(fields: Mapping[str, Any], pairs: Pairs, seeds: Seeds) -> list[Refusal]:
    """List what is wrong with a relationship: both ways, known ids, that of carers only beside the other one."""
    found = list(_missing(fields, pairs["relationships"]))
    if any(present(fields, name) for name in pairs["carer_relationships"]):
        found += _missing(fields, pairs["carer_relationships"])
    for kind, names in pairs.items():
        known = seeds.dictionaries[kind]
        found += [
            Refusal(0, name, f"This id is not in the dictionary {kind}.")
            for name in names
            if present(fields, name) and as_text(fields[name]) not in known
        ]
    return found


def present(fields: Mapping[str, Any], name: str) -> bool:
    """Is there anything in this field?"""
    value = fields.get(name)
    return value is not None and as_text(value).strip() != ""


def _relating() -> frozenset[str]:
    return frozenset({"id_second", *(name for pair in OF_AN_UPDATE.values() for name in pair)})


def _missing(fields: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Refusal]:
    return (Refusal(0, name, f"{name} is missing.") for name in names if not present(fields, name))


def _values(fields: Mapping[str, Any], group: str, seeds: Seeds, strict: bool) -> Iterator[Refusal]:
    for name, value in fields.items():
        field = seeds.selectable[group].get(name)
        if isinstance(value, dict | list):
            yield Refusal(0, name, "The value must be a text or a number.")
        elif field is None:
            if strict:
                yield Refusal(0, name, "This is not a known field.")
        elif field.dictionary and present(fields, name) and as_text(value) not in seeds.dictionaries[field.dictionary]:
            yield Refusal(0, name, f"This id is not in the dictionary {field.dictionary}.")
