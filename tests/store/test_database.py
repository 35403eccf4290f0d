"""The way into the store: durable, one writer at a time on SQLite, and plain words when it cannot be used."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select, text

from gateway.keys import KeyRing
from gateway.store import definitions, destinations, tables, workers
from gateway.store.database import MOVED, Database, Moved, clock
from gateway.store.destinations import Standing

from .making import DEFINITION, NOW, change_job, rows, send

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)]
)
def test_sqlite_is_opened_so_that_stored_means_on_the_disk(database: Database, pragma: str, value: object) -> None:
    with database.read() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_write_on_sqlite_holds_the_lock_from_its_first_line(database: Database) -> None:
    assert database.sqlite_file is not None
    other = sqlite3.connect(database.sqlite_file, timeout=0, isolation_level=None)

    with database.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")

    other.execute("BEGIN IMMEDIATE")
    other.execute("ROLLBACK")
    other.close()


def test_writers_of_several_processes_take_turns(database: Database) -> None:
    # A second Database has a pool, a lock and a file handle of its own, as a second process has.
    stores = [database, *(Database(database.url.render_as_string(hide_password=False)) for _ in range(3))]
    with database.write() as connection:
        destinations.remember(connection, "riverside", rejected_in_a_row=0)
    together = Barrier(len(stores))
    column = tables.destinations.c.rejected_in_a_row

    def count(store: Database) -> None:
        together.wait()
        for _ in range(10):
            with store.write() as connection:
                connection.execute(tables.destinations.update().values(rejected_in_a_row=column + 1))

    with ThreadPoolExecutor(len(stores)) as pool:
        list(pool.map(count, stores))

    assert rows(database, select(column))[0][0] == 40
    for store in stores[1:]:
        store.close()


def test_a_block_that_raises_undoes_what_it_wrote(database: Database) -> None:
    def write() -> None:
        with database.write() as connection:
            destinations.remember(connection, "riverside", rejected_in_a_row=1)
            raise LookupError

    with pytest.raises(LookupError):
        write()

    assert destinations.standings(database) == {}


def test_the_clock_of_the_database_is_utc(database: Database) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)  # SQLite's clock counts milliseconds
    with database.read() as connection:
        found = clock(connection)

    assert before <= found <= datetime.now(UTC)
    assert found.tzinfo is UTC


def test_a_store_without_tables_says_what_to_run(empty_database: Database) -> None:
    assert "flask migrate" in str(empty_database.problem())


def test_a_store_with_tables_has_no_problem(database: Database) -> None:
    assert database.problem() is None


def revise(database: Database, revision: str) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})


def test_a_store_that_is_older_than_this_version_says_what_to_run(database: Database) -> None:
    revise(database, "0002")

    assert database.problem() == "the database is older than this version of the gateway: run `flask migrate`"


def test_a_store_that_a_newer_version_migrated_goes_on_serving_the_old_one(database: Database) -> None:
    revise(database, "9999")

    assert database.problem() is None


def test_a_store_that_was_moved_says_so(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text(f"CREATE TABLE {MOVED} (at text)"))

    assert "was moved to another one: set GATEWAY_DATABASE_URL" in str(database.problem())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_nothing_is_written_any_more_into_one_that_was_moved(database: Database, ring: KeyRing) -> None:
    with database.write() as connection:
        connection.execute(text(f"CREATE TABLE {MOVED} (at text)"))

    with pytest.raises(Moved):
        send(database, ring)
    with pytest.raises(Moved), database.write():
        raise AssertionError("a transaction began")
    with pytest.raises(Moved), database.write_by_driver():
        raise AssertionError("a transaction began")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_process_that_wrote_before_learns_that_the_store_was_moved(database: Database, ring: KeyRing) -> None:
    other = Database(database.url.render_as_string(hide_password=False))
    send(other, ring)
    with database.write() as connection:
        connection.execute(text(f"CREATE TABLE {MOVED} (at text)"))

    with pytest.raises(Moved):
        send(other, ring)
    other.close()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    problem = Database(f"sqlite:///{tmp_path}/nowhere/gateway.db").problem()

    assert f"the folder {tmp_path}/nowhere of the database does not exist" in str(problem)
    assert "flask migrate" in str(problem)


def test_looking_for_a_store_makes_no_file_that_others_could_read(tmp_path: Path) -> None:
    assert "flask migrate" in str(Database(f"sqlite:///{tmp_path}/gateway.db").problem())

    assert not (tmp_path / "gateway.db").exists()


def test_a_server_that_is_away_is_told_without_its_password(tmp_path: Path) -> None:
    problem = str(Database(f"postgresql://u:canary@/db?host={tmp_path}").problem())

    assert "GATEWAY_DATABASE_URL" in problem
    assert "canary" not in problem


def test_a_definition_is_kept_once_under_its_hash(database: Database) -> None:
    definitions.keep(database, [DEFINITION, DEFINITION], NOW)
    definitions.keep(database, [replace(DEFINITION, body="changed"), replace(DEFINITION, hash="e" * 64)], NOW)

    assert definitions.load(database, DEFINITION.hash) == DEFINITION
    assert definitions.load(database, "e" * 64) == replace(DEFINITION, hash="e" * 64)
    assert definitions.load(database, "f" * 64) is None


def test_web_processes_that_start_at_once_keep_the_same_definitions(database: Database) -> None:
    found = [replace(DEFINITION, hash=f"{number:064d}") for number in range(40)]
    together = Barrier(6)

    def start(_: int) -> None:
        together.wait()
        definitions.keep(database, found, NOW)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(start, range(6)))

    assert rows(database, select(func.count()).select_from(tables.definitions))[0][0] == 40


def test_a_destination_of_which_nothing_is_known_is_open(database: Database) -> None:
    with database.read() as connection:
        assert destinations.standing(connection, "riverside") == Standing("riverside")
    assert Standing("riverside").open_at(NOW)


def test_what_is_remembered_of_a_destination_changes_in_parts(database: Database) -> None:
    for changes in ({"rejected_in_a_row": 2}, {"shape": "200 empty"}):
        with database.write() as connection:
            destinations.remember(connection, "riverside", **changes)

    expected = Standing("riverside", shape="200 empty", rejected_in_a_row=2)
    assert destinations.standings(database) == {"riverside": expected}


def test_a_paused_destination_is_closed_until_it_is_resumed(database: Database) -> None:
    with database.write() as connection:
        destinations.remember(connection, "riverside", not_sent_in_a_row=4, broken_until=NOW, shape="200 empty")
        destinations.pause(connection, "riverside", reason="paused by a person", now=NOW)
        paused = destinations.standing(connection, "riverside")
        destinations.resume(connection, "riverside")
        resumed = destinations.standing(connection, "riverside")

    assert (paused.paused_at, paused.pause_reason, paused.probe_at) == (NOW, "paused by a person", None)
    assert not paused.open_at(NOW + timedelta(days=9))
    assert resumed == Standing("riverside", shape="200 empty")


def test_a_broken_destination_is_closed_until_its_time() -> None:
    broken = Standing("riverside", broken_until=NOW)

    assert not broken.open_at(NOW - MINUTE)
    assert broken.open_at(NOW)


def test_the_pulse_knows_the_last_worker_and_the_oldest_due_job(database: Database, ring: KeyRing) -> None:
    assert workers.pulse(database) == workers.Pulse(None, None)

    change_job(database, send(database, ring), due_at=datetime.now(UTC) - 30 * MINUTE)
    change_job(database, send(database, ring), due_at=datetime.now(UTC) - 60 * MINUTE)
    change_job(database, send(database, ring), due_at=datetime.now(UTC) - 90 * MINUTE, status="done")
    workers.beat(database, worker="a", started_at=NOW)
    workers.beat(database, worker="a", started_at=NOW)
    pulse = workers.pulse(database)

    assert pulse.since_last_worker is not None
    assert pulse.oldest_due is not None
    assert timedelta() <= pulse.since_last_worker < 30 * MINUTE
    assert 60 * MINUTE <= pulse.oldest_due < 90 * MINUTE


def test_a_worker_that_ends_in_good_order_is_off_the_list(database: Database) -> None:
    workers.beat(database, worker="a", started_at=NOW)

    workers.leave(database, worker="a")

    assert workers.pulse(database).since_last_worker is None


def test_a_checkpoint_empties_the_log_unless_somebody_reads(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/gateway.db")
    with database.write() as connection:
        tables.metadata.create_all(connection)
    log = tmp_path / "gateway.db-wal"
    assert log.stat().st_size > 0

    with database.read() as connection:
        connection.execute(select(tables.workers)).all()
        assert database.checkpoint() is False
    assert database.checkpoint() is True

    assert log.stat().st_size == 0
    database.close()


def test_a_database_that_keeps_its_own_house_is_left_alone(postgres_url: str) -> None:
    assert Database(postgres_url).checkpoint() is True
