"""What is remembered of destinations: two workers that remember the first thing of one are not in each other's way."""

import threading

from gateway.store import destinations
from gateway.store.database import Database

from .test_erasing import is_anybody_waiting

PATIENCE = 20  # seconds until a test gives up; nothing is measured by it


def test_two_that_remember_the_first_thing_of_one_destination_are_both_heard(database: Database) -> None:
    def remember() -> None:
        with database.write() as connection:
            destinations.remember(connection, "riverside", rejected_in_a_row=1)

    second = threading.Thread(target=remember)
    with database.write() as connection:
        destinations.remember(connection, "riverside", shape="200 empty")
        second.start()
        while database.sqlite_file is None and not is_anybody_waiting(database):
            pass  # until it waits for this transaction
    second.join(PATIENCE)

    found = destinations.standings(database)["riverside"]
    assert (found.shape, found.rejected_in_a_row) == ("200 empty", 1)
