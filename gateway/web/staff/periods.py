"""The times that figures are shown for: so many days or weeks until today, as they are in the United Kingdom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType

from gateway.store.figures import Span
from gateway.web.public.visit import LONDON

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """So many buckets of so many days, the last one with today in it; weeks begin on Monday."""

    name: str
    buckets: int
    days: int = 1


@dataclass(frozen=True, slots=True)
class Bucket:
    """A day or a week: its first and its last day."""

    first: date
    last: date

    @property
    def span(self) -> Span:
        """From its first midnight to the next one's, which is an hour off where the clocks change."""
        return Span(_midnight(self.first), _midnight(self.last + _DAY))

    @property
    def short(self) -> str:
        """Its name below a chart."""
        return f"{self.first:%-d %b}"

    @property
    def name(self) -> str:
        """Its name in a table."""
        if self.first == self.last:
            return f"{self.first:%a %-d %B %Y}"
        return f"{self.first:%-d %b} to {self.last:%-d %b %Y}"


PERIODS: Mapping[str, Period] = MappingProxyType(
    {
        "7-days": Period("7 days", 7),
        "30-days": Period("30 days", 30),
        "90-days": Period("90 days", 90),
        "12-weeks": Period("12 weeks", 12, 7),
        "52-weeks": Period("52 weeks", 52, 7),
    }
)
USUAL = "30-days"


def buckets(period: Period, now: datetime) -> Sequence[Bucket]:
    """List the days or weeks of a period, the oldest first."""
    today = now.astimezone(LONDON).date()
    newest = today if period.days == 1 else today - timedelta(days=today.weekday())
    firsts = [newest - timedelta(days=period.days * back) for back in reversed(range(period.buckets))]
    return [Bucket(first, first + timedelta(days=period.days - 1)) for first in firsts]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
