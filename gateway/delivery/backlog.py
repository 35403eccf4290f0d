"""What a worker has claimed and composed ahead of its calls, by destination: leased, and not begun."""

from collections import deque
from collections.abc import Container, Iterable, Mapping

from gateway.delivery.preparing import Composed
from gateway.store.jobs import Job


class Backlog:
    """Queues of composed jobs, one for each destination."""

    def __init__(self) -> None:
        self._queues: dict[str, deque[Composed]] = {}

    @property
    def ids(self) -> list[int]:
        """The jobs that wait here, whose leases have to be renewed."""
        return [each.job.id for queue in self._queues.values() for each in queue]

    @property
    def sizes(self) -> dict[str, int]:
        """How many wait for each destination that has any."""
        return {slug: len(queue) for slug, queue in self._queues.items() if queue}

    def size(self, organisation: str) -> int:
        """How many wait for one destination."""
        return len(self._queues.get(organisation, ()))

    def add(self, composed: Iterable[Composed]) -> None:
        """Put jobs behind those of their destination."""
        for each in composed:
            self._queues.setdefault(each.job.organisation, deque()).append(each)

    def take(self, shares: Mapping[str, int]) -> list[Composed]:
        """Take out those whose turn it is, for each destination its share."""
        return [self._queues[slug].popleft() for slug, share in shares.items() for _ in range(share)]

    def drop(self, *, but: Container[str]) -> list[Job]:
        """Take out all jobs of the other destinations, to be given back."""
        return [each.job for slug in list(self._queues) if slug not in but for each in self._queues.pop(slug)]
