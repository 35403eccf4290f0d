"""What the tables are made of: times in UTC, states that are checked, counters, indexes of a part of the rows."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, DateTime, Dialect, Index, Integer, MetaData, event, text
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """An aware UTC time; naive ones are refused before they reach the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone, and write UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone reached the store")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(column: str, states: type[StrEnum]) -> CheckConstraint:
    """Refuse what is no state of this kind."""
    allowed = ", ".join(f"'{state.value}'" for state in states)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_is_known")


def partial(name: str, *columns: str, where: str) -> Index:
    """Index the rows of one condition, on both databases; a query has to spell the same condition out."""
    index = Index(name, *columns)

    # Not before it is made: to name a database here would load all that is known of it, also where it is not in use.
    @event.listens_for(index, "before_create")
    def _narrow(made: Index, connection: Connection, **_: object) -> None:
        made.dialect_kwargs[f"{connection.dialect.name}_where"] = text(where)

    return index


def counter(name: str) -> Column[Any]:
    """A number that begins at nought."""
    return Column(name, Integer, nullable=False, server_default=text("0"))
