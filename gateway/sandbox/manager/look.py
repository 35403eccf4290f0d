"""Puts the people of a staged referral into words for the manager's page."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.sandbox.api.rules import PAIRED
from gateway.sandbox.charity.database import as_text
from gateway.sandbox.charity.records import Client, full_name
from gateway.sandbox.charity.seeds import Seeds
from gateway.sandbox.manager.displays import Display, display_of
from gateway.sandbox.manager.duplicates import Hint, alike, in_words, likely_duplicates
from gateway.sandbox.manager.importing import DESCRIPTIONS, description_of
from gateway.sandbox.manager.staging import Staged
from gateway.sandbox.manager.wording import Row, row

APART = frozenset({*DESCRIPTIONS, *PAIRED})


@dataclass(frozen=True)
class PersonView:
    """One person as the page shows them: the fields shown first, then the others."""

    position: int
    name: str
    type: str
    display: Display | None
    rows: list[Row]
    also: list[Row]
    description: str
    relationships: list[str]
    hints: list[Hint]


@dataclass(frozen=True)
class Repeat:
    """Another external referral whose main person may be the same, and why."""

    staged: Staged
    why: str


def repeats_of(staged: Staged, others: Iterable[Staged]) -> list[Repeat]:
    """List the external referrals that may be about the same person: a repeat is staged like any other."""
    found = ((other, alike(staged.people[0], other.people[0])) for other in others if other.id != staged.id)
    return [Repeat(other, in_words(same)) for other, same in found if same]


def people_of(staged: Staged, seeds: Seeds, known: Sequence[Client]) -> list[PersonView]:
    """Show each person, and who of the known clients each may be."""
    return [
        _person(position, person, staged, seeds, likely_duplicates(person, known))
        for position, person in enumerate(staged.people)
    ]


def _person(position: int, person: dict[str, Any], staged: Staged, seeds: Seeds, hints: list[Hint]) -> PersonView:
    sent = {name: row(name, value, seeds.field(name), seeds) for name, value in person.items() if name not in APART}
    display = display_of(person)
    first = list(sent) if display is None else [name for name in display.fields if name in sent]
    return PersonView(
        position=position,
        name=full_name(person),
        type=seeds.words("org_type_id", person["org_type_id"]),
        display=display,
        rows=[sent[name] for name in first],
        also=[row for name, row in sent.items() if name not in first],
        description=description_of(person),
        relationships=list(_relationships(person, staged, seeds)),
        hints=hints,
    )


def _relationships(person: dict[str, Any], staged: Staged, seeds: Seeds) -> Iterator[str]:
    for kind in PAIRED:
        for other, relationship in (person.get(kind) or {}).items():
            said = seeds.dictionaries[kind].get(as_text(relationship), "?")
            yield f"{said} {full_name(staged.people[int(other)])} (person {int(other) + 1})"
