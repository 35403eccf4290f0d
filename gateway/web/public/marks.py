"""What a draft remembers beside its answers: kept among them and sealed like them, under names of no question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from gateway.definitions.schema import HONEYPOT
from gateway.web.trials import Trial

_SHOWN, _TRIAL, _PASSED, _AGENCY = "~shown", "~test", "~passed", "~agency"


@dataclass(frozen=True, slots=True)
class Marks:
    """When the form was first shown, as far as anybody knows; whether a robot was trapped; whether it is a test.

    And the pages that somebody got past, so that each is counted once; and the id of the agency that began it, "" where
    it is open to everybody.
    """

    shown_at: datetime | None = None
    trapped: bool = False
    trial: Trial | None = None
    passed: frozenset[str] = frozenset()
    agency: str = ""

    @classmethod
    def read(cls, answers: Mapping[str, Sequence[str]]) -> Self:
        """Find the marks among the answers of a draft."""
        (shown,), (link,), (agency,) = (answers.get(name, [""]) for name in (_SHOWN, _TRIAL, _AGENCY))
        at, passed = datetime.fromisoformat(shown) if shown else None, frozenset(answers.get(_PASSED, ()))
        return cls(at, HONEYPOT in answers, Trial.carried(link), passed, agency)

    def written(self) -> dict[str, list[str]]:
        """Write the marks as they are kept."""
        kept = {_SHOWN: [self.shown_at.isoformat()]} if self.shown_at else {}
        if self.trapped:
            kept[HONEYPOT] = ["filled in"]
        if self.trial:
            kept[_TRIAL] = [self.trial.link]
        if self.passed:
            kept[_PASSED] = sorted(self.passed)
        if self.agency:
            kept[_AGENCY] = [self.agency]
        return kept

    def joined(self, later: "Marks") -> "Marks":
        """What is remembered when a later page says something too: the first showing, and any trap."""
        return Marks(
            self.shown_at or later.shown_at,
            self.trapped or later.trapped,
            self.trial or later.trial,
            self.passed | later.passed,
            self.agency or later.agency,
        )


UNMARKED = Marks()
