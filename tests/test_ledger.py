"""The ledger: whole lines outside the database, whoever writes and whatever breaks off."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.ledger import Entry, Event, Ledger, LedgerProblem

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ONE, TWO, THREE = "RG-0000-0001", "RG-0000-0002", "RG-0000-0003"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger in a folder that is not there yet."""
    return Ledger(tmp_path / "apart" / "ledger.jsonl")


def test_what_was_written_is_read_in_its_order(ledger: Ledger) -> None:
    ledger.delivered([ONE, TWO], NOW)
    ledger.closed([THREE], NOW)
    ledger.erased([ONE], NOW)
    ledger.purged([TWO], NOW)

    assert list(ledger.entries()) == [
        Entry(NOW, Event.DELIVERED, ONE),
        Entry(NOW, Event.DELIVERED, TWO),
        Entry(NOW, Event.CLOSED, THREE),
        Entry(NOW, Event.ERASED, ONE),
        Entry(NOW, Event.PURGED, TWO),
    ]


def test_a_ledger_that_is_not_there_is_empty(ledger: Ledger) -> None:
    ledger.delivered([], NOW)

    assert list(ledger.entries()) == []
    assert not ledger.path.exists()


def test_a_line_is_time_event_and_reference_and_nothing_else(ledger: Ledger) -> None:
    ledger.delivered([ONE], NOW)

    expected = '{"at": "2026-05-04T12:00:00+00:00", "event": "delivered", "reference": "RG-0000-0001"}\n'
    assert ledger.path.read_text() == expected
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("torn", [b'{"at": "2026-05-04T12:00', b"{}", b"\xff\xfe", b'{"at": 1, "event": 2}', b"[]"])
def test_a_line_that_broke_off_is_passed_over_and_spoils_no_other(ledger: Ledger, torn: bytes) -> None:
    ledger.delivered([ONE], NOW)
    with ledger.path.open("ab") as file:
        file.write(torn)
    ledger.delivered([TWO], NOW)
    with ledger.path.open("ab") as file:
        file.write(torn)

    assert [entry.reference for entry in ledger.entries()] == [ONE, TWO]


def test_many_writers_spoil_no_line(ledger: Ledger) -> None:
    def write(number: int) -> None:
        Ledger(ledger.path).delivered([f"RG-{number:04}-{each:04}" for each in range(50)], NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))

    assert len({entry.reference for entry in ledger.entries()}) == 2000


def test_old_lines_are_taken_out_while_others_write(ledger: Ledger) -> None:
    old, before = NOW - timedelta(days=90), NOW - timedelta(days=30)
    ledger.delivered([f"RG-OLD0-{number:04}" for number in range(100)], old)

    def write(number: int) -> None:
        Ledger(ledger.path).delivered([f"RG-NEW0-{number:04}"], NOW)

    with ThreadPoolExecutor(4) as pool:
        writing = pool.map(write, range(200))
        forgotten = sum(Ledger(ledger.path).forget(before) for _ in range(20))
        list(writing)

    assert forgotten == 100
    assert len(list(ledger.entries())) == 200
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600


def test_erasures_are_on_the_disk_and_deliveries_do_not_wait_for_it(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.delivered([ONE], NOW)
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)

    ledger.delivered([ONE], NOW)
    assert synced == []
    ledger.erased([ONE], NOW)
    ledger.purged([ONE], NOW)
    assert len(synced) == 2


def test_one_that_cannot_be_written_says_which_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    ledger = Ledger(tmp_path / "a-file" / "ledger.jsonl")

    with pytest.raises(LedgerProblem, match="GATEWAY_LEDGER"):
        ledger.erased([ONE], NOW)
    assert "a-file/ledger.jsonl cannot be written" in str(ledger.problem())


def test_one_that_can_be_written_has_no_problem(ledger: Ledger) -> None:
    assert ledger.problem() is None
    assert list(ledger.entries()) == []
