"""Migrations run while the version before serves: its tables take what it writes, and nobody waits for a rebuilding."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import MetaData, text, update

from gateway.cli.migrate import upgrade
from gateway.store import copying
from gateway.store.database import Database
from gateway.store.tables import REVISION

from .full import contents, fill, row

BEFORE = f"{int(REVISION) - 1:04}"
LARGE = {"referrals", "instances", "jobs", "attempts", "payloads", "mails", "files", "chunks", "audit"}


@pytest.fixture
def old(empty_database: Database) -> Iterator[MetaData]:
    """The tables as the version before knows them, in a database that is brought up to date in the test."""
    upgrade(empty_database, to=BEFORE)
    with empty_database.read() as connection:
        yield copying.reflected(connection)


def test_the_version_before_reads_and_writes_all_its_tables_after_the_upgrade(
    empty_database: Database, old: MetaData
) -> None:
    fill(empty_database, old)
    before = contents(empty_database, old)

    upgrade(empty_database)

    assert contents(empty_database, old) == before
    with empty_database.write() as connection:
        for table in old.sorted_tables:
            values = row(table, 4)
            connection.execute(table.insert().values(**values))
            if table.name == "audit":  # which the version before only adds to as well
                continue
            keys = [column == values[column.name] for column in table.primary_key.columns]
            assert connection.execute(update(table).where(*keys).values(**values)).rowcount == 1
    assert all(len(found) == 4 for found in contents(empty_database, old).values())


def test_who_sends_by_the_version_before_while_it_is_upgraded_is_not_refused(
    empty_database: Database, old: MetaData
) -> None:
    fill(empty_database, old, rows=1)
    store = Database(empty_database.url.render_as_string(hide_password=False))
    upgraded, begun = threading.Event(), threading.Event()

    def send() -> int:
        number = 1
        while not upgraded.is_set() or number < 12:
            number += 1
            with store.write() as connection:
                for name in ("definitions", "referrals", "instances", "jobs"):
                    connection.execute(old.tables[name].insert().values(**row(old.tables[name], number)))
            begun.set()
        return number

    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send)
        assert begun.wait(30) or sending.result()
        upgrade(empty_database)
        upgraded.set()

    assert len(contents(empty_database, old)["referrals"]) == sending.result()
    assert empty_database.problem() is None
    store.close()


@pytest.mark.parametrize("empty_database", ["sqlite"], indirect=True)
def test_on_sqlite_no_large_table_is_built_anew(empty_database: Database, old: MetaData) -> None:
    fill(empty_database, old)

    def places() -> dict[str, int]:
        with empty_database.read() as connection:
            found = connection.execute(text("SELECT name, rootpage FROM sqlite_master WHERE type = 'table'"))
            return {name: page for name, page in found if name in LARGE}

    before = places()
    upgrade(empty_database)

    assert places() == before
