"""What a list is asked for in its address: which part, in which order, on which conditions. What is unknown is refused.

`limit`, `offset`, `sort`, `dir`, `search`, and `FIELD` or `FIELD__OPERATION`, as the vendors' own APIs have them; and
`behind`, which `next` names.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from gateway.definitions.base import SLUG
from gateway.forms.objects import Wrong, shown
from gateway.store.sent_lists import MOST, Condition, Wanted
from gateway.store.states import Stands
from gateway.store.walking import Place
from gateway.web.api.problems import Problem
from gateway.web.places import place_of

MOST_AT_ONCE = 100
SORTED = ("created_at", "updated_at")
DIRECTIONS = ("asc", "desc")
REFERENCE = re.compile(r"[A-Za-z0-9-]{1,16}")
PLACE = re.compile(r"[0-9]{1,17}-RG(-[0-9A-HJKMNP-TV-Z]{4}){2}")
_NUMBER = re.compile(r"[0-9]{1,9}")
WHOLE = len("RG-7K3F-9Q2M")
LONGEST = 1000  # characters of one value

TIMES = ("gt", "gte", "lt", "lte", "range")
_WORDS = ("", "in", "startswith")
# The columns that conditions may be about, each with its operations; "" compares for equality.
OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "reference": _WORDS,
    "form": _WORDS,
    "state": _WORDS,
    "created_at": TIMES,
    "updated_at": TIMES,
    "passed_on_at": TIMES,
    "imported_at": TIMES,
}
CONDITIONS: Mapping[str, tuple[str, str]] = {
    f"{column}__{operation}" if operation else column: (column, operation)
    for column, operations in OPERATIONS.items()
    for operation in operations
}


class _Unfit(Exception):
    """A value is none for its parameter. The text says what is."""


def wanted(given: MultiDict[str, str]) -> Wanted:
    """Read what an address asks for. Raises Problem, which names every parameter that is wrong."""
    found: dict[str, Any] = {}
    conditions: list[Condition] = []
    wrong = []
    for name, values in given.lists():
        try:
            text = _once(name, values)
            if name in CONDITIONS:
                conditions += _conditions(*CONDITIONS[name], text)
            elif name == "search":
                conditions.append(_search(text))
            else:
                field, read = _READ[name]
                found[field] = read(text)
        except _Unfit as unfit:
            wrong.append(Wrong(shown(name), str(unfit)))
    if wrong:
        raise Problem(400, "bad_parameters", "The address asks for something that is not there.", errors=wrong)
    return Wanted(**found, conditions=conditions)


def _once(name: str, values: list[str]) -> str:
    if name not in _KNOWN:
        raise _Unfit(f"There is no such parameter. There are: {', '.join(_KNOWN)}.")
    if len(values) > 1:
        raise _Unfit("Give it once.")
    if len(values[0]) > LONGEST:
        raise _Unfit(f"Give {LONGEST} characters or fewer.")
    return values[0]


def _search(text: str) -> Condition:
    reference = "".join(text.split()).upper()
    if not REFERENCE.fullmatch(reference):
        raise _Unfit("Give a reference, or how it begins.")
    begins = reference if "RG-".startswith(reference[:3]) else f"RG-{reference}"
    # A whole one is looked up, and not looked for.
    return Condition("reference", "in" if len(begins) == WHOLE else "startswith", (begins,))


def _limit(text: str) -> int:
    return _number(text, 1, MOST_AT_ONCE)


def _offset(text: str) -> int:
    return _number(text, 0, MOST, " For what lies further back, follow `next`, or ask by created_at__lt.")


def _sort(text: str) -> str:
    return _one_of(text, SORTED)


def _dir(text: str) -> bool:
    return _one_of(text, DIRECTIONS) == "desc"


def _behind(text: str) -> Place:
    place = place_of(text) if PLACE.fullmatch(text) else None
    if place is None:
        raise _Unfit("Take it from `next` as it is.")
    return place


_READ: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "limit": ("limit", _limit),
    "offset": ("offset", _offset),
    "behind": ("behind", _behind),
    "sort": ("sort", _sort),
    "dir": ("descending", _dir),
}
_KNOWN = (*_READ, "search", *CONDITIONS)


def _conditions(column: str, operation: str, text: str) -> list[Condition]:
    if operation == "range":
        # Between the two, and neither of them: as CoreData has it.
        low, comma, high = text.partition(",")
        if not comma:
            raise _Unfit("Give two times with a comma between them.")
        return [Condition(column, "gt", (_time(low),)), Condition(column, "lt", (_time(high),))]
    if operation in TIMES:
        return [Condition(column, operation, (_time(text),))]
    values = tuple(text.split(",")) if operation == "in" else (text,)
    if column == "state":
        return [Condition(column, "in", _states(operation, values))]
    shape, said = _SHAPES[column]
    if not all(shape.fullmatch(value) for value in values):
        raise _Unfit(f"Give {said}{_HOW.get(operation, '')}.")
    if column == "reference":
        values = tuple(value.upper() for value in values)
    return [Condition(column, operation or "in", values)]


_SHAPES: Mapping[str, tuple[re.Pattern[str], str]] = {
    "reference": (REFERENCE, "a reference"),
    "form": (SLUG, "the slug of a form"),
}
_HOW = {"in": ", or several with one comma between each", "startswith": ", or how it begins"}


def _states(operation: str, values: tuple[str, ...]) -> tuple[Any, ...]:
    known = [each.value for each in Stands]
    if operation == "startswith":
        found = tuple(each for each in known if each.startswith(values[0]))
        if not found or not values[0]:
            raise _Unfit(f"No state begins like that. They are: {', '.join(known)}.")
        return found
    return tuple(_one_of(value, known) for value in values)


def _one_of(text: str, known: tuple[str, ...] | list[str]) -> str:
    if text not in known:
        raise _Unfit(f"Give one of: {', '.join(known)}.")
    return text


def _number(text: str, least: int, most: int, more: str = "") -> int:
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise _Unfit(f"Give a whole number from {least} to {most}.{more}")
    return int(text)


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise _Unfit("Give a time as 2026-05-31T12:00:00Z.") from None
