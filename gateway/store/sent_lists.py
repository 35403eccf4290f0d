"""What an agency has sent, as its people and software read it: in parts, sorted, by conditions on what is no answer.

However much there is, no part costs more than the rows that are read for it: so many of what an index leads to, or so
many in the order of the list. A part that ended before it was full says where the next one goes on.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
    Select,
    Subquery,
    TextClause,
    false,
    func,
    literal,
    or_,
    select,
    text,
    union,
    union_all,
)

from gateway.store.database import Database
from gateway.store.states import NOT_DELIVERED, ReferralState, Stands, stands
from gateway.store.tables import referrals
from gateway.store.walking import FIRST, GREATEST, LAST, LEAST, Columns, Place, Span, along, between

LIMIT = 20
MOST = 1000  # rows that are counted along an index, or passed over
READ = 250  # rows that are read for a part, whether they fit or not
_Union = CompoundSelect[Any]
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listed:
    """A referral as its sender sees it: never an answer, never a reason. `account` is an account, or a token."""

    reference: str
    form: str
    definition: str
    state: Stands
    test: bool
    created_at: datetime
    updated_at: datetime
    passed_on_at: datetime | None
    imported_at: datetime | None
    purged_at: datetime | None
    account: str | None


@dataclass(frozen=True, slots=True)
class Condition:
    """What a list asks of one column: `gt`, `gte`, `lt`, `lte`, `in` or `startswith`, and what to compare with.

    A column that is asked several things has to meet all of them.
    """

    column: str
    operation: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a list: `sort` is `created_at` or `updated_at`; `behind` is where the part before it ended."""

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


SPANS: Mapping[str, Callable[[datetime], Span]] = {
    "gt": lambda at: (Place(at, LAST), None),
    "gte": lambda at: (Place(at, FIRST), None),
    "lt": lambda at: (None, Place(at, FIRST)),
    "lte": lambda at: (None, Place(at, LAST)),
}
# What conditions may be about, what is seldom first, and the column of each.
COLUMNS: Mapping[str, str] = {
    **{name: name for name in ("reference", "state", "account", "form", "created_at", "updated_at", "imported_at")},
    "passed_on_at": "delivered_at",
}


def find(database: Database, agency: str, reference: str) -> Listed | None:
    """Find a referral of an agency by its reference."""
    with database.read() as connection:
        row = connection.execute(_LISTED.where(_of(agency), referrals.c.reference == reference)).first()
    return _listed(row) if row else None


def listed(database: Database, agency: str, wanted: Wanted) -> Part:
    """List what an agency has sent that meets all conditions."""
    way = _way(wanted)
    others = sorted({each.column for each in wanted.conditions} - {*way}, key=[*COLUMNS].index)
    with database.read() as connection:
        if not others:
            return _along(connection, agency, wanted, way)
        few = _few(connection, agency, wanted, others)
        return _among(connection, agency, wanted, few) if few is not None else _within(connection, agency, wanted, way)


def _along(connection: Connection, agency: str, wanted: Wanted, way: Sequence[str]) -> Part:
    """List where the index of the order leads to nothing else: it is walked until the part is full."""
    part = _filled(wanted, connection.execute(_part(_walk(agency, wanted, way), wanted, referrals.c)).all())
    total = _number(connection, _counted(_walk(agency, _whole(wanted), way)).limit(MOST + 1))
    return replace(part, total=total if total <= MOST else None)


def _among(connection: Connection, agency: str, wanted: Wanted, few: Subquery) -> Part:
    """List what fits among the few rows that an index leads to."""
    part = _filled(wanted, connection.execute(_part(_fitting(few, agency, wanted), wanted, few.c)).all())
    return replace(part, total=_number(connection, _fitting(few, agency, _whole(wanted))))


def _within(connection: Connection, agency: str, wanted: Wanted, way: Sequence[str]) -> Part:
    """List what fits among so many rows in the order of the list."""
    walk = _walk(agency, wanted, way).order_by(*_order(wanted, referrals.c))
    walked = walk.limit(READ).subquery()
    fits = _fitting(walked, agency, wanted)
    part = _filled(wanted, connection.execute(_part(fits, wanted, walked.c)).all())
    if part.end is not None:
        return part
    if last := connection.execute(walk.offset(READ - 1).limit(1)).first():
        return replace(part, end=_place(wanted, last), passed=min(wanted.offset, _number(connection, fits)))
    return part if wanted.behind else replace(part, total=_number(connection, fits))


def _filled(wanted: Wanted, rows: Sequence[Row[Any]]) -> Part:
    end = _place(wanted, rows[wanted.limit - 1]) if len(rows) > wanted.limit else None
    return Part([_listed(row) for row in rows[: wanted.limit]], None, end, wanted.offset)


def _way(wanted: Wanted) -> Sequence[str]:
    """Name the columns of the index that is walked, behind the agency; the last is the one of the order."""
    for column in ("form", "account"):
        asked = [each for each in wanted.conditions if each.column == column]
        one = len(asked) == 1 and asked[0].operation == "in" and len(asked[0].values) == 1
        if one and wanted.sort == "created_at":
            return column, "created_at"
    return (wanted.sort,)


def _walk(agency: str, wanted: Wanted, way: Sequence[str]) -> Select[Any]:
    return along(_LISTED, "agency", *way).where(_of(agency), *_asked(wanted, referrals.c, way))


