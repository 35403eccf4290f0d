"""What was told is remembered once: of two workers that tell the same, one is overtaken and tells nothing."""

import pytest
from sqlalchemy import insert

from gateway.store import alerts, tables
from gateway.store.alerts import Matter, Overtaken, Told
from gateway.store.database import Database

from .making import NOW

OPEN = Told(NOW, None, 3)
KNOWN = Told(NOW, NOW, 3)


def remember(database: Database, before: dict[Matter, Told], after: dict[Matter, Told]) -> None:
    with database.write() as connection:
        alerts.remember(connection, "riverside", before, after)


def test_matters_are_remembered_changed_and_forgotten(database: Database) -> None:
    remember(database, {}, {Matter.FAILED: OPEN, Matter.HELD: OPEN})
    assert alerts.told(database) == {"riverside": {Matter.FAILED: OPEN, Matter.HELD: OPEN}}

    remember(database, {Matter.FAILED: OPEN, Matter.HELD: OPEN}, {Matter.FAILED: KNOWN})

    assert alerts.told(database) == {"riverside": {Matter.FAILED: KNOWN}}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {Matter.FAILED: KNOWN}),
        ({Matter.FAILED: OPEN}, {Matter.FAILED: Told(NOW, NOW, 4)}),
        ({Matter.FAILED: OPEN}, {}),
    ],
)
def test_whoever_comes_second_is_overtaken(
    database: Database, before: dict[Matter, Told], after: dict[Matter, Told]
) -> None:
    remember(database, {}, {Matter.FAILED: OPEN})
    remember(database, {Matter.FAILED: OPEN}, {Matter.FAILED: KNOWN})

    with pytest.raises(Overtaken):
        remember(database, before, after)

    assert alerts.told(database) == {"riverside": {Matter.FAILED: KNOWN}}


def test_what_is_looked_at_seldom_changes_its_count_alone(database: Database) -> None:
    alerts.look(database, "riverside", Matter.KEYS_OLD, 0, NOW)
    assert alerts.told(database) == {}
    remember(database, {}, {Matter.KEYS_OLD: KNOWN})

    alerts.look(database, "riverside", Matter.KEYS_OLD, 7, NOW)

    assert alerts.told(database) == {"riverside": {Matter.KEYS_OLD: Told(NOW, NOW, 7)}}


def test_the_last_watch_is_known(database: Database) -> None:
    assert alerts.last_watch(database) is None
    for _ in range(2):
        alerts.watch(database, NOW)

    assert alerts.last_watch(database) == NOW


def test_what_only_a_later_version_knows_is_left_alone(database: Database) -> None:
    row = {"organisation": "riverside", "matter": "of_tomorrow", "since": NOW, "told_at": None, "count": 1}
    with database.write() as connection:
        connection.execute(insert(tables.alerts).values(**row))

    assert alerts.told(database) == {}
