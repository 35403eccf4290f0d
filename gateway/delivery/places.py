"""The places for calls: which destinations may be called now, how many calls may begin, how many jobs to claim."""

import random
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from gateway.delivery import sharing
from gateway.delivery.backlog import Backlog
from gateway.delivery.calling import Calls
from gateway.delivery.looking import Looking
from gateway.delivery.preparing import Composed
from gateway.store.destinations import Standing


class Places:
    """Applies the rules of `sharing` to what is under way, what is composed, and what was last seen in the store."""

    def __init__(
        self,
        destinations: Collection[str],
        calls: Calls,
        looking: Looking,
        backlog: Backlog,
        *,
        number: int,
        poll: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        """Take how many calls may be under way at once."""
        self._destinations = destinations
        self._calls = calls
        self._looking = looking
        self._backlog = backlog
        self._number = number
        self._poll = poll
        self._now = now
        self._troubled: Mapping[str, Standing] = {}
        self._due: frozenset[str] = frozenset()

    def look(self, troubled: Mapping[str, Standing], due: Collection[str]) -> None:
        """Take what the store says: which destinations are in trouble, and which have jobs due."""
        self._troubled = troubled
        self._due = frozenset(due)

    @property
    def open_ones(self) -> list[str]:
        """The destinations that may be called now, in an order that changes."""
        return self.open_among(self._troubled)

    def open_among(self, known: Mapping[str, Standing]) -> list[str]:
        """Name the destinations that may be called by what is known of them, in an order that changes."""
        now = self._now()
        found = [slug for slug in self._destinations if slug not in known or known[slug].open_at(now)]
        random.shuffle(found)
        return found

    def anything_due(self) -> bool:
        """Tell whether an open destination has jobs due."""
        return not self._due.isdisjoint(self.open_ones)

    def shares(self) -> dict[str, int]:
        """Share the free places among the jobs that are composed."""
        sizes = self._backlog.sizes
        if not sizes:
            return {}
        rooms = {slug: min(room, sizes[slug]) for slug, room in self._rooms().items() if slug in sizes}
        return sharing.shared(self._free(), rooms)

    def wanted(self, starting: Sequence[Composed]) -> dict[str, int]:
        """Say how many jobs to claim for each destination that has due ones: for its next calls, and some ahead."""
        taken = Counter(each.job.organisation for each in starting)
        rooms = {
            slug: room - taken[slug] - self._backlog.size(slug)
            for slug, room in self._rooms().items()
            if slug in self._due
        }
        soon = sharing.shared(self._free() - len(starting), rooms)
        # One at least, so that whoever comes late takes turns with those who have long queues.
        wanted = {
            slug: max(soon.get(slug, 0), int(room > 0)) + self._ahead(slug, len(rooms)) for slug, room in rooms.items()
        }
        return {slug: count for slug, count in wanted.items() if count}

    def _rooms(self) -> dict[str, int]:
        """Say how many more calls each open destination may have under way."""
        open_ones, under_way = self.open_ones, self._calls.by_destination() + self._looking.by_destination()
        busy = len(self._due | under_way.keys() | self._backlog.sizes.keys())
        usual, single = (sharing.most(self._number, busy=busy, in_trouble=in_trouble) for in_trouble in (False, True))
        return {slug: (single if slug in self._troubled else usual) - under_way[slug] for slug in open_ones}

    def _free(self) -> int:
        under_way = len(self._looking.futures) + self._calls.by_destination().total()
        slow = self._calls.slow(now=self._now())
        return sharing.free(self._number, quick=under_way - slow, slow=slow)

    def _ahead(self, slug: str, destinations: int) -> int:
        waiting = self._backlog.size(slug)
        if slug in self._troubled or waiting >= self._number:
            return 0
        took = self._calls.took(slug, now=self._now())
        return max(0, sharing.ahead(self._number, took, self._poll, destinations) - waiting)
