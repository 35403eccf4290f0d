"""An agency's own word for a referral: sealed, changed, taken away, and gone with the answers."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from gateway.keys import KeyRing, new_key
from gateway.ledger import Ledger
from gateway.store import own_references, subjects
from gateway.store.database import Database
from gateway.store.people_tables import own_references as table

from .making import rows, send


def test_a_word_is_sealed_changed_and_taken_away(database: Database, ring: KeyRing) -> None:
    reference, other = send(database, ring), send(database, ring)

    assert own_references.keep(database, ring, reference, "case 12")
    (row,) = rows(database, select(table))
    assert b"case 12" not in row.sealed
    assert own_references.of(database, ring, [reference, other]) == {reference: "case 12"}
    own_references.keep(database, ring, reference, "case 13")
    assert own_references.of(database, ring, [reference]) == {reference: "case 13"}
    assert own_references.of(database, KeyRing(new_key()), [reference]) == {}
    own_references.keep(database, ring, reference, "")
    assert rows(database, select(table)) == []


def test_it_is_exported_and_erased_with_the_answers(database: Database, ring: KeyRing, tmp_path: Path) -> None:
    reference = send(database, ring)
    own_references.keep(database, ring, reference, "case 12")

    kept = subjects.everything(database, ring, reference)
    subjects.erase(database, Ledger(tmp_path / "ledger"), reference, actor="nobody", now=datetime.now(UTC))

    assert kept is not None
    assert kept.own_reference == "case 12"
    assert rows(database, select(table)) == []
    assert not own_references.keep(database, ring, reference, "again")
    assert not own_references.keep(database, ring, "RG-0000-0000", "nobody's")