def _few(connection: Connection, agency: str, wanted: Wanted, others: Sequence[str]) -> Subquery | None:
    """Give all rows that an index leads to for one of the conditions, where those are few."""
    for column in others:
        leads = _leads(connection, agency, wanted, column)
        # Each of many leads to a row at least.
        if 0 < len(leads) <= READ and _number(connection, _together(union_all, map(_counted, leads), READ + 1)) <= READ:
            return _together(union, leads, READ).subquery()  # each once, though two of them may lead to it
    return None


def _leads(connection: Connection, agency: str, wanted: Wanted, column: str) -> list[Select[Any]]:
    """Select in its own order what an index leads to for what is asked of one column; nothing where none does.

    Each goes along one piece of an index, so that PostgreSQL does not read the table until it has come by so many.
    """
    asked = [each for each in wanted.conditions if each.column == column]
    match column:
        case "reference":
            # Of all agencies: the index of references names none. What else is asked of it is looked at in the rows.
            return [_LISTED.where(_begins_or_is(asked[0])).order_by(referrals.c.reference)]
        case "form" | "account":
            known = [each for each in _known(connection, agency, column) if all(_fits(each, one) for one in asked)]
            found = [_lead(agency, (column, "created_at"), referrals.c[column] == each) for each in known]
        case "state":
            words = set[Stands].intersection(*({Stands(word) for word in each.values} for each in asked))
            if Stands.PASSED_ON in words:
                return []  # that is what most are, or were
            states = [each for each in ReferralState if stands(each, imported=False) in words]
            narrow = text(f"referrals.{NOT_DELIVERED}")
            found = [_lead(agency, ("state", "created_at"), referrals.c.state == each, narrow) for each in states]
            if Stands.IMPORTED in words:
                found.append(_lead(agency, ("imported_at",), referrals.c.imported_at > _EVER))
        case _:
            found = [_lead(agency, (COLUMNS[column],), *_asked(wanted, referrals.c, [column]))]
    return found or [_LISTED.where(false())]


def _lead(agency: str, columns: Sequence[str], *where: ColumnElement[bool] | TextClause) -> Select[Any]:
    return along(_LISTED, "agency", *columns).where(_of(agency), *where).order_by(referrals.c[columns[-1]])


def _known(connection: Connection, agency: str, column: str) -> list[str]:
    """Name the forms, or the accounts, by which an agency sent anything: a step along the index for each."""
    values = select(literal("").label("value")).cte("known", recursive=True)
    following = along(select(func.min(referrals.c[column])), "agency", column, "created_at")
    following = following.where(_of(agency), referrals.c[column] > values.c.value)
    every = values.union_all(select(following.scalar_subquery()).where(values.c.value.is_not(None)))
    return [each for each in connection.scalars(select(every.c.value)) if each]


def _fits(value: str, asked: Condition) -> bool:
    return value.startswith(asked.values) if asked.operation == "startswith" else value in asked.values


def _begins_or_is(asked: Condition) -> ColumnElement[bool]:
    reference = referrals.c.reference
    if asked.operation == "in":
        return reference.in_(asked.values)
    # Whole references, which every collation has in one order, rather than beginnings of them.
    begins = str(asked.values[0])
    return reference.between(begins + LEAST[len(begins) :], begins + GREATEST[len(begins) :])


def _together(
    put: Callable[..., CompoundSelect[Any]], several: Iterable[Select[Any]], most: int
) -> CompoundSelect[Any]:
    return put(*(select(each.limit(most).subquery()) for each in several))


def _counted(found: Select[Any]) -> Select[Any]:
    # Of no column: then the index alone is walked.
    return found.with_only_columns(literal(1).label("one")).order_by(None)


def _number(connection: Connection, found: Select[Any] | _Union) -> int:
    return connection.scalar(select(func.count()).select_from(found.subquery())) or 0


def _of(agency: str) -> ColumnElement[bool]:
    return referrals.c.agency == agency


def _whole(wanted: Wanted) -> Wanted:
    return replace(wanted, behind=None)


def _fitting(walked: Subquery, agency: str, wanted: Wanted) -> Select[Any]:
    return select(walked).where(walked.c.agency == agency, *_asked(wanted, walked.c, COLUMNS))


def _asked(wanted: Wanted, columns: Columns, names: Iterable[str]) -> list[ColumnElement[bool]]:
    """Say what is asked of the columns of these names, and of that of the order where the part begins."""
    found: list[ColumnElement[bool]] = []
    for name in names:
        asked = [each for each in wanted.conditions if each.column == name]
        spans = [SPANS[each.operation](*each.values) for each in asked if each.operation in SPANS]
        if name == wanted.sort:
            spans.append((None, wanted.behind) if wanted.descending else (wanted.behind, None))
        found += between(COLUMNS[name], columns, *spans)
        found += [_holds(each, columns) for each in asked if each.operation not in SPANS]
    return found


def _holds(asked: Condition, columns: Columns) -> ColumnElement[bool]:
    if asked.column == "state":
        return or_(*(_stands_as(Stands(word), columns) for word in asked.values))
    column: ColumnElement[str] = columns[asked.column]
    if asked.operation == "startswith":
        return column.startswith(asked.values[0], autoescape=True)
    return column.in_(asked.values)


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


def _place(wanted: Wanted, row: Row[Any]) -> Place:
    return Place(getattr(row, COLUMNS[wanted.sort]), row.reference)


def _listed(row: Row[Any]) -> Listed:
    return Listed(
        row.reference,
        row.form,
        row.definition,
        stands(ReferralState(row.state), imported=row.imported_at is not None),
        row.test,
        row.created_at,
        row.updated_at,
        row.delivered_at,
        row.imported_at,
        row.purged_at,
        row.account,
    )


_LISTED = select(*(referrals.c[name] for name in (*COLUMNS.values(), "definition", "test", "purged_at", "agency")))
