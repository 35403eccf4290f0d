"""What is wrong with the people of an external referral, by person and field. Pure.

The minimum fields, the pairing of relationships and the role beside a source come from the vendor's pages;
that a wrong id is refused, and every word of a refusal, is invented.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from gateway.sandbox.charity.database import as_text
from gateway.sandbox.charity.seeds import Seeds

Profile = Literal["2019", "2023", "any"]
PAIRED = ("relationships", "carer_relationships")
_WORD = re.compile("[A-Za-z_][A-Za-z0-9_]{0,63}")
_POSITION = re.compile("0|[1-9][0-9]{0,8}")

# For the main person, then for every other one.
MINIMUM: dict[Profile, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "2019": (("org_type_id", "surname", "description"), ("org_type_id", "surname")),
    "2023": (("first_name", "surname", "org_type_id"), ("first_name", "surname", "org_type_id")),
    "any": (("org_type_id", "surname"), ("org_type_id", "surname")),
}


@dataclass(frozen=True)
class Refusal:
    """One thing wrong: person by position, field, and words that repeat no value."""

    person: int
    field: str
    message: str

    @property
    def field_for_the_log(self) -> str:
        """The field, if its name is a plain word: any other name may be a value that went astray."""
        return self.field if _WORD.fullmatch(self.field) else "(a name that is no word)"

    def as_json(self) -> dict[str, Any]:
        """Return the refusal as it stands in an answer."""
        return asdict(self)


def judge(
    people: Sequence[Mapping[str, Any]], seeds: Seeds, profile: Profile, *, strict: bool = False
) -> list[Refusal]:
    """List everything that is wrong, in the order of the people."""
    return [
        Refusal(number, field, message)
        for number, person in enumerate(people)
        for field, message in (
            *_missing(number, person, profile),
            *_values(person, seeds, strict),
            *(found for kind in PAIRED for found in _relationships(number, people, kind, seeds)),
        )
    ]


def _present(person: Mapping[str, Any], field: str) -> bool:
    value = person.get(field)
    return value is not None and as_text(value).strip() != ""


def _missing(number: int, person: Mapping[str, Any], profile: Profile) -> Iterator[tuple[str, str]]:
    main, other = MINIMUM[profile]
    for field in main if number == 0 else other:
        if not _present(person, field):
            yield field, f"{field} is missing."
    if _present(person, "source") and not _present(person, "referral_role"):
        yield "referral_role", "referral_role is required when source is sent."


def _values(person: Mapping[str, Any], seeds: Seeds, strict: bool) -> Iterator[tuple[str, str]]:
    for name, value in person.items():
        field = seeds.field(name)
        if name in PAIRED:
            continue
        if isinstance(value, dict | list):
            yield name, "The value must be a text or a number."
        elif field is None:
            if strict:
                yield name, "This is not a known field."
        elif field.dictionary and _present(person, name) and as_text(value) not in seeds.dictionaries[field.dictionary]:
            yield name, f"This id is not in the dictionary {field.dictionary}."


def _relationships(
    number: int, people: Sequence[Mapping[str, Any]], kind: str, seeds: Seeds
) -> Iterator[tuple[str, str]]:
    sent = people[number].get(kind)
    if sent is None:
        return
    if not isinstance(sent, dict):
        yield kind, "The value must be an object of positions and relationship ids."
        return
    for position, relationship in sent.items():
        if not _POSITION.fullmatch(position) or int(position) == number or int(position) >= len(people):
            yield kind, "A relationship names a person who is not another one in this list."
            continue
        back = people[int(position)].get(kind)
        if not isinstance(back, dict) or str(number) not in back:
            yield kind, f"The relationship to person {position} is one-sided: person {position} must name this one too."
        if as_text(relationship) not in seeds.dictionaries[kind]:
            yield kind, f"This id is not in the dictionary {kind}."
