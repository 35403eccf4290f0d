"""The referrals of one organisation, page by page: however many there are, a page of them costs the same.

A page goes on behind the last row of the one before, and never counts rows to skip. What an index leads to is walked a
thousand rows at a time; what few rows hold what was asked for is said, and the walk goes on where it ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, TextClause, func, or_, select, text
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from gateway.store import tables
from gateway.store.columns import Utc
from gateway.store.database import Database
from gateway.store.people_tables import agencies
from gateway.store.referrals import Listed, listing
from gateway.store.states import NOT_DELIVERED, ReferralState

AT_MOST = 1000  # rows that are walked for a page, and that are counted
PER_PAGE = 50
_FIRST, _LAST = "RG-0000-0000", "RG-ZZZZ-ZZZZ"  # no reference stands before the one, or behind the other
_table = tables.referrals
Columns = ReadOnlyColumnCollection[str, Any]


class Sort(StrEnum):
    """What the newest is: sent last, or changed last."""

    SENT = "sent"
    CHANGED = "changed"


class Place(NamedTuple):
    """Where in a list a row stands: a page begins behind it, or ends before it."""

    at: datetime
    reference: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which referrals of an organisation, and in which order; times are about when they were sent."""

    organisation: str
    state: ReferralState | None = None
    form: str | None = None
    agency: str | None = None
    test: bool | None = None
    since: datetime | None = None
    before: datetime | None = None
    sort: Sort = Sort.SENT


