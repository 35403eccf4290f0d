"""What a valid referral *is*: frozen, self-contained, and readable years after its form has gone.

It keeps the words the person saw beside the values that go out. Its `repr` shows the reference alone.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import TypeAdapter

Sending = Literal["field", "description", "none"]

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CONFUSED = str.maketrans("OIL", "011")
_LETTERS = 8


def new_reference() -> str:
    """Make a reference such as RG-7K3F-9Q2M: 40 random bits in letters that are hard to confuse."""
    number = secrets.randbits(40)
    letters = "".join([_CROCKFORD[number >> shift & 31] for shift in range(0, 40, 5)])
    return f"RG-{letters[:4]}-{letters[4:]}"


def read_reference(typed: str) -> str:
    """Give the reference that somebody typed: any case, with or without RG and hyphens, O for 0, I or L for 1.

    What cannot be one comes back as it was, without the spaces round it.
    """
    plain = "".join(letter for letter in typed.upper() if letter.isalnum())
    letters = plain.removeprefix("RG") if len(plain) > _LETTERS else plain
    letters = letters.translate(_CONFUSED)
    if len(letters) != _LETTERS or not set(letters) <= set(_CROCKFORD):
        return typed.strip()
    return f"RG-{letters[:4]}-{letters[4:]}"


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """One answer: the value for the destination, and the words the person saw."""

    name: str
    label: str
    value: str | tuple[str, ...]
    shown: str
    send: Sending
    sent_as: str


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Somebody in a referral; `options` is the block of the destination for this kind of person.

    Whoever is only `described` stands in the description under their label, and is nobody at the destination.
    """

    id: str
    options: Mapping[str, Any]
    answers: tuple[Answer, ...]
    label: str = ""
    described: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Consent:
    """What somebody agreed to, in the wording and version that stood on the page."""

    name: str
    wording: str
    version: str
    value: str
    reason: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class File:
    """A file that came with it: which question asked for it, and whom it is about (`index` counts several people)."""

    id: str
    question: str
    label: str
    name: str
    media_type: str
    size: int
    sha256: str
    attach_to: str
    index: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Referral:
    """A validated value that a person sent. The first of `people` is the main person."""

    reference: str
    organisation: str
    form: str
    definition: str
    language: str
    created_at: datetime
    destination: str
    options: Mapping[str, Any]
    people: tuple[Person, ...]
    consents: tuple[Consent, ...] = ()
    basis: Mapping[str, str] = field(default_factory=dict)
    test: bool = False
    files: tuple[File, ...] = ()

    def __repr__(self) -> str:
        return f"Referral({self.reference})"

    def to_json(self) -> bytes:
        """Write the referral as the store keeps it (sealed there)."""
        # By pydantic: json would ask us for the fields of every answer, and take four times as long. Without warnings,
        # which would quote an answer.
        return _WRITER.dump_json(self, warnings=False)

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Read what `to_json` wrote."""
        raw = json.loads(data)
        raw["created_at"] = datetime.fromisoformat(raw["created_at"])
        raw["people"] = tuple(_person(person) for person in raw["people"])
        raw["consents"] = tuple(Consent(**consent) for consent in raw["consents"])
        raw["files"] = tuple(File(**file) for file in raw.get("files", ()))
        return cls(**raw)


_WRITER = TypeAdapter(Referral)


def _person(raw: dict[str, Any]) -> Person:
    answers = tuple(_answer(answer) for answer in raw.pop("answers"))
    return Person(answers=answers, **raw)


def _answer(raw: dict[str, Any]) -> Answer:
    value = raw.pop("value")
    return Answer(value=tuple(value) if isinstance(value, list) else value, **raw)
