"""Purging by hand: says first what would go, asks, and does no more than the worker does."""

import pytest
from sqlalchemy import select

from gateway.keys import KeyRing
from gateway.store import referrals, tables
from gateway.store.database import Database

from ..store.keeping import ended, laden, proven
from ..store.making import rows
from .conftest import Typing


@pytest.fixture
def reference(database: Database, ring: KeyRing) -> str:
    found = laden(database, ring).reference
    ended(database, found, "delivered")
    return found


def sealed(database: Database) -> list[object]:
    return [row.sealed for row in rows(database, select(tables.referrals))]


def test_of_an_unproven_destination_it_says_what_has_to_be_done(
    typed: Typing, database: Database, reference: str
) -> None:
    result = typed("referrals", "purge", "--yes")

    assert result.exit_code == 0
    assert "nothing to purge; 1 stay until `flask destinations prove riverside`" in result.stdout
    assert reference not in result.stdout
    assert all(sealed(database))


def test_a_dry_run_only_says_what_would_go(typed: Typing, database: Database, reference: str) -> None:
    proven(database)

    result = typed("referrals", "purge", "--dry-run")

    assert f"riverside: 1 to purge ({reference})" in result.stdout
    assert all(sealed(database))


def test_it_asks_first(typed: Typing, database: Database, reference: str) -> None:
    proven(database)

    result = typed("referrals", "purge", stdin="n\n")

    assert result.exit_code == 1
    assert all(sealed(database))
    assert typed("referrals", "purge", stdin="y\n").stdout.endswith("1 purged.\n")
    assert not any(sealed(database))
    found = referrals.find(database, reference)
    assert found is not None
    assert found.purged_at is not None
    (trail,) = rows(database, select(tables.audit))
    assert (trail.actor, trail.action, trail.reference) == ("command line", "purge", reference)


def test_an_organisation_that_it_cannot_read_ends_the_command(typed: Typing, reference: str) -> None:
    result = typed("referrals", "purge", "--organisation", "elsewhere", "--yes")

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: How long elsewhere keeps things cannot be read")
    assert reference
