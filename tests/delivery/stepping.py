"""A destination that takes a referral in three steps, each needing what the ones before it made."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from gateway.destinations.seam import Receipt, Step
from gateway.referral import Referral

from .scripted import Ending, Scripted

KINDS = ("client", "relationship", "referral")
TAKERS = ("client", "referral")  # those of them that take files


def made(record: str) -> Receipt:
    """Make the receipt of a record."""
    return Receipt(201, "201 json {id:number}", b'{"id": 7}', record=record)


class Stepping(Scripted):
    """Ends its calls as told, in turn; once nothing is told any more, each makes a record named for its kind."""

    def __init__(self, *endings: Ending, during: Callable[[Step], None] | None = None) -> None:
        super().__init__(during=during)
        self.done: list[tuple[str, ...]] = []
        self._told = list(endings)

    @property
    def kinds(self) -> list[str]:
        """Which steps were called so far."""
        return [step.kind for step in self.calls]

    def steps(self, referral: Referral, *, repeat: bool) -> Sequence[Step]:
        """Compose three calls; the last one has words for a mark."""
        mark = f"Possible repeat of {referral.reference}. " if repeat else ""
        bodies = (b"somebody", b"to somebody", f"{mark}{referral.reference}".encode())
        client, relationship, last = (
            Step(kind, "text/plain", body, f"{referral.reference}-{place}", repeat=repeat)
            for place, (kind, body) in enumerate(zip(KINDS, bodies, strict=True))
        )
        whose = {about: tuple(file.id for file in referral.files if file.attach_to == about) for about in TAKERS}
        return [
            replace(client, files=whose["client"]),
            relationship,
            replace(last, files=whose["referral"], takes="referral"),
        ]

    def run(self, step: Step, done: Sequence[str] = ()) -> Receipt:
        """Keep what was done before, and end as told."""
        with self._lock:
            self.done.append(tuple(done))
            self._endings = [self._told.pop(0) if self._told else made(f"a {step.kind}")]
        return super().run(step, done)
