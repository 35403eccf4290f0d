"""Sign-ins that failed: whoever guesses waits, and nobody is shut out where they usually sign in."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gateway.keys import KeyRing
from gateway.store import tries
from gateway.store.database import Database
from gateway.store.people_tables import tries as table
from gateway.store.tries import FREE, FREE_ELSEWHERE, LONGEST_WAIT, NONE, Who

from .making import NOW

EMAIL = "ada@riverside.example"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def home(ring: KeyRing) -> Who:
    return tries.who(ring, EMAIL, b"home")


def stranger(ring: KeyRing, number: int) -> Who:
    return tries.who(ring, EMAIL, b"elsewhere %d" % number)


def fail(database: Database, who: Who, times: int) -> None:
    for _ in range(times):
        assert tries.begin(database, who, NOW) == NONE


def know(database: Database, who: Who) -> None:
    tries.begin(database, who, NOW)
    with database.write() as connection:
        tries.succeeded(connection, who, NOW)


def test_the_wait_grows_and_ends_somewhere(database: Database, home: Who) -> None:
    fail(database, home, FREE)
    waits, now = [], NOW
    for _ in range(7):
        waits.append(tries.begin(database, home, now))
        now += waits[-1]
        assert tries.begin(database, home, now) == NONE

    assert waits == [MINUTE * each for each in (1, 2, 4, 8, 15, 15, 15)]


def test_who_waits_is_not_counted_so_that_asking_makes_nothing_longer(database: Database, home: Who) -> None:
    fail(database, home, FREE)
    for _ in range(50):
        assert tries.begin(database, home, NOW + MINUTE / 2) == MINUTE / 2

    assert tries.begin(database, home, NOW + MINUTE) == NONE


def test_who_has_signed_in_somewhere_is_not_shut_out_by_what_is_guessed_elsewhere(
    database: Database, ring: KeyRing, home: Who
) -> None:
    know(database, home)
    for number in range(FREE_ELSEWHERE):
        fail(database, stranger(ring, number), 1)

    assert tries.begin(database, stranger(ring, 999), NOW) == MINUTE
    assert tries.begin(database, home, NOW) == NONE


def test_one_account_is_guessed_from_many_networks_no_faster(database: Database, ring: KeyRing) -> None:
    now, guesses = NOW, 0
    for number in range(200):
        guesses += tries.begin(database, stranger(ring, number), now) == NONE
        now += timedelta(seconds=10)

    assert guesses < FREE_ELSEWHERE + 10


def test_another_account_does_not_wait(database: Database, ring: KeyRing, home: Who) -> None:
    fail(database, home, FREE)

    assert tries.begin(database, home, NOW) > NONE
    assert tries.begin(database, tries.who(ring, "ben@riverside.example", b"home"), NOW) == NONE


def test_one_address_is_one_account_however_it_is_typed(ring: KeyRing, home: Who) -> None:
    assert tries.who(ring, f" {EMAIL.upper()} ", b"home") == home


def test_signing_in_and_a_days_rest_begin_anew(database: Database, home: Who) -> None:
    fail(database, home, FREE - 1)
    know(database, home)
    fail(database, home, FREE)
    assert tries.begin(database, home, NOW) > NONE

    tomorrow = NOW + tries.FORGOTTEN_AFTER + MINUTE
    assert [tries.begin(database, home, tomorrow) for _ in range(FREE)] == [NONE] * FREE


def test_a_right_password_before_a_code_is_not_held_against_anybody(database: Database, home: Who) -> None:
    for _ in range(FREE * 3):
        assert tries.begin(database, home, NOW) == NONE
        with database.write() as connection:
            tries.take_back(connection, home)


def test_a_reset_ends_every_wait(database: Database, ring: KeyRing, home: Who) -> None:
    fail(database, home, FREE)
    with database.write() as connection:
        tries.forgive(connection, ring, EMAIL)

    assert tries.begin(database, home, NOW) == NONE


def test_neither_address_nor_network_can_be_read(database: Database, ring: KeyRing) -> None:
    tries.begin(database, tries.who(ring, EMAIL, bytes([192, 0, 2, 7])), NOW)
    with database.read() as connection:
        row = connection.execute(select(table)).one()

    assert "ada" not in f"{row.account}{row.network}"
    assert bytes([192, 0, 2, 7]).hex() not in row.network


def test_what_is_old_is_deleted_and_what_is_known_stays(database: Database, ring: KeyRing, home: Who) -> None:
    know(database, home)
    fail(database, stranger(ring, 1), 1)

    def left() -> int:
        with database.read() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0

    assert tries.forget_old(database, NOW + LONGEST_WAIT) == 0
    assert tries.forget_old(database, NOW + tries.FORGOTTEN_AFTER + MINUTE) == 1
    assert left() == 1
    assert tries.forget_old(database, NOW + tries.KNOWN_FOR + MINUTE) == 1
