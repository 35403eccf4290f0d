"""What a worker has claimed and composed ahead of its calls, by destination: leased, and not begun."""

from collections.abc import Container, Iterable, Mapping

from gateway.delivery.preparing import Composed
from gateway.store.jobs import Job


class Backlog:
    """Queues of composed jobs by their ids, one for each destination."""

    def __init__(self) -> None:
        self._queues: dict[str, dict[int, Composed]] = {}

    @property
    def ids(self) -> list[int]:
        """The jobs that wait here, whose leases have to be renewed."""
        return [job for queue in self._queues.values() for job in queue]

    @property
    def sizes(self) -> dict[str, int]:
        """How many wait for each destination that has any."""
        return {slug: len(queue) for slug, queue in self._queues.items() if queue}

    def size(self, organisation: str) -> int:
        """How many wait for one destination."""
        return len(self._queues.get(organisation, ()))

    def add(self, composed: Iterable[Composed]) -> None:
        """Put jobs behind those of their destination.

        Where a person sent one on that waits here, it was claimed once more: it takes the place of what it was.
        """
        for each in composed:
            self._queues.setdefault(each.job.organisation, {})[each.job.id] = each

    def take(self, shares: Mapping[str, int]) -> list[Composed]:
        """Take out those whose turn it is, for each destination its share."""
        return [
            self._queues[slug].pop(job) for slug, share in shares.items() for job in list(self._queues[slug])[:share]
        ]

    def drop(self, *, but: Container[str]) -> list[Job]:
        """Take out all jobs of the other destinations, to be given back."""
        return [each.job for slug in list(self._queues) if slug not in but for each in self._queues.pop(slug).values()]