@dataclass(frozen=True, slots=True)
class Entry:
    """A referral of a list, and the agency that sent it."""

    listed: Listed
    agency: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some referrals, the newest first, and where the pages before and behind them are.

    `total` is None where there may be more than were counted; `many`: there are. `cut`: the walk ended before the page
    was full.
    """

    entries: Sequence[Entry]
    newer: Place | None
    older: Place | None
    total: int | None
    many: bool
    cut: bool


def page(database: Database, wanted: Wanted, *, behind: Place | None = None, ahead: Place | None = None) -> Page:
    """List the page behind a place, or the one ahead of it; without either the newest."""
    down = ahead is None
    place = behind if down else ahead
    with database.read() as connection:
        walked = _count(connection, wanted)
        few, others = walked <= AT_MOST, _others(wanted)
        total = None if not few else _count(connection, wanted, *others) if others else walked
        end = _end(connection, wanted, place, down=down) if others and not few else None
        rows = connection.execute(_chosen(wanted, place, end, down=down, few=few)).all()
    full = len(rows) > PER_PAGE
    shown = rows[:PER_PAGE] if down else rows[:PER_PAGE][::-1]
    entries = [_entry(row._mapping) for row in shown]
    places = [_place(wanted.sort, each.listed) for each in entries]
    further = (places[-1 if down else 0] if places else None) if full else end
    back = (places[0 if down else -1] if places else place) if place else None
    newer, older = (back, further) if down else (further, back)
    return Page(entries, newer, older, total, many=not few and not others, cut=not full and end is not None)


def _count(connection: Connection, wanted: Wanted, *others: ColumnElement[bool]) -> int:
    """Count what the index leads to; one more than are walked means: more."""
    # A column that stands in the index itself: no row is read for it.
    led = select(_table.c.created_at).where(*_leading(wanted), *_sent_within(wanted), *others).limit(AT_MOST + 1)
    return connection.scalar(select(func.count()).select_from(led.subquery())) or 0


def _chosen(wanted: Wanted, place: Place | None, end: Place | None, *, down: bool, few: bool) -> Select[Any]:
    """Select a page, and one row more."""
    if few and wanted.sort is Sort.CHANGED:
        # What an index leads to is sorted here, rather than all that ever changed walked through for it.
        # In that index's own order, or PostgreSQL may read the table until it has come by so many.
        led = listing().where(*_leading(wanted), *_sent_within(wanted)).order_by(_table.c.created_at.desc())
        walked = led.limit(AT_MOST).subquery()
        found, columns = select(walked), walked.c
        found = found.where(*_beyond(wanted, place, columns, down=down)).order_by(*_order(wanted, columns, down=down))
    else:
        found, columns = _walk(wanted, place, down=down), _table.c
        found = found.where(*_until(wanted, end, down=down))
    named = found.add_columns(agencies.c.name.label("agency_name")).outerjoin(agencies, agencies.c.id == columns.agency)
    mine = columns.organisation.concat("") == wanted.organisation  # nobody sees another's, whatever led here
    return named.where(mine, *_others(wanted, columns)).limit(PER_PAGE + 1)


def _walk(wanted: Wanted, place: Place | None, *, down: bool) -> Select[Any]:
    """Walk the index of the order, from a place on."""
    # What no index of this order leads to is left out row by row.
    bounds = [*_leading(wanted), *_sent_within(wanted)] if wanted.sort is Sort.SENT else [_scope(wanted)]
    where = [*bounds, *_beyond(wanted, place, _table.c, down=down)]
    return listing().where(*where).order_by(*_order(wanted, _table.c, down=down))


def _end(connection: Connection, wanted: Wanted, place: Place | None, *, down: bool) -> Place | None:
    """Give the place where a walk ends, behind all of one moment, if so many are there."""
    key = _key(wanted, _table.c)
    # In the order of time alone, which is the index's: no row is read for it.
    last = _walk(wanted, place, down=down).with_only_columns(key).order_by(None).order_by(key.desc() if down else key)
    at = connection.scalar(last.offset(AT_MOST - 1).limit(1))
    return Place(at, _FIRST if down else _LAST) if at else None


def _leading(wanted: Wanted) -> list[ColumnElement[bool] | TextClause]:
    """Say what an index leads to: all of an organisation or of an agency, or what one thing narrows it down to."""
    led = _led_by(wanted)
    narrow = [_table.c[name] == value for name, value in _asked(wanted).items() if name == led]
    # Spelt out, for that index has the rare states alone.
    return [_scope(wanted), *narrow, *([text(f"referrals.{NOT_DELIVERED}")] if led == "state" else [])]


def _scope(wanted: Wanted) -> ColumnElement[bool]:
    if not wanted.agency:
        return _table.c.organisation == wanted.organisation
    # An agency is of one organisation, and so is all that it sent: no row is read to count it.
    theirs = select(agencies.c.id).where(agencies.c.id == wanted.agency, agencies.c.organisation == wanted.organisation)
    return _table.c.agency == theirs.scalar_subquery()


def _led_by(wanted: Wanted) -> str:
    """Name what an index leads to beside the scope; "" where there is no such thing. What is seldom comes first."""
    if wanted.state and wanted.state is not ReferralState.DELIVERED:
        return "state"
    return "form" if wanted.form else ""


def _asked(wanted: Wanted) -> dict[str, str]:
    return {name: value for name, value in (("state", wanted.state), ("form", wanted.form)) if value}


def _sent_within(wanted: Wanted) -> list[ColumnElement[bool]]:
    at = _table.c.created_at
    bounds = [at >= wanted.since if wanted.since else None, at < wanted.before if wanted.before else None]
    return [each for each in bounds if each is not None]


def _others(wanted: Wanted, columns: Columns = _table.c) -> list[ColumnElement[bool]]:
    """Say what is left out row by row; empty where the index of the order leads to nothing else."""
    led = _led_by(wanted) if wanted.sort is Sort.SENT else ""
    # No bare columns: another index would lead away from the order, and all that it leads to would be sorted.
    found = [columns[name].concat("") == value for name, value in _asked(wanted).items() if name != led]
    if wanted.test is not None:
        found.append(columns.test.is_(wanted.test))
    if wanted.sort is Sort.CHANGED:
        sent = func.coalesce(columns.created_at, columns.updated_at, type_=Utc)
        found += [sent >= wanted.since] if wanted.since else []
        found += [sent < wanted.before] if wanted.before else []
    return found


def _until(wanted: Wanted, end: Place | None, *, down: bool) -> list[ColumnElement[bool]]:
    """Say where a walk ends: with all of that moment."""
    if end is None:
        return []
    key = _key(wanted, _table.c)
    return [key >= end.at if down else key <= end.at]


def _beyond(wanted: Wanted, place: Place | None, columns: Columns, *, down: bool) -> list[ColumnElement[bool]]:
    if place is None:
        return []
    key = _key(wanted, columns)
    # The first half alone is what an index can be walked by.
    if down:
        return [key <= place.at, or_(key < place.at, columns.reference < place.reference)]
    return [key >= place.at, or_(key > place.at, columns.reference > place.reference)]


def _order(wanted: Wanted, columns: Columns, *, down: bool) -> list[ColumnElement[Any]]:
    key = _key(wanted, columns)
    return [key.desc(), columns.reference.desc()] if down else [key, columns.reference]


def _key(wanted: Wanted, columns: Columns) -> ColumnElement[datetime]:
    found: ColumnElement[datetime] = columns.created_at if wanted.sort is Sort.SENT else columns.updated_at
    return found


def _place(sort: Sort, listed: Listed) -> Place:
    return Place(listed.created_at if sort is Sort.SENT else listed.updated_at, listed.reference)


def _entry(row: RowMapping) -> Entry:
    fields = dict(row)
    agency = fields.pop("agency_name")
    return Entry(Listed(**fields), agency)
