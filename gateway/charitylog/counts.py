"""Reads the breakdown that a report is, in every shape that it may have: no page documents one. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.charitylog.errors import NotJson

_ENVELOPES = ("data", "results")
_COUNTS = ("count", "total", "number", "occurrences")


@dataclass(frozen=True)
class Count:
    """How many records have this in the dimension, and that in the metric (None where the report has no metric)."""

    dimension: str
    metric: str | None
    count: int


def counts(raw: object) -> list[Count]:
    """Read a map of counts, a map of maps, or a list of objects that each hold a count. Raises NotJson."""
    return list(_counts(raw))


def _counts(raw: object) -> Iterator[Count]:
    match raw:
        case None:
            return
        case dict() if inner := [raw[name] for name in _ENVELOPES if isinstance(raw.get(name), list | dict)]:
            yield from _counts(inner[0])
        case dict():
            for dimension, value in raw.items():
                yield from _of_a_map(dimension, value)
        case list() if all(isinstance(each, dict) for each in raw):
            yield from map(_of_an_object, raw)
        case _:
            raise NotJson("the answer is no breakdown")


def _of_a_map(dimension: str, value: object) -> Iterator[Count]:
    if isinstance(value, dict):
        for metric, count in value.items():
            yield Count(dimension, metric, _number(count))
    else:
        yield Count(dimension, None, _number(value))


def _of_an_object(each: Mapping[str, object]) -> Count:
    """Read one row: what is left beside its count is the dimension, and the metric where there is one."""
    key = next((name for name in _COUNTS if name in each), None)
    if key is None:
        raise NotJson("a row of the answer holds no count")
    words = ["" if value is None else str(value) for name, value in each.items() if name != key]
    if not 1 <= len(words) <= 2:
        raise NotJson("a row of the answer holds neither a dimension nor a dimension and a metric")
    return Count(words[0], words[1] if len(words) == 2 else None, _number(each[key]))


def _number(value: object) -> int:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise NotJson("the answer holds a count that is no number")
    return int(text)
