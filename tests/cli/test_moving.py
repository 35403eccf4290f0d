"""`flask migrate --from`: one of the two databases always holds everything, and only one of them can be used."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gateway.cli.migrate import upgrade
from gateway.keys import KeyRing
from gateway.store import tables, workers
from gateway.store.database import Database

from ..store.full import NOW, contents, fill
from ..store.making import rows, send
from .conftest import Typing
from .dying import dying


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Database]:
    """The SQLite database that was outgrown."""
    found = Database(f"sqlite:///{tmp_path}/old.db")
    upgrade(found)
    yield found
    found.close()


def url_of(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def moved(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Read all but what the move itself wrote down."""
    found = contents(database)
    return {**found, "audit": [row for row in found["audit"] if "move" not in row]}


def test_everything_is_in_the_new_database_as_it_was(
    typed: Typing, source: Database, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(source)
    with source.write() as connection:
        connection.execute(tables.workers.delete())
    before = contents(source)

    result = typed("migrate", "--from", url_of(source))

    assert result.exit_code == 0, result.output
    assert "3 referrals, " in result.stdout
    assert "takes nothing any more" in result.stdout
    assert moved(database) == before
    assert database.problem() is None
    assert "was moved to another one" in str(source.problem())
    monkeypatch.setenv("GATEWAY_DATABASE_URL", url_of(source))
    assert "This database was moved to another one" in typed("migrate").stderr
    monkeypatch.setenv("GATEWAY_DATABASE_URL", url_of(database))
    again = typed("migrate", "--from", url_of(source))
    assert again.exit_code == 1
    assert "It was moved before: nothing is left to do." in again.stderr


def test_a_worker_of_the_old_database_is_named_first(typed: Typing, source: Database, database: Database) -> None:
    workers.beat(source, worker="a", started_at=NOW)

    result = typed("migrate", "--from", url_of(source))

    assert result.exit_code == 1
    assert "end `flask worker` first" in result.stderr
    assert source.problem() is None


def test_a_new_database_that_is_in_use_is_left_as_it_was(
    typed: Typing, source: Database, database: Database, ring: KeyRing
) -> None:
    send(source, ring)
    send(database, ring)
    before = contents(database)

    result = typed("migrate", "--from", url_of(source))

    assert result.exit_code == 1
    assert "is not empty: people have sent or begun forms there" in result.stderr
    assert contents(database) == before
    assert source.problem() is None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://somebody@host/name", "use `flask backup` and `flask restore`"),
        ("sqlite:///nowhere.db", "There is no file nowhere.db."),
    ],
)
def test_what_cannot_be_moved_is_told(typed: Typing, url: str, words: str) -> None:
    result = typed("migrate", "--from", url)

    assert result.exit_code == 1
    assert words in result.stderr


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_database_is_not_moved_into_itself(typed: Typing, database: Database) -> None:
    result = typed("migrate", "--from", url_of(database))

    assert result.exit_code == 1
    assert "still names the old database" in result.stderr
    assert database.problem() is None


PLACES = [
    pytest.param("after", "gateway.store.freezing.freeze", True, id="when the old one is frozen"),
    pytest.param("after", "gateway.store.copying.write", True, id="when the rows are written"),
    pytest.param("after", "gateway.store.audit.write", True, id="before the commit"),
    pytest.param("before", "gateway.store.freezing.end", True, id="after the commit"),
    pytest.param("after", "gateway.store.freezing.end", True, id="at the end"),
]


@pytest.mark.parametrize(("when", "place", "frozen"), PLACES)
def test_killed_anywhere_one_of_the_two_has_everything_and_the_same_command_goes_on(
    typed: Typing, source: Database, database: Database, when: str, place: str, frozen: bool
) -> None:
    fill(source)
    with source.write() as connection:
        connection.execute(tables.workers.delete())
    before = contents(source)

    dying(when, place, "migrate", "--from", url_of(source))

    assert contents(source) == before
    assert (source.problem() is not None) is frozen
    arrived = rows(database, select(func.count()).select_from(tables.referrals))[0][0]
    assert arrived in (0, 3)
    result = typed("migrate", "--from", url_of(source))
    assert result.exit_code == 0 or "It was moved before" in result.stderr
    assert moved(database) == before
    assert database.problem() is None
    assert source.problem() is not None
