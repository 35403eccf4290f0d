"""Lists of a destination: ids with their names, and the fields that it has. No page documents their shape. Pure.

What cannot be a list is refused as a whole: half a list would take choices away from people.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from gateway import charitylog
from gateway.definitions.schema import Choice, Text
from gateway.destinations.seam import Receipt, Rejected

LONGEST_VALUE = 200
LONGEST_LABEL = 1000
MOST = 20_000
# An answer of these keys tells of an error, whatever its status says.
_NO_IDS = frozenset({"error", "errors", "message", "status", "success", "exception", "code"})
_WRAPPERS = ("data", "results")
_NEVER = frozenset({"Cc", "Cs"})  # control characters, and halves of characters


def read_choices(receipt: Receipt) -> Sequence[Choice]:
    """Read ids and names from a dictionary answer: a map and a list are both taken. Raises Rejected."""
    return _choices(receipt, _pairs(_raw(receipt)), "the dictionary could not be read")


def read_fields(receipt: Receipt) -> Sequence[Choice]:
    """Read the names of fields, with labels where the answer has them. Raises Rejected."""
    raw = _unwrapped(_raw(receipt))
    pairs: list[tuple[Any, Any]] | None
    if isinstance(raw, list) and all(isinstance(each, str) for each in raw):
        pairs = [(each, each) for each in raw]
    elif isinstance(raw, dict) and not _NO_IDS.issuperset(raw):
        pairs = [(name, label if _is_plain(label) else name) for name, label in raw.items()]
    elif isinstance(raw, list) and all(isinstance(each, dict) for each in raw):
        pairs = [(name, each.get("label", name)) for each in raw for name in [each.get("name", each.get("id"))]]
    else:
        pairs = None
    return _choices(receipt, pairs, "the list of fields could not be read")


def _raw(receipt: Receipt) -> object:
    try:
        return charitylog.Answer(receipt.status, {}, receipt.answer, 0).json()
    except charitylog.NotJson:
        return None


def _unwrapped(raw: object) -> object:
    if isinstance(raw, dict):
        inner = next((raw[key] for key in _WRAPPERS if isinstance(raw.get(key), dict | list)), None)
        return raw if inner is None else _unwrapped(inner)
    return raw


def _pairs(raw: object) -> list[tuple[Any, Any]] | None:
    match _unwrapped(raw):
        case dict() as found:
            return None if _NO_IDS.intersection(found) else list(found.items())
        case list() as found if all(isinstance(each, dict) for each in found):
            return [(each.get("id"), each.get("name", each.get("label", each.get("description")))) for each in found]
        case _:
            return None


def _choices(receipt: Receipt, pairs: Iterable[tuple[Any, Any]] | None, problem: str) -> Sequence[Choice]:
    found: dict[str, str] = {}
    listed = list(pairs or ())
    for value, label in listed:
        if not (_is_plain(value) and _is_plain(label)) or not _is_value(str(value)):
            raise Rejected(problem, status=receipt.status, shape=receipt.shape)
        found.setdefault(str(value), _tidy(str(label)) or str(value))  # the first one of two, as a person reads them
    if not found or len(listed) > MOST:
        raise Rejected(problem, status=receipt.status, shape=receipt.shape)
    return [Choice(value=value, label=Text({"": label})) for value, label in found.items()]


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip() != ""


def _is_value(value: str) -> bool:
    return len(value) <= LONGEST_VALUE and not any(unicodedata.category(letter) in _NEVER for letter in value)


def _tidy(label: str) -> str:
    plain = " ".join(label.split())
    return "".join(letter for letter in plain if unicodedata.category(letter) not in _NEVER)[:LONGEST_LABEL].strip()
