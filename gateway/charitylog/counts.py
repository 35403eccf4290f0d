"""Reads the breakdown that a report is, in every shape that it may have: no page documents one. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.charitylog.envelope import WORDS, opened
from gateway.charitylog.errors import NotJson

_COUNTS = frozenset({"count", "total", "number", "occurrences"})


@dataclass(frozen=True)
class Count:
    """How many records have this in the dimension, and that in the metric (None where the report has no metric)."""

    dimension: str
    metric: str | None
    count: int


def counts(raw: object) -> list[Count]:
    """Read a map of counts, a map of maps, or a list of objects that each hold a count. Raises NotJson."""
    return list(_counts(opened(raw)))


def _counts(found: object) -> Iterator[Count]:
    match found:
        case None:
            return
        case dict() if not found or not WORDS.issuperset(found):
            for dimension, value in _without_totals(found).items():
                yield from _of_a_map(dimension, value)
        case list() if all(isinstance(each, dict) for each in found):
            yield from map(_of_an_object, found)
        case _:
            raise NotJson("the answer is no breakdown")


def _of_a_map(dimension: str, value: object) -> Iterator[Count]:
    if isinstance(value, dict):
        for metric, count in _without_totals(value).items():
            yield Count(dimension, metric, _number(count))
    else:
        yield Count(dimension, None, _number(value))


def _without_totals(found: Mapping[str, object]) -> Mapping[str, object]:
    if _COUNTS.intersection(found):
        raise NotJson("the answer may hold a total among what it counts")
    return found


def _of_an_object(each: Mapping[str, object]) -> Count:
    """Read one row: what is left beside its count is the dimension, and the metric where there is one."""
    keys = _COUNTS.intersection(each)
    if len(keys) != 1:
        raise NotJson("a row of the answer holds no count, or several")
    words = [_word(value) for name, value in each.items() if name not in keys]
    # An id beside another word is more likely its number than a dimension.
    if not 1 <= len(words) <= 2 or ("id" in each and len(words) == 2):
        raise NotJson("a row of the answer holds neither a dimension nor a dimension and a metric")
    return Count(words[0], words[1] if len(words) == 2 else None, _number(each[min(keys)]))


def _word(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        raise NotJson("a row of the answer holds something other than words")
    return "" if value is None else str(value)


def _number(value: object) -> int:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise NotJson("the answer holds a count that is no number")
    return int(text)
