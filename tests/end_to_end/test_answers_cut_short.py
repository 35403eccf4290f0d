"""An answer about a destination whose command is killed between two steps: typed again, it comes to the same end."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from gateway.keys import KeyRing
from gateway.store import destinations, tables
from gateway.store.database import Database

from ..store.making import NOW, rows
from ..store.test_proving import EMPTY, NUMBER, tried
from .house import House

# Where the command dies, and how many times that place is passed before.
YES = {
    "after the first step": ("before", "gateway.store.proving._doubt", 2),
    "after the proof": ("before", "gateway.store.proving._believe", 1),
}
NO = {
    "after the pause": ("before", "gateway.store.proving._send_again", 1),
    "before the first step is on the disk": ("after", "gateway.store.proving._send_again", 1),
    "before it is forgotten": ("before", "gateway.store.proving._forget_answers", 1),
}
Referrals = tuple[list[str], list[str], list[str]]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A gateway of which nothing runs."""
    built = House(tmp_path_factory.mktemp("house"))
    built.migrate()
    return built


@pytest.fixture
def store(house: House) -> Iterator[Database]:
    """Its store, empty again."""
    found = Database(house.environment["GATEWAY_DATABASE_URL"])
    with found.write() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            if not table.name.startswith("audit"):  # which is only added to
                connection.execute(table.delete())
    yield found
    found.close()


@pytest.fixture
def sent(house: House, store: Database) -> Referrals:
    """Store what was accepted, what was accepted otherwise, and what is unknown for its answer alone."""
    ring = KeyRing(house.environment["GATEWAY_KEYS"])
    found = (
        [tried(store, ring) for _ in range(3)],
        [tried(store, ring, shape=EMPTY) for _ in range(3)],
        [tried(store, ring, known=False) for _ in range(3)],
    )
    with store.write() as connection:
        destinations.remember(connection, "riverside", asked_about=found[0][0], asked_at=NOW, shape=NUMBER)
    return found


def states(store: Database, references: list[str]) -> set[str]:
    table = tables.referrals
    return {row.state for row in rows(store, select(table.c.state).where(table.c.reference.in_(references)))}


@pytest.mark.parametrize(("when", "place", "times"), YES.values(), ids=YES)
def test_a_yes_that_was_killed_is_typed_again(
    house: House, store: Database, sent: Referrals, when: str, place: str, times: int
) -> None:
    command = ("destinations", "prove", "riverside", "--yes")

    house.dying(when, place, *command, times=times)
    house.flask(*command)

    assert [states(store, each) for each in sent] == [{"delivered"}, {"unknown"}, {"delivered"}]
    assert destinations.standings(store)["riverside"].proven_at is not None


@pytest.mark.parametrize(("when", "place", "times"), NO.values(), ids=NO)
def test_a_no_that_was_killed_is_typed_again_and_nothing_goes_out_unmarked(
    house: House, store: Database, sent: Referrals, when: str, place: str, times: int
) -> None:
    command = ("destinations", "prove", "riverside", "--no")

    house.dying(when, place, *command, times=times)
    house.flask(*command)

    assert [states(store, each) for each in sent] == [{"pending"}, {"pending"}, {"unknown"}]
    standing = destinations.standings(store)["riverside"]
    assert (standing.paused_at is not None, standing.proven_at, standing.asked_about) == (True, None, None)
    assert {row.outcome for row in rows(store, select(tables.attempts.c.outcome))} == {"unknown"}
