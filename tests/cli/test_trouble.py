"""What disk and database refuse in the midst of a command is said in plain words, without a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

from gateway.keys import KeyRing
from gateway.store.database import Database
from tests.docs.reading import ROOT

from ..store.making import send
from .conftest import Typing

FLASK = Path(sys.executable).with_name("flask")


def test_a_database_that_fails_meanwhile_is_told_by_its_class_alone(
    typed: Typing, database: Database, ring: KeyRing
) -> None:
    reference = send(database, ring)
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO gone")

    result = typed("referrals", "settle", reference, "close")

    assert result.exit_code == 1
    assert "The database refused it" in result.output
    assert reference not in result.output
    assert "Traceback" not in result.output


def test_a_folder_of_organisations_that_is_not_there_is_named(typed: Typing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_ORGANISATIONS", "/nowhere")

    result = typed("destinations", "status")

    assert result.exit_code == 1
    assert "/nowhere is not a folder" in result.output


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_behind_the_output_is_named() -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [FLASK, "keys", "new"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )

    assert ended.returncode != 0
    assert "No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr
