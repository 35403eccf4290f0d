"""Reading a date from three inputs. A problem names the part to look at first, so that its error can lead there."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime

from gateway.definitions.fields import DateField
from gateway.forms import wording
from gateway.forms.wording import N_
from gateway.languages import in_every_language

FIRST_YEAR, LAST_YEAR = 1900, 2200
PARTS = (N_("day"), N_("month"), N_("year"))
HEADINGS = {"day": N_("Day"), "month": N_("Month"), "year": N_("Year")}
MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"),
    N_("August"), N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip

_DAY = re.compile(r"(\d{1,2})(st|nd|rd|th|af|il|ydd|ed|fed|eg|ain)?", re.IGNORECASE)
_MONTH = re.compile(r"\d{1,2}")
_YEAR = re.compile(r"\d{4}")
SHORTEST_NAME = 3

Words = Callable[[str], str]


class Wrong(Exception):
    """What is wrong with a date: the sentence, the parts to mark, and words for the sentence."""

    def __init__(self, sentence: str, parts: tuple[str, ...] = PARTS, **words: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.parts = parts
        self.words = words


def read_date(typed: Sequence[str], translate: Words) -> date:
    """Make a date of day, month and year as typed (tidy, not all blank); raise Wrong if that cannot be done."""
    lacking = tuple(part for part, text in zip(PARTS, typed, strict=True) if not text)
    if lacking:
        raise _lacking(lacking, translate)
    day, month, year = _read_day(typed[0]), _read_month(typed[1]), _read_year(typed[2])
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Wrong(wording.NOT_A_DATE) from error


def check_direction(day: date, today: date, definition: DateField) -> None:
    """Raise Wrong if the date should be in the past or in the future and is not."""
    if definition.past and day > today:
        raise Wrong(wording.NOT_PAST)
    if definition.future and day < today:
        raise Wrong(wording.NOT_FUTURE)


def in_words(day: date, translate: Words) -> str:
    """Write a date as people read it: 1 May 1990."""
    return f"{day.day} {translate(MONTHS[day.month - 1])} {day.year}"


def moment_in_words(local: datetime, translate: Words) -> str:
    """Write a time of a day as people read it: 1 May 1990 at 14:05."""
    return translate(N_("{date} at {time}")).format(date=in_words(local, translate), time=f"{local:%H:%M}")


def _lacking(parts: tuple[str, ...], translate: Words) -> Wrong:
    part, *others = (translate(part) for part in parts)
    if others:
        return Wrong(wording.TWO_PARTS_MISSING, parts, part=part, other=others[0])
    return Wrong(wording.ONE_PART_MISSING, parts, part=part)


def _read_day(text: str) -> int:
    found = _DAY.fullmatch(text)
    if found is None or not 1 <= int(found[1]) <= 31:
        raise Wrong(wording.DAY_WRONG, ("day",))
    return int(found[1])


def _read_month(text: str) -> int:
    if _MONTH.fullmatch(text) and 1 <= int(text) <= len(MONTHS):
        return int(text)
    name = text.removesuffix(".").casefold()
    for number, month in enumerate(MONTHS, start=1):
        # In any language of ours: who switches the page's language has not typed another month.
        known = (each.casefold() for each in in_every_language(month))
        if len(name) >= SHORTEST_NAME and any(full.startswith(name) for full in known):
            return number
    raise Wrong(wording.MONTH_WRONG, ("month",))


def _read_year(text: str) -> int:
    if not _YEAR.fullmatch(text):
        raise Wrong(wording.YEAR_WRONG, ("year",))
    year = int(text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Wrong(wording.YEAR_RANGE, ("year",), first=FIRST_YEAR, last=LAST_YEAR)
    return year
