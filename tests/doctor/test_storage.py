"""The store in order, and missing, old, locked, full, open to others, behind its time."""

import fcntl
import shutil
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from gateway.doctor import storage
from gateway.store import database, examining

from .conftest import SQLITE, Patient

Told = Callable[..., list[str]]


@SQLITE
def test_a_store_that_cannot_be_reached_is_told_and_the_rest_is_looked_at(patient: Patient, told: Told) -> None:
    gone = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"

    assert told("database", GATEWAY_DATABASE_URL=gone) == [
        "wrong the database cannot be reached — look at GATEWAY_DATABASE_URL and at the database's own log"
    ]
    assert "front" in {each.about for each in patient.examined(GATEWAY_DATABASE_URL=gone)}


@SQLITE
def test_a_missing_file_is_told_and_not_made(patient: Patient, told: Told) -> None:
    path = patient.folder / "other.db"

    assert "there is no file" in told("database", GATEWAY_DATABASE_URL=f"sqlite:///{path}")[0]
    assert not path.exists()


@SQLITE
def test_an_address_that_is_none_and_a_file_that_is_no_database_are_told(patient: Patient, told: Told) -> None:
    assert "is no address" in told("database", GATEWAY_DATABASE_URL="postgresql://127.0.0.1:port/none")[0]
    path = patient.folder / "notes.txt"
    path.write_text("no database " * 1000)

    assert told("database", GATEWAY_DATABASE_URL=f"sqlite:///{path}")[0].startswith("wrong ")


@pytest.mark.parametrize(("version", "words"), [("0001", "run `flask migrate`"), ("9999", "newer version (9999)")])
def test_tables_of_another_version_are_told(patient: Patient, told: Told, version: str, words: str) -> None:
    with patient.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})

    assert any(words in line for line in told("database"))


def test_a_store_that_takes_nothing_is_told(patient: Patient, told: Told) -> None:
    with patient.database.write() as connection:
        if patient.database.sqlite_file:
            connection.execute(text("CREATE TRIGGER full BEFORE INSERT ON progress BEGIN SELECT RAISE(FAIL, 'x'); END"))
        else:
            connection.execute(text("ALTER TABLE progress ADD CONSTRAINT full_up CHECK (name = '')"))

    assert told("database") == [
        "wrong nothing can be written (IntegrityError) — look at the rights of its files, and at its log"
    ]


@SQLITE
def test_somebody_who_writes_all_the_time_is_told(
    patient: Patient, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert patient.database.sqlite_file
    monkeypatch.setattr(examining, "_LOOKS", 2)
    with patient.database.sqlite_file.with_name("gateway.db.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        assert "somebody has been writing" in told("database")[0]


@SQLITE
def test_a_file_that_others_may_open_is_told(patient: Patient, told: Told) -> None:
    assert patient.database.sqlite_file
    patient.database.sqlite_file.chmod(0o644)

    assert told("database") == ["look others on this machine may open gateway.db — take their rights away (chmod 600)"]


@SQLITE
@pytest.mark.parametrize(("free", "state"), [(50, "wrong"), (500, "look"), (5000, "")])
def test_a_disk_that_is_nearly_full_is_told(
    patient: Patient, told: Told, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    assert patient.database.sqlite_file
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free * storage.MIB))

    assert [line.split()[0] for line in told("disk")] == ([state] if state else [])


@SQLITE
def test_a_ledger_that_cannot_be_written_is_told(patient: Patient, told: Told) -> None:
    path = patient.folder / "kept" / "ledger.jsonl"
    assert told("ledger", GATEWAY_LEDGER=str(path)) == []
    assert not path.parent.exists()

    (patient.folder / "file").write_text("")
    assert told("ledger", GATEWAY_LEDGER=f"{patient.folder}/file/ledger.jsonl")[0].startswith("wrong ")
    path.mkdir(parents=True)
    assert told("ledger", GATEWAY_LEDGER=str(path))[0].startswith("wrong ")


@pytest.mark.parametrize(("seconds", "state"), [(-400, "wrong"), (40, "look"), (1, "")])
def test_clocks_that_differ_are_told(told: Told, monkeypatch: pytest.MonkeyPatch, seconds: int, state: str) -> None:
    monkeypatch.setattr(examining, "clock", lambda connection: database.clock(connection) + timedelta(seconds=seconds))

    assert [line.split()[0] for line in told("clock")] == ([state] if state else [])
