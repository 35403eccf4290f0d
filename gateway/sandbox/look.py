"""Puts the people of a staged referral into words for the manager's page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway.sandbox.database import Database, as_text
from gateway.sandbox.records import Client, full_name, likely_duplicates
from gateway.sandbox.rules import PAIRED
from gateway.sandbox.seeds import Seeds
from gateway.sandbox.staging import Staged

APART = frozenset({"description", *PAIRED})


@dataclass(frozen=True)
class Row:
    """One field as it was sent: its label, its value, what the value means, whether the field is known."""

    name: str
    label: str
    value: str
    words: str
    known: bool


@dataclass(frozen=True)
class PersonView:
    """One person as the page shows them."""

    position: int
    name: str
    type: str
    rows: list[Row]
    description: str
    relationships: list[str]
    duplicates: list[tuple[Client, str]]


def people_of(staged: Staged, seeds: Seeds, database: Database) -> list[PersonView]:
    """Show each person; likely duplicates are looked for only while somebody can still act on them."""
    return [
        PersonView(
            position=position,
            name=full_name(person),
            type=seeds.words("org_type_id", person["org_type_id"]),
            rows=[_row(name, value, seeds) for name, value in person.items() if name not in APART],
            description=as_text(person.get("description") or ""),
            relationships=list(_relationships(person, staged, seeds)),
            duplicates=likely_duplicates(database, person) if staged.state == "staged" else [],
        )
        for position, person in enumerate(staged.people)
    ]


def _row(name: str, value: object, seeds: Seeds) -> Row:
    field = seeds.field(name)
    label = name if field is None else field.label
    return Row(name, label, as_text(value), seeds.words(name, value), field is not None)


def _relationships(person: dict[str, Any], staged: Staged, seeds: Seeds) -> Iterator[str]:
    for kind in PAIRED:
        for other, relationship in (person.get(kind) or {}).items():
            said = seeds.dictionaries[kind].get(as_text(relationship), "?")
            yield f"{said} {full_name(staged.people[int(other)])} (person {int(other) + 1})"
