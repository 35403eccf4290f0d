"""Purging by hand: says first what would go, asks, and does no more than the worker does."""

import pytest
from sqlalchemy import select

from gateway.keys import KeyRing
from gateway.store import referrals, tables
from gateway.store.database import Database

from ..store.keeping import ended, laden, proven
from ..store.making import rows
from .conftest import Typing
from .dying import dying


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


@pytest.mark.parametrize(
    ("when", "place", "gone"),
    [
        ("after", "gateway.store.emptying.empty", False),
        ("after", "gateway.ledger.Ledger.purged", False),
        ("before", "gateway.store.database.Database.checkpoint", True),
    ],
)
def test_killed_in_the_middle_it_is_whole_or_gone_and_the_next_time_it_is_gone(
    typed: Typing, database: Database, reference: str, when: str, place: str, gone: bool
) -> None:
    proven(database)

    dying(when, place, "referrals", "purge", "--yes")

    tables_of_it = (tables.referrals, tables.payloads, tables.attempts, tables.files, tables.chunks, tables.mails)
    kept = [len(rows(database, select(table.c.sealed).where(table.c.sealed.is_not(None)))) for table in tables_of_it]
    assert kept == ([0] * 6 if gone else [1] * 6)
    assert typed("referrals", "purge", "--yes").exit_code == 0
    found = referrals.find(database, reference)
    assert found is not None
    assert found.purged_at is not None


def test_an_erasure_that_was_killed_is_not_half_done(typed: Typing, database: Database, reference: str) -> None:
    dying("after", "gateway.ledger.Ledger.erased", "referrals", "erase", reference, "--yes")

    assert all(sealed(database))
    assert typed("referrals", "erase", reference, "--yes").exit_code == 0
    assert not any(sealed(database))
