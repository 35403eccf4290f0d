"""`flask backup` and `flask restore` as somebody types them: one file, all or nothing, and what to do next."""

import gzip
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.cli.migrate import upgrade
from gateway.keys import KeyRing, new_key
from gateway.ledger import Ledger
from gateway.store import backups, copying, tables, workers
from gateway.store.database import Database

from ..store.full import contents
from ..store.keeping import laden
from ..store.making import rows, send, state_of
from .conftest import Typing
from .dying import dying


@pytest.fixture
def ledger(typed: Typing, tmp_path: Path) -> Ledger:
    """The ledger that the commands have."""
    del typed
    return Ledger(tmp_path / "ledger.jsonl")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the backup goes."""
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "one"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Database]:
    """A database in a folder that is not there yet."""
    found = Database(f"sqlite:///{tmp_path}/deep/elsewhere.db")
    yield found
    found.close()


def use(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DATABASE_URL", database.url.render_as_string(hide_password=False))


def test_a_backup_is_for_its_owner_alone_and_says_which_keys_it_needs(
    typed: Typing, database: Database, ring: KeyRing, file: Path
) -> None:
    laden(database, ring)

    result = typed("backup", str(file))

    assert result.exit_code == 0
    assert "1 referrals, " in result.stderr
    assert f"these keys of GATEWAY_KEYS are needed: {ring.ids[0]}" in result.stderr
    assert "The keys are not in it." in result.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_the_standard_output_gets_the_backup_and_nothing_else(
    typed: Typing, database: Database, ring: KeyRing, file: Path
) -> None:
    send(database, ring)

    result = typed("backup", "-")

    file.write_bytes(result.stdout_bytes)
    assert backups.read(file).rows["referrals"] == 1
    assert gzip.decompress(result.stdout_bytes).endswith(b"}\n")


def test_no_backup_is_written_over(typed: Typing, file: Path) -> None:
    file.write_text("an older one")

    result = typed("backup", str(file))

    assert result.exit_code == 1
    assert "is there already: give another name" in result.stderr
    assert file.read_text() == "an older one"


def test_a_folder_that_is_not_there_is_named(typed: Typing, tmp_path: Path) -> None:
    result = typed("backup", str(tmp_path / "nowhere" / "one"))

    assert result.exit_code == 1
    assert "nowhere: make it, or see that its disk is there." in result.stderr


def test_old_lines_of_the_ledger_are_taken_out_when_it_is_asked_for(typed: Typing, ledger: Ledger, file: Path) -> None:
    now = datetime.now(UTC)
    ledger.delivered(["RG-OLD"], now - timedelta(days=41))
    ledger.delivered(["RG-NEW"], now - timedelta(days=39))

    result = typed("backup", str(file), "--forget-ledger", "40")

    assert "1 lines were taken out of the ledger" in result.stderr
    assert [entry.reference for entry in ledger.entries()] == ["RG-NEW"]


def test_a_restored_database_is_told_what_happened_since_and_says_what_to_do(
    typed: Typing, database: Database, ring: KeyRing, ledger: Ledger, file: Path, elsewhere: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    delivered, lost, waiting = (send(database, ring) for _ in range(3))
    typed("backup", str(file))
    later = datetime.now(UTC)
    ledger.delivered([delivered, "RG-NEWER"], later)
    ledger.erased([lost], later)
    use(elsewhere, monkeypatch)

    tried = typed("restore", str(file), "--dry-run")
    result = typed("restore", str(file))

    assert "3 referrals, " in tried.stdout
    assert "The ledger tells of 2 delivered and 0 closed since, and of 1 erased or purged." in tried.stdout
    assert tried.stdout.endswith("Nothing was changed.\n")
    assert result.exit_code == 0
    assert "1 were delivered after the backup, and 0 closed" in result.stdout
    assert "1 were on their way: they may have arrived, and are unknown now" in result.stdout
    assert "1 were erased again, and 0 purged" in result.stdout
    assert "1 that the ledger knows were sent after the backup" in result.stdout
    assert "What you leave is sent again after 2 hours, marked." in result.stdout
    states = [state_of(elsewhere, each) for each in (delivered, lost, waiting)]
    assert states == ["delivered", "closed", "unknown"]
    assert elsewhere.sqlite_file is not None
    assert stat.S_IMODE(elsewhere.sqlite_file.stat().st_mode) == 0o600


def test_ledgers_of_other_hosts_are_read_too(
    typed: Typing, database: Database, ring: KeyRing, tmp_path: Path, file: Path, elsewhere: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    references = [send(database, ring) for _ in range(2)]
    typed("backup", str(file))
    others = [tmp_path / "host-1.jsonl", tmp_path / "host-2.jsonl"]
    for path, reference in zip(others, references, strict=True):
        Ledger(path).delivered([reference], datetime.now(UTC))
    use(elsewhere, monkeypatch)

    result = typed("restore", str(file), *(word for path in others for word in ("--ledger", str(path))))

    assert result.exit_code == 0, result.output
    assert [state_of(elsewhere, each) for each in references] == ["delivered", "delivered"]


def test_nothing_is_ever_written_over_what_people_sent(
    typed: Typing, database: Database, ring: KeyRing, file: Path
) -> None:
    send(database, ring)
    typed("backup", str(file))
    before = contents(database)

    for words in (["--dry-run"], []):
        result = typed("restore", str(file), "--without-ledger", *words)

        assert result.exit_code == 1
        assert "is not empty: people have sent or begun forms there. Nothing was changed." in result.stderr
    assert contents(database) == before


def test_a_worker_that_is_alive_is_named_first(typed: Typing, database: Database, file: Path) -> None:
    typed("backup", str(file))
    workers.beat(database, worker="a", started_at=datetime.now(UTC))

    result = typed("restore", str(file), "--without-ledger")

    assert result.exit_code == 1
    assert "end `flask worker` first" in result.stderr


def test_keys_that_are_missing_are_named_before_anything_is_touched(
    typed: Typing, database: Database, ring: KeyRing, file: Path, elsewhere: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    reference = send(database, ring)
    typed("backup", str(file))
    use(elsewhere, monkeypatch)
    monkeypatch.setenv("GATEWAY_KEYS", new_key())

    refused = typed("restore", str(file), "--without-ledger")

    assert refused.exit_code == 1
    assert f"not in GATEWAY_KEYS: {ring.ids[0]}" in refused.stderr
    assert elsewhere.sqlite_file is not None
    assert not elsewhere.sqlite_file.exists()
    assert typed("restore", str(file), "--without-ledger", "--without-keys").exit_code == 0
    assert state_of(elsewhere, reference) == "unknown"


def test_a_missing_ledger_is_named_before_anything_is_touched(
    typed: Typing, file: Path, elsewhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed("backup", str(file))
    use(elsewhere, monkeypatch)

    result = typed("restore", str(file))

    assert result.exit_code == 1
    assert "There is no ledger at" in result.stderr
    assert "--without-ledger" in result.stderr
    assert elsewhere.sqlite_file is not None
    assert not elsewhere.sqlite_file.exists()


def test_a_file_that_was_changed_is_refused_before_anything_is_touched(
    typed: Typing, database: Database, ring: KeyRing, file: Path, elsewhere: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    send(database, ring)
    typed("backup", str(file))
    file.write_bytes(file.read_bytes()[:-20])
    use(elsewhere, monkeypatch)

    result = typed("restore", str(file), "--without-ledger")

    assert result.exit_code == 1
    assert "cannot be restored: it is no backup, or it was cut off or changed. Nothing was changed." in result.stderr
    assert elsewhere.sqlite_file is not None
    assert not elsewhere.sqlite_file.exists()


@pytest.mark.parametrize(
    ("when", "place"),
    [
        pytest.param("before", "gateway.store.backups.key_id", id="between two rows"),
        pytest.param("after", "os.fsync", id="before it has its name"),
    ],
)
def test_what_has_the_name_of_a_backup_is_one_wherever_its_making_was_killed(
    typed: Typing, database: Database, ring: KeyRing, file: Path, when: str, place: str
) -> None:
    laden(database, ring)

    dying(when, place, "backup", str(file))

    assert not file.exists()
    (left,) = file.parent.iterdir()
    assert left.name.startswith("one.unfinished-")
    assert stat.S_IMODE(left.stat().st_mode) == 0o600
    assert typed("backup", str(file)).exit_code == 0
    assert backups.read(file).rows["chunks"] == 1


@pytest.mark.parametrize(
    ("when", "place"),
    [
        pytest.param("before", "gateway.store.copying._go_on_counting", id="when the rows are written"),
        pytest.param("after", "gateway.store.emptying.empty", id="when something was erased again"),
        pytest.param("after", "gateway.store.audit.write", id="before the commit"),
    ],
)
def test_a_restore_that_was_killed_leaves_nothing_and_the_same_command_does_all(
    typed: Typing, database: Database, ring: KeyRing, ledger: Ledger, file: Path, when: str, place: str
) -> None:
    reference, erased = send(database, ring), send(database, ring)
    typed("backup", str(file))
    ledger.erased([erased], datetime.now(UTC))
    with copying.filling(database) as connection:
        copying.clear(connection)
    upgrade(database)

    dying(when, place, "restore", str(file))

    assert database.problem() is None
    assert not any(contents(database).values())
    assert typed("restore", str(file)).exit_code == 0
    assert [state_of(database, each) for each in (reference, erased)] == ["unknown", "closed"]


def test_a_restore_that_was_killed_after_its_commit_is_complete(
    typed: Typing, database: Database, ring: KeyRing, ledger: Ledger, file: Path
) -> None:
    reference = send(database, ring)
    typed("backup", str(file))
    ledger.delivered([reference], datetime.now(UTC))
    with copying.filling(database) as connection:
        copying.clear(connection)

    dying("before", "gateway.cli.restore._say_what_next", "restore", str(file))

    assert database.problem() is None
    assert state_of(database, reference) == "delivered"
    assert "is not empty" in typed("restore", str(file)).stderr


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_older_database_is_backed_up_before_it_is_migrated(
    typed: Typing, tmp_path: Path, file: Path, elsewhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Database(f"sqlite:///{tmp_path}/old.db")
    upgrade(old, to="0002")
    use(old, monkeypatch)

    assert typed("backup", str(file)).exit_code == 0
    use(elsewhere, monkeypatch)
    assert typed("restore", str(file), "--without-ledger").exit_code == 0
    assert elsewhere.problem() is None
    assert [row.action for row in rows(elsewhere, select(tables.audit))] == ["restore"]
    old.close()


def test_a_backup_of_a_newer_version_is_refused(
    typed: Typing, file: Path, elsewhere: Database, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    typed("backup", str(file))
    use(elsewhere, monkeypatch)

    result = typed("restore", str(file), "--without-ledger")

    assert result.exit_code == 1
    assert "A newer version of the gateway made this backup" in result.stderr
