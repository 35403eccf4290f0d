"""What an agency has sent, as its own software reads it: in parts, sorted, by conditions on what is no answer.

However much there is, no part costs more than the rows that are read for it: so many of what an index leads to, or so
many in the order of the list. A part that ended before it was full says where the next one goes on.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    TextClause,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)

from gateway.store.database import Database
from gateway.store.listing import Columns, Place
from gateway.store.states import NOT_DELIVERED, ReferralState, Stands, stands
from gateway.store.tables import referrals

LIMIT = 20
MOST = 1000  # rows that are counted along an index, or passed over
READ = 250  # rows that are read for a part, whether they fit or not
_FIRST, _LAST = "RG-0000-0000", "RG-ZZZZ-ZZZZ"
_EVER = datetime.min.replace(tzinfo=UTC)
_Which = Sequence[ColumnElement[bool] | TextClause]


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
    """What a list asks of one column: an operation of OPERATIONS, `in` or `startswith`, and what to compare with.

    A column that is asked several things has to meet all of them.
    """

    column: str
    operation: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a list: `sort` is one of COLUMNS; `behind` is where the part before it ended."""

    sort: str = "created_at"
    descending: bool = True
    limit: int = LIMIT
    offset: int = 0
    behind: Place | None = None
    conditions: Sequence[Condition] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list.

    `total` is none where it would take long to know. Where there may be more, `end` is where they
    go on, with `passed` of those that were to be passed over behind them.
    """

    objects: list[Listed]
    total: int | None
    end: Place | None
    passed: int


@dataclass(frozen=True, slots=True)
class _Lead:
    """What an index leads to, and the column that it has in order behind that."""

    where: _Which
    order: ColumnElement[Any]


OPERATIONS: Mapping[str, Callable[..., ColumnElement[bool]]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda column, *values: column.in_(values),
    "startswith": lambda column, value: column.startswith(value, autoescape=True),
}
COLUMNS: Mapping[str, str] = {
    **{name: name for name in ("reference", "form", "created_at", "updated_at", "imported_at")},
    "passed_on_at": "delivered_at",
}


def find(database: Database, agency: str, reference: str) -> Listed | None:
    """Find a referral of an agency by its reference."""
    with database.read() as connection:
        row = connection.execute(_LISTED.where(*_of(agency), referrals.c.reference == reference)).first()
    return _listed(row) if row else None


def standing_as(word: Stands) -> _Which:
    """Tell of a referral that it stands so, in a way that leads along an index to what is not most of them."""
    which = _stands_as(word, referrals.c)
    match word:
        case Stands.PASSED_ON:
            return [which]
        case Stands.IMPORTED:
            return [which, referrals.c.imported_at > _EVER]
        case _:
            return [which, text(f"referrals.{NOT_DELIVERED}")]


def listed(database: Database, agency: str, wanted: Wanted) -> Part:
    """List what an agency has sent that meets all conditions."""
    with database.read() as connection:
        others = _others(wanted)
        if not others:
            return _along(connection, agency, wanted)
        return _among(connection, agency, wanted, _few(connection, agency, wanted, others))


def _along(connection: Connection, agency: str, wanted: Wanted) -> Part:
    """List where the index of the order leads to nothing else: it is walked until the part is full."""
    which = (*_of(agency), *_asked(wanted, referrals.c))
    rows = connection.execute(_part(_LISTED.where(*which, *_beyond(wanted, referrals.c)), wanted, referrals.c)).all()
    total = _count(connection, which, MOST)
    return _filled(wanted, rows, total if total <= MOST else None)


def _among(connection: Connection, agency: str, wanted: Wanted, few: Subquery | None) -> Part:
    """List what fits among few rows: all that an index leads to, or so many in the order of the list."""
    walk = _LISTED.where(*_of(agency), *_asked(wanted, referrals.c, wanted.sort), *_beyond(wanted, referrals.c))
    walk = walk.order_by(*_order(wanted, referrals.c))
    last = None if few is not None else connection.execute(walk.offset(READ - 1).limit(1)).first()
    walked = few if few is not None else walk.limit(READ).subquery()
    fits = select(walked).where(walked.c.agency == agency, *_asked(wanted, walked.c))
    rest = fits.where(*_beyond(wanted, walked.c))
    rows = connection.execute(_part(rest, wanted, walked.c)).all()
    complete = last is None and (few is not None or wanted.behind is None)
    part = _filled(wanted, rows, _number(connection, fits) if complete else None)
    if part.end is not None or last is None:
        return part
    return replace(part, end=_place(wanted, last), passed=min(wanted.offset, _number(connection, rest)))


def _filled(wanted: Wanted, rows: Sequence[Row[Any]], total: int | None) -> Part:
    end = _place(wanted, rows[wanted.limit - 1]) if len(rows) > wanted.limit else None
    return Part([_listed(row) for row in rows[: wanted.limit]], total, end, wanted.offset)


def _few(connection: Connection, agency: str, wanted: Wanted, others: Sequence[str]) -> Subquery | None:
    """Give all rows that an index leads to for one of the conditions, where those are few."""
    for column in others:
        leads = _leads(connection, agency, column, [each for each in wanted.conditions if each.column == column])
        if leads and sum(_count(connection, lead.where, READ) for lead in leads) <= READ:
            # In the index's own order, which keeps PostgreSQL from reading the table until it has come by so many.
            few = (_LISTED.where(*lead.where).order_by(lead.order).limit(READ).subquery() for lead in leads)
            return union_all(*map(select, few)).subquery()
    return None


def _leads(connection: Connection, agency: str, column: str, asked: Sequence[Condition]) -> list[_Lead]:
    """Say by what an index leads to what is asked of one column; nothing where no index does."""
    if column == "state":
        words = set[Stands].intersection(*({Stands(word) for word in each.values} for each in asked))
        # To what was passed on leads no index: it is what most are, or were.
        return [] if Stands.PASSED_ON in words else [_lead_to(agency, word) for word in words]
    if column == "form":
        begins = [each for each in asked if each.operation == "startswith"]
        known = [each for each in (_forms(connection, agency) if begins else ())
                 if all(each.startswith(one.values) for one in begins)]  # fmt: skip
        named = [referrals.c.form.in_(known)] if begins else _holding(asked, referrals.c)
        return [_Lead([*_of(agency), *named], referrals.c.created_at)]
    if column == "reference":
        # Of all agencies: the index of references names none. What else is asked of it is looked at in the rows.
        one = asked[0]
        named = [_from_to(*one.values) if one.operation == "startswith" else referrals.c.reference.in_(one.values)]
        return [_Lead(named, referrals.c.reference)]
    return [_Lead([*_of(agency), *_holding(asked, referrals.c)], referrals.c[COLUMNS[column]])]


def _lead_to(agency: str, word: Stands) -> _Lead:
    order = referrals.c.imported_at if word is Stands.IMPORTED else referrals.c.created_at
    return _Lead([*_of(agency), *standing_as(word)], order)


def _forms(connection: Connection, agency: str) -> list[str]:
    """Name the forms by which an agency sent anything, a step along the index for each."""
    form, of = referrals.c.form, _of(agency)
    first = select(func.min(form).label("form")).where(*of).cte("forms", recursive=True)
    following = select(func.min(form)).where(*of, form > first.c.form).scalar_subquery()
    every = first.union_all(select(following).where(first.c.form.is_not(None)))
    return [each for each in connection.scalars(select(every.c.form)) if each]


def _from_to(begins: str) -> ColumnElement[bool]:
    # Whole references, which every collation has in one order, rather than beginnings of them.
    return referrals.c.reference.between(begins + _FIRST[len(begins) :], begins + _LAST[len(begins) :])


def _others(wanted: Wanted) -> list[str]:
    """Name the columns that the index of the order knows nothing of, what is seldom first."""
    asked = {each.column for each in wanted.conditions} - {wanted.sort}
    forms = [each for each in wanted.conditions if each.column == "form"]
    if wanted.sort == "created_at" and len(forms) == 1 and forms[0].operation == "in" and len(forms[0].values) == 1:
        asked.discard("form")  # there is an index of this order for each form
    return sorted(asked, key=[*COLUMNS, "state"].index)


def _number(connection: Connection, found: Select[Any]) -> int:
    return connection.scalar(select(func.count()).select_from(found.subquery())) or 0


def _count(connection: Connection, which: _Which, most: int) -> int:
    # Of no column: then the index alone is walked.
    counted = select(literal(1)).select_from(referrals).where(*which).limit(most + 1)
    return _number(connection, counted)


def _of(agency: str) -> _Which:
    # Spelt out, so that the indexes of those with an agency are used.
    return referrals.c.agency == agency, referrals.c.agency.is_not(None)


def _asked(wanted: Wanted, columns: Columns, *names: str) -> list[ColumnElement[bool]]:
    """Say what is asked of these columns; of all of them where none is named."""
    return _holding([each for each in wanted.conditions if not names or each.column in names], columns)


def _holding(asked: Sequence[Condition], columns: Columns) -> list[ColumnElement[bool]]:
    return [_holds(each, columns) for each in asked]


def _holds(asked: Condition, columns: Columns) -> ColumnElement[bool]:
    if asked.column == "state":
        return or_(*(_stands_as(Stands(word), columns) for word in asked.values))
    found: ColumnElement[bool] = OPERATIONS[asked.operation](columns[COLUMNS[asked.column]], *asked.values)
    return found


def _stands_as(word: Stands, columns: Columns) -> ColumnElement[bool]:
    of = {imported: [each for each in ReferralState if stands(each, imported=imported) is word]
          for imported in (True, False)}  # fmt: skip
    if of[True] == of[False]:
        found: ColumnElement[bool] = columns.state.in_(of[True])
        return found
    return or_(columns.imported_at.is_not(None) & columns.state.in_(of[True]),
               columns.imported_at.is_(None) & columns.state.in_(of[False]))  # fmt: skip


def _part(found: Select[Any], wanted: Wanted, columns: Columns) -> Select[Any]:
    return found.order_by(*_order(wanted, columns)).offset(wanted.offset).limit(wanted.limit + 1)


def _order(wanted: Wanted, columns: Columns) -> list[ColumnElement[Any]]:
    order = (columns[COLUMNS[wanted.sort]], columns.reference)
    return [each.desc() for each in order] if wanted.descending else list(order)


def _beyond(wanted: Wanted, columns: Columns) -> list[ColumnElement[bool]]:
    if wanted.behind is None:
        return []
    (at, reference), key = wanted.behind, columns[COLUMNS[wanted.sort]]
    # The first half alone is what an index can be walked by.
    if wanted.descending:
        return [key <= at, or_(key < at, columns.reference < reference)]
    return [key >= at, or_(key > at, columns.reference > reference)]


def _place(wanted: Wanted, row: Row[Any]) -> Place:
    return Place(getattr(row, COLUMNS[wanted.sort]), row.reference)


def _listed(row: Row[Any]) -> Listed:
    stand = stands(ReferralState(row.state), imported=row.imported_at is not None)
    return Listed(row.reference, row.form, stand, row.created_at, row.updated_at, row.delivered_at, row.imported_at)


_LISTED = select(*(referrals.c[name] for name in (*COLUMNS.values(), "state", "agency")))
