"""Lists of a destination: ids with their names, and the fields that it has. No page documents their shape. Pure.

What cannot be a list is refused as a whole: half a list would take choices away from people.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence

from gateway import charitylog
from gateway.definitions.schema import Choice, Text
from gateway.destinations.seam import Receipt, Rejected

LONGEST_VALUE = 200
LONGEST_LABEL = 1000
MOST = 20_000
_NEVER = frozenset({"Cc", "Cs"})  # control characters, and halves of characters


def read_choices(receipt: Receipt) -> Sequence[Choice]:
    """Read ids and names from a dictionary answer: a map and a list are both taken. Raises Rejected."""
    return _choices(receipt, charitylog.Answer.choices, "the dictionary could not be read")


def read_fields(receipt: Receipt) -> Sequence[Choice]:
    """Read the names of fields, with labels where the answer has them. Raises Rejected."""
    return _choices(receipt, charitylog.Answer.field_names, "the list of fields could not be read")


def _choices(
    receipt: Receipt, read: Callable[[charitylog.Answer], Mapping[str, str]], problem: str
) -> Sequence[Choice]:
    try:
        found = read(charitylog.Answer(receipt.status, {}, receipt.answer, 0))
    except charitylog.NotJson:
        found = {}
    if not 0 < len(found) <= MOST or not all(map(_is_value, found)):
        raise Rejected(problem, status=receipt.status, shape=receipt.shape)
    return [Choice(value=value, label=Text({"": _tidy(label) or value})) for value, label in found.items()]


def _is_value(value: str) -> bool:
    return len(value) <= LONGEST_VALUE and not any(unicodedata.category(letter) in _NEVER for letter in value)


def _tidy(label: str) -> str:
    plain = " ".join(label.split())
    return "".join(letter for letter in plain if unicodedata.category(letter) not in _NEVER)[:LONGEST_LABEL].strip()
