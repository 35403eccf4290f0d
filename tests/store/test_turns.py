"""Of several workers one takes a turn; the next one is theirs when it is time again."""

from datetime import timedelta

from gateway.store import turns
from gateway.store.database import Database


def test_a_turn_is_taken_once_until_it_is_time_again(database: Database) -> None:
    hour = timedelta(hours=1)

    assert turns.take(database, "tidy", hour)
    assert not turns.take(database, "tidy", hour)
    assert turns.take(database, "tidy", timedelta())


def test_turns_of_other_names_are_their_own(database: Database) -> None:
    assert turns.take(database, "tidy", timedelta(hours=1))
    assert turns.take(database, "purge", timedelta(hours=1))
