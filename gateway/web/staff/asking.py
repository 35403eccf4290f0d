"""What a list is narrowed down to, read from an address that anybody may type; what is odd is left out, or said."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from gateway.store.listing import Sort, Wanted
from gateway.store.states import ReferralState

NO_DAY = "Write the day like 27/3/2026."
BACKWARDS = "This day is before the first one."
_LONGEST_DAY = 10
_TESTS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; `given` is what the fields of the form show again, `problems` what is wrong, by field."""

    given: Mapping[str, str]
    problems: Mapping[str, str]
    wanted: Wanted

    def query(self, **more: str) -> str:
        """Write it as the end of an address."""
        return urlencode({name: value for name, value in {**self.given, **more}.items() if value})


def read(args: Mapping[str, str], organisation: str, *, forms: Iterable[str], agencies: Iterable[str] = ()) -> Asked:
    """Read what was asked for; forms and agencies are those of the organisation, by slug and by id."""
    state, form = _one_of(args, "state", ReferralState), _one_of(args, "form", forms)
    agency, test, sort = _one_of(args, "agency", agencies), _one_of(args, "test", _TESTS), _one_of(args, "sort", Sort)
    days = {name: args.get(name, "").strip() for name in ("from", "to")}
    problems: dict[str, str] = {}
    since, until = (_day(name, text, problems) for name, text in days.items())
    if since and until and until < since:
        problems["to"] = BACKWARDS
    wanted = Wanted(
        organisation,
        ReferralState(state) if state else None,
        form or None,
        agency or None,
        _TESTS.get(test),
        _midnight(since) if since else None,
        _midnight(until + timedelta(days=1)) if until and until < date.max else None,
        Sort(sort) if sort else Sort.SENT,
    )
    given = {"state": state, "form": form, "agency": agency, "test": test, **days, "sort": sort}
    return Asked(given, problems, wanted)


def _one_of(args: Mapping[str, str], name: str, known: Iterable[str]) -> str:
    found = args.get(name, "")
    return found if found in {*known} else ""


def _day(name: str, text: str, problems: dict[str, str]) -> date | None:
    if not text:
        return None
    for read_as in _READINGS:
        try:
            return read_as(text[: _LONGEST_DAY + 1])
        except ValueError:
            continue
    problems[name] = NO_DAY
    return None


def _british(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=UTC).date()


_READINGS: tuple[Callable[[str], date], ...] = (date.fromisoformat, _british)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
