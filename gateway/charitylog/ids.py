"""Reads the id of a new record from an answer. Pure.

"The new id is returned" is all that the pages say, of referrals, contacts and extension databases; so every likely
shape is read, and nothing else.
"""

import re

_ID = re.compile(r"[1-9][0-9]{0,17}")  # every id on the pages is a number; 0 may be a way to say "no"
_DEEPEST = 3


def named_id(raw: object) -> str | None:
    """Read an id that is called one: `{"id": 17}`, also within `data` or as the one entry of a list."""
    return _named(raw, _DEEPEST)


def bare_id(raw: object) -> str | None:
    """Read a lone number: `17`, `"17"` or `[17]`. It may mean something else, such as how many were made."""
    return _id(raw[0] if isinstance(raw, list) and len(raw) == 1 else raw)


def is_id(text: str) -> bool:
    """Tell whether this can be an id: a number, and none of a thousand digits, which no record bears."""
    return _ID.fullmatch(text) is not None


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
