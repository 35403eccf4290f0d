"""A row of the table: what was reached beside what is asked for, and whether anything went wrong on the way."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line. Without a floor there is only an aim; `at_most` turns both round."""

    what: str
    reached: float
    unit: str = ""
    floor: float | None = None
    aim: float | None = None
    at_most: bool = False
    errors: int = 0
    notes: str = ""

    @property
    def verdict(self) -> str:
        """Say in a word where the row stands."""
        if self.errors:
            return f"{self.errors} ERRORS"
        if self._meets(self.aim):
            return "pass, aim"
        if self._meets(self.floor):
            return "pass"
        if self.floor is None:
            return "aim missed" if self.aim is not None else ""
        return "below"

    def _meets(self, limit: float | None) -> bool:
        if limit is None:
            return False
        return self.reached <= limit if self.at_most else self.reached >= limit

    def line(self) -> str:
        """Write the row in columns."""
        sign = "≤" if self.at_most else "≥"
        asked = [f"{sign} {_number(limit)}" if limit is not None else "" for limit in (self.floor, self.aim)]
        reached = f"{_number(self.reached)}{self.unit}"
        return f"{self.what:<44} {reached:>10} {asked[0]:>8} {asked[1]:>8}  {self.verdict:<10} {self.notes}".rstrip()


HEADING = f"{'':<44} {'reached':>10} {'floor':>8} {'aim':>8}"


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"
