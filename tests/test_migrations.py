"""The migrations make exactly the tables that the store knows, on both databases, and can be repeated."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, inspect, text

from gateway.cli.filling import MIGRATIONS
from gateway.cli.migrate import upgrade
from gateway.store.database import Database
from gateway.store.tables import REVISION, metadata


def differences(database: Database) -> list[object]:
    with database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "target_metadata": metadata}
        )
        return list(compare_metadata(context, metadata))


def conditions(index: Mapping[str, Any]) -> list[str]:
    return [f"{name} {value}" for name, value in sorted(index.get("dialect_options", {}).items())]


def described(database: Database) -> dict[str, object]:
    """Describe what comparing leaves out: the conditions of indexes, checks, and uniqueness."""
    found = inspect(database.engine)
    return {
        table: [
            sorted(f"{each | {'dialect_options': conditions(each)}}" for each in found.get_indexes(table)),
            sorted(map(str, found.get_check_constraints(table))),
            sorted(map(str, found.get_unique_constraints(table))),
            sorted(map(str, found.get_foreign_keys(table))),
            str(found.get_pk_constraint(table)),
        ]
        for table in sorted(metadata.tables)
    }


def test_from_nothing_the_migrations_make_what_the_store_knows(empty_database: Database) -> None:
    upgrade(empty_database)

    assert differences(empty_database) == []


def test_what_comparing_leaves_out_is_the_same_too(empty_database: Database) -> None:
    upgrade(empty_database)
    migrated = described(empty_database)
    with empty_database.write() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
        metadata.drop_all(connection)
        metadata.create_all(connection)

    assert migrated == described(empty_database)


def test_migrating_twice_changes_nothing(empty_database: Database) -> None:
    upgrade(empty_database)
    before = described(empty_database)

    upgrade(empty_database)

    assert described(empty_database) == before
    assert differences(empty_database) == []


def test_migrating_keeps_what_is_stored(database: Database) -> None:
    with database.write() as connection:
        connection.execute(metadata.tables["destinations"].insert().values(organisation="riverside"))

    upgrade(database)

    with database.read() as connection:
        assert connection.execute(text("SELECT organisation FROM destinations")).scalar_one() == "riverside"


def test_jobs_and_their_attempts_outlive_the_rebuilding_of_their_table(empty_database: Database) -> None:
    upgrade(empty_database, to="0001")
    old = MetaData()
    old.reflect(empty_database.engine)
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    reference, whose = "RG-0000-0001", {"organisation": "riverside", "form": "support"}
    rows = {
        "definitions": {"hash": "d", "body": "", "first_seen_at": now, **whose},
        "referrals": {
            "reference": reference, "definition": "d", "language": "en", "state": "pending", "test": False,
            "created_at": now, "updated_at": now, **whose,
        },
        "jobs": {
            "id": 7, "organisation": "riverside", "kind": "stage", "reference": reference, "position": 0,
            "status": "due", "due_at": now, "since": now,
        },
        "attempts": {"job": 7, "reference": reference, "payload": 1, "worker": "worker", "started_at": now},
        "audit": {"at": now, "actor": "worker", "action": "settle", "reference": reference, "detail": ""},
    }  # fmt: skip
    with empty_database.write() as connection:
        for table, row in rows.items():
            connection.execute(old.tables[table].insert(), row)

    upgrade(empty_database)

    with empty_database.read() as connection:
        joined = "SELECT jobs.reference, jobs.status, attempts.worker FROM jobs JOIN attempts ON attempts.job = jobs.id"
        assert connection.execute(text(joined)).all() == [(reference, "due", "worker")]
        # What was done to a referral was done to its organisation, whose trail it is part of.
        assert connection.execute(text("SELECT organisation FROM audit")).scalars().all() == ["riverside"]


def test_the_store_knows_the_newest_migration_and_their_names_grow() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    newest_first = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]

    assert newest_first[0] == REVISION
    assert newest_first == sorted(newest_first, reverse=True)


def test_migrating_makes_the_folder_of_an_sqlite_database(tmp_path: Path) -> None:
    store = Database(f"sqlite:///{tmp_path}/var/deep/gateway.db")

    upgrade(store)

    assert store.problem() is None
    store.close()
