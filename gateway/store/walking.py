"""Walks along an index of the referrals: between two places of a list, and no step further.

An index is walked by one bound on each side. So of several the tightest is taken, which says all that the others say.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, or_
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from gateway.store.tables import referrals

LEAST, GREATEST = "RG-0000-0000", "RG-ZZZZ-ZZZZ"
# No references: before and behind all of one moment, in the order of every collation.
FIRST, LAST = "", GREATEST + "Z"
Columns = ReadOnlyColumnCollection[str, Any]


class Place(NamedTuple):
    """Where in a list a row stands: a page begins behind it, or ends before it."""

    at: datetime
    reference: str


Span = tuple[Place | None, Place | None]


def along(found: Select[Any], *columns: str) -> Select[Any]:
    """Lead SQLite along the index of these columns; what PostgreSQL knows of its tables leads it there by itself."""
    return found.with_hint(referrals, f"INDEXED BY {_INDEXES[frozenset(columns)]}", "sqlite")


def between(key: str, columns: Columns, *spans: Span) -> list[ColumnElement[bool]]:
    """Say of a row that it stands behind the first place of each span, and before the other, in ascending order."""
    at, reference = columns[key], columns.reference
    found: list[ColumnElement[bool]] = []
    above, below = [each for each, _ in spans if each], [each for _, each in spans if each]
    if above:
        place = max(above)
        found.append(at > place.at if place.reference == LAST else at >= place.at)
        if place.reference not in {FIRST, LAST}:
            found.append(or_(at > place.at, reference > place.reference))
    if below:
        place = min(below)
        found.append(at < place.at if place.reference == FIRST else at <= place.at)
        if place.reference not in {FIRST, LAST}:
            found.append(or_(at < place.at, reference < place.reference))
    return found


_INDEXES = {frozenset(each.columns.keys()): each.name for each in referrals.indexes}
