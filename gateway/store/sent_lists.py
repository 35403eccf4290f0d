"""What an agency has sent, as its own software reads it: in parts, sorted, by conditions on what is no answer.

However much there is, no list counts or passes over more than so many rows: it says that there are more instead.
"""

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, literal, or_, select

from gateway.store.database import Database
from gateway.store.states import ReferralState
from gateway.store.tables import referrals

MOST = 10_000  # rows that are counted, or passed over


class Stands(StrEnum):
    """Where a referral stands, in the words of those who sent it."""

    RECEIVED = "received"  # on its way
    PASSED_ON = "passed_on"  # in the charity's own system
    IMPORTED = "imported"  # taken into the records there
    NEEDS_ATTENTION = "needs_attention"  # somebody at the charity looks after it
    CLOSED = "closed"  # the charity has dealt with it


@dataclass(frozen=True, slots=True)
class Listed:
    """A referral as its sender's software sees it: never an answer, never a reason."""

    reference: str
    form: str
    state: Stands
    created_at: datetime
    updated_at: datetime
    passed_on_at: datetime | None
    imported_at: datetime | None


@dataclass(frozen=True, slots=True)
class Condition:
    """What a list asks of one column: an operation of OPERATIONS, `in` or `startswith`, and what to compare with."""

    column: str
    operation: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list; `total` is none where there are more than MOST."""

    objects: list[Listed]
    total: int | None
    more: bool


OPERATIONS: Mapping[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def find(database: Database, agency: str, reference: str) -> Listed | None:
    """Find a referral of an agency by its reference."""
    with database.read() as connection:
        row = connection.execute(_LISTED.where(*_of(agency), referrals.c.reference == reference)).first()
    return _listed(row) if row else None


def listed(
    database: Database,
    agency: str,
    conditions: Sequence[Condition] = (),
    *,
    sort: str,
    descending: bool,
    limit: int,
    offset: int,
) -> Part:
    """List what an agency has sent that meets all conditions; `sort` is one of COLUMNS."""
    which = (*_of(agency), *map(_condition, conditions))
    column, tie = COLUMNS[sort], referrals.c.reference
    order = (column.desc(), tie.desc()) if descending else (column, tie)
    # Of no column: then the index alone can be walked.
    counted = select(literal(1)).select_from(referrals).where(*which).limit(MOST + 1).subquery()
    with database.read() as connection:
        rows = connection.execute(_LISTED.where(*which).order_by(*order).limit(limit + 1).offset(offset)).all()
        total = connection.scalar(select(func.count()).select_from(counted)) or 0
    return Part([_listed(row) for row in rows[:limit]], total if total <= MOST else None, len(rows) > limit)


def stands(words: Collection[str]) -> ColumnElement[bool]:
    """Tell of a referral that it stands as one of these words says."""
    return or_(*(_STANDS[Stands(word)] for word in words))


def _of(agency: str) -> tuple[ColumnElement[bool], ...]:
    # Spelt out, so that the index of those with an agency is used.
    return referrals.c.agency == agency, referrals.c.agency.is_not(None)


def _condition(asked: Condition) -> ColumnElement[bool]:
    if asked.column == "state":
        return stands(asked.values)
    column = COLUMNS[asked.column]
    if asked.operation == "in":
        return column.in_(asked.values)
    (value,) = asked.values
    if asked.operation == "startswith":
        return column.startswith(value, autoescape=True)
    return OPERATIONS[asked.operation](column, value)


def _listed(row: Row[*tuple[Any, ...]]) -> Listed:
    return Listed(
        row.reference, row.form, Stands(row.stands), row.created_at, row.updated_at, row.delivered_at, row.imported_at
    )


_IMPORTED = referrals.c.imported_at.is_not(None)
_STANDS: Mapping[Stands, ColumnElement[bool]] = {
    Stands.RECEIVED: referrals.c.state.in_((ReferralState.PENDING, ReferralState.SENDING)),
    Stands.PASSED_ON: and_(referrals.c.state == ReferralState.DELIVERED, ~_IMPORTED),
    Stands.IMPORTED: and_(referrals.c.state == ReferralState.DELIVERED, _IMPORTED),
    Stands.NEEDS_ATTENTION: referrals.c.state.in_((ReferralState.HELD, ReferralState.UNKNOWN, ReferralState.FAILED)),
    Stands.CLOSED: referrals.c.state == ReferralState.CLOSED,
}
COLUMNS: Mapping[str, ColumnElement[Any]] = {
    "reference": referrals.c.reference,
    "form": referrals.c.form,
    "created_at": referrals.c.created_at,
    "updated_at": referrals.c.updated_at,
    "passed_on_at": referrals.c.delivered_at,
    "imported_at": referrals.c.imported_at,
}
_LISTED = select(
    referrals.c.reference,
    referrals.c.form,
    case(*((condition, word.value) for word, condition in _STANDS.items()), else_=Stands.RECEIVED.value).label(
        "stands"
    ),
    referrals.c.created_at,
    referrals.c.updated_at,
    referrals.c.delivered_at,
    referrals.c.imported_at,
)
