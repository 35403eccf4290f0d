"""How a worker shares its places among the destinations. Pure: what is fair can be read and tried here.

Destinations that have something to be sent get equal shares, and a slow call lends its place to others: who hangs,
hangs alone.
"""

from collections.abc import Mapping
from datetime import timedelta

SLOW = timedelta(seconds=0.5)  # a call that takes longer gives its place free
THREADS_A_PLACE = 4  # so many calls at most, slow ones included
MOST_AHEAD = 64
_QUICKEST = timedelta(milliseconds=1)


def most(places: int, *, busy: int, in_trouble: bool) -> int:
    """Say how many calls one destination may have under way where `busy` of them have something to be sent.

    Whoever is in trouble gets a single try.
    """
    return 1 if in_trouble else max(1, places // max(1, busy))


def free(places: int, *, quick: int, slow: int) -> int:
    """Say how many calls may begin beside those under way."""
    return max(0, min(places - quick, places * THREADS_A_PLACE - quick - slow))


def shared(free: int, rooms: Mapping[str, int]) -> dict[str, int]:
    """Give the free places out one at a time, in turn, to each destination as many as it has room for."""
    given = dict.fromkeys(rooms, 0)
    while free > 0 and (wanting := [slug for slug, room in rooms.items() if given[slug] < room][:free]):
        for slug in wanting:
            given[slug] += 1
        free -= len(wanting)
    return {slug: count for slug, count in given.items() if count}


def ahead(room: int, took: timedelta | None, poll: timedelta, destinations: int) -> int:
    """Say how many jobs may be claimed beyond those that begin at once: as many as would end within one poll.

    `took` is how long the destination's last call was, if it had one; `destinations` is how many want to be served.
    """
    if took is None:
        return 0
    return min(MOST_AHEAD // destinations, int(room * (poll / max(took, _QUICKEST))))
