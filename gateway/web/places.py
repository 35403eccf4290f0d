"""Places in lists, as addresses name them: the moment and the reference of the row that one page ended with."""

from datetime import UTC, datetime, timedelta

from gateway.referral import read_reference
from gateway.store.walking import Place

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_DIGITS = 17


def place_of(text: str) -> Place | None:
    """Read a place in a list from an address; None for what is none."""
    moment, _, reference = text.partition("-")
    at = moment_of(moment)
    return Place(at, reference) if at and reference and read_reference(reference) == reference else None


def written(place: Place | None) -> str:
    """Write a place for an address."""
    return f"{number_of(place.at)}-{place.reference}" if place else ""


def moment_of(text: str) -> datetime | None:
    """Read a time that `number_of` wrote; None for what is none."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(text))
    except OverflowError:
        return None


def number_of(moment: datetime) -> str:
    """Write a time to the microsecond as a number."""
    return str((moment - _EPOCH) // timedelta(microseconds=1))
