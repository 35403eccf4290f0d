"""A step among the steps of its referral: what was made before it, what comes next, and where files go in the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Self

from gateway.destinations.seam import Record, Step


@dataclass(frozen=True, slots=True)
class Among:
    """What the earlier steps made is `done`, by position; `following` is the kind of the next step.

    `files` go to the record of the step at a position; they are known with the last step alone. `place` says in words
    which of several steps it is.
    """

    done: tuple[str, ...] = ()
    following: str | None = None
    files: Mapping[str, tuple[Literal["person", "referral"], int]] = field(default_factory=dict)
    place: str = ""

    @classmethod
    def of(cls, steps: Sequence[Step], position: int, done: tuple[str, ...]) -> Self:
        """Place one step among the others."""
        place = f"step {position + 1} of {len(steps)}: {steps[position].kind}" if len(steps) > 1 else ""
        if position + 1 < len(steps):
            return cls(done, steps[position + 1].kind, place=place)
        files = {file: (step.takes, number) for number, step in enumerate(steps) for file in step.files}
        return cls(done, None, files, place)

    def records(self, last: str) -> dict[str, str]:
        """Give the record that each file goes to, once the `last` one is made."""
        made = (*self.done, last)
        return {file: str(Record(kind, made[place])) for file, (kind, place) in self.files.items() if made[place]}
