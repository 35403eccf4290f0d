"""Reading lists: what was good stays until something better comes; one destination in trouble delays no other."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from gateway.definitions.schema import Choice, Text
from gateway.delivery import reading
from gateway.delivery.reading import AGAIN, EVERY, Reading, Wanted, is_suspicious
from gateway.destinations.seam import Busy, CredentialsRefused, DestinationError, Misconfigured, NotSent, Rejected
from gateway.store import destinations as standings
from gateway.store import dictionaries
from gateway.store.database import Database

from .conftest import MINUTE, Clock
from .scripted import Scripted

NAME = "organisations/district"
OTHER = "client_type"


class Offering(Scripted):
    """Offers choices by the name of a list, or fails as told."""

    def __init__(self, **lists: Sequence[str] | DestinationError) -> None:
        super().__init__()
        self.offers = {"district": ["1", "2"], **lists}
        self.asked: list[str] = []

    def choices(self, dictionary: str) -> Sequence[Choice]:
        """End as told."""
        self.asked.append(dictionary)
        offer = self.offers[dictionary.rpartition("/")[2]]
        if isinstance(offer, DestinationError):
            raise offer
        return [Choice(value=value, label=Text({"": f"Sample {value}"})) for value in offer]


def reader(database: Database, destination: Offering, *wanted: Wanted, **others: Offering) -> Reading:
    known = {"riverside": destination, **others}
    return Reading(database, known, wanted or [Wanted("riverside", NAME)], probe_every=5 * MINUTE)


def values(database: Database, name: str = NAME) -> list[str]:
    return [each.value for each in dictionaries.load(database, "riverside", name) or () if not each.withdrawn_at]


def problem(database: Database, name: str = NAME) -> str | None:
    return dictionaries.readings(database)["riverside", name].problem


def test_what_is_due_is_read_and_then_rests(database: Database, clock: Clock) -> None:
    destination = Offering()
    read = reader(database, destination)

    read.due(clock.time)
    read.due(clock.time + EVERY / 2)

    assert values(database) == ["1", "2"]
    assert destination.asked == [NAME]
    read.due(clock.time + EVERY * 1.1)
    assert destination.asked == [NAME, NAME]


@pytest.mark.parametrize(
    ("offer", "noted"),
    [
        (NotSent("connection refused"), "connection refused"),
        (Rejected("the dictionary could not be read", status=200), "the dictionary could not be read"),
        (Misconfigured("answered 404", status=404), "answered 404"),
        ([], "it was empty"),
        (["8", "9"], "2 of 2 choices had gone, so it was not taken"),
    ],
)
def test_what_is_no_list_replaces_nothing(
    database: Database, clock: Clock, offer: Sequence[str] | DestinationError, noted: str
) -> None:
    reader(database, Offering()).due(clock.time)
    reader(database, Offering(district=offer)).due(clock.time + 2 * EVERY)

    assert values(database) == ["1", "2"]
    assert problem(database) == noted


def test_what_failed_is_tried_again_sooner(database: Database, clock: Clock) -> None:
    destination = Offering(district=NotSent("connection refused"))
    read = reader(database, destination)
    read.due(clock.time)
    destination.offers["district"] = ["1"]
    read.due(clock.time + 1.1 * AGAIN)

    assert values(database) == ["1"]
    assert problem(database) is None


@pytest.mark.parametrize(
    ("offered", "gone", "suspicious"),
    [(0, 0, False), (1, 1, True), (3, 2, False), (10, 9, False), (11, 5, False), (11, 6, True), (40, 40, True)],
)
def test_a_list_that_has_become_another_one_is_noticed(offered: int, gone: int, suspicious: bool) -> None:
    assert is_suspicious(offered, gone) is suspicious


def test_a_person_may_have_a_list_taken_all_the_same(database: Database, clock: Clock) -> None:
    reader(database, Offering()).due(clock.time)
    read = reader(database, Offering(district=["8"]))

    assert read.read(Wanted("riverside", NAME), now=clock.time).problem
    assert not read.read(Wanted("riverside", NAME), now=clock.time, any_size=True).problem
    assert values(database) == ["8"]


def test_a_list_for_staff_may_shrink(database: Database, clock: Clock) -> None:
    fields = Wanted("riverside", "fields/district", offered=False)
    reader(database, Offering(), fields).due(clock.time)
    reader(database, Offering(district=["8"]), fields).due(clock.time + 2 * EVERY)

    assert values(database, "fields/district") == ["8"]


@pytest.mark.parametrize("error", [NotSent("x"), Busy("x"), CredentialsRefused("x", status=401)])
def test_a_destination_in_trouble_is_left_alone_and_its_neighbour_is_read(
    database: Database, clock: Clock, error: DestinationError
) -> None:
    troubled, well = Offering(district=error), Offering()
    wanted = [Wanted("riverside", NAME), Wanted("riverside", "more/district"), Wanted("hillside", NAME)]
    reader(database, troubled, *wanted, hillside=well).due(clock.time)

    assert troubled.asked == [NAME]
    assert well.asked == [NAME]


def test_one_list_that_is_not_there_keeps_no_other_from_being_read(database: Database, clock: Clock) -> None:
    destination = Offering(client_type=Misconfigured("answered 404", status=404))
    reader(database, destination, Wanted("riverside", OTHER), Wanted("riverside", NAME)).due(clock.time)

    assert values(database) == ["1", "2"]
    with database.read() as connection:
        assert standings.standing(connection, "riverside").paused_at is None


def test_wrong_keys_pause_the_destination_and_it_is_not_asked_again(database: Database, clock: Clock) -> None:
    destination = Offering(district=CredentialsRefused("answered 401", status=401))
    read = reader(database, destination)
    read.due(clock.time)
    read.due(clock.time + 2 * EVERY)

    with database.read() as connection:
        standing = standings.standing(connection, "riverside")
    assert (standing.paused_at, standing.probe_at) == (clock.time, clock.time + 5 * MINUTE)
    assert standing.pause_reason == "our keys were refused"
    assert destination.asked == [NAME]


def test_a_pause_of_a_person_stays_as_it_is(database: Database, clock: Clock) -> None:
    destination = Offering(district=CredentialsRefused("answered 401", status=401))
    with database.write() as connection:
        standings.pause(connection, "riverside", reason="paused by a person", now=clock.time)
    reader(database, destination).read(Wanted("riverside", NAME), now=clock.time + MINUTE)

    with database.read() as connection:
        assert standings.standing(connection, "riverside").pause_reason == "paused by a person"


def test_no_call_is_made_in_a_transaction(database: Database, clock: Clock) -> None:
    class Writing(Offering):
        def choices(self, dictionary: str) -> Sequence[Choice]:
            # Another one writes meanwhile: within a transaction of ours it would wait in vain.
            writer = threading.Thread(target=dictionaries.note, args=(database, "hillside", NAME, "away"),
                                      kwargs={"now": clock.time})  # fmt: skip
            writer.start()
            writer.join(20)
            assert not writer.is_alive()
            return super().choices(dictionary)

    reader(database, Writing()).due(clock.time)

    assert values(database) == ["1", "2"]


def test_a_worker_that_ends_begins_no_other_call(database: Database, clock: Clock) -> None:
    destination, stop = Offering(), threading.Event()
    stop.set()
    Reading(database, {"riverside": destination}, [Wanted("riverside", NAME)], probe_every=MINUTE, stop=stop).due(
        clock.time
    )

    assert destination.asked == []


def test_a_slow_look_ends_and_the_next_one_goes_on(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "monotonic", ticking(seconds=15))
    destination = Offering()
    read = reader(database, destination, *(Wanted("riverside", f"{name}/district") for name in "abcd"))

    read.due(clock.time)
    assert len(destination.asked) == 1
    read.due(clock.time)
    assert destination.asked == ["a/district", "b/district"]


def test_the_log_tells_of_a_problem_once(database: Database, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    read = reader(database, Offering(district=NotSent("connection refused")))
    for number in range(3):
        read.due(clock.time + number * timedelta(hours=1))

    assert caplog.text.count("list not read organisation=riverside name=organisations/district") == 1


def ticking(*, seconds: float) -> Callable[[], float]:
    times = iter(range(10_000))
    return lambda: next(times) * seconds
