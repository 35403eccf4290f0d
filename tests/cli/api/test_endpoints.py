"""Every address of the vendor's pages, reached from the command line, and exactly that one."""

import json
from pathlib import Path

import pytest

from tests.whole_api.endpoints import BODIES, NEWER, SEEDED, Row

from .conftest import Typing, Wire

ROWS = [
    *SEEDED,
    *NEWER,
    # Named as groups, and shown in no address.
    *(Row("", "GET", f"/v2/{name}", "", f"get {name}", "") for name in ("due_contacts", "workers", "schedules")),
    # Presumed for the current reading: the newer pages name the verb, and no copy shows the whole address.
    Row("", "PUT", "/v2/clients/id/CLIENT_ID", "current.", "update clients CLIENT_ID --from changes.json", ""),
    Row("", "PUT", "/v2/referrals/id/REFERRAL_ID", "current.", "update referrals REFERRAL_ID priority=1", ""),
]
WRITTEN = [row for row in ROWS if row.method != "GET"]


def named(row: Row) -> str:
    """Name a case by what is typed."""
    return f"{row.command} {row.method}"


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "GET"], ids=named)
def test_an_address_is_read(typed: Typing, wire: Wire, row: Row) -> None:
    done = typed(*row.command_line)

    assert wire.sent == [f"GET {row.on_the_wire}"]
    assert done.exit_code == 0, done.output
    assert done.stdout or "Nothing was found." in done.stderr


@pytest.mark.parametrize("row", WRITTEN, ids=named)
def test_nothing_is_written_without_yes(typed: Typing, wire: Wire, row: Row) -> None:
    _prepare(row)

    held = typed(*row.command_line)

    assert wire.sent == []
    assert wire.sandbox.calls.counted() == ({}, 0)
    assert held.exit_code == 0
    assert held.stdout.startswith(f"{row.method} http://127.0.0.1:{wire.port}{row.on_the_wire}\n")
    assert held.stdout.endswith("Nothing was sent. Add --yes to send it.\n")
    assert "Invented" not in held.stdout
    assert "Testperson" not in held.stdout


@pytest.mark.parametrize("row", WRITTEN, ids=named)
def test_yes_writes_once_in_the_reading_that_the_organisation_wants(typed: Typing, wire: Wire, row: Row) -> None:
    _prepare(row)

    done = typed(*row.command_line, "--yes")

    assert wire.sent == [f"{row.method} {row.on_the_wire}"]
    assert done.exit_code == 0, done.output
    assert "(answered 20" in done.stdout


def _prepare(row: Row) -> None:
    for name, body in BODIES.items():
        Path(f"{name}.json").write_text(json.dumps(body), encoding="utf-8")
    Path("letter.txt").write_text("An invented letter.", encoding="utf-8")
    if row.call.startswith("current."):
        file = Path("organisations/carers/organisation.yaml")
        file.write_text(f"{file.read_text(encoding='utf-8')}  writes: current\n", encoding="utf-8")
