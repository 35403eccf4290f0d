"""What was sent, and what became of it, in numbers by span of time: how many, by form, how fast, how calls ended.

Tests are left out; what was purged still counts, for its row stays. Each span is found through an index by its own
bounds, so that a question costs what its time holds, however much was sent before.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Connection,
    Integer,
    and_,
    case,
    cast,
    column,
    extract,
    func,
    select,
    values,
)

from gateway.store.columns import Utc
from gateway.store.database import Database
from gateway.store.states import ReferralState
from gateway.store.tables import attempts, referrals


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment until another one, which is no part of it any more."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Came:
    """How many referrals came in by one form in one span (by its place), and how many of these stand how by now."""

    span: int
    form: str
    sent: int
    delivered: int
    closed: int  # without having been delivered


@dataclass(frozen=True, slots=True)
class Took:
    """How long those took that came in one span and are delivered: half of them and nine in ten were not slower."""

    span: int
    half: timedelta
    nine_in_ten: timedelta


Times = Mapping[int, Counter[int]]  # seconds from sending to delivery, and how many took them, by span


@dataclass(frozen=True, slots=True)
class Ended:
    """How many calls that began in one span ended in one way."""

    span: int
    outcome: str
    count: int


def came(database: Database, organisation: str, spans: Sequence[Span]) -> list[Came]:
    """Count what came in, by span and form; spans and forms without any are left out."""
    span = _spans(spans)
    delivered = referrals.c.delivered_at.is_not(None)
    closed = and_(referrals.c.delivered_at.is_(None), referrals.c.state == ReferralState.CLOSED)
    with database.read() as connection:
        wanted = (
            select(
                span.c.place.label("span"),
                referrals.c.form,
                func.count().label("sent"),
                func.sum(case((delivered, 1), else_=0), type_=Integer).label("delivered"),
                func.sum(case((closed, 1), else_=0), type_=Integer).label("closed"),
            )
            .join_from(span, referrals, _came_in(connection, span, spans, organisation))
            .group_by(span.c.place, referrals.c.form)
            .order_by(span.c.place, referrals.c.form)
        )
        return [Came(**row._mapping) for row in connection.execute(wanted)]


def times(database: Database, organisation: str, spans: Sequence[Span]) -> Times:
    """Count how many took how many seconds from sending to delivery, by span of sending."""
    span = _spans(spans)
    with database.read() as connection:
        seconds = cast(func.round(_seconds(connection)), Integer).label("seconds")
        wanted = (
            select(span.c.place, seconds, func.count().label("number"))
            .join_from(span, referrals, _came_in(connection, span, spans, organisation))
            .where(referrals.c.delivered_at.is_not(None))
            .group_by(span.c.place, seconds)
        )
        found: dict[int, Counter[int]] = {}
        for place, took, number in connection.execute(wanted):
            found.setdefault(place, Counter())[took] += number
        return found


def took(times: Times) -> list[Took]:
    """Say how long it took, by span; spans without a delivery are left out."""
    return [Took(place, _within(times[place], 2, 1), _within(times[place], 10, 9)) for place in sorted(times)]


def _within(times: Mapping[int, int], parts: int, of: int) -> timedelta:
    """Say within what time so many parts of them were delivered: one that somebody's referral took, not one between."""
    passed, wanted = 0, sum(times.values()) * of
    for seconds in sorted(times):
        passed += times[seconds]
        if passed * parts >= wanted:
            break
    return timedelta(seconds=max(0, seconds))


def ended(database: Database, organisation: str, spans: Sequence[Span]) -> list[Ended]:
    """Count the calls of an organisation's destination that ended, by the span in which they began and by outcome."""
    span = _spans(spans)
    with database.read() as connection:
        # On SQLite as an expression: else the index of organisations leads through all that was ever sent to this one.
        whose = referrals.c.organisation.concat("") if _on_sqlite(connection) else referrals.c.organisation
        wanted = (
            select(span.c.place.label("span"), attempts.c.outcome, func.count().label("count"))
            .join_from(span, attempts, _falls_in(connection, span, spans, attempts.c.started_at))
            .join(referrals, referrals.c.reference == attempts.c.reference)
            .where(whose == organisation, attempts.c.outcome.is_not(None), referrals.c.test.is_(False))
            .group_by(span.c.place, attempts.c.outcome)
            .order_by(span.c.place, attempts.c.outcome)
        )
        return [Ended(**row._mapping) for row in connection.execute(wanted)]


def _spans(spans: Sequence[Span]) -> CTE:
    table = values(column("place", Integer), column("begins", Utc), column("ends", Utc), name="span")
    return table.data([(place, each.begins, each.ends) for place, each in enumerate(spans)]).cte("spans")


def _came_in(connection: Connection, span: CTE, spans: Sequence[Span], organisation: str) -> ColumnElement[bool]:
    mine = and_(referrals.c.organisation == organisation, referrals.c.test.is_(False))
    return and_(mine, _falls_in(connection, span, spans, referrals.c.created_at))


def _falls_in(connection: Connection, span: CTE, spans: Sequence[Span], time: Column[datetime]) -> ColumnElement[bool]:
    within = and_(time >= span.c.begins, time < span.c.ends)
    if _on_sqlite(connection):
        return within
    # The outer bounds change no answer. PostgreSQL tells by them how few rows to expect; SQLite would go through all of
    # them for each span.
    return and_(within, time >= min(each.begins for each in spans), time < max(each.ends for each in spans))


def _seconds(connection: Connection) -> ColumnElement[Any]:
    begun, done = referrals.c.created_at, referrals.c.delivered_at
    if _on_sqlite(connection):
        return (func.julianday(done) - func.julianday(begun)) * 86400
    return extract("epoch", done - begun)


def _on_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"
