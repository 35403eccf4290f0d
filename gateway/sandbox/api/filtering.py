"""What an address asks of a group, and which records pass. It knows no group: only keys, values and days."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort

from gateway.sandbox.api.addresses import value, values
from gateway.sandbox.charity.database import as_text

MOST_FILTERS = 10
DAYS = frozenset({"date", "date_active", "day", "start_date", "end_date", "updated"})
NO_FILTERS = frozenset({"field", "dimension", "metric"})
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Filter:
    """One key and what it may be: any of these texts, or a day within any of these ranges. Its repr holds no value."""

    key: str
    texts: frozenset[str]
    ranges: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"Filter({self.key!r})"

    def passes(self, record: Mapping[str, Any]) -> bool:
        """Tell whether a record passes; what it does not have counts as an empty text."""
        held = record.get(self.key)
        if is_day(self.key):
            days = [as_text(each)[:10] for each in (held if isinstance(held, list) else [held])]
            return any(first <= day <= last for day in days for first, last in self.ranges)
        return text_of(held) in self.texts


@dataclass(frozen=True)
class Query:
    """A whole address below a group."""

    filters: tuple[Filter, ...]
    fields: tuple[str, ...] | None
    words: tuple[str, ...]  # of a report: its dimension, and its metric if it has one

    @property
    def single(self) -> bool:
        """Is one record asked for, by its id?"""
        return any(each.key == "id" and len(each.texts) == 1 for each in self.filters)

    def among(self, records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """List the records that pass every filter."""
        return [record for record in records if all(each.passes(record) for each in self.filters)]


def read_query(segments: Sequence[str], known: Set[str]) -> Query:
    """Read the raw segments behind a group, or answer what is wrong with them.

    Pairs of key and value in any order, up to ten filters, `;` between values, `from,to` between days ("API Details",
    2018 and 2019). A number alone in front is an id ("API Entities"). That a key stands once only is invented.
    """
    pairs = _pairs(segments)
    asked = {key: raw for key, raw in pairs.items() if key not in NO_FILTERS}
    if len(asked) > MOST_FILTERS:
        abort(400, f"At most {MOST_FILTERS} filters are taken.")
    if unknown := set(asked) - known:
        abort(400, f"{len(unknown)} of the keys are not among those by which this group is filtered.")
    fields = tuple(values(pairs["field"])) if "field" in pairs else None
    if "metric" in pairs and "dimension" not in pairs:
        abort(400, "A metric needs a dimension.")
    words = tuple(value(pairs[word]) for word in ("dimension", "metric") if word in pairs)
    return Query(tuple(_filter(key, raw) for key, raw in asked.items()), fields, words)


def is_day(key: str) -> bool:
    """Is this key asked for by days? Those of extension databases bear a number: `date_43`."""
    return key in DAYS or key.startswith("date_")


def text_of(held: object) -> str:
    """Write what a record holds as a filter would; nothing is an empty text."""
    return "" if held is None else as_text(held)


def _pairs(segments: Sequence[str]) -> dict[str, str]:
    parts = list(segments)
    if parts and parts[0].isascii() and parts[0].isdecimal():  # no key is a number
        parts.insert(0, "id")
    if len(parts) % 2 and parts[-1] == "":  # a slash before the question mark, as in the vendor's own example
        parts.pop()
    if len(parts) % 2:
        abort(404, "Filters come in pairs: a key and a value.")
    keys = [value(each) for each in parts[::2]]
    if len(set(keys)) < len(keys):
        abort(400, "A key stands once only: put several values behind it, with a semicolon between.")
    return dict(zip(keys, parts[1::2], strict=True))


def _filter(key: str, raw: str) -> Filter:
    if is_day(key):
        return Filter(key, frozenset(), tuple(_range(each) for each in raw.split(";")))
    return Filter(key, frozenset(values(raw)))


def _range(raw: str) -> tuple[str, str]:
    days = [value(each) for each in raw.split(",")]
    if len(days) > 2 or not all(_is_date(each) for each in days):
        abort(400, "A date is a day as YYYY-MM-DD, or the first and the last one with a comma between.")
    return days[0], days[-1]


def _is_date(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False
