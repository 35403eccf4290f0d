"""What a draft remembers beside its answers: kept among them and sealed like them, under names of no question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from gateway.definitions.schema import HONEYPOT
from gateway.web.trials import Trial

_SHOWN, _TRIAL, _PASSED = "~shown", "~test", "~passed"


@dataclass(frozen=True, slots=True)
class Marks:
    """When the form was first shown, as far as anybody knows; whether a robot was trapped; whether it is a test.

    And the pages that somebody got past, so that each is counted once.
    """

    shown_at: datetime | None = None
    trapped: bool = False
    trial: Trial | None = None
    passed: frozenset[str] = frozenset()

    @classmethod
    def read(cls, answers: Mapping[str, Sequence[str]]) -> Self:
        """Find the marks among the answers of a draft."""
        (shown,), (link,) = answers.get(_SHOWN, [""]), answers.get(_TRIAL, [""])
        passed = frozenset(answers.get(_PASSED, ()))
        return cls(datetime.fromisoformat(shown) if shown else None, HONEYPOT in answers, Trial.carried(link), passed)

    def written(self) -> dict[str, list[str]]:
        """Write the marks as they are kept."""
        kept = {_SHOWN: [self.shown_at.isoformat()]} if self.shown_at else {}
        if self.trapped:
            kept[HONEYPOT] = ["filled in"]
        if self.trial:
            kept[_TRIAL] = [self.trial.link]
        if self.passed:
            kept[_PASSED] = sorted(self.passed)
        return kept

    def joined(self, later: "Marks") -> "Marks":
        """What is remembered when a later page says something too: the first showing, and any trap."""
        return Marks(
            self.shown_at or later.shown_at,
            self.trapped or later.trapped,
            self.trial or later.trial,
            self.passed | later.passed,
        )


UNMARKED = Marks()
