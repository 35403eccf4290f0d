"""Every address of the pages has a call of the client, a proof against the sandbox and a row in docs/api.md."""

import ast
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest

from gateway.charitylog import Client, Upload, extension_name
from gateway.sandbox import create_sandbox
from tests.docs.reading import section
from tests.whole_api.conftest import Service
from tests.whole_api.endpoints import BODIES, HOST, NEWER, SEEDED, Row
from tests.whole_api.listing import listed

HERE = Path(__file__).parent
ROWS = [*SEEDED, *NEWER]
# Taken by the sandbox as those of other groups are, though no page shows them: that referrals and schedules are changed
# stands without an address, and that a client is read by its bare number without a word about changing it.
PRESUMED = {
    "/v2/referrals/<int:referral>",
    "/v2/schedules/<int:schedule>",
    "/v2/schedules/id/<int:schedule>",
    "/v2/clients/<int:client>",
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.address}")
def test_each_call_goes_to_its_address_and_is_accepted(
    service: Service, client: Client, clients: Callable[..., Client], tmp_path: Path, row: Row
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("An invented letter.")
    room = {"client": client, "current": clients(writes="current"), "letter": letter, "date": date}
    room |= {"Upload": Upload, "extension_name": extension_name, **BODIES, **row.places}

    eval(row.call, room)  # noqa: S307  (our own document)

    (arrived,) = service.arrived
    assert (arrived.method, arrived.address) == (row.method, row.on_the_wire)
    assert unquote(arrived.address) == row.path
    assert 200 <= arrived.status < 300


def test_no_line_of_the_seeds_is_without_a_row_and_no_row_without_a_line() -> None:
    lines = {tuple(line.split()) for line in (HERE / "addresses.txt").read_text().splitlines()}

    assert {(page, row.method, HOST + row.address) for row in SEEDED for page in row.pages.split(", ")} == lines
    assert len(lines) == 79


def test_every_proof_is_a_test_of_this_folder() -> None:
    tests = {
        found.name
        for file in HERE.glob("test_*.py")
        for found in ast.walk(ast.parse(file.read_text()))
        if isinstance(found, ast.FunctionDef)
    }

    assert [row.proof for row in ROWS if row.proof not in tests] == []


def test_no_address_of_the_sandbox_is_without_a_row() -> None:
    addresses = create_sandbox(source="invented", org="invented", user="invented").url_map
    sandbox = addresses.bind("sandbox")
    matched = {sandbox.match(row.path.partition("?")[0], row.method, return_rule=True)[0].rule for row in ROWS}

    rules = {rule.rule for rule in addresses.iter_rules() if rule.rule.startswith("/v2")}
    assert matched == rules - PRESUMED


@pytest.mark.parametrize(
    ("heading", "rows"), [("### On the pages of the seeds", SEEDED), ("### On newer pages", NEWER)]
)
def test_the_table_in_the_docs_is_made_of_these_rows(heading: str, rows: Iterable[Row]) -> None:
    assert listed(rows) in section("docs/api.md", heading), "Paste what `.venv/bin/python -m tests.whole_api` prints."
