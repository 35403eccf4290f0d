"""Filters as the steps of a path: `religion=[1, 3, 10]` becomes `/religion/1;3;10`. Pure.

Source: API Details, 2018 and 2019 (seeds 000 and 001): up to ten pairs of key and value, `;` between several values,
`from,to` between the two dates of a range.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from gateway.charitylog.ids import as_text

MOST = 10
STEPS = frozenset({"", ".", ".."})  # no value of a path: servers take it for a way to another path
RESERVED = frozenset({"field", "dimension", "metric"})  # they mean something else at the same place of a path

Value = str | int | date


@dataclass(frozen=True, repr=False)
class Dates:
    """A range of days, both included: the one value whose comma is no part of a text."""

    first: date
    last: date


Segment = str | tuple[str, ...] | Dates  # a step of a path: a value, several, or a range of dates
# Each kind of list by itself, since a list of one kind is no list of another; no Sequence, since a tuple is a range.
Several = list[Value] | list[int] | list[str] | list[date] | list[int | str] | AbstractSet[Value]
Filter = Value | Several | tuple[date, date] | tuple[str, str]
Pairs = tuple[tuple[str, Segment], ...]


def added(pairs: Pairs, filters: Mapping[str, Filter]) -> Pairs:
    """Add filters to those that are there, or raise ValueError or TypeError by the filter's name, never its value.

    A value is text, a whole number or a date; a list is any of several; a tuple of two dates is a range.
    """
    for name in filters:
        if name in RESERVED:
            raise ValueError(f"{name} is no filter: use .fields() to choose fields, .report() for breakdowns.")
        if name in dict(pairs):
            raise ValueError(f"{name} is filtered by already: give all its values at once, as a list.")
    found = (*pairs, *((name, _segment(name, value)) for name, value in filters.items()))
    if len(found) > MOST:
        raise ValueError(f"The API takes {MOST} filters at most.")
    return found


def _segment(name: str, value: object) -> Segment:
    match value:
        case tuple():
            return _dates(name, value)
        case list() | AbstractSet():
            if not value:
                raise ValueError(f"{name}: name one value at least.")
            return tuple(_text(name, each) for each in value)
        case _:
            return _text(name, value)


def _dates(name: str, value: tuple[object, ...]) -> Dates:
    days: tuple[date, ...] = ()
    with suppress(ValueError, TypeError):  # what is raised there holds a value, and may be no context of what follows
        days = tuple(date.fromisoformat(_text(name, each)) for each in value)
    if len(days) != 2:
        raise ValueError(f"{name}: a tuple is a range of two dates without times; for several values give a list.")
    if days[1] < days[0]:
        raise ValueError(f"{name}: the range ends before it begins.")
    return Dates(*days)


def _text(name: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | date) or isinstance(value, datetime):
        raise TypeError(
            f"{name}: a value is text, a whole number or a date without a time; for yes and no write Y and N."
        )
    text = value.isoformat() if isinstance(value, date) else as_text(value)
    if text in STEPS:
        raise ValueError(f'{name}: a value may not be empty, "." or "..": servers would read it as another path.')
    return text
