"""The referrals of one organisation, page by page: however many there are, a page of them costs the same.

A page goes on behind the last row of the one before, and never counts rows to skip. What an index leads to is walked a
thousand rows at a time; what few rows hold what was asked for is said, and the walk goes on where it ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, TextClause, func, select, text

from gateway.store import tables
from gateway.store.columns import Utc
from gateway.store.database import Database
from gateway.store.people_tables import agencies
from gateway.store.referrals import Listed, listing
from gateway.store.states import NOT_DELIVERED, ReferralState
from gateway.store.walking import FIRST, GREATEST, LAST, LEAST, Columns, Place, Span, along, between

AT_MOST = 1000  # rows that are walked for a page, and that are counted
PER_PAGE = 50
_table = tables.referrals


class Sort(StrEnum):
    """What the newest is: sent last, or changed last."""

    SENT = "sent"
    CHANGED = "changed"


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
    down, parts = ahead is None, [(ahead, behind)]
    with database.read() as connection:
        walked = _count(connection, wanted)
        few, others = walked <= AT_MOST, _others(wanted)
        total = None if not few else _count(connection, wanted, *others) if others else walked
        end = _end(connection, wanted, parts, down=down) if others and not few else None
        if end:
            parts.append((Place(end, FIRST), None) if down else (None, Place(end, LAST)))
        rows = connection.execute(_chosen(wanted, parts, down=down, few=few)).all()
    full = len(rows) > PER_PAGE
    shown = rows[:PER_PAGE] if down else rows[:PER_PAGE][::-1]
    # Nobody sees another's, whatever led here. PostgreSQL would take that for rare, and sort all that there is.
    entries = [_entry(row._mapping) for row in shown if row.organisation == wanted.organisation]
    places = [_place(wanted.sort, each.listed) for each in entries]
    place = behind if down else ahead
    ended = Place(end, LEAST if down else GREATEST) if end else None
    further = (places[-1 if down else 0] if places else None) if full else ended
    back = (places[0 if down else -1] if places else place) if place else None
    newer, older = (back, further) if down else (further, back)
    return Page(entries, newer, older, total, many=not few and not others, cut=not full and end is not None)


def _count(connection: Connection, wanted: Wanted, *others: ColumnElement[bool]) -> int:
    """Count what the index leads to; one more than are walked means: more."""
    # A column that stands in the index itself: no row is read for it.
    led = _led(wanted, select(_table.c.created_at), _days(wanted)).where(*others).limit(AT_MOST + 1)
    return connection.scalar(select(func.count()).select_from(led.subquery())) or 0


def _chosen(wanted: Wanted, parts: Sequence[Span], *, down: bool, few: bool) -> Select[Any]:
    """Select a page, and one row more."""
    if few and wanted.sort is Sort.CHANGED:
        # What an index leads to is sorted here, rather than all that ever changed walked through for it.
        # In that index's own order, or PostgreSQL may read the table until it has come by so many.
        led = _led(wanted, listing(), _days(wanted)).order_by(_table.c.created_at.desc())
        walked = led.limit(AT_MOST).subquery()
        found, columns = select(walked).where(*between(_key(wanted), walked.c, *parts)), walked.c
    else:
        found, columns = _walk(wanted, parts), _table.c
    order = [columns[_key(wanted)], columns.reference]
    found = found.order_by(*(each.desc() if down else each for each in order))
    named = found.add_columns(agencies.c.name.label("agency_name")).outerjoin(agencies, agencies.c.id == columns.agency)
    return named.where(*_others(wanted, columns)).limit(PER_PAGE + 1)


def _walk(wanted: Wanted, parts: Sequence[Span]) -> Select[Any]:
    """Walk the index of the order through what is in all of these parts."""
    # What no index of this order leads to is left out row by row.
    if wanted.sort is Sort.SENT:
        return _led(wanted, listing(), _days(wanted), *parts)
    return along(listing(), _scope_of(wanted), "updated_at").where(
        _scope(wanted), *between("updated_at", _table.c, *parts)
    )


def _led(wanted: Wanted, found: Select[Any], *parts: Span) -> Select[Any]:
    """Select what an index leads to, sent within all of these parts."""
    led = [each for each in (_led_by(wanted),) if each]
    found = along(found, _scope_of(wanted), *led, "created_at")
    return found.where(*_leading(wanted), *between("created_at", _table.c, *parts))


def _end(connection: Connection, wanted: Wanted, parts: Sequence[Span], *, down: bool) -> datetime | None:
    """Give the moment with which a walk ends, if so many are there."""
    key = _table.c[_key(wanted)]
    # In the order of time alone, which is the index's: no row is read for it.
    last = _walk(wanted, parts).with_only_columns(key).order_by(key.desc() if down else key)
    found: datetime | None = connection.scalar(last.offset(AT_MOST - 1).limit(1))
    return found


def _leading(wanted: Wanted) -> list[ColumnElement[bool] | TextClause]:
    """Say what an index leads to: all of an organisation or of an agency, or what one thing narrows it down to."""
    led = _led_by(wanted)
    narrow = [_table.c[name] == value for name, value in _asked(wanted).items() if name == led]
    # Spelt out, for that index has the rare states alone.
    return [_scope(wanted), *narrow, *([text(f"referrals.{NOT_DELIVERED}")] if led == "state" else [])]


def _scope_of(wanted: Wanted) -> str:
    return "agency" if wanted.agency else "organisation"


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


def _days(wanted: Wanted) -> Span:
    """Say between which places all stands that was sent in the days that were asked for."""
    return Place(wanted.since, FIRST) if wanted.since else None, Place(wanted.before, FIRST) if wanted.before else None


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


def _key(wanted: Wanted) -> str:
    return "created_at" if wanted.sort is Sort.SENT else "updated_at"


def _place(sort: Sort, listed: Listed) -> Place:
    return Place(listed.created_at if sort is Sort.SENT else listed.updated_at, listed.reference)


def _entry(row: RowMapping) -> Entry:
    fields = dict(row)
    agency = fields.pop("agency_name")
    return Entry(Listed(**fields), agency)
