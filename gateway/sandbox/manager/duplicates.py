"""Who of the known clients may be the person who was sent. Pure.

The vendor's pages say that an administrator searches for duplicates before importing; what the sandbox compares, and
which likeness it holds for the stronger, is invented.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.sandbox.charity.database import as_text
from gateway.sandbox.charity.records import Client

# Letters that Unicode does not take apart, as it does ö.
UNDIVIDED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
DAY_FIRST = re.compile(r"(\d{1,2})\D(\d{1,2})\D(\d{4})", re.ASCII)


def plain(value: object) -> str:
    """Reduce a text to its letters and digits, without case and accents: `O’Né` and `one` are alike."""
    apart = unicodedata.normalize("NFKD", as_text(value).casefold().translate(UNDIVIDED))
    return "".join(character for character in apart if character.isalnum())


def _email(value: object) -> str:
    return as_text(value).strip().casefold()


def _digits(value: object) -> str:
    return re.sub(r"\D", "", as_text(value))


def _telephone(value: object) -> str:
    """Bring a British number into one form, with its country's prefix or without."""
    return re.sub(r"^(00)?44(0)?", "0", _digits(value))


def _day(value: object) -> str:
    """Bring a date into one form, the year first or the day first: no page says how it is written."""
    written = as_text(value).strip()
    if found := DAY_FIRST.fullmatch(written):
        day, month, year = found.groups()
        return f"{year}{month:0>2}{day:0>2}"
    return _digits(written)


@dataclass(frozen=True)
class Likeness:
    """Something that two records can have in common, and how much it says if they do."""

    words: str
    fields: tuple[str, ...]
    form: Callable[[object], str]
    weight: int

    def between(self, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        """Do both have it in common?"""
        return not self._forms(one).isdisjoint(self._forms(other))

    def _forms(self, record: Mapping[str, Any]) -> set[str]:
        return {self.form(record[name]) for name in self.fields if record.get(name)} - {""}


LIKENESSES = (
    Likeness("NHS number", ("nhs_number",), _digits, 16),
    Likeness("surname", ("surname",), plain, 2),
    Likeness("first name", ("first_name", "known_as"), plain, 3),
    Likeness("date of birth", ("date_of_birth",), _day, 6),
    Likeness("postcode", ("postcode",), plain, 3),
    Likeness("email", ("email",), _email, 5),
    Likeness("telephone", ("telephone", "mobile"), _telephone, 4),
)
# Any of these sets is enough for a hint. A first name and a date of birth outlast a marriage.
ENOUGH: tuple[frozenset[str], ...] = tuple(
    frozenset(words)
    for words in (
        {"NHS number"}, {"email"}, {"telephone"}, {"surname", "date of birth"}, {"surname", "postcode"},
        {"surname", "first name"}, {"first name", "date of birth"},
    )
)  # fmt: skip


@dataclass(frozen=True)
class Hint:
    """A client who may be this person, and what both have in common. Its repr holds the number only."""

    client: Client
    same: tuple[Likeness, ...]

    def __repr__(self) -> str:
        return f"Hint(client={self.client!r})"

    @property
    def strength(self) -> int:
        """How much speaks for this client."""
        return sum(each.weight for each in self.same)

    @property
    def why(self) -> str:
        """Say what both have in common."""
        return in_words(self.same)


def likely_duplicates(person: Mapping[str, Any], clients: Iterable[Client]) -> list[Hint]:
    """List the clients who may be this person, the likeliest first."""
    hints = (Hint(known, same) for known in clients if (same := alike(person, known.fields)))
    return sorted(hints, key=lambda hint: (-hint.strength, hint.client.id))


def alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[Likeness, ...]:
    """List what two records have in common; nothing where it is too little to think of one person."""
    same = tuple(each for each in LIKENESSES if each.between(one, other))
    found = {each.words for each in same}
    return same if any(needed <= found for needed in ENOUGH) else ()


def in_words(same: Sequence[Likeness]) -> str:
    """Put what is in common into words: `same surname, date of birth and postcode`."""
    *first, last = (each.words for each in same)
    return f"same {', '.join(first)} and {last}" if first else f"same {last}"
