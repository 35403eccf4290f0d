"""The referrals of one organisation, page by page: however many there are, a page of them costs the same.

A page goes on behind the last row of the one before, and never counts rows to skip. What an index leads to is walked a
thousand rows at a time; what few rows hold what was asked for is said, and the walk goes on where it ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, case, func, or_, select, true
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from gateway.store import tables
from gateway.store.database import Database
from gateway.store.people_tables import agencies
from gateway.store.referrals import Listed, listing
from gateway.store.states import ReferralState

AT_MOST = 1000  # rows that are walked for a page, and that are counted
PER_PAGE = 50
_JUDGED = ("state", "form", "agency", "test", "created_at")
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

    `total` is None where there are more than were counted, `at_least` so many. `cut`: the walk ended before the page
    was full.
    """

    entries: Sequence[Entry]
    newer: Place | None
    older: Place | None
    total: int | None
    at_least: int
    cut: bool


def page(database: Database, wanted: Wanted, *, behind: Place | None = None, ahead: Place | None = None) -> Page:
    """List the page behind a place, or the one ahead of it; without either the newest."""
    down = ahead is None
    place = behind if down else ahead
    with database.read() as connection:
        walked, matching = connection.execute(_counted(wanted)).one()
        few = walked <= AT_MOST
        rows = connection.execute(_chosen(wanted, place, down=down, few=few)).all()
        full = len(rows) > PER_PAGE
        end = None if few or full or not _others(wanted) else _end(connection, wanted, place, down=down)
    shown = rows[:PER_PAGE] if down else rows[:PER_PAGE][::-1]
    entries = [_entry(row._mapping) for row in shown]
    places = [_place(wanted.sort, each.listed) for each in entries]
    further = end or (places[-1 if down else 0] if full and places else None)
    back = (places[0 if down else -1] if places else place) if place else None
    newer, older = (back, further) if down else (further, back)
    total = matching if few else None
    return Page(entries, newer, older, total, matching, cut=end is not None)


def _counted(wanted: Wanted) -> Select[Any]:
    """Count what the index leads to, and what of it was asked for; one more than are walked means: more."""
    judged = _JUDGED if _others(wanted) else ("created_at",)  # which stands in the index itself
    led = select(*(_table.c[name] for name in judged)).where(*_leading(wanted), *_sent_within(wanted))
    walked = led.limit(AT_MOST + 1).subquery()
    fits = and_(true(), *_others(wanted, walked.c))
    return select(func.count(), func.coalesce(func.sum(case((fits, 1), else_=0)), 0)).select_from(walked)


def _chosen(wanted: Wanted, place: Place | None, *, down: bool, few: bool) -> Select[Any]:
    """Select a page, and one row more."""
    if few and wanted.sort is Sort.CHANGED:
        # What an index leads to is sorted here, rather than all that ever changed walked through for it.
        walk = listing().where(*_leading(wanted), *_sent_within(wanted)).limit(AT_MOST)
    else:
        walk = _walk(wanted, place, down=down).limit(AT_MOST if _others(wanted) else PER_PAGE + 1)
    walked = walk.subquery()
    conditions = [*_others(wanted, walked.c), *_beyond(wanted, place, walked.c, down=down)]
    named = select(walked, agencies.c.name.label("agency_name")).outerjoin(agencies, agencies.c.id == walked.c.agency)
    return named.where(*conditions).order_by(*_order(wanted, walked.c, down=down)).limit(PER_PAGE + 1)


def _walk(wanted: Wanted, place: Place | None, *, down: bool) -> Select[Any]:
    """Walk the index of the order, from a place on."""
    # What no index of this order leads to is left out row by row.
    bounds = [*_leading(wanted), *_sent_within(wanted)] if wanted.sort is Sort.SENT else [_of(wanted)]
    where = [*bounds, *_beyond(wanted, place, _table.c, down=down)]
    return listing().where(*where).order_by(*_order(wanted, _table.c, down=down))


def _end(connection: Connection, wanted: Wanted, place: Place | None, *, down: bool) -> Place | None:
    """Give the place where a walk ended, if there is more behind it."""
    key = _key(wanted, _table.c)
    last = _walk(wanted, place, down=down).with_only_columns(key.label("at"), _table.c.reference)
    row = connection.execute(last.offset(AT_MOST - 1).limit(1)).first()
    return Place(row.at, row.reference) if row else None


def _of(wanted: Wanted) -> ColumnElement[bool]:
    # No bare column beside an agency: its own index is the shorter way.
    mine = _table.c.organisation.concat("") if wanted.agency and wanted.sort is Sort.SENT else _table.c.organisation
    return mine == wanted.organisation


def _leading(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Say what an index leads to: all of an organisation, or what one thing narrows it down to."""
    if wanted.agency:
        return [_table.c.organisation.concat("") == wanted.organisation, _table.c.agency == wanted.agency]
    narrow = [_table.c[name] == value for name, value in _asked(wanted)[:1]]
    return [_table.c.organisation == wanted.organisation, *narrow]


def _asked(wanted: Wanted) -> list[tuple[str, object]]:
    """Name what was asked for, what is seldom first; what has an index before what has none."""
    asked = [("agency", wanted.agency), ("state", wanted.state), ("form", wanted.form)]
    return [(name, value) for name, value in asked if value]


def _sent_within(wanted: Wanted) -> list[ColumnElement[bool]]:
    at = _table.c.created_at
    bounds = [at >= wanted.since if wanted.since else None, at < wanted.before if wanted.before else None]
    return [each for each in bounds if each is not None]


def _others(wanted: Wanted, columns: Columns = _table.c) -> list[ColumnElement[bool]]:
    """Say what is left out row by row; empty where the index of the order leads to nothing else."""
    asked = _asked(wanted) if wanted.sort is Sort.CHANGED else _asked(wanted)[1:]
    found = [columns[name] == value for name, value in asked]
    if wanted.test is not None:
        found.append(columns.test.is_(wanted.test))
    if wanted.sort is Sort.CHANGED:
        found += [columns.created_at >= wanted.since] if wanted.since else []
        found += [columns.created_at < wanted.before] if wanted.before else []
    return found


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
