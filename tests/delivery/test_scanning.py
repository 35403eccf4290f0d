"""Files in quarantine: let go when the scanner says so, emptied when it finds something, kept while it is away."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select, update

from gateway.delivery.chores import Chores
from gateway.delivery.scanning import Scanning
from gateway.keys import KeyRing
from gateway.store import definitions, files, tables
from gateway.store.database import Database
from gateway.store.drafts import Draft, Drafts, instance_hash
from gateway.store.files import Details, Files
from gateway.store.states import FileState
from tests.clamd import EICAR, Clamd

from ..store.making import DEFINITION, rows
from .conftest import HOUR, MINUTE, RULES, Clock
from .scripted import PATIENCE

INSTANCE = b"an-instance-only"
Adding = Callable[[bytes], str]


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    """A scanner that is away until the test starts it."""
    found = Clamd()
    yield found
    found.stop()


@pytest.fixture
def store(database: Database, ring: KeyRing, clock: Clock) -> Files:
    """Files, with a draft for them."""
    definitions.keep(database, [DEFINITION], clock.time)
    Drafts(database, ring).create(
        INSTANCE, Draft("riverside", "support", DEFINITION.hash, "en", {}, 1, clock.time, clock.time + HOUR)
    )
    return Files(database, ring)


@pytest.fixture
def add(store: Files, clock: Clock) -> Adding:
    """Store a file that nobody could scan."""

    def added(content: bytes) -> str:
        file_id = store.begin(instance_hash(INSTANCE), clock.time, most_bytes=10**9)
        writer = store.writer(file_id)
        writer.write(content)
        writer.close()
        details = Details("a letter.pdf", "application/pdf", "0" * 64)
        store.finish(file_id, details, clean=False, organisation="riverside", now=clock.time)
        return file_id

    return added


@pytest.fixture
def work(database: Database, store: Files, clamd: Clamd, clock: Clock) -> Callable[[], int]:
    """Do the chores that are due; give their number."""
    found = Chores(
        database, {files.SCAN: Scanning(store, clamd.address)}, rules=RULES, lease=2 * MINUTE, worker="worker",
        now=clock, chance=lambda: 0.0,
    )  # fmt: skip

    def done() -> int:
        began = found.begin()
        for future in found.futures:
            future.exception(PATIENCE)
        found.end()
        return began

    return done


def state(store: Files, file_id: str) -> FileState | None:
    """Where a file stands."""
    found = store.find(file_id)
    return found.state if found else None


def test_a_clean_file_leaves_quarantine(store: Files, add: Adding, clamd: Clamd, work: Callable[[], int]) -> None:
    clamd.start()
    content = b"a letter " * 300_000
    file_id = add(content)

    assert (work(), work()) == (1, 0)
    assert state(store, file_id) is FileState.CLEAN
    assert clamd.seen == [content]


def test_an_infected_file_loses_its_content(
    database: Database, store: Files, add: Adding, clamd: Clamd, work: Callable[[], int],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    clamd.start()
    file_id = add(b"a letter " + EICAR)

    work()

    assert state(store, file_id) is FileState.REFUSED
    assert rows(database, select(tables.chunks)) == []
    assert f"file refused file={file_id} reason=infected" in caplog.text
    assert "letter" not in caplog.text


def test_while_the_scanner_is_away_the_file_waits(
    database: Database, store: Files, add: Adding, clamd: Clamd, work: Callable[[], int]
) -> None:
    file_id = add(b"a letter")

    work()

    assert state(store, file_id) is FileState.QUARANTINED
    assert [row.status for row in rows(database, select(tables.jobs))] == ["due"]
    clamd.start()
    with database.write() as connection:
        connection.execute(update(tables.jobs).values(due_at=tables.jobs.c.since))
    work()
    assert state(store, file_id) is FileState.CLEAN


def test_a_file_that_was_removed_needs_no_scan(
    store: Files, add: Adding, clamd: Clamd, work: Callable[[], int]
) -> None:
    file_id = add(b"a letter")
    store.forget(instance_hash(INSTANCE), [file_id])

    assert (work(), work()) == (1, 0)
    assert clamd.seen == []
