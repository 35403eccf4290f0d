"""A backup holds every row of one moment, comes back on either database, and is refused when it was changed."""

import gzip
import json
import random
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from gateway.cli import filling
from gateway.cli.migrate import upgrade
from gateway.keys import KeyRing
from gateway.store import backups, copying, tables
from gateway.store.backups import BackupBroken, Contents, Reading
from gateway.store.database import Database
from gateway.store.tables import REVISION

from ..postgres import a_database
from .full import NOW, contents, fill
from .keeping import laden
from .making import send


@pytest.fixture
def same(empty_database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Another store without tables, on the same kind of database."""
    yield from another(request, tmp_path, sqlite=empty_database.sqlite_file is not None)


@pytest.fixture
def other(empty_database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Another store without tables, on the other kind of database."""
    yield from another(request, tmp_path, sqlite=empty_database.sqlite_file is None)


def another(request: pytest.FixtureRequest, folder: Path, *, sqlite: bool) -> Iterator[Database]:
    if sqlite:
        found = Database(f"sqlite:///{folder}/another.db")
        yield found
        found.close()
        return
    with a_database(request.getfixturevalue("postgres_server")) as url:
        found = Database(url)
        yield found
        found.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the backup goes."""
    return tmp_path / "backup"


def back_up(database: Database, file: Path) -> Contents:
    with database.snapshot() as connection, file.open("wb") as out:
        return backups.write(connection, out, now=NOW)


def restore(file: Path, database: Database) -> None:
    reading = Reading(file)
    with copying.filling(database) as connection:
        filling.fill(connection, reading.parts(), revision=backups.read(file).head.revision)


def test_every_row_of_every_table_comes_back_on_either_database(
    database: Database, same: Database, other: Database, file: Path
) -> None:
    fill(database)
    before = contents(database)
    assert all(before.values())

    written = back_up(database, file)
    restore(file, same)
    restore(file, other)

    assert contents(same) == before
    assert contents(other) == before
    assert backups.read(file) == written
    assert written.rows == dict.fromkeys(tables.metadata.tables, 3)
    assert written.keys == {"01020304", "02020304", "03020304"}


def test_new_rows_are_numbered_behind_those_that_came_back(database: Database, other: Database, file: Path) -> None:
    fill(database)
    back_up(database, file)
    restore(file, other)

    with other.write() as connection:
        values = {"at": NOW, "actor": "a", "action": "b", "detail": "c"}
        number = connection.scalar(insert(tables.audit).values(**values).returning(tables.audit.c.id))

    assert number == 4


def test_a_backup_of_an_older_version_comes_back_as_the_newest(
    empty_database: Database, other: Database, file: Path
) -> None:
    upgrade(empty_database, to="0002")
    with empty_database.read() as connection:
        old = copying.reflected(connection)
    fill(empty_database, old)
    back_up(empty_database, file)

    restore(file, other)

    assert other.problem() is None
    assert backups.read(file).head.revision == "0002"
    assert contents(other, old) == contents(empty_database, old)


def test_it_sees_one_moment_of_all_tables_while_others_write(
    database: Database, ring: KeyRing, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {send(database, ring) for _ in range(3)}
    with database.snapshot() as connection, file.open("wb") as out:
        found = copying.parts(connection)
        first = next(found)
        after = send(database, ring)
        monkeypatch.setattr(copying, "parts", lambda _: iter([first, *found]))
        backups.write(connection, out, now=NOW)

    references = {row[0] for part in Reading(file).parts() if part.table == "referrals" for row in part.rows}
    jobs = [row for part in Reading(file).parts() if part.table == "jobs" for row in part.rows]
    assert references == before
    assert after not in references
    assert len(jobs) == 3


def test_nobody_can_read_in_it_what_people_wrote(database: Database, ring: KeyRing, file: Path) -> None:
    laden(database, ring)
    with database.write() as connection:
        connection.execute(update(tables.jobs).values(result=None))  # what the destination says is not sealed

    written = back_up(database, file)

    text_of_it = gzip.decompress(file.read_bytes())
    assert b"Zebedee" not in text_of_it
    assert written.keys == set(ring.ids)


def changed(line: int, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def edit(packed: bytes) -> bytes:
        lines = gzip.decompress(packed).splitlines(keepends=True)
        lines[line] = change(lines[line])
        return gzip.compress(b"".join(lines))

    return edit


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda packed: packed[: len(packed) // 2], id="cut in the middle"),
        pytest.param(lambda packed: packed[:-8], id="cut at the end"),
        pytest.param(lambda packed: b"", id="empty"),
        pytest.param(lambda packed: packed[:99] + bytes([packed[99] ^ 1]) + packed[100:], id="a bit"),
        pytest.param(changed(2, lambda line: line.replace(b"1", b"2")), id="a value"),
        pytest.param(changed(2, lambda line: b""), id="a row less"),
        pytest.param(changed(2, lambda line: line * 2), id="a row more"),
        pytest.param(changed(-1, lambda line: b""), id="no end"),
        pytest.param(changed(-1, lambda line: line * 2), id="two ends"),
        pytest.param(changed(0, lambda line: line.replace(REVISION.encode(), b"0002")), id="another version"),
        pytest.param(lambda packed: gzip.compress(b'"something else"\n'), id="something else"),
        pytest.param(lambda packed: b"PK\x03\x04 not packed by gzip", id="another kind of file"),
    ],
)
def test_one_that_was_cut_or_changed_is_refused(database: Database, file: Path, edit: Callable[[bytes], bytes]) -> None:
    fill(database)
    back_up(database, file)
    file.write_bytes(edit(file.read_bytes()))

    with pytest.raises(BackupBroken):
        backups.read(file)


def test_one_of_a_newer_format_says_so(file: Path) -> None:
    file.write_bytes(gzip.compress(json.dumps({"kind": backups.KIND, "version": 2}).encode()))

    with pytest.raises(BackupBroken, match="newer version"):
        backups.read(file)


def test_what_breaks_off_while_it_is_written_back_leaves_nothing(
    database: Database, other: Database, file: Path
) -> None:
    fill(database)
    back_up(database, file)
    packed = file.read_bytes()
    head = backups.read(file).head
    file.write_bytes(packed[:-9])
    upgrade(other)

    with pytest.raises(BackupBroken), copying.filling(other) as connection:
        filling.fill(connection, Reading(file).parts(), revision=head.revision)

    assert other.problem() is None
    assert not any(contents(other).values())


def test_a_large_file_never_stands_in_memory(database: Database, other: Database, file: Path) -> None:
    instance = {"hash": "i", "created_at": NOW}
    large = {"id": "f", "instance": "i", "state": "clean", "complete": True, "size": 16 * 2**20, "created_at": NOW}
    with database.write() as connection:
        connection.execute(insert(tables.instances).values(**instance))
        connection.execute(insert(tables.files).values(**large))
        for each in range(16):
            connection.execute(insert(tables.chunks).values(file="f", number=each, sealed=sealed_like(each)))
    tracemalloc.start()
    try:
        back_up(database, file)
        restore(file, other)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 12 * 2**20
    assert len(contents(other)["chunks"]) == 16


def sealed_like(number: int) -> bytes:
    """Give a megabyte that cannot be packed, as what is sealed cannot."""
    return random.Random(number).randbytes(2**20)  # noqa: S311 - no secret
