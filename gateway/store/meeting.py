"""An INSERT that may meet a row of its key. Each database has its own, and only that of the one in use is loaded."""

from importlib import import_module
from typing import TYPE_CHECKING, cast

from sqlalchemy import Dialect, Table

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert


def insert_into(dialect: Dialect, table: Table) -> "Insert":
    """Begin an INSERT that can say what to do on a conflict; both databases say it in the same words."""
    return cast("Insert", import_module(f"sqlalchemy.dialects.{dialect.name}").insert(table))
