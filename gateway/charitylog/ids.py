"""Ids: reads that of a new record from an answer, and writes one into an address. Pure.

"The new id is returned" is all that the pages say, of referrals, contacts and extension databases; so every likely
shape is read, and nothing else.
"""

import re

_ID = re.compile(r"[1-9][0-9]{0,17}")  # every id on the pages is a number; 0 may be a way to say "no"
_DEEPEST = 3


def as_text(value: str | int) -> str:
    """Write text or a whole number as it is; of a member of an enumeration its value, and not what it is called."""
    return str.__str__(value) if isinstance(value, str) else int.__repr__(value)


def named_id(raw: object) -> str | None:
    """Read an id that is called one: `{"id": 17}`, also within `data` or as the one entry of a list."""
    return _named(raw, _DEEPEST)


def bare_id(raw: object) -> str | None:
    """Read a lone number: `17`, `"17"` or `[17]`. It may mean something else, such as how many were made."""
    return _id(raw[0] if isinstance(raw, list) and len(raw) == 1 else raw)


def is_id(text: str) -> bool:
    """Tell whether this can be an id: a number, and none of a thousand digits, which no record bears."""
    return _ID.fullmatch(text) is not None


def step_of(record: str | int) -> str:
    """Write an id as a step of an address. Raises TypeError, since None would name a record that nobody meant."""
    if isinstance(record, bool) or not isinstance(record, str | int):
        raise TypeError("An id must be text or a whole number: new_id() gives None where an answer tells of none.")
    return as_text(record)


def _named(value: object, depth: int) -> str | None:
    match value:
        case {"id": found}:
            return _id(found)
        case {"data": inner} if depth:
            return _named(inner, depth - 1) if isinstance(inner, dict | list) else _id(inner)
        case [inner] if depth and isinstance(inner, dict):
            return _named(inner, depth - 1)
    return None


def _id(value: object) -> str | None:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if is_id(text) else None
