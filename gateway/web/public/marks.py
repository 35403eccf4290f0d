"""What a draft remembers beside its answers: kept among them and sealed like them, under names of no question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from gateway.definitions.schema import HONEYPOT

_SHOWN = "~shown"


@dataclass(frozen=True, slots=True)
class Marks:
    """When the form was first shown, as far as anybody knows; whether the field that nobody sees was filled in."""

    shown_at: datetime | None = None
    trapped: bool = False

    @classmethod
    def read(cls, answers: Mapping[str, Sequence[str]]) -> Self:
        """Find the marks among the answers of a draft."""
        shown = answers.get(_SHOWN)
        return cls(datetime.fromisoformat(shown[0]) if shown else None, HONEYPOT in answers)

    def written(self) -> dict[str, list[str]]:
        """Write the marks as they are kept."""
        kept = {_SHOWN: [self.shown_at.isoformat()]} if self.shown_at else {}
        return {**kept, HONEYPOT: ["filled in"]} if self.trapped else kept

    def joined(self, later: "Marks") -> "Marks":
        """What is remembered when a later page says something too: the first showing, and any trap."""
        return Marks(self.shown_at or later.shown_at, self.trapped or later.trapped)


UNMARKED = Marks()
