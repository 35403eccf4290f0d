"""What needs a person, by name: the same words head a mail to staff and a page of the console. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from gateway.store.alerts import Matter


class Title(NamedTuple):
    """A matter in words, for one and for many."""

    one: str
    many: str


TITLES: Mapping[Matter, Title] = {
    Matter.FAILED: Title("1 referral failed", "{count} referrals failed"),
    Matter.UNKNOWN: Title("1 referral may have arrived, or not", "{count} referrals may have arrived, or not"),
    Matter.LATE: Title(
        "1 referral has waited too long to be delivered", "{count} referrals have waited too long to be delivered"
    ),
    Matter.HELD: Title("1 referral is held: it looks like spam", "{count} referrals are held: they look like spam"),
    Matter.PAUSED: Title("Nothing is sent: the destination is paused", "Nothing is sent: the destination is paused"),
    Matter.UNPROVEN: Title("Is the first referral there?", "Is the first referral there?"),
    Matter.NOT_IMPORTED: Title(
        "1 referral was delivered and not imported", "{count} referrals were delivered and not imported"
    ),
    Matter.FILES: Title("1 file has not come to its place", "{count} files have not come to their place"),
    Matter.EXPIRING: Title(
        "1 referral is not delivered, and its time is running out",
        "{count} referrals are not delivered, and their time is running out",
    ),
    Matter.OVERDUE: Title(
        "1 referral is not delivered, and older than you promised to keep it",
        "{count} referrals are not delivered, and older than you promised to keep them",
    ),
    Matter.CONFIGURATION: Title(
        "The forms are closed: 1 mistake to correct in their files",
        "The forms are closed: {count} mistakes to correct in their files",
    ),
    Matter.KEYS_MISSING: Title(
        "1 referral cannot be read: its key is gone", "{count} referrals cannot be read: their key is gone"
    ),
    Matter.KEYS_OLD: Title(
        "1 referral is sealed with an old key still", "{count} referrals are sealed with an old key still"
    ),
    Matter.SILENCE: Title("For 1 minute no worker was running", "For {count} minutes no worker was running"),
}


def title(matter: Matter, count: int, *, more: bool = False) -> str:
    """Say what it is and how many there are; with `more`, at least so many."""
    words = TITLES[matter]
    return words.one if count == 1 and not more else words.many.format(count=f"{count:,}+" if more else f"{count:,}")
